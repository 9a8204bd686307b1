// The reports over files: what they print, what they refuse, and that nothing of a broken record is ever counted.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../domain/encoding/canonical.ts';
import { event } from '../../domain/incident/event.ts';
import { chained, GENESIS, type RecordedEvent } from '../../domain/record/record.ts';
import { discovery, rules, START, World } from '../domain/incident/world.ts';
import { carried, recordOf } from '../domain/standards-courses.ts';
import { custody } from './a-terminal.ts';

const root = path.resolve(import.meta.dirname, '../..');
const kept = (name: string) => readFileSync(path.join(root, 'test/replay/0.1.0', name), 'utf8');
const written = (events: readonly RecordedEvent[]) => events.map((one) => `${canonical(one)}\n`).join('');

const files = {
  'main.jsonl': kept('main-path.record.jsonl'),
  'silent.jsonl': kept('silence.record.jsonl'),
  'false.jsonl': kept('false-positive.record.jsonl'),
  'people.yaml': kept('main-path.people.json'),
  'others.yaml': kept('silence.people.json'),
  'carried.jsonl': written(recordOf(carried())),
};
const ran = (words: readonly string[], more: Record<string, string> = {}) =>
  custody(words, { files: { ...files, ...more } });
const jsonLines = (out: string): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('report coverage', () => {
  test('of a runbook, for people and for programs', async () => {
    const folder = path.join(root, 'runbooks/default');
    const { exit, out, err } = await ran(['report', 'coverage', '--runbook', folder]);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain('NIST Cybersecurity Framework 2.0');
    expect(out).toMatch(
      /RS\.MI-01 {2}Incidents are contained\n\s+every class\n\s+by: step aws\/quarantine by identity-aws/,
    );
    expect(out).toMatch(
      /NHI5 {2}Overprivileged NHI\n\s+classes: privileged\n\s+by: the class asks for privileged\n/,
    );
    expect(out).toContain('CC BY-SA 4.0');
    const json = await custody(['report', 'coverage', '--json'], { env: { CUSTODY_RUNBOOK: folder } });
    expect(json.exit).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({
      runbook: { name: 'default', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      covers: expect.arrayContaining([
        { framework: 'd3fend', id: 'D3-AL', says: 'Account Locking', by: expect.any(Array) },
      ]),
      frameworks: { csf: { edition: '2.0' }, attack: { rights: expect.stringContaining('MITRE') } },
    });
  });

  test('of a record: by which lines', async () => {
    const words = ['report', 'coverage', '--record', 'main.jsonl', '--people', 'people.yaml'];
    const { exit, out, err } = await ran(words);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain('(class ci-cd, closed as resolved)');
    expect(out).toMatch(/RS\.MI-02 {2}Incidents are eradicated\n\s+line \d+, \S+: stepSeen \(step s6/);
    const [json] = jsonLines((await ran([...words, '--json'])).out);
    expect(json).toMatchObject({ class: 'ci-cd', drill: false, closedAs: 'resolved' });
    const { evidencedBy } = json as { evidencedBy: { id: string; lines: { seq: number }[] }[] };
    expect(evidencedBy.find(({ id }) => id === 'RS.AN-06')?.lines.length).toBeGreaterThan(10);
  });

  test('what is asked for must be clear', async () => {
    expect((await ran(['report', 'coverage'])).exit).toBe(2);
    expect((await ran(['report', 'coverage', '--runbook', 'x', '--record', 'main.jsonl'])).exit).toBe(2);
    expect((await ran(['report', 'coverage', '--runbook', 'x', '--people', 'people.yaml'])).exit).toBe(2);
  });
});

/** Milliseconds from the first line of the kept record to the first of this type. */
function afterOpening(type: string): number {
  const lines = (files['main.jsonl'] ?? '').split('\n').filter((line) => line !== '');
  const events = lines.map((line) => JSON.parse(line) as { type?: string; at?: string });
  const at = (one: { at?: string } | undefined) => Date.parse(one?.at ?? '');
  return at(events.find((one) => one.type === type)) - at(events[0]);
}

describe('report metrics', () => {
  test('each incident, and all together', async () => {
    const { exit, out, err } = await ran([
      'report',
      'metrics',
      'main.jsonl',
      'silent.jsonl',
      'carried.jsonl',
    ]);
    expect(exit).toBe(0);
    expect(err).toContain('who said it was not verified');
    expect(out).toMatch(/contained +after 10 s, .+, held by identity/);
    expect(out).toMatch(/soc to platform, by silence: expired after 2 s/);
    expect(out).toContain('3 of 3 incidents counted');
    expect(out).toMatch(/ci-cd +3 +3: \d+ s, \d+ s +- +2: \d+ s, \d+ s/);
  });

  test('what else happened: reminders, plans, follow-ups by their end, what was weakened', async () => {
    const world = new World();
    const more = [
      event('reminded', { to: 'identity', person: null, due: START, times: 1 }),
      event('inwardTold', { to: 'soc', due: START, times: 1 }),
      event('planChanged', { plan: 'a', suspects: [], why: 'x' }),
      event('deadlineCame', { steps: ['s1'], due: START }),
      event('followUpsFound', {
        followUps: ['follow-up-1', 'follow-up-2'].map((id) => ({
          id,
          kind: 'other',
          says: id,
          party: 'soc',
          due: START,
        })),
        said: null,
      }),
      event('followUpEnded', {
        id: 'follow-up-1',
        as: 'waived',
        ticket: null,
        reason: 'x',
        person: 'sam',
        said: null,
      }),
      event('lowered', { level: 'low', facts: [], mode: null, gate: 'lower-1' }),
    ];
    const events = [...world.events, ...more.map((one) => ({ ...one, at: START }))];
    const { out } = await ran(['report', 'metrics', 'x.jsonl'], { 'x.jsonl': written(recordOf({ events })) });
    expect(out).toMatch(/reminded +whoever held it: 1, whoever keeps the outcome: 1\n/);
    expect(out).toMatch(/plans +1 changed, 0 lapsed, 1 hard deadlines came\n/);
    expect(out).toMatch(/follow-ups +2, 1 left, 0 late: 1 waived\n/);
    expect(out).toMatch(/weakened +0 pauses, 1 lowered, 1 waived, 0 undone, 0 approved alone\n/);
    expect(out).toMatch(/2 +1 changed, 0 lapsed, 1 hard deadlines came +0 +2, 1 left, 0 late: 1 waived/);
  });

  test('for programs: milliseconds, and nothing that has not happened', async () => {
    const { out } = await ran(['report', 'metrics', 'main.jsonl', 'false.jsonl', '--json']);
    const json = JSON.parse(out) as { incidents: Record<string, unknown>[]; all: unknown };
    const contain = afterOpening('contained');
    expect(json).toMatchObject({ records: 2, counted: 2, all: { contain: { count: 1, medianMs: contain } } });
    expect(json.incidents[0]).toMatchObject({
      acknowledged: { afterMs: afterOpening('acknowledged'), holder: 'soc' },
      recovered: { afterMs: afterOpening('recovered'), holder: 'service-owner' },
    });
    expect(json.incidents[1]).not.toHaveProperty('contained');
  });

  test('stdin', async () => {
    expect((await ran(['report', 'metrics', '-'], { '-': files['main.jsonl'] })).exit).toBe(0);
  });
});

describe('report observed', () => {
  const observed = () => {
    const world = new World().look(rules({ mode: 'observe' }));
    world.assess();
    world.approve();
    const skipped = { ...event('stepSkipped', { step: 's1', why: 'Observed: no step.' }), at: START };
    return written(recordOf({ events: [...world.events, skipped] }));
  };

  test('what would have been done, by when, and who would have been asked', async () => {
    const { exit, out, err } = await ran(['report', 'observed', 'o.jsonl', 'main.jsonl'], {
      'o.jsonl': observed(),
    });
    expect(exit).toBe(0);
    expect(err).toContain('main.jsonl is not of an incident in observe mode: left out');
    expect(out).toContain('OBSERVED, nothing was done: incident/aws/123456789012/iam-user/deploy-robot');
    expect(out).toMatch(
      /s1\. aws\/quarantine\n\s+containment, by identity \(identity-aws\), reversible, not after/,
    );
    expect(out).toMatch(/its turn came 2026-11-24T03:12:00\.000Z: Observed: no step\./);
    expect(out).toMatch(
      /act: 2 people, one each of soc, identity, asked .+: approved \(sam \(soc\) approved, ida/,
    );
    expect(out).toMatch(/triage: soc from .+, to be taken by 2026-11-24T03:22:00\.000Z/);
    expect(out).toMatch(/What stood in the way\n\s+nothing that was found/);
    expect(out).toMatch(
      /reversible, not after .+\n\s+would have had to be done by 2026-11-24T04:12:00\.000Z/,
    );
    expect(out).toMatch(/Which permissions were missing\n\s+no worker was asked/);
    const json = await ran(['report', 'observed', 'o.jsonl', '--json'], { 'o.jsonl': observed() });
    expect(jsonLines(json.out)).toMatchObject([
      { class: 'ci-cd', approved: { strategy: 'cut' }, closedAs: null },
    ]);
  });

  test('permissions that a worker lacks stand with the steps that need them', async () => {
    const proposals = {
      cut: discovery.proposals.cut?.map((one) => ({ ...one, permissions: ['iam:AttachUserPolicy'] })) ?? [],
    };
    const world = new World().look(rules({ mode: 'observe' }), { ...discovery, proposals });
    const said = (executor: string, missing: string[], unknown: string | null) => ({
      ...event('preflighted', { executor, missing, unknown }),
      at: START,
    });
    const record = written(
      recordOf({
        events: [
          ...world.events,
          said('identity-aws', ['iam:AttachUserPolicy'], null),
          said('owner-aws', [], null),
          said('another', [], 'nobody is working there'),
        ],
      }),
    );
    const { out } = await ran(['report', 'observed', 'o.jsonl'], { 'o.jsonl': record });
    expect(out).toMatch(/would need: iam:AttachUserPolicy\n\s+MISSING: iam:AttachUserPolicy\n/);
    expect(out).toMatch(/identity-aws lacks iam:AttachUserPolicy\n\s+owner-aws has what its steps need\n/);
    expect(out).toContain('another could not say whether it has them: nobody is working there');
  });

  test('none of observe mode is exit code 3', async () => {
    expect(await ran(['report', 'observed', 'main.jsonl'])).toMatchObject({ exit: 3, out: '' });
  });
});

describe('what is refused', () => {
  const lines = files['main.jsonl'].trimEnd().split('\n');
  const noted = lines.findIndex((line) => line.includes('seen in the logs'));
  const changed = (lines[noted] ?? '').replace('seen in the logs', 'seen nowhere');
  const broken: [string, string, RegExp][] = [
    ['changed', lines.with(noted, changed).join('\n'), new RegExp(`line ${noted + 1} was changed`)],
    ['cut out', lines.toSpliced(9, 1).join('\n'), /line 10 is missing/],
    ['cut off in a line', files['main.jsonl'].slice(0, 5_000), /cut off or edited/],
    [
      'two records in a file',
      files['main.jsonl'] + files['silent.jsonl'],
      /a seal stands before the last line/,
    ],
    ['another beginning', lines.slice(1).join('\n'), /line 1 is missing/],
  ];
  const reports = [['coverage', '--record'], ['metrics'], ['observed']];

  test.each(broken.flatMap((one) => reports.map((report) => [...one, report] as const)))(
    '%s: nothing is reported, of the good ones neither',
    async (_, text, says, report) => {
      const { exit, out, err } = await ran(['report', ...report, 'main.jsonl', 'broken.jsonl'], {
        'broken.jsonl': text,
      });
      expect({ exit, out }).toEqual({ exit: 7, out: '' });
      expect(err).toMatch(says);
      expect(err).toContain('broken.jsonl: the record is broken at line');
    },
  );

  test('with another directory, what people said does not hold, and neither does the report', async () => {
    const { exit, out, err } = await ran(['report', 'metrics', 'main.jsonl', '--people', 'others.yaml']);
    expect({ exit, out }).toEqual({ exit: 7, out: '' });
    expect(err).toContain('main.jsonl: the record is broken at line');
  });

  test('the same record twice would be counted twice', async () => {
    const again = { 'again.jsonl': files['main.jsonl'] };
    const { exit, out, err } = await ran(['report', 'metrics', 'main.jsonl', 'again.jsonl'], again);
    expect({ exit, out }).toEqual({ exit: 3, out: '' });
    expect(err).toContain('again.jsonl is the record of the same incident as main.jsonl');
  });

  test('a whole chain that is no record of custody', async () => {
    const first = { type: 'opened', data: { incident: 'x', firstRun: 'y', detection: 1 } };
    const strange = written([chained(GENESIS, START, { type: 'noted', data: {} })]);
    const opening = chained(GENESIS, START, first);
    const hollow = written([opening, chained(opening, START, { type: 'rulesResolved', data: {} })]);
    for (const text of [strange, hollow, '']) {
      const { exit, out, err } = await ran(['report', 'metrics', 'x.jsonl'], { 'x.jsonl': text });
      expect({ exit, out }).toEqual({ exit: 3, out: '' });
      expect(err).toContain('x.jsonl ');
    }
    expect((await ran(['report', 'metrics', 'none.jsonl'])).exit).toBe(3);
  });
});
