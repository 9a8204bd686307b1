import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type VerifyBy, verifyRecord } from '../../authority/verify-record.ts';
import { decode } from '../../domain/encoding/base64url.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { plus } from '../../domain/instant/instant.ts';
import type { Head, RecordedEvent } from '../../domain/record/record.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { asks, asText, chainOf, type Data, type Entry, said } from './record-lines.ts';
import {
  ALL_CUT,
  applied,
  approves,
  assesses,
  attests,
  attestsStep,
  DECIDED_AT,
  firstRun,
  identity,
  incident,
  MADE_AT,
  type Name,
  newWorld,
  NOW,
  plan,
  saying,
  SEEN_AT,
  sees,
  type World,
} from './rightful.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);
const runbookContent = '{"runbook.yaml":"version: 1"}';
const runbook = createHash('sha256').update(runbookContent).digest('hex');

let world: World;
let entries: Entry[];
beforeAll(async () => {
  world = await newWorld();
  const quarantined = await applied(world, 'identity-aws', 's1', {
    body: { step: 's1', wasSo: false, at: SEEN_AT, evidence: { policy: 'q' } },
  });
  const assessed = await assesses(world, 'sam');
  entries = [
    { at: MADE_AT, type: 'opened', data: { incident, firstRun, identity } },
    { at: MADE_AT, type: 'rulesResolved', data: { rules: { runbook } } },
    {
      at: MADE_AT,
      type: 'noted',
      data: { person: 'olga', assurance: 'told', saying: null, text: 'the jobs stand still' },
    },
    {
      at: DECIDED_AT,
      type: 'assessed',
      data: {
        ...said('sam'),
        saying: assessed,
        verdict: 'incident',
        impact: 'confirmed',
        touched: [],
        priority: null,
        level: null,
        facts: [],
        owner: null,
        strategy: 'cut',
        reason: 'used from a strange network',
      },
    },
    {
      at: DECIDED_AT,
      type: 'gateOpened',
      data: {
        ...asks(2, 'soc', 'identity'),
        gate: 'act-2',
        name: 'act',
        plan: hashOf(plan),
        votes: [{ person: 'sam', verdict: 'approve', saying: assessed }],
      },
    },
    {
      at: DECIDED_AT,
      type: 'voted',
      data: { ...said('ivo'), saying: await approves(world, 'ivo'), gate: 'act-2', verdict: 'approve' },
    },
    { at: DECIDED_AT, type: 'gateMet', data: { gate: 'act-2', name: 'act' } },
    { at: DECIDED_AT, type: 'planApproved', data: { plan: hashOf(plan) } },
    {
      at: SEEN_AT,
      type: 'stepApplied',
      data: { step: 's1', evidence: { policy: 'q' }, wasSo: false, saying: quarantined },
    },
    {
      at: SEEN_AT,
      type: 'checked',
      data: {
        steps: ALL_CUT.map((one) => ({ ...one, saw: 'it is so' })),
        saying: await sees(world, ALL_CUT),
        again: null,
      },
    },
    {
      at: SEEN_AT,
      type: 'attested',
      data: {
        ...said('olga'),
        saying: await attests(world, 'olga', 'works'),
        verdict: 'works',
        reason: 'the jobs run',
      },
    },
    { at: NOW, type: 'gateOpened', data: { ...asks(1, 'soc'), gate: 'close-3', name: 'close' } },
    {
      at: NOW,
      type: 'voted',
      data: {
        ...said('sam'),
        saying: await saying(world, 'sam', 'close', { plan: null, body: { reason: 'all is seen' } }),
        gate: 'close-3',
        verdict: 'approve',
      },
    },
    { at: NOW, type: 'gateMet', data: { gate: 'close-3', name: 'close' } },
    { at: NOW, type: 'closed', data: { as: 'resolved' } },
  ];
});

const headOf = ({ seq, hash }: RecordedEvent): Head => ({ seq, hash });

async function sealed(
  of: readonly Entry[] = entries,
  what: Partial<Parameters<typeof saying>[3]> = {},
  by: 'orchestrator' | 'sam' | 'aws' = 'orchestrator',
) {
  const lines = chainOf(of);
  const head = headOf(lines.at(-1) as RecordedEvent);
  const seal = await saying(world, by, 'sealed', {
    plan: null,
    body: { ...head },
    now: plus(NOW, 60_000),
    ...what,
  });
  return asText([...lines, seal]);
}
const verified = (text: string, by: Partial<VerifyBy> = {}) =>
  verifyRecord(text, { directory: world.directory, ...by });
