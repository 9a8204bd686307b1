// How far an approved plan has come. Steps of one group are applied one after another and seen together;
// the next group waits until an independent read has seen the whole group, twice, a propagation time apart.
import type { Instant } from '../instant/instant.ts';
import type { Saying } from '../statement/statement.schema.ts';
import type { Plan, Step } from './plan.schema.ts';

export interface StepState {
  id: string;
  status: 'waiting' | 'ordered' | 'applied' | 'seen' | 'blocked' | 'skipped';
  /** `order-3`: the same whenever it is ordered again. */
  order: string | null;
  orderedAt: Instant | null;
  attempt: number;
  /** Ordered (again) not before this. */
  notBefore: Instant | null;
  /** What its application said: names and ids, no secrets. */
  evidence: Record<string, string>;
  /** Signed by the executor. */
  applied: Saying | null;
  appliedAt: Instant | null;
  /** When a read first saw it stand, since it was last applied. */
  stoodAt: Instant | null;
  seenAt: Instant | null;
  saw: string | null;
  trouble: string | null;
}

export const newStep = (step: Step): StepState => ({
  id: step.id,
  status: 'waiting',
  order: null,
  orderedAt: null,
  attempt: 0,
  notBefore: null,
  evidence: {},
  applied: null,
  appliedAt: null,
  stoodAt: null,
  seenAt: null,
  saw: null,
  trouble: null,
});

const DONE: readonly StepState['status'][] = ['seen', 'skipped'];

export const isDone = (state: StepState): boolean => DONE.includes(state.status);

/** Runs of steps with the same phase, executor, gate and delay. */
export function groups(plan: Plan): Step[][] {
  const runs: Step[][] = [];
  for (const step of plan.steps) {
    const last = runs.at(-1)?.at(-1);
    const same =
      last !== undefined &&
      last.phase === step.phase &&
      last.executor === step.executor &&
      last.gate === step.gate &&
      last.after === step.after;
    if (same) runs.at(-1)?.push(step);
    else runs.push([step]);
  }
  return runs;
}

/** The group that is being worked on, or null when all is done. */
export function currentGroup(plan: Plan, states: readonly StepState[]): Step[] | null {
  const done = new Set(states.filter(isDone).map((state) => state.id));
  return groups(plan).find((group) => group.some((step) => !done.has(step.id))) ?? null;
}

/** Whether every step of a phase is done. */
export function phaseDone(plan: Plan, states: readonly StepState[], phase: Step['phase']): boolean {
  const done = new Set(states.filter(isDone).map((state) => state.id));
  return plan.steps.every((step) => step.phase !== phase || done.has(step.id));
}
