// What an executor lacks, asked of IAM before anything is done: said where it is sure, unknown where it is not, never a false alarm.
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence, Preflight } from '../../../domain/provider/provider.ts';
import { ACCOUNT, REGION } from '../../../local/demo/estate.ts';
import type { Credentials } from '../../../providers/aws/clients.ts';
import { policyFor } from '../../../providers/aws/permissions.ts';
import { awsProvider } from '../../../providers/aws/provider.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { courseFor, workersOf } from './course.ts';
import { watched } from './watched.ts';

const estate = estateForThisFile();
let iam: IAMClient;
beforeAll(() => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});

const by = (credentials: Credentials) =>
  watched({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials });

/** What the steps of one part need, in each strategy, and on what. */
async function needsOf(
  part: 'source-of-truth' | 'owner',
): Promise<{ permissions: string[]; targets: Evidence[] }> {
  const { discovery } = await courseFor(estate(), workersOf(estate()));
  const steps = Object.values(discovery.proposals)
    .flat()
    .filter((proposal) => proposal.part === part);
  return {
    permissions: [...new Set(steps.flatMap(({ permissions }) => permissions))],
    targets: steps.map(({ target }) => target),
  };
}

const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const ASKING = allow(['iam:SimulatePrincipalPolicy', 'sts:GetCallerIdentity', 'iam:GetUser']);