/** The record with the first event of a type bent before it was chained: what a dishonest orchestrator would write. */
const withEvent = (type: string, change: Record<string, unknown>): Entry[] =>
  entries.with(placeOf(type), {
    ...(entries[placeOf(type)] as Entry),
    data: { ...entries[placeOf(type)]?.data, ...change },
  });
const placeOf = (type: string): number => entries.findIndex((entry) => entry.type === type);

describe('a record', () => {
  it('that is whole and sealed is verified, with what was verified', async () => {
    expect(await verified(await sealed(), { runbookContent })).toEqual({
      ok: true,
      broken: null,
      sealed: true,
      sealedBy: 'orchestrator',
      incident,
      firstRun,
      events: 15,
      head: headOf(chainOf(entries).at(-1) as RecordedEvent),
      proofs: { people: 4, machines: 3 },
      told: 1,
      runbook: 'matches',
      remarks: [],
    });
  });

  it('that is not sealed yet is verified as far as it goes, and says so', async () => {
    const report = await verified(asText(chainOf(entries.slice(0, 5))));
    expect(report).toMatchObject({
      ok: true,
      sealed: false,
      events: 5,
      remarks: [expect.stringMatching(/Not sealed yet/)],
    });
  });

  it('is verified without its runbook, and with a runbook that it does not name yet', async () => {
    expect(await verified(await sealed())).toMatchObject({ ok: true, runbook: 'notGiven' });
    const early = asText(chainOf(entries.slice(0, 1)));
    expect(await verified(early, { runbookContent })).toMatchObject({ ok: true, runbook: 'notNamed' });
  });

  it('whose signer’s key was revoked later is verified, with a remark', async () => {
    const directory = structuredClone(world.directory);
    for (const key of directory.people.ivo?.keys ?? []) key.revokedAt = '2026-12-01T00:00:00.000Z';
    expect(await verified(await sealed(), { directory })).toMatchObject({
      ok: true,
      remarks: [expect.stringMatching(/ivo was revoked at/)],
    });
  });

  it('may hold what was said inside of what happened', async () => {
    const offered: Entry = {
      at: NOW,
      type: 'offered',
      data: { to: 'identity', said: { ...said('sam'), saying: await approves(world, 'sam') } },
    };
    const report = await verified(asText(chainOf([...entries, offered])));
    expect(report).toMatchObject({ ok: true, proofs: { people: 5 } });
  });
});

describe('a word with two effects', () => {
  it('is proven where it first stands, and counted once', async () => {
    const vote = await approves(world, 'ivo');
    const { jti } = JSON.parse(decode(vote.statement)) as { jti: string };
    const twice: Entry[] = [
      ...entries.slice(0, 1),
      {
        at: NOW,
        type: 'voted',
        data: { ...said('ivo'), jti, saying: vote, gate: 'act-2', verdict: 'approve', plan: hashOf(plan) },
      },
      { at: NOW, type: 'acknowledged', data: { ...said('ivo'), jti, saying: null, hold: 'hold-1' } },
      {
        at: NOW,
        type: 'gateOpened',
        data: {
          ...asks(2, 'soc', 'identity'),
          gate: 'act-2',
          name: 'act',
          votes: [{ person: 'ivo', verdict: 'approve', saying: vote }],
        },
      },
    ];
    expect(await verified(asText(chainOf(twice)))).toMatchObject({
      ok: true,
      events: 4,
      proofs: { people: 1, machines: 0 },
    });
  });
});

/** An event that one saying has caused, and whether the record that ends with it holds. */
async function holdsWith(...more: (Entry | Promise<Entry>)[]) {
  const all = entries.slice(0, 2);
  for (const one of more) all.push(await one);
  const { ok, broken } = await verified(asText(chainOf(all)));
  return ok ? null : { line: broken?.line, reason: broken?.reason };
}
const line = async (type: string, person: Name, word: Promise<Saying>, data: Data = {}): Promise<Entry> => ({
  at: NOW,
  type,
  data: { ...said(person), saying: await word, ...data },
});
const about = (name: Name, message: Parameters<typeof saying>[2], body: Data, what: Data = {}) =>
  saying(world, name, message, { body, plan: null, ...what });
/** What `sam` says of it, and the event that tells it. */
const WORSE = {
  impact: 'confirmed',
  touched: ['the build bucket'],
  priority: 'p1',
  level: 'critical',
  owner: 'platform',
  facts: { ciCd: true, privileged: false },
  reason: 'looked at the trail',
};
const TOLD_WORSE = {
  ...WORSE,
  verdict: null,
  strategy: null,
  facts: [{ fact: 'ciCd', value: true, evidence: 'assessed by sam' }],
};
const corrects = (data: Data = {}, body: Data = WORSE) =>
  line('assessed', 'sam', about('sam', 'assess', body), { ...TOLD_WORSE, ...data });

