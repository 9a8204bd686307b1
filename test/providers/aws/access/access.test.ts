// What an identity can reach: read on the emulator by a checker that holds its generated permissions and no other, to the last page; and
// by checkers that lack one of them, who say what they did not read.
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Access } from '../../../../domain/access/access.schema.ts';
import { type Discovery, discoverySchema } from '../../../../domain/plan/plan.schema.ts';
import {
  ACCOUNT,
  asTheEmulatorReadsIt,
  REGION,
  type Workload,
  workload,
} from '../../../../local/demo/estate.ts';
import { hand } from '../../../../providers/aws/kinds.ts';
import { connect, type Credentials } from '../../../../providers/aws/clients.ts';
import { policyFor } from '../../../../providers/aws/permissions.ts';
import { awsProviderOver } from '../../../../providers/aws/provider.ts';
import { MOST_CHAINED } from '../../../../providers/aws/role/chains.ts';
import { MOST_READ } from '../../../../providers/aws/role/roles.ts';
import { estateForThisFile } from '../../../attacker/estate.ts';
import { allow, policy, rolesOf } from '../../../attacker/roles.ts';
import { courseFor, workersOf } from '../course.ts';
import { inPagesOfOne, withoutEnd } from '../paged.ts';
import { type Watched, watched } from '../watched.ts';

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
let robot: Workload;

const at = (what: string) => `arn:aws:iam::${ACCOUNT}:${what}`;
const managed = async (PolicyName: string, ...statements: object[]): Promise<string> => {
  const PolicyDocument = policy(...statements);
  const { Policy } = await roles.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
  return Policy?.Arn ?? '';
};
const trusts = (AWS: string) => policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });

const about = (kind: string, reference: string, secret: string | null = null) => ({
  id: 'discover-1',
  incident: 'incident/x',
  firstRun: 'run-1',
  identity: { provider: 'aws', account: ACCOUNT, kind, reference },
  credentials: [],
  secret,
});
const by = (credentials: Credentials) => ({
  account: ACCOUNT,
  region: REGION,
  endpoint: estate().endpoint,
  credentials,
});

async function look(
  request: ReturnType<typeof about>,
  checker: Pick<Watched, 'discover'> = workersOf(estate()).checker,
): Promise<Discovery & { access: Access }> {
  const { access, ...found } = discoverySchema.parse(await checker.discover(request));
  if (access === undefined) throw new Error('it was found without what it can reach');
  return { ...found, access };
}
const reasons = ({ access }: { access: Access }) => access.unread.join('\n');

/** Two lines stand everywhere: what no checker reads. */
const NEVER_READ = [/^what the policies of an organisation say/, /^what lets it in from outside/];
const onlyNeverRead = ({ access }: { access: Access }) =>
  expect(access.unread).toEqual(NEVER_READ.map((line) => expect.stringMatching(line)));

let checkers = 0;
/** Holds what is generated for whoever looks, but for these. */
async function checkerWithout(...lacking: string[]): Promise<Watched> {
  checkers += 1;
  const UserName = `short-checker-${checkers}`;
  const { kinds, verbs } = hand('looks');
  const whole = asTheEmulatorReadsIt(policyFor(kinds, verbs, { account: ACCOUNT }));
  const granted = whole.Statement.flatMap(({ Action }) => Action);
  expect(granted).toEqual(expect.arrayContaining(lacking));
  const Statement = whole.Statement.map((one) => ({
    ...one,
    Action: one.Action.filter((action) => !lacking.includes(action)),
  })).filter(({ Action }) => Action.length > 0);
  await roles.iam.send(new CreateUserCommand({ UserName }));
  const PolicyArn = await managed(`${UserName}-policy`, ...Statement);
  await roles.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey } = await roles.iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  return watched(by({ accessKeyId, secretAccessKey }));
}

/**
 * The robot: in two groups, with policies of every sort and a boundary. `deploy` names it; `release` trusts the account and its own policies
 * allow it; `vault` is reached from `release`; `guarded` trusts the account, and nothing of the robot's allows it.
 */
