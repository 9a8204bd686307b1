// `custody readiness` of an account on the emulator, with executors at work on Temporal: who could be contained today, who could not, and
// why. Each executor says what its own credentials lack; nothing is changed by the asking.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateServiceLinkedRoleCommand,
  DeletePolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { Worker } from '@temporalio/worker';
import { parse } from 'yaml';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { executorActivities } from '../../activities/executor.ts';
import { executorPolicySchema } from '../../authority/policy.schema.ts';
import { untouchableOf } from '../../authority/warrant/untouchable.ts';
import { connect, type CustodyClient, custodyClient } from '../../client/index.ts';
import type { Report } from '../../domain/readiness/report.ts';
import { checkout } from '../../local/checkout.mjs';
import { ACCOUNT, asTheEmulatorReadsIt, REGION, workload } from '../../local/demo/estate.ts';
import { demoRunbook, type Executor, executorPolicy, UNHURRIED } from '../../local/demo/policies.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { type Hand, hand, kindsOf } from '../../providers/aws/kinds.ts';
import { policyFor } from '../../providers/aws/permissions.ts';
import { NO_SESSIONS, QUARANTINE, type Restriction } from '../../providers/aws/policies.ts';
import { awsProvider } from '../../providers/aws/provider.ts';
import { executorQueue } from '../../workflows/messages.ts';
import { estateForThisFile } from '../attacker/estate.ts';
import { lacking } from '../attacker/deployed.ts';
import { policy, rolesOf } from '../attacker/roles.ts';
import { custody } from '../cli/a-terminal.ts';
import { atWork, devServer, type Stage } from './stage.ts';

const estate = estateForThisFile();
let stage: Stage;
let client: CustodyClient;
const asks: Pick<CustodyClient, 'polled' | 'askExecutor'> = {
  polled: (queue, of) => client.polled(queue, of),
  askExecutor: (asking) => client.askExecutor(asking),
};
let iam: IAMClient;
let folder: string;
let env: Record<string, string>;
let ends: (() => Promise<unknown>)[];
let stops: (() => Promise<void>)[] = [];

const FULL = 'deploy-robot-full';
const STRANGER = 'stranger';
const key = (reference: string, kind = 'iam-user') => `aws/${ACCOUNT}/${kind}/${reference}`;
const arn = (reference: string) => `arn:aws:iam::${ACCOUNT}:user/${reference}`;
const policyArn = ({ name }: Pick<Restriction, 'name'>) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

