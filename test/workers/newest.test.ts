// A policy folder as it is now: what does not load any more, and for how long the one before is gone by.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { instant } from '../../domain/instant/instant.ts';
import { FolderUnread, newest } from '../../workers/newest.ts';

const FOR_MS = 5 * 60_000;
let folder: string;
let file: string;
let minute: number;
let said: string[];
const now = () => instant(Date.parse('2026-11-24T03:00:00.000Z') + minute * 60_000);
const log = pino(
  {},
  { write: (line: string) => void said.push((JSON.parse(line) as { reason: string }).reason) },
);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-newest-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  file = path.join(folder, `${expect.getState().currentTestName}.txt`);
  minute = 0;
  said = [];
  await writeFile(file, 'one');
});

const load = async () => {
  const text = await readFile(file, 'utf8');
  if (text.startsWith('bad')) throw new Error(`it says ${text}`);
  return text;
};
const limited = () => newest({ files: [file], load, log, stands: { forMs: FOR_MS, now } });

test('it is read again once it has changed, and not before', async () => {
  let reads = 0;
  const own = newest({ files: [file], load: () => ((reads += 1), load()), log });
  expect([await own(), await own(), reads]).toEqual(['one', 'one', 1]);
  await writeFile(file, 'another');
  expect([await own(), reads]).toEqual(['another', 2]);
});

test('one that never loaded is an error', async () => {
  await writeFile(file, 'bad from the start');
  await expect(limited()()).rejects.toThrow('it says bad from the start');
});

test('what does not load leaves the one before in force for five minutes, then nothing, and comes back by itself', async () => {
  const own = limited();
  await own();
  await writeFile(file, 'bad');
  for (minute of [1, 4.99]) expect(await own()).toBe('one');
  expect(said).toEqual(['it says bad']);
  for (minute of [5, 60]) {
    const refused: unknown = await own().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FolderUnread);
    expect(refused).toMatchObject({ message: expect.stringMatching(/for 5 min.*it says bad$/) });
  }
  await writeFile(file, 'two');
  expect(await own()).toBe('two');
});

test('the five minutes count from when it was last known to be good: nobody may look for an hour and then begin to count', async () => {
  const own = limited();
  await own();
  minute = 10;
  expect(await own()).toBe('one');
  await writeFile(file, 'bad');
  minute = 14;
  expect(await own()).toBe('one');
  minute = 70;
  await expect(own()).rejects.toThrow(FolderUnread);
  await writeFile(file, 'two');
  expect(await own()).toBe('two');
  await rm(file);
  minute = 75;
  await expect(own()).rejects.toThrow(FolderUnread);
});

test('what failed is tried again although no file has changed', async () => {
  let away = false;
  const reading = async () => {
    if (away) throw new Error('the disk is away');
    return load();
  };
  const own = newest({ files: [file], load: reading, log, stands: { forMs: FOR_MS, now } });
  await own();
  away = true;
  await writeFile(file, 'two');
  minute = 1;
  expect(await own()).toBe('one');
  expect(await own()).toBe('one');
  expect(said).toHaveLength(1);
  away = false;
  expect(await own()).toBe('two');
});

test('where no limit is set the one before stands for ever', async () => {
  const own = newest({ files: [file], load, log });
  await own();
  await writeFile(file, 'bad');
  minute = 100_000;
  expect(await own()).toBe('one');
});
