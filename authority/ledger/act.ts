// What an executor has done or may have done, as its ledger tells, and whether that uses up a warrant. Pure.
import { canonical } from '../../domain/encoding/canonical.ts';
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import { keyOf, isOfOne } from '../../domain/identity/identity.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Intention, LedgerLine } from './line.schema.ts';

export type Ending = Extract<LedgerLine, { type: 'ended' }>['as'];

export interface Act extends Intention {
  /** null: it goes on, or the process ended meanwhile; it may have been done. */
  ended: { at: Instant; as: Ending } | null;
}

/** What the question is about: one step of one plan. */
export type Asked = Pick<Intention, 'plan' | 'madeAt' | 'key' | 'kind' | 'verb' | 'target' | 'order'>;

export const askedOf = (
  { identity, madeAt }: Plan,
  { kind, verb, target }: Step,
  plan: string,
  order: string,
): Asked => ({
  plan,
  order,
  madeAt,
  key: keyOf(identity),
  kind,
  verb,
  target,
});

export const mayHaveActed = ({ ended }: Act): boolean => ended?.as !== 'withdrawn';

/**
 * Whether this step was begun before and may have put on what is found on now: an answer was lost, perhaps after the act. That somebody
 * else put it on in between is the lesser mistake: what is ours and taken for theirs, no undo would lift.
 */
export const mayBeOwn = (asked: Asked, acts: readonly Act[]): boolean =>
  acts.some(
    (act) =>
      act.verb === 'apply' &&
      act.plan === asked.plan &&
      aimOf(act) === aimOf(asked) &&
      mayHaveActed(act) &&
      act.ended?.as !== 'wasSo',
  );

const aimOf = ({ kind, target }: Pick<Asked, 'kind' | 'target'>): string =>
  canonical([kind, target]).toLowerCase();

/**
 * Why this step of this plan is not to be taken (again), or null. What was undone stays undone, and a newer plan of the same identity
 * takes the place of every older one, its undo included: that would lift what the newer one put on.
 */
export function whyUsedUp(asked: Asked, acts: readonly Act[]): string | null {
  const before = acts.filter((act) => isOfOne(act.key, asked.key) && mayHaveActed(act));
  const newer = before.find((act) => act.plan !== asked.plan && epochMs(act.madeAt) > epochMs(asked.madeAt));
  if (newer !== undefined) {
    return `This executor has since acted on a newer plan of ${asked.key}, made at ${newer.madeAt}: order that one, or have people approve a new plan.`;
  }
  if (asked.verb === 'undo') return whyUndone(asked, before);
  const undone = before.find(
    (act) =>
      act.verb === 'undo' && aimOf(act) === aimOf(asked) && epochMs(act.madeAt) >= epochMs(asked.madeAt),
  );
  return undone === undefined
    ? null
    : `What this step would put on was taken off at ${undone.at}, by step ${undone.step} of plan ${undone.plan.slice(0, 12)}…: it needs a new plan.`;
}

/** A retry has the order's own id. Under another one it would lift what somebody has put on since. */
function whyUndone(asked: Asked, before: readonly Act[]): string | null {
  const done = before.find(
    (act) =>
      act.verb === 'undo' &&
      act.plan === asked.plan &&
      aimOf(act) === aimOf(asked) &&
      act.order !== asked.order &&
      act.ended?.as === 'done',
  );
  return done === undefined
    ? null
    : `This was taken off at ${done.at} already, by ${done.order}: an undo is used once.`;
}
