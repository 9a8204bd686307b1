// Scenes of identities in AWS: a user or a role whose credential is stolen.
import path from 'node:path';
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
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Strategy } from '../../domain/plan/plan.schema.ts';
import { ACCOUNT, type Estate, REGION, workload } from '../../local/demo/estate.ts';
import {
  type Aws,
  type AwsOptions,
  type Clock,
  connect,
  type Credentials,
} from '../../providers/aws/clients.ts';
import { allow, rolesOf } from '../attacker/roles.ts';
import { currentKey, serve } from '../attacker/service.ts';
import { attempt, sessionOf } from '../attacker/thief.ts';
import { type Course, courseFor, courseForRole, workersOf } from '../providers/aws/course.ts';
import { movedClock } from '../providers/aws/role/moved-clock.ts';
import { begun, type Ground, type Hands, type Scene, takenBy } from './scene.ts';
import { valuesIn, versionsIn } from './versions.ts';

/** Longer than an answer takes here. On a machine that is busier than that, a call is made once more, as the worker would. */
const ANSWER_MS = 400;

/** The product's own clients, with less patience. */
export function impatient(options: AwsOptions): Aws {
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

/** With each sight: what the identity can come in by now. */
export const told = (course: Course): Pick<Scene, 'plan' | 'discovery' | 'see'> => ({
  plan: course.plan,
  discovery: course.discovery,
  async see(step) {
    const seen = await course.see(step);
    await course.workers.checker.waysIn(course.plan);
    return seen;
  },
});

/** What is gone already is as it was meant. */
async function gone(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: Error) => {
    if (!/NoSuchEntity|ResourceNotFound/.test(error.name)) throw error;
  });
}

/** What a process of this worker is started with. */
export const awsEnvironment = (endpoint: string, credentials: Credentials): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

/** `endpoint`: of the proxy. */
export function identityScenesOf(estate: Estate, ground: Ground, endpoint: string) {
  const { wire } = ground;
  const configured = { endpoint: estate.endpoint, region: REGION, credentials: estate.root };
  const iam = new IAMClient(configured);
  const secrets = new SecretsManagerClient(configured);
  const roles = rolesOf(estate);
  const through = { ...estate, endpoint };
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

  async function user(strategy: Strategy, hands: Hands): Promise<Scene> {
    made += 1;
    const robot = await workload(estate.endpoint, `${estate.user}-${made}`);
    const direct = estate.endpoint;
    const session = await sessionOf(direct, robot.stolenKey);
    const clock: Clock = { now: () => Date.now(), pause: async () => {} };
    const workers = workersOf(through, clock, impatient);
    const discover = () => courseFor(robot, workers, { strategy });
    const course = await begun(wire, discover);
    const folder = path.join(ground.folder, robot.user);
    return {
      ...told(course),
      take: takenBy(ground, hands, folder, course, {
        provider: 'aws',
        accounts: [ACCOUNT],
        environment: {
          identity: awsEnvironment(endpoint, estate.executors.identity),
          owner: awsEnvironment(endpoint, estate.executors.owner),
        },
      }),
      discover,
      // A new key is seen once the service has used it.
      isSeenByUse: ({ kind }) => kind === 'aws/access-key-replacement',
      folder,
      end: async () => {},
      secrets: async () => [
        ...(await valuesIn(secrets, robot.secretId)).map(
          (value) => (JSON.parse(value) as Credentials).secretAccessKey,
        ),
        session.secretAccessKey,
        session.sessionToken ?? '',
        ...Object.values(estate.executors).map(({ secretAccessKey }) => secretAccessKey),
      ],
      own: [robot.user, robot.secretId],
      work: () => serve(direct, robot),
      later: () => {},
      thief: () =>
        Promise.all(
          [robot.stolenKey, session].map(async (by) => refused(await attempt(direct, by, robot.workId))),
        ),
      async standing() {
        const keys = await keysOf(robot.user).catch(() => ['the user is gone']);
        const current = await currentKey(direct, robot).catch(() => undefined);
        return {
          service: await serve(direct, robot).catch((error: Error) => error.name),
          keys: keys.map((id) =>
            id === robot.stolenKey.accessKeyId
              ? 'stolen'
              : id === current?.accessKeyId
                ? 'in the secret'
                : 'astray',
          ),
          versions: await versionsIn(secrets, robot.secretId, (value) =>
            value.includes(robot.stolenKey.accessKeyId),
          ),
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

  async function role(strategy: Strategy, hands: Hands): Promise<Scene> {
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
    const course = await begun(wire, discover);
    const folder = path.join(ground.folder, name);
    return {
      ...told(course),
      take: takenBy(ground, hands, folder, course, {
        provider: 'aws',
        accounts: [ACCOUNT],
        environment: {
          identity: awsEnvironment(endpoint, estate.executors.identity),
          owner: awsEnvironment(endpoint, estate.executors.owner),
        },
      }),
      discover,
      isSeenByUse: () => false,
      folder,
      end: async () => {},
      secrets: async () =>
        [thief, chained, ...Object.values(estate.executors)].map(({ secretAccessKey }) => secretAccessKey),
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
