// Orders whose votes and results are proved in any of the three ways, and what an executor verifies them by.
import type { Act } from '../../../authority/ledger/act.ts';
import { askedOf } from '../../../authority/ledger/act.ts';
import type { OwnAuthority } from '../../../authority/own-authority.ts';
import type { ExecutorPolicy } from '../../../authority/policy.schema.ts';
import { verifyWarrant, type WarrantVerdict } from '../../../authority/warrant.ts';
import { hashOf } from '../../../domain/encoding/canonical.ts';
import type { Instant } from '../../../domain/instant/instant.ts';
import type { Order } from '../../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../../domain/plan/plan.schema.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { PROOF_TYPES, provenAnew, type Provers } from '../proof/three-proofs.ts';
import {
  ALL_CUT,
  approves,
  assesses,
  attests,
  kinds,
  MUCH_LATER,
  type Name,
  NOW,
  plan as usual,
  PLAN_HASH,
  policyOf,
  SEEN_AT,
  sees,
  STEPS,
} from '../rightful.ts';
import type { Dice } from './dice.ts';

export interface OrderBase {
  provers: Provers;
  dice: Dice;
  /** One of the identity team's executor. */
  step: OwnStep;
}

export const OWN_STEPS = [
  STEPS.quarantine,
  STEPS.noSessions,
  STEPS.deactivate,
  STEPS.lift,
  STEPS.deleteOld,
  STEPS.liftNoSessions,
] as const;
export type OwnStep = (typeof OWN_STEPS)[number];

export interface Ordered {
  order: unknown;
  policy?: ExecutorPolicy;
  authority?: OwnAuthority;
  directory?: Directory;
  self?: string;
  acts?: Act[];
  now?: Instant;
}

/** When it may be taken: what waits, only then. */
export const momentOf = (step: string): Instant => (step === STEPS.liftNoSessions ? MUCH_LATER : NOW);

export const verified = (provers: Provers, step: string, given: Ordered): Promise<WarrantVerdict> =>
  verifyWarrant({
    order: given.order,
    policy: given.policy ?? policyOf('identity-aws'),
    authority: given.authority ?? null,
    directory: given.directory ?? provers.directory,
    kinds,
    self: [given.self ?? 'aws/123456789012/iam-user/custody-identity'],
    acts: given.acts ?? [],
    now: given.now ?? momentOf(step),
    issuerKeys: provers.provider.port,
  });

/** The same words in one of the three proofs; machines have keys alone. */
export async function provenSomehow({ provers, dice }: OrderBase, said: Promise<Saying>): Promise<Saying> {
  return provenAnew(provers, dice.pick(PROOF_TYPES), await said);
}

export const answersOf = (step: string): string => (step === STEPS.deleteOld ? 'irreversible-3' : 'act-2');

const about = (plan: Plan) => ({
  plan: plan === usual ? PLAN_HASH : hashOf(plan),
  incident: plan.incident,
  firstRun: plan.firstRun,
});

/** What people say to one plan: two teams approve it, at the gate of the step. */
export const votesOn = (base: OrderBase, plan: Plan = usual): Promise<Saying>[] => {
  const { provers, dice, step } = base;
  const what = about(plan);
  if (step === STEPS.deleteOld)
    return (['ivo', 'olga'] as const).map((name) =>
      provenSomehow(base, approves(provers.world, name, { ...what, answers: answersOf(step), now: SEEN_AT })),
    );
  const soc = dice.pick(['sam', 'erin'] as const);
  const body = { verdict: 'incident', impact: 'confirmed', strategy: plan.strategy, reason: 'it is used' };
  const first = dice.pick([
    () => assesses(provers.world, soc, { ...what, body }),
    () => approves(provers.world, soc, what),
  ]);
  return [provenSomehow(base, first()), provenSomehow(base, approves(provers.world, 'ivo', what))];
};

/** What must have been seen or said before the step. */
export const resultsFor = (base: OrderBase, plan: Plan = usual): Promise<Saying>[] => {
  const { provers, step } = base;
  const what = about(plan);
  if (step === STEPS.lift || step === STEPS.liftNoSessions) return [sees(provers.world, ALL_CUT, what)];
  if (step === STEPS.deleteOld) return [provenSomehow(base, attests(provers.world, 'olga', 'works', what))];
  return [];
};

interface Parts {
  decisions?: (Saying | Promise<Saying>)[];
  results?: (Saying | Promise<Saying>)[];
  /** Everybody has approved exactly this one. */
  plan?: Plan;
}

const inOrder = (sayings: readonly (Saying | Promise<Saying>)[]): Promise<Saying[]> =>
  Promise.all(sayings.map(async (one) => one));

/** A rightful order, but for what is given. */
export async function ordered(base: OrderBase, parts: Parts = {}): Promise<Order> {
  const { plan = usual } = parts;
  const [decisions, results] = await Promise.all([
    inOrder(parts.decisions ?? votesOn(base, plan)),
    inOrder(parts.results ?? resultsFor(base, plan)),
  ]);
  return {
    id: 'order-1',
    incident: plan.incident,
    firstRun: plan.firstRun,
    plan,
    step: base.step,
    decisions,
    results,
    head: base.dice.hex(64),
    orderedAt: SEEN_AT,
  };
}

/** Another vote in the place of the identity team's. */
export const insteadOfIvo = (base: OrderBase, vote: Saying | Promise<Saying>) =>
  ordered(base, {
    decisions: [votesOn(base)[base.step === STEPS.deleteOld ? 1 : 0] as Promise<Saying>, vote],
  });

export const ivoApproves = (base: OrderBase, what: Parameters<typeof approves>[2] = {}, name: Name = 'ivo') =>
  approves(base.provers.world, name, { answers: answersOf(base.step), ...what });

export const withStep = (step: string, change: Partial<Step>, plan: Plan = usual): Plan => ({
  ...plan,
  steps: plan.steps.map((one) => (one.id === step ? { ...one, ...change } : one)),
});

/** What the executor's ledger tells. */
export const acted = (plan: Plan, step: Step): Act => ({
  ...askedOf(plan, step, hashOf(plan), 'order-1'),
  at: SEEN_AT,
  step: step.id,
  finding: null,
  ended: { at: SEEN_AT, as: 'done' },
});
