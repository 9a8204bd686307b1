// Broken calendars and rotations: each is refused at its place, in words that say what to write.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { calendarSchema, rotationSchema } from '../../../domain/calendar/calendar.schema.ts';
import { RUNS } from './generate.ts';

const calendar = {
  zone: 'Europe/Berlin',
  hours: { mon: ['09:00-12:00', '13:00-17:30'], fri: ['22:00-06:00'] },
};
const rotation = { zone: 'Europe/Berlin', start: '2026-01-05T09:00', length: '7d', people: ['ann', 'bob'] };
const mondays = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(2026, 0, 5 + i * 7)).toISOString().slice(0, 10));

function findings(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('what is written well passes, with what was left out filled in', () => {
  expect(calendarSchema.parse(calendar)).toEqual({ ...calendar, holidays: [] });
  expect(calendarSchema.parse({ ...calendar, hours: 'always' }).hours).toBe('always');
  expect(
    findings(calendarSchema, { zone: 'UTC', hours: { mon: ['09:00-17:00'] }, holidays: mondays(30) }),
  ).toEqual([]);
  expect(
    findings(calendarSchema, { ...calendar, hours: { sun: ['22:00-06:00'], mon: ['06:00-24:00'] } }),
  ).toEqual([]);
  expect(rotationSchema.parse(rotation)).toEqual({ ...rotation, overrides: [] });
});

test.each<[string, unknown, RegExp]>([
  ['a zone that does not exist', { zone: 'Europe/Berlim' }, /^zone: no such time zone.*Europe\/Berlin/],
  ['an offset instead of a zone', { zone: '+01:00' }, /^zone: no such time zone/],
  ['another word for always', { hours: '24x7' }, /^hours: either `always`, or hours by weekday/],
  ['a day by its long name', { hours: { monday: ['09:00-17:00'] } }, /^hours: Unrecognized key: "monday"/],
  ['hours without a list', { hours: { mon: '09:00-17:00' } }, /^hours: either `always`/],
  ['hours of one digit', { hours: { mon: ['9:00-17:00'] } }, /^hours\.mon\.0: hours such as 09:00-17:30/],
  ['hours past the day', { hours: { tue: ['09:00-24:01'] } }, /^hours\.tue\.0: hours such as/],
  ['an hour 24 at the beginning', { hours: { tue: ['24:00-06:00'] } }, /^hours\.tue\.0: hours such as/],
  ['hours without time', { hours: { wed: ['09:00-09:00'] } }, /^hours\.wed\.0: .*a whole day is 00:00-24:00/],
  ['no hours at all', { hours: {} }, /^hours: never open/],
  ['only empty days', { hours: { mon: [] } }, /^hours: never open/],
  [
    'hours that overlap',
    { hours: { mon: ['09:00-12:00', '11:59-13:00'] } },
    /^hours\.mon\.1: .*write them as one/,
  ],
  [
    'hours that overlap over midnight',
    { hours: { mon: ['22:00-06:00'], tue: ['05:00-07:00'] } },
    /^hours\.tue\.0: .*write them as one/,
  ],
  [
    'Sunday night over Monday',
    { hours: { sun: ['22:00-06:00'], mon: ['05:00-07:00'] } },
    /^hours\.mon\.0: .*write them as one/,
  ],
  ['a day that does not exist', { holidays: ['2026-12-25', '2026-02-30'] }, /^holidays\.1: a date such as/],
  ['a date in another order', { holidays: ['25.12.2026'] }, /^holidays\.0: a date such as 2026-12-25/],
  [
    'a year of holidays',
    { hours: { mon: ['09:00-17:00'] }, holidays: mondays(45) },
    /^holidays\.0: closed on nearly all/,
  ],
  ['a key that nobody knows', { holiday: [] }, /^: Unrecognized key: "holiday"/],
])('a calendar with %s', (_, change, finding) => {
  expect(findings(calendarSchema, { ...calendar, ...(change as object) })).toEqual([
    expect.stringMatching(finding),
  ]);
});

test.each<[string, unknown, RegExp]>([
  ['a zone that does not exist', { zone: 'Berlin' }, /^zone: no such time zone/],
  ['a start in UTC', { start: '2026-01-05T09:00Z' }, /^start: a local date and time.*without a zone/],
  ['a start on 30 February', { start: '2026-02-30T09:00' }, /^start: a local date and time/],
  ['a start at 24:00', { start: '2026-02-03T24:00' }, /^start: a local date and time/],
  ['a length in weeks', { length: '1w' }, /^length: a length such as 12h, 1d, 7d/],
  ['turns of an hour', { length: '1h' }, /^length: a turn takes from 4h to 366d/],
  ['turns of years', { length: '900d' }, /^length: a turn takes from 4h to 366d/],
  ['nobody', { people: [] }, /^people: /],
  [
    'a stand-in that ends before it begins',
    { overrides: [{ from: '2026-01-06T18:00', to: '2026-01-05T18:00', person: 'cem' }] },
    /^overrides\.0\.to: ends before it begins/,
  ],
  [
    'a stand-in from no hour',
    { overrides: [{ from: '2026-01-06', to: '2026-01-07T18:00', person: 'cem' }] },
    /^overrides\.0\.from: a local date and time/,
  ],
])('a rotation with %s', (_, change, finding) => {
  expect(findings(rotationSchema, { ...rotation, ...(change as object) })).toEqual([
    expect.stringMatching(finding),
  ]);
});

test('whatever is written, it is parsed or refused, and never thrown at', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '',
      '09:00-17:00',
      '22:00-06:00',
      '00:00-00:00',
      '99:99-99:99',
      '2026-02-30',
      '1h',
      '0d',
      '2026-01-05T09:00',
    ),
  );
  const anything = fc.oneof(text, fc.anything(), fc.array(text));
  fc.assert(
    fc.property(
      fc.record({
        zone: fc.oneof(text, fc.constant('UTC')),
        hours: fc.oneof(anything, fc.dictionary(fc.constantFrom('mon', 'sun', 'x'), anything)),
        holidays: anything,
      }),
      fc.record({
        zone: text,
        start: anything,
        length: anything,
        people: anything,
        overrides: fc.array(fc.record({ from: text, to: text, person: text })),
      }),
      (one, two) => {
        expect(() => calendarSchema.safeParse(one)).not.toThrow();
        expect(rotationSchema.safeParse({ ...two, zone: '' }).success).toBe(false);
      },
    ),
    { numRuns: RUNS },
  );
});

test('editors get a schema of both', () => {
  expect(z.toJSONSchema(calendarSchema, { io: 'input' })).toMatchObject({ required: ['zone', 'hours'] });
  expect(z.toJSONSchema(rotationSchema, { io: 'input' })).toMatchObject({
    required: ['zone', 'start', 'length', 'people'],
  });
});
