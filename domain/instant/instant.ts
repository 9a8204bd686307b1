// Instants and durations on the wire. Pure: it never reads a clock; arithmetic on given instants only.

/** ISO 8601 in UTC with milliseconds, e.g. `2026-11-24T03:12:00.000Z`; such strings sort as instants. */
export type Instant = string;

/** `90s`, `15m`, `36h`, `2d`. */
export type Duration = string;

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const DURATION_PATTERN = /^([1-9]\d{0,5})(s|m|h|d)$/;

/** Milliseconds of a duration. Throws `RangeError` on anything that is not one. */
export function durationMs(duration: Duration): number {
  const match = DURATION_PATTERN.exec(duration);
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]];
  if (!match || unit === undefined)
    throw new RangeError(`not a duration such as 90s, 15m, 36h, 2d: ${duration}`);
  return Number(match[1]) * unit;
}

/** Epoch milliseconds -> instant. */
export function instant(epochMs: number): Instant {
  return new Date(epochMs).toISOString();
}

/** Instant -> epoch milliseconds. Throws `RangeError` where it is none. */
export function epochMs(at: Instant): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${at}`);
  return ms;
}

export function plus(at: Instant, ms: number): Instant {
  return instant(epochMs(at) + ms);
}

export function earliest(...instants: (Instant | undefined)[]): Instant | undefined {
  return instants.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined);
}

/** `4 min 30 s`, `2 h`, `36 h`, `13 d 4 h`: for people. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 72)
    return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