describe('a correction of what is known is told as it was said', () => {
  it('whole, and without what waits for a second person', async () => {
    expect(await holdsWith(corrects())).toBe(null);
    expect(await holdsWith(corrects({ level: null }))).toBe(null);
    const reason = 'more is known';
    const nothingElse = {
      ...TOLD_WORSE,
      impact: null,
      touched: [],
      priority: null,
      level: null,
      owner: null,
    };
    const facts = { ciCd: true };
    expect(await holdsWith(corrects({ ...nothingElse, reason }, { facts, reason }))).toBe(null);
  });

  const rows: [string, Data][] = [
    ['with a verdict', { verdict: 'incident' }],
    ['with another impact', { impact: 'none' }],
    ['without the impact', { impact: null }],
    ['with something more that was touched', { touched: ['the build bucket', 'the vault'] }],
    ['with another priority', { priority: 'p4' }],
    ['with another severity', { level: 'low' }],
    ['with another owner', { owner: 'identity' }],
    ['with a strategy', { strategy: 'restrict' }],
    ['with another reason', { reason: 'a test' }],
    ['without a fact that was said to be true', { facts: [] }],
    ['with a fact turned round', { facts: [{ fact: 'ciCd', value: false, evidence: 'x' }] }],
    [
      'with a fact more',
      { facts: [...TOLD_WORSE.facts, { fact: 'federated', value: true, evidence: 'assessed by sam' }] },
    ],
    ['with facts that are none', { facts: 'ciCd' }],
    ['with a fact that has no name', { facts: [{ value: true }] }],
  ];
  it.each(rows)('not %s', async (_, data) => {
    expect(await holdsWith(corrects(data))).toEqual({
      line: 3,
      reason: expect.stringMatching(/does not tell/),
    });
  });

  it('and with a proof', async () => {
    const reason = expect.stringMatching(/carries no proof/);
    expect(await holdsWith(corrects({ saying: null }))).toEqual({ line: 3, reason });
  });
});

describe('a step that nobody decided', () => {
  const alone: Plan = {
    ...plan,
    mode: 'auto',
    steps: plan.steps.slice(0, 1).map((one) => ({ ...one, kind: 'aws/quarantine-auto' })),
  };
  const laidDown = (of = alone, hash = hashOf(of)): Entry => ({
    at: NOW,
    type: 'plansMade',
    data: { plans: [], concerns: [], automatic: { hash, plan: of } },
  });
  const begins = (of = alone): Entry => ({
    at: NOW,
    type: 'automaticBegun',
    data: { plan: hashOf(of), finding: { source: 'guardduty', id: 'f-1' }, by: 'class' },
  });
  const done = async (of = alone): Promise<Entry> => ({
    at: NOW,
    type: 'stepApplied',
    data: {
      step: 's1',
      evidence: {},
      wasSo: false,
      saying: await applied(world, 'identity-aws', 's1', { plan: hashOf(of) }),
    },
  });
  const becomes = (change: Partial<Plan>): Plan => ({ ...alone, ...change });
  const stepsAre = (change: Partial<Step>): Plan =>
    becomes({ steps: alone.steps.map((one) => ({ ...one, ...change })) });

  it('is one of a plan that may begin without people', async () => {
    expect(await holdsWith(laidDown(), begins(), done())).toBe(null);
  });

  const rows: [string, number, RegExp, () => (Entry | Promise<Entry>)[]][] = [
    ['is of no plan that anybody approved', 3, /another plan/, () => [done()]],
    ['is of a plan that was only laid down', 4, /another plan/, () => [laidDown(), done()]],
    ['is of another plan than began', 5, /another plan/, () => [laidDown(), begins(), done(plan)]],
    ['begins with a plan that was not laid down', 3, /nobody approved this plan/, () => [begins()]],
    ['is laid down under another hash', 3, /is no plan/, () => [laidDown(alone, hashOf(plan))]],
    ...(
      [
        ['in a plan that asks', becomes({ mode: 'ask' })],
        ['in a drill', becomes({ drill: true })],
        ['that cannot be taken back', stepsAre({ reversibility: 'replace-only' })],
        ['that lifts', stepsAre({ verb: 'undo' })],
        ['that contains nothing', stepsAre({ phase: 'recovery' })],
      ] as const
    ).map(([what, of]): [string, number, RegExp, () => Entry[]] => [
      `is not laid down ${what}`,
      3,
      /cannot simply be taken back/,
      () => [laidDown(of)],
    ]),
  ];
  it.each(rows)('breaks the record where it %s', async (_, at, reason, lines) => {
    expect(await holdsWith(...lines())).toEqual({ line: at, reason: expect.stringMatching(reason) });
  });
});

