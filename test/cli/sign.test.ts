import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, writeKey } from '../../authority/keys.ts';
import { provenBy } from '../../authority/proof.ts';
import { readStatement } from '../../authority/statement.ts';
import { Refused } from '../../client/failure.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying, Statement } from '../../domain/statement/statement.schema.ts';
import { custody, type Ran, type Scene } from './a-terminal.ts';
import { asked, FIRST_RUN, fresh, HANDLE, INCIDENT, NOW, recovering, shownPlan } from './an-incident.ts';

let folder: string;
let directory: Directory;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-cli-'));
  const { content, entry } = await newKey('lena');
  const CUSTODY_KEY = path.join(folder, 'lena.json');
  await writeKey(CUSTODY_KEY, content);
  env = { CUSTODY_KEY };
  directory = {
    people: { lena: { name: 'Lena', parties: ['soc'], keys: [entry], identities: [] } },
    machines: {},
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sign = (words: string[], view: IncidentView, scene: Scene = {}) =>
  custody(words, { views: [view], env, ...scene });

/** The one statement that was said; its proof must hold. */
async function statementOf(ran: Ran): Promise<Statement> {
  expect(ran.said).toHaveLength(1);
  const { saying, incident, message } = ran.said[0]!;
  const read = readStatement((saying as Saying).statement);
  if (!read.readable) throw new Error(read.reason);
  expect(await provenBy(saying as Saying, directory, NOW.toISOString())).toMatchObject({ holds: true });
  expect(read.statement).toMatchObject({
    incident,
    message,
    firstRun: FIRST_RUN,
    person: 'lena',
    iat: NOW.getTime() / 1_000,
  });
  return read.statement;
}

const cut = shownPlan('cut');
const replace = shownPlan('replace-then-cut');

test.each<[words: string[], view: IncidentView, statement: Partial<Statement>]>([
  [
    ['ack', HANDLE],
    fresh(),
    { message: 'acknowledge', answers: 'hold-1', plan: null, body: { answer: 'accept' } },
  ],
  [['ack', HANDLE], asked(), { answers: 'hold-2', body: { answer: 'accept' } }],
  [
    ['ack', HANDLE, '--hold', '--reason', 'mine'],
    asked(),
    { answers: 'hold-1', body: { answer: 'accept', reason: 'mine' } },
  ],
  [
    ['decline', HANDLE, '--reason', 'no'],
    asked(),
    { message: 'acknowledge', answers: 'hold-2', body: { answer: 'decline', reason: 'no' } },
  ],
  [
    [
      'assess',
      HANDLE,
      '--verdict',
      'incident',
      '--impact',
      'confirmed',
      '--strategy',
      'cut',
      '--reason',
      'real',
    ],
    fresh(),
    {
      message: 'assess',
      answers: 'risk-1',
      plan: cut.hash,
      body: { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'real' },
    },
  ],
  [
    [
      'assess',
      HANDLE,
      '--verdict',
      'falsePositive',
      '--impact',
      'none',
      '--level',
      'low',
      '--reason',
      'a test',
    ],
    fresh(),
    {
      answers: 'risk-1',
      plan: null,
      body: { verdict: 'falsePositive', impact: 'none', level: 'low', reason: 'a test' },
    },
  ],
  [
    ['approve', HANDLE],
    asked(),
    { message: 'decide', answers: 'act-2', plan: replace.hash, body: { verdict: 'approve' } },
  ],
  [
    ['reject', HANDLE, '--gate', 'act', '--plan', replace.hash.slice(0, 8), '--reason', 'no'],
    asked(),
    { message: 'decide', answers: 'act-2', plan: replace.hash, body: { verdict: 'reject', reason: 'no' } },
  ],
  [
    ['withdraw', HANDLE, '--reason', 'wrong'],
    asked(),
    { message: 'decide', answers: 'act-2', body: { verdict: 'withdraw', reason: 'wrong' } },
  ],
  [
    ['hand-off', HANDLE, '--to', 'platform', '--reason', 'theirs'],
    fresh(),
    { message: 'handOff', answers: 'hold-1', body: { to: 'platform', reason: 'theirs' } },
  ],
  [
    ['attest', HANDLE, '--works', '--reason', 'ran'],
    recovering(),
    { message: 'attest', answers: null, plan: replace.hash, body: { verdict: 'works', reason: 'ran' } },
  ],
  [
    ['note', HANDLE, 'vendor called'],
    fresh(),
    { message: 'note', answers: null, plan: null, body: { text: 'vendor called' } },
  ],
  [
    ['pause', HANDLE, '--until', '2026-11-24T06:00:00Z', '--reason', 'freeze'],
    recovering(),
    { message: 'pause', body: { until: '2026-11-24T06:00:00.000Z', reason: 'freeze' } },
  ],
  [
    ['undo', HANDLE, '--step', 's1', '--step', 's2', '--reason', 'no'],
    recovering(),
    { message: 'undo', plan: replace.hash, body: { steps: ['s1', 's2'], reason: 'no' } },
  ],
  [
    ['close', HANDLE, '--reason', 'done'],
    recovering({ gates: [{ ...asked().gates[0]!, id: 'close-4', name: 'close', plan: replace.hash }] }),
    { message: 'close', answers: 'close-4', plan: replace.hash, body: { reason: 'done' } },
  ],
])('%j says exactly that, signed', async (words, view, expected) => {
  const ran = await sign([...words, '--yes'], view);
  expect(ran).toMatchObject({ exit: 0, out: 'Counted.\n' });
  expect(await statementOf(ran)).toMatchObject(expected);
});

test('the plan and its hash are shown before it is signed, and nothing is signed unless the person says so', async () => {
  for (const answer of ['', 'n', 'yes please', 'Y']) {
    const ran = await sign(['approve', HANDLE], asked(), { answer });
    expect(ran.err).toContain(`hash ${replace.hash}`);
    expect(ran.err).toContain('Deny everything to the user deploy-robot');
    expect(ran.err).toContain('A login profile exists');
    expect(ran.exit).toBe(answer === 'Y' ? 0 : 8);
    expect(ran.said).toHaveLength(answer === 'Y' ? 1 : 0);
  }
});

test('without anybody to ask, --yes is needed', async () => {
  const ran = await sign(['approve', HANDLE], asked());
  expect(ran).toMatchObject({ exit: 2, said: [] });
  expect(ran.err).toContain('--yes');
});

test.each<[what: string, words: string[], view: IncidentView, says: RegExp]>([
  [
    'the plan shown is not the one asked about',
    ['approve', HANDLE],
    asked({ plans: [{ hash: replace.hash, plan: { ...replace.plan, drill: true } }] }),
    /has the hash [0-9a-f]{64}, but [0-9a-f]{64} is asked about/,
  ],
  [
    'the same when the risk is judged',
    [
      'assess',
      HANDLE,
      '--verdict',
      'incident',
      '--impact',
      'confirmed',
      '--strategy',
      'cut',
      '--reason',
      'real',
    ],
    fresh({ plans: [{ hash: cut.hash, plan: { ...cut.plan, class: 'other' } }] }),
    /is asked about/,
  ],
  [
    'the plan asked about is not shown',
    ['approve', HANDLE],
    asked({ plans: [cut] }),
    /does not show the plan/,
  ],
  [
    'the person saw another plan',
    ['approve', HANDLE, '--plan', cut.hash.slice(0, 8)],
    asked(),
    /not the one that you saw/,
  ],
  [
    'too little of a hash to mean one plan',
    ['approve', HANDLE, '--plan', replace.hash.slice(0, 5)],
    asked(),
    /at least 6 characters/,
  ],
  [
    'the answer is about another incident',
    ['note', HANDLE, 'x'],
    asked({ incident: 'incident/aws/1/iam-user/other' }),
    /Nothing was signed/,
  ],
  ['the plan is of another run', ['approve', HANDLE], asked({ firstRun: 'another' }), /for another incident/],
])('nothing is signed when %s', async (_, words, view, says) => {
  const ran = await sign([...words, '--yes'], view);
  expect(ran).toMatchObject({ exit: 8, said: [], out: '' });
  expect(ran.err).toMatch(says);
});

test.each<[words: string[], view: IncidentView, says: RegExp]>([
  [['approve', HANDLE], fresh(), /Nothing is to be approved now.*risk-1/],
  [['approve', HANDLE, '--gate', 'irreversible'], asked(), /"irreversible" is not open/],
  [
    ['approve', HANDLE],
    asked({ gates: [asked().gates[0]!, { ...asked().gates[0]!, id: 'close-3', name: 'close' }] }),
    /say which by --gate: act-2, close-3/,
  ],
  [['decline', HANDLE, '--reason', 'no'], fresh(), /no offer/],
  [
    [
      'assess',
      HANDLE,
      '--verdict',
      'incident',
      '--impact',
      'confirmed',
      '--strategy',
      'restrict',
      '--reason',
      'x',
    ],
    fresh(),
    /no plan for the strategy "restrict"/,
  ],
  [
    ['assess', HANDLE, '--verdict', 'incident', '--impact', 'confirmed', '--reason', 'x'],
    fresh(),
    /which strategy: cut, replace-then-cut/,
  ],
  [['undo', HANDLE, '--step', 's1', '--reason', 'x'], fresh(), /No plan is approved/],
])('%j has nothing to answer', async (words, view, says) => {
  const ran = await sign([...words, '--yes'], view);
  expect(ran).toMatchObject({ exit: 4, said: [] });
  expect(ran.err).toMatch(says);
});

test('a refusal by the incident is its reason and exit code 4', async () => {
  const say = () =>
    Promise.reject(new Refused('notAllowed', 'Only identity may answer the gate act; lena is of soc.'));
  const ran = await sign(['approve', HANDLE, '--yes'], asked(), { client: { say } });
  expect(ran.exit).toBe(4);
  expect(ran.err).toContain('custody: Only identity may answer the gate act; lena is of soc.');
});

test('what no worker has taken yet is said so; --json says how it went', async () => {
  const say = () => Promise.resolve({ by: 'signal', outcome: null } as const);
  const ran = await sign(['note', HANDLE, 'x', '--yes'], asked(), { client: { say } });
  expect(ran.out).toContain('no worker has taken it yet');
  const json = await sign(['note', HANDLE, 'x', '--yes', '--json'], asked(), { client: { say } });
  expect(JSON.parse(json.out)).toEqual({ incident: INCIDENT, handle: HANDLE, by: 'signal', outcome: null });
});

test('no key, or a bad one, is a usage error that never shows the key', async () => {
  const without = await sign(['note', HANDLE, 'x', '--yes'], asked(), { env: {} });
  expect(without.exit).toBe(2);
  expect(without.err).toContain('CUSTODY_KEY');
  const file = path.join(folder, 'bad.json');
  await writeFile(file, '{"d":"secret-canary"');
  await chmod(file, 0o600);
  const bad = await sign(['note', HANDLE, 'x', '--yes'], asked(), {
    env: { CUSTODY_KEY: file, CUSTODY_DEBUG: '1' },
  });
  expect(bad.exit).toBe(2);
  expect(bad.err).toContain(file);
  expect(bad.err + bad.out).not.toContain('secret-canary');
});

test('attest wants one word', async () => {
  for (const words of [[], ['--works', '--broken']]) {
    const ran = await sign(['attest', HANDLE, ...words, '--reason', 'x', '--yes'], recovering());
    expect(ran).toMatchObject({ exit: 2, said: [] });
  }
});

test.each([
  [['note', HANDLE, '']],
  [['note', HANDLE, 'x', '--valid', '8d']],
  [['hand-off', HANDLE, '--to', 'x'.repeat(65), '--reason', 'x']],
])('what cannot be said is a usage error: %j', async (words) => {
  const ran = await sign([...words, '--yes'], fresh());
  expect(ran).toMatchObject({ exit: 2, said: [] });
});