let workers = 0;
async function workerWith(...statements: object[]): Promise<Credentials> {
  workers += 1;
  const UserName = `worker-${workers}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = document(...statements);
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

const NOTHING: Preflight = { missing: [], unknown: null };
const TARGETS = [{ userName: 'deploy-robot' }];

describe('an executor as it is generated', () => {
  it.each(['source-of-truth', 'owner'] as const)('for the part of the %s lacks nothing', async (part) => {
    const { permissions, targets } = await needsOf(part);
    const { identity, owner } = workersOf(estate());
    const worker = part === 'owner' ? owner : identity;
    expect(await worker.preflight(permissions, targets)).toEqual(NOTHING);
    expect(worker.calls.filter((call) => !/:(Get|Simulate)/.test(call))).toEqual([]);
  });

  it('lacks what the other one has', async () => {
    const { permissions, targets } = await needsOf('source-of-truth');
    const { owner } = workersOf(estate());
    const { missing, unknown } = await owner.preflight(permissions, targets);
    expect(missing).toEqual([
      'iam:AttachUserPolicy',
      'iam:DetachUserPolicy',
      'iam:GetLoginProfile',
      'iam:ListSSHPublicKeys',
      'iam:ListServiceSpecificCredentials',
      'iam:ListSigningCertificates',
      'iam:UpdateAccessKey',
    ]);
    expect(unknown).toBeNull();
  });

  it('may order the deletion of a secret, with a window, where it is the owner, and not where it cuts', async () => {
    const { identity, owner } = workersOf(estate());
    const asked = [['secretsmanager:DeleteSecret'], [{ secretId: estate().secretId }]] as const;
    expect(await owner.preflight(...asked)).toEqual(NOTHING);
    expect(await identity.preflight(...asked)).toEqual({
      missing: ['secretsmanager:DeleteSecret'],
      unknown: null,
    });
  });

  it('held to certain users and secrets, is not said to lack anything where nobody says which', async () => {
    const { permissions } = await needsOf('owner');
    const { missing, unknown } = await workersOf(estate()).owner.preflight(permissions);
    expect(missing).toEqual([]);
    expect(unknown).toMatch(/depends on what is not known beforehand .* iam:CreateAccessKey/);
    expect(unknown).toMatch(/secretsmanager:PutSecretValue/);
  });

  it('may ask about itself alone', () => {
    const all = Object.values(awsProvider({ account: ACCOUNT, region: REGION }).kinds);
    const scope = { account: ACCOUNT, self: 'role/team/custody-identity' };
    const cutting = all.filter(({ kind }) => kind === 'aws/quarantine');
    expect(policyFor(cutting, ['apply', 'preflight'], scope).Statement).toContainEqual({
      Sid: 'Oneself',
      Effect: 'Allow',
      Action: ['iam:SimulatePrincipalPolicy'],
      Resource: [`arn:aws:iam::${ACCOUNT}:role/team/custody-identity`],
    });
    expect(JSON.stringify(policyFor(cutting, ['apply'], scope))).not.toContain('Simulate');
  });
});

describe('one permission', () => {
  const of = async (statements: object[], permission: string, targets = TARGETS) =>
    by(await workerWith(ASKING, ...statements)).preflight([permission], targets);

  it('that is granted', async () => {
    expect(await of([allow('iam:UpdateAccessKey')], 'iam:UpdateAccessKey')).toEqual(NOTHING);
  });

  it('that is not there, for an executor that may write nothing', async () => {
    expect(await of([], 'iam:UpdateAccessKey')).toEqual({ missing: ['iam:UpdateAccessKey'], unknown: null });
  });

  it('that is granted on other users only', async () => {
    const Resource = `arn:aws:iam::${ACCOUNT}:user/other-*`;
    const held = [allow('iam:UpdateAccessKey', { Resource })];
    const lacks = { missing: ['iam:UpdateAccessKey'], unknown: null };
    expect(await of(held, 'iam:UpdateAccessKey')).toEqual(lacks);
    expect(await of(held, 'iam:UpdateAccessKey', [])).toMatchObject({
      missing: [],
      unknown: expect.stringContaining('iam:UpdateAccessKey'),
    });
  });

  it('that is denied beside being granted', async () => {
    const statements = [allow('iam:*'), { ...allow('iam:UpdateAccessKey'), Effect: 'Deny' }];
    expect(await of(statements, 'iam:UpdateAccessKey')).toMatchObject({ missing: ['iam:UpdateAccessKey'] });
  });

  it('that depends on a condition nobody can know', async () => {
    const Condition = { StringEquals: { 'aws:SourceVpce': 'vpce-1' } };
    expect(await of([allow('iam:UpdateAccessKey', { Condition })], 'iam:UpdateAccessKey')).toMatchObject({
      missing: [],
      unknown: expect.stringContaining('iam:UpdateAccessKey'),
    });
  });

  it('that is held to some policies of custody, as before there was a third', async () => {
    const two = ['custody-quarantine', 'custody-no-sessions'].map(
      (name) => `arn:aws:iam::${ACCOUNT}:policy/${name}`,
    );
    const Condition = { ArnEquals: { 'iam:PolicyARN': two } };
    expect(await of([allow('iam:AttachUserPolicy', { Condition })], 'iam:AttachUserPolicy')).toMatchObject({
      missing: [],
      unknown: expect.stringContaining('iam:AttachUserPolicy'),
    });
  });

  it('that is not known to this provider', async () => {
    expect(await of([allow('*')], 's3:DeleteBucket')).toMatchObject({
      missing: [],
      unknown: expect.stringContaining('s3:DeleteBucket'),
    });
  });
});

describe('an executor that cannot ask', () => {
  it('says which permission that would need', async () => {
    const { accessKeyId, secretAccessKey } = await workerWith(allow('sts:GetCallerIdentity'));
    const said = await by({ accessKeyId, secretAccessKey }).preflight(['iam:UpdateAccessKey'], TARGETS);
    expect(said).toEqual({
      missing: [],
      unknown: expect.stringMatching(/^iam:SimulatePrincipalPolicy .* grant it/),
    });
  });

  it('is not there to be simulated as root', async () => {
    const said = await by(estate().root).preflight(['iam:UpdateAccessKey'], TARGETS);
    expect(said).toEqual({ missing: [], unknown: expect.stringContaining('neither') });
  });

  it('is told that its own key is not accepted', async () => {
    const nobody = by({ accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'canary' });
    await expect(nobody.preflight(['iam:UpdateAccessKey'])).rejects.toMatchObject({ sort: 'denied' });
  });
});

it('a session is asked about by its role', async () => {
  const RoleName = 'custody-by-role';
  const trust = document({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  const PolicyDocument = document(ASKING, allow('iam:UpdateAccessKey'));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
  const credentials = await workerWith(allow('sts:AssumeRole'));
  const sts = new STSClient({ endpoint: estate().endpoint, region: REGION, credentials });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
  const { Credentials: made } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'executor' }),
  );
  const session = {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  };
  const said = await by(session).preflight(['iam:UpdateAccessKey', 'iam:CreateAccessKey'], TARGETS);
  expect(said).toEqual({ missing: ['iam:CreateAccessKey'], unknown: null });
});
