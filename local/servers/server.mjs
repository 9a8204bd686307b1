// Where a server's program comes from, in this order: named by an environment variable, on PATH, downloaded by the SDK, built.
// What was downloaded or built once stands in the cache, and is looked for before either is done again.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { cached } from '../cache.mjs';
import { Trouble } from '../trouble.mjs';

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {string} variable names the program, before anything else is looked at
 * @property {() => Promise<Found | undefined>} [onPath]
 * @property {{ entry: string, file: string, kind: 'dev-server' | 'time-skipping', finish?: (folder: string) => Promise<void> }} [download]
 * @property {Build} build
 * @property {string} [optional] what is left out where it cannot be had; without this, nothing begins
 *
 * @typedef {object} Build
 * @property {() => Promise<string>} entry in the cache
 * @property {string} file in the entry
 * @property {string} how
 * @property {number} aboutMs
 * @property {import('../tools.mjs').Tool[]} tools
 * @property {(folder: string, say: (note: string) => void) => Promise<void>} make
 *
 * @typedef {{ path: string, from: string }} Found
 */

/** @param {Server} server @returns {Promise<Found | undefined>} a program that is there already */
export async function find(server) {
  const named = process.env[server.variable];
  if (named) {
    try {
      accessSync(named, constants.X_OK);
    } catch {
      throw new Trouble(`${server.variable} names ${named}, which is not a program that can be run.`);
    }
    return { path: path.resolve(named), from: server.variable };
  }
  const onPath = await server.onPath?.();
  if (onPath !== undefined) return onPath;
  const downloaded = server.download && cached(server.download.entry, server.download.file);
  if (downloaded) return { path: downloaded, from: 'the cache' };
  const built = cached(await server.build.entry(), server.build.file);
  return built ? { path: built, from: 'the cache' } : undefined;
}

/** @param {Server} server @returns {Promise<string>} for who needs it now and cannot wait for a build */
export async function programOf(server) {
  const found = await find(server);
  if (found === undefined)
    throw new Trouble(`${server.name} is not prepared yet: run "npm test" once, or set ${server.variable}.`);
  return found.path;
}
