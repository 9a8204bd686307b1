// What an orchestrator asks of an executor or checker, and what these answer, signed by their own machine keys.
import { z } from 'zod';
import { consumerSchema } from '../consumer/consumer.schema.ts';
import { identitySchema, planSchema } from './plan.schema.ts';
import { provingKeySchema } from '../statement/issuer-key.schema.ts';
import { sayingSchema } from '../statement/statement.schema.ts';

/** An executor's result and a checker's sight travel as sayings: `{ statement, proof }` with message `applied` or `checked`. */
export const orderSchema = z.strictObject({
  /** `order-4`: the same id when ordered again. */
  id: z.string().max(64),
  incident: z.string().max(3_100),
  firstRun: z.string().max(64),
  plan: planSchema,
  /** The one step of the plan that is ordered. */
  step: z.string(),
  /** The decisions that approve it, with their proofs. */
  decisions: z.array(sayingSchema).max(50),
  /** Earlier results of this plan that the step builds on (its own first application; for an undo, what was applied): signed. */
  results: z.array(sayingSchema).max(100),
  /** Of a plan that undoes: the plans that it takes back, each with what executors signed about its steps. */
  undoes: z
    .array(z.strictObject({ plan: planSchema, results: z.array(sayingSchema).max(100) }))
    .max(8)
    .optional(),
  /** The alert that it rests on where nobody has decided: the executor reads it again at its source. */
  finding: z.strictObject({ source: z.string().max(64), id: z.string().min(1).max(512) }).optional(),
  /** The record's head hash when it was ordered. */
  head: z.string().regex(/^[0-9a-f]{64}$/),
  /** When it was first ordered. */
  orderedAt: z.iso.datetime(),
});

/** Body of the statement `applied`; its `answers` is the order's id. */
export const appliedSchema = z.strictObject({
  step: z.string(),
  /** What was found before the write: `wasSo` means that nothing needed to be done. */
  wasSo: z.boolean(),
  at: z.iso.datetime(),
  /** What undo, check and later steps need: `{ newAccessKeyId, secretVersionId }`. Flat, and never a secret. */
  evidence: z.record(z.string(), z.string().max(2_048)),
  /** Identity providers' keys with which it verified the logins behind the order: by them the record verifies later. */
  issuerKeys: z.array(provingKeySchema).max(20).optional(),
});

/** What is to be seen: steps of one checker, with what their application said. */
export const checkRequestSchema = z.strictObject({
  id: z.string().max(64),
  incident: z.string().max(3_100),
  firstRun: z.string().max(64),
  plan: planSchema,
  steps: z
    .array(
      z.strictObject({
        step: z.string(),
        evidence: z.record(z.string(), z.string()),
        /** Of what is watched: its newest use that has been answered already. */
        knownUse: z.iso.datetime().optional(),
      }),
    )
    .min(1)
    .max(100),
  /** They were seen, and are watched: whether what was cut is back. Left out: whether they stand at all. */
  watch: z.literal(true).optional(),
});

/** Body of the statement `checked`; its `answers` is the request's id. */
export const checkedSchema = z.strictObject({
  at: z.iso.datetime(),
  steps: z
    .array(
      z.strictObject({
        step: z.string(),
        /** true: the step's effect stands. false: it does not (never applied, or undone by someone). */
        holds: z.boolean(),
        /** Plain words: what was read. */
        saw: z.string().max(1_000),
        /** Of what is watched: its newest use since it was cut. `refused`: somebody tried, and nothing came of it. */
        use: z.strictObject({ at: z.iso.datetime(), refused: z.boolean() }).optional(),
      }),
    )
    .max(100),
  /** Ids of what the identity can come in or back by at that moment, as in a discovery. */
  waysIn: z.array(z.string().max(256)).max(200).optional(),
});

export const discoverRequestSchema = z.strictObject({
  /** Answered by the checker's statement `discovered`, whose body is a Discovery. */
  id: z.string().max(64),
  incident: z.string().max(3_100),
  firstRun: z.string().max(64),
  identity: identitySchema,
  /** Credentials that the alerts name. */
  credentials: z.array(z.string().max(256)).max(50),
  /** From when on alerts speak of the thief, the earliest of them; left out where none says. What was made since may be the thief's. */
  since: z.iso.datetime().optional(),
  /** Where the owner keeps this identity's credential, from the runbook; null where it is not known. */
  secret: z.string().max(2_048).nullable(),
  /** Who works with it, as the runbook names them; left out: nobody. */
  consumers: z.array(consumerSchema).max(40).optional(),
  /** The owner wants versions that hold the stolen credential to be let go at the end; left out: they are kept. */
  letsGo: z.literal(true).optional(),
  /** No new credential is to come: the secret is deleted at the end, restorable for so many days. */
  retireSecretDays: z.int().min(7).max(30).optional(),
});

export type Order = z.infer<typeof orderSchema>;
export type Applied = z.infer<typeof appliedSchema>;
export type CheckRequest = z.infer<typeof checkRequestSchema>;
export type Checked = z.infer<typeof checkedSchema>;
export type DiscoverRequest = z.infer<typeof discoverRequestSchema>;
