// Passkeys in people.yaml: where they may be used, and which is whose.
import { z } from 'zod';
import { sayingSchema } from '../statement/statement.schema.ts';

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** WebAuthn's own limit of a credential id is 1,023 bytes. */
export const credentialIdSchema = z.string().regex(BASE64URL, 'base64url').min(16).max(1_364);

export const relyingPartySchema = z.strictObject({
  rpId: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}$/, 'a host name, e.g. custody.example.com, or localhost')
    .describe('The name that the passkeys are made for'),
  origins: z
    .array(
      z
        .string()
        .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'scheme, host and port, e.g. http://localhost:8417'),
    )
    .min(1)
    .max(10)
    .describe('The pages that may ask for one; `custody approve --passkey` opens the one at localhost'),
});

export const passkeySchema = z.strictObject({
  id: credentialIdSchema,
  publicKey: z
    .string()
    .regex(BASE64URL, 'base64url')
    .max(2_048)
    .describe('COSE, as `custody passkey add` prints it'),
  counter: z
    .int()
    .min(0)
    .optional()
    .describe(
      'What its counter was when it was added: one that is not above it is a copy. 0 where it does not count',
    ),
  addedAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().optional(),
  enrolment: z
    .strictObject({
      said: sayingSchema.describe('By its owner, proven by a key or login: that it is theirs'),
      vouched: sayingSchema.describe('By a second person, proven by a key: that it is'),
    })
    .describe('As `custody passkey approve` prints it: what two people have said of it'),
});

export type RelyingParty = z.infer<typeof relyingPartySchema>;
export type Passkey = z.infer<typeof passkeySchema>;
/** Before anybody has said whose it is. */
export type NewPasskey = Omit<Passkey, 'enrolment' | 'revokedAt'>;
