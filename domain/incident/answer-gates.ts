// What people answer at gates: they approve or reject a plan, and close.
import { NOT_READ_YET } from './refused-by-rules.ts';
import { BY_HAND, type Gate, isRejected } from '../gate/gate.ts';
import { SOC } from '../runbook/resolve.ts';
import type { Rules } from '../runbook/rules.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { castVote } from './cast-vote.ts';
import { enterPhase, takeBy } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { atLeastTwo, openGate } from './gate-moves.ts';
import { gateNamed, phaseRule } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering, partiesOf, whoSaid } from './speaking.ts';

export function vote(deciding: Deciding, said: Readable): Refusal | null {
  const gate = deciding.incident.gates.find((one) => one.id === said.statement.answers);
  if (gate === undefined) return refusal('notOpen', 'That gate is not open.');
  const { verdict, reason, breakGlass } = said.statement.body as Body<'decide'>;
  if (verdict === 'withdraw') return withdraw(deciding, said, gate, reason ?? null);
  const wrong = firstWrong(gate, said);
  if (wrong !== null) return wrong;
  if (breakGlass === true) return breakTheGlass(deciding, said, gate, reason);
  castVote(deciding, said, gate, verdict, reason ?? null);
  takeBy(deciding, said.statement.person, partiesOf(said));
  acknowledgeByAnswering(deciding, said);
  if (verdict === 'reject') noIsSaid(deciding, said, gate, reason ?? 'no reason given');
  return null;
}

function firstWrong(gate: Gate, said: Readable): Refusal | null {
  // Anybody could have told it in their name: their own word comes in its place.
  const before = gate.votes.find((one) => one.person === said.statement.person);
  if (before !== undefined && (before.assurance !== 'told' || isTold(said)))
    return refusal(
      'alreadyAnswered',
      'You have answered this already; take it back first, to answer otherwise.',
    );
  if (gate.notBy === said.statement.person)
    return refusal('notAllowed', 'This asks about what you did: somebody else answers it.');
  return tooWeak(gate, said);
}

const isTold = ({ proof }: Readable): boolean => proof.holds && proof.assurance === 'told';

/** Somebody at the keyboard, where that is asked. */
export function tooWeak(gate: Pick<Gate, 'rule'>, { proof }: Readable): Refusal | null {
  const isPresent = proof.holds && proof.assurance === 'present';
  return gate.rule.assurance === 'present' && !isPresent
    ? refusal('notProven', 'This asks for a passkey: answer with --passkey.')
    : null;
}

/** Until there were enough. What nobody asks for any more is not asked. */
function withdraw(deciding: Deciding, said: Readable, gate: Gate, reason: string | null): Refusal | null {
  const { person } = said.statement;
  if (!gate.votes.some((one) => one.person === person))
    return refusal('notNow', 'You have not answered this: there is nothing to take back.');
  deciding.add('withdrawn', { ...whoSaid(said), gate: gate.id, reason });
  const asked = deciding.gate(gate.id);
  const isTheirs = asked.weakens !== null || (asked.name === 'close' && asked.plan === null);
  if (isTheirs && asked.votes.length === 0)
    deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why: 'nobody asks for it any more' });
  return null;
}

/** One person, with a reason: everybody is told at once, and somebody else reviews it before the close. */
function breakTheGlass(
  deciding: Deciding,
  said: Readable,
  gate: Gate,
  reason: string | undefined,
): Refusal | null {
  const { rules, title: about } = deciding.incident;
  const { person, body } = said.statement;
  const allowed = rules?.breakGlass?.parties ?? [];
  if (gate.name !== 'act' || gate.plan === null || allowed.length === 0)
    return refusal(
      'notOffered',
      'The glass is broken for a plan that waits for approval, where its class says by whom.',
    );
  if (body['verdict'] !== 'approve' || reason === undefined)
    return refusal('malformed', 'To break the glass is to approve alone, with a reason.');
  if (!partiesOf(said).some((party) => allowed.includes(party)))
    return refusal('notAllowed', `Only ${allowed.join(' or ')} may break the glass here.`);
  castVote(deciding, said, gate, 'approve', reason);
  deciding.add('glassBroken', { ...whoSaid(said), gate: gate.id, plan: gate.plan, reason });
  deciding.add('gateMet', { gate: gate.id, name: 'act' }).add('planApproved', { plan: gate.plan });
  takeBy(deciding, person, partiesOf(said));
  acknowledgeByAnswering(deciding, said);
  const review = { quorum: 1, parties: [SOC] };
  // About what was done, whatever becomes of the plan.
  openGate(deciding, 'review', null, review, { notBy: person });
  for (const party of Object.keys(rules?.parties ?? {})) {
    deciding.tell(party, `${about}: ${person} broke the glass and approved the plan alone: ${reason}`);
  }
  return null;
}

/** The SOC judges anew; what was asked is asked again. */
function noIsSaid(deciding: Deciding, said: Readable, gate: Gate, reason: string): void {
  const { person } = said.statement;
  const told =
    gate.name === 'act' ? phaseRule(deciding.incident, 'triage').holder : deciding.incident.hold.party;
  deciding.tell(told, `${deciding.incident.title}: ${person} said no to ${gate.name}: ${reason}`);
  if (!isRejected(deciding.gate(gate.id))) return;
  deciding.add('gateRejected', { gate: gate.id, name: gate.name, by: person });
  if (gate.name === 'act') enterPhase(deciding, 'triage', `${person} rejected the plan: ${reason}`);
}

export function closeIt(deciding: Deciding, said: Readable): Refusal | null {
  const { incident } = deciding;
  if (incident.rules === null) return NOT_READ_YET;
  const gate = gateNamed(incident, 'close') ?? askToCloseByHand(deciding, said, incident.rules);
  const wrong = firstWrong(gate, said);
  if (wrong !== null) return wrong;
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
