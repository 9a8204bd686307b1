// Calendars and rotations, as a runbook writes them. What this has parsed, the rules beside it can calculate with.
import { z } from 'zod';
import { DURATION_PATTERN, durationMs } from '../instant/instant.ts';
import {
  openDays,
  overlapping,
  readHolidays,
  readWeek,
  readWindow,
  WEEKDAYS,
  WINDOW_PATTERN,
} from './hours.ts';
import { DAY_MS, isWall, readDay, readWall } from './wall.ts';
import { zoneExists } from './zone.ts';

const zone = z
  .string()
  .max(64)
  .refine(zoneExists, { error: 'no such time zone: write its IANA name, such as Europe/Berlin' });

const hasTime = (text: string): boolean => {
  const [from, to] = text.split('-');
  return from !== to;
};

/** Half-open: at 17:30 it is closed. An end before its beginning is on the next day. */
const hours = z
  .string()
  .regex(WINDOW_PATTERN, 'hours such as 09:00-17:30, 22:00-06:00 or 00:00-24:00')
  .refine(hasTime, { error: 'these hours have no time in them: a whole day is 00:00-24:00' });

const windows = z.array(hours).max(24);

const week = z.strictObject({
  mon: windows.optional(),
  tue: windows.optional(),
  wed: windows.optional(),
  thu: windows.optional(),
  fri: windows.optional(),
  sat: windows.optional(),
  sun: windows.optional(),
});

/**
 * A clock must come to its end. A closure goes on for at most two weeks before its first holiday (a week without hours, and hours that
 * fall into the one that a change to summer time skips), so no parsed calendar is closed for the 366 days that stop the calculation.
 */
const WATCHED_DAYS = 340;
const LEAST_OPEN_DAYS = 10;

export const calendarSchema = z
  .strictObject({
    zone,
    /** A day that is not named is closed. */
    hours: z.union([z.literal('always'), week], {
      error: 'either `always`, or hours by weekday: mon, tue, wed, thu, fri, sat, sun',
    }),
    /** Days on which no hours begin; the night shift of the day before still ends in the morning. */
    holidays: z
      .array(z.iso.date({ error: 'a date such as 2026-12-25' }))
      .max(1_000)
      .default([]),
  })
  .superRefine((calendar, context) => {
    // What is broken inside is said already, and cannot be calculated with.
    if (context.issues.length > 0) return;
    const problem = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (calendar.hours !== 'always') {
      const named = calendar.hours;
      const written = WEEKDAYS.flatMap((name, day) =>
        (named[name] ?? []).map((text, index) => ({ day, index, window: readWindow(text) })),
      );
      if (written.length === 0) return problem(['hours'], 'never open: give at least one day its hours');
      const twice = overlapping(written);
      if (twice !== null) {
        return problem(
          ['hours', WEEKDAYS[twice.day] ?? '', twice.index],
          'these hours begin before the ones before them end: write them as one',
        );
      }
    }
    const open = readWeek(calendar.hours);
    const holidays = readHolidays(calendar.holidays);
    const closes = calendar.holidays.findIndex(
      (date) => openDays(readDay(date), WATCHED_DAYS, open, holidays) < LEAST_OPEN_DAYS,
    );
    if (closes !== -1) {
      problem(
        ['holidays', closes],
        `closed on nearly all of the ${WATCHED_DAYS} days from here: a clock by this calendar would stand still`,
      );
    }
  });

const person = z.string().min(1).max(127);

const localTime = z
  .string()
  .refine(isWall, { error: 'a local date and time such as 2026-01-05T09:00, without a zone' });

/** Shorter ones could fall whole into an hour that is skipped, and their person would never be on call. */
const SHORTEST_TURN_MS = 4 * 3_600_000;
const LONGEST_TURN_MS = 366 * DAY_MS;

const turnLength = z
  .string()
  .regex(DURATION_PATTERN, 'a length such as 12h, 1d, 7d')
  .refine(
    (length) => {
      if (!DURATION_PATTERN.test(length)) return true;
      const ms = durationMs(length);
      return ms >= SHORTEST_TURN_MS && ms <= LONGEST_TURN_MS;
    },
    { error: 'a turn takes from 4h to 366d' },
  );

export const rotationSchema = z.strictObject({
  zone,
  /** When the first person's first turn begins. Every hand-over is a whole number of lengths later, by the clock on the wall. */
  start: localTime,
  length: turnLength,
  /** In the order of their turns. */
  people: z.array(person).min(1).max(100),
  /** Who stands in, from when to when by the same clock. Where two overlap, the one further down is meant. */
  overrides: z
    .array(
      z
        .strictObject({ from: localTime, to: localTime, person })
        .refine(({ from, to }) => !isWall(from) || !isWall(to) || readWall(from) < readWall(to), {
          path: ['to'],
          error: 'ends before it begins',
        }),
    )
    .max(1_000)
    .default([]),
});

export type Calendar = z.infer<typeof calendarSchema>;
export type Rotation = z.infer<typeof rotationSchema>;
