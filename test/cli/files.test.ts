// The commands that read files and need no server: intake, open, keys, records, runbooks.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { openKey } from '../../authority/keys.ts';
import { say } from '../../authority/sign.ts';
import type { Detection } from '../../domain/detection/detection.schema.ts';
import { canonical } from '../../domain/encoding/canonical.ts';
import { chained, GENESIS, type Head, type RecordedEvent } from '../../domain/record/record.ts';
import { custody } from './a-terminal.ts';
import { FIRST_RUN, fresh, HANDLE, INCIDENT, NOW } from './an-incident.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-cli-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const generic = (more: object = {}) =>
  JSON.stringify({
    format: 'custody/detection/1',
    source: 'my-soar',
    sourceId: 'case-17',
    updatedAt: '2026-11-24T03:12:00Z',
    provider: 'aws',
    accountId: '123456789012',
    identityKind: 'aws-iam-user',
    identityRef: 'deploy-robot',
    credentialId: null,
    severity: 'high',
    occurredAt: '2026-11-24T03:10:00Z',
    isSample: false,
    ...more,
  });

test('intake prints a JSON line for each alert; what cannot be read is a reason on stderr and exit code 3', async () => {
  const files = { 'a.json': generic(), 'b.json': '{"what":"ever"}', '-': generic({ identityRef: 'other' }) };
  const good = await custody(['intake', 'a.json', '-'], { files });
  expect(good).toMatchObject({ exit: 0, err: '' });
  const lines = good.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Detection);
  expect(lines.map(({ key, opens }) => [key, opens])).toEqual([
    ['aws/123456789012/iam-user/deploy-robot', true],
    ['aws/123456789012/iam-user/other', true],
  ]);
  const bad = await custody(['intake', 'b.json'], { files });
  expect(bad).toMatchObject({ exit: 3, out: '' });
  expect(bad.err).toContain('b.json');
  expect((await custody(['intake', 'none.json'], { files })).exit).toBe(3);
});

test('open sends each alert that opens, and says what does not', async () => {
  const sent: string[] = [];
  const client = {
    detect: (detection: Detection) => {
      sent.push(detection.key ?? '');
      return Promise.resolve({ incident: `incident/${detection.key}`, joined: sent.length > 1 });
    },
  };
  const files = { 'a.json': generic(), 'closed.json': generic({ identityRef: null }) };
  const opened = await custody(['open', 'a.json', 'a.json', 'closed.json'], { files, client });
  expect(opened.exit).toBe(0);
  expect(opened.out).toBe(
    ['Opened', 'Joined']
      .map((how) => `${how} ${HANDLE}  aws/123456789012/iam-user/deploy-robot\n  custody watch ${HANDLE}\n`)
      .join(''),
  );
  expect(opened.err).toContain('opens no incident');
  const json = await custody(['open', 'a.json', '--json'], { files, client });
  expect(JSON.parse(json.out)).toMatchObject({ incident: INCIDENT, handle: HANDLE, joined: true });
  const nothing = await custody(['open', 'closed.json'], { files, client });
  expect(nothing).toMatchObject({ exit: 3, out: '' });
  expect(sent).toHaveLength(3);
});

test('open --wait says what the incident answered', async () => {
  const outcome = { accepted: true, seq: 1, says: 'An incident is open.' } as const;
  const client = { detectAndWait: () => Promise.resolve({ incident: INCIDENT, joined: false, outcome }) };
  const { out } = await custody(['open', '-', '--wait'], { files: { '-': generic() }, client });
  expect(out).toContain('An incident is open.');
});

test('key new writes a file for its owner alone and prints nothing but the public half; key show prints it again', async () => {
  const file = path.join(folder, 'lena.json');
  const made = await custody(['key', 'new', 'lena', '--out', file, '--json']);
  expect(made.exit).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const secret = (JSON.parse(await readFile(file, 'utf8')) as { jwk: { d: string } }).jwk.d;
  const shown = await custody(['key', 'show'], { env: { CUSTODY_KEY: file } });
  const again = await custody(['key', 'show', file, '--json']);
  expect(JSON.parse(again.out)).toEqual(JSON.parse(made.out));
  expect(JSON.parse(again.out)).toMatchObject({ person: 'lena', entry: { alg: 'EdDSA' } });
  expect(shown.out).toContain('kid: lena-');
  for (const { out, err } of [made, shown, again]) expect(out + err).not.toContain(secret);
  // Never over a key that is there.
  const twice = await custody(['key', 'new', 'lena', '--out', file]);
  expect(twice.exit).toBe(2);
  expect(twice.err).toContain('exists already');
});

