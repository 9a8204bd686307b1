// A worker of one account acts in another by a role that stands there for it: under its external id, marked with the incident, and with no
// more rights than the step needs.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { handleOf, keyOf } from '../../../domain/identity/identity.ts';
import type { Plan, Step } from '../../../domain/plan/plan.schema.ts';
import type { Evidence, Provider, Verb } from '../../../domain/provider/provider.ts';
import { asTheEmulatorReadsIt, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { type Credentials, connect } from '../../../providers/aws/clients.ts';
import { policyFor, type Verb as Granted } from '../../../providers/aws/permissions.ts';
import { arnOf, QUARANTINE, WORN } from '../../../providers/aws/policies.ts';
import { awsProvider } from '../../../providers/aws/provider.ts';
import { policyOfStep, roleArn, sessionOf } from '../../../providers/aws/session.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { allow, rolesOf } from '../../attacker/roles.ts';
import { type SecondAccount, secondAccount } from '../../attacker/second-account.ts';
import { thief } from '../../attacker/thief.ts';

const estate = estateForThisFile();
const EXTERNAL_ID = 'custody-of-example-com';
const iamOf = (credentials: Credentials) =>
  new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials });

let there: SecondAccount;
/** Of the first account: it may become roles, and nothing else. */
let home: Credentials;
let robot: Workload;

beforeAll(async () => {
  there = await secondAccount(estate().endpoint);
  home = await workerAtHome('custody-worker');
  const root = iamOf(there.root);
  for (const { name, document } of WORN) {
    await root.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }));
  }
  await role(
    'custody-cuts',
    ['aws/quarantine', 'aws/no-sessions', 'aws/access-key', 'aws/access-key-deletion'],
    ['apply', 'undo', 'preflight'],
  );
  await role('custody-issues', ['aws/access-key-replacement'], ['apply', 'preflight']);
  await role('custody-ends', ['aws/role-quarantine', 'aws/role-session-cut-off'], ['apply', 'undo']);
  await role('custody-looks', Object.keys(as('custody-looks').kinds), ['check', 'discover']);
  robot = await workload(estate().endpoint, 'far-robot', there);
});

async function workerAtHome(user: string): Promise<Credentials> {
  const root = iamOf(estate().root);
  await root.send(new CreateUserCommand({ UserName: user }));
  const mayBecome = {
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Resource: 'arn:aws:iam::*:role/custody-*',
  };
  const oneself = { Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' };
  await root.send(
    new PutUserPolicyCommand({
      UserName: user,
      PolicyName: 'becomes',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [mayBecome, oneself] }),
    }),
  );
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: user }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function role(name: string, kinds: readonly string[], verbs: readonly Granted[]): Promise<void> {
  const root = iamOf(there.root);
  const trusted = { AWS: `arn:aws:iam::${estate().account}:user/custody-worker` };
  await root.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: trusted,
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
          },
          { Effect: 'Allow', Principal: trusted, Action: 'sts:TagSession' },
        ],
      }),
    }),
  );
  const all = as(name).kinds;
  const policy = policyFor(
    kinds.flatMap((kind) => all[kind] ?? []),
    verbs,
    { account: there.account },
  );
  await root.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: 'custody',
      PolicyDocument: JSON.stringify(asTheEmulatorReadsIt(policy)),
    }),
  );
}

const as = (name: string, externalId = EXTERNAL_ID): Provider =>
  awsProvider({
    account: there.account,
    region: REGION,
    endpoint: estate().endpoint,
    credentials: home,
    role: { role: name, externalId },
  });

async function planFor(user: string, kind = 'iam-user'): Promise<Plan> {
  const identity = { provider: 'aws', account: there.account, kind, reference: user };
  const incident = `incident/${keyOf(identity)}`;
  const found = await as('custody-looks').discover({
    id: 'discover-1',
    incident,
    firstRun: 'run-1',
    identity,
    credentials: [],
    secret: `${user}/access-key`,
  });
  return {
    v: 1,
    incident,
    firstRun: 'run-1',
    identity,
    class: 'workload',
    strategy: 'cut',
    runbook: '0'.repeat(64),
    drill: false,
    mode: 'ask',
    madeAt: new Date().toISOString(),
    steps: (found.proposals.cut ?? []).map((proposal, i) => ({
      ...proposal,
      id: `s${i + 1}`,
      executor: 'identity-aws',
      checker: 'aws',
      party: 'identity',
      gate: 'act',
      notAfter: '2100-01-01T00:00:00.000Z',
    })),
  };
}

const handOf = (provider: Provider, plan: Plan, step: Step, verb: Verb) => {
  const kind = provider.hand(plan, step, verb);
  if (kind === undefined) throw new Error(`no kind ${step.kind}`);
  return kind;
};

