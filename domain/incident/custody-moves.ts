// Custody passing on: phases, offers, acceptance. Shared by what people say and what follows by itself.
import type { Offer } from '../custody/hold.ts';
import { plus } from '../instant/instant.ts';
import type { Phase } from '../plan/plan.schema.ts';
import type { Deciding } from './decision.ts';
import type { Said } from './event.ts';
import { openGates, phaseRule, title } from './incident.ts';

/** A new phase; its holder (or who else is to have it) is offered custody unless it has it already. */
export function enterPhase(
  deciding: Deciding,
  phase: Exclude<Phase, 'closed'>,
  why: string,
  holder = phaseRule(deciding.incident, phase).holder,
): void {
  const rule = phaseRule(deciding.incident, phase);
  const { now } = deciding;
  lapsePause(deciding, 'another phase begins');
  deciding.add('phaseEntered', {
    phase,
    holder,
    acknowledgeBy: plus(now, rule.acknowledgeMs),
    actBy: plus(now, rule.actMs),
  });
  if (holder !== deciding.incident.hold.party) offer(deciding, holder, why, 'rule', null);
}

/** Whoever asked that the clocks stand, asked it of the clocks that ran then. */
function lapsePause(deciding: Deciding, why: string): void {
  for (const gate of openGates(deciding.incident).filter(({ name }) => name === 'pause'))
    deciding.add('gateLapsed', { gate: gate.id, name: 'pause', why });
}

/** `by` silence, a rule or a person. The giver holds it until it is accepted. */
export function offer(
  deciding: Deciding,
  to: string,
  reason: string,
  by: 'rule' | 'silence' | 'person',
  said: Said | null,
  person: string | null = null,
): void {
  const { incident, now } = deciding;
  const rule = phaseRule(incident);
  if (incident.offer !== null)
    deciding.add('offerExpired', { hold: incident.offer.id, to: incident.offer.to });
  const hold = `hold-${incident.counters.hold + 1}`;
  const acknowledgeBy = plus(now, rule.acknowledgeMs);
  deciding.add('offered', { hold, to, person, from: incident.hold.party, reason, acknowledgeBy, by, said });
  deciding.tell(
    to,
    `${incident.title}: ${title(incident, to)}, this is offered to you by ${title(incident, incident.hold.party)}: ${reason} ` +
      `Answer by ${acknowledgeBy}:`,
    { answer: 'ack', person },
  );
}

/** One person may be meant, or anyone of the party. */
export const isOfferedTo = (offered: Offer, person: string, parties: readonly string[]): boolean =>
  parties.includes(offered.to) && (offered.person === null || offered.person === person);

/** Whoever answers for the party that it is offered to, takes it; whoever answers for the holder has acknowledged it. */
export function takeBy(deciding: Deciding, person: string, parties: readonly string[]): void {
  const { incident, now } = deciding;
  if (incident.offer !== null && isOfferedTo(incident.offer, person, parties)) {
    lapsePause(deciding, 'somebody else has it');
    deciding.add('handedOff', {
      hold: incident.offer.id,
      to: incident.offer.to,
      person,
      actBy: plus(now, phaseRule(incident).actMs),
    });
  }
}
