import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFolder } from '../../authority/folder.ts';
import { newKey, writeKey } from '../../authority/keys.ts';
import { provenBy } from '../../authority/proof.ts';
import { readStatement } from '../../authority/statement.ts';
import { Refused } from '../../client/failure.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying, Statement } from '../../domain/statement/statement.schema.ts';
import { custody, type Ran, type Scene } from './a-terminal.ts';
import {
  asked,
  byHandStep,
  closeAsked,
  FIRST_RUN,
  followUp,
  fresh,
  HANDLE,
  INCIDENT,
  NOW,
  pauseAsked,
  recovering,
  undoable,
  shownPlan,
  WEAKER,
  weakeningAsked,
} from './an-incident.ts';

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
      'incident',
      '--impact',
      'suspected',
      '--strategy',
      'cut',
      '--fact',
      'ciCd=true',
      '--fact',
      'human=false',
      '--fact',
      'ciCd=true',
      '--reason',
      'a pipeline',
    ],
    fresh(),
    {
      body: {
        verdict: 'incident',
        impact: 'suspected',
        strategy: 'cut',
        facts: { ciCd: true, human: false },
        reason: 'a pipeline',
      },
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
    [
      'assess',
      HANDLE,
      '--impact',
      'suspected',
      '--touched',
      'bucket invoices',
      '--touched',
      'role admin',
      '--priority',
      'p2',
      '--owner',
      'platform',
      '--reason',
      'seen',
    ],
    recovering(),
    {
      message: 'assess',
      answers: null,
      plan: null,
      body: {
        impact: 'suspected',
        touched: ['bucket invoices', 'role admin'],
        priority: 'p2',
        owner: 'platform',
        reason: 'seen',
      },
    },
  ],
  [
    ['assess', HANDLE, '--level', 'low', '--mode', 'observe', '--fact', 'ciCd=false', '--reason', 'sandbox'],
    fresh(),
    {
      answers: null,
      plan: null,
      body: { level: 'low', mode: 'observe', facts: { ciCd: false }, reason: 'sandbox' },
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
    ['hand-off', HANDLE, '--to', 'soc', '--person', 'lee', '--reason', 'my shift ends'],
    fresh(),
    { answers: 'hold-1', body: { to: 'soc', person: 'lee', reason: 'my shift ends' } },
  ],
  [
    ['attest', HANDLE, '--step', 's3', '--works', '--reason', 'revoked'],
    recovering({ steps: [byHandStep('s3')] }),
    {
      message: 'attest',
      answers: null,
      plan: replace.hash,
      body: { verdict: 'works', step: 's3', reason: 'revoked' },
    },
  ],
  [
    ['attest', HANDLE, '--step', 's3', '--broken', '--reason', 'it is still there'],
    recovering({ steps: [byHandStep('s3', { status: 'applied' })] }),
    { body: { verdict: 'broken', step: 's3', reason: 'it is still there' } },
  ],
  [
    ['follow-up', HANDLE, '--add', 'the log of job 812', '--exposure', '--reason', 'seen'],
    fresh(),
    {
      message: 'followUp',
      answers: null,
      plan: null,
      body: { add: { kind: 'exposure', says: 'the log of job 812' }, reason: 'seen' },
    },
  ],
  [
    [
      'follow-up',
      HANDLE,
      '--add',
      'use a role',
      '--party',
      'platform',
      '--due',
      '2026-12-01T01:00:00+01:00',
      '--reason',
      'agreed',
    ],
    fresh(),
    {
      body: {
        add: { kind: 'other', says: 'use a role', party: 'platform', due: '2026-12-01T00:00:00.000Z' },
        reason: 'agreed',
      },
    },
  ],
  [
    [
      'follow-up',
      HANDLE,
      '--id',
      'follow-up-2',
      '--as',
      'ticketed',
      '--ticket',
      'OPS-4711',
      '--reason',
      'in May',
    ],
    recovering({ followUps: [followUp('follow-up-2')] }),
    {
      message: 'followUp',
      answers: null,
      body: { id: 'follow-up-2', as: 'ticketed', ticket: 'OPS-4711', reason: 'in May' },
    },
  ],
  [
    ['approve', HANDLE, '--gate', 'lower'],
    weakeningAsked('lower', 'May it count as low?'),
    { message: 'decide', answers: 'lower-3', plan: hashOf(WEAKER.lower), body: { verdict: 'approve' } },
  ],
  [
    ['reject', HANDLE, '--gate', 'waive-3', '--reason', 'it can be had'],
    weakeningAsked('waive', 'May follow-up-2 be left undone?'),
    { answers: 'waive-3', plan: hashOf(WEAKER.waive), body: { verdict: 'reject', reason: 'it can be had' } },
  ],
  [
    ['attest', HANDLE, '--works', '--reason', 'ran'],
    recovering(),
    { message: 'attest', answers: null, plan: replace.hash, body: { verdict: 'works', reason: 'ran' } },
  ],
  [
    ['attest', HANDLE, '--works', '--confirm', 'jobs', 'alerts', '--reason', 'ran'],
    recovering(),
    { body: { verdict: 'works', confirms: ['jobs', 'alerts'], reason: 'ran' } },
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
    ['pause', HANDLE, '--for', '2h', '--reason', 'freeze'],
    asked(),
    { message: 'pause', answers: 'hold-1', body: { until: '2026-11-24T05:18:00.000Z', reason: 'freeze' } },
  ],
  [
    ['approve', HANDLE, '--gate', 'pause'],
    pauseAsked(),
    { message: 'decide', answers: 'pause-3', plan: hashOf(WEAKER.pause), body: { verdict: 'approve' } },
  ],
  [
    ['reject', HANDLE, '--gate', 'pause-3', '--reason', 'go on'],
    pauseAsked(),
    {
      message: 'decide',
      answers: 'pause-3',
      plan: hashOf(WEAKER.pause),
      body: { verdict: 'reject', reason: 'go on' },
    },
  ],
  [
    ['runbook', 'adopt', HANDLE, '--runbook', 'runbooks/default', '--reason', 'new clocks'],
    fresh(),
    { message: 'adopt', answers: null, plan: null, body: { reason: 'new clocks' } },
  ],
  [
    ['undo', HANDLE, '--verdict', 'falsePositive', '--reason', 'the nightly job'],
    undoable(),
    {
      message: 'undo',
      plan: undoable().undo[0]?.shown?.hash ?? null,
      body: {
        verdict: 'falsePositive',
        madeAt: undoable().undo[0]?.shown?.plan.madeAt,
        reason: 'the nightly job',
      },
    },
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
    expect(ran.err).toContain('The thief keeps access until 04:12:30 UTC at the latest.');
    expect(ran.exit).toBe(answer === 'Y' ? 0 : 8);
    expect(ran.said).toHaveLength(answer === 'Y' ? 1 : 0);
  }
});

