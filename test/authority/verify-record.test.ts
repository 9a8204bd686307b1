import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type VerifyBy, verifyRecord } from '../../authority/verify-record.ts';
import { decode } from '../../domain/encoding/base64url.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { type Instant, plus } from '../../domain/instant/instant.ts';
import { chained, GENESIS, type Head, type RecordedEvent } from '../../domain/record/record.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import {
  ALL_CUT,
  applied,
  approves,
  assesses,
  attests,
  DECIDED_AT,
  firstRun,
  identity,
  incident,
  MADE_AT,
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

type Entry = { at: Instant; type: string; data: Record<string, unknown> };

let world: World;
let entries: Entry[];
beforeAll(async () => {
  world = await newWorld();
  const quarantined = await applied(world, 'identity-aws', 's1', {
    body: { step: 's1', wasSo: false, at: SEEN_AT, evidence: { policy: 'q' } },
  });
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
        saying: await assesses(world, 'sam'),
        verdict: 'incident',
        impact: 'confirmed',
        reason: 'used from a strange network',
      },
    },
    {
      at: DECIDED_AT,
      type: 'voted',
      data: { ...said('ivo'), saying: await approves(world, 'ivo'), gate: 'act-2', verdict: 'approve' },
    },
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
    { at: NOW, type: 'closed', data: { as: 'incident' } },
  ];
});

const said = (person: string) => ({ person, assurance: 'signed', jti: 'x', exp: 1 });
const headOf = ({ seq, hash }: RecordedEvent): Head => ({ seq, hash });

function chainOf(of: readonly Entry[]): RecordedEvent[] {
  const lines: RecordedEvent[] = [];
  for (const { at, type, data } of of) lines.push(chained(lines.at(-1) ?? GENESIS, at, { type, data }));
  return lines;
}
const asText = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

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
/** The record with one event bent before it was chained: what a dishonest orchestrator would write. */
const withEvent = (type: string, change: Record<string, unknown>): Entry[] =>
  entries.map((entry) => (entry.type === type ? { ...entry, data: { ...entry.data, ...change } } : entry));

describe('a record', () => {
  it('that is whole and sealed is verified, with what was verified', async () => {
    expect(await verified(await sealed(), { runbookContent })).toEqual({
      ok: true,
      broken: null,
      sealed: true,
      sealedBy: 'orchestrator',
      incident,
      firstRun,
      events: 9,
      head: headOf(chainOf(entries).at(-1) as RecordedEvent),
      proofs: { people: 3, machines: 3 },
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
    expect(report).toMatchObject({ ok: true, proofs: { people: 4 } });
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
        data: { gate: 'act-2', votes: [{ person: 'ivo', verdict: 'approve', saying: vote }] },
      },
    ];
    expect(await verified(asText(chainOf(twice)))).toMatchObject({
      ok: true,
      events: 4,
      proofs: { people: 1, machines: 0 },
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
      9,
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
      10,
      /before the last line/,
      async () => `${await sealed()}${asText(chainOf(entries).slice(0, 1))}`,
    ],
    [
      'when its end was cut off before the seal',
      9,
      /another end/,
      async () =>
        (await sealed())
          .split('\n')
          .filter((_, i) => i !== 8)
          .join('\n'),
    ],
    ['when a person sealed it', 10, /not sam's to say/, () => sealed(entries, {}, 'sam')],
    ['when a checker sealed it', 10, /not aws's to say/, () => sealed(entries, {}, 'aws')],
    [
      'when the seal is of another incident',
      10,
      /another incident/,
      () => sealed(entries, { incident: 'incident/other' }),
    ],
    [
      'when the seal is of another run',
      10,
      /another incident/,
      () => sealed(entries, { firstRun: 'another' }),
    ],
    [
      'when the seal says something else',
      10,
      /the seal/,
      async () => asText([...chainOf(entries), await saying(world, 'sam', 'note', { body: { text: 'x' } })]),
    ],
    [
      'when a vote is told as another',
      5,
      /does not tell what ivo said/,
      () => asText(chainOf(withEvent('voted', { verdict: 'reject' }))),
    ],
    [
      'when a vote is told of another gate',
      5,
      /does not tell what ivo said/,
      () => asText(chainOf(withEvent('voted', { gate: 'act-7' }))),
    ],
    [
      'when a vote is told of another person',
      5,
      /names erin, and ivo said it/,
      () => asText(chainOf(withEvent('voted', { person: 'erin' }))),
    ],
    [
      'when a vote is called signed and its proof was taken away',
      5,
      /carries no proof/,
      async () =>
        asText(
          chainOf(withEvent('voted', { saying: { statement: (await approves(world, 'ivo')).statement } })),
        ),
    ],
    [
      'when a vote is merely told',
      5,
      /carries no proof/,
      () => asText(chainOf(withEvent('voted', { saying: null, assurance: 'told' }))),
    ],
    [
      'when a sight carries no signature',
      7,
      /carries no proof/,
      () => asText(chainOf(withEvent('checked', { saying: null }))),
    ],
    [
      'when one sight is told twice',
      10,
      /tells again/,
      () => asText(chainOf([...entries, ...entries.filter(({ type }) => type === 'checked')])),
    ],
    [
      'when a word that was never said is to have acknowledged',
      10,
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
      5,
      /carries no proof/,
      () => asText(chainOf(withEvent('voted', { saying: null }))),
    ],
    [
      'when an application is told with other evidence',
      6,
      /does not tell/,
      () => asText(chainOf(withEvent('stepApplied', { evidence: { policy: 'r' } }))),
    ],
    [
      'when a sight is told as another',
      7,
      /does not tell/,
      () => asText(chainOf(withEvent('checked', { steps: [{ step: 's1', holds: false, saw: 'x' }] }))),
    ],
    [
      'when an attestation is told as another',
      8,
      /does not tell/,
      () => asText(chainOf(withEvent('attested', { verdict: 'broken' }))),
    ],
    [
      'when an executor’s signature stands for a checker’s',
      7,
      /does not tell/,
      async () =>
        asText(chainOf(withEvent('checked', { saying: await applied(world, 'identity-aws', 's1') }))),
    ],
    [
      'when an executor says what it saw',
      7,
      /not identity-aws's to say/,
      async () =>
        asText(chainOf(withEvent('checked', { saying: await sees(world, ALL_CUT, {}, 'identity-aws') }))),
    ],
    [
      'when a proof is another’s',
      5,
      /proof does not hold/,
      async () => {
        const [a, b] = await Promise.all([approves(world, 'ivo'), approves(world, 'ivo')]);
        return asText(chainOf(withEvent('voted', { saying: { ...a, proof: b.proof } })));
      },
    ],
    [
      'when something was said to another incident',
      5,
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
      broken: { line: 5, reason: expect.stringMatching(/revoked/) },
    });
    const unknown: Directory = structuredClone(world.directory);
    delete unknown.machines.orchestrator;
    expect(await verified(await sealed(), { directory: unknown })).toMatchObject({
      ok: false,
      broken: { line: 10 },
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
