// Incidents that go wrong on the way: a user or a role whose credential is stolen, by workers that reach AWS through the proxy alone.
// Everybody else (the thief, the service, whoever looks at the end) goes to AWS directly.
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Strategy } from '../../domain/plan/plan.schema.ts';
import { type Estate, REGION, workload } from '../../local/demo/estate.ts';
import { type Aws, type AwsOptions, type Clock, connect } from '../../providers/aws/clients.ts';
import { allow, rolesOf } from '../attacker/roles.ts';
import { currentKey, serve } from '../attacker/service.ts';
import { attempt, sessionOf } from '../attacker/thief.ts';
import { type Course, courseFor, courseForRole, workersOf } from '../providers/aws/course.ts';
import { movedClock } from '../providers/aws/role/moved-clock.ts';
import type { AwsProxy } from './aws-proxy.ts';
import { tried } from './tried.ts';

export interface Scene {
  course: Course;
  /** Looks once more, by the same checker. */
  discover(): Promise<Course>;
  /** All that the incident may change, by the names that calls use. */
  own: readonly string[];
  /** The innocent service does its work, if it can. */
  work(): Promise<unknown>;
  /** So much later that the last restrictions may come off. */
  later(): void;
  /** What AWS answers to the thief, by each credential. */
  thief(): Promise<string[]>;
  /** What is so in the end, read at AWS itself. */
  standing(): Promise<Record<string, unknown>>;
  /** Somebody else deletes it; not an error where it is gone. */
  deletes: Readonly<Record<string, () => Promise<void>>>;
}

/** Longer than an answer takes here. On a machine that is busier than that, a call is made once more, as the worker would. */
const ANSWER_MS = 400;

/** The product's own clients, with less patience. */
function impatient(options: AwsOptions): Aws {
  const real = connect(options);
  const known = new WeakSet<object>();
  const hurried = <T extends IAMClient | SecretsManagerClient | Aws['sts']>(client: T): T => {
    const handler = client.config.requestHandler as {
      updateHttpClientConfig?(key: 'requestTimeout', milliseconds: number): void;
    };
    if (!known.has(client)) handler.updateHttpClientConfig?.('requestTimeout', ANSWER_MS);
    known.add(client);
    return client;
  };
  return {
    ...real,
    iam: hurried(real.iam),
    sts: hurried(real.sts),
    secrets: (id) => hurried(real.secrets(id)),
    stsAs: (credentials) => hurried(real.stsAs(credentials)),
  };
}

const REFUSED = /^(AccessDenied|InvalidClientTokenId|UnrecognizedClientException)/;
const refused = (answer: string): string => (REFUSED.test(answer) ? 'refused' : answer);

/** What is gone already is as it was meant. */
async function gone(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: Error) => {
    if (!/NoSuchEntity|ResourceNotFound/.test(error.name)) throw error;
  });
}

