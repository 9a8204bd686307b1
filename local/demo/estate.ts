// The AWS account of demo and tests: a deploy robot whose key is stolen, the service that works with that key, custody's
// policies, and a user with generated least privilege for each of custody's workers. For the emulator only, never for a real account.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../providers/aws/clients.ts';
import { ISSUE_TAG } from '../../providers/aws/issue-tag.ts';
import { type Hand, hand } from '../../providers/aws/kinds.ts';
import { type PolicyDocument, policyFor } from '../../providers/aws/permissions.ts';
import { WORN } from '../../providers/aws/policies.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const USER = 'deploy-robot';

/** Root credentials of the emulator. */
const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface Workload {
  user: string;
  stolenKey: Credentials;
  /** Where the service finds the robot's key. */
  secretId: string;
  secretArn: string;
  /** What the robot works on: it reads this secret with its key. */
  workId: string;
  /** The service's own identity: it may read `secretId` and nothing else. */
  service: Credentials;
}

export interface Estate extends Workload {
  endpoint: string;
  account: string;
  region: string;
  root: Credentials;
  executors: { identity: Credentials; owner: Credentials; sessions: Credentials };
  checker: Credentials;
}

export async function estate(endpoint: string): Promise<Estate> {
  const root = rootOf(endpoint);
  for (const { name, document } of WORN) {
    await root.iam.send(
      new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }),
    );
  }
  const robot = await workload(endpoint, USER);
  return {
    ...robot,
    endpoint,
    account: ACCOUNT,
    region: REGION,
    root: ROOT,
    executors: {
      identity: await worker(root.iam, 'custody-identity', 'cuts'),
      owner: await worker(root.iam, 'custody-owner', 'issues', {
        users: [`${USER}*`],
        secrets: [`${USER}*/access-key`],
      }),
      sessions: await worker(root.iam, 'custody-sessions', 'ends-sessions'),
    },
    checker: await worker(root.iam, 'custody-checker', 'looks'),
  };
}

/** A user for an executor that may cut without people: it reads for itself what else only the checker reads. */
export const automaticExecutor = (endpoint: string, user: string): Promise<Credentials> =>
  worker(rootOf(endpoint).iam, user, 'cuts-without-people');

/** A user for an owner's executor that makes new values for these secrets. */
export const secretsExecutor = (endpoint: string, user: string, secrets: string[]): Promise<Credentials> =>
  worker(rootOf(endpoint).iam, user, 'rotates', { secrets });

/** A user whose key is kept in a secret, and the service that fetches it there. The emulator may hold several. */
export async function workload(
  endpoint: string,
  user: string,
  at: { account: string; root: Credentials } = { account: ACCOUNT, root: ROOT },
): Promise<Workload> {
  const root = rootOf(endpoint, at.root);
  const secretId = `${user}/access-key`;
  const workId = `${user}/work`;
  const reading = (secret: string) => ({
    Effect: 'Allow' as const,
    Action: ['secretsmanager:GetSecretValue'],
    Resource: [`arn:aws:secretsmanager:${REGION}:${at.account}:secret:${secret}-*`],
  });

  const Tags = [{ Key: ISSUE_TAG.key, Value: ISSUE_TAG.value }];
  await root.iam.send(new CreateUserCommand({ UserName: user, Tags }));
  await grant(root.iam, user, {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Work', ...reading(workId) },
      // AWS asks for no permission to say who one is, or to make a session of oneself; the emulator does.
      {
        Sid: 'Oneself',
        Effect: 'Allow',
        Action: ['sts:GetCallerIdentity', 'sts:GetSessionToken'],
        Resource: ['*'],
      },
    ],
  });
  const stolenKey = await keyFor(root.iam, user);

  const service = `${user}-service`;
  await root.iam.send(new CreateUserCommand({ UserName: service }));
  await grant(root.iam, service, {
    Version: '2012-10-17',
    Statement: [{ Sid: 'Key', ...reading(secretId) }],
  });

  await root.secrets.send(new CreateSecretCommand({ Name: workId, SecretString: 'what the robot deploys' }));
  const { ARN: secretArn } = await root.secrets.send(
    new CreateSecretCommand({
      Name: secretId,
      SecretString: JSON.stringify({ ...stolenKey, region: REGION }),
    }),
  );
  return {
    user,
    stolenKey,
    secretId,
    secretArn: secretArn ?? '',
    workId,
    service: await keyFor(root.iam, service),
  };
}

function rootOf(endpoint: string, credentials: Credentials = ROOT) {
  const configured = { endpoint, region: REGION, credentials };
  return { iam: new IAMClient(configured), secrets: new SecretsManagerClient(configured) };
}

async function worker(
  iam: IAMClient,
  user: string,
  as: Hand,
  scope: { users?: string[]; secrets?: string[] } = {},
): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName: user }));
  const self = `user/${user}`;
  const { kinds, verbs } = hand(as);
  const policy = policyFor(kinds, verbs, { account: ACCOUNT, self, ...scope });
  await grant(iam, user, asTheEmulatorReadsIt(policy));
  return keyFor(iam, user);
}

/** Here, but not on AWS, it needs a permission to say who one is. */
const ONESELF = {
  Sid: 'WhoItIs',
  Effect: 'Allow',
  Action: ['sts:GetCallerIdentity'],
  Resource: ['*'],
} as const;

/** The same permissions and not one more. */
export function asTheEmulatorReadsIt(policy: PolicyDocument): PolicyDocument {
  const oneself = { ...ONESELF, Action: [...ONESELF.Action], Resource: [...ONESELF.Resource] };
  return { ...policy, Statement: [...policy.Statement, oneself] };
}

async function grant(iam: IAMClient, user: string, document: PolicyDocument): Promise<void> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: `${user}-policy`, PolicyDocument: JSON.stringify(document) }),
  );
  await iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn: Policy?.Arn }));
}

async function keyFor(iam: IAMClient, user: string): Promise<Credentials> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: user }));
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error(`no key was made for ${user}`);
  return { accessKeyId, secretAccessKey };
}
