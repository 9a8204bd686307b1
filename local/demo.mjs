// "npm run demo" and "npm start": prepares everything, then hands over to the programs in local/demo, compiled.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { checkout } from './checkout.mjs';
import { ended, start } from './processes.mjs';
import { awsEmulator } from './servers/aws-emulator.mjs';
import { prepare } from './servers/prepare.mjs';
import { temporal } from './servers/temporal.mjs';
import { withoutTheirs } from './surroundings.mjs';
import { Trouble } from './trouble.mjs';

const environment = `
Everything runs on this machine, and is stopped at the end and on Ctrl-C. What is missing is prepared first, once.

Environment:
  CUSTODY_CACHE          where servers are kept (else $XDG_CACHE_HOME/custody, else ~/.cache/custody)
  CUSTODY_TEMPORAL, CUSTODY_AWS_EMULATOR
                         programs to use instead of those that would be fetched or built
  CUSTODY_CHROMIUM       a Chromium for the demo's one passkey; else one on PATH; without one nobody has a passkey
`;

export const demoHelp = `npm run demo [-- --interactive]

One incident, from a stolen AWS key to the proof that it is dead and the service works, on real servers.

  --interactive          be the responder yourself
${environment}`;

export const startHelp = `npm start

The demo's local stack, kept up for your own alerts and calls until Ctrl-C.
${environment}`;

/** @param {'main' | 'stack'} program @param {string[]} words @param {import('./progress.mjs').Progress} progress */
export async function show(program, words, progress) {
  const programs = await prepare([temporal, awsEmulator], progress);
  if (!build()) progress.line('custody has type errors, as shown above; what could be compiled runs.');
  const file = path.join(checkout, 'dist', 'local', 'demo', `${program}.js`);
  if (!existsSync(file))
    throw new Trouble(`The servers are ready, but there is no ${path.relative(checkout, file)} yet.`);
  // In this process's own group: it may read from the terminal, and gets its Ctrl-C.
  const env = { ...withoutTheirs(process.env), ...programs };
  return ended(
    start(process.execPath, ['--enable-source-maps', file, ...words], {
      env,
      stdio: 'inherit',
      detached: false,
    }),
  );
}
