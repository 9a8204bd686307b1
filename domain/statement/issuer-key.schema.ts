// The public key with which an identity provider proved a login. It is kept with what it proved: by the time somebody reads the
// record, the provider has long been signing with another.
import { z } from 'zod';

const base64url = (longest: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(longest);
const named = { kid: z.string().min(1).max(256), alg: z.string().max(16).optional() };

/** What a verifier needs of it and nothing else. */
export const issuerJwkSchema = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('RSA'), ...named, n: base64url(1_400), e: base64url(8) }),
  z.strictObject({
    kty: z.literal('EC'),
    ...named,
    crv: z.literal('P-256'),
    x: base64url(43),
    y: base64url(43),
  }),
  z.strictObject({ kty: z.literal('OKP'), ...named, crv: z.literal('Ed25519'), x: base64url(43) }),
]);

export const issuerKeySchema = z.strictObject({ issuer: z.string().max(300), jwk: issuerJwkSchema });

/** In an executor's signed result: `proves` are the digests (nonces) of the statements whose login it verified with this key. */
export const provingKeySchema = issuerKeySchema.extend({
  proves: z.array(base64url(43).min(43)).min(1).max(150),
});

export type IssuerJwk = z.infer<typeof issuerJwkSchema>;
export type IssuerKey = z.infer<typeof issuerKeySchema>;
export type ProvingKey = z.infer<typeof provingKeySchema>;
