import fc from 'fast-check';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { provenBy } from '../../authority/proof.ts';
import { say } from '../../authority/sign.ts';
import { decode, decodeBytes, encode } from '../../domain/encoding/base64url.ts';
import { canonical } from '../../domain/encoding/canonical.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying, Statement } from '../../domain/statement/statement.schema.ts';
import { approves, DECIDED_AT, type Name, newWorld, NOW, type World } from './rightful.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const statementOf = (saying: Saying) => JSON.parse(decode(saying.statement)) as Statement;
const jwsOf = (saying: Saying): string => (saying.proof?.type === 'key' ? saying.proof.jws : '');

/** Signed by hand: over any text, with any header. */
async function signedOver(statement: string, header: Record<string, unknown>, name: Name): Promise<Saying> {
  const jws = await new CompactSign(decodeBytes(statement))
    .setProtectedHeader({ alg: world.keys[name].alg, ...header })
    .sign(world.keys[name].privateKey);
  const [head, , signature] = jws.split('.');
  return { statement, proof: { type: 'key', jws: `${head}..${signature}` } };
}
const goodHeader = (name: Name) => ({
  alg: world.keys[name].alg,
  kid: world.keys[name].kid,
  typ: 'custody+jws',
});

/** The directory with one key of sam changed. */
const withKey = (change: Record<string, unknown>): Directory => {
  const copy = structuredClone(world.directory);
  Object.assign(copy.people.sam?.keys[0] ?? {}, change);
  return copy;
};

describe('a proof holds', () => {
  it.each(['sam', 'ivo', 'aws'] as const)('for what %s signed', async (name) => {
    const proof = await provenBy(await approves(world, name), world.directory, NOW);
    expect(proof).toMatchObject({
      holds: true,
      assurance: 'signed',
      kid: world.keys[name].kid,
      speaker: { id: name },
    });
  });

  it('says of a machine which role it has', async () => {
    const proof = await provenBy(await approves(world, 'aws'), world.directory, NOW);
    expect(proof).toMatchObject({ holds: true, speaker: { role: 'checker', identities: [] } });
  });

  it('for a key that is revoked only later', async () => {
    const saying = await approves(world, 'sam');
    expect((await provenBy(saying, withKey({ revokedAt: '2026-11-24T04:00:00.000Z' }), NOW)).holds).toBe(
      true,
    );
  });
});

