// Which policy folder a process takes: signed where somebody is pinned, and unsigned only where that was said aloud.
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { FOLDER_FILES, loadFolder } from '../../authority/folder.ts';
import { newKey, openKey } from '../../authority/keys.ts';
import { say } from '../../authority/sign.ts';
import { writeSignatures } from '../../authority/signed-folder/signatures.ts';
import { configured } from '../../workers/configuration.ts';
import { pinnedFrom, policyFolder } from '../../workers/policy-folder.ts';

let root: string;
let folder: string;
let signers: string;
let keys: Awaited<ReturnType<typeof newKey>>[];
const said: { level: number; msg: string }[] = [];
const log = pino(
  {},
  { write: (line: string) => void said.push(JSON.parse(line) as { level: number; msg: string }) },
);
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'custody-policy-folder-'));
  folder = path.join(root, 'runbook');
  await cp(path.resolve(import.meta.dirname, '../../runbooks/small'), folder, { recursive: true });
  keys = await Promise.all(['erin', 'ivo'].map((name) => newKey(name)));
  signers = path.join(root, 'signers.yaml');
  const people = Object.fromEntries(
    ['erin', 'ivo'].map((name, i) => [name, { name, keys: [keys[i]?.entry] }]),
  );
  await writeFile(signers, stringify({ version: 1, people }));
});
afterAll(() => rm(root, { recursive: true }));

const own = (pinned: string) =>
  policyFolder({
    folder,
    names: FOLDER_FILES,
    load: loadFolder,
    signers: pinned,
    state: path.join(root, 'state'),
    log,
  });

const sign = async (serial: number) => {
  const { hash } = await loadFolder(folder);
  const sayings = keys.map(async ({ content }) =>
    say({
      key: await openKey(content),
      incident: null,
      firstRun: null,
      message: 'sign',
      answers: null,
      plan: null,
      body: { folder: hash, serial },
      now: new Date().toISOString(),
      validForMs: 60_000,
    }),
  );
  await writeSignatures(folder, await Promise.all(sayings));
};

test('an unsigned one is taken only where that was said aloud, and is complained about', async () => {
  await expect(own(signers)()).rejects.toThrow('isSigned');
  expect(said).toEqual([]);
  expect(await own('none')()).toHaveProperty('runbook');
  expect(said).toMatchObject([{ level: 40, msg: expect.stringContaining('CUSTODY_SIGNERS=none') }]);
});

test('a signed one is taken; one that changes unsigned leaves it in force, until its signatures come', async () => {
  await sign(1);
  const current = own(signers);
  const before = await current();
  const file = path.join(folder, 'people.yaml');
  await writeFile(file, 'people: {}\nmachines: {}\n# nobody any more\n');
  expect(await current()).toBe(before);
  await cp(path.resolve(import.meta.dirname, '../../runbooks/small/people.yaml'), file);
  await appendFile(file, '# another state\n');
  expect(await current()).toBe(before);
  await sign(2);
  expect((await current()).hash).not.toBe(before.hash);
});

test('an executor does not start without saying who may sign, where it remembers, and where it writes down', () => {
  const start = () => configured('executor', { CUSTODY_POLICY: 'p', CUSTODY_KEY: 'k' });
  expect(start).toThrow(/CUSTODY_SIGNERS:.*\n {2}CUSTODY_STATE:.*\n {2}CUSTODY_AUDIT:/);
  const rest = { CUSTODY_POLICY: 'p', CUSTODY_KEY: 'k', CUSTODY_STATE: 's', CUSTODY_AUDIT: 'a' };
  expect(configured('executor', { ...rest, CUSTODY_SIGNERS: ' none ' }).CUSTODY_SIGNERS).toBe('none');
  expect(configured('executor', { ...rest, CUSTODY_SIGNERS: 'none.yaml' }).CUSTODY_SIGNERS).toBe(
    path.resolve('none.yaml'),
  );
});

test('an orchestrator may do without; pinned, it has to remember too', () => {
  expect(pinnedFrom({})).toEqual({ signers: 'none', state: '' });
  expect(() => pinnedFrom({ CUSTODY_SIGNERS: 'signers.yaml' })).toThrow('CUSTODY_STATE');
  expect(pinnedFrom({ CUSTODY_SIGNERS: 'signers.yaml', CUSTODY_STATE: 'state' })).toEqual({
    signers: path.resolve('signers.yaml'),
    state: path.resolve('state'),
  });
});
