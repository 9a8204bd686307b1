// What custody has put on an identity in this incident, and the plan that would take it off. Made from the state alone. Pure.
import type { Instant } from '../instant/instant.ts';
import { isByHand } from '../plan/by-hand.ts';
import type { Undoes } from '../plan/plan.schema.ts';
import { type PutOn, putOnAfter } from '../plan/put-on.ts';
import { undoPlan, type UndoPlanned } from '../plan/undo-plan.ts';
import type { Incident } from './incident.ts';

/** What was approved takes back what was done. */
export const isUndoing = ({ approved }: Pick<Incident, 'approved'>): boolean =>
  approved?.plan.undoes !== undefined;

/** By plans, the oldest first, what went on without people among them; the present one is the last. */
export const standingIn = ({
  putOn = [],
  approved,
  steps,
}: Pick<Incident, 'putOn' | 'approved' | 'steps'>): PutOn[] =>
  approved === null ? putOn : putOnAfter(putOn, approved, steps);

export const undoPlanIn = (incident: Incident, verdict: Undoes['verdict'], madeAt: Instant): UndoPlanned =>
  incident.rules === null
    ? { plan: null, why: 'The runbook is not read yet.' }
    : undoPlan(standingIn(incident), {
        verdict,
        madeAt,
        validityMs: incident.rules.validityMs.recovery,
      });

/** Custody has put something on that stands, and that it could take off. */
export const standsSomething = (incident: Pick<Incident, 'putOn' | 'approved' | 'steps'>): boolean =>
  standingIn(incident).some(({ results }) => results.length > 0);

/**
 * An executor is putting something on or replacing it: what becomes of it is not known yet. What it takes off, an undo would too. What
 * goes on without people is under way until it is seen.
 */
export const isUnderWay = ({ approved, automatic, steps }: Incident): boolean =>
  automatic.running !== null ||
  (approved?.plan.steps ?? []).some(
    (step) =>
      step.verb === 'apply' &&
      !isByHand(step) &&
      steps.some(({ id, status }) => id === step.id && status === 'ordered'),
  );
