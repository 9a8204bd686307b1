// Calendars, rotations and instants for property tests; instants lie near a setting of the clocks as often as not.
import fc from 'fast-check';
import { clockEnds } from '../../../domain/calendar/business-time.ts';
import {
  type Calendar,
  calendarSchema,
  type Rotation,
  rotationSchema,
} from '../../../domain/calendar/calendar.schema.ts';
import { WEEKDAYS } from '../../../domain/calendar/hours.ts';
import { dateOf, HOUR, MINUTE, shown, ZONES } from './oracle.ts';

export const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 150);

const FIRST = Date.UTC(2006, 0, 1);
const LAST = Date.UTC(2036, 0, 1);

export const zones = fc.constantFrom(...ZONES);

/** Days on which some zone of the list sets its clocks; Samoa skips one of them whole. */
const CHANGES = [
  '2006-04-02',
  '2007-03-11',
  '2010-08-11',
  '2011-12-30',
  '2012-04-01',
  '2018-02-18',
  '2018-11-04',
  '2023-04-28',
  '2023-10-27',
  '2026-02-15',
  '2026-03-08',
  '2026-03-22',
  '2026-03-29',
  '2026-04-05',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
  '2031-03-30',
].map((date) => Date.parse(`${date}T00:00:00.000Z`));

/** Whole minutes. */
export const minutes: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: FIRST / MINUTE, max: LAST / MINUTE }).map((minute) => minute * MINUTE),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -36 * 60, max: 36 * 60 }))
    .map(([day, off]) => day + off * MINUTE),
);

const two = (n: number): string => String(n).padStart(2, '0');
/** Half hours and odd minutes. */
const clocks = fc.oneof(
  fc.integer({ min: 0, max: 47 }).map((half) => half * 30),
  fc.integer({ min: 0, max: 1439 }),
);
const text = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

/** None, one or two windows, now and then adjacent, or over midnight. */
const windows: fc.Arbitrary<string[]> = fc
  .uniqueArray(clocks, { minLength: 0, maxLength: 4 })
  .chain((cuts) => fc.tuple(fc.constant(cuts.sort((a, b) => a - b)), fc.boolean(), fc.boolean()))
  .map(([[a, b, c, d], adjacent, night]) => {
    if (a === undefined || b === undefined) return [];
    if (c === undefined) return [night ? `${text(b)}-${text(a)}` : `${text(a)}-${text(b)}`];
    const second = adjacent ? b : c;
    const end = adjacent ? c : (d ?? 1440);
    return [`${text(a)}-${text(b)}`, `${text(second)}-${end === 1440 ? '24:00' : text(end)}`];
  });

const hours = fc.oneof(
  { weight: 1, arbitrary: fc.constant('always' as const) },
  {
    weight: 6,
    arbitrary: fc.record(Object.fromEntries(WEEKDAYS.map((day) => [day, windows]))),
  },
);

/** A calendar that the schema takes and that has some 200 open hours in ten years, with holidays near the instant. */
export const calendarsAt: fc.Arbitrary<{ at: number; calendar: Calendar }> = fc
  .record({ zone: zones, hours, at: minutes, holidays: fc.array(fc.integer({ min: -3, max: 12 })) })
  .map(({ zone, hours: written, at, holidays }) => ({
    at,
    parsed: calendarSchema.safeParse({
      zone,
      hours: written,
      holidays: holidays.map((days) => dateOf(shown(zone, at) + days * 24 * HOUR)),
    }),
  }))
  .filter(({ parsed }) => parsed.success && clockEnds(200 * HOUR, parsed.data))
  .map(({ at, parsed }) => {
    if (parsed.data === undefined) throw new Error('filtered');
    return { at, calendar: parsed.data };
  });

export const LENGTHS = ['4h', '8h', '12h', '1d', '2d', '7d', '14d'] as const;

const localTime = (wall: number): string => new Date(wall).toISOString().slice(0, 16);

/** A rotation that began up to some years before the instant, or begins soon after. */
export const rotationsAt: fc.Arbitrary<{ at: number; rotation: Rotation }> = fc
  .record({
    zone: zones,
    at: minutes,
    length: fc.constantFrom(...LENGTHS),
    ago: fc.oneof(
      fc.integer({ min: -30 * 24 * 60, max: 5 * 366 * 24 * 60 }),
      fc.integer({ min: -60, max: 3_000 }),
    ),
    people: fc.integer({ min: 1, max: 5 }),
    overrides: fc.array(
      fc.record({
        off: fc.integer({ min: -4_000, max: 4_000 }),
        takes: fc.integer({ min: 1, max: 6_000 }),
        person: fc.constantFrom('a', 'c', 'zoe'),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ zone, at, length, ago, people, overrides }) => {
    const wall = shown(zone, at);
    return {
      at,
      rotation: rotationSchema.parse({
        zone,
        start: localTime(wall - ago * MINUTE),
        length,
        people: ['a', 'b', 'c', 'd', 'e'].slice(0, people),
        overrides: overrides.map(({ off, takes, person }) => ({
          from: localTime(wall + off * MINUTE),
          to: localTime(wall + (off + takes) * MINUTE),
          person,
        })),
      }),
    };
  });