describe('what is said of a step by hand', () => {
  const word = { step: 's8', reason: 'the token is gone' };
  const done = (data: Data = {}) =>
    line('doneByHand', 'vik', attestsStep(world, 'vik'), { ...word, ...data });
  const confirmed = (data: Data = {}, by: Name = 'ivo') =>
    line('confirmedByHand', by, attestsStep(world, by), { ...word, ...data });
  const notDone = (data: Data = {}) =>
    line('notDoneByHand', 'ivo', attestsStep(world, 'ivo', 'broken'), { ...word, ...data });

  it('is told as it was said', async () => {
    expect(await holdsWith(done(), confirmed())).toBe(null);
    expect(await holdsWith(done(), notDone(), done(), confirmed())).toBe(null);
  });

  const rows: [string, number, RegExp, () => (Entry | Promise<Entry>)[]][] = [
    ['is not told of another step', 3, /does not tell/, () => [done({ step: 's1' })]],
    ['is not told with another reason', 3, /does not tell/, () => [done({ reason: 'x' })]],
    [
      'is not told as done when it is not',
      3,
      /does not tell/,
      () => [line('doneByHand', 'ivo', attestsStep(world, 'ivo', 'broken'), word)],
    ],
    [
      'is not told as not done when it is',
      3,
      /does not tell/,
      () => [line('notDoneByHand', 'ivo', attestsStep(world, 'ivo'), word)],
    ],
    [
      'is not told by an attestation of the service',
      3,
      /does not tell/,
      () => [
        line('doneByHand', 'olga', attests(world, 'olga', 'works'), { step: 's8', reason: 'the jobs run' }),
      ],
    ],
    [
      'is not told as an attestation of the service',
      3,
      /does not tell/,
      () => [
        line('attested', 'ivo', attestsStep(world, 'ivo'), { verdict: 'works', reason: 'the token is gone' }),
      ],
    ],
    ['is not told without a proof', 3, /carries no proof/, () => [done({ saying: null })]],
    ['is not confirmed before it is done', 3, /nobody has done step s8/, () => [confirmed()]],
    ['is not confirmed by who did it', 4, /vik confirms what they did/, () => [done(), confirmed({}, 'vik')]],
    [
      'is not confirmed after it was found undone',
      5,
      /nobody has done step s8/,
      () => [done(), notDone(), confirmed({}, 'both')],
    ],
    ['is not confirmed without a proof', 4, /carries no proof/, () => [done(), confirmed({ saying: null })]],
    ['is not refused without a proof', 3, /carries no proof/, () => [notDone({ saying: null })]],
  ];
  it.each(rows)('%s', async (_, at, reason, lines) => {
    expect(await holdsWith(...lines())).toEqual({ line: at, reason: expect.stringMatching(reason) });
  });
});

