// Proof by login: what an ID token must be to count as one person's word for one statement, and each reason why one does not.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { exportSPKI, importJWK, type CryptoKey } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judge } from '../../../authority/judge.ts';
import { keptFirst, noIssuerKeys } from '../../../authority/proof/issuer-keys.ts';
import { provenBy } from '../../../authority/proof.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { decode, encode } from '../../../domain/encoding/base64url.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { approves, bearings, DECIDED_AT, firstRun, newWorld, NOW, type World } from '../rightful.ts';
import {
  type AProvider,
  type Bent,
  CLIENT,
  idTokenOver,
  ISSUER,
  newProvider,
  seconds,
  signedBy,
  withLogins,
  withToken,
} from './a-provider.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);

let world: World;
let provider: AProvider;
let foreign: AProvider;
let directory: Directory;
let saying: Saying;
beforeAll(async () => {
  world = await newWorld();
  [provider, foreign] = await Promise.all([newProvider(), newProvider('https://login.example.org')]);
  directory = withLogins(world.directory);
  saying = await approves(world, 'sam');
});
beforeEach(() => void provider.port.asked.splice(0));

const proven = (one: Saying, by = directory, at = NOW) => provenBy(one, by, at, provider.port);
const bent = async (how: Bent) => withToken(saying, await idTokenOver(saying, provider, how));
const at = seconds(DECIDED_AT);

describe('a login holds', () => {
  it('at a provider that is revoked later, as long as it is not', async () => {
    const later = withLogins(world.directory, { revokedAt: '2026-12-01T00:00:00.000Z' });
    const one = await bent({});
    expect(await proven(one, later)).toMatchObject({ holds: true });
    expect(await proven(one, later, '2026-12-01T00:00:00.000Z')).toMatchObject({ holds: false });
  });

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'] as const)('signed with %s', async (alg) => {
    expect(await proven(await bent({ alg }))).toEqual({
      holds: true,
      statement: expect.objectContaining({ person: 'sam' }),
      speaker: { id: 'sam', parties: ['soc'], identities: [], role: null },
      kid: `k-${alg}`,
      assurance: 'signed',
      issuerKey: { issuer: ISSUER, jwk: provider.keys[alg].jwk },
    });
  });

  it.each<[string, Bent]>([
    ['without a type in its header', { header: { typ: undefined } }],
    ['for custody as the one audience of a list', { claims: { aud: [CLIENT] } }],
    ['that custody asked for', { claims: { azp: CLIENT } }],
    ['whose own end is long past', { claims: { exp: at + 60 } }],
    [
      'made in the last second of the statement, by clocks a minute apart',
      { claims: { iat: at + 660, auth_time: at + 600, exp: at + 900 } },
    ],
    ['by a session that is as old as may be', { claims: { auth_time: at + 20 - 300 } }],
    ['with claims that nobody asked for', { claims: { email: 'erin@example.com', at_hash: 'x' } }],
  ])('%s', async (_, how) => {
    const late = '2026-11-24T03:46:30.000Z';
    expect(await proven(await bent(how), directory, late)).toMatchObject({ holds: true });
  });

  it('for as long as the step that it approves may be taken: the token does not limit it', async () => {
    expect(await proven(await bent({}), directory, '2026-11-26T03:45:00.000Z')).toMatchObject({
      holds: true,
    });
  });

  it('with the methods that people.yaml asks for', async () => {
    expect(await proven(await bent({}), withLogins(world.directory, { amr: ['mfa'] }))).toMatchObject({
      holds: true,
    });
  });

  it('and a mapped group makes its person a member of that party too, never somebody who is not in people.yaml', async () => {
    const mapped = withLogins(world.directory, {
      groups: { claim: 'groups', parties: { 'cloud-identity': 'identity', toString: 'platform' } },
    });
    const groups = ['everybody', 'cloud-identity', 7, 'constructor'];
    expect(await proven(await bent({ claims: { groups } }), mapped)).toMatchObject({
      speaker: { parties: ['soc', 'identity'] },
    });
    expect(await proven(await bent({ claims: { groups: 'cloud-identity' } }), mapped)).toMatchObject({
      speaker: { parties: ['soc', 'identity'] },
    });
    expect(await proven(await bent({ claims: { groups } }), directory)).toMatchObject({
      speaker: { parties: ['soc'] },
    });
    const stranger = structuredClone(mapped);
    delete stranger.people['sam'];
    expect(await proven(await bent({ claims: { groups } }), stranger)).toMatchObject({ holds: false });
  });

  it('and the judge keeps the key that proved it', async () => {
    const judgement = await judge(
      { message: 'decide', payload: await bent({}), bearings, now: NOW },
      {
        directory,
        authority: { may: () => ({ allowed: true, reason: 'for this test', by: null }) },
        issuerKeys: provider.port,
      },
    );
    expect(judgement).toMatchObject({
      proof: { holds: true, issuerKey: { issuer: ISSUER, jwk: provider.keys.ES256.jwk } },
    });
  });
});

