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
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { type PolicyDocument, policyFor, type Verb } from '../../providers/aws/permissions.ts';
import { WORN } from '../../providers/aws/policies.ts';
import { awsProvider } from '../../providers/aws/provider.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const USER = 'deploy-robot';

/** Root credentials of the emulator. */
const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Kinds of each executor: the one that cuts cannot issue, the one that issues cannot cut. */
const CUTTING = [
  'aws/quarantine',
  'aws/restriction',
  'aws/no-sessions',
  'aws/access-key',
  'aws/login-profile',
  'aws/ssh-public-key',
  'aws/service-specific-credential',
  'aws/signing-certificate',
  'aws/mfa-device',
  'aws/group-membership',
  'aws/access-key-deletion',
  'aws/role-quarantine',
  'aws/role-restriction',
];
/** By inline policies, whose writer can grant anything: kept apart. */
const ENDING_SESSIONS = ['aws/role-session-cut-off'];
const ISSUING = ['aws/access-key-replacement'];

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
  const all = awsProvider({ account: ACCOUNT, region: REGION, endpoint, credentials: ROOT }).kinds;
  const kindsOf = (names: readonly string[]) =>
    names.map((name) => all[name]).filter((kind) => kind !== undefined);
  return {
    ...robot,
    endpoint,
    account: ACCOUNT,
    region: REGION,
    root: ROOT,
    executors: {
      identity: await worker(root.iam, 'custody-identity', kindsOf(CUTTING), ['apply', 'undo', 'preflight']),
      owner: await worker(root.iam, 'custody-owner', kindsOf(ISSUING), ['apply', 'preflight'], {
        users: [`${USER}*`],
        secrets: [`${USER}*/access-key`],
      }),
      sessions: await worker(root.iam, 'custody-sessions', kindsOf(ENDING_SESSIONS), [
        'apply',
        'undo',
        'preflight',
      ]),
    },
    checker: await worker(root.iam, 'custody-checker', Object.values(all), ['check', 'discover']),
  };
}

/** A user for an executor that may cut without people: it reads for itself what else only the checker reads. */
export function automaticExecutor(endpoint: string, user: string): Promise<Credentials> {
  const { kinds } = awsProvider({ account: ACCOUNT, region: REGION, endpoint, credentials: ROOT });
  const of = [...CUTTING, 'aws/quarantine-auto'].flatMap((name) => kinds[name] ?? []);
  return worker(rootOf(endpoint).iam, user, of, ['apply', 'undo', 'preflight', 'discover', 'automatic']);
}

/** A user for an owner's executor that makes new values for these secrets. */
export function secretsExecutor(endpoint: string, user: string, secrets: string[]): Promise<Credentials> {
  const { kinds } = awsProvider({ account: ACCOUNT, region: REGION, endpoint, credentials: ROOT });
  const of = ['aws/generated-secret', 'aws/native-rotation'].flatMap((name) => kinds[name] ?? []);
  return worker(rootOf(endpoint).iam, user, of, ['apply', 'preflight'], { secrets });
}

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

  await root.iam.send(new CreateUserCommand({ UserName: user }));
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
  kinds: readonly CredentialKind[],
  verbs: readonly Verb[],
  scope: { users?: string[]; secrets?: string[] } = {},
): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName: user }));
  const self = `user/${user}`;
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
