// A server that only some tests need, and that cannot be had here, is left out with its reason; any other stops the set-up.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Progress } from '../../local/progress.mjs';
import { prepare } from '../../local/servers/prepare.mjs';
import type { Server } from '../../local/servers/server.mjs';
import { Trouble } from '../../local/trouble.mjs';

let cache: string;
let said: string;
beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'custody-cache-'));
  vi.stubEnv('CUSTODY_CACHE', cache);
  said = '';
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

const progress = {
  line: (line: string) => void (said += `${line}\n`),
  task: (name: string) => ({ say: () => {}, done: (note: string) => void (said += `${name}: ${note}\n`) }),
} as unknown as Progress;

const server = (tool: string, optional?: string): Server => ({
  name: 'Example',
  variable: 'CUSTODY_EXAMPLE',
  ...(optional === undefined ? {} : { optional }),
  build: {
    entry: () => Promise.resolve('example'),
    file: 'example',
    how: 'made',
    aboutMs: 1_000,
    tools: [{ name: 'A tool', command: tool, ask: ['--version'], install: 'install it' }],
    make: () => Promise.reject(new Trouble('Example could not be made: no network.')),
  },
});

test.each([
  ['a tool is missing', 'no-such-tool', 'A tool is missing'],
  ['it cannot be made', process.execPath, 'Example could not be made: no network.'],
])('%s', async (_, tool, reason) => {
  expect(await prepare([server(tool, 'examples are not tried')], progress)).toEqual({});
  expect(said).toContain(reason);
  expect(said).toContain('Without it: examples are not tried.');
  await expect(prepare([server(tool)], progress)).rejects.toThrow(reason);
});
