// Who works with the key, what its tags say, and what should be better afterwards: read at the source, and the same at a second look.
import { CreateAccessKeyCommand, IAMClient, PutUserPolicyCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import type { Clock } from '../../../providers/aws/clients.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { attempt } from '../../attacker/thief.ts';
import { courseFor, workersOf } from './course.ts';

const estate = estateForThisFile();
let iam: IAMClient;
let secrets: SecretsManagerClient;
beforeAll(() => {
  const configured = { endpoint: estate().endpoint, region: REGION, credentials: estate().root };
  iam = new IAMClient(configured);
  secrets = new SecretsManagerClient(configured);
});

let robots = 0;
const robotOf = (): Promise<Workload> => {
  robots += 1;
  return workload(estate().endpoint, `deploy-robot-${robots}`);
};

const look = async (robot: Workload, clock?: Clock, secret?: null): Promise<Discovery> =>
  (await courseFor(robot, workersOf(estate(), clock), secret === undefined ? {} : { secret })).discovery;

const says = ({ findings = [] }: Discovery, kind: string): string | undefined =>
  findings.find((finding) => finding.kind === kind)?.says;

const inDays = (days: number): Clock => ({
  now: () => Date.now() + days * 86_400_000,
  pause: async () => {},
});

const grant = (robot: Workload, Action: string, Resource = '*') =>
  iam.send(
    new PutUserPolicyCommand({
      UserName: robot.user,
      PolicyName: 'more',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource }],
      }),
    }),
  );

const rotate = ({ secretId }: Workload) =>
  secrets.send(
    new RotateSecretCommand({
      SecretId: secretId,
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
    }),
  );

const today = () => new Date().toISOString().slice(0, 10);

describe('findings', () => {
  it('a long-lived key that a workload works with', async () => {
    const robot = await robotOf();
    expect(says(await look(robot), 'static-key')).toBeUndefined();
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const found = await look(robot);
    expect(found.findings?.find(({ kind }) => kind === 'static-key')).toEqual({
      kind: 'static-key',
      says: `A workload works as ${robot.user} with a long-lived access key (iam:ListAccessKeys: ${robot.stolenKey.accessKeyId}, made on ${today()}): let it work by a role, or by OIDC federation, so that there is nothing to steal that lasts.`,
      part: 'owner',
    });
  });

  it('a secret that does not rotate, and a key of more than 90 days', async () => {
    const robot = await robotOf();
    const secretSays = `secretsmanager:DescribeSecret: ${robot.secretId} does not rotate by itself`;
    const keySays = `iam:ListAccessKeys: a key is older than 90 days (${robot.stolenKey.accessKeyId}, made on ${today()})`;
    const whole = (reasons: string) =>
      `The key of ${robot.user} is not replaced often enough (${reasons}): let its secret rotate.`;
    expect(says(await look(robot), 'no-rotation')).toBe(whole(secretSays));
    expect(says(await look(robot, inDays(89)), 'no-rotation')).toBe(whole(secretSays));
    expect(says(await look(robot, inDays(91)), 'no-rotation')).toBe(whole(`${keySays}; ${secretSays}`));
    await rotate(robot);
    expect(says(await look(robot), 'no-rotation')).toBeUndefined();
    expect(says(await look(robot, inDays(91)), 'no-rotation')).toBe(whole(keySays));
  });

  it('rights by which it can give itself any other', async () => {
    const robot = await robotOf();
    expect(says(await look(robot), 'over-privileged')).toBeUndefined();
    await grant(robot, 'iam:*');
    const found = await look(robot);
    expect(found.findings?.find(({ kind }) => kind === 'over-privileged')).toEqual({
      kind: 'over-privileged',
      says: `The user ${robot.user} can give itself any right: leave it only what its work needs (iam:GetUserPolicy: more: statement 1 allows iam:AttachUserPolicy on *).`,
      part: 'source-of-truth',
    });
  });

  it('not for what only a tag says', async () => {
    const robot = await robotOf();
    const Tags = [{ Key: 'custody:privileged', Value: 'true' }];
    await iam.send(new TagUserCommand({ UserName: robot.user, Tags }));
    const found = await look(robot);
    expect(found.facts).toContainEqual(expect.objectContaining({ fact: 'privileged', value: true }));
    expect(says(found, 'over-privileged')).toBeUndefined();
  });

  it('nobody that it belongs to, by tag or runbook', async () => {
    const robot = await robotOf();
    expect(says(await look(robot), 'no-owner')).toBeUndefined();
    expect(says(await look(robot, undefined, null), 'no-owner')).toBe(
      `Nothing says whose the user ${robot.user} is (iam:ListUserTags: no tag custody:owner): tag it, and name its owner in the runbook.`,
    );
    const Tags = [{ Key: 'Custody:Owner', Value: 'payments' }];
    await iam.send(new TagUserCommand({ UserName: robot.user, Tags }));
    expect(says(await look(robot, undefined, null), 'no-owner')).toBeUndefined();
  });
});

