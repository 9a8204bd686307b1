// No server outlives the process that started it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const forever = ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'];

function leashed(...args: string[]) {
  return spawn(process.execPath, ['local/leash.mjs', process.execPath, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each<[string, (leash: ReturnType<typeof leashed>) => unknown]>([
  ['its starter is gone', (leash) => leash.stdin.destroy()],
  ['it is asked to end', (leash) => leash.kill('SIGTERM')],
  ['it is told to crash', (leash) => leash.kill('SIGUSR2')],
])('a program ends when %s', async (_, end) => {
  const leash = leashed(...forever);
  const [line] = (await once(leash.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  end(leash);
  await once(leash, 'close');
  expect(isAlive(pid)).toBe(false);
});

test('a program that ends by itself hands on its exit code', async () => {
  const leash = leashed('-e', 'process.exit(7)');
  expect(await once(leash, 'exit')).toEqual([7, null]);
});
