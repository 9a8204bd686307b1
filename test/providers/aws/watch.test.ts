// What was cut is watched: a key that comes back, a key that was back between two looks, one that is only tried, a policy that is detached.
// The account is the emulator's; CloudTrail is a stub of its documented API.
import {
  DeleteAccessKeyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { connect } from '../../../providers/aws/clients.ts';
import { NO_SESSIONS } from '../../../providers/aws/policies.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { currentKey, serve } from '../../attacker/service.ts';
import { attempt } from '../../attacker/thief.ts';
import { type Course, courseFor, workersOf } from './course.ts';
import { CloudTrailStub } from './trail/cloudtrail-stub.ts';

const estate = estateForThisFile();
let stub: CloudTrailStub;
let iam: IAMClient;
beforeAll(async () => {
  stub = await CloudTrailStub.start();
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});
afterAll(() => stub?.stop());

/** The workers' clock is slow, so that what is used now was used long after the cut. */
const BEHIND_MS = 600_000;
const clock = {
  now: () => Date.now() - BEHIND_MS,
  pause: () => Promise.resolve(),
};

let robots = 0;
let robot: Workload;
let course: Course;
beforeEach(async () => {
  robots += 1;
  robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
  const workers = workersOf(estate(), clock, (options) => ({
    ...connect(options),
    trail: connect({ ...options, endpoint: stub.endpoint }).trail,
  }));
  course = await courseFor(robot, workers);
  for (const step of course.plan.steps.filter(({ phase }) => phase === 'containment'))
    await course.take(step);
});

const status = (Status: 'Active' | 'Inactive') =>
  iam.send(
    new UpdateAccessKeyCommand({ UserName: robot.user, AccessKeyId: robot.stolenKey.accessKeyId, Status }),
  );
const key = () => course.step('aws/access-key');

/** As CloudTrail tells of a call that this key signed. */
const called = (errorCode?: string) =>
  stub.record(
    'us-east-1',
    { AccessKeyId: robot.stolenKey.accessKeyId },
    {
      eventID: `event-${robot.user}-${errorCode ?? 'none'}`,
      eventTime: new Date().toISOString(),
      eventSource: 'secretsmanager.amazonaws.com',
      eventName: 'GetSecretValue',
      userIdentity: { accountId: ACCOUNT, userName: robot.user, accessKeyId: robot.stolenKey.accessKeyId },
      ...(errorCode === undefined ? {} : { errorCode }),
    },
  );

/** The thief works with it while it is active, and it is inactive again before anybody looks. */
async function usedBetween(): Promise<void> {
  await course.take(course.step('aws/quarantine', 'undo'));
  await status('Active');
  expect(await attempt(estate().endpoint, robot.stolenKey, robot.workId)).toBe('works');
  await status('Inactive');
}

describe('a user that is renamed after it was cut', () => {
  it('keeps its key, which is not taken for gone: at work again under another name, it is seen', async () => {
    const NewUserName = `${robot.user}-moved`;
    await iam.send(new UpdateUserCommand({ UserName: robot.user, NewUserName }));
    const { accessKeyId: AccessKeyId } = robot.stolenKey;
    await iam.send(new UpdateAccessKeyCommand({ UserName: NewUserName, AccessKeyId, Status: 'Active' }));
    const renamed = { holds: false, saw: expect.stringContaining(`the user ${NewUserName} now`) };
    expect(await course.watch(key())).toMatchObject(renamed);
    expect(await course.see(key())).toMatchObject(renamed);
    await expect(course.take(key())).rejects.toThrow(/was renamed/);

    // Nor is it deleted.
    const deletion = course.step('aws/access-key-deletion');
    expect(await course.see(deletion)).toMatchObject(renamed);
    await expect(course.take(deletion)).rejects.toThrow(/was renamed/);

    await iam.send(new UpdateUserCommand({ UserName: NewUserName, NewUserName: robot.user }));
    expect(await course.take(key())).toMatchObject({ wasSo: false });
    expect(await course.see(key())).toMatchObject({ holds: true });
  });

  it('is another thing than one that is deleted, with its keys', async () => {
    const { accessKeyId: AccessKeyId } = robot.stolenKey;
    await iam.send(new DeleteAccessKeyCommand({ UserName: robot.user, AccessKeyId }));
    expect(await course.see(key())).toMatchObject({ holds: true });
    expect(await course.watch(key())).toMatchObject({ holds: true });
  });
});

describe('a key that was cut', () => {
  it('is dead, and then back; cut again, it is dead again', async () => {
    expect(await course.watch(key())).toMatchObject({
      holds: true,
      saw: expect.stringContaining('was not used since'),
    });
    await status('Active');
    expect(await course.watch(key())).toEqual({
      step: key().id,
      holds: false,
      saw: `The key ${robot.stolenKey.accessKeyId} is Active again.`,
    });
    expect((await course.take(key())).wasSo).toBe(false);
    expect(await course.watch(key())).toMatchObject({ holds: true });
  });

  it('that was back between two looks is told by its use, and that use once', async () => {
    await usedBetween();
    const back = await course.watch(key());
    expect(back).toMatchObject({
      holds: false,
      saw: expect.stringContaining('somebody had activated it'),
      use: { refused: false },
    });
    expect(await course.watch(key(), back?.use?.at ?? null)).toMatchObject({ holds: true });
  });

  it('that was only tried opens nothing: CloudTrail tells that the key was not taken', async () => {
    await usedBetween();
    called('InvalidClientTokenId');
    expect(await course.watch(key())).toMatchObject({
      holds: true,
      saw: expect.stringContaining('tried'),
      use: { refused: true },
    });
    // A key that is refused for its rights is one that works.
    called('AccessDenied');
    expect(await course.watch(key())).toMatchObject({ holds: false, use: { refused: false } });
  });

  it('is not excused by a log that cannot be read', async () => {
    await usedBetween();
    called('InvalidClientTokenId');
    stub.refusals.push({ name: 'AccessDeniedException', status: 400 });
    expect(await course.watch(key())).toMatchObject({ holds: false, use: { refused: false } });
  });
});

describe('a policy of custody’s', () => {
  it('that somebody detaches is missed', async () => {
    const step = course.step('aws/no-sessions');
    expect(await course.watch(step)).toMatchObject({ holds: true });
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${NO_SESSIONS.name}`;
    await iam.send(new DetachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
    expect(await course.watch(step)).toMatchObject({ holds: false });
  });
});

describe('a replacement', () => {
  it('is watched for the compromised version alone: a later one of its owner is theirs', async () => {
    await course.take(course.step('aws/quarantine', 'undo'));
    const step = course.step('aws/access-key-replacement');
    const { evidence } = await course.take(step);
    expect(await serve(estate().endpoint, robot)).toBe('works');
    expect(await course.watch(step)).toMatchObject({ holds: true });
    const secrets = new SecretsManagerClient({
      endpoint: estate().endpoint,
      region: REGION,
      credentials: estate().root,
    });
    const mine = evidence['secretVersionId'] ?? '';
    const old = await oldVersion(secrets, mine);
    const move = { SecretId: robot.secretId, VersionStage: 'AWSCURRENT' };
    await secrets.send(
      new UpdateSecretVersionStageCommand({ ...move, MoveToVersionId: old, RemoveFromVersionId: mine }),
    );
    expect((await currentKey(estate().endpoint, robot)).accessKeyId).toBe(robot.stolenKey.accessKeyId);
    expect(await course.watch(step)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('marked as compromised'),
    });
    expect((await course.take(step)).wasSo).toBe(false);
    expect(await course.watch(step)).toMatchObject({ holds: true });
  });
});

async function oldVersion(secrets: SecretsManagerClient, mine: string): Promise<string> {
  const { VersionIdsToStages = {} } = await secrets.send(
    new DescribeSecretCommand({ SecretId: robot.secretId }),
  );
  return Object.keys(VersionIdsToStages).find((id) => id !== mine) ?? '';
}
