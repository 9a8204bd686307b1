// A record with logins in it, verified when no provider can be asked any more.
import { beforeAll, describe, expect, it } from 'vitest';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { verifyRecord } from '../../../authority/verify-record.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { ProvingKey } from '../../../domain/statement/issuer-key.schema.ts';
import { hashOf } from '../../../domain/encoding/canonical.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { asks, asText, chainOf, type Entry, said } from '../record-lines.ts';
import {
  applied,
  approves,
  assesses,
  DECIDED_AT,
  firstRun,
  identity,
  incident,
  type Name,
  MADE_AT,
  newWorld,
  plan,
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
  for (const name of ['both', 'ivo'])
    Object.assign(directory.people[name] ?? {}, { keys: world.directory.people[name]?.keys });
  const word = await assesses(world, 'sam');
  saying = withToken(word, await idTokenOver(word, provider));
});

const keyOf = (by: AProvider) => ({ issuer: ISSUER, jwk: by.keys.ES256.jwk });
const signedFor = (by: AProvider): ProvingKey => ({
  ...keyOf(by),
  proves: [statementDigest(saying.statement)],
});

/** Who signed the result, of which step, of which plan. */
const RIGHTFUL = { executor: 'identity-aws' as Name, step: 's1', of: plan, isApproved: true };

/** The plan as two people approved it, by keys. */
async function approvedPlan({ of, isApproved }: typeof RIGHTFUL): Promise<Entry[]> {
  const hash = hashOf(of);
  const line = (type: string, data: object): Entry => ({ at: DECIDED_AT, type, data: { ...data } });
  const vote = async (name: Name) =>
    line('voted', {
      ...said(name),
      saying: await approves(world, name, { plan: hash }),
      gate: 'act-2',
      verdict: 'approve',
      plan: hash,
    });
  const shown = line('plansMade', { plans: [{ hash, plan: of }], concerns: [] });
  if (!isApproved) return [shown];
  return [
    shown,
    line('gateOpened', { ...asks(2, 'soc', 'identity'), gate: 'act-2', name: 'act', plan: hash }),
    await vote('both'),
    await vote('ivo'),
    line('gateMet', { gate: 'act-2', name: 'act' }),
    line('planApproved', { plan: hash }),
  ];
}

async function recordOf(
  told: object,
  signed: ProvingKey[] | null,
  word = saying,
  by: Partial<typeof RIGHTFUL> = {},
): Promise<string> {
  const rightly = { ...RIGHTFUL, ...by };
  const { executor, step, of } = rightly;
  const body = { step, wasSo: false, at: SEEN_AT, evidence: {} };
  const result = await applied(world, executor, step, {
    plan: hashOf(of),
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
      ...(await approvedPlan(rightly)),
      { at: SEEN_AT, type: 'stepApplied', data: { step, evidence: {}, wasSo: false, saying: result } },
    ]),
  );
}

const verified = async (...of: Parameters<typeof recordOf>) =>
  verifyRecord(await recordOf(...of), { directory });

it('holds by the key that an executor signed, wherever it stands in the record', async () => {
  const report = await verified({ issuerKey: keyOf(provider) }, [signedFor(provider)]);
  expect(report).toMatchObject({ ok: true, broken: null, proofs: { people: 3, machines: 1 } });
  expect(report.remarks.join()).toMatch(
    /key of https:\/\/login\.example\.com that identity-aws vouched for: .*thumbprint [\w-]{43}/,
  );
  expect(await verified({}, [signedFor(provider)])).toMatchObject({ ok: true });
});

it('holds by a key that the record alone names, and says that it does', async () => {
  const report = await verified({ issuerKey: keyOf(provider) }, null);
  expect(report).toMatchObject({ ok: true, proofs: { people: 3 } });
  expect(report.remarks.join()).toMatch(
    /key of https:\/\/login\.example\.com that the record alone names: .*thumbprint [\w-]{43}/,
  );
});

describe('a login forged with a key that an executor vouches for, which has no business with it', () => {
  const forged = async (by: Partial<typeof RIGHTFUL>, told: object = {}) =>
    verified(told, [signedFor(liar)], withToken(saying, await idTokenOver(saying, liar)), by);
  const owner: Partial<typeof RIGHTFUL> = { executor: 'owner-aws' };

  it.each<[string, Partial<typeof RIGHTFUL>]>([
    ['the step is not its own', owner],
    ['the plan has no such step', { ...owner, step: 's99' }],
    ['it is of another plan', { ...owner, step: 's5', of: { ...plan, class: 'workload' } }],
    ['nobody approved the plan', { ...owner, step: 's5', isApproved: false }],
  ])('%s', async (_, by) => {
    expect(await forged(by)).toMatchObject({
      ok: false,
      broken: { line: 2, reason: expect.stringMatching(/keeps no key/) },
    });
    const beside = await forged(by, { issuerKey: keyOf(liar) });
    expect(beside.remarks.join()).toMatch(/that the record alone names: .*thumbprint [\w-]{43}/);
  });

  it('is told with its name and the thumbprint, where the step is its own', async () => {
    const report = await forged({ ...owner, step: 's5' });
    expect(report.ok).toBe(true);
    expect(report.remarks.join()).toMatch(/that owner-aws vouched for: .*thumbprint [\w-]{43}/);
  });
});

it('says after its time that a login was revoked', async () => {
  const later = structuredClone(directory);
  Object.assign(later.people['sam']?.logins?.[0] ?? {}, { revokedAt: '2026-12-01T00:00:00.000Z' });
  const text = await recordOf({}, [signedFor(provider)]);
  expect((await verifyRecord(text, { directory: later })).remarks.join()).toContain(
    'The login of sam was revoked',
  );
});

it('says after its time that an identity provider was revoked', async () => {
  const later = structuredClone(directory);
  Object.assign(later.issuers?.[0] ?? {}, { revokedAt: '2026-12-01T00:00:00.000Z' });
  const text = await recordOf({}, [signedFor(provider)]);
  expect((await verifyRecord(text, { directory: later })).remarks.join()).toContain(
    `The identity provider ${provider.issuer} was revoked at 2026-12-01T00:00:00.000Z, after`,
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
