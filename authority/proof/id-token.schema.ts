// The parts of an ID token that are looked at (OpenID Connect Core 1.0, section 2). Providers send more beside them.
import { z } from 'zod';

const seconds = z.int().positive();

export const idTokenHeaderSchema = z.looseObject({
  alg: z.string(),
  kid: z.string().min(1).max(256),
  typ: z.string().optional(),
});

export const idTokenClaimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  iat: seconds,
  exp: seconds,
  nbf: seconds.optional(),
  nonce: z.string().optional(),
  auth_time: seconds.optional(),
  amr: z.array(z.string()).optional(),
});

export type IdTokenHeader = z.infer<typeof idTokenHeaderSchema>;
export type IdTokenClaims = z.infer<typeof idTokenClaimsSchema>;
