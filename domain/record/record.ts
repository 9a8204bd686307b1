// The hash-chained events of one incident: decided state, evidence, timeline and report are these same lines.
import { hashOf } from '../encoding/canonical.ts';
import type { Instant } from '../instant/instant.ts';

export interface RecordedEvent<E extends { type: string; data: unknown } = { type: string; data: unknown }> {
  /** From 1. */
  seq: number;
  at: Instant;
  type: E['type'];
  data: E['data'];
  /** Hash of the line before; 64 zeros at the start. */
  prev: string;
  hash: string;
}

export interface Head {
  seq: number;
  hash: string;
}

export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) };

/** The next line of the chain. */
export function chained(head: Head, at: Instant, event: { type: string; data: unknown }): RecordedEvent {
  const line = { seq: head.seq + 1, at, type: event.type, data: wellFormed(event.data), prev: head.hash };
  return { ...line, hash: hashOf(line) };
}

/** Half a character (a lone surrogate, from outside or from a cut) has no canonical form: a line must always have its hash. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Cs}/gu, '\uFFFD');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [wellFormed(name), wellFormed(one)]));
}

/** What is wrong with one line after `head`, or null. */
export function brokenLink(head: Head, line: RecordedEvent): string | null {
  const { hash, ...rest } = line;
  if (line.seq !== head.seq + 1) return `line ${head.seq + 1} is missing: found ${line.seq}`;
  if (line.prev !== head.hash) return `line ${line.seq} does not follow line ${head.seq}`;
  if (hashOf(rest) !== hash) return `line ${line.seq} was changed after it was written`;
  return null;
}
