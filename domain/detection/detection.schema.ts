// One alert, normalised from its source's format: what `custody intake` prints and `detect` carries. Never holds a secret.
import { z } from 'zod';

export const LEVELS = ['critical', 'high', 'medium', 'low', 'unknown'] as const;

/** A fact that chooses rules, with where it was read. */
export const factSchema = z.strictObject({
  fact: z.enum([
    'human',
    'workload',
    'agent',
    'privileged',
    'externallyExposed',
    'businessCritical',
    'ciCd',
    'thirdParty',
    'federated',
  ]),
  value: z.boolean(),
  /** JSON path in the alert, API call, or runbook rule: where it was seen. */
  evidence: z.string().max(500),
});

export const detectionSchema = z.strictObject({
  format: z.literal('custody/detection/1'),
  /** Name of the alert's format: guardduty, aws-health, … or the sender's own for a generic detection. */
  source: z.string().min(1).max(64),
  /** The source's own id of the alert; with `updatedAt` (or the count in it) alerts are told apart. */
  sourceId: z.string().min(1).max(512),
  updatedAt: z.string().min(1).max(64),
  title: z.string().max(500).optional(),
  provider: z.string().min(1).max(64),
  accountId: z.string().min(1).max(128).nullable(),
  identityKind: z.string().min(1).max(64),
  identityRef: z.string().min(1).max(2048).nullable(),
  credentialId: z.string().min(1).max(256).nullable(),
  /** As the source wrote it. */
  severity: z.union([z.string().max(64), z.number()]).nullable(),
  level: z.enum(LEVELS),
  /** As the source wrote it. */
  occurredAt: z.union([z.string().max(64), z.number()]).nullable(),
  /** ISO 8601 in UTC, null where the source's time cannot be read. */
  occurredAtUtc: z.iso.datetime().nullable(),
  isSample: z.boolean(),
  /** Whether an incident is opened for it, and why (not). */
  opens: z.boolean(),
  why: z.string().max(500),
  /** The incident's KEY, null where it opens nothing. */
  key: z.string().max(3000).nullable(),
  classification: z.array(factSchema).max(32),
  /** Where the secret lies open, as the alert says: an address without query or credentials. */
  exposures: z.array(z.string().min(1).max(500)).max(20).optional(),
});

export type Detection = z.infer<typeof detectionSchema>;
export type Level = Detection['level'];
export type Fact = z.infer<typeof factSchema>;
