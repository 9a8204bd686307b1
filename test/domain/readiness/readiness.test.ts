// Who could be contained, by every reason why not; and never by what nobody knows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Discovery, Obstacle } from '../../../domain/plan/plan.schema.ts';
import type { Held } from '../../../domain/readiness/asking.ts';
import { laidAhead, lookedOf } from '../../../domain/readiness/looked.ts';
import type { ProblemKind } from '../../../domain/readiness/problem.ts';
import type { Hand, Hands } from '../../../domain/readiness/hands.ts';
import { readinessOf, type State } from '../../../domain/readiness/readiness.ts';
import { isReady, reportOf } from '../../../domain/readiness/report.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { discovery, IDENTITY, KEY, offering, rules, START } from '../incident/world.ts';

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 300);

const needing = (found: Discovery): Discovery => ({
  ...found,
  proposals: Object.fromEntries(
    Object.entries(found.proposals).map(([strategy, steps]) => [
      strategy,
      steps.map((one) => ({ ...one, permissions: [`do:${one.kind}`] })),
    ]),
  ),
});

const held = (change: Partial<Held> = {}): Held => ({
  key: KEY,
  missing: [],
  notTaken: [],
  untouchable: [],
  unknown: null,
  ...change,
});
const there = (change: Partial<Held> = {}): Hand => ({
  state: 'there',
  held: new Map([[KEY, held(change)]]),
});
const ABSENT: Hand = { state: 'absent' };
const NOT_ASKED: Hand = { state: 'notAsked', why: 'Temporal cannot be reached.' };

const hands = (change: Record<string, Hand> = {}): Hands => {
  const all: Record<string, Hand> = {
    'identity-aws': there(),
    'owner-aws': there(),
    aws: there(),
    ...change,
  };
  return { executors: new Map(Object.entries(all)), checkers: new Map(Object.entries(all)) };
};

interface Scene {
  found?: Partial<Discovery>;
  rules?: Partial<Rules>;
  hands?: Record<string, Hand>;
}

function judged({ found = {}, rules: change = {}, hands: workers = {} }: Scene = {}) {
  const ahead = laidAhead(
    { ...needing(discovery), ...found },
    rules({ strategies: ['cut', 'restrict'], ...change }),
    {
      named: IDENTITY,
      firstRun: 'none',
      now: START,
    },
  );
  return readinessOf(lookedOf(ahead), hands(workers));
}

const obstacle = (kind: Obstacle['kind'], ...stops: Obstacle['stops']): Obstacle => ({
  kind,
  says: kind,
  stops,
});

const roundBy = (...kinds: string[]): Obstacle => ({
  ...obstacle('quota', 'cut', 'restrict'),
  unlessTaken: kinds,
});
const RIGHTS_APART = { name: 'inline-aws', party: 'identity' };

it('is ready where all that its class offers could be done', () => {
  expect(judged()).toMatchObject({ state: 'ready', problems: [], why: null });
  expect(judged().works).toContain('cut');
});