test('an undo is shown whole before it is asked for: what is lifted, what stays, and its hash', async () => {
  const ran = await sign(
    ['undo', HANDLE, '--verdict', 'falsePositive', '--reason', 'x', '--yes'],
    undoable(),
  );
  const { shown } = undoable().undo[0] ?? {};
  expect(ran.err).toContain(`hash ${shown?.hash}`);
  expect(ran.err).toContain('UNDO all that was put on: cleared (falsePositive)');
  for (const { does } of shown?.plan.steps ?? []) expect(ran.err).toContain(does);
  expect(ran.err).toContain('Stays: the deactivated key.');
  const other = undoable();
  const [cleared, not] = other.undo;
  if (cleared?.shown == null || not === undefined) throw new Error('nothing is offered');
  const bent = { ...cleared, shown: { ...cleared.shown, plan: { ...cleared.shown.plan, class: 'another' } } };
  const refused = await sign(['undo', HANDLE, '--verdict', 'falsePositive', '--reason', 'x', '--yes'], {
    ...other,
    undo: [bent, not],
  });
  expect(refused).toMatchObject({ exit: 8, said: [] });
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
    asked({ plans: [{ ...replace, plan: { ...replace.plan, drill: true } }] }),
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
    fresh({ plans: [{ ...cut, plan: { ...cut.plan, class: 'other' } }] }),
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
  [
    ['attest', HANDLE, '--step', 's1', '--works', '--reason', 'x'],
    recovering({ steps: [...(recovering().steps ?? []), byHandStep('s3')] }),
    /"s1" is no step that is done by hand here; there is: s3 \(Revoke the token/,
  ],
  [
    ['follow-up', HANDLE, '--id', 'follow-up-1', '--as', 'done', '--reason', 'x'],
    recovering({ followUps: [followUp('follow-up-1', { status: 'done' }), followUp('follow-up-2')] }),
    /no "follow-up-1" left to do here; open is: follow-up-2\./,
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
  [['undo', HANDLE, '--reason', 'x'], recovering(), /put nothing on this identity/],
  [['undo', HANDLE, '--reason', 'x'], undoable(), /is not done yet/],
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

test.each(['ciCd', 'ciCd=yes', 'secret=true', 'ciCd=true=true', '=true'])(
  'assess --fact %s is a usage error that names the facts',
  async (fact) => {
    const words = ['assess', HANDLE, '--verdict', 'duplicate', '--impact', 'none', '--reason', 'x', '--yes'];
    const ran = await sign([...words, '--fact', fact], fresh());
    expect(ran).toMatchObject({ exit: 2, said: [] });
    expect(ran.err).toContain('NAME is one of human, workload');
  },
);

test('assess --fact cannot say both, and what is signed is shown name by name', async () => {
  const words = ['assess', HANDLE, '--verdict', 'duplicate', '--impact', 'none', '--reason', 'x', '--yes'];
  const both = await sign([...words, '--fact', 'ciCd=true', '--fact', 'ciCd=false'], fresh());
  expect(both).toMatchObject({ exit: 2, said: [] });
  expect(both.err).toContain('ciCd is said to be both');
  const ran = await sign([...words, '--fact', 'ciCd=true', '--fact', 'human=false'], fresh());
  expect(ran.err).toContain('  facts: ciCd=true, human=false\n');
});

test('what would become weaker is shown from its content, and nothing else is agreed to', async () => {
  const ran = await sign(
    ['approve', HANDLE, '--gate', 'waive', '--yes'],
    weakeningAsked('waive', 'May it be?'),
  );
  expect(ran.err).toContain('agreed to is that this is left undone: the role may be too wide');
  expect(ran.err).toContain(`on what would become weaker: ${hashOf(WEAKER.waive)}`);
  expect(await statementOf(ran)).toMatchObject({ plan: hashOf(WEAKER.waive) });
  const [act, lower] = weakeningAsked('lower', 'May it count as low?').gates;
  if (act === undefined || lower === undefined) throw new Error('both are asked');
  const hidden = await sign(
    ['approve', HANDLE, '--gate', 'lower', '--yes'],
    asked({ gates: [act, { ...lower, weakens: null }] }),
  );
  expect(hidden.said).toEqual([]);
  expect(hidden.err).toContain('does not say what would become weaker');
});

test('a vote about a pause shows the question and who has answered it', async () => {
  const ran = await sign(['approve', HANDLE, '--gate', 'pause', '--yes'], pauseAsked());
  expect(ran.err).toContain('May the clocks stand for a while? (pause-3)');
  expect(ran.err).toContain('1 of 2 answers: lena (soc) approves');
});

test('a vote about a plan shows the question too: a plan alone does not say what is asked about it', async () => {
  const [act] = asked().gates;
  if (act === undefined) throw new Error('a plan is asked about');
  const asks = 'May the old credential be deleted for good?';
  const view = asked({ gates: [{ ...act, id: 'irreversible-3', name: 'irreversible', asks }] });
  const ran = await sign(['approve', HANDLE], view, { answer: 'n' });
  expect(ran).toMatchObject({ exit: 8, said: [] });
  expect(ran.err).toContain(`${asks} (irreversible-3, plan `);
});

test.each([
  ['close', HANDLE, '--reason', 'x'],
  ['approve', HANDLE],
  ['reject', HANDLE, '--gate', 'close', '--reason', 'x'],
])('before %s of a close is signed, it says what it would be closed as, once', async (...words) => {
  const view = closeAsked('falsePositive', { followUps: [followUp('follow-up-2')] });
  const ran = await sign(words, view, { answer: 'n' });
  expect(ran).toMatchObject({ exit: 8, said: [] });
  expect(ran.err.match(/May it be closed\? \(close-4\)/g)).toHaveLength(1);
  expect(ran.err).toContain('1 of 2 answers: lena (soc) approves');
  expect(ran.err).toContain('it would be closed as a false alarm');
  expect(ran.err.includes('Left to do\n  · follow-up-2')).toBe(words[0] === 'close');
});

test('what ends, and the step that is done by hand, are shown before they are signed', async () => {
  const words = ['follow-up', HANDLE, '--id', 'follow-up-2', '--as', 'waived', '--reason', 'x', '--yes'];
  const waived = await sign(words, recovering({ followUps: [followUp('follow-up-2')] }));
  expect(waived.err).toContain('About\n  · follow-up-2  Use a role instead of the key (Platform team)');
  const step = ['attest', HANDLE, '--step', 's3', '--works', '--reason', 'x', '--yes'];
  const byHand = await sign(step, recovering({ steps: [byHandStep('s3')] }));
  expect(byHand.err).toContain(
    'About the step\n  > s3. Revoke the token in the vendor console (Vendor, by hand)',
  );
});

test('close names what is left to do', async () => {
  const view = fresh({ followUps: [followUp('follow-up-2'), followUp('follow-up-3', { status: 'done' })] });
  const { err } = await sign(['close', HANDLE, '--reason', 'x', '--yes'], view);
  expect(err).toContain('Left to do\n  · follow-up-2  Use a role');
  expect(err).not.toContain('follow-up-3');
});

test('close says how it would close: asked for, or by hand and by two', async () => {
  const early = await sign(['close', HANDLE, '--reason', 'by hand', '--yes'], fresh());
  expect(early.err).toContain('it would close as handled by hand, once a second person says so too');
  expect(await statementOf(early)).toMatchObject({ answers: null, plan: null });
  const [act] = asked().gates;
  if (act === undefined) throw new Error('a plan is asked about');
  const view = recovering({ gates: [{ ...act, id: 'close-4', name: 'close', asks: 'May it be closed?' }] });
  const late = await sign(['close', HANDLE, '--reason', 'done', '--yes'], view);
  expect(late.err).toContain('May it be closed? (close-4');
  expect(late.err).not.toContain('by hand');
});

test('runbook adopt signs the hash of the folder, and says which class it would be in', async () => {
  const { hash } = await loadFolder('runbooks/default');
  const view = fresh({ facts: [{ fact: 'ciCd', value: true, evidence: 'assessed by lena' }] });
  const scene = { env: { ...env, CUSTODY_RUNBOOK: 'runbooks/default' } };
  const ran = await sign(['runbook', 'adopt', HANDLE, '--reason', 'x', '--yes'], view, scene);
  expect((await statementOf(ran)).body).toEqual({ runbook: hash, reason: 'x' });
  expect(ran.err).toContain('class  ci-cd; it is workload-business-critical now');
});

test('runbook adopt signs nothing of a folder that no orchestrator would take', async () => {
  const words = ['runbook', 'adopt', HANDLE, '--runbook', folder, '--reason', 'x', '--yes'];
  expect(await sign(words, fresh())).toMatchObject({ exit: 3, said: [] });
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
