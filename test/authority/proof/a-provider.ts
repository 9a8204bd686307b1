// An identity provider as a pair of keys: ID tokens for tests to bend, without a server.
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import type { IssuerKeys } from '../../../authority/proof/issuer-keys.ts';
import { issuerJwkOf } from '../../../authority/proof/fetched-keys.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { readStatement } from '../../../authority/statement.ts';
import { epochMs, type Instant } from '../../../domain/instant/instant.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import { issuerSchema } from '../../../domain/runbook/issuer.schema.ts';
import type { IssuerJwk } from '../../../domain/statement/issuer-key.schema.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';

export const ISSUER = 'https://login.example.com';
export const CLIENT = 'custody';
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export type LoginAlgorithm = (typeof ALGORITHMS)[number];

export interface AProvider {
  issuer: string;
  keys: Record<LoginAlgorithm, { privateKey: CryptoKey; jwk: IssuerJwk }>;
  /** As a verifier has them; `asked` counts. */
  port: IssuerKeys & { asked: string[] };
}

export async function newProvider(issuer = ISSUER): Promise<AProvider> {
  const made = await Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const jwk = issuerJwkOf({ ...(await exportJWK(publicKey)), kid: `k-${alg}`, use: 'sig' });
      if (jwk === null) throw new Error(`no public key for ${alg}`);
      return [alg, { privateKey, jwk }] as const;
    }),
  );
  const keys = Object.fromEntries(made) as AProvider['keys'];
  const asked: string[] = [];
  const port = {
    asked,
    keyOf(about: { issuer: string; kid: string }) {
      asked.push(about.kid);
      const found = Object.values(keys).find(({ jwk }) => jwk.kid === about.kid);
      return Promise.resolve(
        found === undefined || about.issuer !== issuer ? { none: 'no such key' } : { jwk: found.jwk },
      );
    },
  };
  return { issuer, keys, port };
}

/** The directory, in which sam logs in at this provider. */
export function withLogins(directory: Directory, more: object = {}): Directory {
  const copy = structuredClone(directory);
  copy.issuers = [issuerSchema.parse({ issuer: ISSUER, audience: CLIENT, ...more })];
  for (const [id, person] of Object.entries(copy.people)) {
    person.keys = [];
    person.logins = [{ issuer: ISSUER, subject: `sub-${id}` }];
  }
  return copy;
}

export interface Bent {
  alg?: LoginAlgorithm;
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  /** Of the person who logs in. */
  sub?: string;
}

/** The ID token of a rightful login over this statement, bent. */
export async function idTokenOver(
  { statement }: Saying,
  provider: AProvider,
  how: Bent = {},
): Promise<string> {
  const read = readStatement(statement);
  if (!read.readable) throw new Error(read.reason);
  return idTokenFor(statement, read.statement, provider, how);
}

/** Over any statement in base64url, also one that nobody can read. */
export async function idTokenFor(
  statement: string,
  { person, iat }: { person: string; iat: number },
  provider: AProvider,
  { alg = 'ES256', header = {}, claims = {}, sub }: Bent = {},
): Promise<string> {
  const whole = {
    iss: provider.issuer,
    sub: sub ?? `sub-${person}`,
    aud: CLIENT,
    nonce: statementDigest(statement),
    iat: iat + 20,
    exp: iat + 20 + 300,
    auth_time: iat + 15,
    amr: ['pwd', 'mfa'],
    ...claims,
  };
  return signedBy(JSON.stringify(whole), provider, alg, header);
}

/** Over any text, so that what no library would write can be tried too. */
export const signedBy = (
  claims: string,
  { keys }: AProvider,
  alg: LoginAlgorithm,
  header: Record<string, unknown> = {},
): Promise<string> =>
  new CompactSign(new TextEncoder().encode(claims))
    .setProtectedHeader({ alg, kid: keys[alg].jwk.kid, typ: 'JWT', ...header })
    .sign(keys[alg].privateKey);

export const withToken = ({ statement }: Saying, idToken: string): Saying => ({
  statement,
  proof: { type: 'oidc', idToken },
});

export const seconds = (at: Instant): number => epochMs(at) / 1_000;
