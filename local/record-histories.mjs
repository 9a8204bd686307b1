// "npm run record-histories": records a new set of histories on a real server, for the replay tests to hold later code against.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkout } from './checkout.mjs';
import { ended, start, stopAll, stopOnSignals } from './processes.mjs';
import { Progress } from './progress.mjs';
import { prepare } from './servers/prepare.mjs';
import { temporal } from './servers/temporal.mjs';
import { withoutTheirs } from './surroundings.mjs';

const help = `npm run record-histories [-- NAME] [--again]

Runs the main path and its neighbours on a real server and keeps their histories and records in test/replay/NAME
(without it: the version in package.json). It takes about a minute.

  --again   replaces the set of that name. Only for a version that is not released: incidents of its shape may be
            running somewhere, and nothing would notice any more that they no longer replay.
`;

const { version } = JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8'));
const words = process.argv.slice(2);
const again = words.includes('--again');
const [name = version, ...more] = words.filter((word) => !word.startsWith('-'));
const unknown = words.filter((word) => word.startsWith('-') && word !== '--again');
const folder = path.join(checkout, 'test', 'replay', name);

if (words.includes('--help') || words.includes('-h')) {
  console.log(help);
} else if (unknown.length > 0 || more.length > 0 || !/^[\w.-]*\w$/.test(name)) {
  console.error(`There is no ${[...unknown, ...more, name][0]} here.\n\n${help}`);
  process.exitCode = 2;
} else if (existsSync(folder) && !again) {
  console.error(
    `test/replay/${name} is there already, and a kept set is not changed. Give another name, or --again if it is not released.`,
  );
  process.exitCode = 2;
} else {
  await record();
}

async function record() {
  const progress = new Progress();
  stopOnSignals(() => progress.stop());
  const programs = await prepare([temporal], progress);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/replay/recorder.config.ts'];
  // Recorded beside it: a set that was to be replaced stays until the new one is whole.
  const fresh = `${folder}.new`;
  const env = { ...withoutTheirs(process.env), ...programs, CUSTODY_HISTORY_SET: path.basename(fresh) };
  process.exitCode = await ended(
    start(process.execPath, [...args, '--silent=passed-only'], { cwd: checkout, env, stdio: 'inherit' }),
  );
  if (process.exitCode === 0) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    progress.line(`Kept in ${path.relative(checkout, folder)}. Look at it before it is committed.`);
  } else {
    rmSync(fresh, { recursive: true, force: true });
  }
  await stopAll();
}
