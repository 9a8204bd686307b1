// What two people have agreed to weaken takes effect.
import { approvals, type Gate, isMetBy, type Weakening } from '../../gate/gate.ts';
import { isLeft } from '../../follow-up/follow-up.ts';
import type { Deciding } from '../decision.ts';
import { planHash } from '../../plan/build.ts';
import { type Incident, openGates } from '../incident.ts';
import { changePlan } from '../plan-moves.ts';
import { isUnderWay, undoPlanIn } from '../undoing.ts';
import { takeBack } from './undo.ts';

export function weaken(deciding: Deciding): void {
  for (const gate of openGates(deciding.incident)) {
    const { id, name, weakens } = gate;
    if (weakens === null) continue;
    const spent = whySpent(deciding, weakens);
    if (spent !== null) {
      deciding.add('gateLapsed', { gate: id, name, why: spent });
      if (weakens.do === 'undo') tellSpent(deciding, gate, spent);
    } else if (isMetBy(gate, approvals(gate)) && !(weakens.do === 'undo' && isUnderWay(deciding.incident))) {
      deciding.add('gateMet', { gate: id, name });
      takeEffect(deciding, gate, weakens);
    }
  }
}

function whySpent({ incident, now }: Deciding, weakens: Weakening): string | null {
  if (weakens.do === 'pause') return weakens.until <= now ? 'it would be over already' : null;
  if (weakens.do === 'undo')
    return isWhatStands(incident, weakens) ? null : 'what would be undone has changed';
  if (weakens.do === 'lower') return weakens.mode !== null && incident.acted ? 'steps were taken' : null;
  const found = incident.followUps.find((one) => one.id === weakens.followUp);
  return found !== undefined && isLeft(found) ? null : 'that is over already';
}

function tellSpent(deciding: Deciding, { id, rule }: Gate, why: string): void {
  for (const party of rule.parties)
    deciding.tell(party, `${deciding.incident.title}: ${id} has lapsed: ${why}. Look again, and ask anew.`);
}

/** What people agree to undo is what stands then. */
function isWhatStands(incident: Incident, { plan, verdict }: Extract<Weakening, { do: 'undo' }>): boolean {
  const madeAt = incident.undo?.plan.madeAt;
  const now = madeAt === undefined ? null : undoPlanIn(incident, verdict, madeAt).plan;
  return now !== null && planHash(now) === plan;
}

function takeEffect(deciding: Deciding, gate: Gate, weakens: Weakening): void {
  const people = approvals(gate).map((vote) => vote.person);
  if (weakens.do === 'pause') deciding.add('paused', { until: weakens.until });
  else if (weakens.do === 'undo') takeBack(deciding, gate);
  else if (weakens.do === 'waive') {
    const { followUp: id, reason } = weakens;
    const person = people.join(' and ');
    deciding.add('followUpEnded', { id, as: 'waived', ticket: null, reason, person, said: null });
  } else {
    const { level, mode } = weakens;
    const facts = weakens.facts.map((one) => ({ ...one, evidence: `taken back by ${people.join(' and ')}` }));
    deciding.add('lowered', { level, facts, mode, gate: gate.id });
    if (mode !== null) changePlan(deciding, [], 'it only observes from now on.');
  }
}
