// The SOC's word on what it is: the verdict at the risk gate, and corrections of what is known at any time. What raises counts at
// once; what lowers waits for a second person.
import { NOT_READ_YET, unknownParty } from './refused-by-rules.ts';
import { isLower } from '../detection/alert.ts';
import type { Fact } from '../detection/detection.schema.ts';
import { approvals, type Gate, isMetBy, type Vote, type Weakening } from '../gate/gate.ts';
import { SOC } from '../runbook/resolve.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { askToWeaken } from './answer-weakening.ts';
import { tooWeak } from './answer-gates.ts';
import { castVote } from './cast-vote.ts';
import { enterPhase } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { atLeastTwo, openGate } from './gate-moves.ts';
import { standsSomething } from './undoing.ts';
import { stillOn } from './without-people.ts';
import { gateNamed, type Incident, takesNoStep } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { acknowledgeByAnswering, whoSaid } from './speaking.ts';

type Assessment = Body<'assess'>;
type Lowering = Extract<Weakening, { do: 'lower' }>;

export function assess(deciding: Deciding, said: Readable): Refusal | null {
  const { incident } = deciding;
  const body = said.statement.body as Assessment;
  const gate = incident.gates.find((one) => one.id === said.statement.answers);
  const lowers = loweringIn(incident, body, said.statement.person);
  const wrong =
    (body.verdict === undefined ? emptyCorrection(body) : atTheGate(gate, said)) ??
    wrongSettingAside(incident, body) ??
    wrongOwner(incident, body) ??
    (lowers === null ? null : wrongLowering(incident, lowers));
  if (wrong !== null) return wrong;
  const lowered = new Set(lowers?.facts.map(({ fact }) => fact));
  deciding.add('assessed', {
    ...whoSaid(said),
    verdict: body.verdict ?? null,
    impact: body.impact ?? null,
    touched: body.touched ?? [],
    priority: body.priority ?? null,
    level: lowers?.level == null ? (body.level ?? null) : null,
    facts: factsIn(body, said.statement.person).filter(({ fact }) => !lowered.has(fact)),
    owner: body.owner ?? null,
    strategy: body.strategy ?? null,
    reason: body.reason,
  });
  acknowledgeByAnswering(deciding, said);
  if (lowers !== null) askToLower(deciding, said, lowers, body.reason);
  if (gate === undefined || body.verdict === undefined) return null;
  if (body.verdict !== 'incident') {
    setAside(deciding, said, gate, body.verdict);
    return null;
  }
  if (gate.votes.some((one) => one.plan !== said.statement.plan)) {
    disagree(deciding, said, gate);
    return null;
  }
  castVote(deciding, said, gate, 'approve', body.reason);
  const cast = deciding.gate(gate.id);
  if (!isMetBy(cast, approvals(cast))) return null;
  deciding.add('gateMet', { gate: gate.id, name: 'risk' });
  askForAct(deciding, cast, said.statement.plan);
  return null;
}

/** Two plans were chosen: everybody chooses anew, and knows it. */
function disagree(deciding: Deciding, said: Readable, gate: Gate): void {
  deciding.add('gateLapsed', { gate: gate.id, name: 'risk', why: 'two plans were chosen' });
  const before = gate.votes.map((one) => one.person).join(' and ');
  const { person, body } = said.statement;
  deciding.tell(
    SOC,
    `${deciding.incident.title}: ${person} chose ${String(body['strategy'])}, and ${before} another plan. Agree on one, and choose again.`,
  );
}

/** Without a verdict it must say something. */
function emptyCorrection(body: Assessment): Refusal | null {
  if (body.strategy !== undefined)
    return refusal('malformed', 'A strategy is chosen with the verdict incident, at the risk gate.');
  return Object.keys(body).some((key) => key !== 'reason')
    ? null
    : refusal('malformed', 'It corrects nothing: say a verdict, or what is to be corrected.');
}

function atTheGate(gate: Gate | undefined, said: Readable): Refusal | null {
  if (gate === undefined) return refusal('notOpen', 'That gate is not open.');
  if (said.statement.body['impact'] === undefined)
    return refusal('malformed', 'A verdict says the impact too: confirmed, suspected or none.');
  if (gate.votes.some((one) => one.person === said.statement.person))
    return refusal('alreadyAnswered', 'You have answered this already.');
  return tooWeak(gate, said);
}

/** What is known to be on is taken off first. */
const wrongSettingAside = (incident: Incident, { verdict }: Assessment): Refusal | null =>
  verdict === undefined ||
  verdict === 'incident' ||
  takesNoStep(incident) ||
  (incident.automatic.worn.length === 0 &&
    !standsSomething(incident) &&
    incident.steps.every(({ applied }) => applied === null))
    ? null
    : refusal('notNow', `Judged ${verdict}, ${stillOn(incident)}`);

function wrongOwner(incident: Incident, { owner }: Assessment): Refusal | null {
  const { rules } = incident;
  if (owner === undefined) return null;
  if (rules === null) return NOT_READ_YET;
  const unknown = unknownParty(rules, owner);
  if (unknown !== null) return unknown;
  const isOwnWord = rules.owner === incident.ownerNamed || rules.claims.length > 1;
  return rules.owner !== null && !isOwnWord && rules.owner !== owner
    ? refusal('notNow', `The runbook says that it is ${rules.owner}'s: hand it off, or correct the runbook.`)
    : null;
}

const factsIn = ({ facts }: Assessment, person: string): Fact[] =>
  Object.entries(facts ?? {}).map(([fact, value]) => ({
    fact: fact as Fact['fact'],
    value,
    evidence: `assessed by ${person}`,
  }));

/** What of it would weaken the response, or null. */
function loweringIn(incident: Incident, body: Assessment, person: string): Lowering | null {
  const level = body.level !== undefined && isLower(body.level, incident.level) ? body.level : null;
  const holds = (name: string) => incident.facts.some(({ fact, value }) => fact === name && value);
  const facts = factsIn(body, person).filter(({ fact, value }) => !value && holds(fact));
  const mode = body.mode === 'observe' && incident.rules?.mode !== 'observe' ? body.mode : null;
  return level === null && facts.length === 0 && mode === null ? null : { do: 'lower', level, facts, mode };
}

function wrongLowering(incident: Incident, { mode }: Lowering): Refusal | null {
  if (incident.rules === null) return NOT_READ_YET;
  if (gateNamed(incident, 'lower') !== undefined)
    return refusal('notNow', 'Something is to be lowered already: answer that first.');
  return mode !== null && incident.acted
    ? refusal('notNow', 'Steps have been taken already: it cannot become one that only observes.')
    : null;
}

function askToLower(deciding: Deciding, said: Readable, weakens: Lowering, reason: string): void {
  const rule = atLeastTwo({ quorum: 1, parties: [SOC] }, deciding.incident.drill);
  askToWeaken(deciding, said, 'lower', rule, weakens, reason);
}

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
  const isEnough = (one: Vote) => rules.gates.act.assurance !== 'present' || one.assurance === 'present';
  openGate(deciding, 'act', plan, rules.gates.act, {
    votes: counted.filter((one) => one.parties.length > 0 && isEnough(one)),
  });
  for (const party of rules.gates.act.parties) {
    deciding.tell(party, `${deciding.incident.title}: a plan waits for approval.`, { answer: 'approve' });
  }
}
