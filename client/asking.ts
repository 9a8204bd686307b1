// Asking executors about themselves through an orchestrator, and Temporal about who is there. Orders nothing, and opens nothing.
import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { TimeoutFailure } from '@temporalio/common';
import type { Answer, Asking, Held } from '../domain/readiness/asking.ts';
import { READINESS_TYPE, TASK_QUEUE } from '../workflows/messages.ts';
import { NobodyWorking } from './failure.ts';

export type Polled = 'workflows' | 'activities';

/** `TaskQueueType` of Temporal's API. */
const TYPES: Readonly<Record<Polled, number>> = { workflows: 1, activities: 2 };

/** As many identities as one question holds: its payload stays small, and what is not known of all of them is asked again of fewer. */
const MOST_TOGETHER = 20;
/** Beside what the executor may take to pick it up. */
const ASKED_WITHIN_MS = 5 * 60_000;

export async function polled(client: Client, name: string, of: Polled): Promise<boolean> {
  const { namespace } = client.options;
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType: TYPES[of],
  });
  return pollers.length > 0;
}

export async function askExecutor(client: Client, asking: Asking): Promise<Answer> {
  if (!(await polled(client, TASK_QUEUE, 'workflows'))) throw nobody('No orchestrator is at work');
  const held: Held[] = [];
  for (let at = 0; at < asking.needs.length; at += MOST_TOGETHER) {
    const answer = await once(client, { ...asking, needs: asking.needs.slice(at, at + MOST_TOGETHER) });
    if (answer.absent) return answer;
    held.push(...answer.held);
  }
  return { absent: false, held };
}

async function once(client: Client, asking: Asking): Promise<Answer> {
  try {
    return await client.workflow.execute<(asking: Asking) => Promise<Answer>>(READINESS_TYPE, {
      workflowId: `${READINESS_TYPE}/${randomUUID()}`,
      taskQueue: TASK_QUEUE,
      args: [asking],
      workflowExecutionTimeout: asking.pickUpMs + ASKED_WITHIN_MS,
    });
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause instanceof TimeoutFailure)
      throw nobody('No orchestrator asked in time', error);
    throw error;
  }
}

const nobody = (says: string, cause?: unknown): NobodyWorking =>
  new NobodyWorking(
    `${says}, and only an orchestrator of this version asks executors (custody worker orchestrator).`,
    { cause },
  );
