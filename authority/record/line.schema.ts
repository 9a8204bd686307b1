// One line of a record file: an event of the chain, or, as the last line, the seal. And what the line of a gate says that was asked.
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const eventLineSchema = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  type: z.string().min(1),
  data: z.record(z.string(), z.unknown()),
  prev: hash,
  hash,
});

export const sealLineSchema = z.strictObject({
  statement: z.string(),
  proof: z.strictObject({ type: z.literal('key'), jws: z.string() }),
});

/** Lines of earlier releases say nothing of what becomes weaker. */
export const openedGateSchema = z.object({
  gate: z.string(),
  name: z.string(),
  plan: z.string().nullable(),
  rule: z.object({
    quorum: z.int().min(1),
    parties: z.array(z.string()).min(1),
    assurance: z.string().optional(),
  }),
  closesAs: z.string().nullable(),
  weakens: z.record(z.string(), z.unknown()).nullable().default(null),
  binds: hash.optional(),
});

export type OpenedGate = z.infer<typeof openedGateSchema>;
export type EventLine = z.infer<typeof eventLineSchema>;
export type SealLine = z.infer<typeof sealLineSchema>;
