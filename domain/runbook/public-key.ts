// The public half of a key in people.yaml. Pure; it never lets the private half through, nor a key that does not fit its algorithm.

export interface PublicJwk {
  kty: 'OKP' | 'EC';
  crv: 'Ed25519' | 'P-256';
  x: string;
  y?: string;
}

const BASE64URL_OF_32_BYTES = /^[A-Za-z0-9_-]{43}$/;

const isCoordinate = (value: unknown): value is string =>
  typeof value === 'string' && BASE64URL_OF_32_BYTES.test(value);

/** The members that a verifier needs and no others, or null where the JWK is not a public key for this algorithm. */
export function publicJwkOf(
  alg: 'EdDSA' | 'ES256',
  jwk: Readonly<Record<string, unknown>>,
): PublicJwk | null {
  if (holdsPrivateHalf(jwk)) return null;
  const { kty, crv, x, y } = jwk;
  if (alg === 'EdDSA') {
    return kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x) ? { kty, crv, x } : null;
  }
  return kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y) ? { kty, crv, x, y } : null;
}

/** `d` of an elliptic key, `k` of a shared secret. */
export const holdsPrivateHalf = (jwk: Readonly<Record<string, unknown>>): boolean => 'd' in jwk || 'k' in jwk;
