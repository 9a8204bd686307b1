// Everything an incident needs to run in one test file: a server, people and machines with real keys, and a worker on every queue.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defaultFailureConverter } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { beginIn } from '../../workers/bookkeeping.ts';
import { checkerActivities } from '../../activities/checker.ts';
import { executorActivities } from '../../activities/executor.ts';
import { weakeningHash } from '../../domain/gate/weakening.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { forwardActivities } from '../../activities/forward.ts';
import { judgeActivities } from '../../activities/judge.ts';
import { type Channel, notifyActivities, type OutgoingNotice } from '../../activities/notify/notify.ts';
import { recallActivities } from '../../activities/recall.ts';
import { resolveActivities, type ToResolve } from '../../activities/resolve.ts';
import { timetableActivities } from '../../activities/timetable.ts';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { settleActivities } from '../../activities/settle/settle.ts';
import type { PolicyFolder } from '../../authority/folder.ts';
import { judge } from '../../authority/judge.ts';
import { openLedger } from '../../authority/ledger/ledger-file.ts';
import { newKey, openKey, type SigningKey } from '../../authority/keys.ts';
import type { ExecutorPolicy } from '../../authority/policy.schema.ts';
import { say } from '../../authority/sign.ts';
import { untouchableOf } from '../../authority/warrant/untouchable.ts';
import { verifyWarrant } from '../../authority/warrant.ts';
import type { Detection } from '../../domain/detection/detection.schema.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { RecordStore } from '../../domain/record/store.ts';
import type { Directory, Runbook } from '../../domain/runbook/runbook.schema.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import type { Message, Saying } from '../../domain/statement/statement.schema.ts';
import { startTemporal, testServerExecutable } from '../../local/servers.ts';
import { payloadConverter } from '../../workflows/converter.ts';
import {
  checkerQueue,
  executorQueue,
  type IncidentQuery,
  NOTIFY_QUEUE,
  type Outcome,
  QUERY,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  WORKFLOW_TYPE,
} from '../../workflows/messages.ts';
import { detection, discovery, KEY, rules } from '../domain/incident/world.ts';
import { Plane } from './plane.ts';
import { shippedAuthority } from '../authority/shipped-authority.ts';

/** The parties of each. */
export type Members = Record<string, string[]>;

const PEOPLE: Members = {
  sam: ['soc'],
  lee: ['soc'],
  ida: ['identity'],
  olga: ['service-owner'],
  pat: ['platform'],
};
const MACHINES: Record<string, Omit<Directory['machines'][string], 'keys'>> = {
  'identity-aws': { role: 'executor', party: 'identity' },
  'owner-aws': { role: 'executor', party: 'service-owner' },
  aws: { role: 'checker' },
  orchestrator: { role: 'orchestrator' },
};

