// Who has the incident, and the ladder that is climbed when they are silent. Pure; every instant is given.
import { type Instant, plus } from '../instant/instant.ts';
import type { LadderRule, PhaseRule } from '../runbook/rules.ts';

export interface Hold {
  /** `hold-2`: what an acknowledgement answers. */
  id: string;
  party: string;
  /** Once acknowledged. */
  person: string | null;
  since: Instant;
  /** When its clocks began: with a phase that its holder keeps they begin anew. */
  from: Instant;
  acknowledgeBy: Instant;
  acknowledgedAt: Instant | null;
  actBy: Instant;
  /** How often the holder was reminded since it was acknowledged, and whoever keeps the outcome was told how it stands. */
  told: { holder: number; accountable: number };
}

/** Custody on its way: the giver keeps it until this is accepted. */
export interface Offer {
  /** The id that the hold will have. */
  id: string;
  to: string;
  /** Only this person of it can accept; null: anyone. */
  person: string | null;
  from: string;
  reason: string;
  since: Instant;
  acknowledgeBy: Instant;
}

export type ClimbReason = 'unacknowledged' | 'noProgress' | 'declined' | 'trouble';

/** One way up a ladder: rungs, then the fallbacks in order, then the last rung again and again. */
export interface Climb {
  reason: ClimbReason;
  startedAt: Instant;
  /** Index of the next rung; the number of rungs: all are told. */
  rung: number;
  /** When silence is answered by the next fallback. */
  endsAt: Instant;
  /** Index of the next fallback; the number of fallbacks: all are used up. */
  fallback: number;
  /** When the last rung is told again, once every fallback is used up. */
  repeatAt: Instant | null;
  /** Since when that interval runs. */
  repeatFrom: Instant | null;
  /** Whom, as rotations have it; null: as the last rung says. */
  repeatTo: Telling | null;
  /** The rungs as calendars and rotations have them; null: by plain arithmetic from its start. */
  table: Telling[] | null;
}

/** Whom to tell at which instant. */
export interface Telling {
  at: Instant;
  tell: string;
  person: string | null;
}

/** What an activity works out for a hold or climb, where calendars or rotations have a say. */
export interface Instants {
  acknowledgeBy: Instant;
  actBy: Instant;
  rungs: Telling[];
  /** The last rung once more, an interval after the start. */
  repeat: Telling | null;
}

/** Stands until the runbook is read: the SOC, fifteen minutes. Built into the code, so that no incident is ever without a clock. */
export const FIRST_PHASE_RULE: PhaseRule = {
  holder: 'soc',
  acknowledgeMs: 15 * 60_000,
  actMs: 60 * 60_000,
  remindMs: null,
  inward: null,
  calendar: null,
  ladder: {
    rungs: [{ afterMs: 5 * 60_000, tell: 'soc', person: null, rotation: null }],
    repeatMs: 15 * 60_000,
    fallback: [{ do: 'hold' }],
  },
};

export const newHold = (
  id: string,
  party: string,
  since: Instant,
  rule: PhaseRule,
  person: string | null,
): Hold => ({
  id,
  party,
  person,
  since,
  from: since,
  acknowledgeBy: plus(since, rule.acknowledgeMs),
  acknowledgedAt: person === null ? null : since,
  actBy: plus(since, rule.actMs),
  told: { holder: 0, accountable: 0 },
});

export const newClimb = (reason: ClimbReason, startedAt: Instant, endsAt: Instant): Climb => ({
  reason,
  startedAt,
  rung: 0,
  endsAt,
  fallback: 0,
  repeatAt: null,
  repeatFrom: null,
  repeatTo: null,
  table: null,
});

export type NextOnLadder =
  | { at: Instant; what: 'rung'; rung: number; tell: string; person: string | null }
  | { at: Instant; what: 'fallback'; fallback: LadderRule['fallback'][number] }
  | { at: Instant; what: 'repeat'; tell: string; person: string | null };

/** What comes next on this climb. A rung that would fall after the end is left out. */
export function nextOnLadder(climb: Climb, ladder: LadderRule): NextOnLadder {
  const tellings =
    climb.table ?? ladder.rungs.map((rung) => ({ ...rung, at: plus(climb.startedAt, rung.afterMs) }));
  if (climb.repeatAt !== null) {
    const last = climb.repeatTo ?? tellings[tellings.length - 1];
    return { at: climb.repeatAt, what: 'repeat', tell: last?.tell ?? 'soc', person: last?.person ?? null };
  }
  const next = tellings[climb.rung];
  if (next !== undefined && next.at < climb.endsAt) {
    return { at: next.at, what: 'rung', rung: climb.rung, tell: next.tell, person: next.person };
  }
  return { at: climb.endsAt, what: 'fallback', fallback: ladder.fallback[climb.fallback] ?? { do: 'hold' } };
}

/** The same climb, as if all of it came so much later: after an outage or a pause. */
export const later = (climb: Climb, ms: number): Climb => ({
  ...climb,
  startedAt: plus(climb.startedAt, ms),
  endsAt: plus(climb.endsAt, ms),
  repeatAt: climb.repeatAt === null ? null : plus(climb.repeatAt, ms),
  repeatFrom: climb.repeatFrom === null ? null : plus(climb.repeatFrom, ms),
  table: climb.table === null ? null : climb.table.map((one) => ({ ...one, at: plus(one.at, ms) })),
});

/** How late a rung may be handled and still count as told in time. */
export const LATE_MS = 2 * 60_000;
