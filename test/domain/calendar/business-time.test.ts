// Open time over weekends, holidays, nights and the two nights on which the clocks are set; then properties against a slow count.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBusinessTime, clockEnds, isOpen, nextOpening } from '../../../domain/calendar/business-time.ts';
import { type Calendar, calendarSchema } from '../../../domain/calendar/calendar.schema.ts';
import { epochMs, instant } from '../../../domain/instant/instant.ts';
import { calendarsAt, RUNS } from './generate.ts';
import { afterOpenMinutes, clock, HOUR, MINUTE, openAt } from './oracle.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const weekdays = (...hours: string[]) => Object.fromEntries(DAYS.map((day) => [day, hours]));
const calendar = (zone: string, hours: unknown, holidays: string[] = []): Calendar =>
  calendarSchema.parse({ zone, hours, holidays });
const at = (text: string): string => instant(Date.parse(text));

const office = calendar('Europe/Berlin', weekdays('09:00-17:30'), ['2026-12-25']);
const nights = calendar('Europe/Berlin', { sat: ['22:00-06:00'] });
const sunday = (hours: string, zone = 'Europe/Berlin') => calendar(zone, { sun: [hours] });

describe('due instants', () => {
  test.each<[string, Calendar, string, number, string]>([
    ['within a day', office, '2026-11-24T08:00Z', 2, '2026-11-24T10:00Z'],
    ['before the day opens, its opening counts', office, '2026-11-24T03:12Z', 1, '2026-11-24T09:00Z'],
    ['over a night', office, '2026-11-24T16:00Z', 1, '2026-11-25T08:30Z'],
    ['over a weekend', office, '2026-11-27T16:00Z', 1, '2026-11-30T08:30Z'],
    ['just as hours end: due then, not next morning', office, '2026-11-27T15:30Z', 1, '2026-11-27T16:30Z'],
    ['over a holiday and a weekend', office, '2026-12-24T16:00Z', 1, '2026-12-28T08:30Z'],
    ['no time, in closed time: the instant itself', office, '2026-11-28T11:11Z', 0, '2026-11-28T11:11Z'],
    [
      'a weekend with the change to summer time: 09:00 there is an hour earlier',
      office,
      '2026-03-27T16:00Z',
      1,
      '2026-03-30T07:30Z',
    ],
    ['the change to winter time', office, '2026-10-23T15:00Z', 1, '2026-10-26T08:30Z'],
    ['a night of seven hours', nights, '2026-03-28T12:00Z', 7, '2026-03-29T04:00Z'],
    ['and not one more', nights, '2026-03-28T12:00Z', 8, '2026-04-04T21:00Z'],
    ['a night of nine hours', nights, '2026-10-24T12:00Z', 9, '2026-10-25T05:00Z'],
    ['over the change, begun before it', nights, '2026-03-29T00:30Z', 1, '2026-03-29T01:30Z'],
    [
      'an hour that is skipped is not worked',
      sunday('02:00-03:00'),
      '2026-03-28T12:00Z',
      1,
      '2026-04-05T01:00Z',
    ],
    [
      'an hour that comes twice counts twice',
      sunday('02:00-03:00'),
      '2026-10-24T12:00Z',
      2,
      '2026-10-25T02:00Z',
    ],
    ['half of one', sunday('02:30-04:00'), '2026-10-24T12:00Z', 2, '2026-10-25T03:00Z'],
    ['hours that begin in the gap', sunday('02:30-04:00'), '2026-03-28T12:00Z', 1, '2026-03-29T02:00Z'],
    [
      'New York, spring',
      sunday('00:00-24:00', 'America/New_York'),
      '2026-03-07T12:00Z',
      23,
      '2026-03-09T04:00Z',
    ],
    [
      'New York, autumn',
      sunday('00:00-24:00', 'America/New_York'),
      '2026-10-31T12:00Z',
      25,
      '2026-11-02T05:00Z',
    ],
    [
      'Lord Howe, where it is half an hour: a night of eight and a half',
      calendar('Australia/Lord_Howe', { sat: ['22:00-06:00'] }),
      '2026-04-04T00:00Z',
      8.5,
      '2026-04-04T19:30Z',
    ],
    [
      'Samoa, which had no 30 December 2011',
      calendar('Pacific/Apia', weekdays('09:00-17:00')),
      '2011-12-30T02:00Z',
      2,
      '2012-01-01T20:00Z',
    ],
    [
      'its holiday on that day closes nothing',
      calendar('Pacific/Apia', 'always', ['2011-12-30']),
      '2011-12-30T09:00Z',
      2,
      '2011-12-30T11:00Z',
    ],
    [
      'Kathmandu, a quarter before six hours ahead',
      calendar('Asia/Kathmandu', weekdays('09:00-17:00')),
      '2026-11-24T00:00Z',
      1,
      '2026-11-24T04:15Z',
    ],
    [
      'Casablanca on the Monday of Ramadan',
      calendar('Africa/Casablanca', weekdays('09:00-17:00')),
      '2026-02-14T00:00Z',
      1,
      '2026-02-16T10:00Z',
    ],
    [
      'hours side by side are as one',
      calendar('Europe/Berlin', { tue: ['09:00-12:00', '12:00-17:00'] }),
      '2026-11-24T10:00Z',
      2,
      '2026-11-24T12:00Z',
    ],
    [
      'the night before a holiday ends in its morning; the next begins with the day after',
      calendar('Europe/Berlin', weekdays('22:00-06:00'), ['2026-12-25', '2026-12-28']),
      '2026-12-24T21:00Z',
      9,
      '2026-12-29T22:00Z',
    ],
    ['always', calendar('Europe/Berlin', 'always'), '2026-03-28T12:00Z', 48, '2026-03-30T12:00Z'],
  ])('%s', (_, by, from, hours, due) => {
    expect(addBusinessTime(at(from), hours * HOUR, by)).toBe(at(due));
  });
});

