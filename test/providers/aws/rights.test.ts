// Each worker holds its own permissions and no other: what it may not do, AWS refuses, and the error names what is missing.
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, workload } from '../../../local/demo/estate.ts';
import { policyFor, type Verb } from '../../../providers/aws/permissions.ts';
import { awsProvider } from '../../../providers/aws/provider.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { allow, policy, rolesOf } from '../../attacker/roles.ts';
import { courseFor, courseForRole, workersOf } from './course.ts';
import { watched } from './watched.ts';

const estate = estateForThisFile();

describe('a worker with the credentials of another', () => {
  it.each([
    ['aws/quarantine', 'apply', 'iam:AttachUserPolicy', 'checker'],
    ['aws/quarantine', 'apply', 'iam:AttachUserPolicy', 'owner'],
    ['aws/no-sessions', 'apply', 'iam:AttachUserPolicy', 'owner'],
    ['aws/restriction', 'apply', 'iam:AttachUserPolicy', 'owner'],
    ['aws/access-key', 'apply', 'iam:UpdateAccessKey', 'owner'],
    ['aws/access-key', 'apply', 'iam:UpdateAccessKey', 'checker'],
    ['aws/access-key-replacement', 'apply', 'secretsmanager:DescribeSecret', 'identity'],
    ['aws/access-key-replacement', 'apply', 'secretsmanager:GetSecretValue', 'checker'],
  ] as const)('%s %s is denied for want of %s to the %s', async (kind, verb, permission, wrong) => {
    const robot = await workload(estate().endpoint, `deploy-robot-${kind.replaceAll('/', '-')}-${wrong}`);
    const workers = workersOf(estate());
    const strategy = kind === 'aws/restriction' ? 'restrict' : 'cut';
    const wronged = { ...workers, identity: workers[wrong], owner: workers[wrong] };
    const course = await courseFor(robot, wronged, { strategy });
    const error = await course.take(course.step(kind, verb)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'ProviderError', sort: 'denied', permission });
    expect(String(error)).toContain(permission);
    expect((error as Error).cause).toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
  });

  it('is told that its own key is not accepted', async () => {
    const stranger = watched({
      account: ACCOUNT,
      region: REGION,
      endpoint: estate().endpoint,
      credentials: { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'canary' },
    });
    const workers = workersOf(estate());
    const course = await courseFor(estate(), { ...workers, identity: stranger });
    const error = await course.take(course.step('aws/quarantine')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ sort: 'denied', permission: undefined });
    expect(String(error)).toMatch(/own AWS credentials are missing or not accepted/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary');
  });

  it('gets a retry where AWS does not answer', async () => {
    const nowhere = watched({
      account: ACCOUNT,
      region: REGION,
      endpoint: 'http://127.0.0.1:1',
      credentials: estate().executors.identity,
    });
    const course = await courseFor(estate(), { ...workersOf(estate()), identity: nowhere });
    await expect(course.take(course.step('aws/quarantine'))).rejects.toMatchObject({ sort: 'retry' });
  });
});

it('the executor that cuts can attach the policies of custody and nothing else', async () => {
  const iam = new IAMClient({
    endpoint: estate().endpoint,
    region: REGION,
    credentials: estate().executors.identity,
  });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  for (const UserName of ['custody-identity', estate().user]) {
    await expect(iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
    });
  }
});

describe('of a role', () => {
  it.each([
    ['aws/role-quarantine', 'iam:AttachRolePolicy', 'sessions'],
    ['aws/role-quarantine', 'iam:AttachRolePolicy', 'checker'],
    ['aws/role-session-cut-off', 'iam:PutRolePolicy', 'checker'],
    ['aws/role-session-cut-off', 'iam:ListRolePolicies', 'identity'],
  ] as const)('%s apply is denied for want of %s to the %s', async (kind, permission, wrong) => {
    const roles = rolesOf(estate());
    const name = `role-${kind.replaceAll('/', '-')}-${wrong}`;
    await roles.role(name, (await roles.user(`${name}-service`)).arn);
    const workers = workersOf(estate());
    const wronged = { ...workers, identity: workers[wrong], sessions: workers[wrong] };
    const course = await courseForRole(name, wronged);
    const error = await course.take(course.step(kind)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ sort: 'denied', permission });
  });

  it('the executor that cuts attaches the policies of custody and nothing else, and writes none', async () => {
    const roles = rolesOf(estate());
    await roles.role('role-granted', (await roles.user('role-granted-service')).arn);
    const credentials = estate().executors.identity;
    const iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials });
    const RoleName = 'role-granted';
    const denied = { name: expect.stringMatching(/^AccessDenied/) };
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await expect(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))).rejects.toMatchObject(
      denied,
    );
    const PolicyDocument = policy(allow('*'));
    await expect(
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument })),
    ).rejects.toMatchObject(denied);
  });
});

