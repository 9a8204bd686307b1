// The new key: made, stored, proved and given out in one activity that may end after any of its calls. However often it is cut
// short, there is one new key in the secret, no orphan, and nobody else's key is touched.
import {
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  DeleteAccessKeyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeSecretCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import type { Clock, Credentials } from '../../../providers/aws/clients.ts';
import { sorted } from '../../../providers/aws/errors.ts';
import { NO_SESSIONS } from '../../../providers/aws/policies.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { currentKey, serve } from '../../attacker/service.ts';
import { attempt } from '../../attacker/thief.ts';
import { type Course, courseFor, workersOf } from './course.ts';
import { Crash } from './watched.ts';

const estate = estateForThisFile();
let iam: IAMClient;
let secrets: SecretsManagerClient;
beforeAll(() => {
  const configured = { endpoint: estate().endpoint, region: REGION, credentials: estate().root };
  iam = new IAMClient(configured);
  secrets = new SecretsManagerClient(configured);
});

let robots = 0;

/** An incident that has come as far as the replacement. */
async function upToReplacement(clock?: Clock): Promise<{ robot: Workload; course: Course; step: Step }> {
  robots += 1;
  const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
  const course = await courseFor(robot, workersOf(estate(), clock));
  const step = course.step('aws/access-key-replacement');
  await course.upTo(step);
  course.workers.owner.forget();
  return { robot, course, step };
}

const keyIds = async ({ user }: Workload): Promise<string[]> => {
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: user }));
  return (AccessKeyMetadata ?? []).map((key) => key.AccessKeyId ?? '');
};

const makeKey = async ({ user }: Workload): Promise<Credentials> => {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: user }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
};

const put = ({ secretId }: Workload, value: string, stage: string) =>
  secrets.send(
    new PutSecretValueCommand({ SecretId: secretId, SecretString: value, VersionStages: [stage] }),
  );

/** Nothing was made, and the secret is as it was. */
async function expectUntouched(robot: Workload, ...others: string[]) {
  expect((await keyIds(robot)).sort()).toEqual([robot.stolenKey.accessKeyId, ...others].sort());
}

async function expectReplaced(robot: Workload, course: Course, step: Step) {
  const key = await currentKey(estate().endpoint, robot);
  expect((await keyIds(robot)).sort()).toEqual([robot.stolenKey.accessKeyId, key.accessKeyId].sort());
  expect(course.evidence[step.id]?.['newAccessKeyId']).toBe(key.accessKeyId);
  expect(key).toMatchObject({ region: REGION });
  const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: robot.secretId }));
  const versionId = course.evidence[step.id]?.['secretVersionId'] ?? '';
  expect(VersionIdsToStages?.[versionId]).toContain('AWSCURRENT');
  const marked = Object.entries(VersionIdsToStages ?? {}).filter(([id, stages]) =>
    stages.includes(`custody-compromised-${id}`),
  );
  expect(marked.map(([, stages]) => stages.includes('AWSCURRENT'))).toEqual([false]);
  expect(await serve(estate().endpoint, robot)).toBe('works');
  expect(await course.see(step)).toMatchObject({ holds: true });
}

