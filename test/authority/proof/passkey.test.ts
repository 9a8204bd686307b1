// Proof by passkey: what an assertion must be to count, and each reason why one does not. The authenticator is a key pair that signs
// what a real one signs; test/cli/passkey.test.ts has one in a browser.
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { provenBy } from '../../../authority/proof.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { encode } from '../../../domain/encoding/base64url.ts';
import type { Passkey } from '../../../domain/runbook/passkey.schema.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import { type PasskeyProof, proofSchema, type Saying } from '../../../domain/statement/statement.schema.ts';
import { approves, newWorld, NOW, type World } from '../rightful.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);
const ORIGIN = 'http://localhost:8417';
const PRESENT = 0x01;
const VERIFIED = 0x04;

interface Authenticator {
  id: string;
  privateKey: KeyObject;
  publicKey: string;
}

function newAuthenticator(id: string): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // COSE: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
  return { id: encode(id), privateKey, publicKey: cose.toString('base64url') };
}

interface How {
  client?: Record<string, unknown>;
  clientText?: string;
  rpId?: string;
  flags?: number;
  counter?: number;
  by?: Authenticator;
}

let world: World;
let directory: Directory;
let saying: Saying;
const own = newAuthenticator('a-passkey-of-sams');
const other = newAuthenticator('a-passkey-of-erins');

const entryOf = ({ id, publicKey }: Authenticator): Passkey => ({
  id,
  publicKey,
  counter: 4,
  addedAt: '2026-11-01T00:00:00.000Z',
});

beforeAll(async () => {
  world = await newWorld();
  directory = structuredClone(world.directory);
  directory.passkeys = { rpId: 'localhost', origins: [ORIGIN, 'https://custody.example.com'] };
  Object.assign(directory.people['sam'] ?? {}, { passkeys: [entryOf(own)], keys: [] });
  Object.assign(directory.people['erin'] ?? {}, { passkeys: [entryOf(other)] });
  saying = await approves(world, 'sam');
});

function assertedOver({ statement }: Saying, how: How = {}): Saying {
  const { client = {}, rpId = 'localhost', flags = PRESENT | VERIFIED, counter = 5, by = own } = how;
  const clientText =
    how.clientText ??
    JSON.stringify({
      type: 'webauthn.get',
      challenge: statementDigest(statement),
      origin: ORIGIN,
      crossOrigin: false,
      ...client,
    });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const data = Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count]);
  const hash = createHash('sha256').update(clientText).digest();
  const signature = createSign('sha256').update(data).update(hash).sign(by.privateKey);
  const proof: PasskeyProof = {
    type: 'passkey',
    credentialId: by.id,
    authenticatorData: data.toString('base64url'),
    clientDataJSON: encode(clientText),
    signature: signature.toString('base64url'),
  };
  return { statement, proof };
}

const proven = (one: Saying, by: () => Directory = () => directory) => provenBy(one, by(), NOW);
const withParts = (one: Saying, more: Partial<PasskeyProof>): Saying => ({
  ...one,
  proof: { ...(one.proof as PasskeyProof), ...more },
});

/** The directory with sam's passkey changed. */
const changed = (more: Partial<Passkey>) => () => {
  const copy = structuredClone(directory);
  Object.assign(copy.people['sam']?.passkeys?.[0] ?? {}, more);
  return copy;
};

describe('a passkey holds', () => {
  it('for the statement that it was used for, and proves presence', async () => {
    expect(await proven(assertedOver(saying))).toMatchObject({
      holds: true,
      assurance: 'present',
      kid: own.id,
      speaker: { id: 'sam', parties: ['soc'] },
      issuerKey: null,
    });
  });

  it('on each page of people.yaml', async () => {
    expect(
      await proven(assertedOver(saying, { client: { origin: 'https://custody.example.com' } })),
    ).toMatchObject({
      holds: true,
    });
  });

  it('where the authenticator does not count', async () => {
    expect(await proven(assertedOver(saying, { counter: 0 }), changed({ counter: 0 }))).toMatchObject({
      holds: true,
    });
  });
});

