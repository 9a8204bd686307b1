// The AWS emulator: local/aws-emulator, which is always built here (its README says why), once for each state of its sources.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../cache.mjs';
import { checkout } from '../checkout.mjs';
import { run } from '../processes.mjs';
import { tools } from '../tools.mjs';
import { failedBuild } from './failed.mjs';

const sources = path.join(checkout, 'local', 'aws-emulator');
const FILE = 'custody-aws';

async function hashOfSources() {
  const code = (await readdir(path.join(sources, 'src'))).sort().map((name) => path.join('src', name));
  const hash = createHash('sha256');
  for (const name of ['Cargo.toml', 'Cargo.lock', ...code]) {
    hash.update(`${name}\n`).update(await readFile(path.join(sources, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** @type {import('./server.mjs').Server} */
export const awsEmulator = {
  name: 'AWS emulator',
  variable: 'CUSTODY_AWS_EMULATOR',
  build: {
    entry: async () => `aws-emulator-${await hashOfSources()}`,
    file: path.join('bin', FILE),
    how: 'built with Rust',
    aboutMs: 300_000,
    tools: [tools.cargo, tools.cc],
    async make(folder, say) {
      const lockfile = await readFile(path.join(sources, 'Cargo.lock'), 'utf8');
      const crates = lockfile.match(/^\[\[package\]\]$/gm)?.length ?? 0;
      let compiled = 0;
      const onLine = (/** @type {string} */ line) => {
        if (/^\s*Compiling /.test(line)) say(`crate ${++compiled} of ${crates} at most`);
      };
      // What cargo compiles on the way stays too, so that a change of the launcher costs seconds.
      const env = {
        ...process.env,
        CARGO_TARGET_DIR: path.join(cacheFolder(), 'aws-emulator-target'),
        CARGO_TERM_COLOR: 'never',
      };
      const args = ['install', '--path', sources, '--root', folder, '--locked', '--no-track', '--force'];
      const { code, last } = await run('cargo', args, { env, onLine });
      if (code !== 0) failedBuild(awsEmulator, last);
    },
  },
};
