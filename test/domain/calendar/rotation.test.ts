// Turns over the nights on which clocks are set, stand-ins, and the time before the start; then properties against a second reading.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rotation, rotationSchema } from '../../../domain/calendar/calendar.schema.ts';
import { onCall, until } from '../../../domain/calendar/rotation.ts';
import { epochMs, instant } from '../../../domain/instant/instant.ts';
import { LENGTHS, rotationsAt, RUNS, zones } from './generate.ts';
import { HOUR, latestShown, MINUTE, shown } from './oracle.ts';

const DAY = 24 * HOUR;
const at = (text: string): string => instant(Date.parse(text));
const rotation = (written: Partial<Record<keyof Rotation, unknown>>): Rotation =>
  rotationSchema.parse({
    zone: 'Europe/Berlin',
    start: '2026-01-05T09:00',
    length: '7d',
    people: ['ann', 'bob', 'cem'],
    ...written,
  });

const weekly = rotation({});
const daily = (time: string, zone = 'Europe/Berlin') =>
  rotation({ start: `2026-01-05T${time}`, length: '1d', zone });
const covered = rotation({
  overrides: [
    { from: '2026-01-06T18:00', to: '2026-01-08T09:00', person: 'dora' },
    { from: '2026-01-07T12:00', to: '2026-01-07T14:00', person: 'bob' },
  ],
});

describe('on call', () => {
  test.each<[string, Rotation, string, string, string]>([
    ['first turn', weekly, '2026-01-05T08:00Z', 'ann', '2026-01-12T08:00Z'],
    ['a moment before the hand-over', weekly, '2026-01-12T07:59:59.999Z', 'ann', '2026-01-12T08:00Z'],
    ['at the hand-over', weekly, '2026-01-12T08:00Z', 'bob', '2026-01-19T08:00Z'],
    ['round and round', weekly, '2026-01-26T08:00Z', 'ann', '2026-02-02T08:00Z'],
    ['before the start: the first person', weekly, '2020-02-02T02:02Z', 'ann', '2026-01-12T08:00Z'],
    ['over the change to summer time: 09:00 there', weekly, '2026-03-29T12:00Z', 'cem', '2026-03-30T07:00Z'],
    ['over the change to winter time', weekly, '2026-10-25T12:00Z', 'cem', '2026-10-26T08:00Z'],
    ['a stand-in begins', covered, '2026-01-06T16:59Z', 'ann', '2026-01-06T17:00Z'],
    ['a stand-in', covered, '2026-01-06T17:00Z', 'dora', '2026-01-07T11:00Z'],
    ['the one further down wins', covered, '2026-01-07T11:00Z', 'bob', '2026-01-07T13:00Z'],
    ['and the first again', covered, '2026-01-07T13:00Z', 'dora', '2026-01-08T08:00Z'],
    ['back to whose turn it is', covered, '2026-01-08T08:00Z', 'ann', '2026-01-12T08:00Z'],
    ['the day before a skipped 02:30', daily('02:30'), '2026-03-29T00:59Z', 'bob', '2026-03-29T01:00Z'],
    [
      '02:30 is skipped: when the clocks are set',
      daily('02:30'),
      '2026-03-29T01:00Z',
      'cem',
      '2026-03-30T00:30Z',
    ],
    ['02:30 comes twice: the first', daily('02:30'), '2026-10-25T00:30Z', 'cem', '2026-10-26T01:30Z'],
    ['02:10 again, and who took over stays', daily('02:30'), '2026-10-25T01:10Z', 'cem', '2026-10-26T01:30Z'],
    [
      'Lord Howe: 02:10 is skipped by half an hour',
      daily('02:10', 'Australia/Lord_Howe'),
      '2026-10-03T15:30Z',
      'cem',
      '2026-10-04T15:10Z',
    ],
    [
      'twelve hours, on the short night',
      rotation({ start: '2026-03-28T21:00', length: '12h' }),
      '2026-03-28T20:00Z',
      'ann',
      '2026-03-29T07:00Z',
    ],
    [
      'Samoa in 2011: the turn of the day that never was',
      rotation({ zone: 'Pacific/Apia', start: '2011-12-28T00:00', length: '1d' }),
      '2011-12-30T09:59Z',
      'bob',
      '2011-12-30T10:00Z',
    ],
    [
      'is passed, and the days keep their people',
      rotation({ zone: 'Pacific/Apia', start: '2011-12-28T00:00', length: '1d' }),
      '2011-12-30T10:00Z',
      'ann',
      '2011-12-31T10:00Z',
    ],
  ])('%s', (_, who, now, person, ends) => {
    expect(onCall(who, at(now))).toBe(person);
    expect(until(who, at(now))).toBe(at(ends));
  });

  test('one person alone is on call for ever', () => {
    expect(until(rotation({ people: ['ann'] }), at('2026-01-05T08:00Z'))).toBeNull();
    expect(until(rotation({ people: ['ann', 'ann'] }), at('2026-01-05T08:00Z'))).toBeNull();
  });

  test('or until somebody stands in', () => {
    const alone = rotation({
      people: ['ann'],
      overrides: [
        { from: '2026-02-01T00:00', to: '2026-03-01T00:00', person: 'ann' },
        { from: '2031-02-01T00:00', to: '2031-02-02T00:00', person: 'bob' },
      ],
    });
    expect(until(alone, at('2026-01-05T08:00Z'))).toBe(at('2031-01-31T23:00Z'));
    expect(until(alone, at('2031-02-01T08:00Z'))).toBe(at('2031-02-01T23:00Z'));
    expect(until(alone, at('2031-02-02T08:00Z'))).toBeNull();
  });

  test('a turn of the same person again is one turn', () => {
    expect(until(rotation({ people: ['ann', 'ann', 'bob'] }), at('2026-01-05T08:00Z'))).toBe(
      at('2026-01-19T08:00Z'),
    );
  });

  test('years of stand-ins by who is on call anyway are gone through at once', () => {
    const long = rotation({
      length: '4h',
      overrides: [{ from: '2026-01-05T09:00', to: '2096-01-05T09:00', person: 'ann' }],
    });
    const end = until(long, at('2026-01-05T08:00Z'));
    expect(end).not.toBeNull();
    expect(epochMs(end ?? '') - Date.parse('2096-01-05T08:00Z')).toBeLessThanOrEqual(8 * HOUR);
  });
});

