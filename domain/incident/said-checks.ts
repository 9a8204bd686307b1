// The checks of what people say, in their order: a policy is a list, and the first refusal wins.
import { isOwn } from '../identity/identity.ts';
import { askedAt, isOpen } from '../gate/gate.ts';
import { isPlainApproval, takesTold } from '../gate/told.ts';
import { type Instant, instant } from '../instant/instant.ts';
import type { Judgement } from '../statement/judgement.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { saidKey } from './evolve/said.ts';
import { type Incident, openGates, planOf } from './incident.ts';

export type Readable = Extract<Judgement, { readable: true }>;

/** Pure: from the state and what was said to a refusal, or null. */
type Check = (incident: Incident, said: Readable, now: Instant) => Refusal | null;

/** What can be checked without the proof, in an update's validator too. */
const fits: readonly Check[] = [isOfThisIncident, answersWhatIsOpen, planIsTheOneAsked, notExpired];

/** First refusal wins; the order is from cheapest to most specific. A repetition has its first outcome before these. */
export const checks: readonly Check[] = [proofIsEnough, ...fits, personMay, personIsNotTheSuspect];

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

function isOfThisIncident(incident: Incident, { statement }: Readable): Refusal | null {
  if (statement.incident === incident.id && statement.firstRun === incident.firstRun) return null;
  return refusal(
    'wrongIncident',
    'This was said to another incident. Look at this one and say it anew: custody show.',
  );
}

function answersWhatIsOpen(incident: Incident, { statement }: Readable): Refusal | null {
  const { message, answers } = statement;
  // A correction of what is known answers nothing.
  if (message === 'assess' && answers === null && statement.body['verdict'] === undefined) return null;
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
    if (gate !== undefined && askedAt(gate) === plan) return null;
    return gate?.binds === undefined
      ? changed
      : refusal(
          'planChanged',
          'What would become weaker is not what this agrees to. Look at it again: custody show.',
        );
  }
  if (message === 'assess') {
    const { verdict, strategy } = statement.body as Body<'assess'>;
    if (answers !== null && verdict === undefined)
      return refusal('malformed', 'What answers the risk gate has a verdict.');
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

function proofIsEnough(incident: Incident, { statement, proof }: Readable): Refusal | null {
  const told = proof.holds && proof.assurance === 'told';
  if (!told || statement.message === 'acknowledge' || statement.message === 'note') return null;
  const gate = openGates(incident).find(({ id }) => id === statement.answers);
  if (gate !== undefined && isPlainApproval(statement) && takesTold(gate, planOf(incident, gate.plan)))
    return null;
  return refusal('notProven', 'This needs a proof: answer with the custody command and your key.');
}

function personIsNotTheSuspect(incident: Incident, { speaker, statement }: Readable): Refusal | null {
  if (statement.message === 'note' || speaker === null || !isOwn(speaker, incident.key)) return null;
  return refusal('suspect', 'This identity is yours: somebody else must answer.');
}
