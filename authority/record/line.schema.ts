// One line of a record file: an event of the chain, or, as the last line, the seal.
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

export type EventLine = z.infer<typeof eventLineSchema>;
export type SealLine = z.infer<typeof sealLineSchema>;
