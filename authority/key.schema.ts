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

export type KeyFile = z.infer<typeof keyFileSchema>;
