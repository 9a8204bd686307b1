// A record with logins in it, verified when no provider can be asked any more.
import { beforeAll, expect, it } from 'vitest';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { verifyRecord } from '../../../authority/verify-record.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { ProvingKey } from '../../../domain/statement/issuer-key.schema.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { asText, chainOf, said } from '../record-lines.ts';
import {
  applied,
  assesses,
  DECIDED_AT,
  firstRun,
  identity,
  incident,
  MADE_AT,
  newWorld,
  SEEN_AT,
  type World,
} from '../rightful.ts';
import { type AProvider, idTokenOver, ISSUER, newProvider, withLogins, withToken } from './a-provider.ts';

let world: World;
let provider: AProvider;
let liar: AProvider;
let directory: Directory;
let saying: Saying;
beforeAll(async () => {
  world = await newWorld();
  [provider, liar] = await Promise.all([newProvider(), newProvider()]);
  directory = withLogins(world.directory);
  const word = await assesses(world, 'sam');
  saying = withToken(word, await idTokenOver(word, provider));
});

const keyOf = (by: AProvider) => ({ issuer: ISSUER, jwk: by.keys.ES256.jwk });
const signedFor = (by: AProvider): ProvingKey => ({
  ...keyOf(by),
  proves: [statementDigest(saying.statement)],
});

async function recordOf(told: object, signed: ProvingKey[] | null, word = saying): Promise<string> {
  const body = { step: 's1', wasSo: false, at: SEEN_AT, evidence: {} };
  const result = await applied(world, 'identity-aws', 's1', {
    body: signed === null ? body : { ...body, issuerKeys: signed },
  });
  return asText(
    chainOf([
      { at: MADE_AT, type: 'opened', data: { incident, firstRun, identity } },
      {
        at: DECIDED_AT,
        type: 'assessed',
        data: {
          ...said('sam'),
          saying: word,
          ...told,
          verdict: 'incident',
          impact: 'confirmed',
          touched: [],
          priority: null,
          level: null,
          facts: [],
          owner: null,
          strategy: 'cut',
          reason: 'used from a strange network',
        },
      },
      { at: SEEN_AT, type: 'stepApplied', data: { step: 's1', evidence: {}, wasSo: false, saying: result } },
    ]),
  );
}

const verified = async (...of: Parameters<typeof recordOf>) =>
  verifyRecord(await recordOf(...of), { directory });

it('holds by the key that an executor signed, wherever it stands in the record', async () => {
  const report = await verified({ issuerKey: keyOf(provider) }, [signedFor(provider)]);
  expect(report).toMatchObject({ ok: true, broken: null, proofs: { people: 1, machines: 1 } });
  expect(report.remarks.join()).not.toContain('thumbprint');
  expect(await verified({}, [signedFor(provider)])).toMatchObject({ ok: true });
});

it('holds by a key that the record alone names, and says that it does', async () => {
  const report = await verified({ issuerKey: keyOf(provider) }, null);
  expect(report).toMatchObject({ ok: true, proofs: { people: 1 } });
  expect(report.remarks.join()).toMatch(
    /key of https:\/\/login\.example\.com that the record alone names: .*thumbprint [\w-]{43}/,
  );
});

it('says after its time that a login was revoked', async () => {
  const later = structuredClone(directory);
  Object.assign(later.people['sam']?.logins?.[0] ?? {}, { revokedAt: '2026-12-01T00:00:00.000Z' });
  const text = await recordOf({}, [signedFor(provider)]);
  expect((await verifyRecord(text, { directory: later })).remarks.join()).toContain(
    'The login of sam was revoked',
  );
});

it.each<[string, () => Promise<Parameters<typeof recordOf>>, RegExp]>([
  ['no key at all', async () => [{}, null], /keeps no key/],
  [
    'a key that is not the one that an executor signed',
    async () => [{ issuerKey: keyOf(liar) }, [signedFor(provider)]],
    /not the one that the record names/,
  ],
  [
    'executors that signed different keys',
    async () => [{}, [signedFor(provider), signedFor(liar)]],
    /not the one that the record names/,
  ],
  [
    'a key that an executor signed for another statement',
    async () => [{}, [{ ...signedFor(provider), proves: ['A'.repeat(43)] }]],
    /keeps no key/,
  ],
  ['a key that did not sign it', async () => [{ issuerKey: keyOf(liar) }, null], /signature does not fit/],
  [
    'a key of another provider',
    async () => [{ issuerKey: { ...keyOf(provider), issuer: 'https://login.example.org' } }, null],
    /keeps no key/,
  ],
  [
    'a login forged against the key that an executor signed',
    async () => [{}, [signedFor(provider)], withToken(saying, await idTokenOver(saying, liar))],
    /signature does not fit/,
  ],
])('does not hold with %s', async (_, of, reason) => {
  expect(await verified(...(await of()))).toMatchObject({
    ok: false,
    broken: { line: 2, reason: expect.stringMatching(reason) },
  });
});