beforeAll(async () => {
  roles = rolesOf(estate());
  const { iam } = roles;
  robot = await workload(estate().endpoint, 'deploy-robot-access');
  const UserName = robot.user;
  const PolicyDocument = policy(allow('s3:ListBucket'));
  for (const GroupName of ['access-readers', 'access-writers']) {
    await iam.send(new CreateGroupCommand({ GroupName }));
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
    for (const PolicyName of ['own-1', 'own-2'])
      await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }));
  }
  for (const name of ['of-group-1', 'of-group-2']) {
    const PolicyArn = await managed(name, allow('s3:GetObject'));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'access-readers', PolicyArn }));
  }
  const becoming = policy(allow('sts:AssumeRole', at('role/access-release')));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'becoming', PolicyDocument: becoming }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'listing', PolicyDocument }));
  const PermissionsBoundary = await managed('access-boundary', allow('*'));
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));

  await roles.role('access-deploy', at(`user/${UserName}`));
  const far = 'arn:aws:iam::999999999999:role/far';
  await roles.role(
    'access-release',
    roles.anyone,
    allow('sts:AssumeRole', at('role/access-vault')),
    allow('sts:AssumeRole', far),
  );
  await roles.role('access-vault', roles.anyone);
  await roles.role('access-guarded', roles.anyone);

  const secrets = new SecretsManagerClient(by(estate().root));
  await secrets.send(
    new CreateSecretCommand({
      Name: 'access-old-key',
      SecretString: 'CANARY-of-the-old-key',
      Tags: [{ Key: 'custody:holds', Value: UserName }],
    }),
  );
});

const POLICIES = [
  ['attached', at('policy/deploy-robot-access-policy'), null],
  ['inline', 'becoming', null],
  ['inline', 'listing', null],
  ['attached', at('policy/of-group-1'), 'access-readers'],
  ['attached', at('policy/of-group-2'), 'access-readers'],
  ['inline', 'own-1', 'access-readers'],
  ['inline', 'own-2', 'access-readers'],
  ['inline', 'own-1', 'access-writers'],
  ['inline', 'own-2', 'access-writers'],
] as const;
const ofRobot = () => `user ${robot.user}`;

describe('a user', () => {
  it('is found with all that it can reach, and by which side each role lets it in', async () => {
    const found = await look(about('iam-user', robot.user));
    const { access } = found;
    expect(access.groups).toEqual({ first: ['access-readers', 'access-writers'], more: 0 });
    expect(access.policies).toEqual({
      first: POLICIES.map(([how, name, group]) => ({ name, how, group, read: true })),
      more: 0,
    });
    expect(access.boundary).toEqual({ name: at('policy/access-boundary'), read: true });
    expect(access.roles).toEqual({
      first: [
        { role: 'access-deploy', by: ofRobot(), trust: 'itself', policies: 'silent' },
        { role: 'access-release', by: ofRobot(), trust: 'account', policies: 'allow' },
        { role: 'access-vault', by: 'role access-release', trust: 'account', policies: 'allow' },
      ],
      more: 0,
    });
    expect(access.elsewhere).toEqual({ first: ['arn:aws:iam::999999999999:role/far'], more: 0 });
    expect(access.secrets).toEqual({
      first: [{ secret: expect.stringContaining(':secret:access-old-key-'), by: 'tag' }],
      more: 0,
    });
    onlyNeverRead(found);
    expect(JSON.stringify(found)).not.toContain('CANARY');
    expect(JSON.stringify(found)).not.toContain(robot.stolenKey.secretAccessKey);
  });

  it('whose secret the runbook names is found with the others too, and that one only once', async () => {
    const { access, concerns } = await look(about('iam-user', robot.user, robot.secretId));
    expect(access.secrets.first).toEqual([
      { secret: robot.secretId, by: 'runbook' },
      { secret: expect.stringContaining(':secret:access-old-key-'), by: 'tag' },
    ]);
    expect(concerns.join('\n')).not.toContain('name it in the runbook');
  });

  it('looks the same while it is cut: what custody put on is no word about what it may do', async () => {
    const one = await workload(estate().endpoint, 'deploy-robot-worn');
    const before = await look(about('iam-user', one.user));
    // Its names are hints, where nobody says where its key is kept.
    expect(before.access.secrets.first).toEqual([
      { secret: one.secretArn, by: 'name' },
      { secret: expect.stringContaining(`:secret:${one.workId}-`), by: 'name' },
    ]);
    const course = await courseFor(one, workersOf(estate()));
    await course.take(course.step('aws/quarantine'));
    expect((await look(about('iam-user', one.user))).access).toEqual(before.access);
  });

  it('is the same however AWS cuts its lists into pages', async () => {
    const whole = await look(about('iam-user', robot.user));
    const aws = connect(by(estate().checker));
    const turned = inPagesOfOne(aws);
    const paged = await look(about('iam-user', robot.user), awsProviderOver(aws));
    expect(paged.access).toEqual(whole.access);
    expect([...turned]).toEqual(
      expect.arrayContaining([
        'ListGroupsForUser',
        'ListGroupPolicies',
        'ListAttachedGroupPolicies',
        'ListUserPolicies',
        'ListRoles',
      ]),
    );
  });
});

