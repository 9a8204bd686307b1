// The local stack: real servers, the demo's account, a work folder, and custody's five workers, each a process of its own with its
// own environment, credentials, key and policy, and nothing of the others. For demo, end-to-end tests and `npm start`.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { connect, type CustodyClient, custodyClient } from '../../client/index.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import type { ABrowser } from '../chromium.ts';
import { type AwsServer, startAws, startTemporal, type TemporalServer } from '../servers.ts';
import { withoutTheirs } from '../surroundings.mjs';
import { type Browsing, custody, type Ran } from './command.ts';
import { ACCOUNT, type Estate, estate, REGION, type Workload, workload } from './estate.ts';
import { enrolled, HOLDER } from './passkey.ts';
import { type Clocks, demoRunbook, EXECUTORS, executorPolicy, shippedPolicies } from './policies.ts';
import { machineOf, type Plane, type PlaneWorker } from './plane.ts';
import { Program } from './program.ts';
import { signed, signersIn, writeSigners } from './signed.ts';
import { loggingInAt, type Person, type Staff, staff } from './staff.ts';
import type { Teardown } from './teardown.ts';

export interface StageOptions {
  clocks: Clocks;
  /** Users beside the robot, each with a service of its own. */
  others?: readonly string[];
  /** How a team starts: every class only observes, and executors have no permission to write at all. */
  observe?: boolean;
  /** Planes beside the demo's own, brought up in the same account of AWS. */
  planes?: (at: { aws: AwsServer; estate: Estate }) => Promise<readonly Plane[]>;
  /** Where one person makes and uses a passkey. Without it nobody has one. */
  browser?: ABrowser;
}

export class Stage {
  readonly temporal: TemporalServer;
  readonly estate: Estate;
  readonly others: readonly Workload[];
  readonly staff: Staff;
  /** At which people log in. */
  readonly provider: Provider;
  /** Who has a passkey. */
  readonly passkeyOf: Person | null;
  readonly folder: string;
  readonly client: CustodyClient;
  readonly workers: readonly Program[];
  readonly #teardown: Teardown;
  readonly #browser: ABrowser | undefined;
  readonly #commands = new AbortController();

