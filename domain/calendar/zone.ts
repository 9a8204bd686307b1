// What the clocks of a time zone show, and when. The one file that asks the zone data, which differs between versions of Node:
// so nothing that a workflow replays may call it. It never asks what time it is.
import { Temporal } from 'temporal-polyfill';
import type { Wall } from './wall.ts';

/** IANA names begin with a letter. `+01:00` is no zone here: it knows no daylight saving, and who writes it seldom means that. */
const ZONE_PATTERN = /^[A-Za-z]/;

const clockOf = (zone: string, epochMs: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone);

/** Whether the zone data has a zone of this name, such as `Europe/Berlin`. */
export function zoneExists(zone: string): boolean {
  if (!ZONE_PATTERN.test(zone)) return false;
  try {
    clockOf(zone, 0);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
export const offsetAt = (zone: string, epochMs: number): number =>
  clockOf(zone, epochMs).offsetNanoseconds / 1e6;

/** What the zone's clocks show. */
export const wallAt = (zone: string, epochMs: number): Wall => epochMs + offsetAt(zone, epochMs);

/** When the zone's clocks are set the next time after this, or null: never, as far as the zone data knows. */
export const nextChange = (zone: string, epochMs: number): number | null =>
  clockOf(zone, epochMs).getTimeZoneTransition('next')?.epochMilliseconds ?? null;

/**
 * The first instant at which the zone's clocks show this or more. Of an hour that comes twice, the first; where the hour is
 * skipped, the instant at which the clocks are set past it. So a later wall time never comes earlier.
 */
export function firstShowing(zone: string, wall: Wall): number {
  const plain = clockOf('UTC', wall).toPlainDateTime();
  const first = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (first.toPlainDateTime().equals(plain)) return first.epochMilliseconds;
  const skips = first.getTimeZoneTransition('next');
  if (skips === null) throw new Error(`${zone} skips ${plain.toString()} but never sets its clocks`);
  return skips.epochMilliseconds;
}