export const dataConverter = {
  payloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

export interface People {
  keys: Record<string, SigningKey>;
  directory: Directory;
}

/** `own`: whose own identity which are. */
export async function people(members: Members = PEOPLE, own: Record<string, string[]> = {}): Promise<People> {
  const keys: Record<string, SigningKey> = {};
  const directory: Directory = { people: {}, machines: {} };
  for (const [person, parties] of Object.entries(members)) {
    const { content, entry } = await newKey(person);
    keys[person] = await openKey(content);
    directory.people[person] = { name: person, parties, keys: [entry], identities: own[person] ?? [] };
  }
  for (const [machine, is] of Object.entries(MACHINES)) {
    const { content, entry } = await newKey(machine);
    keys[machine] = await openKey(content);
    directory.machines[machine] = { ...is, keys: [entry] };
  }
  return { keys, directory };
}

/** Notices as they were delivered; `failing` makes the channel refuse. */
export class Told implements Channel {
  readonly name = 'memory';
  readonly notices: OutgoingNotice[] = [];
  failing = false;
  /** Notices wait for it. */
  held: Promise<void> = Promise.resolve();
  async deliver(notice: OutgoingNotice): Promise<void> {
    await this.held;
    if (this.failing) throw new Error('the channel is down');
    this.notices.push(notice);
  }
}

export interface StageOptions {
  rules?: Rules;
  /** Queues without a worker. */
  absent?: string[];
  /** The identity plane; one that does as it is told, without it. */
  plane?: Plane;
  /** Who is there; a few of each party, without it. */
  people?: People;
}

/** The workers of one incident's world, on a server that stands. */
export class Stage {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly plane: Plane;
  readonly told = new Told();
  readonly recordsFolder: string;
  /** What the orchestrator settles in: the folder, unless a test puts something before it. */
  records: RecordStore;
  readonly people: People;
  readonly audit: AuditEntry[] = [];
  /** What the incident itself told the audit log. */
  readonly heard: AuditEntry[] = [];
  rules: Rules;
  /** The runbook folder that incidents go by; while it is null, all get `rules`. */
  folder: PolicyFolder | null = null;
  /** Whose votes and whose attestation executors ask for, by their own policy. */
  demands: Pick<ExecutorPolicy, 'gates' | 'attest' | 'breakGlass' | 'automatic'> = {
    gates: {
      act: { quorum: 2, parties: ['soc', 'identity'] },
      irreversible: { quorum: 1, parties: ['identity'] },
    },
  };
  /** What the orchestrator asks the runbook for, in order. */
  readonly resolved: ToResolve[] = [];
  /** Calendars and rotations that the rules name. */
  runbook: Pick<Runbook, 'calendars' | 'rotations'> = { calendars: {}, rotations: {} };
  /** The clock of workers: on a time-skipping server, the server's. */
  now: () => Promise<number>;

  constructor(options: {
    client: Client;
    connection: NativeConnection;
    recordsFolder: string;
    people: People;
    now: () => Promise<number>;
    rules?: Rules;
    plane?: Plane;
  }) {
    this.client = options.client;
    this.connection = options.connection;
    this.plane = options.plane ?? new Plane(discovery);
    this.recordsFolder = options.recordsFolder;
    this.records = directoryRecordStore(options.recordsFolder);
    this.people = options.people;
    this.now = options.now;
    this.rules = options.rules ?? rules();
  }

  private speakAs(machine: string) {
    return async (said: Omit<Parameters<typeof say>[0], 'key' | 'now' | 'validForMs'>): Promise<Saying> =>
      say({ ...said, key: this.key(machine), now: await this.instant(), validForMs: 3_600_000 });
  }

  key(person: string): SigningKey {
    const key = this.people.keys[person];
    if (key === undefined) throw new Error(`no key of ${person}`);
    return key;
  }

  async instant(): Promise<string> {
    return new Date(await this.now()).toISOString();
  }

  async orchestrator(): Promise<Worker> {
    const { records } = this;
    const { directory } = this.people;
    const { codePath, payloadConverterPath } = inject('workflows');
    const speak = this.speakAs('orchestrator');
    return Worker.create({
      connection: this.connection,
      taskQueue: TASK_QUEUE,
      sinks: { audit: { heard: { fn: (_, entry: AuditEntry) => void this.heard.push(entry) } } },
      workflowBundle: { codePath },
      dataConverter: { payloadConverterPath },
      stickyQueueScheduleToStartTimeout: '1 second',
      activities: {
        ...judgeActivities({ judge: (said) => judge(said, { directory, authority: shippedAuthority() }) }),
        resolve: async (asked: ToResolve) => {
          this.resolved.push(asked);
          const { folder } = this;
          if (folder === null) return this.rules;
          const given = async () => folder;
          return resolveActivities({ runbook: given, runbookOf: given, records }).resolve(asked);
        },
        ...recallActivities({ records }),
        ...timetableActivities({
          runbookOf: async () => ({ runbook: this.folder?.runbook ?? this.runbook, directory }),
        }),
        ...settleActivities({
          records,
          sealing: async (name, head) => {
            const said = {
              message: 'sealed' as const,
              ...name,
              answers: null,
              plan: null,
              body: { ...head },
            };
            const saying = await speak(said);
            return saying as Awaited<ReturnType<typeof say>>;
          },
        }),
        ...forwardActivities({ detect: (one) => this.detect(one) }),
      },
    });
  }

  async machines(absent: readonly string[] = []): Promise<Worker[]> {
    const { directory } = this.people;
    const { provider } = this.plane;
    const { kinds, hand, preflight, self } = provider;
    const queues: [string, object][] = [];
    for (const name of ['identity-aws', 'owner-aws']) {
      const ledger = await openLedger(await mkdtemp(path.join(tmpdir(), 'custody-ledger-')));
      const policy: ExecutorPolicy = {
        version: 1,
        executor: name,
        provider: 'aws',
        accounts: ['123456789012'],
        kinds: Object.keys(kinds),
        ...this.demands,
        protected: [],
      };
      const verify = async (order: unknown) =>
        verifyWarrant({
          order,
          authority: null,
          directory,
          kinds,
          self: await self(),
          acts: await ledger.acts(),
          now: await this.instant(),
          policy,
        });
      const now = () => new Date().toISOString();
      const audit = async (entry: AuditEntry) => void this.audit.push(entry);
      queues.push([
        executorQueue(name),
        executorActivities({
          hand,
          preflight,
          takes: (kind) => policy.kinds.includes(kind),
          untouchable: async (keys) => untouchableOf(keys, { policy, self: await self() }),
          verify,
          begin: beginIn({ ledger, policy: async () => policy, providerOf: () => provider, now }),
          speak: this.speakAs(name),
          now,
          audit,
        }),
      ]);
    }
    const now = () => new Date().toISOString();
    queues.push([
      checkerQueue('aws'),
      checkerActivities({ providerOf: () => this.plane.looking, speak: this.speakAs('aws'), now }),
    ]);
    const waysOf = async () => [{ reaches: 'everyone', channel: this.told, to: [] }];
    queues.push([NOTIFY_QUEUE, notifyActivities({ waysOf, now })]);
    const { payloadConverterPath } = inject('workflows');
    return Promise.all(
      queues
        .filter(([taskQueue]) => !absent.includes(taskQueue))
        .map(([taskQueue, activities]) =>
          Worker.create({
            connection: this.connection,
            taskQueue,
            activities,
            dataConverter: { payloadConverterPath },
          }),
        ),
    );
  }

  detect(one: Detection) {
    return this.client.workflow.signalWithStart(WORKFLOW_TYPE, {
      workflowId: `incident/${one.key}`,
      taskQueue: TASK_QUEUE,
      args: [{ detection: one }],
      signal: 'detect',
      signalArgs: [{ detection: one }],
    });
  }

  handle(key = KEY) {
    return this.client.workflow.getHandle(`incident/${key}`);
  }

  async view(key = KEY): Promise<IncidentView> {
    return (await this.handle(key).query<IncidentQuery>(QUERY)).view;
  }

  async statement(
    person: string,
    message: Message,
    said: {
      answers?: string | null;
      plan?: string | null;
      body: Record<string, unknown>;
      validForMs?: number;
    },
    key = KEY,
  ): Promise<Saying> {
    const { incident, firstRun } = await this.view(key);
    return say({
      key: this.key(person),
      incident,
      firstRun,
      message,
      answers: said.answers ?? null,
      plan: said.plan ?? null,
      body: said.body,
      now: await this.instant(),
      validForMs: said.validForMs ?? 3_600_000,
    });
  }

  async update(message: Message, saying: unknown, key = KEY): Promise<Outcome> {
    return this.handle(key).executeUpdate<Outcome, [unknown]>(message, { args: [saying] });
  }

  /** Says it by update; the incident must be running a worker. */
  async say(
    person: string,
    message: Message,
    said: Parameters<Stage['statement']>[2],
    key = KEY,
  ): Promise<Outcome> {
    return this.update(message, await this.statement(person, message, said, key), key);
  }

  async assess(person = 'sam', key = KEY): Promise<Outcome> {
    const view = await this.view(key);
    const body = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'seen in the logs' };
    return this.say(
      person,
      'assess',
      { answers: gate(view, 'risk'), plan: view.plans[0]?.hash ?? null, body },
      key,
    );
  }

  async approve(person = 'ida', name = 'act', key = KEY): Promise<Outcome> {
    const view = await this.view(key);
    const one = view.gates.find((open) => open.name === name);
    return this.say(
      person,
      'decide',
      {
        answers: one?.id ?? null,
        plan: one?.plan ?? (one?.weakens ? weakeningHash(one.weakens) : null),
        body: { verdict: 'approve' },
      },
      key,
    );
  }

  async record(
    key = KEY,
  ): Promise<{ type: string; at: string; data: Record<string, unknown>; seq: number }[]> {
    const { tail, view } = await this.handle(key).query<IncidentQuery>(QUERY);
    const { events } = await directoryRecordStore(this.recordsFolder).read({
      incident: view.incident,
      firstRun: view.firstRun,
    });
    const known = new Set(events.map((one) => one.seq));
    return [...events, ...tail.filter((one) => !known.has(one.seq))] as never;
  }
}

