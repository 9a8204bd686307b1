// Turns what a provider could not do into the failure that an incident understands: its type is the sort, and only what
// passes by itself is tried again. An error of no known sort is passed on as it is.
import { ApplicationFailure } from '@temporalio/common';
import { ProviderError } from '../domain/provider/provider.ts';

const PASSES_BY_ITSELF: readonly ProviderError['sort'][] = ['retry', 'throttled'];

export async function sorted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw ApplicationFailure.create({
      message: error.message,
      type: error.sort,
      nonRetryable: !PASSES_BY_ITSELF.includes(error.sort),
    });
  }
}