describe('a replacement that is cut short', () => {
  /** Calls of an undisturbed replacement. */
  async function length(): Promise<string[]> {
    const { course, step } = await upToReplacement();
    await course.take(step);
    return [...course.workers.owner.calls];
  }

  it('ends with exactly one new key, wherever the process dies', async () => {
    const calls = await length();
    expect(calls.length).toBeGreaterThan(10);
    for (const [index, call] of calls.entries()) {
      for (const when of ['before', 'after'] as const) {
        const { robot, course, step } = await upToReplacement();
        const { owner } = course.workers;
        owner.interference = {
          [when]: (_: string, nth: number) => {
            if (nth === index + 1) throw new Crash(`${when} ${call}`);
          },
        };
        await expect(course.take(step)).rejects.toThrow(Crash);
        owner.interference = {};
        await course.take(step);
        await expectReplaced(robot, course, step);
      }
    }
  });

  it('ends with exactly one new key, where it dies again and again', async () => {
    const { robot, course, step } = await upToReplacement();
    const { owner } = course.workers;
    for (const call of [
      'iam:CreateAccessKey',
      'iam:CreateAccessKey',
      'secretsmanager:PutSecretValue',
      'sts:GetCallerIdentity',
      // The mark of the old version, then the new one for the readers.
      'secretsmanager:UpdateSecretVersionStage',
      'secretsmanager:UpdateSecretVersionStage',
    ]) {
      owner.interference = {
        after: (done) => {
          if (done === call) throw new Crash(call);
        },
      };
      await expect(course.take(step), call).rejects.toThrow(Crash);
    }
    owner.interference = {};
    expect((await course.take(step)).wasSo).toBe(true);
    await expectReplaced(robot, course, step);
  });

  it('removes the key at once where the secret refuses it', async () => {
    const { robot, course, step } = await upToReplacement();
    const refuse = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'secretsmanager:PutSecretValue', Resource: '*' }],
    };
    const owner = { UserName: 'custody-owner', PolicyName: 'refuse' };
    await iam.send(new PutUserPolicyCommand({ ...owner, PolicyDocument: JSON.stringify(refuse) }));
    try {
      await expect(course.take(step)).rejects.toMatchObject({
        sort: 'denied',
        permission: 'secretsmanager:PutSecretValue',
      });
      await expectUntouched(robot);
    } finally {
      const allow = { ...refuse, Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }] };
      await iam.send(new PutUserPolicyCommand({ ...owner, PolicyDocument: JSON.stringify(allow) }));
    }
    await course.take(step);
    await expectReplaced(robot, course, step);
  });

  it.each([
    ['ThrottlingException', 400, 'throttled', 0],
    ['InternalServiceError', 500, 'retry', 1],
  ] as const)(
    'where the secret answers %s, knows whether it was stored',
    async (name, status, sort, kept) => {
      const { robot, course, step } = await upToReplacement();
      course.workers.owner.interference = {
        [sort === 'retry' ? 'after' : 'before']: (call: string) => {
          if (call !== 'secretsmanager:PutSecretValue') return;
          throw sorted(Object.assign(new Error(), { name, $metadata: { httpStatusCode: status } }), call);
        },
      };
      await expect(course.take(step)).rejects.toMatchObject({ sort });
      const made = (await keyIds(robot)).filter((id) => id !== robot.stolenKey.accessKeyId);
      expect(made).toHaveLength(kept);
      course.workers.owner.interference = {};
      await course.take(step);
      await expectReplaced(robot, course, step);
      if (kept === 1) expect(course.evidence[step.id]?.['newAccessKeyId']).toBe(made[0]);
    },
  );

  it('reads the keys again where AWS counts more of them than it listed', async () => {
    const { robot, course, step } = await upToReplacement();
    course.workers.owner.interference = {
      before: async (call) => {
        if (call === 'iam:CreateAccessKey') await makeKey(robot);
      },
    };
    await expect(course.take(step)).rejects.toMatchObject({ sort: 'retry' });
    course.workers.owner.interference = {};
    await course.take(step);
    await expectReplaced(robot, course, step);
  });

  it('leaves alone a key that was used', async () => {
    const { robot, course, step } = await upToReplacement();
    const stranger = await makeKey(robot);
    await attempt(estate().endpoint, stranger, robot.workId);
    await expect(course.take(step)).rejects.toThrow(/will not touch: the key .* was used at/);
    await expectUntouched(robot, stranger.accessKeyId);
  });

  it('leaves alone a key that is older than the order', async () => {
    const { robot, course, step } = await upToReplacement();
    const stranger = await makeKey(robot);
    course.orderedAt = new Date(Date.now() + 3_600_000).toISOString();
    await expect(course.take(step)).rejects.toThrow(/before this replacement was ordered/);
    await expectUntouched(robot, stranger.accessKeyId);
  });

  it('leaves alone a key that another version of the secret holds', async () => {
    const { robot, course, step } = await upToReplacement();
    const stranger = await makeKey(robot);
    await put(robot, JSON.stringify(stranger), 'KEPT');
    await expect(course.take(step)).rejects.toThrow(/older version of the secret/);
    await expectUntouched(robot, stranger.accessKeyId);
  });

  it('makes another where the new one was deleted', async () => {
    const { robot, course, step } = await upToReplacement();
    const { evidence } = await course.take(step);
    const gone = evidence['newAccessKeyId'];
    await iam.send(new DeleteAccessKeyCommand({ UserName: robot.user, AccessKeyId: gone }));
    expect(await course.see(step)).toMatchObject({ holds: false });
    await course.take(step);
    await expectReplaced(robot, course, step);
    expect(course.evidence[step.id]?.['newAccessKeyId']).not.toBe(gone);
  });
});

