// The npm packages: installed when node_modules is missing or is not what the lockfile says.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout } from './checkout.mjs';
import { isStopping, run } from './processes.mjs';
import { Trouble } from './trouble.mjs';

export const NPM_ABOUT_MS = 40_000;

/** @param {string} file @returns {Promise<Record<string, any> | undefined>} */
const packagesIn = (file) =>
  readFile(path.join(checkout, file), 'utf8').then(
    (text) => JSON.parse(text).packages,
    () => undefined,
  );

/**
 * Compares what npm noted that it installed with the lockfile. Times of files would not do: a checkout sets them as it likes.
 * @returns {Promise<boolean>}
 */
export async function packagesAreInstalled() {
  const wanted = await packagesIn('package-lock.json');
  const installed = await packagesIn('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([place, { version, integrity, optional, peer }]) => {
    if (place === '') return true;
    const there = installed[place];
    if (there === undefined) return Boolean(optional ?? peer);
    return there.version === version && there.integrity === integrity;
  });
}

/** @param {(note: string) => void} say */
export async function installPackages(say) {
  say('npm ci');
  // The npm that runs this, if one does; its path is a script for Node.
  const own = process.env['npm_execpath'];
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  const { code, last } = await run(command, [...first, 'ci', '--no-progress'], { cwd: checkout });
  if (code === 0 || isStopping()) return;
  throw new Trouble(
    code === 127 ? 'npm is missing: it comes with Node, from https://nodejs.org.' : `npm ci failed:\n${last}`,
  );
}