describe('what is left to do', () => {
  const wrapped = async (type: string, person: Name, word: Promise<Saying>, data: Data): Promise<Entry> => ({
    at: NOW,
    type,
    data: { ...data, said: { ...said(person), saying: await word } },
  });
  const adding = { kind: 'exposure', says: 'a wiki page', due: '2026-11-26T00:00:00Z' };
  const added = { id: 'follow-up-1', party: 'identity', ...adding };
  const found = (change: Data = {}, more: Data = {}, then: unknown[] = []) =>
    wrapped(
      'followUpsFound',
      'vik',
      about('vik', 'followUp', { add: { ...adding, ...more }, reason: 'found it' }),
      { followUps: [{ ...added, ...change }, ...then] },
    );
  const ending = { id: 'follow-up-1', as: 'ticketed', ticket: 'OPS-7', reason: 'next sprint' };
  const ended = (change: Data = {}, body: Data = ending) =>
    wrapped('followUpEnded', 'ivo', about('ivo', 'followUp', body), { ...ending, person: 'ivo', ...change });
  const byItself = (as: string): Entry => ({
    at: NOW,
    type: 'followUpEnded',
    data: { ...ending, as, person: 'ivo', said: null },
  });

  it('is told as it was said, or found by itself', async () => {
    expect(await holdsWith(found(), ended())).toBe(null);
    expect(await holdsWith(found({}, { party: 'identity' }))).toBe(null);
    const done = { id: 'follow-up-1', as: 'done', reason: 'it is gone' };
    expect(await holdsWith(ended({ ...done, ticket: null }, done))).toBe(null);
    const alone = { at: NOW, type: 'followUpsFound', data: { followUps: [added, added], said: null } };
    const dead = { id: 'follow-up-1', as: 'void', reason: 'the key is dead' };
    expect(await holdsWith(alone, ended({ ...dead, ticket: null }, dead))).toBe(null);
  });

  const rows: [string, () => Entry | Promise<Entry>][] = [
    ['is not told with other words', () => found({ says: 'nothing' })],
    ['is not told as something else', () => found({ kind: 'other' })],
    ['is not told with another due date', () => found({ due: '2027-11-26T00:00:00Z' })],
    ['is not told as another party’s', () => found({ party: 'identity' }, { party: 'vendor' })],
    ['is not told with something more', () => found({}, {}, [added])],
    ['is not told of another one', () => ended({ id: 'follow-up-2' })],
    ['is not told to have ended otherwise', () => ended({ as: 'done' })],
    ['is not told with another ticket', () => ended({ ticket: 'OPS-8' })],
    ['is not told without the ticket', () => ended({ ticket: null })],
    ['is not told with another reason', () => ended({ reason: 'x' })],
    [
      'is not ended by an approval',
      () => wrapped('followUpEnded', 'ivo', approves(world, 'ivo'), { ...ending, person: 'ivo' }),
    ],
    [
      'is not found by an approval',
      () => wrapped('followUpsFound', 'ivo', approves(world, 'ivo'), { followUps: [added] }),
    ],
  ];
  it.each(rows)('%s', async (_, one) => {
    expect(await holdsWith(one())).toEqual({ line: 3, reason: expect.stringMatching(/does not tell/) });
  });

  it.each(['done', 'ticketed', 'void'])('is not %s by itself', async (as) => {
    expect(await holdsWith(byItself(as))).toEqual({
      line: 3,
      reason: expect.stringMatching(/carries no proof/),
    });
  });

  it('names who said it', async () => {
    const other = wrapped('followUpEnded', 'vik', about('ivo', 'followUp', ending), { ...ending });
    expect(await holdsWith(other)).toEqual({
      line: 3,
      reason: expect.stringMatching(/names vik, and ivo said it/),
    });
  });
});

describe('an offer by a person', () => {
  const handing = { to: 'identity', person: 'ivo', reason: 'my shift ends' };
  const offered = async (change: Data = {}, word = about('sam', 'handOff', handing)): Promise<Entry> => ({
    at: NOW,
    type: 'offered',
    data: { ...handing, by: 'person', ...change, said: { ...said('sam'), saying: await word } },
  });
  it('is told as it was said', async () => {
    expect(await holdsWith(offered())).toBe(null);
    const toAll = { to: 'identity', reason: 'yours' };
    expect(await holdsWith(offered({ ...toAll, person: null }, about('sam', 'handOff', toAll)))).toBe(null);
  });
  it.each<[string, Data]>([
    ['to another party', { to: 'vendor' }],
    ['to another person', { person: 'vera' }],
    ['to nobody of it', { person: null }],
    ['for another reason', { reason: 'x' }],
  ])('is not told %s', async (_, change) => {
    expect(await holdsWith(offered(change))).toEqual({
      line: 3,
      reason: expect.stringMatching(/does not tell/),
    });
  });
  it('may mention what was said elsewhere', async () => {
    const mention: Entry = {
      at: NOW,
      type: 'offered',
      data: {
        ...handing,
        by: 'person',
        said: null,
        before: { said: { ...said('sam'), saying: await approves(world, 'sam') } },
      },
    };
    expect(await holdsWith(mention)).toBe(null);
  });
  it('does not rest on another word', async () => {
    expect(await holdsWith(offered({}, approves(world, 'sam')))).toEqual({
      line: 3,
      reason: expect.stringMatching(/does not tell/),
    });
  });
});

