// What custody itself has put on an identity under the plans of one incident, and has not taken off since. A plan can be replaced by
// another; what was put on under it stands all the same, and only by its executor's own word can it be undone. Pure.
import type { Saying } from '../statement/statement.schema.ts';
import { aimOf } from './aim.ts';
import { isByHand } from './by-hand.ts';
import type { Plan, Step } from './plan.schema.ts';
import type { StepState } from './progress.ts';

export interface PutOn {
  hash: string;
  plan: Plan;
  /** What stands, each by the word of the executor that put it on. */
  results: { step: string; saying: Saying }[];
  /** Steps that were found to be so already: somebody else's. */
  foundSo: string[];
  /** Steps that were carried out and cannot be taken back. */
  done: string[];
}

/** Each has a whole plan with it, and goes along with the incident. */
const PLANS_KEPT = 6;

export function putOnAfter(
  before: readonly PutOn[],
  { hash, plan }: Pick<PutOn, 'hash' | 'plan'>,
  states: readonly StepState[],
): PutOn[] {
  const stateOf = (id: string): StepState | undefined => states.find((state) => state.id === id);
  const wasApplied = ({ id }: Step): boolean => stateOf(id)?.applied != null;
  const lifted = new Set(
    plan.steps.filter((step) => step.verb === 'undo' && wasApplied(step)).map((step) => aimOf(step)),
  );
  const own = plan.steps.filter((step) => step.verb === 'apply' && wasApplied(step) && !isByHand(step));
  const reversible = own.filter((step) => step.reversibility === 'reversible' && !lifted.has(aimOf(step)));
  const results = reversible.flatMap(({ id }) => {
    const saying = stateOf(id)?.putOn;
    return saying === undefined ? [] : [{ step: id, saying }];
  });
  const earlier = before.map((one) => ({
    ...one,
    results: one.results.filter(({ step }) => !lifted.has(aimOf(stepIn(one.plan, step)))),
  }));
  const newest: PutOn = {
    hash,
    plan,
    results,
    foundSo: reversible.filter(({ id }) => stateOf(id)?.putOn === undefined).map(({ id }) => id),
    done: own.filter((step) => step.reversibility !== 'reversible').map(({ id }) => id),
  };
  // What was cut for good is told also where nothing else of its plan stands.
  return [...earlier, newest]
    .filter((one) => one.results.length > 0 || one.done.length > 0)
    .slice(-PLANS_KEPT);
}

export function stepIn(plan: Plan, id: string): Step {
  const step = plan.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`the plan has no step ${id}`);
  return step;
}
