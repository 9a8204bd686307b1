// Runs a program and ends it when whoever started this is gone, however that ended: a killed test worker, a closed terminal.
// Usage: node leash.mjs PROGRAM ARGS… with standard input a pipe that the starter holds open. SIGUSR2 ends the program as a crash does.
import { spawn } from 'node:child_process';

const PATIENCE_MS = 5_000;
const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] });

const end = () => {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
};
process.stdin.on('end', end).on('error', end).resume();
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, end);
process.on('SIGUSR2', () => child.kill('SIGKILL'));

child.on('error', (error) => {
  console.error(`${program} could not be started: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));
