// What an executor says of its own permissions. It comes from another process and goes into the state and the record, so it is
// read here, bounded, and never believed to be more than words: what cannot be read is not known.
import type { Preflight, Untouchable } from '../domain/provider/provider.ts';

const MOST_MISSING = 64;
const LONGEST_PERMISSION = 256;
const LONGEST_REASON = 300;
/** More than one question asks about: a list that is cut off would pass some for those whom it acts on. */
const MOST_UNTOUCHABLE = 1_000;

export function readPreflight(said: unknown): Preflight {
  if (typeof said !== 'object' || said === null) return NOT_READ;
  const { missing, unknown, notTaken, untouchable } = said as Partial<Record<keyof Preflight, unknown>>;
  const lacking = names(missing);
  const kinds = notTaken === undefined ? undefined : names(notTaken);
  const kept = untouchable === undefined ? undefined : untouchables(untouchable);
  if (
    lacking === null ||
    kinds === null ||
    kept === null ||
    !(unknown === null || typeof unknown === 'string')
  )
    return NOT_READ;
  return {
    missing: lacking,
    unknown: unknown === null ? null : bounded(unknown, LONGEST_REASON),
    ...(kinds === undefined ? {} : { notTaken: kinds }),
    ...(kept === undefined ? {} : { untouchable: kept }),
  };
}

function names(said: unknown): string[] | null {
  if (!Array.isArray(said)) return null;
  const first = said.slice(0, MOST_MISSING);
  return first.every((one) => typeof one === 'string')
    ? first.map((one) => bounded(one, LONGEST_PERMISSION))
    : null;
}

function untouchables(said: unknown): Untouchable[] | null {
  if (!Array.isArray(said) || said.length > MOST_UNTOUCHABLE) return null;
  const all = said as (Partial<Record<keyof Untouchable, unknown>> | null)[];
  const read = all.flatMap((one) =>
    typeof one?.key === 'string' && typeof one.why === 'string'
      ? [{ key: one.key, why: bounded(one.why, LONGEST_REASON) }]
      : [],
  );
  return read.length === all.length ? read : null;
}

const NOT_READ: Preflight = {
  missing: [],
  unknown: 'What the executor said of its permissions cannot be read: is it of another version?',
};

/** Half a character has no canonical form: such a line could not be hashed. */
const bounded = (text: string, longest: number): string =>
  text.slice(0, longest).replace(/\p{Cs}/gu, '\uFFFD');