type Row = [string, () => Saying | Promise<Saying>, RegExp, (() => Directory)?];

const hostile: Row[] = [
  [
    'on a page that people.yaml does not name',
    () => assertedOver(saying, { client: { origin: 'https://custody.example.org' } }),
    /page that asked/,
  ],
  [
    'on the right page with another port',
    () => assertedOver(saying, { client: { origin: 'http://localhost:8418' } }),
    /page that asked/,
  ],
  [
    'on a page within another',
    () => assertedOver(saying, { client: { crossOrigin: true } }),
    /within another page/,
  ],
  ['for another site', () => assertedOver(saying, { rpId: 'example.org' }), /another site/],
  [
    'when it was made, not used',
    () => assertedOver(saying, { client: { type: 'webauthn.create' } }),
    /than an assertion/,
  ],
  ['without its user verified', () => assertedOver(saying, { flags: PRESENT }), /verify its user/],
  ['without anybody present', () => assertedOver(saying, { flags: VERIFIED }), /Nobody was present/],
  ['of somebody else', () => assertedOver(saying, { by: other }), /not one of sam's/],
  [
    'under the id of the right one',
    () => assertedOver(saying, { by: { ...other, id: own.id } }),
    /signature does not fit/,
  ],
  ['whose counter stands still', () => assertedOver(saying, { counter: 4 }), /may be a copy/],
  ['that was added later', () => assertedOver(saying), /valid from/, changed({ addedAt: NOW })],
  ['that was revoked', () => assertedOver(saying), /was revoked/, changed({ revokedAt: NOW })],
  ['whose entry is no key', () => assertedOver(saying), /cannot be read/, changed({ publicKey: 'AAAA' })],
  [
    'that stands twice',
    () => assertedOver(saying),
    /once/,
    () => {
      const copy = structuredClone(directory);
      copy.people['sam']?.passkeys?.push(entryOf(own));
      return copy;
    },
  ],
  [
    'where people.yaml names no site',
    () => assertedOver(saying),
    /where passkeys are used/,
    () => {
      const copy = structuredClone(directory);
      delete copy.passkeys;
      return copy;
    },
  ],
  [
    'with a name that stands twice',
    () =>
      assertedOver(saying, {
        clientText: `{"type":"webauthn.get","challenge":"x","challenge":"${statementDigest(saying.statement)}","origin":"${ORIGIN}"}`,
      }),
    /each name once/,
  ],
  ['with client data that are no object', () => assertedOver(saying, { clientText: '[]' }), /each name once/],
  [
    'with authenticator data cut off',
    () => withParts(assertedOver(saying), { authenticatorData: 'AAAA' }),
    /cannot be read/,
  ],
];

describe('a passkey does not hold', () => {
  it.each(hostile)('%s', async (_, make, reason, by) => {
    expect(await proven(await make(), by)).toEqual({ holds: false, reason: expect.stringMatching(reason) });
  });

  it('for another statement than it was used for, nor in another incident', async () => {
    const used = assertedOver(saying);
    for (const one of [
      await approves(world, 'sam'),
      await approves(world, 'sam', { incident: 'incident/other' }),
    ])
      expect(await proven({ ...used, statement: one.statement })).toMatchObject({
        reason: expect.stringMatching(/another statement/),
      });
  });

  it('whatever single character of it is changed', async () => {
    const good = assertedOver(saying);
    const parts = ['credentialId', 'authenticatorData', 'clientDataJSON', 'signature'] as const;
    const letter = fc.constantFrom(...'ABCXYZabcxyz0189-_.=+/ ');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...parts), fc.nat(10_000), letter, async (part, place, to) => {
        const text = (good.proof as PasskeyProof)[part];
        const where = place % text.length;
        const bent = text.slice(0, where) + to + text.slice(where + 1);
        fc.pre(bent !== text);
        expect((await proven(withParts(good, { [part]: bent }))).holds).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  it('with a member more than an assertion has', () => {
    expect(proofSchema.safeParse({ ...assertedOver(saying).proof, more: 1 }).success).toBe(false);
    expect(proofSchema.safeParse({ type: 'passkey' }).success).toBe(false);
  });
});
