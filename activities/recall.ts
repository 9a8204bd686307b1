// Remembers whether this identity was attacked before: the newest closed incident of it, from the record store.
import { ApplicationFailure } from '@temporalio/common';
import type { Earlier } from '../domain/incident/incident.ts';
import { RecordFork, type RecordName, type RecordStore } from '../domain/record/store.ts';

export interface RecallDependencies {
  records: Pick<RecordStore, 'closedRuns'>;
}

export const recallActivities = ({ records }: RecallDependencies) => ({
  /** null: this is the first. Fails as `impossible` where the store's own content was changed: asking again would not help. */
  async recall({ incident, firstRun }: RecordName): Promise<Earlier | null> {
    const runs = await records.closedRuns(incident).catch((error: unknown) => {
      if (error instanceof RecordFork) throw ApplicationFailure.nonRetryable(error.message, 'impossible');
      throw error;
    });
    const before = runs.filter((run) => run.firstRun !== firstRun);
    const newest = before.at(-1);
    return newest === undefined ? null : { ...newest, count: before.length };
  },
});
