// Instants and how far away they are, in people's words. Pure: it is told what time it is.
import { epochMs, type Instant, instant, inWords } from '../../domain/instant/instant.ts';

/** `03:22:00 UTC`, with the date where it is another day's. */
export function said(at: Instant, now: Date): string {
  const full = instant(epochMs(at));
  const [day, time] = [full.slice(0, 10), full.slice(11, 19)];
  return day === now.toISOString().slice(0, 10) ? `${time} UTC` : `${day} ${time} UTC`;
}

/** The same for every instant that stands in a text. */
export function saidIn(text: string, now: Date): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => said(at, now));
}

/** `in 4 min 3 s`, `2 min 10 s ago`. */
export function away(at: Instant, now: Date): string {
  const ms = epochMs(at) - now.getTime();
  return ms >= 0 ? `in ${inWords(ms)}` : `${inWords(-ms)} ago`;
}

/** A deadline: what is past it is late. */
export function due(at: Instant, now: Date): string {
  const ms = epochMs(at) - now.getTime();
  return `${said(at, now)}, ${ms >= 0 ? `in ${inWords(ms)}` : `${inWords(-ms)} late`}`;
}
