// Compiles dist/. The new tree is made beside the old one and takes its place when it is whole, so that no program sees half of it,
// and files whose source is gone do not stay. If nothing has changed the old one stays, for programs that run from it.
//   --on-install: as npm's prepare step. An install that brings no compiler is not an error, and a compile error does not fail it.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkout } from './checkout.mjs';

const at = (/** @type {string[]} */ ...parts) => path.join(checkout, ...parts);

/** @returns {boolean} whether the compiler found no error; what it could emit is in dist/ in any case */
export function build() {
  const fresh = at(`dist.${process.pid}`);
  const old = at(`dist.${process.pid}.old`);
  const dist = at('dist');
  try {
    const clean = compileTo(fresh);
    const main = path.join(fresh, 'cli', 'main.js');
    if (existsSync(main)) chmodSync(main, 0o755);
    if (existsSync(fresh)) copySchemas(fresh);
    if (!existsSync(fresh) || isSame(fresh, dist)) return clean;
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
    return clean;
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @returns {boolean} */
function compileTo(folder) {
  const tsc = at('node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json'), '--outDir', folder], {
      stdio: 'inherit',
    });
    return true;
  } catch {
    return false;
  }
}

/** What authority/ reads from beside itself. @param {string} folder */
function copySchemas(folder) {
  for (const file of readdirSync(at('authority')))
    if (file.endsWith('.cedarschema'))
      copyFileSync(at('authority', file), path.join(folder, 'authority', file));
}

/** @param {string} one @param {string} other @returns {boolean} */
function isSame(one, other) {
  const [ours, theirs] = [one, other].map(filesUnder);
  if (ours === undefined || theirs === undefined || ours.join() !== theirs.join()) return false;
  return ours.every((file) =>
    readFileSync(path.join(one, file)).equals(readFileSync(path.join(other, file))),
  );
}

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const onInstall = process.argv.includes('--on-install');
  if (!existsSync(at('node_modules/typescript'))) {
    console.error(
      'custody was not built: the compiler is a development dependency, and those were left out of this install.',
    );
    process.exitCode = onInstall ? 0 : 1;
  } else if (!build()) {
    console.error('custody was built in spite of the errors above. To build again: npm run build');
    process.exitCode = onInstall ? 0 : 1;
  }
}
