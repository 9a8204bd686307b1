// A cluster and a vault of the test file's own: custody's roles as deploy/postgres makes them, services that work with what their
// secrets say, and thieves who hold on to what they have. Nothing of it is played: every refusal is the server's.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { checkout } from '../../../local/checkout.mjs';
import { ACCOUNT, REGION } from '../../../local/demo/estate.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres.ts';
import { type AwsServer, startAws } from '../../../local/servers.ts';
import { connect as connectAws, type Credentials } from '../../../providers/aws/clients.ts';
import { policyFor } from '../../../providers/aws/permissions.ts';
import {
  READ_SECRET_PERMISSIONS,
  secretStore,
  WRITE_SECRET_PERMISSIONS,
} from '../../../providers/aws/secret-store.ts';
import { type Cluster, connect } from '../../../providers/postgres/cluster.ts';

export const CLUSTER = 'orders-db';
/** Grants memberships of application roles, and so is no superuser. */
export const ADMIN = 'app_admin';

export type Worker = 'custody_cut' | 'custody_issue' | 'custody_check';

export interface Login {
  username: string;
  password: string;
}

export interface Application {
  /** Holds the rights: its table is all that the service needs. */
  group: string;
  /** Stolen. */
  role: Login;
  table: string;
  secretId: string;
}

export interface Through {
  host: string;
  port: number;
  endpoint: string;
  vault: typeof connectAws;
}

