// How far an approved plan has come. Steps of one group are applied one after another and seen together;
// the next group waits until an independent read has seen the whole group, twice, a propagation time apart.
import type { Instant } from '../instant/instant.ts';
import type { Saying } from '../statement/statement.schema.ts';
import { aimOf } from './aim.ts';
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
  /** Signed by the executor that itself put it on, where it was not so before: by that it can be taken off again. */
  putOn?: Saying;
  appliedAt: Instant | null;
  /** When a read first saw it stand, since it was last applied. */
  stoodAt: Instant | null;
  seenAt: Instant | null;
  saw: string | null;
  trouble: string | null;
  /** Of a step done by hand: signed by whoever looked. */
  confirmed: Saying | null;
  /** Its hard deadline came: it goes before what stands unseen before it. */
  forced: boolean;
  /** Its own clock ran out, which was told once. */
  overdue: boolean;
  /** The newest use of what it cut, once one was told of. */
  usedAt?: Instant;
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
  confirmed: null,
  forced: false,
  overdue: false,
});

const DONE: readonly StepState['status'][] = ['seen', 'skipped'];

export const isDone = (state: StepState): boolean => DONE.includes(state.status);

/** Runs of steps with the same phase, executor, gate, delay and hard deadline. Where nobody decides, each is seen before the next. */
export function groups(plan: Plan): Step[][] {
  const runs: Step[][] = [];
  for (const step of plan.steps) {
    const last = runs.at(-1)?.at(-1);
    const same =
      last !== undefined &&
      plan.mode !== 'auto' &&
      last.phase === step.phase &&
      last.executor === step.executor &&
      last.gate === step.gate &&
      last.after === step.after &&
      last.startBy === step.startBy;
    if (same) runs.at(-1)?.push(step);
    else runs.push([step]);
  }
  return runs;
}

/** The group that is being worked on, or null when all is done. One whose hard deadline came goes before what stands unseen before it. */
export function currentGroup(plan: Plan, states: readonly StepState[]): Step[] | null {
  const done = new Set(states.filter(isDone).map((state) => state.id));
  const forced = new Set(states.filter((state) => state.forced).map((state) => state.id));
  const open = groups(plan).filter((group) => group.some((step) => !done.has(step.id)));
  return open.find((group) => group.some((step) => forced.has(step.id))) ?? open[0] ?? null;
}

/** Of the current group, what is to stand: what the plan has taken off since is no part of it. */
export function groupToBeSeen(plan: Plan, states: readonly StepState[]): Step[] {
  const lifted = liftedBy(plan, states);
  return (currentGroup(plan, states) ?? []).filter(({ id }) => !lifted.has(id));
}

/** What the plan itself takes off again, once that was ordered: nobody is to put it on again. */
export function liftedBy(plan: Plan, states: readonly StepState[]): ReadonlySet<string> {
  const begun = new Set(states.filter(({ attempt }) => attempt > 0).map(({ id }) => id));
  const off = new Set(plan.steps.filter(({ id, verb }) => verb === 'undo' && begun.has(id)).map(aimOf));
  const on = plan.steps.filter((step) => step.verb === 'apply' && off.has(aimOf(step)));
  return new Set(on.map(({ id }) => id));
}

const ORDER: readonly Step['phase'][] = ['containment', 'recovery', 'hardening'];

/** The phase in which a group runs: what stands before a cut in the plan runs in containment, whoever's part it is. */
export function runsIn(plan: Pick<Plan, 'steps'>, group: readonly Step[]): Step['phase'] {
  const from = plan.steps.findIndex((step) => step.id === group[0]?.id);
  const phases = plan.steps.slice(from).map((step) => ORDER.indexOf(step.phase));
  return ORDER[Math.min(...phases)] ?? 'hardening';
}

/** Whether every step of a phase is done. */
export function phaseDone(plan: Plan, states: readonly StepState[], phase: Step['phase']): boolean {
  const done = new Set(states.filter(isDone).map((state) => state.id));
  return plan.steps.every((step) => step.phase !== phase || done.has(step.id));
}
