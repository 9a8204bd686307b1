// What was seen dead is watched until the incident closes: a key can be activated again, a policy detached, a compromised version given
// out. Which steps, and when they are looked at next. Pure.
import type { Instant } from '../instant/instant.ts';
import { isByHand } from '../plan/by-hand.ts';
import type { Step } from '../plan/plan.schema.ts';
import { liftedBy } from '../plan/progress.ts';
import { type Incident, stateOf, takesNoStep } from './incident.ts';
import { isUndoing } from './undoing.ts';

/** What was cut or replaced and is seen; not what the plan itself takes off again. What people did by hand, they call back themselves. */
export function watchedSteps(incident: Incident): Step[] {
  const { approved, containment, phase, steps } = incident;
  if (approved === null || containment === null || takesNoStep(incident) || isUndoing(incident)) return [];
  if (phase !== 'recovery' && phase !== 'hardening') return [];
  const lifted = liftedBy(approved.plan, steps);
  const watched = approved.plan.steps.filter(
    (step) =>
      step.verb === 'apply' &&
      step.phase !== 'hardening' &&
      !isByHand(step) &&
      !lifted.has(step.id) &&
      stateOf(incident, step.id)?.status === 'seen',
  );
  return watched.filter(({ checker }) => checker === watched[0]?.checker);
}

/** When they are looked at next; null: nothing is watched. */
export const watchAt = (incident: Incident): Instant | null =>
  watchedSteps(incident).length === 0 ? null : incident.watch.notBefore;
