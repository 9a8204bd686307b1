// One process of the demo: started with nothing but the environment that is given to it, ended when its starter is gone, however
// that ended. What it says goes to a file and to whoever listens; it is never shown as it comes.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { checkout } from '../checkout.mjs';

/** A loaded machine takes its time to load a worker and bundle the workflow code. */
const READY_MS = 60_000;
const LAST_LINES = 20;

export interface ProgramOptions {
  name: string;
  /** Compiled, from dist/. */
  script: string;
  args?: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Everything that it says is appended here. */
  log: string;
}

export class Program {
  readonly name: string;
  readonly log: string;
  readonly #child: ChildProcess;
  readonly #file: WriteStream;
  readonly #gone: Promise<void>;
  readonly #listeners: ((line: string) => void)[] = [];
  readonly #last: string[] = [];
  #stopping = false;

  constructor({ name, script, args = [], env, log }: ProgramOptions) {
    this.name = name;
    this.log = log;
    const leash = path.join(checkout, 'local', 'leash.mjs');
    const command = [leash, process.execPath, path.join(checkout, 'dist', script), ...args];
    this.#child = spawn(process.execPath, command, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#file = createWriteStream(log, { flags: 'a' });
    this.#gone = new Promise((resolve) => this.#child.once('close', () => this.#file.end(resolve)));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null)
        readline.createInterface({ input: stream }).on('line', (line) => this.#heard(line));
    }
  }

  onLine(listener: (line: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Until it says a line like this: how it fits. Throws with its last words where it ends before. */
  saying(wanted: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const failed = (what: string) =>
        reject(new Error(`${this.name} ${what}. It said:\n${this.#last.join('\n')}`));
      const timer = setTimeout(() => failed('did not get ready'), READY_MS);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        finish();
      };
      this.onLine((line) => {
        const fits = wanted.exec(line);
        if (fits !== null) settle(() => resolve(fits));
      });
      this.#child.once('close', () => settle(() => failed('ended as it started')));
    });
  }

  /** Called if it ends without having been told to. */
  onDeath(listener: (why: Error) => void): void {
    this.#child.once('close', () => {
      if (!this.#stopping)
        listener(new Error(`${this.name} ended by itself. It said:\n${this.#last.join('\n')}`));
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill('SIGTERM');
    await this.#gone;
  }

  #heard(line: string): void {
    this.#file.write(`${line}\n`);
    this.#last.push(line);
    if (this.#last.length > LAST_LINES) this.#last.shift();
    for (const listener of this.#listeners) listener(line);
  }
}
