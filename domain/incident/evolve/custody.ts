// How custody changes: who holds it, to whom it is offered, how far the ladder is climbed.
import type { Changes } from './changes.ts';
import { later, newClimb } from '../../custody/hold.ts';
import { epochMs, type Instant, plus } from '../../instant/instant.ts';
import { phaseRule } from '../incident.ts';
import { heard } from './said.ts';

const NOT_TOLD = { holder: 0, accountable: 0 };

export const custodyChanges = {
  acknowledged(next, data, at) {
    const { person, hold } = data;
    // An offer that is accepted becomes a hold by the event that follows.
    if (hold !== next.hold.id) return heard(next, data, 'Accepted: it is yours now.', at);
    // Nobody's word stops the act-by clock, only progress does.
    const climb = next.climb?.reason === 'noProgress' || next.offer !== null ? next.climb : null;
    return heard(
      { ...next, hold: { ...next.hold, person, acknowledgedAt: next.hold.acknowledgedAt ?? at }, climb },
      data,
      `Acknowledged: you hold it until ${next.hold.actBy}.`,
      at,
    );
  },

  offered(next, data, at) {
    const { hold, to, person, from, reason, acknowledgeBy, by, said } = data;
    const silent = by === 'silence' ? next.climb : null;
    return heard(
      {
        ...next,
        counters: { ...next.counters, hold: next.counters.hold + 1 },
        offer: { id: hold, to, person, from, reason, since: at, acknowledgeBy },
        climb: {
          ...newClimb('unacknowledged', at, acknowledgeBy),
          fallback: silent === null ? 0 : silent.fallback,
        },
      },
      said,
      `Offered to ${to}; you hold it until they accept.`,
      at,
    );
  },

  handedOff(next, data, at) {
    const { hold, to, person, actBy } = data;
    return {
      ...next,
      offer: null,
      climb: null,
      paused: null,
      pausedMs: next.pausedMs + (next.paused === null ? 0 : epochMs(at) - epochMs(next.paused.since)),
      hold: {
        id: hold,
        party: to,
        person,
        since: at,
        from: at,
        acknowledgeBy: at,
        acknowledgedAt: at,
        actBy,
        told: NOT_TOLD,
      },
    };
  },

  offerDeclined(next, data, at) {
    return heard(
      { ...next, offer: null, climb: newClimb('declined', at, plus(at, phaseRule(next).acknowledgeMs)) },
      data,
      'Declined; the one who offered it still holds it.',
      at,
    );
  },

  offerExpired(next) {
    return { ...next, offer: null };
  },

  climbing(next, data) {
    return { ...next, climb: newClimb(data.reason, data.due, data.endsAt) };
  },

  rungTold(next, data) {
    return { ...next, climb: data.climb };
  },

  silence(next, data) {
    if (next.climb === null) throw new Error('silence is answered on a ladder');
    return {
      ...next,
      climb: {
        ...next.climb,
        fallback: data.next,
        repeatAt: data.repeatAt,
        repeatFrom: data.repeatAt === null ? null : data.due,
      },
    };
  },

  silenceNotCounted(next, data) {
    if (next.climb === null) throw new Error('silence is counted on a ladder');
    return { ...next, climb: { ...next.climb, endsAt: data.until } };
  },

  phaseEntered(next, data, at) {
    const { phase, holder, acknowledgeBy, actBy } = data;
    const entered = { ...next, phase, offer: null, climb: null, paused: null, pausedMs: 0 };
    // The holder stays the holder until the next one accepts; with the same party only the clock begins anew.
    if (holder !== next.hold.party) return entered;
    const answered = next.hold.acknowledgedAt;
    const climb = answered === null ? newClimb('unacknowledged', at, acknowledgeBy) : null;
    return {
      ...entered,
      climb,
      hold: { ...next.hold, from: at, acknowledgeBy: answered ?? acknowledgeBy, actBy, told: NOT_TOLD },
    };
  },

  reminded(next, data) {
    return { ...next, hold: { ...next.hold, told: { ...next.hold.told, holder: data.times } } };
  },

  inwardTold(next, data) {
    return { ...next, hold: { ...next.hold, told: { ...next.hold.told, accountable: data.times } } };
  },

  timetableSet(next, data) {
    const { clock, instants } = data;
    const { acknowledgeBy, actBy, rungs } = instants;
    const { hold, climb, offer } = next;
    const timed = { ...next, timed: clock };
    if (climb === null) return { ...timed, hold: { ...hold, actBy } };
    if (climb.repeatFrom !== null) {
      const repeatAt = instants.repeat?.at ?? climb.repeatAt;
      return { ...timed, climb: { ...climb, repeatAt, repeatTo: instants.repeat } };
    }
    const first = climb.reason === 'unacknowledged' && offer === null;
    return {
      ...timed,
      hold: first ? { ...hold, acknowledgeBy, actBy } : hold,
      offer: offer === null ? null : { ...offer, acknowledgeBy },
      climb: { ...climb, endsAt: acknowledgeBy, table: rungs },
    };
  },

  timetableFailed(next, data) {
    return { ...next, timed: data.clock };
  },

  paused(next, data, at) {
    return { ...next, paused: { since: at, until: data.until } };
  },

  resumed(next) {
    const { paused, hold, offer, climb } = next;
    if (paused === null) throw new Error('what was not paused does not go on');
    const ms = epochMs(paused.until) - epochMs(paused.since);
    // What began in the pause stood only since then.
    const stood = (began: Instant) => Math.min(ms, epochMs(paused.until) - epochMs(began));
    const moved = (at: Instant) => plus(at, stood(hold.from));
    return {
      ...next,
      paused: null,
      pausedMs: next.pausedMs + ms,
      hold: {
        ...hold,
        from: moved(hold.from),
        acknowledgeBy: moved(hold.acknowledgeBy),
        actBy: moved(hold.actBy),
      },
      offer:
        offer === null ? null : { ...offer, acknowledgeBy: plus(offer.acknowledgeBy, stood(offer.since)) },
      climb: climb === null ? null : later(climb, stood(climb.startedAt)),
    };
  },
} satisfies Changes;
