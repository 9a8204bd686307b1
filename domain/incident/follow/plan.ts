// Plans that are made, approved and run out, and steps that are ordered when their turn has come.
import { approvals, isMetBy } from '../../gate/gate.ts';
import { durationMs, earliest, type Instant, plus } from '../../instant/instant.ts';
import { buildPlan, planHash } from '../../plan/build.ts';
import type { Step } from '../../plan/plan.schema.ts';
import { currentGroup, isDone } from '../../plan/progress.ts';
import { enterPhase } from '../custody-moves.ts';
import type { Deciding } from '../decision.ts';
import { gateNamed, type Incident, knownFor, openGates, stateOf, takesNoStep } from '../incident.ts';

/**
 * When what is asked or waited for can no longer be done in time: executors refuse a step after its `notAfter`. null where nothing
 * runs out. What is under way is waited for, and a reversible step that was applied in time may be applied again.
 */
export function lapsesAt(incident: Incident): Instant | null {
  const { approved, plans, discovery } = incident;
  if (takesNoStep(incident) || discovery.state !== 'done') return null;
  if (approved === null) {
    const cuts = plans.flatMap(({ plan }) => plan.steps.filter((step) => step.phase === 'containment'));
    return earliest(...cuts.map((step) => step.notAfter)) ?? null;
  }
  const group = currentGroup(approved.plan, incident.steps) ?? [];
  if (group.some((step) => stateOf(incident, step.id)?.status === 'ordered')) return null;
  const open = group.filter((step) => {
    const state = stateOf(incident, step.id);
    const again = step.reversibility === 'reversible' && step.verb === 'apply' && state?.applied != null;
    return !again && (state?.status === 'waiting' || state?.status === 'blocked');
  });
  return earliest(...open.map((step) => step.notAfter)) ?? null;
}

export function lapsePlan(deciding: Deciding): void {
  const { incident, now } = deciding;
  const due = lapsesAt(incident);
  if (due === null || due > now) return;
  deciding.add('planLapsed', { plan: incident.approved?.hash ?? null, due });
  for (const gate of openGates(incident).filter((one) => one.plan !== null || one.name === 'risk'))
    deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why: 'the plan has run out' });
  const why = `the plan could be carried out until ${due}: it must be judged anew.`;
  if (incident.phase === 'triage') deciding.tell(incident.hold.party, `${incident.title}: ${why}`);
  else enterPhase(deciding, 'triage', why);
}

export function makePlans(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { rules, discovery, approved } = incident;
  const found = discovery.found;
  // What was found may change the class, and with it the plan: that comes first.
  if (incident.resolvedFor !== knownFor(incident) && incident.rulesNotBefore === null) return;
  if (
    rules === null ||
    found === null ||
    discovery.state !== 'done' ||
    discovery.planned === discovery.round ||
    approved !== null
  )
    return;
  const made = rules.strategies.map((strategy) =>
    buildPlan(found, rules, {
      incident: incident.id,
      firstRun: incident.firstRun,
      strategy,
      drill: incident.drill,
      now,
    }),
  );
  const plans = made.flatMap(({ plan }) => (plan === null ? [] : [{ hash: planHash(plan), plan }]));
  deciding.add('plansMade', {
    plans,
    concerns: [...new Set([...found.concerns, ...made.flatMap((one) => one.concerns)])],
  });
  // What was asked about the plans before is asked again.
  const stale = openGates(deciding.incident).filter(
    (gate) => gate.name === 'act' || (gate.name === 'risk' && gate.votes.length > 0),
  );
  for (const gate of stale)
    deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why: 'the plan changed' });
  if (stale.some((gate) => gate.name === 'act'))
    enterPhase(deciding, 'triage', 'the plan changed, so it must be judged anew.');
}

export function approvePlan(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'act');
  if (gate === undefined || gate.plan === null || !isMetBy(gate, approvals(gate))) return;
  deciding.add('gateMet', { gate: gate.id, name: 'act' }).add('planApproved', { plan: gate.plan });
}

export function skipWithoutSteps(deciding: Deciding): void {
  const { incident } = deciding;
  if (!takesNoStep(incident) || incident.approved === null) return;
  const why = incident.drill ? 'A drill takes no step.' : 'Observed: this class takes no step yet.';
  for (const state of incident.steps) {
    if (!isDone(state)) deciding.add('stepSkipped', { step: state.id, why });
  }
}

/** When a step may run at the earliest, or null where it does not wait for a time. */
export function opensAt(incident: Incident, step: Step): Instant | null {
  if (step.after === undefined) return null;
  return incident.containment === null ? null : plus(incident.containment.seenAt, durationMs(step.after));
}

export function orderNextStep(deciding: Deciding): void {
  const { incident, now } = deciding;
  if (incident.approved === null) return;
  const group = currentGroup(incident.approved.plan, incident.steps);
  if (group === null || !groupMayRun(incident, group, now)) return;
  const states = new Map(incident.steps.map((state) => [state.id, state]));
  for (const step of group) {
    const state = states.get(step.id);
    if (state === undefined || state.status === 'ordered') return;
    if (state.status === 'applied' || isDone(state)) continue;
    if (state.notBefore !== null && state.notBefore > now) return;
    deciding.add('ordered', {
      order: state.order ?? `order-${incident.counters.order + 1}`,
      step: step.id,
      attempt: state.attempt + 1,
    });
    return;
  }
}

function groupMayRun(incident: Incident, group: readonly Step[], now: Instant): boolean {
  const [first] = group;
  if (first === undefined || first.phase !== incident.phase) return false;
  if (first.gate === 'irreversible' && !irreversibleApproved(incident)) return false;
  // The owner's last word counts, for the executor too.
  if (first.gate === 'irreversible' && incident.attestation?.verdict !== 'works') return false;
  if (first.after === undefined) return true;
  const at = opensAt(incident, first);
  return at !== null && at <= now;
}

export const irreversibleApproved = (incident: Incident): boolean =>
  incident.gates.some(
    (gate) => gate.name === 'irreversible' && gate.status === 'met' && gate.plan === incident.approved?.hash,
  );
