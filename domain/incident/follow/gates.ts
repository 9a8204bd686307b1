// Gates that open, are met and lapse by themselves.
import { approvals, isMetBy } from '../../gate/gate.ts';
import { currentGroup, isDone } from '../../plan/progress.ts';
import type { Deciding } from '../decision.ts';
import { BY_HAND, openGate } from '../gate-moves.ts';
import { gateNamed, type Incident, takesNoStep } from '../incident.ts';
import { irreversibleApproved } from './plan.ts';

export function openRiskGate(deciding: Deciding): void {
  const { incident } = deciding;
  if (incident.rules === null || incident.phase !== 'triage') return;
  if (gateNamed(incident, 'risk') !== undefined || gateNamed(incident, 'close') !== undefined) return;
  openGate(deciding, 'risk', null, incident.rules.gates.risk);
}

/** Two people have agreed that the clocks stand for a while; what is under way goes on. */
export function pauseClocks(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'pause');
  if (gate === undefined || gate.until === null) return;
  if (gate.until <= deciding.now) {
    deciding.add('gateLapsed', { gate: gate.id, name: 'pause', why: 'it would be over already' });
  } else if (isMetBy(gate, approvals(gate))) {
    deciding.add('gateMet', { gate: gate.id, name: 'pause' }).add('paused', { until: gate.until });
  }
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

export function meetDeletion(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'irreversible');
  if (gate === undefined || !isMetBy(gate, approvals(gate))) return;
  deciding.add('gateMet', { gate: gate.id, name: 'irreversible' });
}

export function askToClose(deciding: Deciding): void {
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

export function close(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'close');
  if (gate === undefined || !isMetBy(gate, approvals(gate))) return;
  deciding
    .add('gateMet', { gate: gate.id, name: 'close' })
    .add('closed', { as: gate.closesAs ?? 'resolved' });
}
