// A rightful order of an undo: what custody put on under the plan before is taken off, by people who agreed to exactly that.
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan, Step, Undoes } from '../../domain/plan/plan.schema.ts';
import { undoPlan } from '../../domain/plan/undo-plan.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { applied, type Name, plan, rightful, saying, type World } from './rightful.ts';

export const UNDONE_MADE_AT = '2026-11-24T03:42:00.000Z';
export const ASKED_AT = '2026-11-24T03:43:00.000Z';

/** As the decider makes it: `found`: steps that stood before. */
export async function undoOf(
  world: World,
  verdict: Undoes['verdict'] = 'falsePositive',
  of: Plan = plan,
): Promise<{ undo: Plan; results: Saying[] }> {
  const hash = hashOf(of);
  const results = await Promise.all(
    ['s1', 's2'].map((id) => applied(world, 'identity-aws', id, { plan: hash })),
  );
  const standing = {
    hash,
    plan: of,
    results: results.map((one, i) => ({ step: `s${i + 1}`, saying: one })),
    foundSo: [],
    done: ['s3'],
  };
  const made = undoPlan([standing], { verdict, madeAt: UNDONE_MADE_AT, validityMs: 4 * 3_600_000 });
  if (made.plan === null) throw new Error(made.why);
  return { undo: made.plan, results };
}

export const asksForUndo = (world: World, name: Name, undo: Plan, change: Record<string, unknown> = {}) =>
  saying(world, name, 'undo', {
    answers: 'hold-1',
    plan: hashOf(undo),
    body: {
      ...(undo.undoes?.verdict == null ? {} : { verdict: undo.undoes.verdict }),
      madeAt: undo.madeAt,
      reason: 'cleared',
    },
    now: ASKED_AT,
    ...change,
  });

export const agreesToUndo = (world: World, name: Name, undo: Plan, change: Record<string, unknown> = {}) =>
  saying(world, name, 'decide', {
    answers: 'undo-4',
    plan: hashOf(undo),
    body: { verdict: 'approve' },
    now: ASKED_AT,
    ...change,
  });

export interface Bent {
  verdict?: Undoes['verdict'];
  /** Of the plan that is undone. */
  of?: Plan;
  bend?: (undo: Plan) => Plan;
  decisions?: (undo: Plan) => Promise<Saying>[];
  undoes?: (
    undoes: NonNullable<Order['undoes']>,
  ) => NonNullable<Order['undoes']> | Promise<NonNullable<Order['undoes']>>;
  step?: string;
}

/** Everybody has approved exactly this, however bent it is. Cleared: s1 lifts `custody-no-sessions`, s2 the quarantine. */
export async function undoOrder(world: World, bent: Bent = {}): Promise<Order> {
  const { undo, results } = await undoOf(world, bent.verdict, bent.of);
  const ordered = bent.bend?.(undo) ?? undo;
  const decisions = bent.decisions?.(ordered) ?? [
    asksForUndo(world, 'sam', ordered),
    agreesToUndo(world, 'ivo', ordered),
  ];
  const undoes = [{ plan: bent.of ?? plan, results }];
  return {
    ...(await rightful(world)),
    id: 'order-9',
    incident: ordered.incident,
    firstRun: ordered.firstRun,
    plan: ordered,
    step: bent.step ?? 's2',
    decisions: await Promise.all(decisions),
    results: [],
    undoes: (await bent.undoes?.(undoes)) ?? undoes,
    orderedAt: ASKED_AT,
  };
}

export const withStep = (of: Plan, id: string, change: Partial<Step>): Plan => ({
  ...of,
  steps: of.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
});
export const withUndoes = (of: Plan, change: Partial<Undoes>): Plan => ({
  ...of,
  undoes: { plans: [], verdict: null, stays: [], ...of.undoes, ...change },
});