describe('open and closed', () => {
  test.each<[string, Calendar, string, boolean, string]>([
    ['at its opening', office, '2026-11-24T08:00Z', true, '2026-11-24T08:00Z'],
    ['a moment before', office, '2026-11-24T07:59:59.999Z', false, '2026-11-24T08:00Z'],
    ['at its end', office, '2026-11-24T16:30Z', false, '2026-11-25T08:00Z'],
    ['a holiday', office, '2026-12-25T11:00Z', false, '2026-12-28T08:00Z'],
    [
      'where hours would be, were they not skipped',
      sunday('02:00-03:00'),
      '2026-03-29T01:00Z',
      false,
      '2026-04-05T00:00Z',
    ],
    ['the first time round', sunday('02:30-04:00'), '2026-10-25T00:30Z', true, '2026-10-25T00:30Z'],
    ['02:00 again', sunday('02:30-04:00'), '2026-10-25T01:00Z', false, '2026-10-25T01:30Z'],
    ['after midnight', nights, '2026-11-29T04:59Z', true, '2026-11-29T04:59Z'],
  ])('%s', (_, by, now, open, next) => {
    expect(isOpen(at(now), by)).toBe(open);
    expect(nextOpening(at(now), by)).toBe(at(next));
  });
});

describe('what cannot be calculated is refused', () => {
  const never: Calendar = { zone: 'Europe/Berlin', hours: {}, holidays: [] };

  test('a calendar without open time', () => {
    expect(() => addBusinessTime(at('2026-11-24T08:00Z'), 1, never)).toThrow(
      /no open minute in the 366 days/,
    );
    expect(() => nextOpening(at('2026-11-24T08:00Z'), never)).toThrow(RangeError);
    expect(isOpen(at('2026-11-24T08:00Z'), never)).toBe(false);
  });

  test('a clock of more than ten years', () => {
    const minute = sunday('09:00-09:01');
    expect(() => addBusinessTime(at('2026-11-24T08:00Z'), 10 * HOUR, minute)).toThrow(/more than ten years/);
    expect(clockEnds(10 * HOUR, minute)).toBe(false);
    expect(clockEnds(6 * HOUR, minute)).toBe(true);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%s milliseconds', (ms) => {
    expect(() => addBusinessTime(at('2026-11-24T08:00Z'), ms, office)).toThrow(
      /whole number of milliseconds/,
    );
  });
});

describe('for any calendar', () => {
  const ms = fc.integer({ min: 0, max: 100 * HOUR });
  const add = (from: number, more: number, by: Calendar): number =>
    epochMs(addBusinessTime(instant(from), more, by));

  test('open time is what a count of every minute finds', () => {
    fc.assert(
      fc.property(calendarsAt, fc.integer({ min: 0, max: 600 }), (one, count) => {
        expect(instant(add(one.at, count * MINUTE, one.calendar))).toBe(
          instant(afterOpenMinutes(one.calendar, one.at, count)),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('it is open when the wall clock is within the hours, and opens next when it is first so', () => {
    fc.assert(
      fc.property(calendarsAt, (one) => {
        const wall = clock(one.calendar.zone);
        expect(isOpen(instant(one.at), one.calendar)).toBe(openAt(one.calendar, wall(one.at)));
        let next = one.at;
        while (!openAt(one.calendar, wall(next))) next += MINUTE;
        expect(nextOpening(instant(one.at), one.calendar)).toBe(instant(next));
      }),
      { numRuns: RUNS },
    );
  });

  test('a then b is a and b together', () => {
    fc.assert(
      fc.property(calendarsAt, ms, ms, (one, a, b) => {
        expect(add(add(one.at, a, one.calendar), b, one.calendar)).toBe(add(one.at, a + b, one.calendar));
      }),
      { numRuns: RUNS },
    );
  });

  test('more time is due later, and never before so much time has passed', () => {
    fc.assert(
      fc.property(calendarsAt, ms, ms, (one, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const due = add(one.at, less, one.calendar);
        expect(due).toBeLessThanOrEqual(add(one.at, more, one.calendar));
        expect(due - one.at).toBeGreaterThanOrEqual(less);
      }),
      { numRuns: RUNS },
    );
  });

  test('what starts later is not due earlier', () => {
    fc.assert(
      fc.property(calendarsAt, ms, ms, (one, later, time) => {
        expect(add(one.at, time, one.calendar)).toBeLessThanOrEqual(add(one.at + later, time, one.calendar));
      }),
      { numRuns: RUNS },
    );
  });

  test('due instants lie in open time or at its end', () => {
    fc.assert(
      fc.property(calendarsAt, fc.integer({ min: 1, max: 100 * HOUR }), (one, time) => {
        expect(isOpen(instant(add(one.at, time, one.calendar) - 1), one.calendar)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('a clock that is said to end does', () => {
    fc.assert(
      fc.property(calendarsAt, fc.integer({ min: 1, max: 3_000 * HOUR }), (one, time) => {
        fc.pre(clockEnds(time, one.calendar));
        expect(add(one.at, time, one.calendar)).toBeGreaterThan(one.at);
      }),
      { numRuns: RUNS },
    );
  });
});
