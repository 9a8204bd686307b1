// The clients of one account: one attempt a call (the caller repeats), every error sorted. Nothing here reads the environment;
// what is not given, the SDK finds by its default chain.
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { SecretRule } from '../secrets/rule.ts';
import { sorted } from './errors.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

export interface AwsOptions {
  /** Twelve digits: the one account in which this worker acts or looks. */
  account: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition?: string;
  region?: string;
  endpoint?: string;
  /** The SDK's default chain where none are given; a function is asked again when they run out. */
  credentials?: Credentials | (() => Promise<Credentials & { expiration: Date }>);
  clock?: Clock;
  /** Of an owner's executor: what its own policy says of its secrets, asked anew at each step. */
  secretRules?: () => Promise<readonly SecretRule[]>;
}

/** What every credential kind works with. */
export interface Aws {
  account: string;
  partition: string;
  clock: Clock;
  secretRules: () => Promise<readonly SecretRule[]>;
  iam: IAMClient;
  /** A secret named by its ARN is looked for in the ARN's region. */
  secrets(secretId: string): SecretsManagerClient;
  /** Detectors are regional. */
  guardDuty(region: string): GuardDutyClient;
  /** Event histories are regional. */
  trail(region: string): CloudTrailClient;
  /** One of the whole partition. */
  organizations: OrganizationsClient;
  /** Of this worker itself, for who it is. */
  sts: STSClient;
  /** What an identity did is not looked up. */
  withoutTrail?: true;
  /** For the proof of a new key: the only client that is not this worker's own. */
  stsAs(credentials: Credentials): STSClient;
}

const realClock: Clock = {
  now: () => Date.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

const SORTED = { step: 'initialize', name: 'custodySortedErrors', priority: 'high' } as const;

/** `iam` and `AttachUserPolicyCommand` -> `iam:AttachUserPolicy`: here, the name of a call is that of its permission. */
export const permissionOf = (service: string, commandName: string | undefined): string =>
  `${service}:${(commandName ?? 'unknown').replace(/Command$/, '')}`;

const sortErrors =
  (service: string) =>
  <Args, Output>(next: (args: Args) => Promise<Output>, context: { commandName?: string }) =>
  async (args: Args): Promise<Output> => {
    try {
      return await next(args);
    } catch (error) {
      throw sorted(error, permissionOf(service, context.commandName));
    }
  };

const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** `beside`: clients whose connections these share. */
export function connect(options: AwsOptions, beside?: Aws): Aws {
  const configured = {
    maxAttempts: 1,
    requestHandler: beside?.iam.config.requestHandler ?? PATIENCE,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };

  const iam = new IAMClient(configured);
  iam.middlewareStack.add(sortErrors('iam'), SORTED);

  const sts = new STSClient(configured);
  sts.middlewareStack.add(sortErrors('sts'), SORTED);

  const organizations = new OrganizationsClient(configured);
  organizations.middlewareStack.add(sortErrors('organizations'), SORTED);

  const detecting = new Map<string, GuardDutyClient>();
  const guardDuty = (region: string): GuardDutyClient => {
    const known = detecting.get(region);
    if (known !== undefined) return known;
    const client = new GuardDutyClient({ ...configured, region });
    client.middlewareStack.add(sortErrors('guardduty'), SORTED);
    detecting.set(region, client);
    return client;
  };

  const trails = new Map<string, CloudTrailClient>();
  const trail = (region: string): CloudTrailClient => {
    const known = trails.get(region);
    if (known !== undefined) return known;
    const client = new CloudTrailClient({ ...configured, region });
    client.middlewareStack.add(sortErrors('cloudtrail'), SORTED);
    trails.set(region, client);
    return client;
  };

  const byRegion = new Map<string | undefined, SecretsManagerClient>();
  const secrets = (secretId: string): SecretsManagerClient => {
    const region = secretId.startsWith('arn:') ? secretId.split(':')[3] || options.region : options.region;
    const known = byRegion.get(region);
    if (known !== undefined) return known;
    const client = new SecretsManagerClient({ ...configured, ...(region === undefined ? {} : { region }) });
    client.middlewareStack.add(sortErrors('secretsmanager'), SORTED);
    byRegion.set(region, client);
    return client;
  };

  const stsAs = (credentials: Credentials): STSClient => {
    // Whoever proves a key destroys this client: its connections are nobody else's.
    const client = new STSClient({ ...configured, requestHandler: PATIENCE, credentials });
    client.middlewareStack.add(sortErrors('sts'), SORTED);
    return client;
  };

  return {
    account: options.account,
    partition: options.partition ?? 'aws',
    clock: options.clock ?? realClock,
    secretRules: options.secretRules ?? (async () => []),
    iam,
    secrets,
    guardDuty,
    trail,
    organizations,
    sts,
    stsAs,
  };
}
