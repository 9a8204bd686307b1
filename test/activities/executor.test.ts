// What an executor answers when it is asked which permissions it lacks: no warrant is needed for that, and nothing missing is a failure.
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import {
  type ExecutorDependencies,
  executorActivities,
  type ToPreflight,
} from '../../activities/executor.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import { type CredentialKind, ProviderError } from '../../domain/provider/provider.ts';

function asked(preflight: ExecutorDependencies['preflight']) {
  const activities = executorActivities({
    hand: () => undefined,
    preflight,
    takes: (kind) => kind === 'aws/quarantine',
    untouchable: async (keys, account) => keys.map((key) => ({ key, why: `kept in ${account}` })),
    verify: async () => ({ ok: false, check: 'none', reason: 'no order is checked here' }),
    begin: async () => ({ ok: false, check: 'none', reason: 'nothing is begun here' }),
    speak: async () => ({ statement: 'x' }),
    now: () => '2026-11-24T03:12:00.000Z',
    audit: async () => {},
  });
  const env = new MockActivityEnvironment();
  return (sent: ToPreflight) => env.run(activities.preflight, sent);
}

it('is what its provider says of these permissions, on these targets in that account', async () => {
  const heard: unknown[] = [];
  const preflight = asked(async (...of) => {
    heard.push(of);
    return { missing: ['iam:UpdateAccessKey'], unknown: 'iam:CreateAccessKey' };
  });
  const permissions = ['iam:UpdateAccessKey', 'iam:CreateAccessKey'];
  const targets = [{ userName: 'deploy-robot' }];
  const said = { missing: ['iam:UpdateAccessKey'], unknown: 'iam:CreateAccessKey' };
  expect(await preflight({ permissions, targets, account: '123456789012' })).toEqual(said);
  expect(await preflight({ permissions })).toEqual(said);
  expect(heard).toEqual([
    [permissions, targets, '123456789012'],
    [permissions, [], null],
  ]);
});

it('says which kinds its own policy does not let it take, where it is asked about any', async () => {
  const preflight = asked(async () => ({ missing: [], unknown: null }));
  const kinds = ['aws/quarantine', 'aws/role-session-cut-off'];
  const said = await preflight({ permissions: [], kinds });
  expect(said).toEqual({ missing: [], unknown: null, notTaken: ['aws/role-session-cut-off'] });
});

it('says whom it would refuse in that account, where it is asked about anybody', async () => {
  const preflight = asked(async () => ({ missing: [], unknown: null }));
  const said = await preflight({ permissions: [], account: '123456789012', keys: ['a', 'b'] });
  const why = 'kept in 123456789012';
  const untouchable = ['a', 'b'].map((key) => ({ key, why }));
  expect(said).toEqual({ missing: [], unknown: null, untouchable });
});

it.each([
  ['throttled', false],
  ['denied', true],
] as const)('fails sorted, as other work does, where it cannot ask: %s', async (sort, nonRetryable) => {
  const preflight = asked(async () => {
    throw new ProviderError(sort, 'AWS did not answer');
  });
  await expect(preflight({ permissions: [] })).rejects.toMatchObject({ type: sort, nonRetryable });
});

it('an order that is taken back ends what only waits, and nothing was done', async () => {
  const ends: string[] = [];
  const order = { plan: { identity: {} }, step: 's1' } as unknown as Order;
  const step = { kind: 'aws/role-quarantine', verb: 'undo', reversibility: 'reversible' } as Step;
  const waits: CredentialKind = {
    kind: step.kind,
    reversibility: 'reversible',
    permissions: { apply: [], undo: [], check: [] },
    apply: () => Promise.reject(new Error('it is to be undone')),
    undo: ({ withdrawn }) => withdrawn,
    check: () => Promise.reject(new Error('it is to be undone')),
  };
  const { undo } = executorActivities({
    hand: () => waits,
    takes: () => true,
    untouchable: () => Promise.reject(new Error('nobody asks')),
    preflight: () => Promise.reject(new Error('nobody asks')),
    verify: async () => ({
      ok: true,
      order,
      step,
      automatic: false,
      speakers: [],
      assurance: 'signed',
      evidence: {},
    }),
    begin: async () => ({ ok: true, ended: async (as) => void ends.push(as), ours: false, evidence: {} }),
    speak: async () => ({ statement: 'x' }),
    now: () => '2026-11-24T03:12:00.000Z',
    audit: async () => {},
  });
  const env = new MockActivityEnvironment();
  const undoing = env.run(undo, order);
  env.cancel();
  await expect(undoing).rejects.toBeInstanceOf(CancelledFailure);
  expect(ends).toEqual(['withdrawn']);
});
