// What a clock on the wall shows, as people write it in a runbook. Pure arithmetic that knows no zone: every day has 24 hours here.
// It never says when that was: a wall time may come twice in its zone, or never (zone.ts).

/** Milliseconds, counted as if the clock on the wall hung in UTC. */
export type Wall = number;

export const DAY_MS = 24 * 3_600_000;

/** `2026-01-05T09:00`: a date and an hour, and no zone, because the zone stands beside it. */
const WALL_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** What `2026-01-05T09:00` says. Throws `RangeError` where no calendar has that day or hour. */
export function readWall(text: string): Wall {
  const wall = WALL_PATTERN.test(text) ? Date.parse(`${text}:00.000Z`) : Number.NaN;
  // Some engines take 30 February for 2 March: only what reads back as it was written is meant.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text))
    throw new RangeError(`not a local date and time such as 2026-01-05T09:00: ${text}`);
  return wall;
}

export function isWall(text: string): boolean {
  try {
    readWall(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Days since 1970-01-01, of the day that a wall clock shows. */
export const dayOf = (wall: Wall): number => Math.floor(wall / DAY_MS);

/** The day of `2026-12-25`. Throws `RangeError` where there is no such day. */
export const readDay = (date: string): number => dayOf(readWall(`${date}T00:00`));
