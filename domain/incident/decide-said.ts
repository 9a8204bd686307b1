// What was said by people: first the checks, in their order, then what each message does.
import type { Level } from '../detection/detection.schema.ts';
import { type Gate, isOpen, isMetBy, approvals } from '../gate/gate.ts';
import { instant, type Instant } from '../instant/instant.ts';
import type { Judgement } from '../statement/judgement.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { enterPhase, offer, takeBy } from './custody-moves.ts';
import type { Answered, Deciding } from './decision.ts';
import type { Said } from './event.ts';
import { saidKey } from './evolve.ts';
import { gateNamed, type Incident, openGates, phaseRule, title } from './incident.ts';
import { openGate } from './follow.ts';

export type Readable = Extract<Judgement, { readable: true }>;

/** Pure: from the state and what was said to a refusal, or null. */
type Check = (incident: Incident, said: Readable, now: Instant) => Refusal | null;

/** What can be checked without the proof, in an update's validator too. */
const fits: readonly Check[] = [isOfThisIncident, answersWhatIsOpen, planIsTheOneAsked, notExpired];

/** First refusal wins; the order is from cheapest to most specific. A repetition has its first outcome before these. */
const checks: readonly Check[] = [...fits, personMay, proofIsEnough, personIsNotTheSuspect, isOffered];

export const firstRefusal = (
  list: readonly Check[],
  incident: Incident,
  said: Readable,
  now: Instant,
): Refusal | null => {
  for (const check of list) {
    const found = check(incident, said, now);
    if (found !== null) return found;
  }
  return null;
};

/** For an update's validator: whether it is worth judging at all. A repetition passes, to get its first outcome. */
export function admissible(incident: Incident, said: Readable, now: Instant): Refusal | null {
  if (incident.said[saidKey(said.statement.person, said.statement.jti)] !== undefined) return null;
  return firstRefusal(fits, incident, said, now);
}

export function decideSaid(
  deciding: Deciding,
  message: string,
  digest: string | null,
  judgement: Judgement,
): Answered {
  const { incident, now } = deciding;
  if (!judgement.readable)
    return refuse(deciding, message, refusal('malformed', judgement.reason), null, digest);
  const { statement, proof } = judgement;
  if (!proof.holds) return refuse(deciding, message, refusal('badProof', proof.reason), null, digest);
  const before = incident.said[saidKey(statement.person, statement.jti)];
  if (before !== undefined && proof.assurance !== 'told') return before.answer;
  if (incident.outcome !== 'open')
    return refuse(deciding, message, refusal('closed', 'This incident is closed.'), judgement, digest);
  const refused =
    firstRefusal(checks, incident, judgement, now) ??
    ACTS[statement.message as keyof typeof ACTS](deciding, judgement);
  if (refused !== null) return refuse(deciding, message, refused, judgement, digest);
  const kept = deciding.incident.said[saidKey(statement.person, statement.jti)]?.answer;
  return kept ?? { accepted: true, says: 'Recorded.', seq: deciding.incident.seq };
}

/** A refusal is an event too; with a proof that held, a repetition will get the same. */
export function refuse(
  deciding: Deciding,
  message: string,
  why: Refusal,
  said: Readable | null,
  digest: string | null,
): Answered {
  const proven = said !== null && said.proof.holds && said.proof.assurance !== 'told';
  deciding.add('refused', {
    message: message.slice(0, 64),
    ...why,
    person: said?.statement.person ?? null,
    digest,
    jti: proven ? said.statement.jti : null,
    exp: proven ? said.statement.exp : null,
  });
  return { accepted: false, ...why };
}

function isOfThisIncident(incident: Incident, { statement }: Readable): Refusal | null {
  if (statement.incident === incident.id && statement.firstRun === incident.firstRun) return null;
  return refusal(
    'wrongIncident',
    'This was said to another incident. Look at this one and say it anew: custody show.',
  );
}

