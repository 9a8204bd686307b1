// The content that each message must have, said by people or by machines.
import { z } from 'zod';
import { appliedSchema, checkedSchema } from '../domain/plan/order.schema.ts';
import { credentialIdSchema } from '../domain/runbook/passkey.schema.ts';
import { issuerKeySchema } from '../domain/statement/issuer-key.schema.ts';
import { discoverySchema } from '../domain/plan/plan.schema.ts';
import {
  type ApartMessage,
  bodySchemas,
  type MachineMessage,
  type Message,
} from '../domain/statement/statement.schema.ts';

/** Body of the orchestrator's statement `sealed`: the record's head. */
export const sealedSchema = z.strictObject({
  seq: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Nobody gets there one by one; and above what a number can count, there would be no next. */
export const MOST_SERIAL = 1_000_000_000;

/** Body of `sign`: one state of one policy folder. */
export const signSchema = z.strictObject({
  /** Hash of the folder's files, with their names. */
  folder: z.string().regex(/^[0-9a-f]{64}$/),
  /** Rises with each state of the folder, so that nobody goes back to an older one. */
  serial: z.int().positive().max(MOST_SERIAL),
});

/** Body of `enrol`: a new passkey, and the site that it was made for. */
export const enrolSchema = z.strictObject({
  credentialId: credentialIdSchema,
  publicKey: z.string().max(2_048),
  counter: z.int().min(0),
  rpId: z.string().max(253),
});

/** Body of `vouch`, by a second person: that whoever said this is who they say, and it is theirs. */
export const vouchSchema = z.strictObject({
  /** Digest of the statement `enrol`. */
  enrolment: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** The identity provider's key by which a login proved it, as it was then. */
  issuerKey: issuerKeySchema.optional(),
});

const schemas: Readonly<Record<Message | MachineMessage | ApartMessage, z.ZodType>> = {
  ...bodySchemas,
  applied: appliedSchema,
  checked: checkedSchema,
  discovered: discoverySchema,
  sealed: sealedSchema,
  sign: signSchema,
  enrol: enrolSchema,
  vouch: vouchSchema,
};

/** undefined: no message has this name. */
export const bodySchemaOf = (message: string): z.ZodType | undefined =>
  Object.hasOwn(schemas, message) ? schemas[message as keyof typeof schemas] : undefined;
