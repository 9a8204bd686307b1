// A role in place of a key that lasts: the trust policies are taken by AWS as they are written, and let in exactly whom they name.
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, consumerSchema } from '../../../domain/consumer/consumer.schema.ts';
import { ACCOUNT, REGION, workload } from '../../../local/demo/estate.ts';
import { shortLivedFor } from '../../../providers/aws/short-lived.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { courseFor, workersOf } from './course.ts';

const estate = estateForThisFile();
const WHERE = { account: ACCOUNT, partition: 'aws' };
const GITHUB = 'token.actions.githubusercontent.com';
const CLUSTER = `oidc.eks.${REGION}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`;
const AUDIENCE = 'sts.amazonaws.com';

let iam: IAMClient;
/** Whoever comes with a web identity signs nothing in AWS; the emulator turns away what is not signed before it looks at the token. */
let sts: STSClient;
beforeAll(async () => {
  const configured = { endpoint: estate().endpoint, region: REGION, credentials: estate().root };
  iam = new IAMClient(configured);
  sts = new STSClient({
    ...configured,
    maxAttempts: 1,
    httpAuthSchemeProvider: () => [
      {
        schemeId: 'aws.auth#sigv4',
        signingProperties: { name: 'sts', region: REGION },
        propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
      },
    ],
  });
  for (const issuer of [GITHUB, CLUSTER, 'other.example']) {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: `https://${issuer}`,
        ClientIDList: [AUDIENCE, 'elsewhere'],
        ThumbprintList: ['0'.repeat(40)],
      }),
    );
  }
});

const named = (...consumers: unknown[]): Consumer[] =>
  consumers.map((consumer) => consumerSchema.parse(consumer));

let roles = 0;
const roleFor = async (consumer: unknown): Promise<string> => {
  const [only] = shortLivedFor(WHERE, named(consumer), []);
  const made = await iam.send(
    new CreateRoleCommand({
      RoleName: `short-lived-${(roles += 1)}`,
      AssumeRolePolicyDocument: only?.content ?? '',
    }),
  );
  return made.Role?.Arn ?? '';
};

interface Claims {
  iss: string;
  sub: string;
  aud?: string;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The emulator reads tokens and does not verify their signatures; AWS does. */
const tokenOf = ({ iss, sub, aud = AUDIENCE }: Claims): string => {
  const claims = { iss: `https://${iss}`, sub, aud, exp: Math.floor(Date.now() / 1_000) + 600 };
  return `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}.c2ln`;
};
const come = async (RoleArn: string, claims: Claims): Promise<string> => {
  try {
    const said = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn,
        RoleSessionName: 'job',
        WebIdentityToken: tokenOf(claims),
      }),
    );
    return said.Credentials?.SessionToken === undefined ? 'nothing' : 'in';
  } catch (error) {
    return (error as Error).name;
  }
};

describe('a role for jobs of GitHub Actions', () => {
  const jobs = { repository: 'acme/shop' };
  const main = { iss: GITHUB, sub: 'repo:acme/shop:ref:refs/heads/main' };

  it('lets in the branch of the repository, and nobody else', async () => {
    const role = await roleFor({ githubActions: jobs });
    expect(await come(role, main)).toBe('in');
    for (const other of [
      { sub: 'repo:acme/shop:ref:refs/heads/main2' },
      { sub: 'repo:acme/shop:pull_request' },
      { sub: 'repo:acme/shop-fork:ref:refs/heads/main' },
      { sub: 'repo:acme/shop:environment:production' },
      { aud: 'elsewhere' },
      { iss: 'other.example' },
    ])
      expect([other, await come(role, { ...main, ...other })]).toEqual([other, 'AccessDenied']);
  });

  it('or the environment that is named', async () => {
    const role = await roleFor({ githubActions: { ...jobs, environment: 'production' } });
    expect(await come(role, { iss: GITHUB, sub: 'repo:acme/shop:environment:production' })).toBe('in');
    expect(await come(role, main)).toBe('AccessDenied');
  });
});