beforeAll(async () => {
  const dev = await devServer();
  ({ stage } = dev);
  const { connection, namespace } = await connect({ address: dev.server.address });
  client = custodyClient({ connection, namespace });
  ends = [() => client.close(), dev.stop];

  const { endpoint, root } = estate();
  iam = new IAMClient({ endpoint, region: REGION, credentials: root });
  const full = await workload(endpoint, FULL);
  for (let i = 0; i < 9; i += 1) {
    const PolicyDocument = policy({
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::b${i}`,
    });
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `full-${i}`, PolicyDocument }));
    await iam.send(new AttachUserPolicyCommand({ UserName: FULL, PolicyArn: Policy?.Arn ?? '' }));
  }
  await rolesOf(estate()).user(STRANGER);
  await rolesOf(estate()).role('web', rolesOf(estate()).anyone);
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'guardduty.amazonaws.com' }));

  folder = await mkdtemp(path.join(tmpdir(), 'custody-readiness-'));
  const shipped = path.join(checkout, 'runbooks', 'default');
  for (const name of ['people.yaml', 'authority.cedar'])
    await copyFile(path.join(shipped, name), path.join(folder, name));
  await writeFile(path.join(folder, 'runbook.yaml'), await demoRunbook(UNHURRIED, [estate(), full], 'ask'));
  env = { CUSTODY_RUNBOOK: folder, CUSTODY_ACCOUNT: ACCOUNT };
}, 60_000);
beforeEach(() => {
  const { endpoint, checker } = estate();
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', checker.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', checker.secretAccessKey);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});
afterAll(async () => {
  for (const end of ends) await end();
  await rm(folder, { recursive: true, force: true });
});

const EXECUTORS: Record<Executor, { as: Hand; credentials: () => Credentials }> = {
  'identity-aws': { as: 'cuts', credentials: () => estate().executors.identity },
  'owner-aws': { as: 'issues', credentials: () => estate().executors.owner },
};

/** As its process answers: with its own credentials and kinds. It is given no order here, and would take none. */
async function executor(name: Executor): Promise<() => Promise<void>> {
  const { as, credentials } = EXECUTORS[name];
  const { endpoint } = estate();
  const provider = awsProvider({ account: ACCOUNT, region: REGION, endpoint, credentials: credentials() });
  const kinds = kindsOf(as);
  const own = executorPolicySchema.parse(parse(executorPolicy(name)));
  const ordered = () => Promise.reject(new Error('an order came'));
  const worker = await Worker.create({
    connection: stage.connection,
    taskQueue: executorQueue(name),
    activities: executorActivities({
      hand: () => undefined,
      preflight: provider.preflight,
      takes: (kind) => kinds.includes(kind),
      untouchable: async (keys) => untouchableOf(keys, { policy: own, self: await provider.self() }),
      verify: ordered,
      begin: ordered,
      speak: ordered,
      now: () => '2026-11-24T03:12:00.000Z',
      audit: ordered,
    }),
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
  };
}

async function working(...names: Executor[]): Promise<void> {
  const others = Object.keys(EXECUTORS).map(executorQueue);
  stops = [await atWork(stage, others), ...(await Promise.all(names.map(executor)))];
  const queues = names.map(executorQueue);
  const known = async () => {
    const seen = [
      client.polled('custody', 'workflows'),
      ...queues.map((one) => client.polled(one, 'activities')),
    ];
    return (await Promise.all(seen)).every((one) => one);
  };
  await vi.waitUntil(known, { timeout: 20_000 });
}

async function readiness(...words: string[]): Promise<{ exit: number; report: Report }> {
  const { exit, out, err } = await custody(['readiness', ...words, '--json'], { env, client: asks });
  expect(err).toBe('');
  return { exit, report: JSON.parse(out) as Report };
}

const of = ({ identities }: Report, about: string) => {
  const found = identities.find((one) => one.key === about);
  if (found === undefined) throw new Error(`${about} is not in the report`);
  return found;
};
const kindsIn = (report: Report, about: string) => of(report, about).problems.map(({ kind }) => kind);

/** What the user or role has on, as IAM says. */
const worn = async (UserName: string) =>
  (await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies ?? [];

describe('an estate in which nobody polls for the owner', () => {
  let exit: number;
  let report: Report;

  it('is read whole, and every one is counted once', async () => {
    await working('identity-aws');
    const before = await worn(estate().user);
    ({ exit, report } = await readiness());
    expect(exit).toBe(10);
    const total = Object.values(report.counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(report.identities.length);
    expect(new Set(report.identities.map((one) => one.key)).size).toBe(total);
    expect(report.identities.map((one) => one.key)).toEqual(
      expect.arrayContaining([
        key('root', 'root'),
        key(estate().user),
        key(FULL),
        key(STRANGER),
        key('web', 'iam-role'),
      ]),
    );
    expect(await worn(estate().user)).toEqual(before);
    const open = [];
    for await (const one of client.list({ closedToo: true })) open.push(one);
    expect(open).toEqual([]);
  });

  it('can be cut, and the service would not come back', () => {
    const robot = of(report, key(estate().user));
    expect(robot).toMatchObject({ state: 'inPart', class: 'ci-cd', owner: 'service-owner', works: ['cut'] });
    expect(robot.problems).toMatchObject([
      { kind: 'absent', says: expect.stringContaining('owner-aws'), stops: ['afterwards', 'restrict'] },
    ]);
    expect(report.workers).toContainEqual({
      name: 'owner-aws',
      role: 'executor',
      there: false,
      says: expect.stringContaining('nobody polls'),
    });
  });

  it('names who has no room and who has no owner; what people do by hand is in nobody’s way', () => {
    expect(of(report, key(FULL)).state).toBe('no');
    expect(kindsIn(report, key(FULL))).toContain('quota');
    expect(of(report, key(STRANGER))).toMatchObject({ state: 'inPart', owner: null });
    expect(kindsIn(report, key(STRANGER))).toEqual(['owner']);
    // Nobody in this runbook writes inline policies, so people are asked for the cut-off of its sessions.
    expect(of(report, key('web', 'iam-role'))).toMatchObject({ state: 'inPart', works: ['cut', 'restrict'] });
    expect(kindsIn(report, key('web', 'iam-role'))).toEqual(['owner']);
  });

  it('names whom the executor itself would refuse, though people approve: those that it protects', () => {
    const checker = of(report, key('custody-checker'));
    expect(checker).toMatchObject({ state: 'no', works: [] });
    const [refused] = report.problems.filter(({ kind }) => kind === 'refused');
    expect(refused).toMatchObject({
      says: expect.stringMatching(/^identity-aws would refuse it.*policy\.yaml protects it \(.*custody-\*\)/),
      who: 'whoever writes the runbook',
      identities: expect.arrayContaining([key('custody-checker'), key('custody-identity')]),
    });
    expect(refused?.identities.every((one) => one.includes('/custody-'))).toBe(true);
  });

  it('leaves to others what is not custody’s to cut', () => {
    expect(of(report, key('root', 'root'))).toMatchObject({
      state: 'others',
      why: expect.stringMatching(/mailbox/),
    });
    const linked = report.identities.filter((one) => one.key.includes('AWSServiceRole'));
    expect(linked.length).toBeGreaterThan(0);
    expect(
      linked.every(({ state, why }) => state === 'others' && /linked to a service/.test(why ?? '')),
    ).toBe(true);
    expect(report.counts.others).toBe(linked.length + 1);
  });

  it('is said in plain words, with who can do something about it', async () => {
    await working('identity-aws');
    const { exit: code, out } = await custody(['readiness', '--only', arn(FULL)], { env, client: asks });
    expect(code).toBe(10);
    expect(out).toMatch(/1 {2}could NOT be contained/);
    expect(out).toMatch(/has 10 attached policies/);
    expect(out).toMatch(/owner-aws is not there: nobody polls its task queue/);
    expect(out).toMatch(/to be done by Service owners \(service-owner\)/);
  });
});

describe('with everybody at work', () => {
  it('the robot is ready, and nothing is left to do', async () => {
    await working('identity-aws', 'owner-aws');
    const { exit, report } = await readiness('--only', arn(estate().user));
    expect(report.problems).toEqual([]);
    expect(of(report, key(estate().user))).toMatchObject({ state: 'ready', works: ['cut', 'restrict'] });
    expect(report.workers.every(({ there }) => there)).toBe(true);
    expect(exit).toBe(0);
  });

  it('is of one class alone, where that is asked', async () => {
    await working('identity-aws', 'owner-aws');
    const two = ['--only', arn(STRANGER), '--only', arn(estate().user)];
    const { report } = await readiness('--class', 'ci-cd', ...two);
    expect(report.identities.map((one) => one.key)).toEqual([key(estate().user)]);
    expect(report.classes.map((one) => one.class)).toEqual(['ci-cd']);
  });

  it('plan show says before an incident that nothing is missing', async () => {
    await working('identity-aws', 'owner-aws');
    const { exit, out } = await custody(['plan', 'show', arn(estate().user)], { env, client: asks });
    expect(exit).toBe(0);
    expect(out).toMatch(/identity-aws has all that its steps need/);
    expect(out).toMatch(/owner-aws has all that its steps need/);
  });
});

describe('an executor whose credentials lack a permission', () => {
  beforeAll(async () => {
    const { kinds, verbs } = hand('cuts');
    const whole = policyFor(kinds, verbs, { account: ACCOUNT, self: 'user/custody-identity' });
    const PolicyDocument = JSON.stringify(asTheEmulatorReadsIt(lacking(whole, 'iam:UpdateAccessKey')));
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: policyArn({ name: 'custody-identity-policy' }),
        PolicyDocument,
        SetAsDefault: true,
      }),
    );
  });
  afterAll(async () => {
    const PolicyArn = policyArn({ name: 'custody-identity-policy' });
    const { kinds, verbs } = hand('cuts');
    const PolicyDocument = JSON.stringify(
      asTheEmulatorReadsIt(policyFor(kinds, verbs, { account: ACCOUNT, self: 'user/custody-identity' })),
    );
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  });

  it('stops whoever has keys, and is named with it', async () => {
    await working('identity-aws', 'owner-aws');
    const { exit, report } = await readiness('--only', arn(estate().user));
    expect(exit).toBe(10);
    const robot = of(report, key(estate().user));
    expect(robot).toMatchObject({ state: 'no', works: [] });
    expect(robot.problems).toMatchObject([
      {
        kind: 'lacking',
        says: expect.stringMatching(/^identity-aws lacks iam:UpdateAccessKey/),
        who: 'Identity team (identity)',
      },
    ]);
  });

  it('is said by plan show, too', async () => {
    await working('identity-aws', 'owner-aws');
    const { out } = await custody(['plan', 'show', arn(estate().user)], { env, client: asks });
    expect(out).toMatch(/identity-aws lacks iam:UpdateAccessKey/);
  });
});

describe('where executors cannot be asked', () => {
  it('nobody is said to be ready', async () => {
    const { exit, out } = await custody(['readiness', '--json', '--only', arn(estate().user)], { env });
    const report = JSON.parse(out) as Report;
    expect(exit).toBe(10);
    expect(of(report, key(estate().user))).toMatchObject({ state: 'unknown', works: [] });
    expect(kindsIn(report, key(estate().user))).toContain('notSaid');
    expect(report.workers.every(({ there }) => there === null)).toBe(true);
  });

  it('plan show says so, and shows the plan', async () => {
    const { exit, out } = await custody(['plan', 'show', arn(estate().user)], { env });
    expect(exit).toBe(0);
    expect(out).toContain('cut the access now');
    expect(out).toMatch(/identity-aws was not asked.*no Temporal/);
  });
});

describe('an account in which a deployed policy is not as it was', () => {
  it('names an altered quarantine, which stops every cut', async () => {
    const PolicyDocument = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: policyArn(QUARANTINE),
        PolicyDocument,
        SetAsDefault: true,
      }),
    );
    await working('identity-aws', 'owner-aws');
    const { exit, report } = await readiness('--only', arn(estate().user), '--only', arn(STRANGER));
    expect(exit).toBe(10);
    // It can still be restricted.
    expect(of(report, key(estate().user))).toMatchObject({ state: 'inPart', works: ['restrict'] });
    expect(of(report, key(STRANGER))).toMatchObject({ state: 'no', works: [] });
    const [altered] = report.problems.filter(({ kind }) => kind === 'policy');
    expect(altered).toMatchObject({
      says: expect.stringMatching(/custody-quarantine is not the content/),
      stops: ['cut'],
    });
    expect(altered?.identities.toSorted()).toEqual([key(estate().user), key(STRANGER)]);
  });

  it('names a policy that is missing', async () => {
    await iam.send(new DeletePolicyCommand({ PolicyArn: policyArn(NO_SESSIONS) }));
    await working('identity-aws', 'owner-aws');
    const { report } = await readiness('--only', arn(estate().user));
    expect(of(report, key(estate().user))).toMatchObject({ state: 'no', works: [] });
    expect(of(report, key(estate().user)).problems).toContainEqual(
      expect.objectContaining({
        kind: 'policy',
        says: expect.stringMatching(/custody-no-sessions does not exist/),
      }),
    );
  });
});

describe('what cannot be read', () => {
  it('is not ready: the permission is named', async () => {
    const { executors } = estate();
    vi.stubEnv('AWS_ACCESS_KEY_ID', executors.identity.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', executors.identity.secretAccessKey);
    await working('identity-aws');
    const one = await readiness('--only', `arn:aws:iam::${ACCOUNT}:role/web`);
    expect(one.exit).toBe(10);
    expect(of(one.report, key('web', 'iam-role'))).toMatchObject({ state: 'unknown', class: null });
    const whole = await readiness();
    expect(whole.exit).toBe(10);
    expect(whole.report.unlisted).toMatchObject([expect.stringMatching(/iam:ListUsers/)]);
  });

  it('is said of whom AWS does not know', async () => {
    await working('identity-aws');
    const { exit, report } = await readiness('--only', arn('gone'));
    expect(exit).toBe(10);
    expect(of(report, key('gone'))).toMatchObject({
      state: 'unknown',
      problems: [{ kind: 'unread', says: expect.stringMatching(/does not exist/) }],
    });
  });
});
