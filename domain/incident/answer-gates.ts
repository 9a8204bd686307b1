// What people answer at gates: they judge the risk, approve or reject a plan, and close.
import { isLower } from '../detection/alert.ts';
import type { Fact } from '../detection/detection.schema.ts';
import { approvals, type Gate, isMetBy } from '../gate/gate.ts';
import { SOC } from '../runbook/resolve.ts';
import type { Rules } from '../runbook/rules.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import { epochMs, instant, plus } from '../instant/instant.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { enterPhase, takeBy } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { BY_HAND, openGate } from './gate-moves.ts';
import { gateNamed, phaseRule } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering, partiesOf, whoSaid } from './speaking.ts';

export function assess(deciding: Deciding, said: Readable): Refusal | null {
  const body = said.statement.body as Body<'assess'>;
  const gate = deciding.incident.gates.find((one) => one.id === said.statement.answers);
  if (gate === undefined) return refusal('notOpen', 'That gate is not open.');
  if (gate.votes.some((one) => one.person === said.statement.person))
    return refusal('alreadyAnswered', 'You have answered this already.');
  if (gate.votes.some((one) => one.plan !== said.statement.plan))
    return refusal('notNow', 'The others chose another plan: agree with them first.');
  if (body.level !== undefined && isLower(body.level, deciding.incident.level)) {
    return refusal(
      'notOffered',
      'Lowering the severity needs a second person, which this version does not offer yet.',
    );
  }
  const facts = factsIn(body, said.statement.person);
  const holds = (name: string) => deciding.incident.facts.some(({ fact, value }) => fact === name && value);
  const denied = facts.find(({ fact, value }) => !value && holds(fact));
  if (denied !== undefined) {
    return refusal(
      'notOffered',
      `Taking back that it is ${denied.fact} needs a second person, which this version does not offer yet.`,
    );
  }
  const voter = whoSaid(said);
  deciding.add('assessed', {
    ...voter,
    verdict: body.verdict,
    impact: body.impact,
    level: body.level ?? null,
    strategy: body.strategy ?? null,
    facts,
    reason: body.reason,
  });
  acknowledgeByAnswering(deciding, said);
  if (body.verdict !== 'incident') {
    setAside(deciding, said, gate, body.verdict);
    return null;
  }
  castVote(deciding, said, gate, 'approve', body.reason);
  const cast = deciding.incident.gates.find((one) => one.id === gate.id) ?? gate;
  if (!isMetBy(cast, approvals(cast))) return null;
  deciding.add('gateMet', { gate: gate.id, name: 'risk' });
  askForAct(deciding, cast, said.statement.plan);
  return null;
}

const factsIn = ({ facts }: Body<'assess'>, person: string): Fact[] =>
  Object.entries(facts ?? {}).map(([fact, value]) => ({
    fact: fact as Fact['fact'],
    value,
    evidence: `assessed by ${person}`,
  }));

const atLeastTwo = (rule: GateRule, drill: boolean): GateRule => ({
  ...rule,
  quorum: drill ? rule.quorum : Math.max(2, rule.quorum),
});

/** What weakens the response needs a second person, unless it was a drill from the start. */
function setAside(deciding: Deciding, said: Readable, risk: Gate, verdict: string): void {
  const { rules, drill } = deciding.incident;
  if (rules === null) return;
  deciding.add('gateLapsed', { gate: risk.id, name: 'risk', why: `judged ${verdict}` });
  const rule = atLeastTwo(rules.gates.close, drill);
  const id = openGate(deciding, 'close', null, rule, { closesAs: verdict });
  castVote(deciding, said, deciding.gate(id), 'approve', null);
  for (const party of rule.parties) {
    deciding.tell(
      party,
      `${deciding.incident.title}: judged ${verdict} by ${said.statement.person}. A second person closes it:`,
      { answer: 'approve' },
    );
  }
}

/** The SOC's assessment names the plan, so it counts at the act gate too. */
function askForAct(deciding: Deciding, risk: Gate, plan: string | null): void {
  const { rules } = deciding.incident;
  if (rules === null) return;
  enterPhase(deciding, 'containment', 'judged a real incident; the plan waits for approval.');
  // As the executor counts it: the SOC's vote, and no other party's that the person may also belong to.
  const counted = risk.votes.map((one) => ({
    ...one,
    parties: one.parties.filter((party) => party === SOC && rules.gates.act.parties.includes(party)),
  }));
  openGate(deciding, 'act', plan, rules.gates.act, {
    votes: counted.filter((one) => one.parties.length > 0),
  });
  for (const party of rules.gates.act.parties) {
    deciding.tell(party, `${deciding.incident.title}: a plan waits for approval.`, { answer: 'approve' });
  }
}

function castVote(
  deciding: Deciding,
  said: Readable,
  gate: Gate,
  verdict: 'approve' | 'reject',
  reason: string | null,
): void {
  const parties = partiesOf(said).filter((party) => gate.rule.parties.includes(party));
  deciding.add('voted', {
    ...whoSaid(said),
    gate: gate.id,
    verdict,
    plan: said.statement.plan,
    parties,
    reason,
  });
}

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

/** The clocks are to stand for a while. It weakens the response, so a second person of the holder's or the SOC agrees. */
export function pause(deciding: Deciding, said: Readable): Refusal | null {
  const { incident, now } = deciding;
  const { until, reason } = said.statement.body as Body<'pause'>;
  if (incident.rules === null)
    return refusal('notNow', 'The runbook is not read yet: try again in a moment.');
  if (incident.paused !== null)
    return refusal('notNow', `The clocks stand already, until ${incident.paused.until}.`);
  if (gateNamed(incident, 'pause') !== undefined)
    return refusal('notNow', 'A pause is asked for already: answer that.');
  const asked = instant(epochMs(until));
  const latest = plus(now, incident.rules.pauseMs);
  if (asked <= now || asked > latest) {
    return refusal('notNow', `A pause ends in the future, and by ${latest} at the latest.`);
  }
  const parties = [...new Set([incident.hold.party, SOC])];
  const id = openGate(deciding, 'pause', null, { quorum: 2, parties, notTheOpener: false }, { until: asked });
  castVote(deciding, said, deciding.gate(id), 'approve', reason);
  acknowledgeByAnswering(deciding, said);
  for (const party of parties) {
    const says = `${incident.title}: ${said.statement.person} asks that the clocks stand until ${asked}: ${reason}`;
    deciding.tell(party, `${says} A second person decides:`, { answer: 'approve' });
  }
  return null;
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