describe('a role for pods', () => {
  const pods = { namespace: 'shop', deployment: 'api', serviceAccount: 'api' };

  it('by the cluster’s own issuer lets in the service account of the namespace', async () => {
    const role = await roleFor({ kubernetes: { ...pods, issuer: CLUSTER } });
    const api = { iss: CLUSTER, sub: 'system:serviceaccount:shop:api' };
    expect(await come(role, api)).toBe('in');
    for (const sub of ['system:serviceaccount:other:api', 'system:serviceaccount:shop:default'])
      expect([sub, await come(role, { ...api, sub })]).toEqual([sub, 'AccessDenied']);
    expect(await come(role, { ...api, iss: GITHUB })).toBe('AccessDenied');
  });

  it('by Pod Identity asks for both names, and no user of the account gets in', async () => {
    const role = await roleFor({ kubernetes: pods });
    const asUser = sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'user' }));
    await expect(asUser).rejects.toThrow(/not authorized/);
    const [only] = shortLivedFor(WHERE, named({ kubernetes: pods }), []);
    expect(JSON.parse(only?.content ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: {
            StringEquals: {
              'aws:RequestTag/kubernetes-namespace': 'shop',
              'aws:RequestTag/kubernetes-service-account': 'api',
            },
          },
        },
      ],
    });
  });

  it('without a service account there is none: every pod of the namespace would get in', () => {
    expect(shortLivedFor(WHERE, named({ kubernetes: { namespace: 'shop', deployment: 'api' } }), [])).toEqual(
      [],
    );
  });
});

describe('a role for what runs on AWS', () => {
  it.each([
    ['ec2', 'ec2.amazonaws.com'],
    ['ecs', 'ecs-tasks.amazonaws.com'],
    ['lambda', 'lambda.amazonaws.com'],
  ])('%s is for %s alone', async (service, principal) => {
    const consumer = { aws: { service, name: 'shop' } };
    const role = await roleFor(consumer);
    const asUser = sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'user' }));
    await expect(asUser).rejects.toThrow(/not authorized/);
    const [only] = shortLivedFor(WHERE, named(consumer), []);
    const { Statement } = JSON.parse(only?.content ?? '') as { Statement: { Principal: object }[] };
    expect(Statement.map(({ Principal }) => Principal)).toEqual([{ Service: principal }]);
  });

  it('user agents hint at one, as what a thief could have chosen, only where the runbook says nothing', () => {
    const agents = ['Boto3/1.40.1 exec-env/AWS_Lambda_python3.13', 'aws-cli/2.30'];
    const [hint, ...more] = shortLivedFor(WHERE, [], agents);
    expect(more).toEqual([]);
    expect(hint?.title).toMatch(/AWS Lambda.*a thief could have chosen/);
    expect(hint?.content).toContain('lambda.amazonaws.com');
    const said = shortLivedFor(WHERE, named({ githubActions: { repository: 'acme/shop' } }), agents);
    expect(said.map(({ title }) => title)).toEqual([
      'Trust policy of a role that only jobs of acme/shop in the branch main can become',
    ]);
  });
});

describe('the finding of a key that lasts', () => {
  it('carries them, each role for itself', async () => {
    const robot = await workload(estate().endpoint, 'short-lived-robot');
    const consumers = named(
      { githubActions: { repository: 'acme/shop' } },
      { kubernetes: { namespace: 'shop', deployment: 'api', serviceAccount: 'api', issuer: CLUSTER } },
      { other: 'the till in Basel' },
    );
    const { discovery } = await courseFor(robot, workersOf(estate()), { consumers });
    const found = discovery.findings?.find(({ kind }) => kind === 'static-key');
    expect(found).toMatchObject({ part: 'owner', says: expect.stringContaining('by OIDC federation') });
    expect(found?.documents?.map(({ title }) => title)).toEqual([
      'Trust policy of a role that only jobs of acme/shop in the branch main can become',
      'Trust policy of a role that only pods of the service account api in shop can become',
    ]);
  });
});
