// A line of an executor's ledger: an intention, written before the act, and how the act ended. Names and ids, never a secret.
import { z } from 'zod';

export const intentionSchema = z.strictObject({
  at: z.iso.datetime(),
  order: z.string().max(64),
  /** Hash of the plan. */
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  madeAt: z.iso.datetime(),
  /** KEY of the identity. */
  key: z.string().min(1),
  step: z.string(),
  kind: z.string(),
  verb: z.enum(['apply', 'undo']),
  target: z.record(z.string(), z.string()),
  /** The alert that it rests on where no person decided; null where people did. */
  finding: z.string().nullable(),
});

const id = z.uuid();

export const ledgerLineSchema = z.discriminatedUnion('type', [
  intentionSchema.extend({ type: z.literal('intended'), id }),
  z.strictObject({
    type: z.literal('ended'),
    id,
    at: z.iso.datetime(),
    /** `withdrawn`: nothing was done. `failed`: it may have been done. `wasSo`: what it puts on was on already, and not by it. */
    as: z.enum(['done', 'wasSo', 'failed', 'withdrawn']),
  }),
]);

export type Intention = z.infer<typeof intentionSchema>;
export type LedgerLine = z.infer<typeof ledgerLineSchema>;
