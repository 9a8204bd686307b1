// What the checker finds before anything is done, read-only.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { attempt, sessionOf } from '../../attacker/thief.ts';
import { courseFor, workersOf } from './course.ts';

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

const ask = (
  identity: { account?: string | null; kind: string; reference: string },
  credentials: string[] = [],
) =>
  workersOf(estate()).checker.discover({
    id: 'discover-1',
    incident: 'incident/x',
    firstRun: 'run-1',
    identity: { provider: 'aws', account: ACCOUNT, ...identity },
    credentials,
    secret: null,
  });

const cutOf = ({ proposals }: Discovery) => proposals.cut ?? [];

describe('whose credential it is', () => {
  it('resolves a lone key to its user', async () => {
    const robot = await robotOf();
    const found = await ask({ account: null, kind: 'access-key', reference: robot.stolenKey.accessKeyId });
    expect(found.identity).toEqual({
      provider: 'aws',
      account: ACCOUNT,
      kind: 'iam-user',
      reference: robot.user,
    });
    expect(found.waysIn).toMatchObject([
      { kind: 'access-key', id: robot.stolenKey.accessKeyId, stolen: true },
    ]);
  });

  it('finds nobody for an unknown key and an unknown user', async () => {
    expect(await ask({ kind: 'access-key', reference: 'AKIANOBODY0000000000' })).toMatchObject({
      identity: null,
      proposals: {},
      concerns: [expect.stringContaining('AKIANOBODY0000000000')],
    });
    expect(await ask({ kind: 'iam-user', reference: 'nobody' })).toMatchObject({
      identity: null,
      proposals: {},
    });
  });

  it('covers neither other kinds nor other accounts, and says so', async () => {
    expect(await ask({ kind: 'role', reference: 'deployer' })).toMatchObject({
      identity: { kind: 'role', reference: 'deployer' },
      proposals: {},
      concerns: [expect.stringContaining('Not covered yet: role')],
    });
    expect(await ask({ account: '999999999999', kind: 'iam-user', reference: 'deploy-robot' })).toMatchObject(
      {
        proposals: {},
        concerns: [expect.stringContaining('999999999999')],
      },
    );
  });
});

describe('who stands behind an id of AWS', () => {
  it('is a user by its unique id, and a role by its own', async () => {
    const robot = await robotOf();
    const { User } = await iam.send(new GetUserCommand({ UserName: robot.user }));
    expect((await ask({ kind: 'unique-id', reference: User?.UserId ?? '' })).identity).toEqual({
      provider: 'aws',
      account: ACCOUNT,
      kind: 'iam-user',
      reference: robot.user,
    });
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'by-its-id',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
        }),
      }),
    );
    const found = await ask({ kind: 'unique-id', reference: Role?.RoleId ?? '' });
    expect(found.identity).toMatchObject({ kind: 'iam-role', reference: 'by-its-id' });
    expect(Object.keys(found.proposals)).toContain('cut');
  });

  it('is nobody any more', async () => {
    for (const reference of ['AIDANOBODY0000000000', 'AROANOBODY0000000000']) {
      expect(await ask({ kind: 'unique-id', reference })).toMatchObject({
        identity: null,
        concerns: [expect.stringContaining(`has the unique id ${reference}`)],
      });
    }
  });

  it('of another account is said with the account that the key tells', async () => {
    expect(await ask({ kind: 'access-key', reference: 'AKIAY34FZKBOKMUTVV7A' })).toMatchObject({
      identity: null,
      concerns: [expect.stringContaining('belongs to the account 609629065308')],
    });
  });

  it('of a session is not said by IAM', async () => {
    expect(await ask({ kind: 'access-key', reference: 'ASIAIOSFODNN7EXAMPLE' })).toMatchObject({
      identity: null,
      concerns: [expect.stringContaining('is of a session, IAM does not say whose')],
    });
  });

  it('is refused where IAM cannot change it', async () => {
    for (const kind of ['root', 'federated-user']) {
      expect(await ask({ kind, reference: 'root' })).toMatchObject({
        identity: { kind },
        proposals: {},
        concerns: [expect.stringContaining('What helps: ')],
      });
    }
  });
});

