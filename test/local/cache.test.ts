// An entry of the cache is whole or absent, whatever interrupts its making and whoever makes it at the same time.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cached, cacheFolder, keep } from '../../local/cache.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-cache-'));
  vi.stubEnv('CUSTODY_CACHE', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const silent = () => {};
const program = (text: string) => (into: string) => writeFile(path.join(into, 'program'), text);

test('what was made is kept, and not made again', async () => {
  const first = await keep('server-1', 'program', program('one'), silent);
  const second = await keep('server-1', 'program', program('two'), silent);
  expect(second).toBe(first);
  expect(await readFile(first, 'utf8')).toBe('one');
});

test('two that want it at once make it once', async () => {
  const make = vi.fn(program('one'));
  const notes = vi.fn();
  await Promise.all([keep('server-1', 'program', make, notes), keep('server-1', 'program', make, notes)]);
  expect(make).toHaveBeenCalledOnce();
  expect(notes).toHaveBeenCalledWith(expect.stringContaining('waiting'));
});

test('a half-made result is not believed, and the next run makes it whole', async () => {
  const interrupted = keep(
    'server-1',
    'program',
    (into) => program('half')(into).then(() => Promise.reject(new Error('cut off'))),
    silent,
  );
  await expect(interrupted).rejects.toThrow('cut off');
  expect(cached('server-1', 'program')).toBeUndefined();
  const made = await keep('server-1', 'program', program('whole'), silent);
  expect(await readFile(made, 'utf8')).toBe('whole');
});

test('a making that leaves no program is a failure', async () => {
  await expect(keep('server-1', 'program', async () => {}, silent)).rejects.toThrow('ENOENT');
  expect(existsSync(path.join(folder, 'server-1'))).toBe(false);
});

test('the cache stands where the environment says', () => {
  expect(cacheFolder()).toBe(folder);
  vi.stubEnv('CUSTODY_CACHE', '');
  vi.stubEnv('XDG_CACHE_HOME', '/var/cache/me');
  expect(cacheFolder()).toBe('/var/cache/me/custody');
});
