// Proves a new value by a program of the owner's. It gets the value on its standard input, never as an argument or in its environment, where
// others on the machine could read it; what it prints is thrown away.
import { spawn } from 'node:child_process';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { Test } from './rule.ts';

const LIMIT_MS = 30_000;

/** `command`: an absolute path and its arguments. It ends with 0 where the value works, with 75 (EX_TEMPFAIL) where it could not tell. */
export const commandTest =
  (command: readonly string[]): Test =>
  async (value) => {
    const [program = '', ...args] = command;
    const code = await exitOf(program, args, value);
    if (code === 0) return 'works';
    if (code === null || code === 75) {
      throw new ProviderError(
        'retry',
        `${program} did not say whether the new value works; it is tried again.`,
      );
    }
    return { not: `${program} ended with ${code}` };
  };

/** null: it could not be started, or did not end by itself. */
const exitOf = (program: string, args: readonly string[], input: string): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => resolve(null));
    child.on('close', resolve);
    // A program that does not read its input is no failure of this process.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