export interface Estate {
  server: PostgresServer;
  /** As a superuser. */
  run: (statement: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** What each worker has: its role's password, and its credentials for the vault. */
  workers: Readonly<Record<Worker, { password: string; vault: Credentials }>>;
  /** `through`: the way to it and to its vault, where that is not the direct one. */
  cluster: (worker: Worker, through?: Through) => Cluster;
  /** Of the vault. */
  endpoint: string;
  url: (login: Login) => string;
  /** A session that stays open until it is ended, from either side. */
  session: (login: Login, name: string) => Promise<Session>;
  /** What readers of the secret get now. */
  secretOf: (application: Application) => Promise<Login>;
  secrets: SecretsManagerClient;
  application: (asked?: { pair?: boolean }) => Promise<Application>;
  /** With `:"name"` put in, as psql does it. */
  deploy: (file: string, values?: Record<string, string>) => Promise<void>;
}

export interface Session {
  /** `ok`, or the SQLSTATE of what the server says; once it was ended, that it was. */
  try(statement: string): Promise<string>;
  close(): Promise<void>;
}

export const fresh = (): string => randomBytes(12).toString('hex');

/** `grantor`: whoever cuts may revoke in the name of whoever grants memberships here. */
export function estateForThisFile({
  grantor = false,
  ...asked
}: {
  grantor?: boolean;
  loginsEndWithinS?: number;
} = {}): () => Estate {
  let made: Estate | undefined;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const server = await startPostgres(asked);
    ends.push(() => server.stop());
    const aws = await startAws();
    ends.push(() => aws.stop());
    made = await estateOn(server, aws, ends);
    if (grantor) await made.deploy('grantor.sql', { grantor: ADMIN });
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => {
    if (made === undefined) throw new Error('the estate is there once the first test begins');
    return made;
  };
}

/** `ends`: what it opens is closed by these, the last first. */
export async function estateOn(
  server: PostgresServer,
  aws: AwsServer,
  ends: (() => Promise<unknown>)[],
): Promise<Estate> {
  const { host, port } = server;
  const superuser = { username: 'postgres', password: server.password };
  const url = ({ username, password }: Login) =>
    `postgres://${encodeURIComponent(username)}:${password}@${host}:${port}/postgres`;
  const admin = new Client({ connectionString: url(superuser) });
  await admin.connect();
  ends.push(() => admin.end());
  const run = async (statement: string, values: unknown[] = []) =>
    (await admin.query(statement, values)).rows as Record<string, unknown>[];
  const deploy = async (file: string, values: Record<string, string> = {}) => {
    const text = readFileSync(path.join(checkout, 'deploy', 'postgres', file), 'utf8');
    await admin.query(
      text.replaceAll(/:"(\w+)"/g, (_, name: string) => escapeIdentifier(values[name] ?? '')),
    );
  };
  await deploy('cluster.sql');
  await run(`CREATE ROLE ${ADMIN} CREATEROLE`);

  const root = { endpoint: aws.endpoint, region: REGION, credentials: aws.credentials };
  const iam = new IAMClient(root);
  const secrets = new SecretsManagerClient(root);
  const worker = async (user: string, permissions: readonly string[]) => ({
    password: fresh(),
    vault: await vaultUser(iam, user, permissions),
  });
  const workers: Estate['workers'] = {
    custody_cut: await worker('postgres-cut', []),
    custody_issue: await worker('postgres-issue', [...READ_SECRET_PERMISSIONS, ...WRITE_SECRET_PERMISSIONS]),
    custody_check: await worker('postgres-check', ['secretsmanager:DescribeSecret']),
  };
  for (const [name, { password }] of Object.entries(workers))
    await run(`ALTER ROLE ${name} PASSWORD '${password}'`);
  const cluster = (name: Worker, through: Through) => {
    const { password, vault: credentials } = workers[name];
    const vault = through.vault({
      account: ACCOUNT,
      region: REGION,
      endpoint: through.endpoint,
      credentials,
    });
    return connect({
      name: CLUSTER,
      url: `postgres://${name}@${through.host}:${through.port}/postgres`,
      password: async () => password,
      secret: (secretId) => secretStore(vault, secretId),
    });
  };
  const direct = { host, port, endpoint: aws.endpoint, vault: connectAws };
  const clusters: Record<Worker, Cluster> = {
    custody_cut: cluster('custody_cut', direct),
    custody_issue: cluster('custody_issue', direct),
    custody_check: cluster('custody_check', direct),
  };

  let applications = 0;
  return {
    server,
    run,
    deploy,
    url,
    secrets,
    workers,
    cluster: (worker, through) => (through === undefined ? clusters[worker] : cluster(worker, through)),
    endpoint: aws.endpoint,
    session: (login, name) => opened(url(login), name),
    async secretOf({ secretId }) {
      const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
      return JSON.parse(SecretString) as Login;
    },
    async application({ pair = false } = {}) {
      applications += 1;
      const group = `shop ${applications}`;
      const table = `orders_${applications}`;
      const role = {
        username: `shop ${applications}${pair ? '_a' : ''}`.replace('shop', 'app'),
        password: fresh(),
      };
      const logins = [role, ...(pair ? [{ username: `app ${applications}_b`, password: fresh() }] : [])];
      await run(`CREATE ROLE ${escapeIdentifier(group)}`);
      await run(`CREATE TABLE ${table} (id int); INSERT INTO ${table} VALUES (1)`);
      await run(`GRANT SELECT ON ${table} TO ${escapeIdentifier(group)}`);
      await run(`GRANT ${escapeIdentifier(group)} TO ${ADMIN} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
      for (const { username, password } of logins) {
        const name = escapeIdentifier(username);
        await run(`SET ROLE ${ADMIN}`);
        await run(`CREATE ROLE ${name} LOGIN PASSWORD ${escapeLiteral(password)}`);
        await run(`GRANT ${escapeIdentifier(group)} TO ${name}`);
        await run('RESET ROLE');
        await deploy('application-role.sql', { role: username });
      }
      const secretId = `app-${applications}/login`;
      await secrets.send(
        new CreateSecretCommand({
          Name: secretId,
          SecretString: JSON.stringify({ engine: 'postgres', host, port, dbname: 'postgres', ...role }),
        }),
      );
      return { group, role, table, secretId };
    },
  };
}

async function vaultUser(iam: IAMClient, user: string, apply: readonly string[]): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName: user }));
  if (apply.length > 0) {
    const document = policyFor([{ permissions: { apply, undo: [], check: [] } }], ['apply'], {
      account: ACCOUNT,
      secrets: ['app-*'],
    });
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: user, PolicyDocument: JSON.stringify(document) }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn: Policy?.Arn }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: user }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Throws what the server says where it lets nobody in. */
async function opened(connectionString: string, name: string): Promise<Session> {
  const client = new Client({ connectionString, application_name: name });
  let ended: string | undefined;
  client.on('error', (error) => {
    ended ??= codeOf(error);
  });
  await client.connect();
  return {
    async try(statement) {
      try {
        await client.query(statement);
        return 'ok';
      } catch (error) {
        return ended ?? codeOf(error);
      }
    },
    close: () => client.end(),
  };
}

const codeOf = (error: unknown): string =>
  error instanceof DatabaseError ? (error.code ?? 'none') : 'connection lost';

/** `in`, or the SQLSTATE by which the server refused. */
export async function loginAs({ session }: Estate, login: Login): Promise<string> {
  try {
    await (await session(login, 'a login')).close();
    return 'in';
  } catch (error) {
    return codeOf(error);
  }
}

/** Everything that an undo must bring back, but for the password itself. */
export const snapshot = async ({ run }: Estate, role: string): Promise<string> =>
  JSON.stringify([
    await run('SELECT * FROM pg_roles WHERE rolname = $1', [role]),
    await run(
      `SELECT roleid::regrole::text, member::regrole::text, grantor::regrole::text, admin_option, inherit_option, set_option
       FROM pg_auth_members
       WHERE (SELECT oid FROM pg_roles WHERE rolname = $1) IN (roleid, member) ORDER BY 1, 2, 3`,
      [role],
    ),
  ]);
