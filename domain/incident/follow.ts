// What follows by itself from the state: plans are made, gates open and are met, steps are ordered, phases pass.
// Each rule looks at the state alone and adds events or none; they are asked in order until none has anything to add.
import { approvals, isMetBy, type Vote } from '../gate/gate.ts';
import { type Instant, earliest, plus, durationMs } from '../instant/instant.ts';
import { buildPlan, planHash } from '../plan/build.ts';
import type { GateName, Step } from '../plan/plan.schema.ts';
import { currentGroup, isDone, phaseDone, type StepState } from '../plan/progress.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import { enterPhase } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { gateNamed, type Incident, knownFor, openGates, takesNoStep } from './incident.ts';

type Rule = (deciding: Deciding) => void;

const RULES: readonly Rule[] = [
  lapsePlan,
  makePlans,
  openRiskGate,
  approvePlan,
  skipWithoutSteps,
  pauseClocks,
  orderNextStep,
  contain,
  recover,
  askForDeletion,
  meetDeletion,
  askToClose,
  close,
];

/** A bound that no real incident comes near; to pass it is a defect, and a thrown error beats a silent loop. */
const MOST_ROUNDS = 500;

export function follow(deciding: Deciding): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (deciding.incident.outcome !== 'open') return;
    const before = deciding.events.length;
    for (const rule of RULES) {
      rule(deciding);
      if (deciding.events.length > before) break;
    }
    if (deciding.events.length === before) return;
  }
  throw new Error('what follows by itself does not come to an end');
}

export function openGate(
  deciding: Deciding,
  name: GateName,
  plan: string | null,
  rule: GateRule,
  more: { closesAs?: string; votes?: Vote[]; until?: Instant } = {},
): string {
  const gate = `${name}-${deciding.incident.counters.gate + 1}`;
  deciding.add('gateOpened', {
    gate,
    name,
    plan,
    rule,
    closesAs: more.closesAs ?? null,
    until: more.until ?? null,
    votes: more.votes ?? [],
  });
  return gate;
}

/** How an incident closes whose end custody has not seen. */
export const BY_HAND = 'handledByHand';

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

function lapsePlan(deciding: Deciding): void {
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

function makePlans(deciding: Deciding): void {
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

function openRiskGate(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.rules === null || incident.phase !== 'triage') return;
  if (gateNamed(incident, 'risk') !== undefined || gateNamed(incident, 'close') !== undefined) return;
  openGate(deciding, 'risk', null, incident.rules.gates.risk);
}

function approvePlan(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'act');
  if (gate === undefined || gate.plan === null || !isMetBy(gate, approvals(gate))) return;
  deciding.add('gateMet', { gate: gate.id, name: 'act' }).add('planApproved', { plan: gate.plan });
}

function skipWithoutSteps(deciding: Deciding): void {
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

/** Two people have agreed that the clocks stand for a while; what is under way goes on. */
function pauseClocks(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'pause');
  if (gate === undefined || gate.until === null) return;
  if (gate.until <= deciding.now) {
    deciding.add('gateLapsed', { gate: gate.id, name: 'pause', why: 'it would be over already' });
  } else if (isMetBy(gate, approvals(gate))) {
    deciding.add('gateMet', { gate: gate.id, name: 'pause' }).add('paused', { until: gate.until });
  }
}

function orderNextStep(deciding: Deciding): void {
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

const irreversibleApproved = (incident: Incident): boolean =>
  incident.gates.some(
    (gate) => gate.name === 'irreversible' && gate.status === 'met' && gate.plan === incident.approved?.hash,
  );

function contain(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.phase !== 'containment' || incident.approved === null) return;
  if (!phaseDone(incident.approved.plan, incident.steps, 'containment')) return;
  // Nothing was cut, so nothing is said to be dead.
  if (!takesNoStep(incident)) deciding.add('contained', {});
  enterPhase(deciding, 'recovery', 'the stolen credential is seen dead; the service must work again.');
}

/** Both are needed: machines saw the new credential used and the old one not, and the owner says that the service works. */
function recover(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.phase !== 'recovery' || incident.approved === null) return;
  if (incident.attestation?.verdict !== 'works') return;
  if (!phaseDone(incident.approved.plan, incident.steps, 'recovery')) return;
  if (!takesNoStep(incident)) deciding.add('recovered', {});
  enterPhase(deciding, 'hardening', 'the service works again; what is left of the old credential goes.');
}

function deletionWaits(incident: Incident): boolean {
  if (incident.phase !== 'hardening' || incident.approved === null) return false;
  const [first] = currentGroup(incident.approved.plan, incident.steps) ?? [];
  return first?.gate === 'irreversible' && !irreversibleApproved(incident);
}

function askForDeletion(deciding: Deciding): void {
  const { incident } = deciding;
  if (
    !deletionWaits(incident) ||
    incident.rules === null ||
    gateNamed(incident, 'irreversible') !== undefined
  )
    return;
  openGate(deciding, 'irreversible', incident.approved?.hash ?? null, incident.rules.gates.irreversible);
  for (const party of incident.rules.gates.irreversible.parties) {
    deciding.tell(party, `${incident.title}: may the old credential be deleted for good?`, {
      answer: 'approve',
    });
  }
}

function meetDeletion(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'irreversible');
  if (gate === undefined || !isMetBy(gate, approvals(gate))) return;
  deciding.add('gateMet', { gate: gate.id, name: 'irreversible' });
}

function askToClose(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.phase !== 'hardening' || incident.approved === null || incident.rules === null) return;
  if (!incident.steps.every(isDone)) return;
  const asked = gateNamed(incident, 'close');
  if (asked !== undefined && asked.closesAs !== BY_HAND) return;
  // Nothing is left to be handled by hand.
  if (asked !== undefined)
    deciding.add('gateLapsed', { gate: asked.id, name: 'close', why: 'everything is done and seen' });
  openGate(deciding, 'close', incident.approved.hash, incident.rules.gates.close, {
    closesAs: incident.drill ? 'drill' : takesNoStep(incident) ? 'observed' : 'resolved',
  });
  for (const party of incident.rules.gates.close.parties) {
    deciding.tell(party, `${incident.title}: everything is done and seen. May it be closed?`, {
      answer: 'close',
    });
  }
}

function close(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'close');
  if (gate === undefined || !isMetBy(gate, approvals(gate))) return;
  deciding
    .add('gateMet', { gate: gate.id, name: 'close' })
    .add('closed', { as: gate.closesAs ?? 'resolved' });
}

export const stateOf = (incident: Incident, step: string): StepState | undefined =>
  incident.steps.find((state) => state.id === step);