describe('a checker that lacks a permission says what it did not read', () => {
  it.each<[string, RegExp, (access: Access) => unknown, unknown]>([
    [
      'iam:ListGroupsForUser',
      /all of its groups and policies: iam:ListGroupsForUser is denied/,
      ({ groups, policies }) => [groups.first, policies.first.filter(({ group }) => group !== null)],
      [[], []],
    ],
    [
      'iam:GetGroupPolicy',
      /all of its groups and policies: iam:GetGroupPolicy is denied/,
      ({ policies }) => policies.first.filter(({ read }) => !read).map(({ name, group }) => [name, group]),
      [
        ['own-1', 'access-readers'],
        ['own-2', 'access-readers'],
        ['own-1', 'access-writers'],
        ['own-2', 'access-writers'],
      ],
    ],
    [
      // Without it the role that trusts the account may let it in, and may not.
      'iam:GetUserPolicy',
      /all of its groups and policies: iam:GetUserPolicy is denied/,
      ({ roles: { first } }) =>
        first.filter(({ role }) => role.startsWith('access-')).map(({ role, policies }) => [role, policies]),
      [
        ['access-deploy', 'unread'],
        ['access-guarded', 'unread'],
        ['access-release', 'unread'],
        ['access-vault', 'unread'],
      ],
    ],
    [
      'iam:ListRoles',
      /the roles that it can become: iam:ListRoles is denied/,
      ({ roles: { first } }) => first,
      [],
    ],
    [
      'iam:GetRolePolicy',
      /what these roles can become in turn: iam:GetRolePolicy is denied/,
      ({ roles: { first } }) => first.find(({ role }) => role === 'access-vault')?.policies,
      'unread',
    ],
    [
      'secretsmanager:ListSecrets',
      /secrets that may hold its keys: secretsmanager:ListSecrets is denied/,
      ({ secrets: { first } }) => first,
      [],
    ],
    ['iam:ListUserTags', /its tags: iam:ListUserTags is denied/, ({ groups }) => groups.first.length, 2],
  ])('%s', async (permission, says, part, expected) => {
    const found = await look(about('iam-user', robot.user), await checkerWithout(permission));
    expect(reasons(found)).toMatch(says);
    expect(part(found.access)).toEqual(expected);
    expect(found.access.unread).toHaveLength(NEVER_READ.length + 1);
  });

  it('of a role too', async () => {
    const lacking = await checkerWithout('iam:ListRolePolicies');
    const found = await look(about('iam-role', 'access-release'), lacking);
    expect(reasons(found)).toMatch(/all of its groups and policies: iam:ListRolePolicies is denied/);
    expect(found.access.policies.first).toEqual([]);
  });
});

