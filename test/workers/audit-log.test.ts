// A process's audit log: in its own log and in its file; who may go on without it goes on, and who may not is told.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { judgedEntry } from '../../authority/audit/judged.ts';
import { verifyAudit } from '../../authority/audit/verify.ts';
import { judge } from '../../authority/judge.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { auditLog } from '../../workers/audit-log.ts';
import { approves, bearings, newWorld, NOW, type World } from '../authority/rightful.ts';
import { shippedAuthority } from '../authority/shipped-authority.ts';

let folder: string;
let world: World;
let said: Record<string, unknown>[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-audit-log-'));
  world = await newWorld();
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  said = [];
});
const log = pino(
  {},
  { write: (line: string) => void said.push(JSON.parse(line) as Record<string, unknown>) },
);

/** What the judge says of a payload, as an entry. */
async function judged(message: string, payload: unknown): Promise<AuditEntry> {
  const heard = { message, payload, bearings, now: NOW };
  const by = { directory: world.directory, authority: shippedAuthority() };
  return judgedEntry(heard, await judge(heard, by));
}

test.each<[string, string, () => unknown, Partial<AuditEntry>]>([
  [
    'a rightful vote',
    'decide',
    () => approves(world, 'ivo'),
    { verdict: 'accepted', code: 'ok', who: 'ivo', proof: 'signed', answers: 'act-2' },
  ],
  [
    'a vote of a party that is not asked',
    'decide',
    () => approves(world, 'olga'),
    { verdict: 'refused', code: 'notAllowed', who: 'olga', proof: 'signed' },
  ],
  [
    'a signature that does not hold: who it claims to be, and no proof',
    'decide',
    async () => ({ ...(await approves(world, 'ivo')), proof: { type: 'key', jws: 'e30..AAAA' } }),
    { verdict: 'refused', code: 'badProof', who: 'ivo', proof: null },
  ],
  ['what is no saying', 'decide', () => 7, { verdict: 'refused', code: 'malformed', who: null }],
  [
    'what was merely told',
    'note',
    () => ({ person: 'sam', body: { text: 'hello' } }),
    { verdict: 'accepted', who: 'sam', proof: 'told' },
  ],
])('the judge writes down %s', async (_, message, payload, entry) => {
  expect(await judged(message, await payload())).toMatchObject({
    what: 'statement',
    stage: 'judge',
    message,
    incident: bearings.incident,
    ...entry,
  });
});

test('an entry stands in the file and in the log, bounded in both', async () => {
  const file = path.join(folder, 'good.jsonl');
  const audit = auditLog(file, log);
  await audit.ready();
  await audit.append(await judged('decide', await approves(world, 'ivo')));
  await audit.append({ ...(await judged('decide', 7)), who: 'sam\u001b[2J' });
  await audit.close();
  const text = await readFile(file, 'utf8');
  expect(verifyAudit(text)).toMatchObject({ ok: true, entries: 2 });
  expect(said.map(({ level, msg, who }) => [level, msg, who])).toEqual([
    [30, 'statement', 'ivo'],
    [40, 'statement', 'sam\uFFFD[2J'],
  ]);
});

test('where the file does not hold, whoever needs it is refused, and whoever must go on goes on and tells', async () => {
  const file = path.join(folder, 'bent.jsonl');
  await writeFile(file, 'nonsense\n');
  const audit = auditLog(file, log);
  await expect(audit.ready()).rejects.toMatchObject({ code: 'auditBroken' });
  const entry = await judged('decide', await approves(world, 'ivo'));
  await expect(audit.append(entry)).rejects.toMatchObject({ code: 'auditBroken' });
  said = [];
  audit.tell(entry);
  await expect(audit.append(entry)).rejects.toMatchObject({ code: 'auditBroken' });
  expect(said.filter(({ who }) => who === 'ivo')).toHaveLength(2);
  expect(said.find(({ level }) => level === 50)).toMatchObject({
    msg: 'The audit log is not kept.',
    reason: expect.stringContaining('at line 1'),
  });
  expect(await readFile(file, 'utf8')).toBe('nonsense\n');
});
