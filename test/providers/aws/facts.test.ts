// What the checker says about a user, with generated least privilege on an emulator that enforces it, and with one read denied.
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserPolicyCommand,
  EnableMFADeviceCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { factSchema } from '../../../domain/detection/detection.schema.ts';
import { type Discovery, discoverySchema } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { connect } from '../../../providers/aws/clients.ts';
import { awsProviderOver } from '../../../providers/aws/provider.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { attempt } from '../../attacker/thief.ts';
import { courseFor, workersOf } from './course.ts';
import { inPagesOfOne } from './paged.ts';

const estate = estateForThisFile();
let iam: IAMClient;
beforeAll(() => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});

let robots = 0;
const robotOf = (): Promise<Workload> => {
  robots += 1;
  return workload(estate().endpoint, `deploy-robot-${robots}`);
};

const request = (robot: Workload) => ({
  id: 'discover-1',
  incident: 'incident/x',
  firstRun: 'run-1',
  identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: robot.user },
  credentials: [robot.stolenKey.accessKeyId],
  secret: null,
});

const look = async (robot: Workload): Promise<Discovery> => {
  const found = discoverySchema.parse(await workersOf(estate()).checker.discover(request(robot)));
  for (const fact of found.facts) factSchema.parse(fact);
  return found;
};
const valuesOf = ({ facts }: Discovery) => Object.fromEntries(facts.map(({ fact, value }) => [fact, value]));
const evidenceOf = ({ facts }: Discovery, name: string) =>
  facts.filter(({ fact }) => fact === name).map(({ evidence }) => evidence);

const checkersConnection = () =>
  connect({
    account: ACCOUNT,
    region: REGION,
    endpoint: estate().endpoint,
    credentials: estate().checker,
  });

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });

const inline = (robot: Workload, statement: object, PolicyName = 'harmless') =>
  iam.send(new PutUserPolicyCommand({ UserName: robot.user, PolicyName, PolicyDocument: policy(statement) }));

async function managed(PolicyName: string, statement: object): Promise<string> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: policy(statement) }),
  );
  return Policy?.Arn ?? '';
}

async function groupOf(robot: Workload, name: string): Promise<string> {
  const GroupName = `${robot.user}-${name}`;
  await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: robot.user }));
  return GroupName;
}

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function quarantine(robot: Workload): Promise<void> {
  const course = await courseFor(robot, workersOf(estate()));
  await course.take(course.step('aws/quarantine'));
}