describe('a proof does not hold', () => {
  const rows: [string, () => Promise<Saying>, (() => Directory)?][] = [
    ['without a signature', async () => ({ statement: (await approves(world, 'sam')).statement })],
    [
      'by another signature of the same person',
      async () => ({ ...(await approves(world, 'sam')), proof: (await approves(world, 'sam')).proof }),
    ],
    [
      'when somebody signs with their own key in another name',
      async () => {
        const statement = encode(canonical({ ...statementOf(await approves(world, 'sam')), person: 'erin' }));
        return signedOver(statement, goodHeader('sam'), 'sam');
      },
    ],
    [
      "when another's key id is named over an own signature",
      async () => signedOver((await approves(world, 'sam')).statement, goodHeader('sam'), 'erin'),
    ],
    [
      'for somebody who is not in the directory',
      () => say({ ...spoken(), key: { ...world.keys.sam, person: 'nobody' } }),
    ],
    [
      'for somebody called constructor',
      () => say({ ...spoken(), key: { ...world.keys.sam, person: 'constructor' } }),
    ],
    ['with a key that was revoked before', () => approves(world, 'sam'), () => withKey({ revokedAt: NOW })],
    ['with a key that is not valid yet', () => approves(world, 'sam'), () => withKey({ notBefore: NOW })],
    [
      'with a key that was valid until before',
      () => approves(world, 'sam'),
      () => withKey({ notAfter: '2026-11-24T03:30:59.000Z' }),
    ],
    ['from the future', () => approves(world, 'sam', { now: '2026-11-24T03:46:01.000Z' })],
    [
      'with a key that stands twice',
      () => approves(world, 'sam'),
      () => {
        const copy = structuredClone(world.directory);
        copy.people.sam?.keys.push(...structuredClone(copy.people.sam.keys));
        return copy;
      },
    ],
    [
      'with a key whose entry is for another algorithm',
      () => approves(world, 'sam'),
      () => withKey({ alg: 'ES256' }),
    ],
    [
      'with an entry that holds a private key',
      () => approves(world, 'sam'),
      () => {
        const copy = structuredClone(world.directory);
        Object.assign(copy.people.sam?.keys[0]?.jwk ?? {}, { d: 'AAAA' });
        return copy;
      },
    ],
    [
      'with an entry that is no point of its curve',
      () => approves(world, 'ivo'),
      () => {
        const copy = structuredClone(world.directory);
        Object.assign(copy.people.ivo?.keys[0]?.jwk ?? {}, { x: 'A'.repeat(43), y: 'B'.repeat(42) + 'A' });
        return copy;
      },
    ],
    [
      'with another type',
      async () =>
        signedOver((await approves(world, 'sam')).statement, { ...goodHeader('sam'), typ: 'JWT' }, 'sam'),
    ],
    [
      'without a type',
      async () => signedOver((await approves(world, 'sam')).statement, { kid: world.keys.sam.kid }, 'sam'),
    ],
    [
      'with a key that comes along',
      async () => {
        const pair = await generateKeyPair('EdDSA', { extractable: true });
        const statement = (await approves(world, 'sam')).statement;
        const jws = await new CompactSign(decodeBytes(statement))
          .setProtectedHeader({ ...goodHeader('sam'), jwk: await exportJWK(pair.publicKey) })
          .sign(pair.privateKey);
        const [head, , signature] = jws.split('.');
        return { statement, proof: { type: 'key', jws: `${head}..${signature}` } };
      },
    ],
    [
      'with alg none',
      async () => {
        const header = encode(JSON.stringify({ alg: 'none', kid: world.keys.sam.kid, typ: 'custody+jws' }));
        return {
          statement: (await approves(world, 'sam')).statement,
          proof: { type: 'key', jws: `${header}..AA` },
        };
      },
    ],
    [
      'with the payload in its middle',
      async () => {
        const saying = await approves(world, 'sam');
        return {
          ...saying,
          proof: { type: 'key', jws: jwsOf(saying).replace('..', `.${saying.statement}.`) },
        };
      },
    ],
    [
      'over a statement with a key twice',
      async () => {
        const text = decode((await approves(world, 'sam')).statement).replace(
          '"verdict":"approve"',
          '"verdict":"reject","verdict":"approve"',
        );
        return signedOver(encode(text), goodHeader('sam'), 'sam');
      },
    ],
    [
      'over a statement with another order of keys',
      async () => {
        const { v, ...rest } = statementOf(await approves(world, 'sam'));
        return signedOver(encode(JSON.stringify({ v, ...rest })), goodHeader('sam'), 'sam');
      },
    ],
    [
      'over a statement with a space in it',
      async () => {
        const text = decode((await approves(world, 'sam')).statement).replace('{', '{ ');
        return signedOver(encode(text), goodHeader('sam'), 'sam');
      },
    ],
    [
      'over a statement of another shape',
      async () => signedOver(encode(canonical({ hello: 'you' })), goodHeader('sam'), 'sam'),
    ],
    [
      'over a statement with a member more',
      async () => {
        const text = canonical({ ...statementOf(await approves(world, 'sam')), more: 1 });
        return signedOver(encode(text), goodHeader('sam'), 'sam');
      },
    ],
    [
      'over a statement that is good for a month',
      async () => {
        const statement = statementOf(await approves(world, 'sam'));
        return signedOver(
          encode(canonical({ ...statement, exp: statement.iat + 30 * 86_400 })),
          goodHeader('sam'),
          'sam',
        );
      },
    ],
    [
      'over a statement that expires before it was made',
      async () => {
        const statement = statementOf(await approves(world, 'sam'));
        return signedOver(
          encode(canonical({ ...statement, exp: statement.iat - 1 })),
          goodHeader('sam'),
          'sam',
        );
      },
    ],
  ];

  it.each(rows)('%s', async (_, saying, directory) => {
    const proof = await provenBy(await saying(), directory?.() ?? world.directory, NOW);
    expect(proof).toEqual({ holds: false, reason: expect.stringMatching(/\S.+/) });
  });

  it('for anything that nobody signed, and never throws', async () => {
    const proof = fc.oneof(
      fc.record({ type: fc.constant('key' as const), jws: fc.string() }),
      fc.record({
        type: fc.constant('key' as const),
        jws: fc.tuple(fc.base64String(), fc.base64String()).map(([a, b]) => `${a}..${b}`),
      }),
    );
    const statement = fc.oneof(
      fc.string(),
      fc.json().map(encode),
      fc.json().map((json) => encode(canonical(JSON.parse(json)))),
    );
    await fc.assert(
      fc.asyncProperty(statement, proof, async (text, by) => {
        expect((await provenBy({ statement: text, proof: by }, world.directory, NOW)).holds).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('saying', () => {
  it('refuses what no reader would take', async () => {
    await expect(approves(world, 'sam', { body: { verdict: 'perhaps' } })).rejects.toThrow(/verdict/);
    await expect(approves(world, 'sam', { validForMs: 30 * 86_400_000 })).rejects.toThrow(/seven days/);
    await expect(approves(world, 'sam', { plan: 'no hash' })).rejects.toThrow(/plan/);
  });

  it('gives every statement its own id', async () => {
    const [a, b] = await Promise.all([approves(world, 'sam'), approves(world, 'sam')]);
    expect(statementOf(a).jti).not.toBe(statementOf(b).jti);
  });
});

const spoken = () => ({
  incident: null,
  firstRun: null,
  message: 'note' as const,
  answers: null,
  plan: null,
  body: { text: 'hello' },
  now: DECIDED_AT,
  validForMs: 60_000,
});
