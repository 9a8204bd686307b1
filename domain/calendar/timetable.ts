// The instants of one hold: what an activity works out and the workflow then only waits for. Pure, plain JSON in and out.
// The workflow must never call this: on replay, another version of Node could know other zone data.
import { epochMs, type Instant, instant, plus } from '../instant/instant.ts';
import { addBusinessTime } from './business-time.ts';
import type { Calendar, Rotation } from './calendar.schema.ts';
import { onCall } from './rotation.ts';

/** Whom to tell: a party, and in it one person, whoever is on call at that moment, or (null) nobody in particular. */
export type TimedRung = { afterMs: number; tell: string } & (
  | { person: string | null }
  | { rotation: Rotation }
);

export interface TimetableOf {
  /** When the clocks of the hold, or of a later climb, start. */
  since: Instant;
  acknowledgeMs: number;
  actMs: number;
  rungs: readonly TimedRung[];
  repeatMs: number;
  /** Null: the clocks run day and night. */
  calendar: Calendar | null;
}

export interface Telling {
  at: Instant;
  tell: string;
  person: string | null;
}

export interface Timetable {
  acknowledgeBy: Instant;
  actBy: Instant;
  /** In the order given, with whoever is on call then. Those after `acknowledgeBy` too: whether they are reached is custody's rule. */
  rungs: Telling[];
  /** The last rung once more, an interval after `since`: once every fallback is used up, each interval has a timetable of its own. */
  repeat: Telling | null;
}

/** Throws `RangeError` only where a clock takes more than ten years of its calendar (`clockEnds`), which a runbook check refuses. */
export function timetable({
  since,
  acknowledgeMs,
  actMs,
  rungs,
  repeatMs,
  calendar,
}: TimetableOf): Timetable {
  const acknowledgeBy = after(since, acknowledgeMs, calendar);
  const last = rungs.at(-1);
  return {
    acknowledgeBy,
    actBy: after(since, actMs, calendar),
    rungs: rungs.map((rung) => telling(since, rung, calendar)),
    repeat: last ? telling(since, { ...last, afterMs: repeatMs }, calendar) : null,
  };
}

/** One rung: when it is told, counted from `since`, and to whom. */
export function telling(since: Instant, rung: TimedRung, calendar: Calendar | null): Telling {
  const at = after(since, rung.afterMs, calendar);
  return { at, tell: rung.tell, person: 'rotation' in rung ? onCall(rung.rotation, at) : rung.person };
}

const after = (since: Instant, ms: number, calendar: Calendar | null): Instant =>
  calendar === null ? plus(instant(epochMs(since)), ms) : addBusinessTime(since, ms, calendar);
