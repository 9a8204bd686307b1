// Tells people: one way after another, in the order of preference, until a channel has taken the notice. A notice that no channel
// takes has failed, and is known to have. What it returns and throws stands in the record: names and codes, never an address.
import { ApplicationFailure } from '@temporalio/common';
import type { Delivery } from '../../domain/incident/delivery.ts';
import type { Notice } from '../../domain/incident/incident.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import { asChannelError, ChannelError } from './channel-error.ts';

export interface OutgoingNotice extends Notice {
  /** Workflow id. */
  incident: string;
  firstRun: string;
  key: string;
  handle: string;
  title: string;
}

/** One way to reach people. Delivering the same notice twice must do no harm. */
export interface Channel {
  name: string;
  /**
   * Throws `ChannelError` where it does not take the notice. `to`: addresses, for a channel that has such. It stops when `signal`
   * says so. A `trouble` that it returns is what went wrong although the notice was taken.
   */
  deliver(
    notice: OutgoingNotice,
    to: readonly string[],
    signal: AbortSignal,
  ): Promise<void | { trouble: string }>;
}

export interface Way {
  /** Who is reached by it: the person or party that was meant, or `everyone`. */
  reaches: string;
  channel: Channel;
  to: readonly string[];
}

export interface NotifyDependencies {
  /** How this notice reaches people, in the order of preference. */
  waysOf: (notice: OutgoingNotice) => Promise<readonly Way[]>;
  now: () => Instant;
}

export interface Notified {
  delivered: Omit<Delivery, 'failed'>;
  failed: Delivery['failed'];
}

/** One attempt at all ways; the activity's own limit is 30 s. */
const ATTEMPT_MS = 25_000;

export const notifyActivities = ({ waysOf, now }: NotifyDependencies) => ({
  /** Throws an `ApplicationFailure` with every reason; one that trying again could not change is not tried again. */
  async notify(notice: OutgoingNotice): Promise<Notified> {
    const ways = await waysOf(notice);
    const failed: (Delivery['failed'][number] & { permanent: boolean })[] = [];
    const end = performance.now() + ATTEMPT_MS;
    for (const [i, { reaches, channel, to }] of ways.entries()) {
      // What hangs takes its share of the time and no more, so that the last way is tried too.
      const shareMs = Math.max(1, (end - performance.now()) / (ways.length - i));
      try {
        const taken = await within(shareMs, (signal) => channel.deliver(notice, to, signal));
        const inPart = taken?.trouble === undefined ? [] : [{ channel: channel.name, reason: taken.trouble }];
        const before = failed.map(({ permanent: _, ...one }) => one);
        return {
          delivered: { to: reaches, channel: channel.name, at: now() },
          failed: [...before, ...inPart],
        };
      } catch (error) {
        const { message, permanent } = asChannelError(error);
        failed.push({ channel: channel.name, reason: message, permanent });
      }
    }
    const reasons = failed.map(({ channel, reason }) => `${channel}: ${reason}`).join('; ');
    const forGood = failed.every(({ permanent }) => permanent);
    throw ApplicationFailure.create({
      message: `No channel took the notice (${reasons || 'none is set up for whom it is meant'}).`,
      type: forGood ? 'impossible' : 'retry',
      nonRetryable: forGood,
    });
  },
});

async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new ChannelError(`it did not answer within ${Math.ceil(ms / 1_000)} s`);
      controller.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
