// The local stack: real servers, the demo's account, a work folder, and custody's five workers, each a process of its own with its
// own environment, credentials, key and policy, and nothing of the others. For demo, end-to-end tests and `npm start`.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { connect, type CustodyClient, custodyClient } from '../../client/index.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { checkout } from '../checkout.mjs';
import { type AwsServer, startAws, startTemporal, type TemporalServer } from '../servers.ts';
import { withoutTheirs } from '../surroundings.mjs';
import { ACCOUNT, type Estate, estate, REGION, type Workload, workload } from './estate.ts';
import { type Clocks, demoRunbook, EXECUTORS, executorPolicy, shippedPolicies } from './policies.ts';
import { Program } from './program.ts';
import { signed, signersIn, writeSigners } from './signed.ts';
import { type Person, type Staff, staff } from './staff.ts';
import type { Teardown } from './teardown.ts';

export interface StageOptions {
  clocks: Clocks;
  /** Users beside the robot, each with a service of its own. */
  others?: readonly string[];
  /** How a team starts: every class only observes, and executors have no permission to write at all. */
  observe?: boolean;
}

/** What a command said, and how it ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

const run = promisify(execFile);

export class Stage {
  readonly temporal: TemporalServer;
  readonly estate: Estate;
  readonly others: readonly Workload[];
  readonly staff: Staff;
  readonly folder: string;
  readonly client: CustodyClient;
  readonly workers: readonly Program[];
  readonly #teardown: Teardown;
  readonly #commands = new AbortController();

  private constructor(made: Raised, client: CustodyClient, workers: readonly Program[], teardown: Teardown) {
    this.temporal = made.temporal;
    this.estate = made.estate;
    this.others = made.others;
    this.staff = made.staff;
    this.folder = made.folder;
    this.client = client;
    this.workers = workers;
    this.#teardown = teardown;
    teardown.add(async () => this.#commands.abort());
  }

  /** Whatever comes up is in `teardown` at once: it may be run at any moment. */
  static async raise(options: StageOptions, teardown: Teardown): Promise<Stage> {
    const made = await raised(options, teardown);
    const setup = await custody(['setup'], { ...bare(), TEMPORAL_ADDRESS: made.temporal.address });
    if (setup.code !== 0) throw new Error(`custody setup failed: ${setup.err}`);
    const workers: Program[] = [];
    teardown.add(() => Promise.all(workers.map((worker) => worker.stop())));
    for (const start of workersOf(made)) workers.push(start());
    const [connected] = await Promise.all([
      connect({ address: made.temporal.address }),
      ...workers.map((worker) => worker.saying(/ is at work\b/)),
    ]);
    const client = custodyClient(connected);
    teardown.add(() => client.close());
    return new Stage(made, client, workers, teardown);
  }

  get records(): string {
    return path.join(this.folder, 'records');
  }
  get runbook(): string {
    return path.join(this.folder, 'runbook');
  }
  get notices(): string {
    return noticesIn(this.folder);
  }
  get logs(): string {
    return path.join(this.folder, 'logs');
  }

  /** What one person's shell needs to use `custody` here. */
  shellOf(person?: Person): Record<string, string> {
    return {
      TEMPORAL_ADDRESS: this.temporal.address,
      CUSTODY_RECORDS: this.records,
      CUSTODY_RUNBOOK: this.runbook,
      ...(person === undefined ? {} : { CUSTODY_KEY: this.staff.keyFile(person) }),
    };
  }

  /** Runs one command as a person would, in a process of its own. */
  custody(args: readonly string[], person?: Person): Promise<Ran> {
    return custody(args, { ...bare(), ...this.shellOf(person) }, this.#commands.signal);
  }

  /** A process of somebody else's: a thief, a service. */
  outsider(name: string, credentials: Credentials, args: readonly string[]): Program {
    const { endpoint } = this.estate;
    const log = path.join(this.logs, `${name}.log`);
    const env = { ...bare(), ...awsOf(endpoint, credentials) };
    const program = new Program({ name, script: `local/demo/${name}.js`, args, env, log });
    this.#teardown.add(() => program.stop());
    return program;
  }

  async noticesSoFar(): Promise<{ to: string; person: string | null; says: string; at: string }[]> {
    const text = await readFile(this.notices, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { to: string; person: string | null; says: string; at: string });
  }
}

interface Raised {
  temporal: TemporalServer;
  estate: Estate;
  others: Workload[];
  staff: Staff;
  folder: string;
}

const noticesIn = (folder: string) => path.join(folder, 'notices.jsonl');