describe('a replacement waits for people', () => {
  it('where the user has two keys', async () => {
    robots += 1;
    const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
    const second = await makeKey(robot);
    const course = await courseFor(robot, workersOf(estate()));
    expect(course.discovery.concerns.join('\n')).toMatch(/two access keys/);
    const step = course.step('aws/access-key-replacement');
    await iam.send(
      new UpdateAccessKeyCommand({
        UserName: robot.user,
        AccessKeyId: second.accessKeyId,
        Status: 'Inactive',
      }),
    );
    await course.upTo(step);
    await expect(course.take(step)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('AWS allows two keys'),
    });
    await expectUntouched(robot, second.accessKeyId);
  });

  it('where the quarantine is still on', async () => {
    const { robot, course, step } = await upToReplacement();
    await course.take(course.step('aws/quarantine'));
    await expect(course.take(step)).rejects.toThrow(/still under quarantine/);
    await expectUntouched(robot);
  });

  it('where sessions of the thief may live', async () => {
    const { robot, course, step } = await upToReplacement();
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/custody-no-sessions`;
    await iam.send(new DetachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
    await expect(course.take(step)).rejects.toThrow(/sessions may live/);
    await expectUntouched(robot);
  });

  const reading = (effect: string, principal: unknown, more: object = {}) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Principal: principal, Action: 'secretsmanager:*', Resource: '*', ...more }],
  });

  it('where the policies of the stolen identity let it read the secret', async () => {
    const { robot, course, step } = await upToReplacement();
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'secretsmanager:Get*', Resource: `${robot.secretArn.slice(0, -6)}*` },
      ],
    });
    await iam.send(new PutUserPolicyCommand({ UserName: robot.user, PolicyName: 'reader', PolicyDocument }));
    expect(await attempt(estate().endpoint, robot.stolenKey, robot.secretId)).not.toBe('works');
    const again = await courseFor(robot, course.workers);
    expect(again.discovery.concerns.join('\n')).toMatch(/not be put where the stolen identity can read it/);
    await expect(course.take(step)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('allow secretsmanager:GetSecretValue'),
    });
    await expectUntouched(robot);

    // What the message advises.
    const deny = reading('Deny', { AWS: `arn:aws:iam::${ACCOUNT}:user/${robot.user}` });
    await secrets.send(
      new PutResourcePolicyCommand({ SecretId: robot.secretId, ResourcePolicy: JSON.stringify(deny) }),
    );
    await course.take(step);
    await expectReplaced(robot, course, step);
  });

  it('where the policy of the secret may let the stolen identity read it', async () => {
    const { robot, course, step } = await upToReplacement();
    const allow = reading('Allow', { AWS: [`arn:aws:iam::${ACCOUNT}:user/${robot.user}`] });
    await secrets.send(
      new PutResourcePolicyCommand({ SecretId: robot.secretId, ResourcePolicy: JSON.stringify(allow) }),
    );
    await expect(course.take(step)).rejects.toThrow(/resource policy .* may allow/);
    await expectUntouched(robot);
  });

  it('where it cannot be told whether the stolen identity reads the secret', async () => {
    const { robot, course, step } = await upToReplacement();
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'secretsmanager:*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
        },
      ],
    });
    await iam.send(new PutUserPolicyCommand({ UserName: robot.user, PolicyName: 'reader', PolicyDocument }));
    await expect(course.take(step)).rejects.toThrow(/depends on aws:SourceVpce/);
    await expectUntouched(robot);
  });

  it('where the secret holds the key of somebody else', async () => {
    const { robot, course, step } = await upToReplacement();
    await put(robot, JSON.stringify({ accessKeyId: 'AKIAOTHER', secretAccessKey: 'canary-1' }), 'AWSCURRENT');
    const error = await course.take(step).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ sort: 'impossible', message: expect.stringContaining('AKIAOTHER') });
    expect(String(error)).not.toContain('canary-1');
    await expectUntouched(robot);
  });

  it.each(['canary-2', '"canary-2"', '{"accessKeyId":"canary-2"', '{"password":"canary-2"}', '["canary-2"]'])(
    'where the value of the secret is %s',
    async (value) => {
      const { robot, course, step } = await upToReplacement();
      await put(robot, value, 'AWSCURRENT');
      const error = await course.take(step).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        sort: 'impossible',
        message: expect.stringContaining('is not JSON with'),
      });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary-2');
      await expectUntouched(robot);
    },
  );

  it('where another rotation is under way', async () => {
    const { robot, course, step } = await upToReplacement();
    await put(robot, JSON.stringify({ accessKeyId: 'AKIAOTHER', secretAccessKey: 'x' }), 'AWSPENDING');
    await expect(course.take(step)).rejects.toThrow(/Another rotation/);
    await expectUntouched(robot);
  });

  it('where the secret does not exist', async () => {
    const { robot, course, step } = await upToReplacement();
    const elsewhere = { ...step, target: { ...step.target, secretId: `${robot.user}/nowhere/access-key` } };
    await expect(course.take(elsewhere)).rejects.toThrow(/does not exist/);
    await expectUntouched(robot);
  });

  it('where somebody deactivated the new key', async () => {
    const { robot, course, step } = await upToReplacement();
    const { evidence } = await course.take(step);
    const AccessKeyId = evidence['newAccessKeyId'];
    await iam.send(new UpdateAccessKeyCommand({ UserName: robot.user, AccessKeyId, Status: 'Inactive' }));
    expect(await course.see(step)).toMatchObject({ holds: false, saw: expect.stringContaining('Inactive') });
    await expect(course.take(step)).rejects.toThrow(/somebody deactivated it/);
  });

  it('where the content of custody-no-sessions was altered', async () => {
    const { robot, course, step } = await upToReplacement();
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/custody-no-sessions`;
    const content = async (document: object) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: JSON.stringify(document),
          SetAsDefault: true,
        }),
      );
    await content({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    try {
      await expect(course.take(step)).rejects.toThrow(/somebody changed it/);
      await expectUntouched(robot);
    } finally {
      await content(NO_SESSIONS.document);
    }
  });
});

