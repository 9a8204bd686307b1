// Executors are asked about themselves, through an orchestrator and on a real server: what one lacks is said of each identity, who is
// not there is said to be absent, and nothing is held, ordered or told by it.
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, type CustodyClient, custodyClient } from '../../client/index.ts';
import {
  type Evidence,
  type Preflight,
  type Provider,
  ProviderError,
} from '../../domain/provider/provider.ts';
import type { Asking, Needs } from '../../domain/readiness/asking.ts';
import { executorQueue, READINESS_TYPE, TASK_QUEUE } from '../../workflows/messages.ts';
import { discovery } from '../domain/incident/world.ts';
import { Plane } from './plane.ts';
import { atWork, devServer, type Stage } from './stage.ts';

/** An executor that may touch some users and not others, as its IAM policy names them. */
class Partly extends Plane {
  readonly may = new Set<string>();
  readonly asked: string[][] = [];
  denied = false;

  override get provider(): Provider {
    return { ...super.provider, preflight: async (wanted, targets = []) => this.#says(wanted, targets) };
  }

  #says(wanted: readonly string[], targets: readonly Evidence[]): Preflight {
    const users = targets.flatMap(({ userName }) => userName ?? []);
    this.asked.push(users);
    if (this.denied) throw new ProviderError('denied', 'Not the right credentials.');
    const granted = users.filter((user) => this.may.has(user));
    if (granted.length === users.length) return { missing: [], unknown: null };
    return granted.length === 0
      ? { missing: [...wanted], unknown: null }
      : { missing: [], unknown: `It depends: ${wanted.join(', ')}.` };
  }
}

const plane = new Partly(discovery);
let stage: Stage;
let client: CustodyClient;
let ends: (() => Promise<void>)[];
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  const dev = await devServer({ plane });
  ({ stage } = dev);
  const { connection, namespace } = await connect({ address: dev.server.address });
  client = custodyClient({ connection, namespace });
  ends = [() => client.close(), dev.stop];
}, 60_000);
beforeEach(() => {
  plane.may.clear();
  plane.asked.length = 0;
  plane.denied = false;
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
});
afterAll(async () => {
  for (const end of ends) await end();
});

/** Once Temporal knows of the workers: they say so when they first ask for work. */
async function working(absent: readonly string[] = []): Promise<void> {
  stop = await atWork(stage, absent);
  const there = () =>
    Promise.all([
      client.polled(TASK_QUEUE, 'workflows'),
      client.polled(executorQueue('identity-aws'), 'activities'),
    ]);
  await vi.waitUntil(async () => (await there()).every((one) => one), { timeout: 20_000 });
}

const needs = (name: string, more: Partial<Needs> = {}): Needs => ({
  key: `aws/123456789012/iam-user/${name}`,
  permissions: ['iam:AttachUserPolicy'],
  targets: [{ userName: name }],
  kinds: [],
  touches: [`aws/123456789012/iam-user/${name}`],
  ...more,
});

const asking = (names: readonly string[], more: Partial<Asking> = {}): Asking => ({
  executor: 'identity-aws',
  account: '123456789012',
  pickUpMs: 30_000,
  needs: names.map((name) => needs(name)),
  ...more,
});

const NOTHING = { missing: [], notTaken: [], untouchable: [], unknown: null };
const LACKS = { ...NOTHING, missing: ['iam:AttachUserPolicy'] };

describe('an executor at work', () => {
  beforeEach(async () => {
    await working();
  });

  it('is asked once about many, where it has all that they need', async () => {
    plane.may.add('a').add('b').add('c');
    const answer = await client.askExecutor(asking(['a', 'b', 'c']));
    expect(answer).toEqual({
      absent: false,
      held: ['a', 'b', 'c'].map((name) => ({ key: needs(name).key, ...NOTHING })),
    });
    expect(plane.asked).toEqual([['a', 'b', 'c']]);
  });

  it('is asked about fewer, until each is known, where it has it for some alone', async () => {
    plane.may.add('a').add('c').add('d');
    const answer = await client.askExecutor(asking(['a', 'b', 'c', 'd']));
    if (answer.absent) throw new Error('it is there');
    expect(answer.held.map(({ missing, unknown }) => [missing.length, unknown])).toEqual([
      [0, null],
      [1, null],
      [0, null],
      [0, null],
    ]);
    expect(plane.asked).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['a'], ['b'], ['c', 'd']]);
  });

  it('is said to lack, of each, what that one needs and no more', async () => {
    const both = [
      needs('a', { permissions: ['iam:AttachUserPolicy', 'iam:UpdateAccessKey'] }),
      needs('b', { kinds: ['aws/nowhere', 'aws/quarantine'] }),
    ];
    expect(await client.askExecutor(asking([], { needs: both }))).toEqual({
      absent: false,
      held: [
        { ...LACKS, key: both[0]?.key, missing: ['iam:AttachUserPolicy', 'iam:UpdateAccessKey'] },
        { ...LACKS, key: both[1]?.key, notTaken: ['aws/nowhere'] },
      ],
    });
  });

  it('is asked about more identities than one question holds', async () => {
    const names = Array.from({ length: 45 }, (_, i) => `user-${i}`);
    for (const name of names) plane.may.add(name);
    const answer = await client.askExecutor(asking(names));
    expect(answer.absent ? [] : answer.held.map(({ key }) => key)).toEqual(
      names.map((name) => needs(name).key),
    );
    expect(plane.asked.map((one) => one.length)).toEqual([20, 20, 5]);
  });

  it('holds nothing, does nothing, and tells nobody', async () => {
    plane.may.add('a');
    await client.askExecutor(asking(['a']));
    const open = [];
    for await (const one of client.list({ closedToo: true })) open.push(one);
    expect(open).toEqual([]);
    expect(plane.acts).toEqual([]);
    expect(stage.told.notices).toEqual([]);
    expect(stage.audit).toEqual([]);
  });

  it.each([
    undefined,
    null,
    'x',
    {},
    { executor: 'x', account: null, pickUpMs: 1, needs: [] },
    { needs: [null] },
  ])('is not asked %j', async (sent) => {
    const ran = stage.client.workflow.execute(READINESS_TYPE, {
      workflowId: `readiness/${JSON.stringify(sent)}`,
      taskQueue: TASK_QUEUE,
      args: [sent],
    });
    const error = await ran.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toMatchObject({ type: 'unreadableStart' });
  });
});

it('an executor that nobody runs is absent, and Temporal knows of no worker there', async () => {
  await working([executorQueue('owner-aws')]);
  expect(await client.askExecutor(asking(['a'], { executor: 'nobody-runs', pickUpMs: 500 }))).toEqual({
    absent: true,
  });
  expect(await client.polled(executorQueue('nobody-runs'), 'activities')).toBe(false);
  expect(await client.polled(executorQueue('identity-aws'), 'activities')).toBe(true);
});

it('an executor that cannot read its own permissions has not said that it has them, and is not asked about each', async () => {
  await working();
  plane.denied = true;
  const answer = await client.askExecutor(asking(['a', 'b']));
  expect(plane.asked).toHaveLength(1);
  expect(answer).toMatchObject({
    absent: false,
    held: [
      { unknown: expect.stringMatching(/right credentials/) },
      { unknown: expect.stringMatching(/right/) },
    ],
  });
});
