// Proof by passkey: what an assertion must be to count, and each reason why one does not.
import { beforeAll, describe, expect, it } from 'vitest';
import { provenBy } from '../../../authority/proof.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import type { Passkey } from '../../../domain/runbook/passkey.schema.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import { type PasskeyProof, proofSchema, type Saying } from '../../../domain/statement/statement.schema.ts';
import { approves, newWorld, NOW, type World } from '../rightful.ts';
import {
  assertionOver,
  type Authenticator,
  entryOf,
  type How,
  newAuthenticator,
  ORIGIN,
  PRESENT,
  VERIFIED,
} from './an-authenticator.ts';

let world: World;
let directory: Directory;
let saying: Saying;
const own = newAuthenticator('a-passkey-of-sams');
const other = newAuthenticator('a-passkey-of-erins');

const SITE = { rpId: 'localhost', origins: [ORIGIN, 'https://custody.example.com'] };

beforeAll(async () => {
  world = await newWorld();
  directory = structuredClone(world.directory);
  directory.passkeys = SITE;
  Object.assign(directory.people['sam'] ?? {}, { passkeys: [await entryOf(own, world, 'sam')], keys: [] });
  Object.assign(directory.people['erin'] ?? {}, { passkeys: [await entryOf(other, world, 'erin')] });
  saying = await approves(world, 'sam');
});

const assertedOver = (
  { statement }: Saying,
  { by = own, ...how }: How & { by?: Authenticator } = {},
): Saying => ({ statement, proof: assertionOver(statement, by, how) });

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
      const { passkeys = [] } = copy.people['sam'] ?? {};
      passkeys.push(...passkeys);
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

  it('with a member more than an assertion has', () => {
    expect(proofSchema.safeParse({ ...assertedOver(saying).proof, more: 1 }).success).toBe(false);
    expect(proofSchema.safeParse({ type: 'passkey' }).success).toBe(false);
  });
});
