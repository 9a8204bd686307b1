// Puts an incident's events into the record store, and seals it at the end. Ordinary activities, so that an event is in
// history before it is in the store.
import { ApplicationFailure } from '@temporalio/common';
import type { Head, RecordedEvent } from '../../domain/record/record.ts';
import { RecordFork, type RecordName, type RecordStore, type Seal } from '../../domain/record/store.ts';

export interface SettleDependencies {
  records: RecordStore;
  /** Signs the head with the orchestrator's key. */
  sealing: (name: RecordName, head: Head) => Promise<Seal>;
}

export const settleActivities = ({ records, sealing }: SettleDependencies) => ({
  async settle({
    name,
    events,
    seal,
  }: {
    name: RecordName;
    events: RecordedEvent[];
    seal: boolean;
  }): Promise<Head> {
    try {
      const head = await records.append(name, events);
      // A store that has the seal already is not asked for another signature.
      if (seal && (await records.read(name)).seal === null)
        await records.seal(name, await sealing(name, head));
      return head;
    } catch (error) {
      if (error instanceof RecordFork) throw ApplicationFailure.nonRetryable(error.message, 'RecordFork');
      throw error;
    }
  },
});
