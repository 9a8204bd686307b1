// Every process that the set-up starts, so that none is left: each has a group of its own, which is ended as a whole.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
const PATIENCE_MS = 8_000;
let stopping = false;

/** True once a signal came: what fails after that fails because it was stopped. */
export const isStopping = () => stopping;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { detached: true, ...options });
  running.add(child);
  child.once('error', () => running.delete(child));
  child.once('exit', () => {
    running.delete(child);
    // What it started itself and left behind.
    if (options.detached !== false) signalGroup(child, 'SIGTERM');
  });
  return child;
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} its exit code; 127 when it could not be started */
export function ended(child) {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal ? (constants.signals[signal] ?? 0) : 0)),
    );
  });
}

/**
 * Runs to the end, and keeps the last lines of what it said, for the case that it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, signal?: AbortSignal }} [options]
 * @returns {Promise<{ code: number, last: string }>}
 */
export async function run(command, args, { cwd, env, onLine, signal } = {}) {
  const child = start(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => signalGroup(child, 'SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    readline.createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 40) lines.shift();
      onLine?.(line);
    });
  }
  const code = await ended(child);
  signal?.removeEventListener('abort', stop);
  return { code, last: lines.join('\n') };
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Not a group of its own, or nothing of it is left.
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  }
}

/** Asks all to end, and insists after a while. */
export async function stopAll() {
  const children = [...running];
  for (const child of children) signalGroup(child, 'SIGTERM');
  const gone = Promise.all(children.filter((child) => running.has(child)).map(ended));
  await Promise.race([gone, delay(PATIENCE_MS, undefined, { ref: false })]);
  for (const child of children) if (running.has(child)) signalGroup(child, 'SIGKILL');
}

/** @param {() => void} before what to say first */
export function stopOnSignals(before) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      before();
      void stopAll().then(() => process.exit(128 + constants.signals[signal]));
    });
  }
  process.on('exit', () => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  });
}