describe('the proof of the new key', () => {
  it('is asked for again until AWS knows the key, and the worker stays in touch meanwhile', async () => {
    let now = Date.now();
    const clock: Clock = {
      now: () => now,
      pause: async (milliseconds) => {
        now += milliseconds;
      },
    };
    const { robot, course, step } = await upToReplacement(clock);
    // What a key meets that is not known everywhere yet.
    let unknown = Number.POSITIVE_INFINITY;
    const forgotten = { UserName: robot.user, Status: 'Inactive' } as const;
    let made = '';
    course.workers.owner.interference = {
      before: async (call) => {
        if (call !== 'sts:GetCallerIdentity') return;
        made = (await keyIds(robot)).find((id) => id !== robot.stolenKey.accessKeyId) ?? '';
        unknown -= 1;
        const Status = unknown > 0 ? 'Inactive' : 'Active';
        await iam.send(new UpdateAccessKeyCommand({ ...forgotten, AccessKeyId: made, Status }));
      },
    };
    await expect(course.take(step)).rejects.toMatchObject({ sort: 'retry' });
    expect(course.heartbeats).toBeGreaterThan(20);
    expect(await currentKey(estate().endpoint, robot)).toMatchObject({
      accessKeyId: robot.stolenKey.accessKeyId,
    });

    await iam.send(new UpdateAccessKeyCommand({ ...forgotten, AccessKeyId: made, Status: 'Active' }));
    unknown = 3;
    await course.take(step);
    expect(course.evidence[step.id]?.['newAccessKeyId']).toBe(made);
    await expectReplaced(robot, course, step);
  });

  it('fails for the key of somebody else, which then is given to nobody', async () => {
    const { robot, course, step } = await upToReplacement();
    course.workers.owner.interference = { proofBy: estate().root };
    await expect(course.take(step)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/belongs to arn:aws:iam::123456789012:root/),
    });
    expect(await currentKey(estate().endpoint, robot)).toMatchObject({
      accessKeyId: robot.stolenKey.accessKeyId,
    });
  });

  it('fails for a key that does not sign, and says whose fault it is', async () => {
    const { robot, course, step } = await upToReplacement();
    course.workers.owner.interference = {
      after: (call) => {
        if (call === 'secretsmanager:PutSecretValue') throw new Crash(call);
      },
    };
    await expect(course.take(step)).rejects.toThrow(Crash);
    course.workers.owner.interference = {};
    const made = (await keyIds(robot)).find((id) => id !== robot.stolenKey.accessKeyId);
    await put(robot, JSON.stringify({ accessKeyId: made, secretAccessKey: 'wrong' }), 'AWSPENDING');
    await expect(course.take(step)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/as it stands in the secret \(AWSPENDING\), does not work/),
    });
    expect(await currentKey(estate().endpoint, robot)).toMatchObject({
      accessKeyId: robot.stolenKey.accessKeyId,
    });
  });
});

