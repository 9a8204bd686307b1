// The names on the wire. Signals and updates have the same names and payloads; a released name never changes.
import type { Detection } from '../domain/detection/detection.schema.ts';
import type { IncidentView } from '../domain/incident/view.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Head, RecordedEvent } from '../domain/record/record.ts';
import type { Bearings } from '../domain/statement/judgement.ts';
import { MESSAGE_NAMES as SAID } from '../domain/statement/message-names.ts';
import type { Message, Saying } from '../domain/statement/statement.schema.ts';

export const WORKFLOW_TYPE = 'identityIncident';
/** Asks an executor about itself, for `custody readiness` and `custody plan show` of an identity without an incident: `Asking` to `Answer`. */
export const READINESS_TYPE = 'readiness';
export const TASK_QUEUE = 'custody';
export const QUERY = 'incident';

export const executorQueue = (executor: string) => `custody.execute.${executor}`;
export const checkerQueue = (checker: string) => `custody.check.${checker}`;
export const NOTIFY_QUEUE = 'custody.notify';

/** Search attributes and their types: enums and instants only, they stand plain on the server. */
export const SEARCH_ATTRIBUTES = {
  custodyPhase: 'KEYWORD',
  custodyHolder: 'KEYWORD',
  custodySeverity: 'KEYWORD',
  custodyDue: 'DATETIME',
  custodyClass: 'KEYWORD',
} as const;

export type MessageName = 'detect' | Message;

export const MESSAGE_NAMES: readonly MessageName[] = ['detect', ...SAID];

/** Payload of `detect`; it carries no proof: it can open or raise, never lower, pause or close. */
export interface DetectPayload {
  detection: Detection;
}

/** Payload of every other message; or `{ person, body }`, merely told. */
export type SayingPayload = Saying | { person: string; body: Record<string, unknown> };

/** The workflow's argument. */
export type Start = (DetectPayload & { waiting?: Waiting[] }) | { carried: Carried };

/** What one run hands to the next. */
export interface Carried {
  incident: Incident;
  /** The record's head, and what is not settled yet. */
  ledger: { head: Head; tail: RecordedEvent[] };
  /** What was waiting in the inbox. */
  waiting: Waiting[];
}

export interface Waiting {
  message: string;
  payload: unknown;
}

/** Answer to an update that was accepted. A refusal is an `ApplicationFailure` whose type is the code. */
export interface Outcome {
  accepted: true;
  /** Sequence number in the record. */
  seq: number;
  says: string;
}

/** Answer to the query `incident`. */
export interface IncidentQuery {
  view: IncidentView;
  /** The events that are not yet settled in the record store. */
  tail: RecordedEvent[];
  /** What the judge knows of it, for `custody authority explain`; a worker of before leaves it out. */
  bearings?: Bearings;
}

/** What the workflow returns. */
export interface Ended {
  outcome: 'closed' | 'forwarded';
  /** KEY of the incident that it was forwarded to. */
  to?: string;
  head: string;
}
