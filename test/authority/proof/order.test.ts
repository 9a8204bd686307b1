// An order whose votes are proved by logins: an executor asks the provider itself, signs what it used into its result, and takes
// nobody else's word for a key.
import { beforeAll, expect, it } from 'vitest';
import { type IssuerKeys, noIssuerKeys } from '../../../authority/proof/issuer-keys.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { verifyWarrant } from '../../../authority/warrant.ts';
import type { Order } from '../../../domain/plan/order.schema.ts';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import type { ProvingKey } from '../../../domain/statement/issuer-key.schema.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { applied, kinds, newWorld, NOW, policyOf, rightful, SEEN_AT, type World } from '../rightful.ts';
import { type AProvider, idTokenOver, ISSUER, newProvider, withLogins, withToken } from './a-provider.ts';

let world: World;
let provider: AProvider;
let foreign: AProvider;
let directory: Directory;
let order: Order;
beforeAll(async () => {
  world = await newWorld();
  [provider, foreign] = await Promise.all([newProvider(), newProvider('https://login.example.org')]);
  directory = withLogins(world.directory);
  order = await loggedInFor(provider);
});

async function loggedInFor(by: AProvider, claims: object = {}): Promise<Order> {
  const rightly = await rightful(world);
  const decisions = await Promise.all(
    rightly.decisions.map(async (one) =>
      withToken(one, await idTokenOver(one, by, { claims: { ...claims } })),
    ),
  );
  return { ...rightly, decisions };
}

const verified = (one: Order, issuerKeys?: IssuerKeys) =>
  verifyWarrant({
    order: one,
    policy: policyOf('identity-aws'),
    authority: null,
    directory,
    kinds,
    self: ['aws/123456789012/iam-user/custody-identity'],
    acts: [],
    now: NOW,
    ...(issuerKeys === undefined ? {} : { issuerKeys }),
  });

const usedFor = (decisions: readonly Saying[], by = provider): ProvingKey => ({
  issuer: ISSUER,
  jwk: by.keys.ES256.jwk,
  proves: decisions.map(({ statement }) => statementDigest(statement)),
});

const resultOf = (name: 'identity-aws' | 'owner-aws', keys: ProvingKey[]) =>
  applied(world, name, name === 'owner-aws' ? 's5' : 's1', {
    body: {
      step: name === 'owner-aws' ? 's5' : 's1',
      wasSo: false,
      at: SEEN_AT,
      evidence: {},
      issuerKeys: keys,
    },
  });

it('is taken, and the executor knows by which key', async () => {
  expect(await verified(order, provider.port)).toMatchObject({
    ok: true,
    issuerKeys: [usedFor(order.decisions)],
  });
});

it('is refused where the executor has no keys, or the tokens are of somebody who says they are the provider', async () => {
  expect(await verified(order)).toMatchObject({ ok: false, check: 'decisionsAreProven' });
  expect(await verified(await loggedInFor(foreign, { iss: ISSUER }), provider.port)).toMatchObject({
    ok: false,
    check: 'decisionsAreProven',
  });
});

it('is taken after the provider has changed its keys, by what this executor signed when it asked', async () => {
  const results = [await resultOf('identity-aws', [usedFor(order.decisions)])];
  expect(await verified({ ...order, results }, noIssuerKeys)).toMatchObject({
    ok: true,
    issuerKeys: [usedFor(order.decisions)],
  });
});

it.each<[string, () => Promise<Saying>]>([
  ['another executor signed', () => resultOf('owner-aws', [usedFor(order.decisions)])],
  [
    'was kept for other statements',
    () => resultOf('identity-aws', [{ ...usedFor([]), proves: ['A'.repeat(43)] }]),
  ],
  [
    'is of another provider',
    () => resultOf('identity-aws', [{ ...usedFor(order.decisions), issuer: foreign.issuer }]),
  ],
  [
    'was changed after it was signed',
    async () => {
      const whole = await resultOf('identity-aws', [usedFor(order.decisions)]);
      return { ...whole, statement: (await resultOf('identity-aws', [usedFor(order.decisions)])).statement };
    },
  ],
])('is refused by a key that %s', async (_, result) => {
  expect(await verified({ ...order, results: [await result()] }, noIssuerKeys)).toMatchObject({
    ok: false,
    check: 'decisionsAreProven',
  });
});

it('a vote by one of the signed keys says nothing about a forged one', async () => {
  const forged = await loggedInFor(foreign, { iss: ISSUER });
  const results = [await resultOf('identity-aws', [usedFor(order.decisions)])];
  expect(await verified({ ...forged, results }, provider.port)).toMatchObject({
    ok: false,
    check: 'decisionsAreProven',
  });
});