describe('in another account', () => {
  it('it cuts and brings back, step by step, and the thief is out', async () => {
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    expect(await stranger.byKey()).toBe('works');
    expect(await stranger.bySession()).toBe('works');
    const plan = await planFor(robot.user);
    const evidence: Record<string, Evidence> = {};
    for (const step of plan.steps) {
      const act = { plan, step, orderedAt: plan.madeAt, evidence, heartbeat: () => {} };
      const provider = as(step.part === 'owner' ? 'custody-issues' : 'custody-cuts');
      const done = await handOf(provider, plan, step, step.verb)[step.verb](act);
      evidence[step.id] = done.evidence;
      if (step.part === 'owner') continue;
      const sight = { plan, step, evidence: done.evidence };
      const seen = await handOf(as('custody-looks'), plan, step, 'check').check(sight);
      expect(seen, step.does).toMatchObject({ holds: true });
      expect(await stranger.byKey(), step.does).not.toBe('works');
      if (step.phase !== 'hardening') expect(await stranger.bySession(), step.does).not.toBe('works');
    }
    expect(plan.steps.map(({ kind }) => kind)).toContain('aws/access-key-replacement');
  });

  it('it cuts a role, and the sessions of one that this can become', async () => {
    const far = rolesOf({ ...estate(), account: there.account, root: there.root });
    const second = await far.role('far-reports', far.anyone);
    await far.role('far-web', (await far.user('far-service')).arn, allow('sts:AssumeRole', second.arn));
    const plan = await planFor('far-web', 'iam-role');
    const containment = plan.steps.filter(({ phase }) => phase === 'containment');
    expect(containment.map(({ target }) => target['roleName'])).toEqual([
      'far-web',
      'far-web',
      'far-reports',
    ]);
    for (const step of containment) {
      const act = { plan, step, orderedAt: plan.madeAt, evidence: {}, heartbeat: () => {} };
      await handOf(as('custody-ends'), plan, step, 'apply').apply(act);
    }
    for (const step of containment) {
      const sight = { plan, step, evidence: {} };
      expect(await handOf(as('custody-looks'), plan, step, 'check').check(sight)).toMatchObject({
        holds: true,
      });
    }
  });

  it('who it is: the role there, and who becomes it', async () => {
    expect(await as('custody-cuts').self()).toEqual([
      `aws/${there.account}/iam-role/custody-cuts`,
      `aws/${estate().account}/iam-user/custody-worker`,
    ]);
  });

  it('without the right external id it is nobody, and says what is missing', async () => {
    const plan = await planFor(robot.user);
    const [step] = plan.steps;
    if (step === undefined) throw new Error('no step');
    const act = { plan, step, orderedAt: plan.madeAt, evidence: {}, heartbeat: () => {} };
    await expect(handOf(as('custody-cuts', 'another'), plan, step, 'apply').apply(act)).rejects.toMatchObject(
      {
        sort: 'denied',
        permission: 'sts:AssumeRole',
      },
    );
  });
});

describe('a session for one step', () => {
  it('does that to its own target, and nothing else to anybody, though the role may', async () => {
    const [mine, other] = ['near-robot', 'other-robot'];
    for (const user of [mine, other]) await iamOf(there.root).send(new CreateUserCommand({ UserName: user }));
    const provider = as('custody-cuts');
    const kind = provider.kinds['aws/quarantine'];
    if (kind === undefined) throw new Error('no quarantine');
    const options = { account: there.account, region: REGION, endpoint: estate().endpoint };
    const own = connect({ ...options, credentials: home });
    const where = { account: there.account, partition: 'aws' };
    const arn = roleArn('aws', there.account, 'custody-cuts');
    const become = (policy: ReturnType<typeof policyFor> | null) =>
      connect({
        ...options,
        credentials: sessionOf(
          own.sts,
          arn,
          { role: 'custody-cuts', externalId: EXTERNAL_ID },
          { handle: handleOf('incident/x'), policy },
        ),
      });
    const PolicyArn = arnOf(where, QUARANTINE);
    const narrowed = become(policyOfStep(kind, 'apply', { target: { userName: mine } }, where));
    await narrowed.iam.send(new AttachUserPolicyCommand({ UserName: mine, PolicyArn }));
    await expect(
      narrowed.iam.send(new AttachUserPolicyCommand({ UserName: other, PolicyArn })),
    ).rejects.toMatchObject({ sort: 'denied' });
    const deactivate = new UpdateAccessKeyCommand({
      UserName: mine,
      AccessKeyId: robot.stolenKey.accessKeyId,
      Status: 'Inactive',
    });
    await expect(narrowed.iam.send(deactivate)).rejects.toMatchObject({ sort: 'denied' });
    await expect(
      become(null).iam.send(new AttachUserPolicyCommand({ UserName: other, PolicyArn })),
    ).resolves.toBeDefined();
  });

  it('takes its own user out of its own group, puts it back there, and touches no other', () => {
    const kind = as('custody-cuts').kinds['aws/group-membership'];
    if (kind === undefined) throw new Error('no group membership');
    const where = { account: there.account, partition: 'aws' };
    const target = { userName: 'mine', groupName: 'admins' };
    const group = (verb: Verb) =>
      policyOfStep(kind, verb, { target }, where)
        .Statement.filter(({ Action }) => Action.some((action) => action.endsWith('Group')))
        .map(({ Action, Resource }) => [...Action, ...Resource]);
    const own = ['admins', '*/admins'].map((name) => `arn:aws:iam::${there.account}:group/${name}`);
    expect(group('apply')).toEqual([['iam:RemoveUserFromGroup', ...own]]);
    expect(group('undo')).toEqual([['iam:AddUserToGroup', ...own]]);
  });

  it('is short enough for AWS, whatever the step', () => {
    const { kinds } = as('custody-cuts');
    const target = {
      userName: 'x'.repeat(64),
      roleName: 'z'.repeat(64),
      secretId: `arn:aws:secretsmanager:ap-southeast-4:123456789012:secret:${'y'.repeat(128)}-AbCdEf`,
      groupName: 'g'.repeat(128),
    };
    const where = { account: '123456789012', partition: 'aws-us-gov' };
    for (const kind of Object.values(kinds)) {
      for (const verb of ['apply', 'undo', 'check'] as const) {
        const length = JSON.stringify(policyOfStep(kind, verb, { target }, where)).length;
        expect(length, `${verb} ${kind.kind}`).toBeLessThanOrEqual(2_048);
      }
    }
  });
});