/** Each row: what is wrong, how it is made so, the words of its own reason. */
type Row = [string, () => Promise<Saying>, RegExp, (() => Directory)?];

const raw = async (change: (claims: string) => string, header?: Record<string, unknown>) => {
  const [, claims = ''] = (await idTokenOver(saying, provider)).split('.');
  return withToken(saying, await signedBy(change(decode(claims)), provider, 'ES256', header));
};

const forged = (header: Record<string, unknown>, claims: string, signature: string) =>
  withToken(saying, `${encode(JSON.stringify(header))}.${claims}.${signature}`);

const hostile: Row[] = [
  ['with alg none', () => bentHeader({ alg: 'none' }), /not signed with/],
  ['with alg None, and no signature at all', () => bentHeader({ alg: 'None' }, ''), /not an ID token/],
  ['with HS256 over the public key', hmacOverPublicKey, /not signed with/],
  [
    'with an algorithm that this provider does not use',
    () => bent({ alg: 'PS256' }),
    /not signed with RS256\./,
    () => withLogins(world.directory, { algorithms: ['RS256'] }),
  ],
  ['with PS256 by a key that is for RS256 alone', () => bent({ alg: 'PS256' }), /signature does not fit/],
  [
    'with the id of a key that another algorithm uses',
    () => bent({ alg: 'ES256', header: { kid: 'k-EdDSA' } }),
    /signature does not fit/,
  ],
  [
    'with the id of a key that the provider does not have',
    () => bent({ header: { kid: '../k-ES256' } }),
    /no such key/,
  ],
  ['without the id of a key', () => bent({ header: { kid: undefined } }), /not an ID token/],
  ['with a key that comes along', () => bent({ header: { jwk: foreign.keys.ES256.jwk } }), /says jwk/],
  [
    'with the address of a key',
    () => bent({ header: { jku: 'https://login.example.org/jwks' } }),
    /says jku/,
  ],
  ['with something critical in its header', () => bentHeader({ crit: ['exp'], exp: 1 }), /says crit/],
  ['that is an access token', () => bent({ header: { typ: 'at+jwt' } }), /another token/],
  ['that is a logout token', () => bent({ header: { typ: 'logout+jwt' } }), /another token/],
  ['for another audience', () => bent({ claims: { aud: 'wiki' } }), /another audience/],
  ['for custody and another audience', () => bent({ claims: { aud: [CLIENT, 'wiki'] } }), /another audience/],
  ['for no audience', () => bent({ claims: { aud: [] } }), /another audience/],
  ['that another client asked for', () => bent({ claims: { azp: 'wiki' } }), /another client/],
  [
    'that is older than the statement',
    () => bent({ claims: { iat: at - 61, auth_time: at - 62 } }),
    /older than the statement/,
  ],
  [
    'from after the statement had expired',
    () => bent({ claims: { iat: at + 661, exp: at + 2_000, auth_time: at + 660 } }),
    /had expired/,
  ],
  ['from the future', fromTheFuture, /from the future/],
  ['that ends before it begins', () => bent({ claims: { exp: at } }), /ends before/],
  ['that is not valid yet', () => bent({ claims: { nbf: at + 600 } }), /not valid when/],
  [
    'with the nonce of another statement of the same person',
    async () => withToken(saying, await idTokenOver(await approves(world, 'sam'), provider)),
    /another statement/,
  ],
  ['that was for the same words in another incident', replayed, /another statement/],
  ['without a nonce', () => bent({ claims: { nonce: undefined } }), /did not bring the nonce back/],
  [
    'of a foreign provider with the same subject and key ids',
    async () => withToken(saying, await idTokenOver(saying, foreign)),
    /not one of `issuers`/,
  ],
  [
    'of a foreign provider that says it is this one',
    async () => withToken(saying, await idTokenOver(saying, foreign, { claims: { iss: ISSUER } })),
    /signature does not fit/,
  ],
  [
    'of this provider with a slash more',
    () => bent({ claims: { iss: `${ISSUER}/` } }),
    /not one of `issuers`/,
  ],
  [
    'by a session that is too old',
    () => bent({ claims: { auth_time: at + 20 - 301 } }),
    /more than 5m before/,
  ],
  [
    'that does not say when they authenticated',
    () => bent({ claims: { auth_time: undefined } }),
    /auth_time/,
  ],
  [
    'by somebody who authenticates only later',
    () => bent({ claims: { auth_time: at + 200 } }),
    /after the ID token/,
  ],
  [
    'without the methods that are asked for',
    () => bent({}),
    /lacks .* hwk/,
    () => withLogins(world.directory, { amr: ['mfa', 'hwk'] }),
  ],
  [
    'that says no methods where some are asked for',
    () => bent({ claims: { amr: undefined } }),
    /lacks .* mfa/,
    () => withLogins(world.directory, { amr: ['mfa'] }),
  ],
  ['of somebody else', () => bent({ sub: 'sub-erin' }), /not sam's/],
  ['of a subject that looks the same', () => bent({ sub: 'ѕub-sam' }), /not sam's/],
  ['of a subject in other letters', () => bent({ sub: 'SUB-SAM' }), /not sam's/],
  ['of a subject with a space', () => bent({ sub: 'sub-sam ' }), /not sam's/],
  [
    'of somebody who only shares name and e-mail',
    () => bent({ sub: 'sub-x', claims: { email: 'sam@example.com', preferred_username: 'sam' } }),
    /not sam's/,
  ],
  [
    'that was revoked',
    () => bent({}),
    /login was revoked/,
    () => {
      const copy = structuredClone(directory);
      Object.assign(copy.people['sam']?.logins?.[0] ?? {}, { revokedAt: NOW });
      return copy;
    },
  ],
  [
    'at a provider that was revoked, also after the login',
    () => bent({}),
    /identity provider was revoked/,
    () => withLogins(world.directory, { revokedAt: NOW }),
  ],
  ['where people.yaml names no provider', () => bent({}), /not one of `issuers`/, () => world.directory],
  [
    'with a claim that stands twice',
    () => raw((claims) => claims.replace('"sub":', '"sub":"sub-erin","sub":')),
    /each named once/,
  ],
  [
    'with a claim that stands twice in other letters',
    () => raw((claims) => claims.replace('"nonce":', '"\\u006eonce":"x","nonce":')),
    /each named once/,
  ],
  ['with a header that stands twice', () => twiceInHeader(), /each named once/],
  ['with a number where a text belongs', () => bent({ claims: { sub: 7 } }), /not an ID token/],
  ['whose claims are a list', () => raw(() => '[]'), /not an ID token/],
  [
    'in five parts',
    async () => withToken(saying, `${await idTokenOver(saying, provider)}.AA.AA`),
    /not an ID token/,
  ],
  ['that is only told', async () => withToken(saying, 'x'), /not an ID token/],
];

async function bentHeader(header: Record<string, unknown>, signature?: string): Promise<Saying> {
  const [, claims = '', good = ''] = (await idTokenOver(saying, provider)).split('.');
  return forged({ alg: 'ES256', kid: 'k-ES256', typ: 'JWT', ...header }, claims, signature ?? good);
}

async function hmacOverPublicKey(): Promise<Saying> {
  const [, claims = ''] = (await idTokenOver(saying, provider)).split('.');
  const pem = await exportSPKI(
    (await importJWK({ ...provider.keys.RS256.jwk, alg: 'RS256' }, 'RS256', {
      extractable: true,
    })) as CryptoKey,
  );
  const header = encode(JSON.stringify({ alg: 'HS256', kid: 'k-RS256', typ: 'JWT' }));
  const mac = createHmac('sha256', pem).update(`${header}.${claims}`).digest('base64url');
  return withToken(saying, `${header}.${claims}.${mac}`);
}

async function twiceInHeader(): Promise<Saying> {
  const [, claims = '', signature = ''] = (await idTokenOver(saying, provider)).split('.');
  const header = '{"alg":"none","alg":"ES256","kid":"k-ES256","typ":"JWT"}';
  return withToken(saying, `${encode(header)}.${claims}.${signature}`);
}

async function replayed(): Promise<Saying> {
  const elsewhere = await approves(world, 'sam', { incident: 'incident/aws/1/iam-user/other', firstRun });
  return withToken(saying, await idTokenOver(elsewhere, provider));
}

async function fromTheFuture(): Promise<Saying> {
  const longer = await approves(world, 'sam', { validForMs: 86_400_000 });
  const iat = seconds(NOW) + 61;
  return withToken(
    longer,
    await idTokenOver(longer, provider, { claims: { iat, exp: iat + 9, auth_time: iat } }),
  );
}

describe('a login does not hold', () => {
  it.each(hostile)('%s', async (_, make, reason, by) => {
    // A key that is for one algorithm says so, as providers write it.
    const port = {
      keyOf: async (asked: Parameters<AProvider['port']['keyOf']>[0]) => {
        const found = await provider.port.keyOf(asked);
        return 'jwk' in found && found.jwk.kid === 'k-PS256'
          ? { jwk: { ...found.jwk, alg: 'RS256' } }
          : found;
      },
    };
    expect(await provenBy(await make(), by?.() ?? directory, NOW, port)).toEqual({
      holds: false,
      reason: expect.stringMatching(reason),
    });
  });

  it('where the verifier has no keys, nor of a machine, nor of somebody who is not in people.yaml', async () => {
    const good = await bent({});
    expect(await provenBy(good, directory, NOW)).toMatchObject({ holds: false });
    expect(await provenBy(good, directory, NOW, noIssuerKeys)).toMatchObject({
      reason: expect.stringMatching(/No keys of https/),
    });
    const machine = await approves(world, 'aws');
    expect(await proven(withToken(machine, await idTokenOver(machine, provider)))).toMatchObject({
      reason: expect.stringMatching(/not aws's/),
    });
  });

  it('and no key is asked for where the token already says the wrong thing', async () => {
    await proven(await bent({ claims: { nonce: 'x' } }));
    await proven(await bent({ sub: 'sub-erin' }));
    await proven(withToken(saying, await idTokenOver(saying, foreign)));
    expect(provider.port.asked).toEqual([]);
  });

  it('for anything that no provider signed, and it never throws', async () => {
    const part = fc.oneof(fc.string(), fc.json().map(encode), fc.base64String());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        expect((await proven(withToken(saying, parts.join('.')))).holds).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('what was kept', () => {
  const kept = () => [
    { issuer: ISSUER, jwk: provider.keys.ES256.jwk, proves: [statementDigest(saying.statement)] },
  ];

  it('proves the statement that it was kept for, when the provider is asked no more', async () => {
    expect(await provenBy(await bent({}), directory, NOW, keptFirst(kept(), noIssuerKeys))).toMatchObject({
      holds: true,
    });
  });

  it('and no other', async () => {
    const other = await approves(world, 'sam');
    const keys = keptFirst(kept(), noIssuerKeys);
    expect(
      await provenBy(withToken(other, await idTokenOver(other, provider)), directory, NOW, keys),
    ).toMatchObject({ holds: false, reason: expect.stringMatching(/No keys/) });
  });
});