export function scenesOf(estate: Estate, proxy: AwsProxy) {
  const begun = async (discover: () => Promise<Course>): Promise<Course> => {
    const outcome = await tried(proxy, null, discover);
    if ('said' in outcome) return outcome.said;
    throw outcome.escalated;
  };
  const configured = { endpoint: estate.endpoint, region: REGION, credentials: estate.root };
  const iam = new IAMClient(configured);
  const secrets = new SecretsManagerClient(configured);
  const roles = rolesOf(estate);
  const through = { ...estate, endpoint: proxy.endpoint };
  let made = 0;

  const keysOf = async (UserName: string): Promise<string[]> => {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata.map(({ AccessKeyId = '' }) => AccessKeyId);
  };
  const wornBy = async (UserName: string): Promise<string[]> => {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    return AttachedPolicies.map(({ PolicyName = '' }) => PolicyName).filter((name) =>
      name.startsWith('custody-'),
    );
  };

  async function deleteUser(UserName: string): Promise<void> {
    for (const AccessKeyId of await keysOf(UserName))
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    for (const { PolicyArn } of AttachedPolicies)
      await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    for (const PolicyName of PolicyNames)
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
    await iam.send(new DeleteUserCommand({ UserName }));
  }

  async function deleteRole(RoleName: string): Promise<void> {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies)
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames)
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  }

  async function user(strategy: Strategy): Promise<Scene> {
    made += 1;
    const robot = await workload(estate.endpoint, `${estate.user}-${made}`);
    const { endpoint } = estate;
    const session = await sessionOf(endpoint, robot.stolenKey);
    const clock: Clock = { now: () => Date.now(), pause: async () => {} };
    const workers = workersOf(through, clock, impatient);
    const discover = () => courseFor(robot, workers, { strategy });
    const course = await begun(discover);
    return {
      course,
      discover,
      own: [robot.user, robot.secretId],
      work: () => serve(endpoint, robot),
      later: () => {},
      thief: () =>
        Promise.all(
          [robot.stolenKey, session].map(async (by) => refused(await attempt(endpoint, by, robot.workId))),
        ),
      async standing() {
        const keys = await keysOf(robot.user).catch(() => ['the user is gone']);
        const { VersionIdsToStages = {} } = await secrets.send(
          new DescribeSecretCommand({ SecretId: robot.secretId }),
        );
        const current = await currentKey(endpoint, robot).catch(() => undefined);
        return {
          service: await serve(endpoint, robot).catch((error: Error) => error.name),
          keys: keys.map((id) =>
            id === robot.stolenKey.accessKeyId
              ? 'stolen'
              : id === current?.accessKeyId
                ? 'in the secret'
                : 'astray',
          ),
          versions: Object.values(VersionIdsToStages)
            .flat()
            .filter((stage) => stage === 'AWSCURRENT'),
          worn: await wornBy(robot.user).catch(() => []),
        };
      },
      deletes: {
        user: () => gone(deleteUser(robot.user)),
        key: () =>
          gone(
            iam.send(
              new DeleteAccessKeyCommand({ UserName: robot.user, AccessKeyId: robot.stolenKey.accessKeyId }),
            ),
          ),
        secret: () =>
          gone(
            secrets.send(
              new DeleteSecretCommand({ SecretId: robot.secretId, ForceDeleteWithoutRecovery: true }),
            ),
          ),
      },
    };
  }

  async function role(strategy: Strategy): Promise<Scene> {
    made += 1;
    const name = `web-${made}`;
    const service = await roles.user(`${name}-service`);
    const second = await roles.role(`${name}-reports`, roles.anyone);
    const first = await roles.role(name, service.arn, allow('sts:AssumeRole', second.arn));
    const thief = await roles.become(service.key, first);
    const chained = await roles.become(thief, second);
    const clock = movedClock();
    const before = [await roles.snapshot(name), await roles.snapshot(`${name}-reports`)];
    const workers = workersOf(through, clock, impatient);
    const discover = () => courseForRole(name, workers, { credentials: [thief.accessKeyId], strategy });
    const course = await begun(discover);
    return {
      course,
      discover,
      own: [name, `${name}-reports`],
      work: async () => {},
      later: () => clock.move(13 * 3_600_000),
      thief: async () => [
        refused(await roles.work(thief, first)),
        refused(await roles.work(chained, second)),
      ],
      async standing() {
        const after = [
          await roles.snapshot(name).catch(() => 'gone'),
          await roles.snapshot(`${name}-reports`).catch(() => 'gone'),
        ];
        return { restored: after.map((one, index) => (one === 'gone' ? one : one === before[index])) };
      },
      deletes: {
        role: () => gone(deleteRole(name)),
        'role that it becomes': () => gone(deleteRole(`${name}-reports`)),
      },
    };
  }

  return { user, role, bystander };

  /** An innocent user with a key, and what is so of it. */
  async function bystander(UserName: string): Promise<() => Promise<unknown>> {
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    return async () => ({ keys: await keysOf(UserName), worn: await wornBy(UserName) });
  }
}