describe('a role', () => {
  it('is found with its policies, its boundary and the roles that it can become', async () => {
    const PolicyArn = await managed('of-release', allow('s3:GetObject'));
    await roles.iam.send(new AttachRolePolicyCommand({ RoleName: 'access-release', PolicyArn }));
    const PermissionsBoundary = at('policy/access-boundary');
    await roles.iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName: 'access-release', PermissionsBoundary }),
    );
    const found = await look(about('iam-role', 'access-release'));
    expect(found.access).toMatchObject({
      groups: { first: [], more: 0 },
      policies: {
        first: [
          { name: PolicyArn, how: 'attached', group: null, read: true },
          { name: 'work', how: 'inline', group: null, read: true },
        ],
        more: 0,
      },
      boundary: { name: PermissionsBoundary, read: true },
      roles: {
        first: [{ role: 'access-vault', by: 'role access-release', trust: 'account', policies: 'allow' }],
        more: 0,
      },
      secrets: { first: [], more: 0 },
    });
    onlyNeverRead(found);
    const aws = connect(by(estate().checker));
    inPagesOfOne(aws);
    const paged = await look(about('iam-role', 'access-release'), awsProviderOver(aws));
    expect(paged.access).toEqual(found.access);
  });

  it('that somebody else has to cut is shown with what it can reach all the same', async () => {
    const RoleName = 'AWSReservedSSO_Access_0123456789abcdef';
    const Path = '/aws-reserved/sso.amazonaws.com/';
    const { Role } = await roles.iam.send(
      new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: trusts(roles.anyone) }),
    );
    await roles.role('access-by-sso', Role?.Arn ?? '');
    const found = await look(about('iam-role', RoleName));
    expect(found.proposals).toEqual({});
    expect(found.access.roles.first).toEqual([
      { role: 'access-by-sso', by: `role ${RoleName}`, trust: 'itself', policies: 'silent' },
    ]);
    expect(reasons(found)).toContain('who is assigned to roles of IAM Identity Center');
    const short = await look(about('iam-role', RoleName), await checkerWithout('iam:ListRoles'));
    expect(reasons(short)).toContain('the roles that it can become: iam:ListRoles is denied');
  });

  it('that lets in anybody, or by a trust policy that cannot be understood, is told apart from one that names it', async () => {
    const { checker } = workersOf(estate());
    const changed: Record<string, string> = {
      'access-guarded': encodeURIComponent(trusts('*')),
      'access-deploy': '%7B',
    };
    checker.interference = {
      // Where they stood like this, they would be in every other picture of this file.
      change: (call, _, answer) => {
        if (call !== 'iam:ListRoles') return;
        for (const role of answer['Roles'] as { RoleName: string; AssumeRolePolicyDocument: string }[])
          role.AssumeRolePolicyDocument = changed[role.RoleName] ?? role.AssumeRolePolicyDocument;
      },
    };
    const { access } = await look(about('iam-role', 'access-vault'), checker);
    const vault = 'role access-vault';
    expect(access.roles.first).toEqual([
      { role: 'access-deploy', by: vault, trust: 'unclear', policies: 'silent' },
      { role: 'access-guarded', by: vault, trust: 'anybody', policies: 'silent' },
    ]);
  });
});

describe('what is more than is kept', () => {
  it('is counted: roles beyond those that a plan can hold, and what those can become is said to be unread', async () => {
    await roles.role('access-wide', at('user/x'), allow('sts:AssumeRole', at('role/access-wide-*')));
    const AssumeRolePolicyDocument = trusts(roles.anyone);
    for (let index = 0; index < MOST_CHAINED + 3; index += 1) {
      const RoleName = `access-wide-${String(index).padStart(2, '0')}`;
      await roles.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    }
    const found = await look(about('iam-role', 'access-wide'));
    expect(found.access.roles.first).toHaveLength(MOST_CHAINED);
    expect(found.access.roles.more).toBe(3);
    expect(reasons(found)).toContain(`what the roles beyond the first ${MOST_CHAINED} can become in turn`);
  });

  it('is said: a list of roles without end is not read without end', async () => {
    const aws = connect(by(estate().checker));
    withoutEnd(aws, 'ListRoles', 'Roles', 1_000);
    const endless = awsProviderOver(aws);
    const found = await look(about('iam-user', robot.user), endless);
    expect(reasons(found)).toContain(`roles of the account beyond the first ${MOST_READ}`);
    const ofRole = await look(about('iam-role', 'access-release'), endless);
    expect(ofRole.concerns.join('\n')).toContain(
      `Only the first ${MOST_READ} roles of the account were read`,
    );
    // Nor is it said that nobody has this unique id.
    const asked = about('unique-id', 'AROANOBODY0000000000');
    const { identity, concerns } = await endless.discover(asked);
    expect({ identity, concerns }).toEqual({
      identity: null,
      concerns: [expect.stringContaining('by its name')],
    });
  });

  it('is counted: policies', async () => {
    const { arn } = await roles.role('access-many', at('user/x'));
    expect(arn).not.toBe('');
    const PolicyDocument = policy(allow('s3:ListBucket'));
    for (let index = 0; index < 45; index += 1)
      await roles.iam.send(
        new PutRolePolicyCommand({ RoleName: 'access-many', PolicyName: `p-${index}`, PolicyDocument }),
      );
    const { access } = await look(about('iam-role', 'access-many'));
    expect(access.policies.first).toHaveLength(40);
    expect(access.policies.more).toBe(6);
  });
});
