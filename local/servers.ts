// Real servers for tests and the demo, each a process of its own on a free port of 127.0.0.1, ended when its starter ends.
// Their programs are those that "npm test" prepared: named by its environment variables, or found in the cache by the same code.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { checkout } from './checkout.mjs';
import { awsEmulator } from './servers/aws-emulator.mjs';
import { keycloak } from './servers/keycloak.mjs';
import { find, programOf } from './servers/server.mjs';
import { temporal } from './servers/temporal.mjs';
import { timeSkipping } from './servers/time-skipping.mjs';

export interface TemporalOptions {
  /** Keeps everything in this file, so that the server can be started again with it. In memory without. */
  readonly dbFile?: string;
  /** A fixed port, to start the server again where its clients look for it. A free one without. */
  readonly port?: number;
  readonly ui?: boolean;
  /** Name → type as `temporal` writes it: Keyword, Datetime, Int … */
  readonly searchAttributes?: Readonly<Record<string, string>>;
  /** `name=value` of the server's dynamic configuration. */
  readonly dynamicConfig?: readonly string[];
}

export interface TemporalServer {
  readonly address: string;
  readonly uiAddress?: string;
  stop(): Promise<void>;
  /** As an outage does it: without a chance to finish anything. */
  kill(): Promise<void>;
}

export interface AwsServer {
  readonly endpoint: string;
  readonly accountId: string;
  readonly region: string;
  /** Of the account's root user. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

const READY_MS = 30_000;
/** It makes its database anew at each start. */
const KEYCLOAK_READY_MS = 150_000;
const ATTEMPTS = 3;
const LAST_WORDS = 2_000;

/** Without these, this server version does not honour priority and fairness. */
const dynamicConfig = ['matching.useNewMatcher=true', 'matching.enableFairness=true'];

export async function startTemporal(options: TemporalOptions = {}): Promise<TemporalServer> {
  const program = await programOf(temporal);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryTemporal(program, options);
    } catch (error) {
      // Someone else may take the free port between the question and the start.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function tryTemporal(program: string, options: TemporalOptions): Promise<TemporalServer> {
  const port = options.port ?? (await freePort());
  const uiPort = options.ui ? await freePort() : undefined;
  const address = `127.0.0.1:${port}`;
  const server = new Leashed([
    program,
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${port}`,
    '--log-level=error',
    ...(uiPort === undefined ? ['--headless'] : [`--ui-port=${uiPort}`]),
    ...[...dynamicConfig, ...(options.dynamicConfig ?? [])].flatMap((value) => [
      '--dynamic-config-value',
      value,
    ]),
    ...Object.entries(options.searchAttributes ?? {}).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type}`,
    ]),
    ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile]),
  ]);
  try {
    await server.until(() => answers(address));
  } catch (error) {
    await server.end('SIGKILL');
    throw error;
  }
  return {
    address,
    ...(uiPort === undefined ? {} : { uiAddress: `http://127.0.0.1:${uiPort}` }),
    stop: () => server.end('SIGTERM'),
    kill: () => server.end('SIGKILL'),
  };
}

/** The namespace is made a moment after the port is open, and nothing works before. */
async function answers(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 }).catch(() => undefined);
  if (connection === undefined) return false;
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

export async function startAws(): Promise<AwsServer> {
  const accountId = '123456789012';
  const region = 'us-east-1';
  const program = await programOf(awsEmulator);
  const server = new Leashed([program, '127.0.0.1:0', accountId, region, '--until-stdin-closes']);
  let port: string | undefined;
  server.onLine((line) => {
    port ??= /^listening (\d+)$/.exec(line)?.[1];
  });
  await server.until(() => port !== undefined);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accountId,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    stop: () => server.end('SIGTERM'),
  };
}

export interface KeycloakServer {
  readonly address: string;
  readonly admin: { readonly username: string; readonly password: string };
  stop(): Promise<void>;
}

/** What it has keeps no longer than it runs. null: it could not be prepared here. */
export async function startKeycloak(): Promise<KeycloakServer | null> {
  const program = await find(keycloak);
  if (program === undefined) return null;
  const home = await mkdtemp(path.join(tmpdir(), 'custody-keycloak-'));
  const admin = { username: 'admin', password: randomBytes(18).toString('base64url') };
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const options = [
    'start',
    '--optimized',
    '--http-enabled=true',
    '--hostname-strict=false',
    '--http-host=127.0.0.1',
    `--http-port=${port}`,
    '--cache=local',
  ];
  const server = new Leashed([program.path, home, ...options], {
    KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
  });
  const stop = async () => {
    await server.end('SIGTERM');
    await rm(home, { recursive: true, force: true });
  };
  try {
    await server.until(() => isThere(`${address}/realms/master`), KEYCLOAK_READY_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, admin, stop };
}

const isThere = (address: string): Promise<boolean> =>
  fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );

/** For `TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })`: one such server a test file. */
export async function testServerExecutable(): Promise<{ type: 'existing-path'; path: string }> {
  return { type: 'existing-path', path: await programOf(timeSkipping) };
}

/**
 * A port that is free now. It was used for one connection that the server's side closed first, which makes Linux keep it from
 * others for a minute, while it can be asked for by number.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  accepted.end();
  client.resume();
  await once(client, 'close');
  server.close();
  await once(server, 'close');
  return port;
}

/** A process that ends when this one does, however this one ends. */
class Leashed {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #last = '';

  /** `more`: of its environment. */
  constructor(command: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const leash = path.join(checkout, 'local', 'leash.mjs');
    const env = { ...process.env, ...more };
    this.#child = spawn(process.execPath, [leash, ...command], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#gone = new Promise((resolve) => this.#child.once('close', () => resolve()));
    // Read to the end, or the pipe fills and the server stands still.
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#last = (this.#last + chunk.toString()).slice(-LAST_WORDS);
      });
    }
  }

  onLine(listener: (line: string) => void): void {
    if (this.#child.stdout) readline.createInterface({ input: this.#child.stdout }).on('line', listener);
  }

  async until(ready: () => boolean | Promise<boolean>, withinMs = READY_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await ready()) || this.#child.exitCode !== null) {
      if (this.#child.exitCode !== null)
        throw new Error(`A server ended as it started. It said:\n${this.#last}`);
      if (Date.now() > deadline) throw new Error(`A server did not get ready. It said:\n${this.#last}`);
      await delay(25);
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    // The leash must outlive the server, to see it end.
    this.#child.kill(signal === 'SIGKILL' ? 'SIGUSR2' : signal);
    await this.#gone;
  }
}
