// What people answer at gates: they approve or reject a plan, and close.
import type { Gate } from '../gate/gate.ts';
import type { Rules } from '../runbook/rules.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { castVote } from './cast-vote.ts';
import { enterPhase, takeBy } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { atLeastTwo, BY_HAND, openGate } from './gate-moves.ts';
import { gateNamed, phaseRule } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering, partiesOf } from './speaking.ts';

export function vote(deciding: Deciding, said: Readable): Refusal | null {
  const gate = deciding.incident.gates.find((one) => one.id === said.statement.answers);
  if (gate === undefined) return refusal('notOpen', 'That gate is not open.');
  if (gate.votes.some((one) => one.person === said.statement.person))
    return refusal('alreadyAnswered', 'You have answered this already.');
  const { verdict, reason } = said.statement.body as Body<'decide'>;
  castVote(deciding, said, gate, verdict === 'approve' ? 'approve' : 'reject', reason ?? null);
  takeBy(deciding, said.statement.person, partiesOf(said));
  acknowledgeByAnswering(deciding, said);
  if (verdict === 'reject') rejected(deciding, said, gate, reason ?? 'no reason given');
  return null;
}

/** One veto. The SOC judges anew; what was asked is asked again. */
function rejected(deciding: Deciding, said: Readable, gate: Gate, reason: string): void {
  deciding.add('gateRejected', { gate: gate.id, name: gate.name, by: said.statement.person });
  const told =
    gate.name === 'act' ? phaseRule(deciding.incident, 'triage').holder : deciding.incident.hold.party;
  deciding.tell(
    told,
    `${deciding.incident.title}: ${said.statement.person} said no to ${gate.name}: ${reason}`,
  );
  if (gate.name === 'act')
    enterPhase(deciding, 'triage', `${said.statement.person} rejected the plan: ${reason}`);
}

export function closeIt(deciding: Deciding, said: Readable): Refusal | null {
  const { incident } = deciding;
  if (incident.rules === null)
    return refusal('notNow', 'The runbook is not read yet: try again in a moment.');
  const gate = gateNamed(incident, 'close') ?? askToCloseByHand(deciding, said, incident.rules);
  if (gate.votes.some((one) => one.person === said.statement.person))
    return refusal('alreadyAnswered', 'You have answered this already.');
  castVote(deciding, said, gate, 'approve', (said.statement.body as Body<'close'>).reason);
  acknowledgeByAnswering(deciding, said);
  return null;
}

/** What is not done and seen here can be closed as handled by hand, so that no incident is open for ever; by two people. */
function askToCloseByHand(deciding: Deciding, said: Readable, rules: Rules): Gate {
  const rule = atLeastTwo(rules.gates.close, deciding.incident.drill);
  const id = openGate(deciding, 'close', null, rule, { closesAs: BY_HAND });
  const { reason } = said.statement.body as Body<'close'>;
  for (const party of rule.parties) {
    deciding.tell(
      party,
      `${deciding.incident.title}: ${said.statement.person} wants to close it as handled by hand: ${reason} A second person closes it:`,
      { answer: 'approve' },
    );
  }
  return deciding.gate(id);
}
