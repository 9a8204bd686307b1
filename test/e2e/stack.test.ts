// `npm start` leaves nothing behind, neither when it is told to end nor when it is killed.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkout } from '../../local/checkout.mjs';

/** Ends the stack when this test's process is gone. */
let leash: ChildProcess;
let stack: number;
let folder: string;
/** What the stack has started. */
let family: number[];

/** Every process that stems from one. */
function stemmingFrom(ancestor: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [ancestor];
  for (const one of found) found.push(...table.filter(([, parent]) => parent === one).map(([pid]) => pid));
  return found.slice(1);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

beforeEach(async () => {
  const program = path.join(checkout, 'dist', 'local', 'demo', 'stack.js');
  const command = [path.join(checkout, 'local', 'leash.mjs'), process.execPath, program];
  leash = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise<void>((resolve) => {
    readline.createInterface({ input: leash.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      folder = /CUSTODY_RECORDS=(.*)\/records$/.exec(line)?.[1] ?? folder;
      if (line.includes('custody watch')) resolve();
    });
  });
  [stack = 0, ...family] = stemmingFrom(leash.pid ?? 0).filter(lives);
  // A leash and its program each: three servers, five workers, the service.
  expect(family.length).toBeGreaterThanOrEqual(18);
  expect(existsSync(folder)).toBe(true);
}, 150_000);
afterEach(async () => {
  if (leash.exitCode === null && leash.kill('SIGUSR2')) await once(leash, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

describe('the local stack', () => {
  it('is gone with all its processes and files after Ctrl-C', async () => {
    process.kill(stack, 'SIGINT');
    const [code] = await once(leash, 'exit');
    expect(code).toBe(130);
    expect(family.filter(lives)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('is gone with all its processes after it was killed', async () => {
    process.kill(stack, 'SIGKILL');
    await vi.waitFor(() => expect(family.filter(lives)).toEqual([]), { timeout: 30_000, interval: 200 });
  });
});
