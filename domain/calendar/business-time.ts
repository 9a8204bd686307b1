// Clocks that run only while somebody works. Pure, of parsed calendars; called from activities alone, because zone data differs
// between versions of Node. What the clock on the wall shows decides: an hour that is skipped is not worked, one that comes twice
// counts twice, and a night shift is as long as that night is.
import { epochMs, type Instant, instant } from '../instant/instant.ts';
import type { Calendar } from './calendar.schema.ts';
import { readHolidays, readWeek, windowsOf } from './hours.ts';
import { DAY_MS, dayOf } from './wall.ts';
import { nextChange, offsetAt, wallAt } from './zone.ts';

/** A parsed calendar is never closed so long: whoever comes here did not parse theirs. */
const LONGEST_CLOSURE_DAYS = 366;
/** Ten years. No clock of an incident is so long; the calculation has to end. */
const LONGEST_CLOCK_DAYS = 3_653;

/** Whether it is open at this instant. At the end of hours it is closed already. */
export function isOpen(at: Instant, calendar: Calendar): boolean {
  const wall = wallAt(calendar.zone, epochMs(at));
  const week = readWeek(calendar.hours);
  const holidays = readHolidays(calendar.holidays);
  // The hours of the day before may reach into this one.
  return [dayOf(wall) - 1, dayOf(wall)].some((day) =>
    windowsOf(day, week, holidays).some(({ fromMs, toMs }) => {
      const sinceMidnightMs = wall - day * DAY_MS;
      return fromMs <= sinceMidnightMs && sinceMidnightMs < toMs;
    }),
  );
}

/** This instant if it is open, else the next at which it opens. Throws `RangeError` where that is more than 366 days off. */
export function nextOpening(at: Instant, calendar: Calendar): Instant {
  return instant(openSpans(epochMs(at), calendar).next().value.from);
}

/**
 * The first instant by which so much open time has passed. No time is no time: it is `at` itself, open or not. A clock that runs out
 * just when hours end is due then, and not when they next begin. So due instants lie in open time or at its end.
 * Throws `RangeError` on a negative or broken number, on 366 days without open time, and past ten years (`clockEnds` says so beforehand).
 */
export function addBusinessTime(at: Instant, ms: number, calendar: Calendar): Instant {
  if (!Number.isSafeInteger(ms) || ms < 0)
    throw new RangeError(`open time is a whole number of milliseconds, zero or more: ${ms}`);
  const start = epochMs(at);
  if (ms === 0) return instant(start);
  const spans = openSpans(start, calendar);
  for (let leftMs = ms; ; ) {
    const { from, to } = spans.next().value;
    if (leftMs <= to - from) return instant(from + leftMs);
    leftMs -= to - from;
  }
}

/**
 * Whether a clock of so much open time surely ends within ten years, whenever it starts: for checks of a runbook. Each holiday costs a
 * week at most, and so does each of the (at most six a year) changes of the zone's clocks.
 */
export function clockEnds(ms: number, calendar: Calendar): boolean {
  const weekMs = readWeek(calendar.hours)
    .flat()
    .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const weeks = Math.ceil(ms / weekMs) + readHolidays(calendar.holidays).size + 60 + 1;
  return weeks * 7 <= LONGEST_CLOCK_DAYS;
}

interface Span {
  from: number;
  to: number;
}

/**
 * The open time from an instant on, in order; hours of a parsed calendar never overlap. Between two settings of the clocks, wall time is
 * plain arithmetic.
 */
function* openSpans(start: number, calendar: Calendar): Generator<Span, never, void> {
  const week = readWeek(calendar.hours);
  const holidays = readHolidays(calendar.holidays);
  let openUntil = start;
  for (let from = start; ; ) {
    const offset = offsetAt(calendar.zone, from);
    const to = nextChange(calendar.zone, from) ?? Number.POSITIVE_INFINITY;
    // From the day before: its hours may reach over midnight.
    for (let day = dayOf(from + offset) - 1; day * DAY_MS - offset < to; day += 1) {
      const midnight = day * DAY_MS - offset;
      refuseEndless(start, openUntil, midnight);
      for (const { fromMs, toMs } of windowsOf(day, week, holidays)) {
        const span = {
          from: Math.max(midnight + fromMs, from),
          to: Math.min(midnight + toMs, to),
        };
        if (span.from >= span.to) continue;
        yield span;
        openUntil = span.to;
      }
    }
    from = to;
  }
}

function refuseEndless(start: number, openUntil: number, midnight: number): void {
  if (midnight - openUntil > LONGEST_CLOSURE_DAYS * DAY_MS) {
    throw new RangeError(
      `the calendar has no open minute in the ${LONGEST_CLOSURE_DAYS} days after ${instant(openUntil)}: ` +
        'give it hours, or take holidays out',
    );
  }
  if (midnight - start > LONGEST_CLOCK_DAYS * DAY_MS) {
    throw new RangeError(
      `the clock from ${instant(start)} takes more than ten years of this calendar: make it shorter, or open longer`,
    );
  }
}
