// The instants of one hold: with and without a calendar, and who is on call when each rung is told.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarSchema, rotationSchema } from '../../../domain/calendar/calendar.schema.ts';
import { onCall } from '../../../domain/calendar/rotation.ts';
import { telling, type TimetableOf, timetable } from '../../../domain/calendar/timetable.ts';
import { instant } from '../../../domain/instant/instant.ts';
import { calendarsAt, rotationsAt, RUNS } from './generate.ts';
import { HOUR, MINUTE } from './oracle.ts';

const rotation = rotationSchema.parse({
  zone: 'Europe/Berlin',
  start: '2026-11-23T09:00',
  length: '1d',
  people: ['ann', 'bob'],
});

/** On Friday evening, on call is ann; from Saturday 09:00 bob, from Monday 09:00 bob again. */
const friday: TimetableOf = {
  since: '2026-11-27T16:00:00.000Z',
  acknowledgeMs: HOUR,
  actMs: 4 * HOUR,
  rungs: [
    { afterMs: 15 * MINUTE, tell: 'identity', rotation },
    { afterMs: 45 * MINUTE, tell: 'soc', person: 'erin' },
    { afterMs: 50 * MINUTE, tell: 'identity', rotation },
  ],
  repeatMs: 30 * MINUTE,
  calendar: null,
};
const calendar = calendarSchema.parse({
  zone: 'Europe/Berlin',
  hours: { mon: ['09:00-17:30'], tue: ['09:00-17:30'], fri: ['09:00-17:30'] },
});

test('without a calendar it is plain addition', () => {
  expect(timetable(friday)).toEqual({
    acknowledgeBy: '2026-11-27T17:00:00.000Z',
    actBy: '2026-11-27T20:00:00.000Z',
    rungs: [
      { at: '2026-11-27T16:15:00.000Z', tell: 'identity', person: 'ann' },
      { at: '2026-11-27T16:45:00.000Z', tell: 'soc', person: 'erin' },
      { at: '2026-11-27T16:50:00.000Z', tell: 'identity', person: 'ann' },
    ],
    repeat: { at: '2026-11-27T16:30:00.000Z', tell: 'identity', person: 'ann' },
  });
});

test('with one the clocks stand still over the weekend, and who is on call on Monday is told on Monday', () => {
  expect(timetable({ ...friday, calendar })).toEqual({
    acknowledgeBy: '2026-11-30T08:30:00.000Z',
    actBy: '2026-11-30T11:30:00.000Z',
    rungs: [
      { at: '2026-11-27T16:15:00.000Z', tell: 'identity', person: 'ann' },
      { at: '2026-11-30T08:15:00.000Z', tell: 'soc', person: 'erin' },
      { at: '2026-11-30T08:20:00.000Z', tell: 'identity', person: 'bob' },
    ],
    repeat: { at: '2026-11-27T16:30:00.000Z', tell: 'identity', person: 'ann' },
  });
});

test('later repeats are counted on from the one before', () => {
  const again = { afterMs: 30 * MINUTE, tell: 'soc', person: null };
  expect(telling('2026-11-30T16:15:00.000Z', again, calendar)).toEqual({
    at: '2026-12-01T08:15:00.000Z',
    tell: 'soc',
    person: null,
  });
});

test('without rungs nothing is repeated', () => {
  expect(timetable({ ...friday, rungs: [] })).toMatchObject({ rungs: [], repeat: null });
});

test('it is plain JSON, its rungs come in their order, and each tells who is on call then', () => {
  const times = fc.uniqueArray(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(calendarsAt, rotationsAt, times, (one, two, after) => {
      const table = timetable({
        since: instant(one.at),
        acknowledgeMs: HOUR,
        actMs: 5 * HOUR,
        rungs: after
          .sort((a, b) => a - b)
          .map((minutes) => ({ afterMs: minutes * MINUTE, tell: 'soc', rotation: two.rotation })),
        repeatMs: MINUTE,
        calendar: one.calendar,
      });
      expect(JSON.parse(JSON.stringify(table))).toEqual(table);
      expect(table.acknowledgeBy < table.actBy).toBe(true);
      const instants = table.rungs.map(({ at }) => at);
      expect([...new Set(instants)].sort()).toEqual(instants);
      expect(table.rungs.map(({ person }) => person)).toEqual(instants.map((at) => onCall(two.rotation, at)));
    }),
    { numRuns: RUNS },
  );
});
