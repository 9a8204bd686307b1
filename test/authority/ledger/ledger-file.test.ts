// The executor's book on a real disk: what it keeps through crashes and restarts, and what it refuses to go on with.
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Act } from '../../../authority/ledger/act.ts';
import { type Ledger, LedgerError, openLedger } from '../../../authority/ledger/ledger-file.ts';
import type { Intention } from '../../../authority/ledger/line.schema.ts';

const opened: Ledger[] = [];
const folders: string[] = [];
afterAll(async () => {
  await Promise.all(opened.map((ledger) => ledger.close().catch(() => {})));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-ledger-'));
  folders.push(folder);
  return folder;
}

async function ledgerIn(folder: string): Promise<Ledger> {
  const ledger = await openLedger(folder);
  opened.push(ledger);
  return ledger;
}

const fileIn = (folder: string) => path.join(folder, 'ledger.jsonl');
const AT = '2026-11-24T03:45:00.000Z';
const LATER = '2026-11-24T03:46:00.000Z';

const intention = (step: string): Intention => ({
  at: AT,
  order: 'order-1',
  plan: 'a'.repeat(64),
  madeAt: '2026-11-24T03:25:00.000Z',
  key: 'aws/123456789012/iam-user/deploy-robot',
  step,
  kind: 'aws/quarantine',
  verb: 'apply',
  target: { userName: 'deploy-robot' },
  finding: null,
});
const yes = () => null;

async function begun(ledger: Ledger, step: string) {
  const begin = await ledger.begin(intention(step), yes);
  if (!begin.ok) throw new Error(begin.reason);
  return begin;
}

it('holds an intention on the disk before the act, and how it ended after it', async () => {
  const folder = await newFolder();
  const ledger = await ledgerIn(folder);
  const begin = await begun(ledger, 's1');
  const lines = async () =>
    (await readFile(fileIn(folder), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  expect(await lines()).toMatchObject([{ type: 'intended', step: 's1', order: 'order-1' }]);
  expect(await ledger.acts()).toEqual([{ ...intention('s1'), ended: null }]);
  await begin.ended('done', LATER);
  expect(await lines()).toMatchObject([{ type: 'intended' }, { type: 'ended', as: 'done', at: LATER }]);
});

it('is for its owner alone, in a folder that it makes', async () => {
  const folder = path.join(await newFolder(), 'state');
  await ledgerIn(folder);
  expect((await stat(fileIn(folder))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

it('is the same after a restart, also of what was cut short in the middle of an act', async () => {
  const folder = await newFolder();
  const before = await ledgerIn(folder);
  await (await begun(before, 's1')).ended('done', LATER);
  await begun(before, 's2');
  const told = await before.acts();
  await before.close();
  expect(await (await ledgerIn(folder)).acts()).toEqual(told);
  expect(told.map(({ ended }) => ended?.as)).toEqual(['done', undefined]);
});

it('drops a last line that a crash cut short: nothing was done on its account', async () => {
  const folder = await newFolder();
  const before = await ledgerIn(folder);
  await begun(before, 's1');
  await before.close();
  await appendFile(fileIn(folder), '{"type":"intended","id":"');
  const after = await ledgerIn(folder);
  await begun(after, 's2');
  expect((await after.acts()).map(({ step }) => step)).toEqual(['s1', 's2']);
  expect(await readFile(fileIn(folder), 'utf8')).toMatch(/\n$/);
});

it('says no by what stands before, and then nothing was done', async () => {
  const ledger = await ledgerIn(await newFolder());
  await begun(ledger, 's1');
  const seen: Act[] = [];
  const begin = await ledger.begin(intention('s2'), (before) => {
    seen.push(...before);
    return 'not twice';
  });
  expect(begin).toEqual({ ok: false, reason: 'not twice' });
  expect(seen.map(({ step }) => step)).toEqual(['s1']);
  expect((await ledger.acts()).map(({ ended }) => ended?.as)).toEqual([undefined, 'withdrawn']);
});

it.each([1, 2])(
  'lets one of many begin what may be done once, asked all at once over %i open books',
  async (books) => {
    const folder = await newFolder();
    const ledgers = await Promise.all(Array.from({ length: books }, () => ledgerIn(folder)));
    const once = (before: readonly Act[]) =>
      before.some(({ ended }) => ended?.as !== 'withdrawn') ? 'it was done' : null;
    const all = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => ledgers[i % books]?.begin(intention(`s${i}`), once)),
    );
    expect(all.filter((one) => one?.ok)).toHaveLength(1);
    expect(await ledgers[0]?.acts()).toHaveLength(40);
  },
);

it('waits for a line that another process is still writing', async () => {
  const folder = await newFolder();
  const ledger = await ledgerIn(folder);
  await begun(ledger, 's1');
  const line = JSON.stringify({
    type: 'intended',
    id: '0190f000-aaaa-4000-8000-000000000001',
    ...intention('s2'),
  });
  await appendFile(fileIn(folder), line.slice(0, 40));
  const acts = ledger.acts();
  await appendFile(fileIn(folder), `${line.slice(40)}\n`);
  expect((await acts).map(({ step }) => step)).toEqual(['s1', 's2']);
});

it.each<[string, (file: string) => Promise<void>]>([
  ['a line is none of a ledger', (file) => appendFile(file, '{"type":"intended"}\n')],
  ['a line is no JSON', (file) => appendFile(file, 'hello\n')],
  [
    'a line ends what was never begun',
    (file) =>
      appendFile(
        file,
        `${JSON.stringify({ type: 'ended', id: '0190f000-aaaa-4000-8000-000000000001', at: AT, as: 'done' })}\n`,
      ),
  ],
])('is not opened, and not gone on with, where %s', async (_, spoil) => {
  const folder = await newFolder();
  const ledger = await ledgerIn(folder);
  await begun(ledger, 's1');
  await spoil(fileIn(folder));
  const size = (await stat(fileIn(folder))).size;
  await expect(ledger.begin(intention('s2'), yes)).rejects.toThrow(LedgerError);
  await expect(openLedger(folder)).rejects.toThrow(/cannot be kept .*mend it/);
  expect((await stat(fileIn(folder))).size).toBe(size);
});

it.each<[string, (file: string) => Promise<void>]>([
  ['shortened', (file) => truncate(file, 10)],
  ['removed', (file) => rm(file)],
  [
    'put in its place anew',
    async (file) => {
      await rm(file);
      await writeFile(file, '');
    },
  ],
])('lets nothing begin once it was %s', async (_, spoil) => {
  const folder = await newFolder();
  const ledger = await ledgerIn(folder);
  await begun(ledger, 's1');
  await spoil(fileIn(folder));
  await expect(ledger.begin(intention('s2'), yes)).rejects.toMatchObject({ code: 'ledger' });
  await expect(ledger.acts()).rejects.toMatchObject({ code: 'ledger' });
});

it('lets nothing begin that cannot be written down', async () => {
  const ledger = await openLedger(await newFolder());
  await ledger.close();
  await expect(ledger.begin(intention('s1'), yes)).rejects.toMatchObject({
    name: 'LedgerError',
    code: 'ledger',
  });
});

it('says where it lies when its folder cannot be made', async () => {
  const file = path.join(await newFolder(), 'a-file');
  await writeFile(file, '');
  await expect(openLedger(path.join(file, 'state'))).rejects.toThrow(
    /ledger\.jsonl cannot be kept \(ENOTDIR/,
  );
});
