// The typed client of incidents: opens, says, reads, finds. It carries statements; it never makes or verifies their proofs.
import { randomUUID } from 'node:crypto';
import {
  Client,
  type Connection,
  type WorkflowHandle,
  type WorkflowStartOptions,
  WithStartWorkflowOperation,
} from '@temporalio/client';
import { defaultFailureConverter, type LoadedDataConverter } from '@temporalio/common';
import type { Detection } from '../domain/detection/detection.schema.ts';
import { decode } from '../domain/encoding/base64url.ts';
import { identityOf, workflowIdOf } from '../domain/identity/identity.ts';
import type { Message } from '../domain/statement/statement.schema.ts';
import { payloadConverter } from '../workflows/converter.ts';
import {
  type DetectPayload,
  type IncidentQuery,
  type Outcome,
  QUERY,
  type SayingPayload,
  TASK_QUEUE,
  WORKFLOW_TYPE,
} from '../workflows/messages.ts';
import type { Answer, Asking } from '../domain/readiness/asking.ts';
import { askExecutor, polled, type Polled } from './asking.ts';
import { OpensNothing } from './failure.ts';
import { type Filter, find, list, type Listed } from './search.ts';
import { notTakenInTime, sorting } from './temporal-errors.ts';

/** Longer than this nobody waits for an update to be accepted: the same statement goes as a signal, which is durable. */
const ACCEPT_WITHIN_MS = 5_000;
/** An accepted statement is in the history; its judgement is waited for this long. */
const JUDGED_WITHIN_MS = 30_000;
const QUERY_WITHIN_MS = 10_000;

export interface CustodyClientOptions {
  connection: Connection;
  namespace: string;
  acceptWithinMs?: number;
}

export interface Detected {
  /** Workflow id. */
  incident: string;
  /** The alert joined an incident that was already open. */
  joined: boolean;
}

export interface Said {
  /** As a signal it is recorded first and judged then: the outcome stands in the view. */
  by: 'update' | 'signal';
  /** null: not judged yet. */
  outcome: Outcome | null;
}

export interface CustodyClient {
  /** Durable once this returns, even with no worker up. Throws `OpensNothing` on an alert that opens no incident. */
  detect(detection: Detection): Promise<Detected>;
  /** The same, and what the incident answered; null where nobody took it in time (it is durable then too). */
  detectAndWait(detection: Detection): Promise<Detected & { outcome: Outcome | null }>;
  /** Throws `Refused` with the code and reason where the incident refuses, `NoSuchIncident` where none is open. */
  say(workflowId: string, message: Message, saying: SayingPayload): Promise<Said>;
  /** Throws `NobodyWorking` where no worker answers. */
  incident(workflowId: string): Promise<IncidentQuery>;
  list(filter?: Filter): AsyncIterable<Listed>;
  /** Whether Temporal knows of a worker at this queue: of the last five minutes. */
  polled(queue: string, of: Polled): Promise<boolean>;
  /** What an executor says it lacks. Throws `NobodyWorking` where no orchestrator asks it. */
  askExecutor(asking: Asking): Promise<Answer>;
  /** Workflow id, KEY, or unique beginning of an open incident's handle -> workflow id. */
  find(typed: string): Promise<string>;
  close(): Promise<void>;
}

export function custodyClient(options: CustodyClientOptions): CustodyClient {
  return new TemporalCustodyClient(options);
}

class TemporalCustodyClient implements CustodyClient {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #acceptWithinMs: number;

  constructor({ connection, namespace, acceptWithinMs = ACCEPT_WITHIN_MS }: CustodyClientOptions) {
    this.#connection = connection;
    // Given loaded and not by path: the SDK would `require` the path, which fails for a source that is not yet compiled.
    const dataConverter: LoadedDataConverter = {
      payloadConverter,
      failureConverter: defaultFailureConverter,
      payloadCodecs: [],
    };
    this.#client = new Client({ connection, namespace, dataConverter });
    this.#acceptWithinMs = acceptWithinMs;
  }

