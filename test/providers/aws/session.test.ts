// A worker of one account acts in another by a role that stands there for it: under its external id, marked with the incident, and with no
// more rights than the step needs.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { handleOf, keyOf } from '../../../domain/identity/identity.ts';
import type { Plan, Step } from '../../../domain/plan/plan.schema.ts';
import type { Evidence, Provider, Verb } from '../../../domain/provider/provider.ts';
import { REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { type Credentials, connect } from '../../../providers/aws/clients.ts';
import { ISSUE_TAG } from '../../../providers/aws/issue-tag.ts';
import type { PolicyDocument } from '../../../providers/aws/permissions.ts';
import { arnOf, QUARANTINE } from '../../../providers/aws/policies.ts';
import { awsProvider } from '../../../providers/aws/provider.ts';
import { policyOfStep, roleArn, sessionOf } from '../../../providers/aws/session.ts';
import { allowed, deploy, type Filled, filled, lacking } from '../../attacker/deployed.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { allow, rolesOf } from '../../attacker/roles.ts';
import { type SecondAccount, secondAccount } from '../../attacker/second-account.ts';
import { thief } from '../../attacker/thief.ts';
import { unhurried } from '../unhurried.ts';

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
  await deploy(root, deployed());
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

/** The account's roles as deploy/aws/ has them. */
const deployed = (): Filled => {
  const worker = `arn:aws:iam::${estate().account}:user/custody-worker`;
  const workers = ['Cuts', 'EndsSessions', 'Issues', 'Looks'].map((of) => [`${of}Worker`, worker]);
  return filled(
    {
      ...Object.fromEntries(workers),
      ExternalId: EXTERNAL_ID,
      EndsSessionsOf: 'far-*',
      IssuesFor: '*robot*',
      Secrets: '*/access-key',
    },
    { account: there.account },
  );
};

const policyOf = (name: string): PolicyDocument => {
  const [policy] = deployed().roles.find(({ RoleName }) => RoleName === name)?.Policies ?? [];
  if (policy === undefined) throw new Error(`the template has no role ${name}`);
  return policy.PolicyDocument;
};

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
      const act = { plan, step, orderedAt: plan.madeAt, evidence, ...unhurried };
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
      const act = { plan, step, orderedAt: plan.madeAt, evidence: {}, ...unhurried };
      const role = step.kind === 'aws/role-session-cut-off' ? 'custody-ends-sessions' : 'custody-cuts';
      await handOf(as(role), plan, step, 'apply').apply(act);
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
    const act = { plan, step, orderedAt: plan.madeAt, evidence: {}, ...unhurried };
    await expect(handOf(as('custody-cuts', 'another'), plan, step, 'apply').apply(act)).rejects.toMatchObject(
      {
        sort: 'denied',
        permission: 'sts:AssumeRole',
      },
    );
  });
});

