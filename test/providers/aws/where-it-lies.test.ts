// Where a user's key is kept when the runbook does not say: by a tag that the thief could not have written, never by one that it could, and
// never by a name alone. And who else reads the secret.
import { PutUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { serve } from '../../attacker/service.ts';
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
const robot = (): Promise<Workload> => workload(estate().endpoint, `deploy-robot-${(robots += 1)}x`);

const tag = (SecretId: string, Value: string) =>
  secrets.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'custody:holds', Value }] }));

const allow = ({ user }: Workload, Action: string, Resource = '*') =>
  iam.send(
    new PutUserPolicyCommand({
      UserName: user,
      PolicyName: 'more',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource }],
      }),
    }),
  );

const look = (one: Workload) => courseFor(one, workersOf(estate()), { secret: null });

describe('where the runbook names no secret', () => {
  it.each([
    ['the name of the user', (one: Workload) => one.user],
    ["the user's key", (one: Workload) => `aws/${ACCOUNT}/iam-user/${one.user}`],
  ])('the one that says %s is where the new key goes', async (_, value) => {
    const one = await robot();
    await tag(one.secretId, value(one));
    const course = await look(one);
    const step = course.step('aws/access-key-replacement');
    expect(step.target['secretId']).toBe(one.secretArn);
    expect(course.discovery.concerns.join('\n')).toMatch(/which the identity could not have written/);
    expect(course.discovery.proposals['replace-then-cut']).toBeDefined();
    await course.upTo(step);
    await course.take(step);
    expect(await serve(estate().endpoint, one)).toBe('works');
    // Looked at again in the middle of it, with custody's own restrictions on: nothing has changed.
    const again = await look(one);
    expect(again.step('aws/access-key-replacement').target).toEqual(step.target);
  });

  it.each([
    ['secretsmanager:TagResource', '*'],
    ['secretsmanager:CreateSecret', '*'],
    ['secretsmanager:*', 'arn:aws:secretsmanager:*:*:secret:deploy-robot-*'],
    ['iam:AttachUserPolicy', '*'],
    ['sts:AssumeRole', 'arn:aws:iam::123456789012:role/deployer'],
  ])('a tag that the thief could have written, by %s on %s, is told and not followed', async (action, on) => {
    const one = await robot();
    await tag(one.secretId, one.user);
    await allow(one, action, on);
    const course = await look(one);
    expect(course.plan.steps.map(({ kind }) => kind)).not.toContain('aws/access-key-replacement');
    expect(course.discovery.concerns.join('\n')).toMatch(/the identity itself could have written that/);
  });

  it('two that say it are told, and neither is followed', async () => {
    const one = await robot();
    await tag(one.secretId, one.user);
    await tag(one.workId, one.user);
    const course = await look(one);
    expect(course.plan.steps.map(({ kind }) => kind)).not.toContain('aws/access-key-replacement');
    expect(course.discovery.concerns.join('\n')).toMatch(/Several secrets say/);
  });

  it('one that is called after the user is a hint, and of another user it is none', async () => {
    const one = await robot();
    await secrets.send(new CreateSecretCommand({ Name: `${one.user}2/access-key`, SecretString: 'x' }));
    const course = await look(one);
    const concerns = course.discovery.concerns.join('\n');
    expect(concerns).toContain(`The secret ${one.secretId} is called after the user`);
    expect(concerns).not.toContain(`${one.user}2`);
    expect(course.plan.steps.map(({ kind }) => kind)).not.toContain('aws/access-key-replacement');
  });

  it('one that holds somebody else’s key is not written to, whatever its tag says', async () => {
    const one = await robot();
    await tag(one.workId, one.user);
    const course = await look(one);
    const step = course.step('aws/access-key-replacement');
    await course.upTo(step);
    await expect(course.take(step)).rejects.toThrow(/is not JSON with|lack secretsmanager/);
  });
});

it('where the runbook names one, that is where the new key goes, whatever a tag or a name says', async () => {
  const one = await robot();
  await tag(one.workId, one.user);
  for (const secret of [one.secretId, one.secretArn]) {
    const course = await courseFor(one, workersOf(estate()), { secret });
    expect(course.step('aws/access-key-replacement').target['secretId']).toBe(secret);
    expect(course.discovery.concerns.join('\n')).not.toContain('the runbook does not say it');
  }
});

describe('who reads the secret', () => {
  it('is told as its resource policy has it', async () => {
    const one = await robot();
    const reader = `arn:aws:iam::${ACCOUNT}:role/reporting`;
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: reader },
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Principal: { AWS: `${reader}-2` },
          Action: 'secretsmanager:TagResource',
          Resource: '*',
        },
        { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:Get*', Resource: '*' },
      ],
    });
    await secrets.send(new PutResourcePolicyCommand({ SecretId: one.secretId, ResourcePolicy }));
    const consumers = [{ other: 'reports', as: `${reader}-*` }];
    const { discovery } = await courseFor(one, workersOf(estate()), { consumers });
    const readers = discovery.consumers?.filter((line) => line.includes('resource policy'));
    expect(readers).toEqual([`The resource policy of the secret may let ${reader} read it.`]);
    const stranger = discovery.findings?.filter(({ kind }) => kind === 'unknown-consumer');
    expect(stranger).toEqual([
      {
        kind: 'unknown-consumer',
        says: expect.stringContaining(`${one.secretId} may be read by ${reader} (`),
        part: 'owner',
      },
    ]);
  });

  it('whom the runbook names is no stranger, nor is the account, which only hands it on to its own policies', async () => {
    const one = await robot();
    const AWS = [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT, `arn:aws:iam::${ACCOUNT}:role/reporting-eu`];
    const strangers = async (Principal: unknown, as: string) => {
      const Statement = [
        { Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' },
      ];
      const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
      await secrets.send(new PutResourcePolicyCommand({ SecretId: one.secretId, ResourcePolicy }));
      const consumers = [{ other: 'reports', as }];
      const { discovery } = await courseFor(one, workersOf(estate()), { consumers });
      return discovery.findings?.filter(({ kind }) => kind === 'unknown-consumer').map(({ says }) => says);
    };
    expect(await strangers({ AWS }, `arn:aws:iam::${ACCOUNT}:role/reporting-*`)).toEqual([]);
    expect(await strangers({ AWS }, `arn:aws:iam::${ACCOUNT}:role/other`)).toEqual([
      expect.stringContaining('role/reporting-eu'),
    ]);
    expect(
      await strangers({ AWS: 'arn:aws:iam::999999999999:root' }, 'arn:aws:iam::999999999999:role/x'),
    ).toEqual([expect.stringContaining('999999999999:root')]);
    expect(await strangers('*', 'arn:aws:iam::999999999999:role/x')).toEqual([
      expect.stringContaining('by anybody'),
    ]);
  });
});
