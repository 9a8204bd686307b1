// Custody passing on: phases, offers, acceptance. Shared by what people say and what follows by itself.
import { plus } from '../instant/instant.ts';
import type { Phase } from '../plan/plan.schema.ts';
import type { Deciding } from './decision.ts';
import type { Said } from './event.ts';
import { phaseRule, title } from './incident.ts';

/** A new phase; its holder is offered custody unless it has it already. */
export function enterPhase(deciding: Deciding, phase: Exclude<Phase, 'closed'>, why: string): void {
  const rule = phaseRule(deciding.incident, phase);
  const { now } = deciding;
  deciding.add('phaseEntered', {
    phase,
    holder: rule.holder,
    acknowledgeBy: plus(now, rule.acknowledgeMs),
    actBy: plus(now, rule.actMs),
  });
  if (rule.holder !== deciding.incident.hold.party) offer(deciding, rule.holder, why, 'rule', null);
}

/** `by` silence, a rule or a person. The giver holds it until it is accepted. */
export function offer(
  deciding: Deciding,
  to: string,
  reason: string,
  by: 'rule' | 'silence' | 'person',
  said: Said | null,
): void {
  const { incident, now } = deciding;
  const rule = phaseRule(incident);
  if (incident.offer !== null)
    deciding.add('offerExpired', { hold: incident.offer.id, to: incident.offer.to });
  const hold = `hold-${incident.counters.hold + 1}`;
  const acknowledgeBy = plus(now, rule.acknowledgeMs);
  deciding.add('offered', { hold, to, from: incident.hold.party, reason, acknowledgeBy, by, said });
  deciding.tell(
    to,
    `${incident.title}: ${title(incident, to)}, this is offered to you by ${title(incident, incident.hold.party)}: ${reason} ` +
      `Answer by ${acknowledgeBy}:`,
    { answer: 'ack' },
  );
}

/** Whoever answers for the party that it is offered to, takes it; whoever answers for the holder has acknowledged it. */
export function takeBy(deciding: Deciding, person: string, parties: readonly string[]): void {
  const { incident, now } = deciding;
  if (incident.offer !== null && parties.includes(incident.offer.to)) {
    deciding.add('handedOff', {
      hold: incident.offer.id,
      to: incident.offer.to,
      person,
      actBy: plus(now, phaseRule(incident).actMs),
    });
  }
}