describe('each reason', () => {
  const executor = rules().executors;
  it.each<[string, Scene, State, ProblemKind[]]>([
    [
      'an altered quarantine',
      { found: { obstacles: [obstacle('policy', 'cut', 'restrict')] } },
      'no',
      ['policy'],
    ],
    [
      'a restriction that is missing',
      { found: { obstacles: [obstacle('policy', 'restrict')] } },
      'inPart',
      ['policy'],
    ],
    [
      'an automatic quarantine that is missing, where nothing is automatic',
      { found: { obstacles: [obstacle('policy', 'automatic')] } },
      'ready',
      [],
    ],
    [
      'the same, where its class is automatic',
      { found: { obstacles: [obstacle('policy', 'automatic')] }, rules: { mode: 'auto' } },
      'inPart',
      ['policy'],
    ],
    ['a full quota', { found: { obstacles: [obstacle('quota', 'cut', 'restrict')] } }, 'no', ['quota']],
    [
      'a full quota that nobody of the runbook may go round',
      { found: { obstacles: [roundBy('a/inline')] }, rules: { apart: { 'b/inline': RIGHTS_APART } } },
      'no',
      ['quota'],
    ],
    [
      'a full quota that an executor apart goes round',
      { found: { obstacles: [roundBy('a/inline')] }, rules: { apart: { 'a/inline': RIGHTS_APART } } },
      'ready',
      [],
    ],
    ['a class that only observes', { rules: { mode: 'observe' } }, 'no', ['observe']],
    ['no checker in the runbook', { rules: { checker: null } }, 'no', ['nobody']],
    [
      'no executor in the runbook',
      { rules: { executors: { ...executor, 'source-of-truth': null } } },
      'no',
      ['nobody'],
    ],
    ['no owner', { rules: { owner: null, executors: { ...executor, owner: null } } }, 'inPart', ['owner']],
    [
      'nobody who acts for its owner',
      { rules: { executors: { ...executor, owner: null } } },
      'inPart',
      ['nobody'],
    ],
    ['an executor that is not there', { hands: { 'identity-aws': ABSENT } }, 'no', ['absent']],
    [
      'an executor of the owner that is not there',
      { hands: { 'owner-aws': ABSENT }, rules: { strategies: ['cut'] } },
      'inPart',
      ['absent'],
    ],
    ['a checker that is not there', { hands: { aws: ABSENT } }, 'no', ['absent']],
    [
      'a permission that is missing for the cut',
      { hands: { 'identity-aws': there({ missing: ['do:aws/access-key'] }) } },
      'no',
      ['lacking'],
    ],
    [
      'one that is missing for what comes later',
      { hands: { 'identity-aws': there({ missing: ['do:aws/access-key-deletion'] }) } },
      'inPart',
      ['lacking'],
    ],
    [
      'a kind that its executor does not take',
      { hands: { 'identity-aws': there({ notTaken: ['aws/access-key'] }) } },
      'no',
      ['notTaken'],
    ],
    [
      'an executor that acts on it for nobody',
      { hands: { 'identity-aws': there({ untouchable: [{ key: KEY, why: 'it protects it' }] }) } },
      'no',
      ['refused'],
    ],
    [
      'an executor of the owner that acts on it for nobody',
      {
        hands: { 'owner-aws': there({ untouchable: [{ key: KEY, why: 'it protects it' }] }) },
        rules: { strategies: ['cut'] },
      },
      'inPart',
      ['refused'],
    ],
    ['an executor that was not asked', { hands: { 'identity-aws': NOT_ASKED } }, 'unknown', ['notSaid']],
    [
      'an executor that could not say',
      { hands: { 'identity-aws': there({ unknown: 'it may not ask' }) } },
      'unknown',
      ['notSaid'],
    ],
    [
      'an executor that said nothing of it',
      { hands: { 'identity-aws': { state: 'there', held: new Map() } } },
      'unknown',
      ['notSaid'],
    ],
    ['an identity that nobody knows', { found: { identity: null } }, 'unknown', ['unread']],
    ['no step that would contain it', { found: { proposals: {} } }, 'no', ['impossible']],
  ])('%s', (_, scene, state, kinds) => {
    const said = judged(scene);
    expect([said.state, ...said.problems.map(({ kind }) => kind)]).toEqual([state, ...kinds]);
    for (const { says, who } of said.problems)
      expect([says, who].every((text) => text.length > 4)).toBe(true);
  });

  it('a restriction that is not possible by what the identity is stands in nobody’s way', () => {
    const { proposals } = needing(discovery);
    const said = judged({ found: { proposals: { cut: proposals.cut ?? [] } } });
    expect(said).toMatchObject({ state: 'ready', works: ['cut'], notPossible: ['restrict'] });
  });
});

describe('a role that a cut of a user ends the sessions of', () => {
  const role = 'aws/123456789012/iam-role/payroll';
  const cutting = (roleName: string): Partial<Discovery> => {
    const { cut: [first, ...rest] = [] } = needing(discovery).proposals;
    if (first === undefined) throw new Error('the world proposes a cut');
    return { proposals: { cut: [{ ...first, target: { ...first.target, roleName } }, ...rest] } };
  };
  const kept = there({ untouchable: [{ key: role, why: 'it protects it' }] });

  it('stops the cut where the executor protects it, and is named', () => {
    const said = judged({ found: cutting('payroll'), hands: { 'identity-aws': kept } });
    expect(said).toMatchObject({ state: 'no', problems: [{ kind: 'refused' }] });
    expect(said.problems[0]?.says).toContain(`${role}, which it would cut too`);
  });

  it('stops nothing where the cut is of another', () => {
    expect(judged({ found: cutting('web'), hands: { 'identity-aws': kept } }).state).toBe('ready');
  });
});

