#!/usr/bin/env node
// `custody`: the command line of people and scripts. Each command is a file of its own, loaded when it is typed.
import { run } from './grammar.ts';
import { processTerminal } from './terminal.ts';

// A reader that has seen enough (`custody … | head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
const terminal = processTerminal();
process.exitCode = await run(process.argv.slice(2), terminal);
await terminal.close();
