// What a running executor does for itself, on the emulator: it does not cut itself, writes down what it does, and does nothing twice
// that was undone, whatever it is sent.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AttachUserPolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { plus } from '../../domain/instant/instant.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Act } from '../../domain/provider/provider.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { ACCOUNT, REGION, workload } from '../../local/demo/estate.ts';
import { awsProvider } from '../../providers/aws/provider.ts';
import { estateForThisFile } from '../attacker/estate.ts';
import { firstRun, newWorld, policyOf, sees, type World } from '../authority/rightful.ts';
import { anExecutor, type Executor, now, orderOf, planOf } from './an-executor.ts';

const estate = estateForThisFile();
const folders: string[] = [];
let world: World;
let executor: Executor;
const KINDS = ['aws/quarantine', 'aws/no-sessions', 'aws/access-key'];

const newFolder = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-state-'));
  folders.push(folder);
  return folder;
};
const providerAs = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
  awsProvider({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials });
const started = async (state: string) =>
  anExecutor({
    world,
    provider: providerAs(estate().executors.identity),
    policy: policyOf('identity-aws', { kinds: KINDS, protected: [] }),
    state,
  });

beforeAll(async () => {
  world = await newWorld();
  executor = await started(await newFolder());
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const iam = () => new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
const worn = async (UserName: string): Promise<string[]> => {
  const { AttachedPolicies = [] } = await iam().send(new ListAttachedUserPoliciesCommand({ UserName }));
  return AttachedPolicies.flatMap(({ PolicyName }) => PolicyName ?? []).filter((name) =>
    name.startsWith('custody-q'),
  );
};
const planFor = async (reference: string, change: Partial<Plan> = {}) => {
  const found = await providerAs(estate().checker).discover({
    id: 'discover-1',
    incident: 'incident/x',
    firstRun,
    identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference },
    credentials: [],
    secret: null,
  });
  return planOf(found, change);
};

it('knows who it is', async () => {
  const who = await Promise.all(
    [estate().executors.identity, estate().checker, estate().root].map((one) => providerAs(one).self()),
  );
  expect(who).toEqual([
    [`aws/${ACCOUNT}/iam-user/custody-identity`],
    [`aws/${ACCOUNT}/iam-user/custody-checker`],
    [`aws/${ACCOUNT}/root/root`],
  ]);
});

it('does not quarantine itself, although two parties approved it', async () => {
  const self = 'custody-identity';
  const plan = await planFor(self);
  await expect(executor.apply(await orderOf(world, plan, 's1'))).rejects.toMatchObject({
    type: 'refused',
    nonRetryable: true,
    message: expect.stringContaining('(identityIsNotOurs)'),
  });
  expect(await worn(self)).toEqual([]);
  expect(executor.audit.at(-1)).toMatchObject({
    verdict: 'refused',
    code: 'identityIsNotOurs',
    answers: 's1',
  });
  expect(await executor.ledger.acts()).toEqual([]);
});

describe('a warrant is used once', () => {
  const robot = 'used-once-robot';
  let plan: Plan;
  let state: string;
  const seen = async () =>
    sees(
      world,
      [1, 2, 3].map((i) => ({ step: `s${i}`, holds: true })),
      {
        plan: hashOf(plan),
        incident: plan.incident,
        now: now(),
      },
    );
  const lifted = async (by: Executor) =>
    by.undo(await orderOf(world, plan, 's4', { results: [await seen()] }));

  beforeAll(async () => {
    await workload(estate().endpoint, robot);
    state = await newFolder();
    executor = await started(state);
    plan = await planFor(robot);
  });

  it('and until then an order may come again, also once somebody has taken off what it put on', async () => {
    const order = await orderOf(world, plan, 's1');
    await executor.apply(order);
    await executor.apply(order);
    expect(await worn(robot)).toEqual(['custody-quarantine']);
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine`;
    await iam().send(new DetachUserPolicyCommand({ UserName: robot, PolicyArn }));
    await executor.apply(order);
    expect(await worn(robot)).toEqual(['custody-quarantine']);
    expect((await executor.ledger.acts()).map(({ step, ended }) => [step, ended?.as])).toEqual([
      ['s1', 'done'],
      ['s1', 'done'],
      ['s1', 'done'],
    ]);
  });

  it('an undo that the provider refuses has undone nothing', async () => {
    // Without the deny on sessions the quarantine must stay.
    await expect(lifted(executor)).rejects.toMatchObject({ type: 'impossible' });
    expect((await executor.ledger.acts()).at(-1)?.ended?.as).toBe('withdrawn');
    await executor.apply(await orderOf(world, plan, 's1'));
  });

  it('after the undo it is used up, also after a restart', async () => {
    await executor.apply(await orderOf(world, plan, 's2'));
    await executor.apply(await orderOf(world, plan, 's3'));
    await lifted(executor);
    expect(await worn(robot)).toEqual([]);
    const restarted = await started(state);
    for (const one of [executor, restarted]) {
      await expect(one.apply(await orderOf(world, plan, 's1'))).rejects.toThrow(/\(warrantIsNotUsedUp\)/);
      await lifted(one);
    }
    expect(await worn(robot)).toEqual([]);
  });

  it('and so it is once the executor has acted on a newer plan', async () => {
    const newer = await planFor(robot, { madeAt: plus(plan.madeAt, 1_000) });
    await executor.apply(await orderOf(world, newer, 's1'));
    await expect(lifted(executor)).rejects.toThrow(/\(warrantIsNotUsedUp\)/);
    expect(await worn(robot)).toEqual(['custody-quarantine']);
  });
});

it('does nothing that it cannot write down', async () => {
  const robot = 'unwritten-robot';
  await workload(estate().endpoint, robot);
  const state = await newFolder();
  const spoilt = await started(state);
  const order = await orderOf(world, await planFor(robot), 's1');
  await writeFile(path.join(state, 'ledger.jsonl'), 'this is no ledger\n');
  await expect(spoilt.apply(order)).rejects.toMatchObject({
    type: 'refused',
    message: expect.stringMatching(/what is not written down is not done.*\(ledgerIsKept\)$/),
  });
  expect(await worn(robot)).toEqual([]);
  expect(spoilt.audit).toMatchObject([{ verdict: 'refused', code: 'ledgerIsKept' }]);
});

const wasSoIn = ({ statement }: Saying): unknown =>
  JSON.parse(Buffer.from(statement, 'base64url').toString()).body.wasSo;

it('tells what somebody else has put on from its own, however often it is asked', async () => {
  const robot = 'foreign-robot';
  await workload(estate().endpoint, robot);
  const plan = await planFor(robot);
  await iam().send(
    new AttachUserPolicyCommand({
      UserName: robot,
      PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine`,
    }),
  );
  const executor = await started(await newFolder());
  for (let i = 0; i < 2; i++)
    expect(wasSoIn(await executor.apply(await orderOf(world, plan, 's1')))).toBe(true);
  expect((await executor.ledger.acts()).map(({ ended }) => ended?.as)).toEqual(['wasSo', 'wasSo']);
});

