// What the domain must know of an activity's failure: who can do something about it.
import { ActivityFailure, ApplicationFailure, rootCause, TimeoutFailure } from '@temporalio/workflow';
import type { FailureSort } from '../domain/incident/command.ts';

/** It stands in the state, the record and a notice. */
const LONGEST_REASON = 1_000;

/** What the domain must know of a failure; the reason is the worker's own words, which hold no secret. */
export function sorted(error: unknown): { sort: FailureSort; reason: string } {
  const reason = (rootCause(error) ?? 'it failed without saying why').slice(0, LONGEST_REASON);
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const absent = cause.timeoutType === 'SCHEDULE_TO_START';
    return absent
      ? { sort: 'absent', reason: 'Nobody took up the work in time.' }
      : { sort: 'retry', reason: 'It did not finish in time.' };
  }
  const type = cause instanceof ApplicationFailure ? cause.type : null;
  const known = ['throttled', 'denied', 'impossible', 'refused'].find((sort) => sort === type);
  return { sort: (known ?? 'retry') as FailureSort, reason };
}
