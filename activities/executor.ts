// The hand with the keys: verifies the warrant anew, acts on one step, and signs what it did. It trusts nothing else that an
// orchestrator says, and no secret leaves the provider.
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { planHash } from '../domain/plan/build.ts';
import type { Applied, Order } from '../domain/plan/order.schema.ts';
import type { Step } from '../domain/plan/plan.schema.ts';
import type { CredentialKind, Evidence, Preflight, Provider } from '../domain/provider/provider.ts';
import type { Instant } from '../domain/instant/instant.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { beating } from './beating.ts';
import type { Speak } from './speak.ts';
import { sorted } from './sort.ts';

export type Warranted =
  | { ok: true; order: Order; step: Step; evidence: Record<string, Evidence> }
  | { ok: false; check: string; reason: string };

export interface ExecutorDependencies {
  kinds: Readonly<Record<string, CredentialKind>>;
  /** Of its provider. It reads what this process itself may do, and so needs no warrant. */
  preflight: Provider['preflight'];
  /** Checks an order of whatever form by the executor's own directory and policy. */
  verify: (order: unknown, now: Instant) => Promise<Warranted>;
  speak: Speak;
  now: () => Instant;
  /** Every order, taken or refused, with its reason. */
  audit: (entry: {
    order: string;
    step: string;
    verdict: 'acted' | 'refused' | 'failed';
    reason: string;
  }) => void;
}

/** `targets`: of the steps that the permissions are for. Without any, a permission that is held to some of them is not known. */
export interface ToPreflight {
  permissions: string[];
  targets?: Evidence[];
}

export const executorActivities = ({ kinds, preflight, verify, speak, now, audit }: ExecutorDependencies) => {
  const carryOut = async (sent: Order, verb: 'apply' | 'undo'): Promise<Saying> => {
    const warrant = await verify(sent, now());
    if (!warrant.ok) throw refusal(`${warrant.reason} (${warrant.check})`, sent);
    const { order, step, evidence } = warrant;
    const kind = kinds[step.kind];
    if (kind === undefined) throw refusal(`This executor has no ${step.kind}.`, order);
    if (step.verb !== verb) throw refusal(`The plan says ${step.verb}, not ${verb}.`, order);
    const { heartbeat } = Context.current();
    const act = {
      plan: order.plan,
      step,
      orderedAt: order.orderedAt,
      evidence,
      heartbeat: () => heartbeat(),
    };
    const done = await beating(() => sorted(() => kind[verb](act))).catch((error: unknown) => {
      audit({
        order: order.id,
        step: step.id,
        verdict: 'failed',
        reason: error instanceof Error ? error.message : 'unknown',
      });
      throw error;
    });
    audit({
      order: order.id,
      step: step.id,
      verdict: 'acted',
      reason: done.wasSo ? 'it was so already' : step.does,
    });
    const body: Applied = { step: step.id, at: now(), ...done };
    const { incident, firstRun } = order;
    return speak({
      message: 'applied',
      incident,
      firstRun,
      answers: order.id,
      plan: planHash(order.plan),
      body,
    });
  };

  /** Recorded before it is thrown: a refusal that reaches no record stands in the executor's own log. */
  const refusal = (reason: string, order: Partial<Order>): ApplicationFailure => {
    audit({ order: String(order.id ?? ''), step: String(order.step ?? ''), verdict: 'refused', reason });
    return ApplicationFailure.nonRetryable(reason, 'refused');
  };

  return {
    apply: (order: Order): Promise<Saying> => carryOut(order, 'apply'),
    undo: (order: Order): Promise<Saying> => carryOut(order, 'undo'),
    /** What is missing is an answer, not a failure; only what cannot be asked at all fails. */
    preflight: ({ permissions, targets }: ToPreflight): Promise<Preflight> =>
      beating(() => sorted(() => preflight(permissions, targets))),
  };
};
