// An orchestrator that lies: it puts whatever it is given on an executor's queue, as an order.
import { type ActivityFailure, proxyActivities, rootCause } from '@temporalio/workflow';
import type { executorActivities } from '../../activities/executor.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { executorQueue } from '../../workflows/messages.ts';

export type Answer = { done: Saying } | { refused: string };

export async function liar(executor: string, verb: 'apply' | 'undo', order: Order): Promise<Answer> {
  const executing = proxyActivities<ReturnType<typeof executorActivities>>({
    taskQueue: executorQueue(executor),
    startToCloseTimeout: '30 seconds',
    retry: { maximumAttempts: 1 },
  });
  try {
    return { done: await executing[verb](order) };
  } catch (error) {
    return { refused: rootCause(error as ActivityFailure) ?? 'without a reason' };
  }
}
