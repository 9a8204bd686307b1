// What is new and what is gone between two plans of one identity. Pure.
import type { StepState } from './progress.ts';
import { isDone } from './progress.ts';
import { isByHand } from './by-hand.ts';
import type { Plan, Step } from './plan.schema.ts';

export interface Difference {
  /** Plain words of the steps. */
  added: string[];
  gone: string[];
}

export const isSame = ({ added, gone }: Difference): boolean => added.length === 0 && gone.length === 0;

/** Against what people were shown before. */
export function differenceInWords(before: readonly string[], plan: Plan): Difference {
  const now = plan.steps.map((step) => step.does);
  return {
    added: now.filter((does) => !before.includes(does)),
    gone: before.filter((does) => !now.includes(does)),
  };
}

/** What a fresh look would do otherwise than the approved plan, as far as that has not been done yet. */
export function changedSince(
  approved: Plan,
  states: readonly StepState[],
  fresh: readonly Step[],
): Difference {
  // What was removed is not proposed any more: whether it stays so is the check's to see.
  const done = new Set(
    states.filter((state) => isDone(state) || state.status === 'applied').map((state) => state.id),
  );
  const known = new Set(approved.steps.map(aimOf));
  const wanted = new Set(fresh.map(aimOf));
  return {
    added: fresh.filter((step) => !known.has(aimOf(step))).map((step) => step.does),
    gone: approved.steps
      .filter((step) => !isByHand(step) && !done.has(step.id) && !wanted.has(aimOf(step)))
      .map((step) => step.does),
  };
}

const aimOf = ({ kind, verb, target, does }: Step): string =>
  JSON.stringify([
    kind,
    verb,
    Object.entries(target).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    kind.startsWith('manual/') ? does : '',
  ]);