function answersWhatIsOpen(incident: Incident, { statement }: Readable): Refusal | null {
  const { message, answers } = statement;
  if (message === 'assess' || message === 'decide') {
    const gate = incident.gates.find((one) => one.id === answers);
    const right = message === 'assess' ? gate?.name === 'risk' : gate !== undefined && gate.name !== 'risk';
    if (gate !== undefined && right && isOpen(gate)) return null;
    const open =
      openGates(incident)
        .map((one) => one.id)
        .join(', ') || 'nothing';
    return refusal(
      'notOpen',
      `${answers ?? 'Nothing'} is not open for this; open now: ${open}. See: custody show.`,
    );
  }
  if (
    message === 'acknowledge' &&
    answers !== null &&
    answers !== incident.hold.id &&
    answers !== incident.offer?.id
  ) {
    return refusal(
      'notOpen',
      `${answers} has passed on; acknowledge ${incident.offer?.id ?? incident.hold.id}.`,
    );
  }
  return null;
}

function planIsTheOneAsked(incident: Incident, { statement }: Readable): Refusal | null {
  const { message, plan, answers } = statement;
  const changed = refusal(
    'planChanged',
    'The plan is not the one that is asked about now. Look at it again: custody plan show.',
  );
  if (message === 'decide') {
    const gate = incident.gates.find((one) => one.id === answers);
    return gate?.plan === plan ? null : changed;
  }
  if (message === 'assess') {
    const { verdict, strategy } = statement.body as Body<'assess'>;
    if (verdict !== 'incident') return plan === null ? null : changed;
    const asked = incident.plans.find((entry) => entry.plan.strategy === strategy);
    if (asked === undefined) {
      return refusal(
        'notNow',
        `There is no plan for ${strategy ?? 'a strategy that is not named'}. ${incident.concerns.join(' ')}`.trim(),
      );
    }
    return asked.hash === plan ? null : changed;
  }
  if (message === 'attest') return plan === (incident.approved?.hash ?? null) ? null : changed;
  return null;
}

/** Clocks of people's machines may run this far ahead. */
const AHEAD_S = 60;

function notExpired(_: Incident, { statement }: Readable, now: Instant): Refusal | null {
  const at = Date.parse(now) / 1_000;
  if (statement.exp < at)
    return refusal('expired', `This was valid until ${instant(statement.exp * 1_000)}. Say it again.`);
  if (statement.iat > at + AHEAD_S)
    return refusal('notNow', 'This was said in the future: set the clock of the machine that said it.');
  return null;
}

function personMay(_: Incident, { speaker, authority }: Readable): Refusal | null {
  return speaker === null || !authority.allowed ? refusal('notAllowed', authority.reason) : null;
}

function proofIsEnough(_: Incident, { statement, proof }: Readable): Refusal | null {
  const told = proof.holds && proof.assurance === 'told';
  if (!told || statement.message === 'acknowledge' || statement.message === 'note') return null;
  return refusal('notProven', 'This needs a proof: answer with the custody command and your key.');
}

function personIsNotTheSuspect(incident: Incident, { speaker, statement }: Readable): Refusal | null {
  if (statement.message === 'note' || !speaker?.identities.includes(incident.key)) return null;
  return refusal('suspect', 'This identity is yours: somebody else must answer.');
}

function isOffered(_: Incident, { statement }: Readable): Refusal | null {
  const body = statement.body as { verdict?: string; breakGlass?: boolean };
  const withdrawal = statement.message === 'decide' && body.verdict === 'withdraw';
  const breakGlass = statement.message === 'decide' && body.breakGlass === true;
  const later = ['pause', 'adopt', 'undo'].includes(statement.message);
  if (!withdrawal && !breakGlass && !later) return null;
  const what = breakGlass
    ? 'Breaking the glass'
    : withdrawal
      ? 'Withdrawing a vote'
      : `"${statement.message}"`;
  return refusal('notOffered', `${what} is not offered by this version; it was recorded and has no effect.`);
}

type Act = (deciding: Deciding, said: Readable) => Refusal | null;

const ACTS: Record<
  'assess' | 'acknowledge' | 'handOff' | 'decide' | 'attest' | 'note' | 'pause' | 'adopt' | 'undo' | 'close',
  Act
