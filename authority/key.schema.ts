// A key file: the private key of one person or machine. Its content never leaves authority/keys.ts.
import { z } from 'zod';

export const keyFileSchema = z.strictObject({
  custody: z.literal('key/1'),
  /** Id in the directory. */
  person: z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,126}$/),
  kid: z.string().min(1).max(128),
  alg: z.enum(['EdDSA', 'ES256']),
  /** Private JWK. */
  jwk: z.strictObject({
    kty: z.enum(['OKP', 'EC']),
    crv: z.enum(['Ed25519', 'P-256']),
    x: z.string(),
    y: z.string().exactOptional(),
    d: z.string(),
  }),
});

/** The same, its private half behind a passphrase. What stands here in the clear must be what is within. */
export const encryptedKeyFileSchema = z.strictObject({
  custody: z.literal('key/2'),
  person: keyFileSchema.shape.person,
  kid: keyFileSchema.shape.kid,
  alg: keyFileSchema.shape.alg,
  /** Public JWK. */
  jwk: keyFileSchema.shape.jwk.omit({ d: true }),
  /** Compact JWE of a whole key file, by a passphrase. */
  encrypted: z.string().max(8_192),
});

export type KeyFile = z.infer<typeof keyFileSchema>;
export type EncryptedKeyFile = z.infer<typeof encryptedKeyFileSchema>;
