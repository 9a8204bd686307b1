// Opening hours as a runbook writes them, read into arithmetic. Pure, and without zones: what is read here are wall clocks.
import { DAY_MS, readDay } from './wall.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What is open of one day, in milliseconds after its midnight: `fromMs` is, `toMs` no longer. Beyond 24 h it reaches into the next day. */
export interface OpenWindow {
  fromMs: number;
  toMs: number;
}

/** Monday first; the windows of a day in their order. */
export type Week = readonly (readonly OpenWindow[])[];

export const WINDOW_PATTERN = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

const clockMs = (clock: string): number =>
  Number(clock.slice(0, 2)) * 3_600_000 + Number(clock.slice(3)) * 60_000;

/** `09:00-17:30`, or `22:00-06:00` over midnight, or `00:00-24:00`. Throws `RangeError` on anything else, and on a window without time. */
export function readWindow(text: string): OpenWindow {
  const [, from, to] = WINDOW_PATTERN.exec(text) ?? [];
  if (from === undefined || to === undefined || from === to)
    throw new RangeError(`not hours such as 09:00-17:30, 22:00-06:00 or 00:00-24:00: ${text}`);
  const [fromMs, toMs] = [clockMs(from), clockMs(to)];
  return { fromMs, toMs: toMs > fromMs ? toMs : toMs + DAY_MS };
}

const ALWAYS: Week = WEEKDAYS.map(() => [{ fromMs: 0, toMs: DAY_MS }]);

export function readWeek(
  hours: 'always' | { readonly [day in Weekday]?: readonly string[] | undefined },
): Week {
  if (hours === 'always') return ALWAYS;
  return WEEKDAYS.map((day) => (hours[day] ?? []).map(readWindow).sort((a, b) => a.fromMs - b.fromMs));
}

export const readHolidays = (dates: readonly string[]): ReadonlySet<number> => new Set(dates.map(readDay));

/** The windows that begin on this day. On a holiday none does; the night before still ends in its morning. */
export function windowsOf(day: number, week: Week, holidays: ReadonlySet<number>): readonly OpenWindow[] {
  if (holidays.has(day)) return [];
  // Day 0, 1970-01-01, was a Thursday.
  return week[(((day + 3) % 7) + 7) % 7] ?? [];
}

/** How many of these days have hours. */
export function openDays(from: number, days: number, week: Week, holidays: ReadonlySet<number>): number {
  let open = 0;
  for (let day = from; day < from + days; day += 1) if (windowsOf(day, week, holidays).length > 0) open += 1;
  return open;
}

/** A window of the week, with where it is written: its weekday (0 is Monday), and its place there. */
export interface WrittenWindow {
  day: number;
  index: number;
  window: OpenWindow;
}

/** The first window that begins before another one ends, in the week that repeats; null where none does. */
export function overlapping(written: readonly WrittenWindow[]): WrittenWindow | null {
  const placed = written
    .map((one) => ({
      one,
      from: one.day * DAY_MS + one.window.fromMs,
      to: one.day * DAY_MS + one.window.toMs,
    }))
    .sort((a, b) => a.from - b.from);
  // Sunday night may reach into Monday.
  const monday = placed.slice(0, 1).map((first) => ({ ...first, from: first.from + 7 * DAY_MS }));
  const found = [...placed, ...monday].find(({ from }, i) => i > 0 && from < (placed[i - 1]?.to ?? 0));
  return found?.one ?? null;
}
