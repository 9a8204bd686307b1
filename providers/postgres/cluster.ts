// One cluster of databases, over connections of this worker's own role. Nothing here reads the environment.
import { randomBytes } from 'node:crypto';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral, Pool } from 'pg';
import type { SecretRule } from '../secrets/rule.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { impossible, sorted } from './errors.ts';

export interface ClusterOptions {
  /** As runbook and plans name it: the account of its identities. */
  name: string;
  /** `postgres://custody_cut@db.example:5432/postgres?sslmode=verify-full` */
  url: string;
  /** Asked anew for each connection; left out: the role logs in by something else, a certificate that the URL names. */
  password?: () => Promise<string>;
  /** Where owners keep their passwords, by the secret's name in the runbook. */
  secret: (secretId: string) => SecretStore;
  /** What an executor's own policy says of its owner's secrets; left out: nothing. */
  secretRules?: () => Promise<readonly SecretRule[]>;
}

/** What each kind works with. */
export interface Cluster {
  name: string;
  secret: (secretId: string) => SecretStore;
  secretRules: () => Promise<readonly SecretRule[]>;
  /** `what`: in words, for whoever reads that it was not done. `needs`: the right that it takes. */
  ask<Row>(what: string, needs: string, statement: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Tries to log in as a role, and is gone again. */
  signIn(role: string, password: string): Promise<SignedIn>;
}

/** `held`: the password is right, and the role may not log in. */
export type SignedIn = 'in' | 'held' | 'refused';

/** By this it is known in `pg_stat_activity`. */
export const APPLICATION = 'custody';

const CONNECTED_WITHIN_MS = 5_000;
const ANSWERED_WITHIN_MS = 20_000;
const CONNECTIONS = 3;

/** In a statement that takes no values: every name and text by one of these. */
export const identifier = escapeIdentifier;
export const literal = escapeLiteral;

export function connect({
  name,
  url,
  password: own,
  secret,
  secretRules = async () => [],
}: ClusterOptions): Cluster {
  // The driver reads the URL; given as it is, its missing password would count before the one that is given beside it.
  const { host, port, database, user, ssl } = new Client({ connectionString: url });
  const common = {
    host,
    port,
    database,
    ssl,
    application_name: APPLICATION,
    connectionTimeoutMillis: CONNECTED_WITHIN_MS,
    query_timeout: ANSWERED_WITHIN_MS,
  };
  const pool = new Pool({
    ...common,
    user,
    ...(own === undefined ? {} : { password: own }),
    max: CONNECTIONS,
    allowExitOnIdle: true,
  });
  // One that lies idle may be ended by the server; the next call takes another.
  pool.on('error', () => {});

  return {
    name,
    secret,
    secretRules,
    async ask<Row>(what: string, needs: string, statement: string, values: readonly unknown[] = []) {
      try {
        // Unnamed and one at a time: what is read is not older than the call.
        const { rows } = await pool.query(statement, [...values]);
        return rows as Row[];
      } catch (error) {
        throw sorted(error, what, needs);
      }
    },
    signIn: (role, password) => triedAt({ ...common, user: role, password }),
  };
}

type Common = ConstructorParameters<typeof Client>[0];

/** A server asks for the password first, and only then whether the role may log in. */
async function triedAt(options: Common): Promise<SignedIn> {
  const client = new Client(options);
  client.on('error', () => {});
  try {
    await client.connect();
    return 'in';
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw sorted(error, 'let the new password be tried', 'CONNECT');
    if (error.code === '28P01') return 'refused';
    // By the server's function, for its texts are translated: these two come after the password was found right. What the role may
    // do in this one database, and how often it may be connected, is another matter.
    if (error.routine === 'InitializeSessionUserId') return error.code === '28000' ? 'held' : 'in';
    if (error.routine === 'CheckMyDatabase') return 'in';
    if (error.code?.startsWith('28'))
      throw impossible(
        'The cluster lets no login by password in from where this worker is: let its address in by scram-sha-256 (pg_hba.conf), so that new passwords can be proved, then order the step again.',
      );
    throw sorted(error, 'let the new password be tried', 'CONNECT');
  } finally {
    await client.end().catch(() => {});
  }
}

/** Where a wrong password is let in too, a right one proves nothing. */
export async function proved(cluster: Cluster, role: string, password: string): Promise<SignedIn> {
  const wrong = await cluster.signIn(role, randomBytes(24).toString('base64url'));
  if (wrong !== 'refused')
    throw impossible(
      `The cluster ${cluster.name} asks this worker for no password of ${role} (pg_hba.conf), so nothing can be proved: let its address in by scram-sha-256, then order the step again.`,
    );
  return cluster.signIn(role, password);
}
