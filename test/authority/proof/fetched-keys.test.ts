// Identity providers' keys as a verifier fetches them: from whom, how often, and what it does not take.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchedIssuerKeys, issuerJwkOf } from '../../../authority/proof/fetched-keys.ts';

let server: Server;
let issuer: string;
let keys: Record<string, unknown>[] = [];
let asked: string[] = [];
let answers: RequestListener | null = null;
let now = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (answers !== null) return answers(request, response);
    const body = request.url?.endsWith('/jwks') ? { keys } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(async () => {
  keys = [await newJwk('k1')];
  asked = [];
  answers = null;
  now = 0;
});

async function newJwk(kid: string, alg = 'ES256'): Promise<Record<string, unknown>> {
  const { publicKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
}

const port = () => fetchedIssuerKeys({ nowMs: () => now });
const about = (kid: string) => ({ issuer, kid, digest: '' });
const configuration = '/.well-known/openid-configuration';

it('asks once for many, and keeps the answer for five minutes', async () => {
  const one = port();
  const [a, b] = await Promise.all([one.keyOf(about('k1')), one.keyOf(about('k1'))]);
  expect(a).toEqual({ jwk: issuerJwkOf(keys[0]) });
  expect(b).toEqual(a);
  now = 5 * 60_000 - 1;
  await one.keyOf(about('k1'));
  expect(asked).toEqual([configuration, '/jwks']);
  now = 5 * 60_000;
  await one.keyOf(about('k1'));
  expect(asked).toHaveLength(4);
});

it('a key that was withdrawn counts no longer than that', async () => {
  const one = port();
  await one.keyOf(about('k1'));
  keys = [await newJwk('k2')];
  now = 5 * 60_000;
  expect(await one.keyOf(about('k1'))).toMatchObject({ none: expect.stringMatching(/no such key/) });
  expect(await one.keyOf(about('k2'))).toMatchObject({ jwk: { kid: 'k2' } });
});

it('asks anew for a key that it does not know, once a minute at most', async () => {
  const one = port();
  await one.keyOf(about('k1'));
  keys.push(await newJwk('k2'));
  for (const made of ['x', 'y', 'k2']) expect(await one.keyOf(about(made))).toHaveProperty('none');
  expect(asked).toHaveLength(2);
  now = 60_000;
  expect(await one.keyOf(about('k2'))).toMatchObject({ jwk: { kid: 'k2' } });
  for (const made of ['x', 'y']) await one.keyOf(about(made));
  expect(asked).toHaveLength(4);
});

it('one that is down proves nothing, is not asked by everybody, and is believed again when it answers', async () => {
  const one = port();
  await one.keyOf(about('k1'));
  now = 5 * 60_000;
  answers = (_, response) => void response.writeHead(503).end();
  expect(await one.keyOf(about('k1'))).toMatchObject({ none: expect.stringMatching(/status 503/) });
  const before = asked.length;
  await one.keyOf(about('k1'));
  expect(asked).toHaveLength(before);
  answers = null;
  now += 15_000;
  expect(await one.keyOf(about('k1'))).toMatchObject({ jwk: { kid: 'k1' } });
});

describe('takes nothing', () => {
  it.each<[string, () => RequestListener, RegExp]>([
    [
      'from where it is sent on to',
      () => (_, response) => void response.writeHead(302, { location: `${issuer}/elsewhere` }).end(),
      /redirects/,
    ],
    [
      'from a configuration of another issuer',
      () => (_, response) =>
        void response.end(JSON.stringify({ issuer: `${issuer}/`, jwks_uri: `${issuer}/jwks` })),
      /another issuer/,
    ],
    [
      'from an address without https',
      () => (_, response) =>
        void response.end(JSON.stringify({ issuer, jwks_uri: 'http://login.example.com/jwks' })),
      /https/,
    ],
    [
      'that is no address',
      () => (_, response) => void response.end(JSON.stringify({ issuer, jwks_uri: 7 })),
      /names no keys/,
    ],
    ['too long', () => (_, response) => void response.end(`"${'x'.repeat(300 * 1_024)}"`), /too long/],
    ['that is not JSON', () => (_, response) => void response.end('<html>'), /not valid JSON|Unexpected/],
    [
      'that is no list of keys',
      () => (request, response) =>
        void response.end(
          JSON.stringify(
            request.url === configuration ? { issuer, jwks_uri: `${issuer}/jwks` } : { keys: 'k1' },
          ),
        ),
      /not a list/,
    ],
  ])('%s', async (_, listener, reason) => {
    answers = listener();
    expect(await port().keyOf(about('k1'))).toMatchObject({ none: expect.stringMatching(reason) });
    expect(asked).not.toContain('/elsewhere');
  });

  it('where two keys have one id, or it is one to encrypt with, private, shared or of an unknown kind', async () => {
    keys = [await newJwk('two'), await newJwk('two'), { ...(await newJwk('enc')), use: 'enc' }];
    keys.push({ ...(await newJwk('private')), d: 'AAAA' }, { kty: 'oct', kid: 'shared', k: 'AAAA' });
    keys.push({ kty: 'EC', crv: 'P-521', kid: 'curve', x: 'AA', y: 'AA' });
    keys.push({ ...(await newJwk('signs')), use: undefined, key_ops: ['sign'] });
    const one = port();
    for (const kid of ['two', 'enc', 'private', 'shared', 'curve', 'signs'])
      expect(await one.keyOf(about(kid)), kid).toHaveProperty('none');
  });

  it('from nobody', async () => {
    const gone = 'http://127.0.0.1:1';
    expect(await port().keyOf({ issuer: gone, kid: 'k1', digest: '' })).toMatchObject({
      none: expect.stringMatching(/could not be reached/),
    });
  });
});
