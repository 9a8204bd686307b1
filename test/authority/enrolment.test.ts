// A passkey counts by its owner's own word and a second person's: each thing that is wrong with either, and the folders that refuse it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import {
  enrolledPasskey,
  enrolling,
  provenEnrolment,
  vouching,
  whyNotEnrolled,
} from '../../authority/enrolment.ts';
import { loadExecutorFolder } from '../../authority/executor-folder.ts';
import { PolicyError } from '../../authority/policy-error.ts';
import { signedBy } from '../../authority/sign.ts';
import type { NewPasskey, Passkey } from '../../domain/runbook/passkey.schema.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { type AProvider, idTokenOver, newProvider, withLogins, withToken } from './proof/a-provider.ts';
import { approves, MUCH_LATER, type Name, newWorld, NOW, policyOf, SEEN_AT, type World } from './rightful.ts';

const SITE = { rpId: 'localhost', origins: ['http://localhost:8417'] };
const MADE: NewPasskey = {
  id: 'AAAAAAAAAAAAAAAAAAAA',
  publicKey: 'pQECAyYgASFYIA',
  counter: 4,
  addedAt: SEEN_AT,
};

let world: World;
let directory: Directory;
let provider: AProvider;
beforeAll(async () => {
  [world, provider] = await Promise.all([newWorld(), newProvider()]);
  directory = { ...withLogins(world.directory), passkeys: SITE };
  for (const [id, person] of Object.entries(directory.people))
    person.keys = world.directory.people[id]?.keys ?? [];
});

const signed = async (name: Name, statement: string): Promise<Saying> => ({
  statement,
  proof: await signedBy(world.keys[name], statement),
});
const saysItIsTheirs = (name: Name = 'sam', passkey = MADE, site = SITE) =>
  signed(name, enrolling(name, passkey, site, SEEN_AT));
const vouches = (said: Saying, name: Name = 'erin', now = NOW) =>
  signed(name, vouching(name, said, null, now));
const entry = async (by: { said?: Saying; vouched?: Saying } = {}, passkey = MADE): Promise<Passkey> => {
  const said = by.said ?? (await saysItIsTheirs());
  return { ...passkey, enrolment: { said, vouched: by.vouched ?? (await vouches(said)) } };
};
const whyNot = (passkey: Passkey, by = directory, owner = 'sam') => whyNotEnrolled(owner, passkey, by);
const revoked = (name: string, revokedAt: string): Directory => {
  const changed = structuredClone(directory);
  for (const key of changed.people[name]?.keys ?? []) key.revokedAt = revokedAt;
  return changed;
};

describe('a passkey is enrolled', () => {
  it('by two people with their keys', async () => {
    const { sam, erin } = world.keys;
    const made = await enrolledPasskey(MADE, SITE, { owner: sam, second: erin, now: SEEN_AT });
    expect(await whyNot(made)).toBeNull();
    expect(await whyNot(await entry())).toBeNull();
  });

  it('also after a key that proved it was revoked: the passkey is revoked by itself', async () => {
    for (const name of ['sam', 'erin'])
      expect(await whyNot(await entry(), revoked(name, MUCH_LATER))).toBeNull();
  });

  it('by a login of its owner, verified by the key that the second person vouched for', async () => {
    const bare = await saysItIsTheirs();
    const said = withToken(bare, await idTokenOver(bare, provider));
    const proof = await provenEnrolment('sam', MADE, said, { directory, issuerKeys: provider.port });
    if (typeof proof === 'string') throw new Error(proof);
    expect(proof.issuerKey).not.toBeNull();
    const vouched = await signed('erin', vouching('erin', said, proof.issuerKey, NOW));
    expect(await whyNot(await entry({ said, vouched }))).toBeNull();
    expect(
      await whyNot(await entry({ said, vouched: await vouches(said) })),
      'no key was vouched for',
    ).toMatch(/does not hold/);
  });
});

