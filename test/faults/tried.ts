// One activity with its retries, by the sort of its failure, while what a test says becomes of its calls. A process that was killed is
// followed by the next one.
import { ApplicationFailure } from '@temporalio/common';
import { sorted } from '../../activities/sort.ts';
import { Killed } from './executor-process.ts';
import type { Call, Fault, Wire } from './wire.ts';

/** What is done to the nth call of a try of a unit. */
export type Strike = (
  call: Call,
  nth: number,
  attempt: number,
) => Fault | undefined | Promise<Fault | undefined>;

/** More often than any fault lasts. */
const TRIES = 20;

type Outcome<T> = { said: T } | { escalated: ApplicationFailure };

/** As an activity whose retries Temporal makes. */
export async function tried<T>(
  wire: Wire,
  strike: Strike | null,
  work: () => Promise<T>,
): Promise<Outcome<T> & { tries: Call[][] }> {
  const tries: Call[][] = [];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const calls: Call[] = [];
    tries.push(calls);
    wire.befalls = (call) => {
      calls.push(call);
      return strike?.(call, calls.length, attempt);
    };
    try {
      return { said: await sorted(work), tries };
    } catch (error) {
      if (error instanceof Killed) continue;
      if (!(error instanceof ApplicationFailure)) throw error;
      const told = [error.message, error.stack, JSON.stringify(error.details)];
      wire.left.push({ name: `failure of ${calls.at(-1)?.name}`, bytes: Buffer.from(told.join('\n')) });
      if (error.nonRetryable === true) return { escalated: error, tries };
    } finally {
      wire.befalls = () => undefined;
    }
  }
  throw new Error(`Tried ${TRIES} times, and no end: ${tries[0]?.map(({ name }) => name).join(', ')}`);
}