test('runbook check: the default folder is good; a broken one says every problem with its line', async () => {
  const good = await custody(['runbook', 'check', 'runbooks/default', '--json']);
  expect(good.exit).toBe(0);
  expect(JSON.parse(good.out)).toMatchObject({ ok: true, problems: [] });
  await writeFile(path.join(folder, 'runbook.yaml'), 'version: 1\nnam: x\n');
  await writeFile(path.join(folder, 'people.yaml'), 'people: {}\nmachines: {}\n');
  await writeFile(path.join(folder, 'authority.cedar'), '// who may\npermit (principal, action, resurce);\n');
  const bad = await custody(['runbook', 'check'], { env: { CUSTODY_RUNBOOK: folder } });
  expect(bad).toMatchObject({ exit: 3, out: '' });
  expect(bad.err).toMatch(/runbook\.yaml:2:1: nam/);
  expect(bad.err).toMatch(/authority\.cedar:2:28: .*resource/);
  expect((await custody(['runbook', 'check'])).exit).toBe(2);
});

const opened = (head: Head) =>
  chained(head, '2026-11-24T03:12:00.000Z', {
    type: 'opened',
    data: { incident: INCIDENT, firstRun: FIRST_RUN },
  });
const told = (head: Head, text: string) =>
  chained(head, '2026-11-24T03:13:00.000Z', {
    type: 'told',
    data: { notice: 'notice-1', to: 'soc', person: null, says: text },
  });

test('record show prints store and tail without gap or double; verify holds it, and names the first broken line', async () => {
  const records = path.join(folder, 'records');
  const store = directoryRecordStore(records);
  const name = { incident: INCIDENT, firstRun: FIRST_RUN };
  const one = opened(GENESIS);
  const two = told(one, 'first');
  const three = told(two, 'a \u009b mark');
  await store.append(name, [one, two]);
  // The second event was settled while the query was on its way.
  const incident = () => Promise.resolve({ view: fresh(), tail: [two, three] });
  const env = { CUSTODY_RECORDS: records };
  const shown = await custody(['record', 'show', HANDLE], { env, client: { incident } });
  expect(shown).toMatchObject({ exit: 0, err: '' });
  expect(shown.out).toBe([one, two, three].map((event) => `${canonical(event)}\n`).join(''));

  const stored = await custody(['record', 'show', INCIDENT, '--run', FIRST_RUN, '--records', records], {
    client: { find: () => Promise.reject(new Error('nobody is asked')) },
  });
  expect(stored.out.trimEnd().split('\n')).toHaveLength(2);
  expect((await custody(['record', 'show', INCIDENT, '--run', 'other'], { env })).exit).toBe(5);
  expect((await custody(['record', 'show', HANDLE], { client: { incident } })).exit).toBe(2);

  const key = path.join(folder, 'orchestrator.json');
  const { out } = await custody(['key', 'new', 'orchestrator', '--out', key, '--json']);
  const people = JSON.stringify({
    people: { lena: { name: 'Lena', parties: ['soc'] } },
    machines: {
      orchestrator: { role: 'orchestrator', keys: [(JSON.parse(out) as { entry: object }).entry] },
    },
  });
  await store.append(name, [three]);
  await store.seal(
    name,
    await say({
      key: await openKey(await readFile(key, 'utf8')),
      ...name,
      message: 'sealed',
      answers: null,
      plan: null,
      body: { seq: three.seq, hash: three.hash },
      now: NOW.toISOString(),
      validForMs: 60_000,
    }),
  );
  const sealed = await custody(['record', 'show', INCIDENT, '--run', FIRST_RUN], { env });
  const verify = (text: string) =>
    custody(['record', 'verify', 'r', '--people', 'p'], { files: { r: text, p: people } });
  const whole = await verify(sealed.out);
  expect(whole.exit).toBe(0);
  expect(whole.out).toContain('3 events');
  expect(whole.out).toContain('Sealed by orchestrator.');

  const open = await verify(shown.out);
  expect(open.exit).toBe(0);
  expect(open.out).toContain('Not sealed yet');

  const changed = await verify(sealed.out.replace('"first"', '"other"'));
  expect(changed.exit).toBe(7);
  expect(changed.out).toContain('BROKEN at line 2');
  const json = await custody(['record', 'verify', 'r', '--people', 'p', '--json'], {
    files: { r: sealed.out.replace('"first"', '"other"'), p: people },
  });
  expect(json.exit).toBe(7);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, broken: { line: 2 } });
});

test('record verify needs a directory to believe', async () => {
  expect((await custody(['record', 'verify', 'r'], { files: { r: '' } })).exit).toBe(2);
  const both = ['record', 'verify', 'r', '--people', 'p', '--runbook', 'f'];
  expect((await custody(both, { files: { r: '' } })).exit).toBe(2);
  const bad = await custody(['record', 'verify', 'r', '--people', 'p'], {
    files: { r: '', p: 'people: 1\n' },
  });
  expect(bad.exit).toBe(3);
  expect(bad.err).toContain('p:1:1');
});

test('record show says where a record is broken', async () => {
  const one = opened(GENESIS);
  const gap: RecordedEvent = told({ seq: 2, hash: one.hash }, 'late');
  const incident = () => Promise.resolve({ view: fresh(), tail: [one, gap] });
  const { exit, err } = await custody(['record', 'show', HANDLE], { client: { incident } });
  expect(exit).toBe(7);
  expect(err).toContain('line 2 is missing');
});
