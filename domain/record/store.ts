// The port of a record store: append-only, idempotent by sequence and hash. Adapters live in activities/settle/.
import type { Instant } from '../instant/instant.ts';
import type { Head, RecordedEvent } from './record.ts';

export interface RecordStore {
  /**
   * Appends the events of one incident's run; what is already there with the same hash is passed over.
   * Throws `RecordFork` where a line of that sequence has another hash, or a line before it is missing.
   */
  append(incident: RecordName, events: readonly RecordedEvent[]): Promise<Head>;
  /** Adds the last line: a JWS over the head. Idempotent for the same head. */
  seal(incident: RecordName, seal: Seal): Promise<void>;
  /** The sealed records of this workflow id, the newest last: an identity can be attacked again. */
  closedRuns(incident: string): Promise<ClosedRun[]>;
  read(incident: RecordName): Promise<{ events: RecordedEvent[]; seal: Seal | null }>;
  /** Content by its SHA-256 (runbooks); writing the same twice is nothing. */
  keep(hash: string, content: string): Promise<void>;
  kept(hash: string): Promise<string | null>;
}

export interface ClosedRun {
  firstRun: string;
  /** Hash of its last event. */
  head: string;
  closedAs: string;
  closedAt: Instant;
}

export interface RecordName {
  /** Workflow id. */
  incident: string;
  firstRun: string;
}

/** A saying of the orchestrator: statement `sealed` with body `{ seq, hash }`. */
export interface Seal {
  statement: string;
  proof: { type: 'key'; jws: string };
}

export class RecordFork extends Error {
  override name = 'RecordFork';
}