  async detect(detection: Detection): Promise<Detected> {
    const workflowId = opened(detection);
    const token = randomUUID();
    const payload: DetectPayload = { detection };
    const handle = await sorting(() =>
      this.#client.workflow.signalWithStart(WORKFLOW_TYPE, {
        ...start(workflowId, payload, token),
        signal: 'detect',
        signalArgs: [payload],
      }),
    );
    return { incident: workflowId, joined: await this.#joined(handle, token) };
  }

  async detectAndWait(detection: Detection): Promise<Detected & { outcome: Outcome | null }> {
    const workflowId = opened(detection);
    const token = randomUUID();
    const payload: DetectPayload = { detection };
    const startWorkflowOperation = new WithStartWorkflowOperation(
      WORKFLOW_TYPE,
      start(workflowId, payload, token),
    );
    // It rejects together with the update: nobody else listens.
    startWorkflowOperation.workflowHandle().catch(() => {});
    const update = await this.#taken(() =>
      this.#client.workflow.startUpdateWithStart<never, Outcome, [DetectPayload]>('detect', {
        args: [payload],
        waitForStage: 'ACCEPTED',
        startWorkflowOperation: startWorkflowOperation as WithStartWorkflowOperation<never>,
      }),
    );
    if (update === undefined) return { ...(await this.detect(detection)), outcome: null };
    const outcome = await this.#judged(() => update.result(), workflowId);
    return { incident: workflowId, joined: await this.#joined(this.#handle(workflowId), token), outcome };
  }

  async say(workflowId: string, message: Message, saying: SayingPayload): Promise<Said> {
    const handle = this.#handle(workflowId);
    const updateId = statementId(saying);
    const update = await this.#taken(
      () =>
        handle.startUpdate<Outcome, [SayingPayload]>(message, {
          args: [saying],
          waitForStage: 'ACCEPTED',
          ...(updateId === undefined ? {} : { updateId }),
        }),
      workflowId,
    );
    if (update !== undefined) {
      return { by: 'update', outcome: await this.#judged(() => update.result(), workflowId) };
    }
    // Its id makes doubles harmless, should the update be taken after all.
    await sorting(() => handle.signal(message, saying), workflowId);
    return { by: 'signal', outcome: null };
  }

  incident(workflowId: string): Promise<IncidentQuery> {
    const query = () => this.#handle(workflowId).query<IncidentQuery>(QUERY);
    return sorting(() => this.#within(QUERY_WITHIN_MS, query), workflowId);
  }

  async *list(filter: Filter = {}): AsyncGenerator<Listed> {
    const lines = list(this.#client, filter);
    for (;;) {
      const next = await sorting(() => lines.next());
      if (next.done) return;
      yield next.value;
    }
  }

  polled(queue: string, of: Polled): Promise<boolean> {
    return sorting(() => polled(this.#client, queue, of));
  }

  askExecutor(asking: Asking): Promise<Answer> {
    return sorting(() => askExecutor(this.#client, asking));
  }

  find(typed: string): Promise<string> {
    return sorting(() => find(this.#client, typed));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #handle(workflowId: string): WorkflowHandle {
    return this.#client.workflow.getHandle(workflowId);
  }

  #within<T>(ms: number, call: () => Promise<T>): Promise<T> {
    return this.#connection.withDeadline(Date.now() + ms, call);
  }

  /** undefined where it was not accepted in time. */
  async #taken<T>(call: () => Promise<T>, workflowId?: string): Promise<T | undefined> {
    try {
      return await sortingUnlessLate(() => this.#within(this.#acceptWithinMs, call), workflowId);
    } catch (error) {
      if (error instanceof Late) return undefined;
      throw error;
    }
  }

  /** null where the judgement takes longer than anybody waits. */
  async #judged(result: () => Promise<Outcome>, workflowId: string): Promise<Outcome | null> {
    try {
      return await sortingUnlessLate(() => this.#within(JUDGED_WITHIN_MS, result), workflowId);
    } catch (error) {
      if (error instanceof Late) return null;
      throw error;
    }
  }

  /** Whose call began the run stands in its memo: the SDK does not pass on what the server says about it. */
  async #joined(handle: WorkflowHandle, token: string): Promise<boolean> {
    const { memo } = await sorting(() => handle.describe(), handle.workflowId);
    return memo?.openedBy !== token;
  }
}

class Late extends Error {}

function sortingUnlessLate<T>(call: () => Promise<T>, workflowId: string | undefined): Promise<T> {
  return sorting(async () => {
    try {
      return await call();
    } catch (error) {
      throw notTakenInTime(error) ? new Late() : error;
    }
  }, workflowId);
}

function opened(detection: Detection): string {
  if (!detection.opens || detection.key === null)
    throw new OpensNothing(`This alert opens no incident: ${detection.why}`);
  return workflowIdOf(identityOf(detection.key));
}

/** The run's start carries the detection too: it must not depend on a message that is still to come. */
function start(workflowId: string, payload: DetectPayload, openedBy: string) {
  return {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [payload],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    memo: { openedBy },
  } as const satisfies Omit<WorkflowStartOptions, 'args'> & { args: unknown[] };
}

/** A statement's own id serves as the update's: sent twice, it is judged once. Told sayings have none. */
function statementId(saying: SayingPayload): string | undefined {
  if (!('statement' in saying)) return undefined;
  const { jti } = JSON.parse(decode(saying.statement)) as { jti?: unknown };
  return typeof jti === 'string' ? jti : undefined;
}
