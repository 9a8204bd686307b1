// Reads the times that alerts write. Never guesses: what has no zone, or is no time, is null.
import { type Instant, instant } from '../domain/instant/instant.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)$/i;
/** RFC 1123; the weekday is not looked at, AWS's own examples have it wrong. */
const RFC_1123 =
  /^(?:[A-Za-z]{3,9},\s?)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (Z|UTC|GMT|[+-]\d{4})$/i;

/** End of the year 9999, the last that ISO 8601 writes with four digits. */
const LAST_MS = 253_402_300_799_999;

/** ISO 8601, RFC 1123, or seconds or milliseconds since 1970 as number or text. */
export function occurredAtUtc(written: string | number | null): Instant | null {
  if (written === null) return null;
  if (typeof written === 'number') return sinceEpoch(written);
  const trimmed = written.length > 64 ? '' : written.trim();
  if (/^\d{1,15}(?:\.\d{1,9})?$/.test(trimmed)) return sinceEpoch(Number(trimmed));
  return iso(trimmed) ?? rfc1123(trimmed);
}

/** Below 10^11 they are seconds (until the year 5138), above it milliseconds (since 1973). */
function sinceEpoch(number: number): Instant | null {
  const ms = Math.round(number < 1e11 ? number * 1_000 : number);
  return ms >= 0 && ms <= LAST_MS ? instant(ms) : null;
}

function iso(text: string): Instant | null {
  const match = ISO.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = match;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return utc([year, month, day, hour, minute, second].map(Number), ms, zone);
}

function rfc1123(text: string): Instant | null {
  const match = RFC_1123.exec(text);
  if (!match) return null;
  const [, day, month = '', year, hour, minute, second = '0', zone = 'Z'] = match;
  const number = MONTHS.indexOf(month.toLowerCase()) + 1;
  return utc([Number(year), number, ...[day, hour, minute, second].map(Number)], 0, zone);
}

function utc(parts: number[], ms: number, zone: string): Instant | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const at = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const read = new Date(at);
  // Date rolls 31 February over to March, and takes years below 100 for 1900 and later.
  const real =
    read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59) return null;
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  const offsetMs = offset ? (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 : 0;
  const result = offset?.[1] === '-' ? at + offsetMs : at - offsetMs;
  return result >= 0 && result <= LAST_MS ? instant(result) : null;
}