describe('which keys are cut', () => {
  it('is those that the alert names, and shows when each was used last', async () => {
    const robot = await robotOf();
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: robot.user }));
    const other = AccessKey?.AccessKeyId ?? '';
    const { discovery } = await courseFor(robot, workersOf(estate()));
    const way = (id: string) => discovery.waysIn.find((one) => one.id === id);
    expect(way(robot.stolenKey.accessKeyId)).toMatchObject({
      stolen: true,
      lastUsedAt: expect.stringMatching(/^20/),
    });
    expect(way(other)).toMatchObject({ stolen: false, lastUsedAt: null });
    // People read them before they approve.
    for (const { permissions } of cutOf(discovery)) expect(permissions).toEqual([...new Set(permissions)]);
    const cut = cutOf(discovery).filter(({ kind }) => kind === 'aws/access-key');
    expect(cut.map(({ target }) => target['accessKeyId'])).toEqual([robot.stolenKey.accessKeyId]);
    expect(discovery.concerns.join('\n')).toContain(`other ways in: access key ${other}`);
    const replacement = cutOf(discovery).find(({ kind }) => kind === 'aws/access-key-replacement');
    expect(replacement?.target['keysBefore']?.split(',').sort()).toEqual(
      [robot.stolenKey.accessKeyId, other].sort(),
    );
  });

  it('is every key where the alert names none of this user, and the one in use is replaced', async () => {
    const robot = await robotOf();
    await iam.send(new CreateAccessKeyCommand({ UserName: robot.user }));
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const session = await sessionOf(estate().endpoint, robot.stolenKey);
    const { discovery } = await courseFor(robot, workersOf(estate()), { credentials: [session.accessKeyId] });
    expect(cutOf(discovery).filter(({ kind }) => kind === 'aws/access-key')).toHaveLength(2);
    expect(discovery.waysIn.every(({ stolen }) => !stolen)).toBe(true);
    expect(discovery.concerns.join('\n')).toMatch(/every key counts as stolen/);
    const replacement = cutOf(discovery).find(({ kind }) => kind === 'aws/access-key-replacement');
    expect(replacement?.target['stolenAccessKeyId']).toBe(robot.stolenKey.accessKeyId);
  });

  it('proposes no replacement where nobody knows where the key is kept', async () => {
    const { discovery } = await courseFor(await robotOf(), workersOf(estate()), { secret: null });
    expect(cutOf(discovery).map(({ kind }) => kind)).not.toContain('aws/access-key-replacement');
    expect(discovery.concerns.join('\n')).toMatch(/does not say where the key/);
  });

  it('says so where the secret does not exist', async () => {
    const { discovery } = await courseFor(await robotOf(), workersOf(estate()), {
      secret: 'nowhere/access-key',
    });
    expect(discovery.concerns.join('\n')).toMatch(/nowhere\/access-key does not exist/);
  });

  it('says so where no two attached policies are free', async () => {
    const robot = await robotOf();
    for (let index = 0; index < 8; index += 1) {
      const { Policy } = await iam.send(
        new CreatePolicyCommand({
          PolicyName: `${robot.user}-more-${index}`,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
          }),
        }),
      );
      await iam.send(new AttachUserPolicyCommand({ UserName: robot.user, PolicyArn: Policy?.Arn }));
    }
    const { discovery } = await courseFor(robot, workersOf(estate()));
    expect(discovery.concerns.join('\n')).toMatch(/9 attached policies, and AWS allows 10/);
  });
});

describe('targets', () => {
  it.each(['cut', 'replace-then-cut', 'restrict'] as const)(
    'of %s are refused where the step is about another user or account than the plan',
    async (strategy) => {
      const robot = await robotOf();
      const course = await courseFor(robot, workersOf(estate()), { strategy });
      for (const { kind, verb } of course.plan.steps) {
        const step = course.step(kind, verb);
        const astray = { ...step, target: { ...step.target, userName: 'deploy-robot' } };
        await expect(course.take(astray), kind).rejects.toThrow(/but the plan is about/);
        await expect(course.see(astray), kind).rejects.toThrow(/but the plan is about/);
        const account = course.plan.identity.account;
        course.plan.identity.account = '999999999999';
        await expect(course.take(step), kind).rejects.toThrow(/acts in 123456789012 alone/);
        course.plan.identity.account = account;
        const nameless = { ...step, target: {} };
        await expect(course.take(nameless), kind).rejects.toThrow(/names no userName/);
      }
      const calls = [...course.workers.identity.calls, ...course.workers.owner.calls];
      expect(calls).toEqual([]);
    },
  );
});
