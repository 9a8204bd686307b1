// What a clock on the wall shows, read from the platform's own formatter, and open time counted minute by minute.
// Slow, and shares nothing with the rules it checks but the schema's types.
import type { Calendar } from '../../../domain/calendar/calendar.schema.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const ZONES = [
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Antarctica/Troll',
  'UTC',
] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, format);
  return format;
}

/** `2026-03-29 03:00`, as milliseconds of a clock in UTC that shows the same. */
export function shown(zone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** `shown` for many minutes: where both ends of an hour are equally far ahead of UTC, so is all of it. */
export function clock(zone: string): (at: number) => number {
  let hour = Number.NaN;
  let ahead: number | null = null;
  const aheadAt = (at: number): number => shown(zone, at) - at;
  return (at) => {
    const its = Math.floor(at / HOUR) * HOUR;
    if (its !== hour) {
      hour = its;
      ahead = aheadAt(its) === aheadAt(its + HOUR) ? aheadAt(its) : null;
    }
    return at + (ahead ?? aheadAt(at));
  };
}

export const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
const timeOf = (wall: number): string => new Date(wall).toISOString().slice(11, 16);
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Whether the hours of the calendar, read as text, contain what the wall clock shows. */
export function openAt(calendar: Calendar, wall: number): boolean {
  const hoursOf = (day: number): readonly string[] => {
    if (calendar.holidays.includes(dateOf(day))) return [];
    if (calendar.hours === 'always') return ['00:00-24:00'];
    return calendar.hours[DAYS[new Date(day).getUTCDay()] ?? 'mon'] ?? [];
  };
  const time = timeOf(wall);
  const overMidnight = (window: string): boolean => window.slice(6) < window.slice(0, 5);
  return (
    hoursOf(wall).some((window) => {
      const [from, to] = [window.slice(0, 5), window.slice(6)];
      return from <= time && (overMidnight(window) || time < to);
    }) || hoursOf(wall - DAY).some((window) => overMidnight(window) && time < window.slice(6))
  );
}

/** The first whole minute by which so many minutes were open. */
export function afterOpenMinutes(calendar: Calendar, at: number, minutes: number): number {
  const wall = clock(calendar.zone);
  let now = at;
  for (let left = minutes; left > 0; now += MINUTE) if (openAt(calendar, wall(now))) left -= 1;
  return now;
}

/** The latest that the zone's clocks have shown up to this minute: they may show less again after being set back. */
export function latestShown(zone: string, at: number): number {
  const wall = clock(zone);
  let latest = wall(at);
  for (let then = at - DAY; then < at; then += MINUTE) latest = Math.max(latest, wall(then));
  return latest;
}
