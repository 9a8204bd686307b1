// What was fetched or built, kept outside the checkout, so that it is made once for all clones of a user.
// An entry is a folder that appears whole or not at all: it is made elsewhere and renamed, so an interrupted build leaves nothing to believe.
import { existsSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Absolute: what is made here is started from other folders too. */
export function cacheFolder() {
  const { CUSTODY_CACHE, XDG_CACHE_HOME } = process.env;
  if (CUSTODY_CACHE) return path.resolve(CUSTODY_CACHE);
  return XDG_CACHE_HOME
    ? path.resolve(XDG_CACHE_HOME, 'custody')
    : path.join(os.homedir(), '.cache', 'custody');
}

/** @param {string[]} parts an entry, and a file in it */
export function cached(...parts) {
  const file = path.join(cacheFolder(), ...parts);
  return existsSync(file) ? file : undefined;
}

/**
 * Makes an entry, unless it is there by the time nobody else is making it.
 * @param {string} entry
 * @param {string} file the file in it that makes it whole
 * @param {(folder: string) => Promise<void>} make fills an empty folder, under a name that is not yet the entry's
 * @param {(note: string) => void} say
 * @returns {Promise<string>} the file's path
 */
export async function keep(entry, file, make, say) {
  const final = path.join(cacheFolder(), entry);
  const making = path.join(cacheFolder(), '.making');
  await mkdir(making, { recursive: true });
  const release = await lock(path.join(making, `${entry}.lock`), say);
  try {
    const there = cached(entry, file);
    if (there !== undefined) return there;
    const folder = path.join(making, `${entry}-${process.pid}`);
    await forget(making, entry);
    await mkdir(folder, { recursive: true });
    await make(folder);
    await stat(path.join(folder, file));
    await rm(final, { recursive: true, force: true });
    await rename(folder, final);
    return path.join(final, file);
  } finally {
    await forget(making, entry);
    await release();
  }
}

/** What an interrupted run left behind; only the holder of the entry's lock may. @param {string} making @param {string} entry */
async function forget(making, entry) {
  const left = (await readdir(making)).filter((name) => name.startsWith(`${entry}-`));
  await Promise.all(left.map((name) => rm(path.join(making, name), { recursive: true, force: true })));
}

const HEARTBEAT_MS = 2_000;
const STALE_MS = 15_000;

/** Locks of this process: a run that is stopped in the middle must not make the next one wait for them to get stale. @type {Set<string>} */
const held = new Set();
process.on('exit', () => {
  for (const file of held) rmSync(file, { force: true });
});

/**
 * A lock file whose time is renewed while its holder lives. A process id would not do: ids are used again.
 * @param {string} file
 * @param {(note: string) => void} say
 * @returns {Promise<() => Promise<void>>} gives the lock back
 */
async function lock(file, say) {
  for (;;) {
    try {
      await (await open(file, 'wx')).close();
      held.add(file);
      const heartbeat = setInterval(
        () => void utimes(file, new Date(), new Date()).catch(() => {}),
        HEARTBEAT_MS,
      );
      heartbeat.unref();
      return async () => {
        clearInterval(heartbeat);
        held.delete(file);
        await rm(file, { force: true });
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) {
      await rm(file, { force: true });
    } else {
      say('waiting for another run of custody that prepares it');
      await delay(1_000);
    }
  }
}
