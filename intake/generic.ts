// The generic detection, for any sender that can write JSON: the fields that `custody intake` prints. Names are exact here,
// unknown fields are refused: a field that is silently dropped is worse than an error.
import type { z } from 'zod';
import { type Detection, detectionSchema, type Level } from '../domain/detection/detection.schema.ts';
import { opening } from '../domain/detection/opening.ts';
import type { Alert, Format, Unread } from './alert.ts';
import { at, type Place, step, text } from './place.ts';

const NAME = 'custody/detection/1';

/** What a sender may leave out is derived from the rest. */
const senderSchema = detectionSchema.partial({
  level: true,
  occurredAtUtc: true,
  isSample: true,
  opens: true,
  why: true,
  key: true,
  classification: true,
});

type Sent = z.infer<typeof senderSchema>;

export const generic: Format = {
  name: NAME,
  recognises: (payload) => text(at(payload, 'format'))?.startsWith('custody/') === true,
  read(payload) {
    const sent = senderSchema.safeParse(payload.value);
    if (!sent.success) return [refused(payload, sent.error.issues[0])];
    const alert = alertOf(sent.data);
    return [keyDiffers(payload, sent.data, alert) ?? alert];
  },
};

function alertOf(sent: Sent): Alert {
  return {
    source: sent.source,
    sourceId: sent.sourceId,
    updatedAt: sent.updatedAt,
    title: sent.title ?? null,
    provider: sent.provider,
    accountId: sent.accountId,
    identityKind: sent.identityKind,
    identityRef: sent.identityRef,
    credentialId: sent.credentialId,
    severity: sent.severity,
    level: sent.level ?? levelOf(sent.severity),
    occurredAt: sent.occurredAt,
    ...(sent.occurredAtUtc === undefined ? {} : { occurredAtUtc: sent.occurredAtUtc }),
    isSample: sent.isSample ?? false,
    classification: sent.classification ?? [],
    // A sender may say that its own alert opens nothing; that it opens an incident, only the rules say.
    opensNothing: sent.opens === false ? (sent.why ?? 'its sender says so') : null,
    exposures: sent.exposures ?? [],
    ...(sent.why === undefined ? {} : { why: sent.why }),
  };
}

/** A key is never taken from a sender: it would name one identity and attack another. */
function keyDiffers(payload: Place, sent: Sent, alert: Alert): Unread | null {
  if (sent.key === undefined || sent.key === null || sent.opens === false) return null;
  if (sent.key === opening(alert).key) return null;
  const reason =
    'the key is not that of the identity which the other fields name; leave it out, it is derived';
  return { format: NAME, missing: 'key', path: at(payload, 'key').path, reason };
}

/** Words are words everywhere; what a number means, only its source knows. */
function levelOf(severity: Detection['severity']): Level {
  switch (typeof severity === 'string' ? severity.toLowerCase() : '') {
    case 'critical':
      return 'critical';
    case 'high':
      return 'high';
    case 'medium':
    case 'moderate':
      return 'medium';
    case 'low':
    case 'informational':
      return 'low';
    default:
      return 'unknown';
  }
}

function refused(payload: Place, issue: z.core.$ZodIssue | undefined): Unread {
  const parts = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  const path =
    payload.path + parts.map((part) => (typeof part === 'number' ? `[${part}]` : step(part))).join('');
  if (issue?.code === 'unrecognized_keys') {
    const unknown = path + step(issue.keys[0] ?? '');
    const reason = `the field at ${unknown} is not one of ${NAME}; remove it or correct its name`;
    return { format: NAME, missing: null, path: unknown, reason };
  }
  const field = String(parts.at(-1) ?? 'format');
  const problem =
    valueAt(payload.value, parts) === undefined ? 'is missing' : 'has a value of the wrong form';
  const reason = `in ${NAME} the field ${field} ${problem} (${issue?.message ?? 'it cannot be read'}); correct it at ${path}`;
  return { format: NAME, missing: field, path, reason };
}

function valueAt(value: unknown, parts: readonly (string | number)[]): unknown {
  let here = value;
  for (const part of parts) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}