describe('the evidence of the new key', () => {
  it('is not our own proof, nor a use of the old key after it was cut', async () => {
    const { robot, course, step } = await upToReplacement();
    await course.take(step);
    expect(await course.see(step)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('not used yet'),
    });
    await serve(estate().endpoint, robot);
    expect(await course.see(step)).toMatchObject({ holds: true });

    const longAgo = new Date(Date.now() - 3_600_000).toISOString();
    const said = course.evidence[step.id] ?? {};
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const old = { UserName: robot.user, AccessKeyId: robot.stolenKey.accessKeyId };
    await iam.send(new UpdateAccessKeyCommand({ ...old, Status: 'Active' }));
    expect(await course.see(step)).toMatchObject({ holds: false, saw: expect.stringContaining('is Active') });
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    await iam.send(new UpdateAccessKeyCommand({ ...old, Status: 'Inactive' }));
    course.evidence[step.id] = { ...said, oldKeyInactiveAt: longAgo };
    expect(await course.see(step)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('after it was deactivated'),
    });

    const cut = course.step('aws/access-key');
    course.evidence[cut.id] = { ...course.evidence[cut.id], inactiveAt: longAgo };
    const deletion = course.step('aws/access-key-deletion');
    await expect(course.take(deletion)).rejects.toThrow(/was used at .* after it was deactivated/);
    await iam.send(new UpdateAccessKeyCommand({ ...old, Status: 'Active' }));
    await expect(course.take(deletion)).rejects.toThrow(/is Active, so it is not deleted/);
    delete course.evidence[cut.id];
    await iam.send(new UpdateAccessKeyCommand({ ...old, Status: 'Inactive' }));
    await expect(course.take(deletion)).rejects.toThrow(/Nothing says when/);
    expect(await keyIds(robot)).toContain(robot.stolenKey.accessKeyId);
  });

  it('is gone where the secret gives out another version', async () => {
    const { robot, course, step } = await upToReplacement();
    await course.take(step);
    await serve(estate().endpoint, robot);
    await put(robot, JSON.stringify(robot.stolenKey), 'AWSCURRENT');
    expect(await course.see(step)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('another version'),
    });
  });

  it('is gone where the secret gives out the marked version again, until the new key is given out anew', async () => {
    const { robot, course, step } = await upToReplacement();
    await course.take(step);
    await serve(estate().endpoint, robot);
    const fresh = course.evidence[step.id]?.['secretVersionId'];
    const { VersionIdsToStages } = await secrets.send(
      new DescribeSecretCommand({ SecretId: robot.secretId }),
    );
    const old = Object.keys(VersionIdsToStages ?? {}).find((id) => id !== fresh);
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: robot.secretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: old,
        RemoveFromVersionId: fresh,
      }),
    );
    expect(await course.see(step)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('marked as compromised'),
    });
    const keysThen = await keyIds(robot);
    expect((await course.take(step)).wasSo).toBe(false);
    expect(await keyIds(robot)).toEqual(keysThen);
    await expectReplaced(robot, course, step);
  });

  it('counts every version that holds the stolen key, also one that was stored since', async () => {
    const { robot, course, step } = await upToReplacement();
    await course.take(step);
    await serve(estate().endpoint, robot);
    await put(robot, JSON.stringify(robot.stolenKey), 'AWSCURRENT');
    await course.take(step);
    const { VersionIdsToStages } = await secrets.send(
      new DescribeSecretCommand({ SecretId: robot.secretId }),
    );
    const marks = Object.values(VersionIdsToStages ?? {})
      .flat()
      .filter((stage) => stage.startsWith('custody-compromised-'));
    expect(marks).toHaveLength(2);
    expect(await serve(estate().endpoint, robot)).toBe('works');
    expect(await course.see(step)).toMatchObject({ holds: true });
  });
});
