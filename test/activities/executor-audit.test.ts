// What an executor writes into its audit log about each order; and that it does not act where that cannot be written.
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type ExecutorDependencies, executorActivities } from '../../activities/executor.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import { type CredentialKind, ProviderError } from '../../domain/provider/provider.ts';
import { newWorld, NOW, rightful, saying, type World } from '../authority/rightful.ts';

let world: World;
let order: Order;
let audit: AuditEntry[];
let acts: string[];
let endings: string[];
let full: boolean;
beforeAll(async () => {
  world = await newWorld();
  order = await rightful(world);
});
beforeEach(() => {
  [audit, acts, endings, full] = [[], [], [], false];
});

const quarantine = {
  apply: async ({ step }: { step: Step }) => {
    acts.push(step.id);
    return { wasSo: false, evidence: {} };
  },
} as unknown as CredentialKind;

function executor(change: Partial<ExecutorDependencies> = {}) {
  const dependencies: ExecutorDependencies = {
    hand: () => quarantine,
    preflight: async () => ({ missing: [], unknown: null }),
    takes: () => true,
    untouchable: async () => [],
    verify: async () => ({
      ok: true,
      order,
      step: order.plan.steps[0] as Step,
      automatic: false,
      speakers: [{ id: 'sam' }, { id: 'ivo' }] as never,
      assurance: 'signed',
      evidence: {},
    }),
    begin: async () => ({ ok: true, ours: false, evidence: {}, ended: async (as) => void endings.push(as) }),
    speak: (said) => saying(world, 'identity-aws', said.message, { body: said.body }),
    now: () => NOW,
    audit: async (entry) => {
      if (full) throw new Error('ENOSPC');
      audit.push(entry);
    },
    ...change,
  };
  const { apply } = executorActivities(dependencies);
  return (sent: unknown = order) => new MockActivityEnvironment().run(apply, sent as Order);
}

const told = ({ stage, verdict, code, who }: AuditEntry) => [stage, verdict, code, who];

it('an order is written down before the act, and what came of it after', async () => {
  await executor()();
  expect(audit.map(told)).toEqual([
    ['warrant', 'accepted', 'ok', 'sam, ivo'],
    ['act', 'acted', 'ok', 'sam, ivo'],
  ]);
  expect(audit[0]).toMatchObject({
    what: 'order',
    id: 'order-1',
    answers: 's1',
    incident: order.incident,
    plan: hashOf(order.plan),
    from: expect.stringMatching(/\S+ \S+/),
  });
});

it('one whose entry cannot be written is refused, nothing is done, and its intention is taken back', async () => {
  full = true;
  await expect(executor()()).rejects.toMatchObject({
    type: 'refused',
    nonRetryable: true,
    message: expect.stringMatching(/audit log cannot be written.*\(auditIsKept\)/),
  });
  expect([acts, endings]).toEqual([[], ['withdrawn']]);
});

it('what was done is told although the log failed meanwhile', async () => {
  const filling: CredentialKind = {
    ...quarantine,
    apply: async (act) => {
      full = true;
      return quarantine.apply(act);
    },
  };
  await expect(executor({ hand: () => filling })()).resolves.toHaveProperty('statement');
  expect([acts, endings]).toEqual([['s1'], ['done']]);
});

it.each<[string, unknown]>([
  ['an order', { id: 'order-1', step: 's1' }],
  ['nothing', null],
  ['nonsense', 'drop everything'],
  ['an order that is all wrong', { id: 7, step: {}, plan: 'x', incident: ['a'] }],
])('a refusal is written down by its check, whatever came: %s', async (_, sent) => {
  const verify = async () => ({ ok: false as const, check: 'orderIsWellFormed', reason: 'no order' });
  await expect(executor({ verify })(sent)).rejects.toMatchObject({ type: 'refused' });
  expect(audit.map(told)).toEqual([['warrant', 'refused', 'orderIsWellFormed', null]]);
  full = true;
  await expect(executor({ verify })(sent)).rejects.toThrow('(orderIsWellFormed)');
  expect(acts).toEqual([]);
});

it('a failure is written down by its sort', async () => {
  const failing = {
    apply: () => Promise.reject(new ProviderError('denied', 'iam:AttachUserPolicy is missing')),
  } as unknown as CredentialKind;
  await expect(executor({ hand: () => failing })()).rejects.toMatchObject({
    type: 'denied',
  });
  expect(audit.map(told)).toEqual([
    ['warrant', 'accepted', 'ok', 'sam, ivo'],
    ['act', 'failed', 'denied', 'sam, ivo'],
  ]);
});
