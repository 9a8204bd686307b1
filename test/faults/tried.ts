// One activity with its retries, by the sort of its failure, while the proxy does to its calls what a test says.
import { ApplicationFailure } from '@temporalio/common';
import { sorted } from '../../activities/sort.ts';
import type { AwsProxy, Call, Fault } from './aws-proxy.ts';

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
  proxy: AwsProxy,
  strike: Strike | null,
  work: () => Promise<T>,
): Promise<Outcome<T> & { tries: Call[][] }> {
  const tries: Call[][] = [];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const calls: Call[] = [];
    tries.push(calls);
    proxy.befalls = (call) => {
      calls.push(call);
      return strike?.(call, calls.length, attempt);
    };
    try {
      return { said: await sorted(work), tries };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      if (error.nonRetryable === true) return { escalated: error, tries };
    } finally {
      proxy.befalls = () => undefined;
    }
  }
  throw new Error(`Tried ${TRIES} times, and no end: ${tries[0]?.map(({ name }) => name).join(', ')}`);
}
