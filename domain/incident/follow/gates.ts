// Gates that open, are met and lapse by themselves.
import { approvals, BY_HAND, isMetBy } from '../../gate/gate.ts';
import { isLeft } from '../../follow-up/follow-up.ts';
import { currentGroup, isDone } from '../../plan/progress.ts';
import type { Deciding } from '../decision.ts';
import { openGate } from '../gate-moves.ts';
import { enterPhase } from '../custody-moves.ts';
import { isSetAside } from '../without-people.ts';
import { gateNamed, type Incident, isOnWithoutPeople, openGates, takesNoStep } from '../incident.ts';
import { irreversibleApproved } from './plan.ts';

export function openRiskGate(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.rules === null || incident.phase !== 'triage') return;
  if (gateNamed(incident, 'risk') !== undefined || isSetAside(incident)) return;
  openGate(deciding, 'risk', null, incident.rules.gates.risk);
}

function deletionWaits(incident: Incident): boolean {
  if (incident.phase !== 'hardening' || incident.approved === null) return false;
  const [first] = currentGroup(incident.approved.plan, incident.steps) ?? [];
  return first?.gate === 'irreversible' && !irreversibleApproved(incident);
}

export function askForDeletion(deciding: Deciding): void {
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

/** Gates of which nothing follows at once: what waits for them looks whether they were met. */
export function meet(deciding: Deciding): void {
  for (const gate of openGates(deciding.incident)) {
    const { id, name } = gate;
    if ((name === 'irreversible' || name === 'review') && isMetBy(gate, approvals(gate)))
      deciding.add('gateMet', { gate: id, name });
  }
}

/** Votes were gathered for as long as the runbook says. */
export function expire(deciding: Deciding): void {
  const { incident, now } = deciding;
  for (const gate of openGates(incident)) {
    if (gate.until === null || gate.until > now) continue;
    const why = 'not enough have answered in time';
    deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why });
    for (const party of gate.rule.parties)
      deciding.tell(party, `${incident.title}: ${gate.id} has lapsed: ${why}.`);
    if (gate.name === 'act') enterPhase(deciding, 'triage', `the plan was not approved by ${gate.until}.`);
  }
}

export function askToClose(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.phase !== 'hardening' || incident.approved === null || incident.rules === null) return;
  const asked = gateNamed(incident, 'close');
  if (!incident.steps.every(isDone) || incident.followUps.some(isLeft) || isOnWithoutPeople(incident)) {
    // Something is left after all: it would be left undone by those who only agreed that all is done.
    if (asked?.plan != null)
      deciding.add('gateLapsed', { gate: asked.id, name: 'close', why: 'there is something left to do' });
    return;
  }
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

export function close(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'close');
  if (gate === undefined || !isMetBy(gate, approvals(gate))) return;
  if (gate.closesAs !== BY_HAND && isOnWithoutPeople(deciding.incident)) return;
  // Whoever broke the glass is answered first, by somebody else.
  if (gateNamed(deciding.incident, 'review') !== undefined) return;
  const as = gate.closesAs ?? 'resolved';
  deciding.add('gateMet', { gate: gate.id, name: 'close' });
  // Whoever closes it before everything is done leaves the rest undone, and says so.
  const person = approvals(gate)
    .map((vote) => vote.person)
    .join(' and ');
  for (const { id } of deciding.incident.followUps.filter(isLeft)) {
    const reason = `closed as ${as}`;
    deciding.add('followUpEnded', { id, as: 'waived', ticket: null, reason, person, said: null });
  }
  deciding.add('closed', { as });
}
