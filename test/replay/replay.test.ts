// What running incidents have lived through so far must still make the same record with the code as it is now. Where a test here
// fails after a change, an incident that is under way would stand still, or fork its record: keep the old way for old histories
// (`patched`), or change what does not reach the record.
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyRecord } from '../../authority/verify-record.ts';
import { canonical } from '../../domain/encoding/canonical.ts';
import { historyIn, type Kept, keptIncidents } from './kept.ts';
import { codeThatTells, replayed } from './replayed.ts';

const kept = await keptIncidents();
let code: string;
beforeAll(async () => {
  code = await codeThatTells();
});

const named = (name: string): Kept => {
  const found = kept.findLast((one) => one.name.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`no history of ${name} is kept`);
  return found;
};

interface OpenedLine {
  data: { incident: string };
}

const linesOf = ({ record }: Kept): string[] => record.trimEnd().split('\n');
const workflowIdOf = (one: Kept): string => (JSON.parse(linesOf(one)[0] ?? '') as OpenedLine).data.incident;

/** The record as the code makes it now, from all runs. A line that was settled again is there once if it is the same. */
async function recordOf(one: Kept, by = code): Promise<string[]> {
  const lines: string[] = [];
  for (const run of one.runs) lines.push(...(await replayed(by, historyIn(run), workflowIdOf(one))));
  return [...new Set(lines)];
}

/** All lines after it differ too, because they are chained. */
function firstDifference(before: readonly string[], now: readonly string[]): object | null {
  const at = before.findIndex((line, i) => line !== now[i]);
  if (at >= 0) return { line: at + 1, kept: before[at], now: now[at] };
  return now.length > before.length ? { line: before.length + 1, kept: null, now: now[before.length] } : null;
}

describe('every kept history', () => {
  it('is there: the main path, a lone key, silence, a false positive, and runs that continue', () => {
    const names = kept.map((one) => one.name.replace(/^.*\//, ''));
    expect(names).toEqual(
      expect.arrayContaining(['main-path', 'lone-key', 'silence', 'false-positive', 'continued']),
    );
    expect(named('continued').runs.length).toBeGreaterThan(2);
  });

  it.each(kept.map((one) => [one.name, one] as const))(
    '%s: the code does the same, and its record has the same bytes',
    async (_, one) => {
      expect(firstDifference(linesOf(one).slice(0, -1), await recordOf(one))).toBeNull();
    },
  );

  it.each(kept.map((one) => [one.name, one] as const))(
    '%s: the record still verifies, by the public keys kept with it',
    async (_, { record, directory }) => {
      expect(await verifyRecord(record, { directory })).toMatchObject({
        ok: true,
        broken: null,
        sealed: true,
      });
    },
  );

  it.each(kept.map((one) => [one.name, one] as const))('%s names no machine and no secret', (_, one) => {
    const texts = [...one.runs.map(decoded), one.record, JSON.stringify(one.directory)];
    for (const text of texts) {
      expect(text).not.toMatch(/"identity":"\d+@/);
      expect(text).not.toMatch(/file:\/\/|\/node_modules\/|"d":"|PRIVATE KEY|secretAccessKey/i);
    }
  });
});

describe('a change is found', () => {
  it('where the code would ask for another activity', async () => {
    const one = named('lone-key');
    const runs = one.runs.map((text) => text.replaceAll('"name":"forward"', '"name":"handOver"'));
    expect(runs).not.toEqual(one.runs);
    const other = { ...one, runs };
    await expect(recordOf(other)).rejects.toThrow(/nondeterminism/i);
  });

  it('where the code would do the same and record something else', async () => {
    const one = named('silence');
    const changed = code.replaceAll('nobody has answered', 'no one has answered');
    expect(changed, 'the words that are changed stand in the code').not.toBe(code);
    const difference = firstDifference(linesOf(one).slice(0, -1), await recordOf(one, changed));
    expect(difference).toMatchObject({ now: expect.stringContaining('no one has answered') });
  });
});

const PAYLOAD = /"data":"([A-Za-z0-9+/=]+)"/g;
const decode = (data: string): string => Buffer.from(data, 'base64').toString('utf8');

const decoded = (history: string): string =>
  history.replaceAll(PAYLOAD, (_, data: string) => `"data":${decode(data)}`);

it('lines are compared in the form in which the store keeps them', () => {
  for (const line of linesOf(named('main-path'))) expect(canonical(JSON.parse(line))).toBe(line);
});
