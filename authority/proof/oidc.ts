// Proof by login: an ID token of the company's identity provider whose nonce is the digest of the statement, and whose person is found
// by the provider's own id alone. The provider's key comes from the verifier, never with the token.
import { compactVerify, errors, importJWK } from 'jose';
import { decode } from '../../domain/encoding/base64url.ts';
import { digestOf } from '../../domain/encoding/canonical.ts';
import type { Issuer } from '../../domain/runbook/issuer.schema.ts';
import type { IssuerJwk } from '../../domain/statement/issuer-key.schema.ts';
import { type IdTokenClaims, idTokenClaimsSchema, idTokenHeaderSchema } from './id-token.schema.ts';
import { loginChecks } from './id-token-checks.ts';
import { failed, type Proof, type ToProve } from './outcome.ts';
import { isPlain, objectIn } from './plain.ts';
import { whyNotValid } from './valid.ts';

export async function provenByLogin(idToken: string, toProve: ToProve): Promise<Proof> {
  const { text, statement, member, directory, at, issuerKeys } = toProve;
  const parts = idToken.split('.');
  const header = idTokenHeaderSchema.safeParse(objectIn(parts[0] ?? ''));
  const claims = idTokenClaimsSchema.safeParse(objectIn(parts[1] ?? ''));
  if (parts.length !== 3 || !parts.every(isPlain) || !header.success || !claims.success)
    return failed('The proof is not an ID token with alg, kid, iss, sub, aud, iat and exp, each named once.');
  const issuer = directory.issuers?.find((one) => one.issuer === claims.data.iss);
  if (issuer === undefined)
    return failed('The identity provider of this login is not one of `issuers` in people.yaml.');
  const invalid = whyNotValid('identity provider', { revokedAt: issuer.revokedAt }, statement.iat, at);
  if (invalid !== null) return failed(invalid);
  const digest = statementDigest(text);
  const facts = {
    header: header.data,
    claims: claims.data,
    issuer,
    logins: member.logins,
    statement,
    digest,
    at,
  };
  for (const { check } of loginChecks) {
    const reason = check(facts);
    if (reason !== null) return failed(reason);
  }
  const { alg, kid } = header.data;
  const found = await issuerKeys.keyOf({ issuer: issuer.issuer, kid, digest });
  if ('none' in found) return failed(found.none);
  if (!(await isSigned(idToken, found.jwk, alg)))
    return failed(
      "The provider's signature does not fit: the ID token was changed, or is not the provider's.",
    );
  return {
    holds: true,
    statement,
    speaker: { ...member.speaker, parties: partiesWith(member.speaker.parties, issuer, claims.data) },
    kid,
    assurance: 'signed',
    issuerKey: { issuer: issuer.issuer, jwk: found.jwk },
  };
}

/** `text` is the statement in base64url; the digest is of its bytes. */
export const statementDigest = (text: string): string => digestOf(decode(text));

const FITS = { RS256: 'RSA', PS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' } as const;

async function isSigned(idToken: string, jwk: IssuerJwk, alg: string): Promise<boolean> {
  // A key that is meant for one algorithm proves nothing by another.
  if (!Object.hasOwn(FITS, alg) || FITS[alg as keyof typeof FITS] !== jwk.kty) return false;
  if (jwk.alg !== undefined && jwk.alg !== alg) return false;
  try {
    await compactVerify(idToken, await importJWK({ ...jwk, alg }, alg), { algorithms: [alg] });
    return true;
  } catch (error) {
    // The library calls a point off its curve and a key that is too short by other names.
    if (error instanceof errors.JOSEError || error instanceof TypeError || isBadKey(error)) return false;
    throw error;
  }
}

const isBadKey = (error: unknown): boolean => error instanceof DOMException && error.name === 'DataError';

/**
 * A group that people.yaml maps makes its person a member of that party too, beside those that people.yaml gives them. It brings in
 * nobody who does not stand there: whoever runs the provider can move people between teams as far as the file lets them, not add any.
 */
function partiesWith(own: readonly string[], { groups }: Issuer, claims: IdTokenClaims): string[] {
  if (groups === undefined) return [...own];
  const said = claims[groups.claim];
  const listed = Array.isArray(said) ? said : [said];
  const mapped = listed.flatMap((group) =>
    typeof group === 'string' && Object.hasOwn(groups.parties, group) ? (groups.parties[group] ?? []) : [],
  );
  return [...new Set([...own, ...mapped])];
}