describe('the generated policies', () => {
  const { kinds } = awsProvider({ account: ACCOUNT, region: REGION });
  const all = Object.values(kinds);
  const actions = (verbs: Verb[], of = all, rejoin: string[] = []) =>
    policyFor(of, verbs, { account: ACCOUNT, rejoin }).Statement.flatMap(({ Action }) => Action);

  it('of a checker only read', () => {
    const granted = actions(['check', 'discover']);
    expect(granted.filter((action) => !/:(Get|List|Describe|Simulate|Lookup)/.test(action))).toEqual([]);
    expect(granted).not.toContain('secretsmanager:GetSecretValue');
  });

  it('grant every declared action once, on what it is done to', () => {
    const granted = actions(['apply', 'undo', 'check', 'discover'], all, ['deployers']);
    const declared = all.flatMap(({ permissions }) => Object.values(permissions).flat());
    expect(new Set(granted).size).toBe(granted.length);
    expect(declared.filter((action) => !granted.includes(action))).toEqual([]);
    const policy = policyFor(all, ['apply', 'undo'], { account: ACCOUNT, partition: 'aws-cn' });
    expect(JSON.stringify(policy)).not.toContain('arn:aws:');
    const attaching = policy.Statement.find(({ Action }) => Action.includes('iam:AttachUserPolicy'));
    expect(attaching?.Condition).toEqual({
      ArnEquals: {
        'iam:PolicyARN': [
          `arn:aws-cn:iam::${ACCOUNT}:policy/custody-quarantine`,
          `arn:aws-cn:iam::${ACCOUNT}:policy/custody-no-sessions`,
          `arn:aws-cn:iam::${ACCOUNT}:policy/custody-restricted`,
        ],
      },
    });
    expect(policy.Statement.every(({ Resource }) => Resource.every((arn) => arn.startsWith('arn:')))).toBe(
      true,
    );
  });

  it('let nobody put a user into a group that was not named', () => {
    expect(actions(['apply', 'undo', 'check', 'discover'])).not.toContain('iam:AddUserToGroup');
    const policy = policyFor(all, ['undo'], { account: ACCOUNT, rejoin: ['deployers'] });
    const rejoin = policy.Statement.find(({ Action }) => Action.includes('iam:AddUserToGroup'));
    expect(rejoin).toMatchObject({
      Action: ['iam:AddUserToGroup'],
      Resource: [`arn:aws:iam::${ACCOUNT}:group/deployers`],
    });
  });

  it('let a checker read any policy, and whoever only wears or checks a restriction those of custody', () => {
    const readable = (verbs: Verb[]) =>
      policyFor(all, verbs, { account: ACCOUNT }).Statement.find(({ Action }) =>
        Action.includes('iam:GetPolicyVersion'),
      )?.Resource;
    const of = (account: string, name: string) => `arn:aws:iam::${account}:policy/${name}`;
    expect(readable(['check', 'discover'])).toEqual([of(ACCOUNT, '*'), of('aws', '*')]);
    const own = ['custody-quarantine', 'custody-no-sessions', 'custody-restricted'];
    const named = [...own, 'custody-quarantine-auto'];
    expect(readable(['apply', 'undo', 'check'])).toEqual(named.map((name) => of(ACCOUNT, name)));
  });

  it('let only who may cut without people put on the automatic quarantine, list who wears it, and read findings', () => {
    const policy = policyFor(all, ['apply', 'undo', 'discover', 'automatic'], { account: ACCOUNT });
    const of = (action: string) => policy.Statement.find(({ Action }) => Action.includes(action));
    const auto = `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine-auto`;
    expect(of('iam:AttachUserPolicy')?.Condition?.['ArnEquals']?.['iam:PolicyARN']).toContain(auto);
    expect(of('iam:ListEntitiesForPolicy')?.Resource).toEqual([auto]);
    expect(of('guardduty:GetFindings')?.Resource).toEqual([`arn:aws:guardduty:*:${ACCOUNT}:detector/*`]);
    const granted = actions(['apply', 'undo', 'check', 'discover', 'preflight']);
    expect(granted).not.toContain('iam:ListEntitiesForPolicy');
    expect(granted).not.toContain('guardduty:GetFindings');
  });

  it('fit into one managed policy', () => {
    const verbs: Verb[] = ['apply', 'undo', 'check', 'discover', 'automatic'];
    const text = JSON.stringify(policyFor(all, verbs, { account: ACCOUNT }));
    expect(text.length).toBeLessThan(6_144);
  });

  it('are refused for an action that has no resource', () => {
    const odd = { permissions: { apply: ['s3:DeleteBucket'], undo: [], check: [] } };
    expect(() => policyFor([odd], ['apply'], { account: ACCOUNT })).toThrow(/s3:DeleteBucket/);
  });
});
