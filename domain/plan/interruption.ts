// How long the service stood still: from the cut of the old credential until the new one was seen at work. Where that came first, not at
// all. Pure. A plan that replaces nothing says nothing about it.
import { epochMs, type Instant } from '../instant/instant.ts';
import { aimOf } from './aim.ts';
import { isByHand } from './by-hand.ts';
import type { Plan, Step } from './plan.schema.ts';
import { isDone, type StepState } from './progress.ts';

export interface Interruption {
  /** When the first cut was applied. */
  from: Instant | null;
  /** When the first look saw the new credential at work. */
  until: Instant | null;
}

/** What stops the service: everything that contains or, where something is replaced or restricted first, what comes after that. */
export const cutsOf = ({ strategy, steps }: Plan): Step[] =>
  steps.filter(
    ({ verb, phase, startBy }) =>
      verb === 'apply' && phase === 'containment' && (strategy === 'cut' || startBy !== undefined),
  );

/** What brings it back: the replacement, and that what cut it is off where the plan takes it off for that. */
function bringsBack(plan: Plan): Step[] {
  const cuts = new Set(cutsOf(plan).map(aimOf));
  const recovery = plan.steps.filter(({ phase }) => phase === 'recovery');
  const replaces = recovery.some(
    (step) => step.verb === 'apply' && (step.part === 'owner' || isByHand(step)),
  );
  return replaces ? recovery.filter((step) => step.verb === 'apply' || cuts.has(aimOf(step))) : [];
}

export const cutAt = (before: Interruption, plan: Plan, step: string, at: Instant): Interruption =>
  before.from === null && cutsOf(plan).some(({ id }) => id === step) ? { ...before, from: at } : before;

/** `at`: when the last of what is seen began to stand. */
export function backAt(
  before: Interruption,
  plan: Plan,
  states: readonly StepState[],
  at: Instant,
): Interruption {
  const back = bringsBack(plan);
  const isBack =
    back.length > 0 && back.every(({ id }) => states.some((state) => state.id === id && isDone(state)));
  return before.until === null && isBack ? { ...before, until: at } : before;
}

/** Rounded up; null: it is not over, or nothing was cut or replaced. */
export function interruptedSeconds({ from, until }: Interruption): number | null {
  if (from === null || until === null) return null;
  return Math.ceil(Math.max(0, epochMs(until) - epochMs(from)) / 1_000);
}