  private constructor(made: Raised, client: CustodyClient, workers: readonly Program[], teardown: Teardown) {
    this.temporal = made.temporal;
    this.estate = made.estate;
    this.others = made.others;
    this.staff = made.staff;
    this.provider = made.provider;
    this.passkeyOf = made.browser === undefined ? null : HOLDER;
    this.#browser = made.browser;
    this.folder = made.folder;
    this.client = client;
    this.workers = workers;
    this.#teardown = teardown;
    teardown.add(async () => this.#commands.abort());
  }

  /** Whatever comes up is in `teardown` at once: it may be run at any moment. */
  static async raise(options: StageOptions, teardown: Teardown): Promise<Stage> {
    const made = await raised(options, teardown);
    const env = { ...bare(), TEMPORAL_ADDRESS: made.temporal.address };
    const setup = await custody({ args: ['setup'], env });
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
    return logsIn(this.folder);
  }

  /** What a shell needs to use `custody` here: whoever signs in it logs in. */
  get shell(): Record<string, string> {
    return {
      TEMPORAL_ADDRESS: this.temporal.address,
      CUSTODY_RECORDS: this.records,
      CUSTODY_RUNBOOK: this.runbook,
    };
  }

  /** The same with one person's key, for a terminal that may have no browser. */
  shellOf(person: Person): Record<string, string> {
    return { ...this.shell, CUSTODY_KEY: this.staff.keyFile(person) };
  }

  /** Runs one command as a person would, in a process of its own, and goes to the pages that it sends them to. */
  custody(args: readonly string[], person?: Person): Promise<Ran> {
    return custody({
      args,
      env: { ...bare(), ...this.shell },
      who: person === undefined ? undefined : this.#browsing(person),
      signal: this.#commands.signal,
    });
  }

  #browsing(person: Person): Browsing {
    const browser = person === this.passkeyOf ? this.#browser : undefined;
    const press = browser && ((address: string) => browser.press(address));
    return { login: this.staff.accounts[person], press };
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
  provider: Provider;
  folder: string;
  planes: readonly Plane[];
  browser?: ABrowser;
}

interface Provider {
  issuer: string;
  stop(): Promise<void>;
}

const noticesIn = (folder: string) => path.join(folder, 'notices.jsonl');
const logsIn = (folder: string) => path.join(folder, 'logs');
/** Where the identity provider finds who has which password; nobody else may read it. */
export const accountsIn = (folder: string) => path.join(folder, 'keys', 'accounts.json');

async function raised(
  { clocks, others = [], observe = false, planes, browser }: StageOptions,
  teardown: Teardown,
): Promise<Raised> {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-demo-'));
  teardown.add(() => rm(folder, { recursive: true, force: true }));
  await mkdir(logsIn(folder));
  const kept = <T extends { stop(): Promise<void> }>(server: T): T => {
    teardown.add(() => server.stop());
    return server;
  };
  // Both, even if one fails: what did come up must be known before anything is taken down.
  const [temporal, account, people] = await Promise.allSettled([
    startTemporal({ ui: true }).then(kept),
    startAws()
      .then(kept)
      .then(async (aws) => {
        const account = await accountOf(aws, others);
        return { ...account, planes: (await planes?.({ aws, estate: account.estate })) ?? [] };
      }),
    peopleOf(folder, teardown, browser),
  ]);
  const made = {
    temporal: valueOf(temporal),
    ...valueOf(account),
    ...valueOf(people),
    folder,
    ...(browser === undefined ? {} : { browser }),
  };
  for (const worker of workersIn(made.planes)) await made.staff.adds(worker.machine, machineOf(worker));
  await writeFolders(made, clocks, observe ? 'observe' : 'ask');
  if (!observe) return made;
  const { checker } = made.estate;
  return {
    ...made,
    estate: { ...made.estate, executors: { identity: checker, owner: checker, sessions: checker } },
  };
}

const workersIn = (planes: readonly Plane[]): PlaneWorker[] => planes.flatMap(({ workers }) => workers);

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** With their identity provider, and the passkey of one of them. */
async function peopleOf(
  folder: string,
  teardown: Teardown,
  browser: ABrowser | undefined,
): Promise<{ staff: Staff; provider: Provider }> {
  const everybody = await staff(path.join(folder, 'keys'));
  const accounts = Object.values(everybody.accounts);
  await writeFile(accountsIn(folder), `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
  const name = 'identity-provider';
  const program = new Program({
    name,
    script: `local/demo/${name}.js`,
    args: [accountsIn(folder)],
    env: bare(),
    log: path.join(logsIn(folder), `${name}.log`),
  });
  teardown.add(() => program.stop());
  const [, issuer = ''] = await program.saying(/^listening at (.+)$/);
  loggingInAt(issuer, everybody);
  if (browser !== undefined) await enrolled(browser, everybody, folder, bare());
  return { staff: everybody, provider: { issuer, stop: () => program.stop() } };
}

async function accountOf({ endpoint }: AwsServer, others: readonly string[]) {
  const made = await estate(endpoint);
  const more: Workload[] = [];
  for (const user of others) more.push(await workload(endpoint, user));
  return { estate: made, others: more };
}

async function writeFolders(
  { folder, staff: everybody, estate: robot, others, planes }: Raised,
  clocks: Clocks,
  mode: 'observe' | 'ask',
): Promise<void> {
  const people = stringify(everybody.directory);
  const write = async (name: string, files: Record<string, string>) => {
    const place = path.join(folder, name);
    await mkdir(place, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(place, file), text);
  };
  await write('records', {});
  await write('audit', {});
  await writeSigners(folder, everybody);
  await write('runbook', {
    'runbook.yaml': await demoRunbook(clocks, [robot, ...others], mode, planes),
    'people.yaml': people,
    'authority.cedar': await shippedPolicies(),
  });
  await signed(path.join(folder, 'runbook'), 'runbook', everybody);
  const policies = [
    ...EXECUTORS.map((executor) => [executor, executorPolicy(executor)] as const),
    ...workersIn(planes).flatMap((one) =>
      one.role === 'executor' ? [[one.machine, one.policy] as const] : [],
    ),
  ];
  for (const [executor, policy] of policies) {
    await write(path.join('executors', executor), { 'policy.yaml': policy, 'people.yaml': people });
    await signed(path.join(folder, 'executors', executor), 'executor', everybody);
  }
}

/** What every process here gets: no settings of whoever runs this, and no secret. */
export const bare = (): Record<string, string | undefined> => {
  const { PATH, TMPDIR } = process.env;
  return withoutTheirs({
    ...(PATH === undefined ? {} : { PATH }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
  });
};

export const awsOf = (endpoint: string, { accessKeyId, secretAccessKey }: Credentials) => ({
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
  planes,
}: Raised): (() => Program)[] {
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const executor = (name: string, own: Readonly<Record<string, string>>) => ({
    CUSTODY_POLICY: at('executors', name),
    CUSTODY_SIGNERS: signersIn(folder),
    CUSTODY_STATE: at('state', name),
    CUSTODY_AUDIT: at('audit', `${name}.jsonl`),
    CUSTODY_KEY: keyFile(name),
    ...own,
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
    ['executor-identity', 'executor', executor('identity-aws', awsOf(endpoint, executors.identity))],
    ['executor-owner', 'executor', executor('owner-aws', awsOf(endpoint, executors.owner))],
    ['notifier', 'notifier', { CUSTODY_NOTICES: noticesIn(folder) }],
    ...workersIn(planes).map(({ machine, role, env }): [string, string, Record<string, string>] => [
      `${role}-${machine}`,
      role,
      role === 'executor' ? executor(machine, env) : { CUSTODY_KEY: keyFile(machine), ...env },
    ]),
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
