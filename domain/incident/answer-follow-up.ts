// What is left to do: somebody adds it, or says what became of it. To leave it undone needs a second person.
import { NOT_READ_YET, unknownParty } from './refused-by-rules.ts';
import { epochMs, instant, plus } from '../instant/instant.ts';
import { type FollowUp, isLeft } from '../follow-up/follow-up.ts';
import { SOC } from '../runbook/resolve.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { askedEnough, askToWeaken } from './answer-weakening.ts';
import type { Deciding } from './decision.ts';
import { listFollowUps } from './follow-up-moves.ts';
import type { Readable } from './said-checks.ts';
import { partiesOf, whoSaid } from './speaking.ts';

/** What alerts and discovery say has room of its own: nobody can fill it. */
const MOST_ADDED = 60;
const MOST_OF_ONE = 20;

export function followUp(deciding: Deciding, said: Readable): Refusal | null {
  const body = said.statement.body as Body<'followUp'>;
  return 'add' in body ? add(deciding, said, body) : end(deciding, said, body);
}

type Adding = Extract<Body<'followUp'>, { add: unknown }>;
type Ending = Exclude<Body<'followUp'>, Adding>;

function add(deciding: Deciding, said: Readable, { add: what }: Adding): Refusal | null {
  const { incident, now } = deciding;
  const { rules, followUps, hold } = incident;
  if (rules === null) return NOT_READ_YET;
  const unknown = what.party === undefined ? null : unknownParty(rules, what.party);
  if (unknown !== null) return unknown;
  const given = what.due === undefined ? null : instant(epochMs(what.due));
  if (given !== null && given <= now) return refusal('malformed', `${given} is over: say when it is due.`);
  const added = followUps.filter((one) => one.addedBy !== null);
  const own = added.filter((one) => one.addedBy === said.statement.person);
  if (added.length >= MOST_ADDED || own.length >= MOST_OF_ONE)
    return refusal('notNow', 'So many have been added already: keep the rest in a ticket.');
  const isExposure = what.kind === 'exposure';
  const party = what.party ?? (isExposure ? (rules.owner ?? SOC) : hold.party);
  const due = given ?? plus(now, isExposure ? rules.followUps.exposureMs : rules.followUps.dueMs);
  listFollowUps(deciding, [{ kind: what.kind, says: what.says, party, due }], whoSaid(said));
  return null;
}

function end(deciding: Deciding, said: Readable, body: Ending): Refusal | null {
  const { incident } = deciding;
  const found = incident.followUps.find((one) => one.id === body.id);
  if (found === undefined) {
    const left = incident.followUps.filter(isLeft).map((one) => one.id);
    return refusal('notOpen', `There is no ${body.id}; left to do: ${left.join(', ') || 'nothing'}.`);
  }
  if (!isLeft(found)) return refusal('alreadyAnswered', `${found.id} is ${found.ended?.as} already.`);
  if (body.as === 'ticketed' && body.ticket === undefined)
    return refusal('malformed', 'Say which ticket it is in.');
  if (body.as === 'void' && !isVoid(found, deciding)) {
    return refusal(
      'notNow',
      'Only an exposure can be void, and only once the credential is seen dead. To leave it as it is needs a second person: say waived.',
    );
  }
  if (body.as === 'waived') return waive(deciding, said, found, body.reason);
  deciding.add('followUpEnded', {
    id: found.id,
    as: body.as,
    ticket: body.ticket ?? null,
    reason: body.reason,
    person: said.statement.person,
    said: whoSaid(said),
  });
  return null;
}

const isVoid = ({ kind }: FollowUp, { incident }: Deciding): boolean =>
  kind === 'exposure' && incident.containment !== null;

function waive(deciding: Deciding, said: Readable, found: FollowUp, reason: string): Refusal | null {
  const { incident } = deciding;
  const asked = incident.gates.some(
    ({ status, weakens }) => status === 'open' && weakens?.do === 'waive' && weakens.followUp === found.id,
  );
  if (asked) return refusal('notNow', 'That is asked for already: answer that.');
  const enough = askedEnough(incident);
  if (enough !== null) return enough;
  const parties = partiesOf(said).includes(SOC) ? [SOC] : [...new Set([found.party, SOC])];
  const rule = { quorum: incident.drill ? 1 : 2, parties };
  askToWeaken(
    deciding,
    said,
    'waive',
    rule,
    { do: 'waive', followUp: found.id, says: found.says, reason },
    reason,
  );
  return null;
}