describe('a passkey is not enrolled', () => {
  const rows: [string, RegExp, () => Promise<[Passkey, Directory?, string?]>][] = [
    [
      'by its owner alone',
      /sam is no second person/,
      async () => {
        const said = await saysItIsTheirs();
        return [await entry({ said, vouched: await vouches(said, 'sam') })];
      },
    ],
    [
      'by the word of a machine',
      /identity-aws is no second person/,
      async () => {
        const said = await saysItIsTheirs();
        return [await entry({ said, vouched: await vouches(said, 'identity-aws') })];
      },
    ],
    [
      'by a second person who has signed nothing',
      /vouches for it by a key/,
      async () => {
        const said = await saysItIsTheirs();
        return [await entry({ said, vouched: { statement: (await vouches(said)).statement } })];
      },
    ],
    [
      'by an owner who has signed nothing',
      /what sam said of it does not hold/,
      async () => {
        const { statement } = await saysItIsTheirs();
        return [await entry({ said: { statement }, vouched: await vouches({ statement }) })];
      },
    ],
    [
      'by the vouching for another one',
      /vouched for another enrolment/,
      async () => [
        await entry({
          vouched: await vouches(await saysItIsTheirs('sam', { ...MADE, publicKey: 'pQECAyYgASFYIB' })),
        }),
      ],
    ],
    [
      'by the word of somebody else that it is theirs',
      /ivo said that it is theirs, not sam/,
      async () => [await entry({ said: await saysItIsTheirs('ivo') })],
    ],
    [
      'with another public key than was said',
      /another passkey/,
      async () => [{ ...(await entry()), publicKey: 'pQECAyYgASFYIB' }],
    ],
    [
      'with another id than was said',
      /another passkey/,
      async () => [{ ...(await entry()), id: 'BAAAAAAAAAAAAAAAAAAA' }],
    ],
    [
      'with a lower counter than was said',
      /another passkey/,
      async () => [{ ...(await entry()), counter: 0 }],
    ],
    [
      'for another site',
      /another site/,
      async () => [
        await entry({ said: await saysItIsTheirs('sam', MADE, { ...SITE, rpId: 'evil.example' }) }),
      ],
    ],
    [
      'by a vote that is none',
      /is no enrolment/,
      async () => [await entry({ said: await approves(world, 'sam') })],
    ],
    [
      'by a vouching that is none',
      /vouches for nothing/,
      async () => [await entry({ vouched: await approves(world, 'erin') })],
    ],
    [
      'by another’s signature',
      /signature does not fit|not one of sam's/,
      async () => {
        const said = { ...(await saysItIsTheirs()), proof: (await saysItIsTheirs('ivo')).proof } as Saying;
        return [await entry({ said, vouched: await vouches(said) })];
      },
    ],
    [
      'by a key that was revoked before',
      /does not hold: .*revoked/,
      async () => [await entry(), revoked('sam', '2026-11-01T00:00:00.000Z')],
    ],
    [
      'by a second person whose key was revoked before',
      /word does not hold: .*revoked/,
      async () => [await entry(), revoked('erin', '2026-11-01T00:00:00.000Z')],
    ],
    [
      'by a vouching that came too late',
      /too late/,
      async () => {
        const said = await saysItIsTheirs();
        return [await entry({ said, vouched: await vouches(said, 'erin', '2026-12-24T00:00:00.000Z') })];
      },
    ],
    [
      'for whoever else lists it',
      /said that it is theirs, not ivo/,
      async () => [await entry(), directory, 'ivo'],
    ],
  ];
  it.each(rows)('%s', async (_, why, make) => {
    const [passkey, by, owner] = await make();
    expect(await whyNot(passkey, by, owner)).toMatch(why);
  });

  it('by a passkey: two could vouch for each other', async () => {
    const said = {
      ...(await saysItIsTheirs()),
      proof: {
        type: 'passkey',
        credentialId: 'x',
        authenticatorData: 'x',
        clientDataJSON: 'x',
        signature: 'x',
      },
    } as Saying;
    expect(await whyNot(await entry({ said, vouched: await vouches(said) }))).toMatch(/not by a passkey/);
  });
});

it('an executor’s folder with a passkey that nobody has vouched for is refused, at its line', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-enrolment-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (passkey: Passkey) => {
    const people = structuredClone(directory);
    Object.assign(people.people['sam'] ?? {}, { passkeys: [passkey] });
    await writeFile(path.join(folder, 'people.yaml'), stringify(people, { lineWidth: 0 }));
    await writeFile(path.join(folder, 'policy.yaml'), stringify(policyOf('identity-aws')));
  };
  await write(await entry());
  expect((await loadExecutorFolder(folder)).directory.people['sam']?.passkeys).toHaveLength(1);
  const said = await saysItIsTheirs();
  await write(await entry({ said, vouched: await vouches(said, 'sam') }));
  const refused = await loadExecutorFolder(folder).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PolicyError);
  expect((refused as PolicyError).problems).toEqual([
    {
      file: 'people.yaml',
      line: expect.any(Number),
      column: expect.any(Number),
      says: expect.stringMatching(/not enrolled: sam is no second person/),
    },
  ]);
});