describe('privileged', () => {
  it('not, where every policy was read and nothing counts', async () => {
    const found = await look(await robotOf());
    expect(valuesOf(found)).toEqual({ privileged: false, human: false });
    expect(evidenceOf(found, 'privileged')).toEqual([
      'iam:GetPolicyVersion, iam:GetUserPolicy, iam:GetGroupPolicy: its one policy allows none of the rights that count as privileged',
    ]);
    expect(found.concerns.join('\n')).not.toMatch(/not known/);
  });

  const attached = (PolicyArn: string, UserName: string) =>
    iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));

  it.each<[string, (robot: Workload) => Promise<string>]>([
    [
      "AWS's administrator policy on the user",
      async (robot) => {
        await attached(ADMINISTRATOR, robot.user);
        return `iam:ListAttachedUserPolicies: ${ADMINISTRATOR}: statement 1 allows iam:AttachUserPolicy on *`;
      },
    ],
    [
      'a managed policy on the user',
      async (robot) => {
        const arn = await managed(`${robot.user}-own`, { ...allow('iam:*'), Sid: 'All' });
        await attached(arn, robot.user);
        return `iam:ListAttachedUserPolicies: ${arn}: statement All allows iam:AttachUserPolicy on *`;
      },
    ],
    [
      'an inline policy of the user',
      async (robot) => {
        await inline(robot, [allow('s3:*'), allow('iam:Put*')]);
        return 'iam:GetUserPolicy: harmless: statement 2 allows iam:PutUserPolicy on *';
      },
    ],
    [
      'a managed policy on a group',
      async (robot) => {
        const GroupName = await groupOf(robot, 'team');
        const PolicyArn = await managed(`${robot.user}-team`, allow('sts:AssumeRole'));
        await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
        return `iam:ListAttachedGroupPolicies: ${GroupName} has ${PolicyArn}: statement 1 allows sts:AssumeRole on *`;
      },
    ],
    [
      "AWS's administrator policy on a group",
      async (robot) => {
        const GroupName = await groupOf(robot, 'admins');
        await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: ADMINISTRATOR }));
        return `iam:ListAttachedGroupPolicies: ${GroupName} has ${ADMINISTRATOR}: statement 1 allows iam:AttachUserPolicy on *`;
      },
    ],
    [
      'an inline policy of a group',
      async (robot) => {
        const GroupName = await groupOf(robot, 'team');
        const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
        const PolicyDocument = policy({ ...allow('iam:PassRole', 'arn:aws:iam::*:role/*'), Condition });
        await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'pass', PolicyDocument }));
        return `iam:GetGroupPolicy: ${GroupName} has pass: statement 1 allows iam:PassRole on arn:aws:iam::*:role/*, under a condition`;
      },
    ],
  ])('by %s, also under quarantine', async (_, arrange) => {
    const robot = await robotOf();
    const evidence = await arrange(robot);
    expect(evidenceOf(await look(robot), 'privileged')).toEqual([evidence]);
    await quarantine(robot);
    const found = await look(robot);
    expect(evidenceOf(found, 'privileged')).toEqual([evidence]);
    expect(valuesOf(found)).toMatchObject({ privileged: true });
  });

  it('not, where it is held to itself: its own keys are not those of others', async () => {
    const robot = await robotOf();
    await inline(robot, allow('iam:*AccessKey*', 'arn:aws:iam::*:user/${aws:username}'));
    expect(valuesOf(await look(robot))).toMatchObject({ privileged: false });
  });

  it('unknown, where it can act through roles that are not read', async () => {
    const robot = await robotOf();
    await inline(robot, allow('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/deployer`));
    const found = await look(robot);
    expect(valuesOf(found)).not.toHaveProperty('privileged');
    expect(found.concerns.join('\n')).toMatch(
      /can act through roles.*iam:GetUserPolicy: harmless: statement 1/,
    );
  });

  it('unknown, where a deny holds it back', async () => {
    const robot = await robotOf();
    await inline(robot, [allow('*'), { Effect: 'Deny', Action: ['iam:*', 'sts:*'], Resource: '*' }]);
    const found = await look(robot);
    expect(valuesOf(found)).not.toHaveProperty('privileged');
    expect(found.concerns.join('\n')).toMatch(/would be privileged, but one of its policies denies it/);
  });

  it.each([
    ['lets nothing through', 's3:*', undefined],
    ['lets it through', '*', true],
  ])('and the permissions boundary counts: it %s', async (_, action, privileged) => {
    const robot = await robotOf();
    await inline(robot, allow('iam:*'));
    const PermissionsBoundary = await managed(`${robot.user}-boundary`, allow(action));
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: robot.user, PermissionsBoundary }));
    const found = await look(robot);
    expect(valuesOf(found)['privileged']).toBe(privileged);
    const held = `its permissions boundary ${PermissionsBoundary} does not let it through`;
    expect(found.concerns.join('\n').includes(held)).toBe(privileged === undefined);
  });

  it('takes the restrictions of custody for no word about what the user may do', async () => {
    const robot = await robotOf();
    await quarantine(robot);
    expect(valuesOf(await look(robot))).toMatchObject({ privileged: false });
  });
});