it('remembers an act that was cut short as one that may have been done', async () => {
  const robot = 'cut-short-robot';
  await workload(estate().endpoint, robot);
  const state = await newFolder();
  const provider = providerAs(estate().executors.identity);
  const dying = await anExecutor({
    world,
    policy: policyOf('identity-aws', { kinds: KINDS, protected: [] }),
    state,
    provider: {
      ...provider,
      hand: (...of) => {
        const kind = provider.hand(...of);
        if (kind === undefined) return undefined;
        const apply = async (act: Act) => {
          await kind.apply(act);
          throw new Error('the process ended here');
        };
        return { ...kind, apply };
      },
    },
  });
  const plan = await planFor(robot);
  await expect(dying.apply(await orderOf(world, plan, 's1'))).rejects.toThrow(/ended here/);
  const restarted = await started(state);
  expect((await restarted.ledger.acts()).map(({ ended }) => ended?.as)).toEqual(['failed']);
  // Whoever undoes it must know that it is the executor's own.
  expect(wasSoIn(await restarted.apply(await orderOf(world, plan, 's1')))).toBe(false);
  const older = await planFor(robot, { madeAt: plus(plan.madeAt, -60_000), class: 'other' });
  await expect(restarted.apply(await orderOf(world, older, 's2'))).rejects.toThrow(/\(warrantIsNotUsedUp\)/);
});