export const gate = (view: IncidentView, name: string): string | null =>
  view.gates.find((one) => one.name === name)?.id ?? null;

/** Another identity, so that tests of one file do not meet. */
export const named = (reference: string, change: Partial<Detection> = {}): Detection =>
  detection({
    identityRef: reference,
    key: keyNamed(reference),
    sourceId: `finding-${reference}`,
    ...change,
  });

export const keyNamed = (reference: string): string => KEY.replace('deploy-robot', reference);

async function stageOn(
  connection: { client: Client; native: NativeConnection },
  now: () => Promise<number>,
  options: StageOptions,
): Promise<Stage> {
  return new Stage({
    client: connection.client,
    connection: connection.native,
    recordsFolder: await mkdtemp(path.join(tmpdir(), 'custody-records-')),
    people: options.people ?? (await people()),
    now,
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    ...(options.plane === undefined ? {} : { plane: options.plane }),
  });
}

/** The dev server: real time, so rules with short limits. */
export async function devServer(options: StageOptions & { dynamicConfig?: string[]; dbFile?: string } = {}) {
  const server = await startTemporal({
    searchAttributes: Object.fromEntries(
      Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [
        name,
        type === 'KEYWORD' ? 'Keyword' : 'Datetime',
      ]),
    ),
    ...(options.dynamicConfig === undefined ? {} : { dynamicConfig: options.dynamicConfig }),
  });
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection, dataConverter });
  const stage = await stageOn({ client, native }, async () => Date.now(), options);
  const stop = async () => {
    await native.close();
    await connection.close();
    await server.stop();
  };
  return { server, stage, stop };
}

/** A time-skipping server with its stage. One a test file. */
export async function timeSkipping(
  options: StageOptions = {},
): Promise<{ env: TestWorkflowEnvironment; stage: Stage }> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await testServerExecutable() },
    client: { dataConverter },
  });
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, type === 'KEYWORD' ? 2 : 6]),
    ),
  });
  const stage = await stageOn(
    { client: env.client, native: env.nativeConnection },
    () => env.currentTimeMs(),
    options,
  );
  return { env, stage };
}

/** Runs the workers until the function that comes back is called. Time is skipped only while every queue has a worker. */
export async function atWork(stage: Stage, absent: readonly string[] = []): Promise<() => Promise<void>> {
  const workers = [await stage.orchestrator(), ...(await stage.machines(absent))];
  const running = workers.map((worker) => worker.run());
  return async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  };
}