describe('a read that is denied gives no fact, and is said', () => {
  const CHECKER = 'custody-checker';
  async function denied(Action: string, Resource: string, then: () => Promise<void>): Promise<void> {
    const deny = { UserName: CHECKER, PolicyName: 'denied' };
    const PolicyDocument = policy({ Effect: 'Deny', Action, Resource });
    await iam.send(new PutUserPolicyCommand({ ...deny, PolicyDocument }));
    try {
      await then();
    } finally {
      await iam.send(new DeleteUserPolicyCommand(deny));
    }
  }

  let robot: Workload;
  beforeAll(async () => {
    robot = await robotOf();
    const GroupName = await groupOf(robot, 'readers');
    await inline(robot, allow('s3:Get*'), 'own');
    const PolicyDocument = policy(allow('s3:List*'));
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'of-group', PolicyDocument }));
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const everything = { privileged: false, human: false, workload: true };
    expect(valuesOf(await look(robot))).toEqual(everything);
  });

  const own = `arn:aws:iam::${ACCOUNT}:policy/deploy-robot-*`;
  it.each([
    ['iam:ListUserPolicies', '*', ['human', 'workload']],
    ['iam:GetUserPolicy', '*', ['human', 'workload']],
    ['iam:ListGroupsForUser', '*', ['human', 'workload']],
    ['iam:ListAttachedGroupPolicies', '*', ['human', 'workload']],
    ['iam:ListGroupPolicies', '*', ['human', 'workload']],
    ['iam:GetGroupPolicy', '*', ['human', 'workload']],
    ['iam:GetPolicy', own, ['human', 'workload']],
    ['iam:GetPolicyVersion', own, ['human', 'workload']],
    ['iam:SimulatePrincipalPolicy', '*', ['human', 'workload']],
    ['iam:ListMFADevices', '*', ['privileged']],
    ['iam:ListUserTags', '*', ['privileged', 'human', 'workload']],
  ])('%s on %s', async (action, resource, stillKnown) => {
    await denied(action, resource, async () => {
      const found = await look(robot);
      expect(Object.keys(valuesOf(found))).toEqual(stillKnown);
      const said = found.concerns.filter((one) => one.includes(`${action} is denied to the checker`));
      expect(said).toEqual([expect.stringMatching(/^(Whether|The tags of) .* not known: /)]);
    });
  });

  it('while what IAM itself says outweighs what could not be read', async () => {
    const powerful = await robotOf();
    await inline(powerful, allow('iam:*'));
    await denied('iam:GetUserPolicy', '*', async () => {
      const found = await look(powerful);
      expect(evidenceOf(found, 'privileged')).toEqual([
        'iam:SimulatePrincipalPolicy: iam:AttachUserPolicy on * is allowed',
      ]);
      expect(found.concerns.join('\n')).not.toMatch(/privileged is not known/);
    });
  });

  it('and nothing is known of tags that the identity could not have written', async () => {
    const tagged = await robotOf();
    const Tags = [{ Key: 'custody:ci-cd', Value: 'true' }];
    await iam.send(new TagUserCommand({ UserName: tagged.user, Tags }));
    await denied('iam:GetPolicyVersion', own, async () => {
      expect(evidenceOf(await look(tagged), 'ciCd')).toEqual([
        'iam:ListUserTags: custody:ci-cd=true; the identity itself could have written it',
      ]);
    });
  });
});

describe('a person or a workload', () => {
  it('a workload, once its key is in use and nothing speaks for a person', async () => {
    const robot = await robotOf();
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const found = await look(robot);
    expect(valuesOf(found)).toEqual({ privileged: false, human: false, workload: true });
    const key = robot.stolenKey.accessKeyId;
    expect(evidenceOf(found, 'workload')).toEqual([
      expect.stringMatching(
        new RegExp(
          `no sign of a person, and the key ${key} was last used at 20\\S+ for secretsmanager in ${REGION}$`,
        ),
      ),
    ]);
    expect(found.waysIn).toMatchObject([{ id: key, lastUsedFor: `secretsmanager in ${REGION}` }]);
  });

  it('a person, where there is a console password', async () => {
    const robot = await robotOf();
    const Password = 'aB3$longenough-for-all';
    await iam.send(new CreateLoginProfileCommand({ UserName: robot.user, Password }));
    const found = await look(robot);
    expect(valuesOf(found)).toEqual({ privileged: false, human: true });
    expect(evidenceOf(found, 'human')).toEqual([
      'iam:GetLoginProfile, iam:GetUser: has a console password, no use of it on record',
    ]);
  });

  it('a person, where a console password was used of late; the emulator keeps no such use', async () => {
    const robot = await robotOf();
    const UserName = robot.user;
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'aB3$longenough-for-all' }));
    const aws = checkersConnection();
    const used = new Date('2026-11-24T03:12:00Z');
    aws.iam.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const said = await next(args);
          const { User } = said.output as { User?: { PasswordLastUsed?: Date } };
          if (commandName === 'GetUserCommand' && User !== undefined) User.PasswordLastUsed = used;
          return said;
        },
      { step: 'initialize' },
    );
    const found = await awsProviderOver(aws).discover(request(robot));
    expect(evidenceOf(found, 'human')).toEqual([
      'iam:GetLoginProfile, iam:GetUser: has a console password, last used at 2026-11-24T03:12:00.000Z',
    ]);
    expect(found.waysIn).toMatchObject([
      { kind: 'access-key', lastUsedAt: null },
      { kind: 'login-profile', lastUsedAt: '2026-11-24T03:12:00.000Z' },
    ]);
  });

  it('a person, where there is an MFA device', async () => {
    const robot = await robotOf();
    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: robot.user }),
    );
    await iam.send(
      new EnableMFADeviceCommand({
        UserName: robot.user,
        SerialNumber: VirtualMFADevice?.SerialNumber,
        AuthenticationCode1: '123456',
        AuthenticationCode2: '654321',
      }),
    );
    const found = await look(robot);
    expect(valuesOf(found)).toEqual({ privileged: false, human: true });
    expect(evidenceOf(found, 'human')).toEqual(['iam:ListMFADevices: has 1 MFA device']);
  });
});