describe('with one permission less', () => {
  const without = async (role: string, action: string, plan: Plan, step: Step, evidence = {}) => {
    const root = iamOf(there.root);
    await allowed(root, role, lacking(policyOf(role), action));
    try {
      const act = { plan, step, orderedAt: plan.madeAt, evidence, ...unhurried };
      return await handOf(as(role), plan, step, step.verb)
        [step.verb](act)
        .catch((error: unknown) => error);
    } finally {
      await allowed(root, role, policyOf(role));
    }
  };
  const stepOf = (plan: Plan, kind: string): Step => {
    const step = plan.steps.find((one) => one.kind === kind);
    if (step === undefined) throw new Error(`the plan has no ${kind}`);
    return step;
  };

  it.each([
    ['custody-cuts', 'aws/quarantine', 'iam:AttachUserPolicy'],
    ['custody-cuts', 'aws/quarantine', 'iam:GetPolicyVersion'],
    ['custody-cuts', 'aws/no-sessions', 'iam:AttachUserPolicy'],
    ['custody-cuts', 'aws/access-key', 'iam:UpdateAccessKey'],
    ['custody-issues', 'aws/access-key-replacement', 'secretsmanager:GetSecretValue'],
    ['custody-issues', 'aws/access-key-replacement', 'iam:CreateAccessKey'],
    ['custody-issues', 'aws/access-key-replacement', 'secretsmanager:PutSecretValue'],
  ])('%s is denied %s for want of %s', async (role, kind, permission) => {
    const { user } = await workload(
      estate().endpoint,
      `robot-${kind.slice(4)}-${permission.split(':')[1]}`,
      there,
    );
    const plan = await planFor(user);
    const step = stepOf(plan, kind);
    const evidence: Record<string, Evidence> = {};
    for (const before of plan.steps.slice(0, plan.steps.indexOf(step))) {
      const act = { plan, step: before, orderedAt: plan.madeAt, evidence, ...unhurried };
      const done = await handOf(as('custody-cuts'), plan, before, before.verb)[before.verb](act);
      evidence[before.id] = done.evidence;
    }
    expect(await without(role, permission, plan, step, evidence)).toMatchObject({
      sort: 'denied',
      permission,
    });
  });

  it.each(['iam:PutRolePolicy', 'iam:ListRolePolicies'])(
    'custody-ends-sessions is denied a cut-off for want of %s',
    async (permission) => {
      const far = rolesOf({ ...estate(), account: there.account, root: there.root });
      const name = `far-${permission.slice(4)}`;
      await far.role(name, (await far.user(`${name}-service`)).arn);
      const plan = await planFor(name, 'iam-role');
      const step = stepOf(plan, 'aws/role-session-cut-off');
      expect(await without('custody-ends-sessions', permission, plan, step)).toMatchObject({
        sort: 'denied',
        permission,
      });
    },
  );
});

it('no key is made for a user without the tag, and that is said before', async () => {
  const { user, secretId } = await workload(estate().endpoint, 'untagged-robot', there);
  const untag = new UntagUserCommand({ UserName: user, TagKeys: [ISSUE_TAG.key] });
  await iamOf(there.root).send(untag);
  const plan = await planFor(user);
  const step = plan.steps.find(({ kind }) => kind === 'aws/access-key-replacement');
  if (step === undefined) throw new Error('no replacement');
  expect(
    await as('custody-issues').preflight(step.permissions, [{ userName: user, secretId }]),
  ).toMatchObject({
    missing: ['iam:CreateAccessKey'],
  });
  const evidence: Record<string, Evidence> = {};
  const act = { plan, orderedAt: plan.madeAt, evidence, ...unhurried };
  for (const before of plan.steps.slice(0, plan.steps.indexOf(step)))
    evidence[before.id] = (
      await handOf(as('custody-cuts'), plan, before, before.verb)[before.verb]({ ...act, step: before })
    ).evidence;
  const denied = { sort: 'denied', permission: 'iam:CreateAccessKey' };
  await expect(
    handOf(as('custody-issues'), plan, step, 'apply').apply({ ...act, step }),
  ).rejects.toMatchObject(denied);
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
    const become = (policy: PolicyDocument | null) =>
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
        .Statement.filter(({ Action }) => Action.some((action) => /Group(Polic(y|ies))?$/.test(action)))
        .map(({ Action, Resource }) => [...Action, ...Resource]);
    const own = ['admins', '*/admins'].map((name) => `arn:aws:iam::${there.account}:group/${name}`);
    const reads = ['iam:GetGroupPolicy', 'iam:ListAttachedGroupPolicies', 'iam:ListGroupPolicies'];
    expect(group('apply')).toEqual([[...reads, 'iam:RemoveUserFromGroup', ...own]]);
    expect(group('undo')).toEqual([
      [...reads, ...own],
      ['iam:AddUserToGroup', ...own],
    ]);
  });

  it('proves a new key over connections of its own: it ends them, and others go on', () => {
    const options = {
      account: there.account,
      region: REGION,
      endpoint: estate().endpoint,
      credentials: home,
    };
    const own = connect(options);
    const beside = connect(options, own);
    expect(beside.iam.config.requestHandler).toBe(own.iam.config.requestHandler);
    expect(beside.stsAs(home).config.requestHandler).not.toBe(own.iam.config.requestHandler);
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