/** Whose turn it is, from the latest time that any clock of the zone has shown: a clock that is set back hands nothing back. */
function expected({ zone, start, length, people, overrides }: Rotation, now: number): string | undefined {
  const latest = latestShown(zone, now);
  const since = (text: string) => latest - Date.parse(`${text}Z`);
  const covers = overrides.filter(({ from, to }) => since(from) >= 0 && since(to) < 0).at(-1);
  if (covers !== undefined) return covers.person;
  const ms = Number.parseInt(length, 10) * (length.endsWith('d') ? DAY : HOUR);
  return people[Math.max(0, Math.floor(since(start) / ms)) % people.length];
}

test('at every instant one person is on call: the one whom the wall clock names', () => {
  fc.assert(
    fc.property(rotationsAt, (one) => {
      expect(onCall(one.rotation, instant(one.at))).toBe(expected(one.rotation, one.at));
    }),
    { numRuns: RUNS },
  );
});

test('the same person until then, and from then another', () => {
  fc.assert(
    fc.property(rotationsAt, fc.double({ min: 0, max: 1, noNaN: true }), (one, part) => {
      const person = onCall(one.rotation, instant(one.at));
      const ends = until(one.rotation, instant(one.at));
      const end = ends === null ? one.at + 400 * DAY : epochMs(ends);
      expect(end).toBeGreaterThan(one.at);
      const between = one.at + Math.floor((end - 1 - one.at) * part);
      expect(onCall(one.rotation, instant(between))).toBe(person);
      expect(onCall(one.rotation, instant(end - 1))).toBe(person);
      if (ends !== null) expect(onCall(one.rotation, ends)).not.toBe(person);
    }),
    { numRuns: RUNS },
  );
});

test('over the years every turn begins at its hour on the wall, and nobody is passed over', () => {
  const people = ['ann', 'bob', 'cem', 'dora'];
  fc.assert(
    fc.property(
      zones,
      fc.constantFrom(...LENGTHS),
      // After Samoa's skipped day; minutes of a year of turns or more.
      fc.integer({ min: Date.UTC(2012, 0, 1) / MINUTE, max: Date.UTC(2034, 0, 1) / MINUTE }),
      fc.integer({ min: 0, max: 700 }),
      (zone, length, minute, gone) => {
        const start = new Date(minute * MINUTE).toISOString().slice(0, 16);
        const turns = rotationSchema.parse({ zone, start, length, people });
        const ms = Number.parseInt(length, 10) * (length.endsWith('d') ? DAY : HOUR);
        let now = instant(minute * MINUTE + gone * DAY);
        let before = onCall(turns, now);
        for (let turn = 0; turn < 8; turn += 1) {
          const next = until(turns, now);
          if (next === null) throw new Error('four people take turns');
          const wall = shown(zone, epochMs(next));
          const late = (wall - minute * MINUTE) % ms;
          // Late only where the clocks were set past the hour: a minute before, they did not show it yet.
          if (late !== 0) expect(shown(zone, epochMs(next) - MINUTE)).toBeLessThan(wall - late);
          const person = onCall(turns, next);
          expect(person).toBe(people[(people.indexOf(before) + 1) % people.length]);
          [now, before] = [next, person];
        }
      },
    ),
    { numRuns: RUNS },
  );
});
