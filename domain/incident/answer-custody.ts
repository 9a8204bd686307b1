// What people answer about custody: they take it, decline it, or pass it on.
import { unknownParty } from './refused-by-rules.ts';
import { type Refusal, refusal } from '../statement/refusal.ts';
import type { Body } from '../statement/statement.schema.ts';
import { isOfferedTo, offer, takeBy } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { title } from './incident.ts';
import type { Readable } from './said-checks.ts';
import { partiesOf, whoSaid } from './speaking.ts';

export function acknowledge(deciding: Deciding, said: Readable): Refusal | null {
  const { offer: offered, hold } = deciding.incident;
  const { answer, reason } = said.statement.body as Body<'acknowledge'>;
  const parties = partiesOf(said);
  const aboutOffer =
    offered !== null &&
    (said.statement.answers === offered.id ||
      (said.statement.answers === null && isOfferedTo(offered, said.statement.person, parties)));
  if (aboutOffer) {
    if (!isOfferedTo(offered, said.statement.person, parties)) {
      const who = offered.person ?? title(deciding.incident, offered.to);
      return refusal('notAllowed', `Only ${who} can answer this offer.`);
    }
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

export function handOff(deciding: Deciding, said: Readable): Refusal | null {
  const { to, person, reason } = said.statement.body as Body<'handOff'>;
  const { incident } = deciding;
  const unknown = incident.rules === null ? null : unknownParty(incident.rules, to);
  if (unknown !== null) return unknown;
  if (to === incident.hold.party && (person === undefined || person === incident.hold.person))
    return refusal('notNow', `${person ?? title(incident, to)} holds it already.`);
  offer(deciding, to, reason, 'person', whoSaid(said), person ?? null);
  return null;
}