async function raised(
  { clocks, others = [], observe = false }: StageOptions,
  teardown: Teardown,
): Promise<Raised> {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-demo-'));
  teardown.add(() => rm(folder, { recursive: true, force: true }));
  const kept = <T extends { stop(): Promise<void> }>(server: T): T => {
    teardown.add(() => server.stop());
    return server;
  };
  // Both, even if one fails: what did come up must be known before anything is taken down.
  const [temporal, account, people] = await Promise.allSettled([
    startTemporal({ ui: true }).then(kept),
    startAws()
      .then(kept)
      .then((aws) => accountOf(aws, others)),
    staff(path.join(folder, 'keys')),
  ]);
  const made = {
    temporal: valueOf(temporal),
    ...valueOf(account),
    staff: valueOf(people),
    folder,
  };
  await writeFolders(made, clocks, observe ? 'observe' : 'ask');
  if (!observe) return made;
  const { checker } = made.estate;
  return { ...made, estate: { ...made.estate, executors: { identity: checker, owner: checker } } };
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function accountOf({ endpoint }: AwsServer, others: readonly string[]) {
  const made = await estate(endpoint);
  const more: Workload[] = [];
  for (const user of others) more.push(await workload(endpoint, user));
  return { estate: made, others: more };
}

async function writeFolders(
  { folder, staff: everybody, estate: robot, others }: Raised,
  clocks: Clocks,
  mode: 'observe' | 'ask',
): Promise<void> {
  const people = stringify(everybody.directory);
  const write = async (name: string, files: Record<string, string>) => {
    const place = path.join(folder, name);
    await mkdir(place, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(place, file), text);
  };
  await write('logs', {});
  await write('records', {});
  await write('audit', {});
  await writeSigners(folder, everybody);
  await write('runbook', {
    'runbook.yaml': await demoRunbook(clocks, [robot, ...others], mode),
    'people.yaml': people,
    'authority.cedar': await shippedPolicies(),
  });
  await signed(path.join(folder, 'runbook'), 'runbook', everybody);
  for (const executor of EXECUTORS) {
    await write(path.join('executors', executor), {
      'policy.yaml': executorPolicy(executor),
      'people.yaml': people,
    });
    await signed(path.join(folder, 'executors', executor), 'executor', everybody);
  }
}

/** What every process here gets: no settings of whoever runs this, and no secret. */
const bare = (): Record<string, string | undefined> => {
  const { PATH, TMPDIR } = process.env;
  return withoutTheirs({
    ...(PATH === undefined ? {} : { PATH }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
  });
};

const awsOf = (endpoint: string, { accessKeyId, secretAccessKey }: Credentials) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** Each role with what it needs to know, and not one thing more. */
function workersOf({
  temporal,
  estate: { endpoint, executors, checker },
  staff: { keyFile },
  folder,
}: Raised): (() => Program)[] {
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const executor = (name: 'identity-aws' | 'owner-aws', credentials: Credentials) => ({
    CUSTODY_POLICY: at('executors', name),
    CUSTODY_SIGNERS: signersIn(folder),
    CUSTODY_STATE: at('state', name),
    CUSTODY_AUDIT: at('audit', `${name}.jsonl`),
    CUSTODY_KEY: keyFile(name),
    ...awsOf(endpoint, credentials),
  });
  const table: [name: string, role: string, env: Record<string, string>][] = [
    [
      'orchestrator',
      'orchestrator',
      {
        CUSTODY_RUNBOOK: at('runbook'),
        CUSTODY_RECORDS: at('records'),
        CUSTODY_SIGNERS: signersIn(folder),
        CUSTODY_STATE: at('state', 'orchestrator'),
        CUSTODY_AUDIT: at('audit', 'orchestrator.jsonl'),
        CUSTODY_KEY: keyFile('orchestrator'),
      },
    ],
    [
      'checker',
      'checker',
      { CUSTODY_ACCOUNT: ACCOUNT, CUSTODY_KEY: keyFile('aws'), ...awsOf(endpoint, checker) },
    ],
    ['executor-identity', 'executor', executor('identity-aws', executors.identity)],
    ['executor-owner', 'executor', executor('owner-aws', executors.owner)],
    ['notifier', 'notifier', { CUSTODY_NOTICES: noticesIn(folder) }],
  ];
  return table.map(([name, role, own]) => () => {
    const env = { ...bare(), TEMPORAL_ADDRESS: temporal.address, ...own };
    return new Program({
      name,
      script: 'cli/main.js',
      args: ['worker', role],
      env,
      log: at('logs', `${name}.log`),
    });
  });
}

async function custody(args: readonly string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Ran> {
  const main = path.join(checkout, 'dist', 'cli', 'main.js');
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...args], {
      env,
      maxBuffer: 64 * 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout ?? '', err: stderr ?? '' };
  }
}