describe('tags', () => {
  const tag = (robot: Workload) =>
    iam.send(
      new TagUserCommand({
        UserName: robot.user,
        Tags: [
          { Key: 'team', Value: 'payments' },
          { Key: 'custody:owner', Value: 'payments' },
        ],
      }),
    );

  it('are handed on in order, as written by others', async () => {
    const robot = await robotOf();
    const made = { key: 'custody:reissue', value: 'true', writable: false };
    expect((await look(robot)).tags).toEqual([made]);
    await tag(robot);
    expect((await look(robot)).tags).toEqual([
      { key: 'custody:owner', value: 'payments', writable: false },
      made,
      { key: 'team', value: 'payments', writable: false },
    ]);
  });

  it('or as what the identity could have written itself', async () => {
    const robot = await robotOf();
    await tag(robot);
    await grant(robot, 'iam:TagUser', `arn:aws:iam::${ACCOUNT}:user/${robot.user}`);
    expect((await look(robot)).tags?.map(({ writable }) => writable)).toEqual([true, true, true]);
  });
});

describe('consumers', () => {
  it('are whom the last use of each key, and the last reading of the secret, point to', async () => {
    const robot = await robotOf();
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: robot.user }));
    await attempt(estate().endpoint, robot.stolenKey, robot.workId);
    const { consumers = [] } = await look(robot);
    const used = robot.stolenKey.accessKeyId;
    const idle = AccessKey?.AccessKeyId ?? '';
    const line = (id: string) => consumers.filter((one) => one.includes(id));
    expect(line(used)).toEqual([
      expect.stringMatching(
        new RegExp(`^The access key ${used} was last used at 20\\S+ for secretsmanager in ${REGION}\\.$`),
      ),
    ]);
    expect(line(idle)).toEqual([`No use of the access key ${idle} is on record.`]);
    expect(consumers.slice(2)).toEqual([
      `The secret ${robot.secretId}: no reading of it is on record; it does not rotate by itself.`,
    ]);
  });

  it('with the days that AWS keeps of the secret, which the emulator does not', async () => {
    const robot = await robotOf();
    const workers = workersOf(estate());
    workers.checker.interference = {
      change(call, _input, answer) {
        if (call !== 'secretsmanager:DescribeSecret') return;
        answer['LastAccessedDate'] = new Date('2026-11-24T00:00:00Z');
        answer['LastRotatedDate'] = new Date('2026-11-02T05:00:00Z');
        answer['RotationEnabled'] = true;
      },
    };
    const { discovery } = await courseFor(robot, workers);
    expect(discovery.consumers?.at(-1)).toBe(
      `The secret ${robot.secretId}: last read on 2026-11-24, by custody itself perhaps; it rotates by itself, last on 2026-11-02.`,
    );
  });
});
