// What the notifier says of a notice that was taken. It comes from another process and stands in the record for good, so it is
// read here, bounded, and never believed to be more than words: a notice whose delivery cannot be read still counts as taken.
import { type Instant, instant } from '../instant/instant.ts';

export interface Delivery {
  /** Who was reached: the person or party that was meant, or `everyone`. */
  to: string;
  /** Its name, never an address. */
  channel: string;
  /** By the notifier's clock. */
  at: Instant;
  /** The channels that were tried before it, or that took the notice only in part. */
  failed: { channel: string; reason: string }[];
}

const MOST_FAILED = 20;
const LONGEST_NAME = 128;
const LONGEST_REASON = 300;

/** null: it says nothing that can be read, as a notifier of another version may. */
export function readDelivery(said: unknown): Delivery | null {
  if (!isTable(said) || !isTable(said.delivered) || !Array.isArray(said.failed)) return null;
  const { to, channel, at } = said.delivered;
  const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (typeof to !== 'string' || typeof channel !== 'string' || Number.isNaN(ms)) return null;
  const failed = said.failed
    .slice(0, MOST_FAILED)
    .flatMap((one: unknown) =>
      isTable(one) && typeof one.channel === 'string' && typeof one.reason === 'string'
        ? [{ channel: bounded(one.channel, LONGEST_NAME), reason: bounded(one.reason, LONGEST_REASON) }]
        : [],
    );
  return { to: bounded(to, LONGEST_NAME), channel: bounded(channel, LONGEST_NAME), at: instant(ms), failed };
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lone surrogates have no canonical form: such a line could not be hashed. */
const bounded = (text: string, longest: number): string =>
  text.slice(0, longest).replace(/[\ud800-\udfff]/gu, '\ufffd');