> = {
  assess,
  acknowledge,
  handOff,
  decide: vote,
  attest,
  note: (deciding, said) => {
    deciding.add('noted', { ...whoSaid(said), text: (said.statement.body as Body<'note'>).text });
    return null;
  },
  pause: neverReached,
  adopt: neverReached,
  undo: neverReached,
  close: closeIt,
};

function neverReached(): never {
  throw new Error('refused as not offered before');
}

function whoSaid(said: Readable): Said {
  const { statement, proof, saying } = said;
  const assurance = proof.holds ? proof.assurance : 'told';
  // Nobody's id is used up by a word that anyone could have sent.
  return {
    person: statement.person,
    assurance,
    saying: assurance === 'told' ? null : saying,
    jti: statement.jti,
    exp: statement.exp,
  };
}

const partiesOf = (said: Readable): string[] => said.speaker?.parties ?? [];

function assess(deciding: Deciding, said: Readable): Refusal | null {
  const body = said.statement.body as Body<'assess'>;
  const gate = deciding.incident.gates.find((one) => one.id === said.statement.answers);
  if (gate === undefined) return refusal('notOpen', 'That gate is not open.');
  if (gate.votes.some((one) => one.person === said.statement.person))
    return refusal('alreadyAnswered', 'You have answered this already.');
  if (gate.votes.some((one) => one.plan !== said.statement.plan))
    return refusal('notNow', 'The others chose another plan: agree with them first.');
  if (lowers(body.level, deciding.incident.level)) {
    return refusal(
      'notOffered',
      'Lowering the severity needs a second person, which this version does not offer yet.',
    );
  }
  const voter = whoSaid(said);
  deciding.add('assessed', {
    ...voter,
    verdict: body.verdict,
    impact: body.impact,
    level: body.level ?? null,
    strategy: body.strategy ?? null,
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

const GRAVEST_FIRST: readonly Level[] = ['critical', 'high', 'medium', 'low', 'unknown'];
const lowers = (asked: Level | undefined, known: Level): boolean =>
  asked !== undefined && GRAVEST_FIRST.indexOf(asked) > GRAVEST_FIRST.indexOf(known);

/** What weakens the response needs a second person, unless it was a drill from the start. */
function setAside(deciding: Deciding, said: Readable, risk: Gate, verdict: string): void {
  const { rules, drill } = deciding.incident;
  if (rules === null) return;
  deciding.add('gateLapsed', { gate: risk.id, name: 'risk', why: `judged ${verdict}` });
  const rule = {
    ...rules.gates.close,
    quorum: drill ? rules.gates.close.quorum : Math.max(2, rules.gates.close.quorum),
  };
  const id = openGate(deciding, 'close', null, rule, { closesAs: verdict });
  const gate = deciding.incident.gates.find((one) => one.id === id);
  if (gate !== undefined) castVote(deciding, said, gate, 'approve', null);
  for (const party of rule.parties) {
    deciding.tell(
      party,
      `${deciding.incident.title}: judged ${verdict} by ${said.statement.person}. A second person closes it: custody approve ${deciding.incident.key}`,
    );
  }
}

/** The SOC's assessment names the plan, so it counts at the act gate too. */
function askForAct(deciding: Deciding, risk: Gate, plan: string | null): void {
  const { rules } = deciding.incident;
  if (rules === null) return;
  enterPhase(deciding, 'containment', 'judged a real incident; the plan waits for approval.');
  const counted = risk.votes.map((one) => ({
    ...one,
    parties: one.parties.filter((party) => rules.gates.act.parties.includes(party)),
  }));
  openGate(deciding, 'act', plan, rules.gates.act, {
    votes: counted.filter((one) => one.parties.length > 0),
  });
  for (const party of rules.gates.act.parties) {
    deciding.tell(
      party,
      `${deciding.incident.title}: a plan waits for approval. custody approve ${deciding.incident.key}`,
    );
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

function vote(deciding: Deciding, said: Readable): Refusal | null {
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

/** Whoever answers a question for the holder has seen it. */
function acknowledgeByAnswering(deciding: Deciding, said: Readable): void {
  const { hold } = deciding.incident;
  if (hold.acknowledgedAt !== null || !partiesOf(said).includes(hold.party)) return;
  deciding.add('acknowledged', { ...whoSaid(said), saying: null, hold: hold.id });
}

function acknowledge(deciding: Deciding, said: Readable): Refusal | null {
  const { offer: offered, hold } = deciding.incident;
  const { answer, reason } = said.statement.body as Body<'acknowledge'>;
  const parties = partiesOf(said);
  const aboutOffer =
    offered !== null &&
    (said.statement.answers === offered.id ||
      (said.statement.answers === null && parties.includes(offered.to)));
  if (aboutOffer) {
    if (!parties.includes(offered.to))
      return refusal('notAllowed', `Only ${title(deciding.incident, offered.to)} can answer this offer.`);
    if (answer === 'decline') {
      if (reason === undefined) return refusal('malformed', 'Declining needs a reason.');
      deciding.add('offerDeclined', { ...whoSaid(said), hold: offered.id, reason });
      deciding.tell(
        offered.from,
        `${deciding.incident.title}: declined by ${said.statement.person}: ${reason} You still hold it.`,
      );
      return null;
    }
    deciding.add('acknowledged', { ...whoSaid(said), hold: offered.id });
    takeBy(deciding, said.statement.person, parties);
    return null;
  }
  if (!parties.includes(hold.party))
    return refusal('notAllowed', `Only ${title(deciding.incident, hold.party)} can acknowledge this.`);
  if (answer === 'decline')
    return refusal('notNow', 'What you hold cannot be declined: hand it off, with a reason.');
  deciding.add('acknowledged', { ...whoSaid(said), hold: hold.id });
  return null;
}

function handOff(deciding: Deciding, said: Readable): Refusal | null {
  const { to, reason } = said.statement.body as Body<'handOff'>;
  const { incident } = deciding;
  if (incident.rules !== null && incident.rules.parties[to] === undefined) {
    return refusal(
      'malformed',
      `The runbook has no party ${to}; it has ${Object.keys(incident.rules.parties).join(', ')}.`,
    );
  }
  if (to === incident.hold.party) return refusal('notNow', `${title(incident, to)} holds it already.`);
  offer(deciding, to, reason, 'person', whoSaid(said));
  return null;
}

function attest(deciding: Deciding, said: Readable): Refusal | null {
  const { verdict, reason } = said.statement.body as Body<'attest'>;
  const { incident } = deciding;
  const { approved } = incident;
  if (incident.phase !== 'recovery' || approved === null)
    return refusal('notNow', 'There is nothing to attest yet: the replacement is not in place.');
  const recovery = new Set(
    approved.plan.steps.filter((step) => step.phase === 'recovery').map((step) => step.id),
  );
  const placed = incident.steps.every(
    (state) => !recovery.has(state.id) || ['applied', 'seen', 'skipped'].includes(state.status),
  );
  if (!placed) return refusal('notNow', 'The replacement is not in place yet: attest when it is.');
  deciding.add('attested', { ...whoSaid(said), verdict, reason });
  takeBy(deciding, said.statement.person, partiesOf(said));
  acknowledgeByAnswering(deciding, said);
  if (verdict === 'broken') {
    for (const party of new Set([phaseRule(incident, 'containment').holder, incident.hold.party])) {
      deciding.tell(party, `${incident.title}: the owner says that the service is broken: ${reason}`);
    }
  }
  return null;
}

function closeIt(deciding: Deciding, said: Readable): Refusal | null {
  const gate = gateNamed(deciding.incident, 'close');
  if (gate === undefined)
    return refusal('notNow', 'It cannot be closed yet. What is still waited for: custody show.');
  if (gate.votes.some((one) => one.person === said.statement.person))
    return refusal('alreadyAnswered', 'You have answered this already.');
  castVote(deciding, said, gate, 'approve', (said.statement.body as Body<'close'>).reason);
  acknowledgeByAnswering(deciding, said);
  return null;
}
