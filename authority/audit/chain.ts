// The chain of an audit log: each line carries the hash of the one before, so that none can be changed or taken out unseen.
// Pure. Lines that are cut off at the end leave no trace in it: whoever minds keeps the head somewhere else.
import { type AuditEntry, bounded, NOTHING_KNOWN } from '../../domain/audit/entry.ts';
import { canonical, hashOf } from '../../domain/encoding/canonical.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import { GENESIS, type Head } from '../../domain/record/record.ts';

export interface AuditLine {
  /** From 1. */
  seq: number;
  at: Instant;
  entry: AuditEntry;
  prev: string;
  hash: string;
}

export function lineAfter(head: Head, at: Instant, entry: AuditEntry): AuditLine {
  const line = { seq: head.seq + 1, at, entry: bounded(entry), prev: head.hash };
  return { ...line, hash: hashOf(line) };
}

/** A text without its line end. */
export const textOf = (line: AuditLine): string => canonical(line);

/** Says that the line before it was cut off by a crash: `id` is the hash of what is left of it. */
export const torn = (text: string): AuditEntry => ({
  ...NOTHING_KNOWN,
  what: 'log',
  stage: 'file',
  verdict: 'failed',
  code: TORN,
  why: 'The line before this one was cut off while it was written.',
  id: hashOf(text),
});

const TORN = 'tornLine';

/** How far a log was read. */
export class Reading {
  head: Head = GENESIS;
  at: Instant | null = null;
  lines = 0;
  /** Of a line that is not whole; the next one must tell of it. */
  #torn: { line: number; hash: string } | null = null;
  broken: { line: number; reason: string } | null = null;

  /** One line without its end. After a broken one nothing more is taken. */
  take(text: string): void {
    if (this.broken !== null) return;
    this.lines += 1;
    const line = lineIn(text);
    if (line === null) {
      if (this.#torn === null) this.#torn = { line: this.lines, hash: hashOf(text) };
      else this.#breaks(this.#torn.line, 'it is not a line of an audit log');
      return;
    }
    const reason = this.#whyBroken(line);
    if (reason !== null) return this.#breaks(reason.line, reason.reason);
    this.#torn = null;
    this.head = { seq: line.seq, hash: line.hash };
    this.at = line.at;
  }

  /** Nothing follows any more: what is not whole must be told of by a line after it. */
  end(): void {
    if (this.#torn !== null) this.#breaks(this.#torn.line, 'it is not a line of an audit log');
  }

  #whyBroken(line: AuditLine): { line: number; reason: string } | null {
    if (this.#torn !== null && (line.entry.code !== TORN || line.entry.id !== this.#torn.hash))
      return { line: this.#torn.line, reason: 'it is not a line of an audit log' };
    const here = (reason: string) => ({ line: this.lines, reason });
    if (line.seq !== this.head.seq + 1)
      return here(`entry ${this.head.seq + 1} is missing: found ${line.seq}`);
    if (line.prev !== this.head.hash) return here(`entry ${line.seq} does not follow entry ${this.head.seq}`);
    const { hash, ...rest } = line;
    return hashOf(rest) === hash ? null : here(`entry ${line.seq} was changed after it was written`);
  }

  #breaks(line: number, reason: string): void {
    this.broken ??= { line, reason };
  }
}

/** null: not the one text of such a line (also with a key twice, in another order, with a field more). */
function lineIn(text: string): AuditLine | null {
  try {
    const value = JSON.parse(text) as Partial<AuditLine> | null;
    if (value === null || Object.keys(value).toSorted().join() !== 'at,entry,hash,prev,seq') return null;
    const { seq, at, entry, prev, hash } = value;
    const whole =
      typeof seq === 'number' &&
      typeof entry === 'object' &&
      entry !== null &&
      [at, prev, hash].every((one) => typeof one === 'string') &&
      canonical(value) === text;
    return whole ? (value as AuditLine) : null;
  } catch {
    return null;
  }
}