describe('what two people weaken', () => {
  const until = '2026-11-24T06:00:00.000Z';
  const lowering = { level: 'low', facts: { ciCd: false }, mode: 'observe', reason: 'an exercise' };
  const fact = { fact: 'ciCd', value: false, evidence: 'assessed by sam' };
  const lower = { do: 'lower', level: 'low', facts: [fact], mode: 'observe' };
  const waiving = { id: 'follow-up-1', as: 'waived', reason: 'the page is empty' };
  const waive = { do: 'waive', followUp: 'follow-up-1', reason: 'the page is empty' };
  const opened = (weakens: Data, change: Data = {}): Entry => ({
    at: NOW,
    type: 'gateOpened',
    data: { ...asks(2, 'soc'), gate: 'weaker-1', name: weakens['do'], weakens, ...change },
  });
  const votes = (name: Name, word: Promise<Saying>) =>
    line('voted', name, word, { gate: 'weaker-1', verdict: 'approve', plan: null });
  const pausing = () => about('sam', 'pause', { until: '2026-11-24T06:00:00Z', reason: 'a freeze' });
  const assessing = () => about('sam', 'assess', lowering);
  const leaving = () => about('sam', 'followUp', waiving);
  const second = () => votes('erin', approves(world, 'erin', { answers: 'weaker-1', plan: null }));
  const paused = (change: Data = {}): Entry => ({ at: NOW, type: 'paused', data: { until, ...change } });
  const waived = (change: Data = {}): Entry => ({
    at: NOW,
    type: 'followUpEnded',
    data: { ...waiving, ticket: null, person: 'sam and erin', said: null, ...change },
  });
  const met: Entry = { at: NOW, type: 'gateMet', data: { gate: 'weaker-1' } };
  const lowered = (change: Data = {}): Entry => ({
    at: NOW,
    type: 'lowered',
    data: {
      level: 'low',
      facts: [{ ...fact, evidence: 'taken back by sam and erin' }],
      mode: 'observe',
      gate: 'weaker-1',
      ...change,
    },
  });

  it.each<[string, Data, () => Promise<Saying>, Entry[]]>([
    ['a pause', { do: 'pause', until }, pausing, [paused()]],
    ['a lower class', lower, assessing, [lowered()]],
    ['something left undone', waive, leaving, [waived()]],
    ['a part of what was said', { ...lower, level: null, mode: null }, assessing, []],
  ])('is what one of them has asked for: %s', async (_, weakens, asks, then) => {
    expect(await holdsWith(opened(weakens), votes('sam', asks()), second(), met, ...then)).toBe(null);
  });

  const otherwise: [string, Data, () => Promise<Saying>][] = [
    ['a longer pause', { do: 'pause', until: '2026-11-25T06:00:00.000Z' }, pausing],
    ['a pause without an end', { do: 'pause', until: 'for ever' }, pausing],
    ['a pause for a lower class', { do: 'pause', until }, assessing],
    ['a lower severity', { ...lower, level: 'medium' }, assessing],
    ['another fact', { ...lower, facts: [{ ...fact, fact: 'privileged' }] }, assessing],
    ['facts that are none', { ...lower, facts: null }, assessing],
    [
      'that nothing is cut',
      lower,
      () => about('sam', 'assess', { level: 'low', facts: { ciCd: false }, reason: 'x' }),
    ],
    ['that something else is left undone', { ...waive, followUp: 'follow-up-2' }, leaving],
    ['another reason', { ...waive, reason: 'x' }, leaving],
    ['what there is no word for', { ...lower, do: 'forget' }, assessing],
  ];
  it.each(otherwise)('is not told as %s', async (_, weakens, asks) => {
    expect(await holdsWith(opened(weakens), votes('sam', asks()))).toEqual({
      line: 4,
      reason: expect.stringMatching(/asks for something else than sam said/),
    });
  });

  it('rests on the word of one who said what it is', async () => {
    expect(await holdsWith(opened(lower), second(), met)).toEqual({
      line: 5,
      reason: expect.stringMatching(/nobody has said what the gate weaker-1 weakens/),
    });
  });

  it.each<[string, Data]>([
    ['severity', { level: 'medium' }],
    ['facts', { facts: [] }],
    ['mode', { mode: null }],
    ['gate', { gate: 'weaker-2' }],
  ])('is lowered as it was asked for (%s)', async (_, change) => {
    const before = [opened(lower), votes('sam', assessing()), second(), met];
    expect(await holdsWith(...before, lowered(change))).toEqual({
      line: 7,
      reason: expect.stringMatching(/nobody agreed at the gate weaker-\d/),
    });
  });

  it.each<[string, Data, () => Promise<Saying>, () => Entry, RegExp]>([
    ['lowered', lower, assessing, lowered, /nobody agreed at the gate/],
    ['paused', { do: 'pause', until }, pausing, paused, /nobody agreed that the clocks stand/],
    ['waived', waive, leaving, waived, /nobody agreed that follow-up-1 is left undone/],
  ])('is not %s before they agree, nor without being asked', async (_, weakens, asks, then, reason) => {
    const nobody = expect.stringMatching(reason);
    expect(await holdsWith(opened(weakens), votes('sam', asks()), then())).toEqual({
      line: 5,
      reason: nobody,
    });
    expect(await holdsWith(then())).toEqual({ line: 3, reason: nobody });
  });

  it('is paused until then, and waived for that alone', async () => {
    const agreed = (weakens: Data, asks: Promise<Saying>) => [
      opened(weakens),
      votes('sam', asks),
      second(),
      met,
    ];
    const longer = paused({ until: '2026-11-25T06:00:00.000Z' });
    expect(await holdsWith(...agreed({ do: 'pause', until }, pausing()), longer)).toMatchObject({ line: 7 });
    const other = waived({ id: 'follow-up-2' });
    expect(await holdsWith(...agreed(waive, leaving()), other)).toMatchObject({ line: 7 });
  });

  it('is not waived by one person’s word', async () => {
    const alone: Entry = {
      ...waived(),
      data: { ...waived().data, person: 'sam', said: { ...said('sam'), saying: await leaving() } },
    };
    expect(await holdsWith(alone)).toEqual({ line: 3, reason: expect.stringMatching(/nobody agreed/) });
  });

  it('is not weakened by a word to end it otherwise', async () => {
    const done = about('sam', 'followUp', { ...waiving, as: 'done' });
    expect(await holdsWith(opened(waive), votes('sam', done))).toEqual({
      line: 4,
      reason: expect.stringMatching(/does not tell/),
    });
  });
});

