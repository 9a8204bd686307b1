// What a simulation cannot decide, since policies ask about things that only a real call has: where the caller comes from, by which
// endpoint. It is never taken for a no that protects a new key, nor for a permission that is not there.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyVersionCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { PutResourcePolicyCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Strategy } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { connect } from '../../../providers/aws/clients.ts';
import { RESTRICTED } from '../../../providers/aws/policies.ts';
import { simulate } from '../../../providers/aws/simulation.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { type Course, courseFor, workersOf } from './course.ts';
import { asDocumented } from './documented-simulation.ts';
import { watched } from './watched.ts';

const estate = estateForThisFile();
let iam: IAMClient;
beforeAll(() => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});

const RESTRICTED_ARN = `arn:aws:iam::${ACCOUNT}:policy/${RESTRICTED.name}`;
const FROM_OFFICE = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };

/** Whatever the user's own policies may say, it cannot read its secret. */
async function denyInSecret({ user, secretId }: Workload): Promise<void> {
  const { endpoint, root } = estate();
  const secrets = new SecretsManagerClient({ endpoint, region: REGION, credentials: root });
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:user/${user}` };
  const Statement = [{ Effect: 'Deny', Principal, Action: 'secretsmanager:*', Resource: '*' }];
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
  await secrets.send(new PutResourcePolicyCommand({ SecretId: secretId, ResourcePolicy }));
}

const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });

describe.each([
  ['as the emulator answers', undefined],
  ['as AWS documents the answer', asDocumented],
])('%s', (_, change) => {
  let robots = 0;
  async function courseOf(
    strategy: Strategy,
    ...statements: object[]
  ): Promise<{ robot: Workload; course: Course }> {
    robots += 1;
    const name = `deploy-robot-${change === undefined ? 'e' : 'd'}${robots}`;
    const robot = await workload(estate().endpoint, name);
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'more', PolicyDocument }));
    const workers = workersOf(estate());
    if (change !== undefined) for (const worker of Object.values(workers)) worker.interference = { change };
    return { robot, course: await courseFor(robot, workers, { strategy }) };
  }
  const replaced = async ({ course }: { course: Course }) =>
    course.take(course.step('aws/access-key-replacement'));

  it('a right to read the secret under a condition: no new key is put there', async () => {
    const scene = await courseOf(
      'replace-then-cut',
      allow('secretsmanager:GetSecretValue', { Condition: FROM_OFFICE }),
    );
    expect(scene.course.discovery.concerns.join('\n')).toMatch(
      /Whether the user \S+ may do secretsmanager:GetSecretValue on \S+ depends on aws:SourceIp/,
    );
    await expect(replaced(scene)).rejects.toThrow(/GetSecretValue on \S+ depends on aws:SourceIp/);
  });

  it('a deny under a condition protects nothing', async () => {
    const scene = await courseOf('replace-then-cut', allow('secretsmanager:GetSecretValue'), {
      ...allow('secretsmanager:*'),
      Effect: 'Deny',
      Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    });
    await expect(replaced(scene)).rejects.toThrow(/depends on aws:SourceIp/);
  });

  it('a right over itself under a condition: no new key while the stolen one works', async () => {
    const Resource = `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`;
    const scene = await courseOf(
      'replace-then-cut',
      allow('iam:PutUserPolicy', { Resource, Condition: FROM_OFFICE }),
    );
    await denyInSecret(scene.robot);
    await expect(replaced(scene)).rejects.toThrow(
      /No new key is made while the stolen one works. Whether .* could give itself .* depends on aws:SourceIp/,
    );
  });

  it('under custody-restricted a condition of another statement changes nothing', async () => {
    const scene = await courseOf('restrict', allow('s3:GetObject', { Condition: FROM_OFFICE }));
    await expect(replaced(scene)).rejects.toThrow(/depends on aws:SourceIp/);
    await scene.course.take(scene.course.step('aws/restriction'));
    expect(await replaced(scene)).toMatchObject({ wasSo: false });
  });

  it('custody-restricted with a content that is not the known one is not trusted', async () => {
    const scene = await courseOf('restrict', allow('secretsmanager:GetSecretValue'));
    const Statement = [
      { ...allow('*'), Effect: 'Deny', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
    ];
    const { PolicyVersion } = await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: RESTRICTED_ARN,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
        SetAsDefault: true,
      }),
    );
    const worn = { UserName: scene.robot.user, PolicyArn: RESTRICTED_ARN };
    await iam.send(new AttachUserPolicyCommand(worn));
    try {
      await expect(replaced(scene)).rejects.toThrow(/depends on aws:SourceIp/);
    } finally {
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: RESTRICTED_ARN,
          PolicyDocument: JSON.stringify(RESTRICTED.document),
          SetAsDefault: true,
        }),
      );
      const VersionId = PolicyVersion?.VersionId;
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn: RESTRICTED_ARN, VersionId }));
    }
    expect(await replaced(scene)).toMatchObject({ wasSo: false });
  });

  it('a permission of a worker is not said to be missing where a condition has a say', async () => {
    robots += 1;
    const UserName = `worker-${change === undefined ? 'e' : 'd'}${robots}`;
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        allow('iam:SimulatePrincipalPolicy'),
        allow('iam:GetUser'),
        allow('sts:GetCallerIdentity'),
        allow('iam:UpdateAccessKey', { Condition: FROM_OFFICE }),
      ],
    });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const credentials = { accessKeyId, secretAccessKey };
    const worker = watched({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials });
    if (change !== undefined) worker.interference = { change };
    expect(await worker.preflight(['iam:UpdateAccessKey'], [{ userName: 'deploy-robot' }])).toEqual({
      missing: [],
      unknown: expect.stringContaining('iam:UpdateAccessKey'),
    });
  });
});

/** A client that gives one answer to all; only the shape is AWS's. */
function answering(EvaluationResults: object[]) {
  const aws = connect({
    account: ACCOUNT,
    region: REGION,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  aws.iam.middlewareStack.add(
    () => async () => ({ response: {}, output: { EvaluationResults, $metadata: {} } }) as never,
    {
      step: 'initialize',
      priority: 'low',
    },
  );
  return aws;
}

describe('an answer about one resource', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:user/robot`;
  const of = async (result: object) => {
    const [only] = await simulate(
      answering([{ EvalActionName: 'a:B', ...result }]),
      { arn },
      { actions: ['a:B'], resource: 'x' },
    );
    return only;
  };
  it.each([
    [
      'the keys stand under the resource',
      {
        EvalDecision: 'implicitDeny',
        MissingContextValues: [],
        ResourceSpecificResults: [
          { EvalResourceDecision: 'implicitDeny', MissingContextValues: ['aws:SourceIp'] },
        ],
      },
      { decision: 'implicitDeny', unknown: ['aws:SourceIp'] },
    ],
    [
      'in both places: each once',
      {
        EvalDecision: 'implicitDeny',
        MissingContextValues: ['aws:SourceIp'],
        ResourceSpecificResults: [
          { EvalResourceDecision: 'implicitDeny', MissingContextValues: ['aws:SourceIp', 'aws:SourceVpc'] },
        ],
      },
      { decision: 'implicitDeny', unknown: ['aws:SourceIp', 'aws:SourceVpc'] },
    ],
    [
      'the decision on the resource counts',
      { EvalDecision: 'implicitDeny', ResourceSpecificResults: [{ EvalResourceDecision: 'allowed' }] },
      { decision: 'allowed', unknown: [] },
    ],
    ['no part for the resource', { EvalDecision: 'explicitDeny' }, { decision: 'explicitDeny', unknown: [] }],
    [
      'a key that a call with a long-lived key never has',
      {
        EvalDecision: 'implicitDeny',
        ResourceSpecificResults: [
          { EvalResourceDecision: 'implicitDeny', MissingContextValues: ['aws:TokenIssueTime'] },
        ],
      },
      { decision: 'implicitDeny', unknown: [] },
    ],
  ])('%s', async (_, answer, expected) => {
    expect(await of(answer)).toEqual({ action: 'a:B', ...expected });
  });
});
