// Runs orders by executors that can be killed: each attempt is a process, on the same files as the one before.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import type { Place } from '../e2e/canaries.ts';
import type { Wire } from './wire.ts';

export interface Work {
  environment: Readonly<Record<string, string>>;
  order: Order;
  verb: 'apply' | 'undo';
}

/** As Temporal hands it on. */
interface Failed {
  type?: string | undefined;
  nonRetryable?: boolean | undefined;
  message: string;
  stack?: string | undefined;
}

export type Ended = { said: Saying } | { failed: Failed };

/** Temporal learns of it by a heartbeat that does not come. */
export class Killed extends Error {
  override name = 'Killed';
}

export interface Executors {
  /** Throws `Killed` where the process was, and what an activity's caller gets where it failed. */
  run(work: Work): Promise<Saying>;
  /** All that they have printed. */
  printed: Place[];
  readonly killed: number;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('./executor-process.mjs', import.meta.url));

/** One process, which takes orders until it is killed. */
class Executor {
  readonly gone: Promise<unknown>;
  readonly #child: ChildProcess;
  #killed = false;

  constructor(out: Buffer[]) {
    this.#child = fork(program, { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const said = [this.#child.stdout, this.#child.stderr].flatMap((stream) => {
      stream?.on('data', (chunk: Buffer) => out.push(chunk));
      return stream === null ? [] : [finished(stream)];
    });
    this.gone = Promise.all([once(this.#child, 'exit'), ...said]);
  }

  get killed(): boolean {
    return this.#killed;
  }

  /** null: it ended meanwhile. */
  async take(work: Work): Promise<Ended | null> {
    const answer = once(this.#child, 'message') as Promise<[Ended]>;
    this.#child.send(work);
    return Promise.race([answer.then(([ended]) => ended), this.gone.then(() => null)]);
  }

  async kill(): Promise<void> {
    this.#killed = true;
    this.#child.kill('SIGKILL');
    await this.gone;
  }
}

export function executorsOn(wire: Wire): Executors {
  const printed: { name: string; out: Buffer[] }[] = [];
  const born = (): Executor => {
    const out: Buffer[] = [];
    printed.push({ name: `what process ${printed.length + 1} printed`, out });
    return new Executor(out);
  };
  let killed = 0;
  let [atWork, next]: (Executor | null)[] = [null, null];
  return {
    get printed() {
      return printed.map(({ name, out }) => ({ name, bytes: Buffer.concat(out) }));
    },
    get killed() {
      return killed;
    },
    async run(work) {
      const executor = atWork ?? next ?? born();
      // It gets ready while the one at work may be killed.
      if (executor === next || next === null) next = born();
      atWork = executor;
      wire.process = executor;
      const ended = await executor.take(work);
      wire.process = null;
      if (executor.killed) {
        killed += 1;
        atWork = null;
        throw new Killed('the process was killed');
      }
      if (ended === null)
        throw new Error(
          `An executor ended by itself. It said:\n${this.printed.map(({ bytes }) => bytes.toString().slice(-500)).join('\n')}`,
        );
      wire.left.push({ name: 'what a process answered', bytes: Buffer.from(JSON.stringify(ended)) });
      if ('said' in ended) return ended.said;
      const { type, nonRetryable = false, message } = ended.failed;
      throw ApplicationFailure.create({ message, nonRetryable, ...(type === undefined ? {} : { type }) });
    },
    async stop() {
      await Promise.all([atWork?.kill(), next?.kill()]);
    },
  };
}
