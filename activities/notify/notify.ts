// Tells people. A notice is delivered when a channel has taken it; one that no channel takes has failed, and is known to have.
import type { Instant } from '../../domain/instant/instant.ts';

export interface OutgoingNotice {
  incident: string;
  key: string;
  id: string;
  to: string;
  person: string | null;
  says: string;
  at: Instant;
}

/** One way to reach people. Delivering the same notice twice must do no harm. */
export interface Channel {
  name: string;
  deliver(notice: OutgoingNotice): Promise<void>;
}

export const notifyActivities = ({ channels }: { channels: readonly Channel[] }) => ({
  async notify(notice: OutgoingNotice): Promise<void> {
    const results = await Promise.allSettled(channels.map((channel) => channel.deliver(notice)));
    if (results.some((result) => result.status === 'fulfilled')) return;
    const names = channels.map((channel) => channel.name).join(', ') || 'none is set up';
    throw new Error(`No channel took the notice (${names}).`);
  },
});