describe('not custody’s to cut', () => {
  it('is what others change, with who', () => {
    const stops = ['cut', 'restrict', 'automatic'] as const;
    const said = judged({ found: { proposals: {}, obstacles: [obstacle('unchangeable', ...stops)] } });
    expect(said).toMatchObject({ state: 'others', problems: [], why: 'unchangeable' });
  });

  it('is what the runbook protects; but not where only more people must agree', () => {
    const why = 'Salaries are paid with it.';
    const kept = judged({ rules: { protected: { why, refused: true, quorum: null } } });
    expect(kept).toMatchObject({ state: 'others', why: expect.stringContaining(why) });
    expect(judged({ rules: { protected: { why, refused: false, quorum: 3 } } }).state).toBe('ready');
  });

  it('is not what people cut by hand, by the runbook', () => {
    const byHand = [
      {
        phase: 'containment' as const,
        party: 'vendor',
        confirms: 'soc',
        does: 'Lock it.',
        undo: 'x',
        check: 'y',
      },
    ];
    const found = { proposals: {}, obstacles: [obstacle('unchangeable', 'cut')] };
    expect(judged({ found, rules: { byHand } })).toMatchObject({ state: 'ready', works: ['cut'] });
  });
});

it('what could not be looked at is not known', () => {
  const said = readinessOf({ key: KEY, unread: 'iam:GetUser is denied' }, hands());
  expect(said).toMatchObject({ state: 'unknown', class: null, problems: [{ kind: 'unread' }] });
});

/** Of a worker, anything that may be known. */
const anyHand = fc.oneof(
  fc.constant(ABSENT),
  fc.constant(NOT_ASKED),
  fc
    .record({
      missing: fc.subarray([
        'do:aws/quarantine',
        'do:aws/access-key',
        'do:aws/no-sessions',
        'do:aws/access-key-replacement',
      ]),
      notTaken: fc.subarray(['aws/quarantine', 'aws/access-key-replacement']),
      unknown: fc.option(fc.constant('it may not ask'), { nil: null }),
    })
    .map(there),
);

it('nobody is ready by what is not known, and who is counted ready could be cut by all who must act', () => {
  fc.assert(
    fc.property(
      anyHand,
      anyHand,
      anyHand,
      fc.constantFrom(discovery, offering),
      (identity, owner, checker, found) => {
        const workers = { 'identity-aws': identity, 'owner-aws': owner, aws: checker };
        const { state, works, problems } = judged({ found: needing(found), hands: workers });
        const whole = (hand: Hand) => {
          if (hand.state !== 'there') return false;
          const said = hand.held.get(KEY);
          return (
            said === undefined || (said.unknown === null && said.missing.length + said.notTaken.length === 0)
          );
        };
        if ([identity, owner].every(whole) && checker.state === 'there') expect(state).toBe('ready');
        if (identity.state !== 'there' || checker.state !== 'there') expect(works).toEqual([]);
        if (state === 'ready') expect(problems).toEqual([]);
        if (state === 'ready')
          expect([identity, owner, checker].every(({ state: is }) => is === 'there')).toBe(true);
        if (works.length > 0) expect(['ready', 'inPart']).toContain(state);
        else expect(['no', 'unknown']).toContain(state);
      },
    ),
    { numRuns: RUNS },
  );
});

describe('the report', () => {
  const workers = [{ name: 'orchestrator', role: 'orchestrator' as const, there: true, says: null }];
  const about = { at: START, runbook: { name: 'x', hash: 'y' }, accounts: ['1'], workers, unlisted: [] };
  const other = { ...judged({ hands: { 'identity-aws': ABSENT } }), key: 'other', class: 'standard' };

  it('counts everybody once, and says each problem once', () => {
    const three = [judged(), judged({ hands: { 'identity-aws': ABSENT } }), other];
    const { counts, problems, classes } = reportOf({ ...about, identities: three });
    expect(counts).toEqual({ ready: 1, inPart: 0, no: 2, unknown: 0, others: 0 });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.identities).toEqual([KEY, 'other']);
    expect(classes.map((one) => [one.class, one.counts.ready, one.counts.no])).toEqual([
      [judged().class, 1, 1],
      ['standard', 0, 1],
    ]);
  });

  it('is ready with everybody at work, all listed, and nobody in the way', () => {
    const ready = { ...about, identities: [judged()] };
    expect(isReady(reportOf(ready))).toBe(true);
    expect(isReady(reportOf({ ...ready, identities: [judged(), other] }))).toBe(false);
    expect(isReady(reportOf({ ...ready, unlisted: ['1: denied'] }))).toBe(false);
    for (const there of [false, null]) {
      const absent = workers.map((one) => ({ ...one, there }));
      expect(isReady(reportOf({ ...ready, workers: absent }))).toBe(false);
    }
  });
});
