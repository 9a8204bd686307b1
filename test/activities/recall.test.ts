// Which closed incident of an identity is recalled.
import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { recallActivities } from '../../activities/recall.ts';
import { type ClosedRun, RecordFork } from '../../domain/record/store.ts';

const run = (firstRun: string): ClosedRun => ({
  firstRun,
  head: firstRun.repeat(64),
  closedAs: 'contained',
  closedAt: '2026-11-24T03:12:00.000Z',
});
const recalled = (runs: ClosedRun[], firstRun = 'c') =>
  recallActivities({ records: { closedRuns: async () => runs } }).recall({
    incident: 'incident/x',
    firstRun,
  });

it('is the newest of them, with how many there were', async () => {
  expect(await recalled([run('a'), run('b')])).toEqual({ ...run('b'), count: 2 });
});

it('is never the one that asks, whose record may be sealed already', async () => {
  expect(await recalled([run('a'), run('c')])).toEqual({ ...run('a'), count: 1 });
  expect(await recalled([run('c')])).toBeNull();
});

it('is none where nothing was closed', async () => {
  expect(await recalled([])).toBeNull();
});

it('of a store that was changed fails for good, and of one that does not answer is asked again', async () => {
  const failing = (error: Error) =>
    recallActivities({ records: { closedRuns: () => Promise.reject(error) } })
      .recall({ incident: 'incident/x', firstRun: 'c' })
      .catch((thrown: unknown) => thrown);
  const changed = await failing(new RecordFork('it was changed'));
  expect(changed).toBeInstanceOf(ApplicationFailure);
  expect(changed).toMatchObject({ type: 'impossible', nonRetryable: true, message: 'it was changed' });
  const silent = new Error('no answer');
  expect(await failing(silent)).toBe(silent);
});
