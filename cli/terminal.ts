// The person's terminal, and what else a command takes from outside: environment, files, clock, the connection.
// Commands take all of it from here, so that they can be run without a process.
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { CustodyClient } from '../client/client.ts';
import { CliFailure } from './failure.ts';
import { harmless, oneLine } from './screen/harmless.ts';

export interface Terminal {
  /** For people, on stdout: what could play with the screen is taken out. */
  out(text: string): void;
  /** For programs, on stdout: byte for byte. */
  data(text: string): void;
  /** The same, each of them one line whatever stands in it. */
  lines(lines: readonly string[], to?: 'out' | 'err'): void;
  /** For people, on stderr. */
  err(text: string): void;
  /** Shows these lines in place of those shown before; only where `live`. */
  redraw(lines: readonly string[]): void;
  env: Readonly<Record<string, string | undefined>>;
  /** stdout is a screen that can be drawn over. */
  live: boolean;
  /** Somebody is there to answer a question. */
  interactive: boolean;
  ask(question: string): Promise<string>;
  /** The same, and what is typed is not shown. */
  askHidden(question: string): Promise<string>;
  /** Opens a page in the person's browser. Rejects where there is none. */
  browse(url: string): Promise<void>;
  /** A file's text; `-` is stdin. */
  read(path: string): Promise<string>;
  now(): Date;
  wait(ms: number): Promise<void>;
  /** Connects at the first call. */
  client(): Promise<CustodyClient>;
}

export interface ProcessTerminal extends Terminal {
  close(): Promise<void>;
}

/** An environment variable that a command needs; `what` says what for. */
export function needed(terminal: Pick<Terminal, 'env'>, name: string, what: string): string {
  const value = terminal.env[name];
  if (value === undefined || value === '') throw new CliFailure('usage', `Set ${name}: ${what}.`);
  return value;
}

const UNREAD: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, and a file is needed here',
  EACCES: 'you may not read it',
};

export function processTerminal(): ProcessTerminal {
  const { stdin, stdout, stderr, env } = process;
  let connected: Promise<CustodyClient> | undefined;
  return {
    out: (line) => void stdout.write(`${harmless(line)}\n`),
    lines: (lines, to = 'out') =>
      void (to === 'out' ? stdout : stderr).write(lines.map((line) => `${oneLine(line)}\n`).join('')),
    data: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${harmless(line)}\n`),
    redraw(lines) {
      const width = stdout.columns ?? 80;
      const shown = lines.slice(0, (stdout.rows ?? 24) - 1).map((line) => oneLine(line).slice(0, width));
      stdout.write(`\x1b[H\x1b[2J${shown.join('\n')}\n`);
    },
    env,
    live: stdout.isTTY === true,
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    async ask(question) {
      const { createInterface } = await import('node:readline/promises');
      // On stderr, so that stdout holds nothing but the command's result.
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    async askHidden(question) {
      const { createInterface } = await import('node:readline');
      // It edits the line as always, and shows it nowhere.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
      // Not before: until then the terminal itself shows what is typed.
      stderr.write(question);
      try {
        return await new Promise((answered, failed) => {
          lines.once('line', answered);
          lines.once('close', () => failed(new CliFailure('notSigned', 'Nothing was typed.')));
        });
      } finally {
        lines.close();
        stderr.write('\n');
      }
    },
    async browse(url) {
      if (env.CUSTODY_BROWSER === 'none') throw new Error('CUSTODY_BROWSER is none');
      const { default: open } = await import('open');
      await open(url);
    },
    async read(path) {
      if (path === '-') return text(stdin);
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        throw new CliFailure('input', `Cannot read ${path}: ${UNREAD[code ?? ''] ?? message}.`, {
          cause: error,
        });
      }
    },
    now: () => new Date(),
    wait: (ms) => pause(ms),
    client() {
      connected ??= open();
      return connected;
    },
    async close() {
      const client = await connected?.catch(() => undefined);
      await client?.close();
    },
  };
}

/** Loaded at the first use: most of what a newcomer types needs no Temporal. */
async function open(): Promise<CustodyClient> {
  const { connect, custodyClient } = await import('../client/index.ts');
  return custodyClient(await connect());
}