describe('tags', () => {
  const tag = (robot: Workload, tags: Record<string, string>) =>
    iam.send(
      new TagUserCommand({
        UserName: robot.user,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );

  it('raise what they may raise, name an owner to ask, and lower nothing', async () => {
    const robot = await robotOf();
    await inline(robot, allow('iam:*'));
    await tag(robot, {
      'custody:privileged': 'false',
      'custody:business-critical': 'true',
      'custody:agent': 'true',
      'custody:owner': 'team-payments',
    });
    const found = await look(robot);
    expect(valuesOf(found)).toEqual({ privileged: true, human: false, businessCritical: true });
    expect(found.concerns.join('\n')).toMatch(/custody:privileged .* counts for nothing/);
    expect(found.concerns.join('\n')).toMatch(/custody:owner .* says "team-payments"/);
    expect(found.concerns.join('\n')).toMatch(/rests on a tag that it could have written itself/);
  });

  it('say once what they say against the policies', async () => {
    const robot = await robotOf();
    await tag(robot, { 'custody:privileged': 'true' });
    const found = await look(robot);
    expect(found.facts.filter(({ fact }) => fact === 'privileged')).toEqual([
      {
        fact: 'privileged',
        value: true,
        evidence: 'iam:ListUserTags: custody:privileged=true; its own policies let it write no tags',
      },
    ]);
  });

  it('are known to be its own where it may tag itself', async () => {
    const robot = await robotOf();
    await inline(robot, allow('iam:TagUser', `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`));
    await tag(robot, { 'custody:ci-cd': 'true' });
    expect(evidenceOf(await look(robot), 'ciCd')).toEqual([
      'iam:ListUserTags: custody:ci-cd=true; the identity itself could have written it',
    ]);
  });
});

it('every list is read to its last page', async () => {
  const robot = await robotOf();
  for (const name of ['a', 'b']) {
    const GroupName = await groupOf(robot, name);
    for (const more of ['1', '2']) {
      await inline(robot, allow('s3:Get*'), `${name}${more}`);
      const PolicyDocument = policy(allow(name + more === 'b2' ? 'iam:*' : 's3:*'));
      await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: `in-${more}`, PolicyDocument }));
      const PolicyArn = await managed(`${robot.user}-${name}${more}`, allow('s3:Put*'));
      await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
      await iam.send(new AttachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
    }
  }
  const Tags = ['x', 'custody:ci-cd', 'y'].map((Key) => ({ Key, Value: 'true' }));
  await iam.send(new TagUserCommand({ UserName: robot.user, Tags }));

  const aws = checkersConnection();
  const turned = inPagesOfOne(aws);
  const found = await awsProviderOver(aws).discover(request(robot));
  // When it was read differs.
  expect(found).toEqual({ ...(await look(robot)), activity: expect.anything() });
  expect(evidenceOf(found, 'privileged')).toEqual([
    `iam:GetGroupPolicy: ${robot.user}-b has in-2: statement 1 allows iam:AttachUserPolicy on *`,
  ]);
  expect(valuesOf(found)).toMatchObject({ ciCd: true });
  const lists = ['GroupPolicies', 'AttachedGroupPolicies', 'GroupsForUser', 'UserPolicies', 'UserTags'];
  expect([...turned]).toEqual(
    expect.arrayContaining(['ListAttachedUserPolicies', ...lists.map((list) => `List${list}`)]),
  );
});
