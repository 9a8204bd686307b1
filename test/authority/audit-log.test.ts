// The audit log: what stands in a line, the chain over lines, and the file that outlives restarts, crashes and full disks.
import { appendFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lineAfter, textOf } from '../../authority/audit/chain.ts';
import { type AuditFile, auditFile } from '../../authority/audit/file.ts';
import { verifyAudit } from '../../authority/audit/verify.ts';
import { type AuditEntry, bounded, NOTHING_KNOWN } from '../../domain/audit/entry.ts';
import { GENESIS, type Head } from '../../domain/record/record.ts';

const AT = '2026-11-24T03:45:00.000Z';
const now = () => AT;
const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  ...NOTHING_KNOWN,
  what: 'order',
  stage: 'warrant',
  verdict: 'refused',
  code: 'quorumIsMet',
  why: 'too few people',
  ...change,
});

/** A log of these entries. */
function logOf(...entries: AuditEntry[]): string {
  let head: Head = GENESIS;
  return entries
    .map((one) => {
      const line = lineAfter(head, AT, one);
      head = { seq: line.seq, hash: line.hash };
      return `${textOf(line)}\n`;
    })
    .join('');
}

describe('an entry', () => {
  it('is one bounded line of JSON, whatever others wrote into it', () => {
    const nasty = fc.string({ unit: 'binary', maxLength: 3_000 });
    fc.assert(
      fc.property(nasty, nasty, nasty, (who, why, code) => {
        const text = textOf(lineAfter(GENESIS, AT, entry({ who, why, code })));
        expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|\\u00|\\[nrtbf]/u);
        expect(text.length).toBeLessThan(6_000);
        expect(verifyAudit(`${text}\n`)).toMatchObject({ ok: true, entries: 1 });
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it.each([
    ['a line end', 'sam\n{"seq":2}'],
    ['an escape', 'sam\u001b[2J'],
    ['a bidirectional override', 'sam\u202Eevil'],
    ['a line separator', 'sam\u2028evil'],
    ['half a character', 'sam\uD800'],
  ])('takes %s out', (_, who) => {
    expect(bounded(entry({ who })).who).toMatch(/^sam\uFFFD/);
  });

  it('is cut, keeps no other field, and what is no text is null', () => {
    const strange = {
      ...entry({ why: 'x'.repeat(5_000) }),
      who: 5,
      more: 'smuggled',
    } as unknown as AuditEntry;
    const kept = bounded(strange);
    expect([kept.why.length, kept.who]).toEqual([1_000, null]);
    expect(kept).not.toHaveProperty('more');
  });
});

describe('the chain', () => {
  const three = logOf(entry(), entry({ who: 'sam' }), entry({ verdict: 'accepted', code: 'ok' }));
  const lines = three.trimEnd().split('\n');
  const without = (gone: number) => `${lines.filter((_, i) => i !== gone).join('\n')}\n`;

  it('holds, and says where it ends', () => {
    const last = JSON.parse(lines[2] ?? '') as { hash: string };
    expect(verifyAudit(three)).toEqual({
      ok: true,
      broken: null,
      entries: 3,
      head: { seq: 3, hash: last.hash },
      lastAt: AT,
      remarks: [],
    });
    expect(verifyAudit('')).toMatchObject({ ok: true, entries: 0 });
  });

  it.each<[string, string, number, RegExp]>([
    ['a changed word', three.replace('"sam"', '"eve"'), 2, /was changed after it was written/],
    ['a line that was taken out', without(1), 2, /entry 2 is missing/],
    ['the first that was taken out', without(0), 1, /entry 1 is missing/],
    [
      'two lines that changed places',
      `${[lines[1], lines[0], lines[2]].join('\n')}\n`,
      1,
      /entry 1 is missing/,
    ],
    ['a line that stands twice', `${lines[0]}\n${three}`, 2, /entry 2 is missing: found 1/],
    [
      'a line of another log',
      `${lines[0]}\n${
        logOf(entry({ why: 'x' }), entry())
          .trimEnd()
          .split('\n')[1]
      }\n`,
      2,
      /does not follow/,
    ],
    ['a key that stands twice', three.replace('{"at"', '{"at":"x","at"'), 1, /not a line/],
    ['a space more', three.replace('{"at"', '{ "at"'), 1, /not a line/],
    ['a field more', three.replace('{"at"', '{"a":1,"at"'), 1, /not a line/],
    ['what is no JSON', `${lines[0]}\nnonsense\n${lines[1]}\n`, 2, /not a line/],
    ['what is no JSON, at the end', `${three}nonsense\n`, 4, /not a line/],
    ['two such lines', `nonsense\nnonsense\n${three}`, 1, /not a line/],
    ['an empty line', `${lines[0]}\n\n${lines[1]}\n`, 2, /not a line/],
  ])('names the first line that is broken by %s', (_, text, line, reason) => {
    const report = verifyAudit(text);
    expect(report).toMatchObject({ ok: false, broken: { line, reason: expect.stringMatching(reason) } });
    expect(report.entries).toBe(line - 1);
  });

  it('says of a last line that is not whole that it is not counted', () => {
    const report = verifyAudit(three.slice(0, -5));
    expect(report).toMatchObject({ ok: true, entries: 2, remarks: [expect.stringContaining('not whole')] });
  });
});

describe('the file', () => {
  let folder: string;
  let file: string;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'custody-audit-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    file = path.join(folder, `audit-${(count += 1)}.jsonl`);
  });
  const opened: AuditFile[] = [];
  const auditOf = (at = file): AuditFile => {
    const log = auditFile(at, now);
    opened.push(log);
    return log;
  };
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
  });
  const report = async () => verifyAudit(await readFile(file, 'utf8'));

  it('is for its owner alone, and goes on after a restart', async () => {
    await auditOf().append(entry());
    await auditOf().append(entry({ who: 'sam' }));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await report()).toMatchObject({ ok: true, entries: 2 });
  });

  it('keeps all that come at once, each once and in order', async () => {
    const log = auditOf();
    await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(entry({ id: `order-${i}` }))));
    expect(await report()).toMatchObject({ ok: true, entries: 200 });
    const ids = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { entry: AuditEntry }).entry.id);
    expect(ids).toEqual(Array.from({ length: 200 }, (_, i) => `order-${i}`));
  });

  it('refuses to go on where its chain is broken, and leaves it as it is', async () => {
    const bent = logOf(entry(), entry({ who: 'sam' })).replace('"sam"', '"eve"');
    await writeFile(file, bent);
    const log = auditOf();
    const refused = { code: 'auditBroken', message: expect.stringContaining('at line 2') };
    await expect(log.ready()).rejects.toMatchObject(refused);
    await expect(log.append(entry())).rejects.toMatchObject(refused);
    expect(await readFile(file, 'utf8')).toBe(bent);
  });

  it('goes on behind a line that a crash cut off, and tells of it', async () => {
    await writeFile(file, logOf(entry(), entry({ who: 'sam' })).slice(0, -30));
    await auditOf().append(entry({ who: 'ivo' }));
    expect(await report()).toMatchObject({ ok: true, broken: null, entries: 3 });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ seq: 2, entry: { what: 'log', code: 'tornLine' } });
    // Another fragment than the one that is told of does not pass.
    await writeFile(file, (await readFile(file, 'utf8')).replace(lines[1] ?? '?', 'another'));
    expect(await report()).toMatchObject({ ok: false, broken: { line: 2 } });
  });

  it('is not continued where somebody else writes to it', async () => {
    const log = auditOf();
    await log.append(entry());
    await appendFile(file, 'a line of somebody else\n');
    const refused = { code: 'auditTakenAway', message: expect.stringContaining('Somebody else writes') };
    await expect(log.append(entry())).rejects.toMatchObject(refused);
    await expect(log.append(entry())).rejects.toMatchObject(refused);
    expect(await readFile(file, 'utf8')).toMatch(/somebody else\n$/);
  });

  it('is not continued once it was moved away, until a restart begins a new one', async () => {
    const log = auditOf();
    await log.append(entry());
    await rename(file, `${file}.old`);
    const refused = { code: 'auditTakenAway', message: expect.stringContaining('was moved') };
    await expect(log.append(entry())).rejects.toMatchObject(refused);
    await auditOf().append(entry());
    expect(await report()).toMatchObject({ ok: true, entries: 1 });
  });

  it('says why it cannot be written', async () => {
    const nowhere = auditOf(path.join(folder, 'no', 'such', 'folder.jsonl'));
    await expect(nowhere.ready()).rejects.toMatchObject({
      code: 'auditUnwritable',
      message: expect.stringContaining('ENOENT'),
    });
    await expect(auditOf('/dev/full').append(entry())).rejects.toMatchObject({
      code: 'auditUnwritable',
      message: expect.stringContaining('not a file'),
    });
  });
});
