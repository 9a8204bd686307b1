// What executors are asked about themselves for plans that no incident has laid down yet, and what became of the asking. Only they can say
// what they lack; where they cannot be asked, that is said, and nothing is taken for granted.
import type { CustodyClient } from '../client/client.ts';
import { NobodyWorking, Unreachable } from '../client/failure.ts';
import { isByHand } from '../domain/plan/by-hand.ts';
import { keyOf } from '../domain/identity/identity.ts';
import type { Plan } from '../domain/plan/plan.schema.ts';
import { touchedBy } from '../domain/plan/touched.ts';
import { type Held, type Needs, togetherOf } from '../domain/readiness/asking.ts';
import type { Hand } from '../domain/readiness/hands.ts';
import { executorQueue } from '../workflows/messages.ts';

export type Asks = Pick<CustodyClient, 'polled' | 'askExecutor'>;

/** Connects at the first call. */
export type Connects = () => Promise<Asks>;

/** By executor and account: in each account it may have other rights. */
export interface Question {
  executor: string;
  account: string | null;
  needs: Needs[];
}

export function questionsOf(plans: readonly { key: string; plan: Plan }[]): Question[] {
  const questions = new Map<string, Question>();
  for (const { key, plan } of plans) {
    const { account } = plan.identity;
    for (const { executor, kind, permissions, target, ...step } of plan.steps) {
      if (isByHand({ kind })) continue;
      const id = JSON.stringify([executor, account]);
      const question = questions.get(id) ?? { executor, account, needs: [] };
      questions.set(id, question);
      const own = {
        permissions,
        targets: [target],
        kinds: step.verb === 'apply' ? [kind] : [],
        touches: touchedBy(plan.identity, { target }).map(keyOf),
      };
      const at = question.needs.findIndex((one) => one.key === key);
      const before = question.needs[at];
      if (before === undefined) question.needs.push({ key, ...own });
      else question.needs[at] = { key, ...togetherOf([before, { key, ...own }]) };
    }
  }
  return [...questions.values()];
}

/** By executor's name. `pickUpMs`: as long as an order may wait, by the runbook. */
export async function executorsAsked(
  questions: readonly Question[],
  { connects, pickUpMs }: { connects: Connects; pickUpMs: number },
): Promise<Map<string, Hand>> {
  const hands = new Map<string, Hand>();
  await Promise.all(
    [...new Set(questions.map(({ executor }) => executor))].map(async (name) => {
      const own = questions.filter(({ executor }) => executor === name);
      hands.set(name, await unlessUnreachable(connects, (asks) => asked(asks, name, own, pickUpMs)));
    }),
  );
  return hands;
}

async function asked(
  asks: Asks,
  executor: string,
  questions: readonly Question[],
  pickUpMs: number,
): Promise<Hand> {
  if (!(await asks.polled(executorQueue(executor), 'activities'))) return { state: 'absent' };
  const held = new Map<string, Held>();
  for (const { account, needs } of questions) {
    const answer = await asks.askExecutor({ executor, account, pickUpMs, needs });
    if (answer.absent) return { state: 'absent' };
    for (const one of answer.held) held.set(one.key, one);
  }
  return { state: 'there', held };
}

/** Without Temporal, or an orchestrator, nobody is asked: that is an answer, and no reason to say nothing of the rest. */
export async function unlessUnreachable(
  connects: Connects,
  ask: (asks: Asks) => Promise<Hand>,
): Promise<Hand> {
  try {
    return await ask(await connects());
  } catch (error) {
    if (error instanceof Unreachable || error instanceof NobodyWorking)
      return { state: 'notAsked', why: error.message };
    throw error;
  }
}