describe('a record is broken', () => {
  const rows: [string, number, RegExp, () => Promise<string> | string, Partial<VerifyBy>?][] = [
    ['when it is empty', 1, /no events/, () => ''],
    [
      'when a line was changed',
      3,
      /was changed after/,
      () => {
        const lines = chainOf(entries);
        return asText(
          lines.map((line) =>
            line.seq === 3 ? { ...line, data: { ...(line.data as object), text: 'all is well' } } : line,
          ),
        );
      },
    ],
    [
      'when a line was taken out',
      4,
      /line 4 is missing/,
      () => asText(chainOf(entries).filter(({ seq }) => seq !== 4)),
    ],
    [
      'when two lines were exchanged',
      2,
      /line 2 is missing/,
      () => {
        const [a, b, c, ...rest] = chainOf(entries);
        return asText([a, c, b, ...rest]);
      },
    ],
    ['when its beginning was cut off', 1, /line 1 is missing/, () => asText(chainOf(entries).slice(1))],
    [
      'when its last line was cut off inside',
      15,
      /cut off or edited/,
      () => asText(chainOf(entries)).slice(0, -20),
    ],
    [
      'when a key stands twice in a line',
      2,
      /a key stands twice/,
      () => asText(chainOf(entries)).replace('"rulesResolved"', '"noted","type":"rulesResolved"'),
    ],
    [
      'when a line has a member more',
      1,
      /neither an event/,
      () => asText(chainOf(entries).map((line) => ({ ...line, more: 1 }))),
    ],
    [
      'when something follows the seal',
      16,
      /before the last line/,
      async () => `${await sealed()}${asText(chainOf(entries).slice(0, 1))}`,
    ],
    [
      'when its end was cut off before the seal',
      15,
      /another end/,
      async () =>
        (await sealed())
          .split('\n')
          .filter((_, i) => i !== 14)
          .join('\n'),
    ],
    ['when a person sealed it', 16, /not sam's to say/, () => sealed(entries, {}, 'sam')],
    ['when a checker sealed it', 16, /not aws's to say/, () => sealed(entries, {}, 'aws')],
    [
      'when the seal is of another incident',
      16,
      /another incident/,
      () => sealed(entries, { incident: 'incident/other' }),
    ],
    [
      'when the seal is of another run',
      16,
      /another incident/,
      () => sealed(entries, { firstRun: 'another' }),
    ],
    [
      'when the seal says something else',
      16,
      /the seal/,
      async () => asText([...chainOf(entries), await saying(world, 'sam', 'note', { body: { text: 'x' } })]),
    ],
    [
      'when a vote is told as another',
      6,
      /does not tell what ivo said/,
      () => asText(chainOf(withEvent('voted', { verdict: 'reject' }))),
    ],
    [
      'when a vote is told of another gate',
      6,
      /does not tell what ivo said/,
      () => asText(chainOf(withEvent('voted', { gate: 'act-7' }))),
    ],
    [
      'when a vote is told of another person',
      6,
      /names erin, and ivo said it/,
      () => asText(chainOf(withEvent('voted', { person: 'erin' }))),
    ],
    [
      'when a vote is called signed and its proof was taken away',
      6,
      /carries no proof/,
      async () =>
        asText(
          chainOf(withEvent('voted', { saying: { statement: (await approves(world, 'ivo')).statement } })),
        ),
    ],
    [
      'when a vote is merely told',
      6,
      /carries no proof/,
      () => asText(chainOf(withEvent('voted', { saying: null, assurance: 'told' }))),
    ],
    [
      'when a sight carries no signature',
      10,
      /carries no proof/,
      () => asText(chainOf(withEvent('checked', { saying: null }))),
    ],
    [
      'when one sight is told twice',
      16,
      /tells again/,
      () => asText(chainOf([...entries, ...entries.filter(({ type }) => type === 'checked')])),
    ],
    [
      'when a word that was never said is to have acknowledged',
      16,
      /carries no proof/,
      () =>
        asText(
          chainOf([
            ...entries,
            { at: NOW, type: 'acknowledged', data: { ...said('erin'), saying: null, hold: 'hold-1' } },
          ]),
        ),
    ],
    [
      'when a vote is called signed and is not',
      6,
      /carries no proof/,
      () => asText(chainOf(withEvent('voted', { saying: null }))),
    ],
    [
      'when an application is told with other evidence',
      9,
      /does not tell/,
      () => asText(chainOf(withEvent('stepApplied', { evidence: { policy: 'r' } }))),
    ],
    [
      'when a sight is told as another',
      10,
      /does not tell/,
      () => asText(chainOf(withEvent('checked', { steps: [{ step: 's1', holds: false, saw: 'x' }] }))),
    ],
    [
      'when an attestation is told as another',
      11,
      /does not tell/,
      () => asText(chainOf(withEvent('attested', { verdict: 'broken' }))),
    ],
    [
      'when an executor’s signature stands for a checker’s',
      10,
      /does not tell/,
      async () =>
        asText(chainOf(withEvent('checked', { saying: await applied(world, 'identity-aws', 's1') }))),
    ],
    [
      'when an executor says what it saw',
      10,
      /not identity-aws's to say/,
      async () =>
        asText(chainOf(withEvent('checked', { saying: await sees(world, ALL_CUT, {}, 'identity-aws') }))),
    ],
    [
      'when a proof is another’s',
      6,
      /proof does not hold/,
      async () => {
        const [a, b] = await Promise.all([approves(world, 'ivo'), approves(world, 'ivo')]);
        return asText(chainOf(withEvent('voted', { saying: { ...a, proof: b.proof } })));
      },
    ],
    [
      'when something was said to another incident',
      6,
      /about another incident/,
      async () =>
        asText(
          chainOf(
            withEvent('voted', { saying: await approves(world, 'ivo', { incident: 'incident/other' }) }),
          ),
        ),
    ],
    [
      'when the runbook is another',
      2,
      /another runbook/,
      () => asText(chainOf(entries)),
      { runbookContent: '{}' },
    ],
  ];

  it.each(rows)('%s (line %i)', async (_, line, reason, text, by) => {
    expect(await verified(await text(), by)).toMatchObject({
      ok: false,
      sealed: false,
      broken: { line, reason: expect.stringMatching(reason) },
    });
  });

  it('when a signer’s key had been revoked before, or is unknown', async () => {
    const revoked: Directory = structuredClone(world.directory);
    for (const key of revoked.people.ivo?.keys ?? []) key.revokedAt = DECIDED_AT;
    expect(await verified(await sealed(), { directory: revoked })).toMatchObject({
      ok: false,
      broken: { line: 6, reason: expect.stringMatching(/revoked/) },
    });
    const unknown: Directory = structuredClone(world.directory);
    delete unknown.machines.orchestrator;
    expect(await verified(await sealed(), { directory: unknown })).toMatchObject({
      ok: false,
      broken: { line: 16 },
    });
  });

  it('whatever single character of a sealed record is changed', async () => {
    const text = await sealed();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 2),
        fc.constantFrom(...'abcXYZ0189-_.{}[]":, \n'),
        async (at, to) => {
          const bent = text.slice(0, at) + to + text.slice(at + 1);
          fc.pre(bent !== text);
          const report = await verified(bent);
          expect(report.ok && report.sealed, `${at}: ${text[at]} -> ${to}`).toBe(false);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('whatever the file holds, and nothing is thrown', async () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(...asText(chainOf(entries)).trim().split('\n')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), async (lines) => {
        const report = await verified(lines.join('\n'));
        expect(report.sealed).toBe(false);
        if (report.ok) expect(report.events).toBe(lines.filter((one) => one !== '').length);
      }),
      { numRuns: RUNS },
    );
  });

  it('says nothing secret', async () => {
    const reports = JSON.stringify([await verified(await sealed()), await verified('x')]);
    for (const secret of world.secrets) expect(reports).not.toContain(secret);
  });
});
