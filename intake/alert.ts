// What one file a format has to offer, and what it hands on: an alert as read, before secrets are stripped and rules applied.
import type { Detection, Level } from '../domain/detection/detection.schema.ts';
import type { Place } from './place.ts';

/** Fields mean what they mean in a Detection. Only named fields are taken from a payload, never whole parts of it. */
export interface Alert {
  source: string;
  sourceId: string;
  updatedAt: string;
  title: string | null;
  provider: string;
  accountId: string | null;
  identityKind: string;
  identityRef: string | null;
  credentialId: string | null;
  severity: string | number | null;
  level: Level;
  occurredAt: string | number | null;
  /** Only where the sender gave it; else it is read from `occurredAt`. */
  occurredAtUtc?: string | null;
  isSample: boolean;
  classification: Detection['classification'];
  /** Where the secret lies open, as written. */
  exposures?: readonly string[];
  /** Why it opens nothing, whomever it names: archived, for instance. */
  opensNothing: string | null;
  /** The sender's own words for why it opens an incident. */
  why?: string;
}

/** Why a payload was not read. For people; never quotes a value of the payload. */
export interface Unread {
  /** The format seen, null where none was recognised. */
  format: string | null;
  /** The field that is missing or wrong, null where that cannot be said. */
  missing: string | null;
  /** JSON path of that field. */
  path: string;
  /** What is wrong and what to do. */
  reason: string;
}

export interface Format {
  name: string;
  /** Knows the format by its marks, also where a field is missing: then `read` can say which. */
  recognises(payload: Place): boolean;
  /** One payload may name several identities. */
  read(payload: Place): (Alert | Unread)[];
}

export const isUnread = (result: Alert | Unread): result is Unread => 'reason' in result;

/** A field that the format must have. */
export function lacks(format: string, missing: string, { path }: Place): Unread {
  const reason = `this ${format} alert has no ${missing}, which it must have; it should stand at ${path}`;
  return { format, missing, path, reason };
}
