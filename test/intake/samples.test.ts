// Our own small payloads, with the traps of the real ones; and, where the shared samples are at hand, those exactly.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAlerts } from '../../intake/read.ts';
import { expectedIn, expectReading } from './expectation.ts';

const OURS = path.join(import.meta.dirname, 'samples');

describe('our samples', () => {
  const expected = expectedIn(OURS);

  test('each has its expectation', () => {
    const files = readdirSync(OURS).filter((file) => file !== 'expected.json');
    expect(Object.keys(expected).toSorted()).toEqual(files.toSorted());
  });

  test.each(Object.keys(expected))('%s', (file) => {
    expectReading(path.join(OURS, file), expected[file]);
  });
});

const shared = process.env.CUSTODY_SAMPLES;
/** Folders whose formats are read; of all others, the format must be recognised and nothing read. */
const READ = ['guardduty', 'aws-health'];

describe.skipIf(shared === undefined)('shared samples (CUSTODY_SAMPLES)', () => {
  const folder = shared ?? '';
  const expected = shared === undefined || !existsSync(folder) ? {} : expectedIn(folder);
  const folderOf = (file: string) => file.split('/')[0] ?? '';
  const files = Object.keys(expected);

  test('are there', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files.filter((file) => READ.includes(folderOf(file))))('%s', (file) => {
    expectReading(path.join(folder, file), expected[file]);
  });

  test.each(files.filter((file) => !READ.includes(folderOf(file))))('%s is refused by its name', (file) => {
    const { detections, refusal } = readAlerts(readFileSync(path.join(folder, file), 'utf8'));
    expect(detections).toEqual([]);
    expect(refusal).toMatchObject({ format: folderOf(file), missing: 'format' });
    expect(refusal?.path).toMatch(/^(line \d+: )?\$.*\.format$/);
  });
});
