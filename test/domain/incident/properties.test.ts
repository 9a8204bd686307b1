// For any order of inputs: an open incident has exactly one holder and a deadline, no step is ordered without its warrant,
// no decision is lost, and the state is what its events say.
import { undoRule } from '../../../domain/gate/undo-rule.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedAt } from '../../../domain/gate/gate.ts';
import { event, type IncidentEvent } from '../../../domain/incident/event.ts';
import { evolve, opened } from '../../../domain/incident/evolve/evolve.ts';
import type { Incident } from '../../../domain/incident/incident.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { standsSomething } from '../../../domain/incident/undoing.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { quorumMet } from '../../../domain/gate/quorum.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { planHash } from '../../../domain/plan/build.ts';
import { chained, GENESIS } from '../../../domain/record/record.ts';
import type { Order } from '../../../domain/plan/order.schema.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { isLower } from '../../../domain/detection/alert.ts';
import { detection, discovery, offering, PEOPLE, rules, wearing, World } from './world.ts';

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 1_000);

type Input =
  | {
      do: 'say';
      message: string;
      person: string;
      body: number;
      right: boolean;
      replay: boolean;
      assurance: 'told' | 'signed';
    }
  | { do: 'wait'; ms: number }
  | { do: 'next'; lateMs: number }
  | { do: 'work'; fails: number }
  | { do: 'detect'; id: number; sample: boolean; credential: number }
  | { do: 'agree'; person: string; gate: string }
  | { do: 'refuse' }
  | { do: 'watch'; luck: number }
  | { do: 'undo'; person: string; cleared: boolean }
  | { do: 'noise'; code: number };

const BODIES: Record<string, Record<string, unknown>[]> = {
  assess: [
    { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'x' },
    { verdict: 'falsePositive', impact: 'none', reason: 'x' },
    { verdict: 'incident', impact: 'none', strategy: 'restrict', level: 'critical', reason: 'x' },
    { verdict: 'incident', impact: 'none', strategy: 'cut', reason: 'x', facts: { ciCd: true } },
    { verdict: 'incident', impact: 'none', strategy: 'replace-then-cut', reason: 'x', level: 'low' },
  ],
  correct: [
    { level: 'low', reason: 'x' },
    { level: 'critical', reason: 'x' },
    { facts: { ciCd: false, privileged: true }, reason: 'x' },
    { mode: 'observe', reason: 'x' },
    { owner: 'platform', reason: 'x' },
  ],
  followUp: [
    { add: { kind: 'exposure', says: 'in the log' }, reason: 'x' },
    { id: 'follow-up-1', as: 'waived', reason: 'x' },
    { id: 'follow-up-1', as: 'done', reason: 'x' },
    { id: 'follow-up-2', as: 'ticketed', ticket: 'A-1', reason: 'x' },
  ],
  decide: [
    { verdict: 'approve' },
    { verdict: 'reject', reason: 'x' },
    { verdict: 'withdraw' },
    { verdict: 'approve', breakGlass: true, reason: 'x' },
  ],
  acknowledge: [{ answer: 'accept' }, { answer: 'decline', reason: 'x' }],
  handOff: [
    { to: 'platform', reason: 'x' },
    { to: 'identity', reason: 'x' },
    { to: 'soc', reason: 'x' },
    { to: 'identity', person: 'ida', reason: 'x' },
  ],
  attest: [
    { verdict: 'works', reason: 'x' },
    { verdict: 'broken', reason: 'x' },
    { verdict: 'works', step: 's4', reason: 'x' },
    { verdict: 'broken', step: 's4', reason: 'x' },
  ],
  note: [{ text: 'x' }],
  pause: [
    { until: '2026-11-24T05:00:00Z', reason: 'x' },
    { until: '2026-11-24T03:30:00.000Z', reason: 'x' },
  ],
  adopt: [{ runbook: 'b'.repeat(64), reason: 'x' }],
  close: [{ reason: 'x' }],
};

const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      message: fc.constantFrom(
        'assess',
        'correct',
        'followUp',
        'decide',
        'decide',
        'acknowledge',
        'handOff',
        'attest',
        'note',
        'pause',
        'adopt',
        'close',
      ),
      person: fc.constantFrom(...Object.keys(PEOPLE), 'mallory'),
      body: fc.nat(4),
      right: fc.boolean(),
      replay: fc.boolean(),
      assurance: fc.constantFrom('signed' as const, 'signed' as const, 'told' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 10_000, 60_000, 3_600_000, 40 * 3_600_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('next' as const), lateMs: fc.constantFrom(0, 500, 200_000) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('work' as const), fails: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('detect' as const),
      id: fc.nat(5),
      sample: fc.boolean(),
      credential: fc.nat(3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('agree' as const),
      person: fc.constantFrom('sam', 'lee', 'ida', 'olga', 'both'),
      gate: fc.constantFrom('lower', 'waive', 'pause', 'close', 'review', 'undo', 'undo'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      person: fc.constantFrom('sam', 'ida', 'olga', 'robo'),
      cleared: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'refuse' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('watch' as const), luck: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('noise' as const), code: fc.nat(2) }) },
);

/** From where the inputs go on: so that the late states are reached as often as the early ones. */
const BEGUN = {
  opened: (world: World) => world,
  lowering: (world: World) => {
    world.look().say('assess', 'sam', { body: { level: 'low', reason: 'x' } });
    return world;
  },
  alone: (world: World) => world.look(rules({ mode: 'auto' }), offering),
  aloneSeen: (world: World) => {
    world.look(rules({ mode: 'auto' }), offering).applied();
    world.seenTwice();
    return world;
  },
  contained: (world: World) => world.contained(),
  undoing: (world: World) => {
    world.contained().pass(60_000);
    asksForUndo(world, 'sam', true);
    world.approve('ida', 'undo');
    world.applied();
    world.applied();
    world.seen();
    world.deliver();
    return world;
  },
  hardened: (world: World) => {
    world.contained().recovered();
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    world.pass(37 * 3_600_000);
    world.applied();
    world.seenTwice();
    return world;
  },
};
const begun = fc.constantFrom(
  'opened' as const,
  'lowering' as const,
  'alone' as const,
  'aloneSeen' as const,
  'contained' as const,
  'undoing' as const,
  'hardened' as const,
);

/** Both agree to what is asked of two people: among all that may happen it would be too seldom. */
const agreedTo = (gate: 'lower' | 'close' | 'undo'): Input => ({ do: 'agree', person: 'both', gate });
const agreeing = fc.oneof(
  { weight: 9, arbitrary: input },
  { weight: 1, arbitrary: fc.constantFrom(agreedTo('lower'), agreedTo('close'), agreedTo('undo')) },
);

/** What was taken back is looked at again after the propagation time. */
const UNDONE: Input[] = [
  { do: 'wait', ms: 60_000 },
  { do: 'next', lateMs: 0 },
  { do: 'work', fails: 20 },
  { do: 'work', fails: 20 },
  { do: 'work', fails: 20 },
];

/** A deadline that has passed before it is handled, while the runbook cannot be read. */
const OVERDUE: Input[] = [
  { do: 'wait', ms: 40 * 3_600_000 },
  {
    do: 'say',
    message: 'correct',
    person: 'sam',
    body: 1,
    right: true,
    replay: false,
    assurance: 'signed',
  },
  { do: 'work', fails: 0 },
  { do: 'work', fails: 1 },
  { do: 'next', lateMs: 0 },
];

/** As a runbook would have it: other clocks for a critical one, a calendar now and then. */
function asKnown(world: World, runbook: string, luck: number): ReturnType<typeof rules> {
  const usual = rules({ runbook });
  const triage = {
    ...usual.phases.triage,
    calendar: luck % 2 === 0 ? 'office' : null,
    acknowledgeMs: world.incident.level === 'critical' ? 120_000 : 600_000,
  };
  const inward = { party: 'soc', everyMs: 400_000 };
  return {
    ...usual,
    mode: luck === 11 ? 'observe' : luck % 7 < 3 ? 'auto' : 'ask',
    strategies: luck % 3 === 0 ? ['cut', 'replace-then-cut', 'restrict'] : ['cut'],
    ...(luck % 6 === 0 ? { breakGlass: { parties: ['soc', 'identity'] } } : {}),
    cutByMs: 1_800_000,
    rediscover: luck % 5 === 0,
    byHand: luck % 4 === 0 ? [BY_HAND] : [],
    phases: {
      ...usual.phases,
      triage: luck % 4 === 1 ? containing(triage) : triage,
      containment: { ...containing(usual.phases.containment), remindMs: 300_000, inward },
    },
  };
}

/** Silence puts on what may be, and then leaves it where it is. */
const containing = <T extends ReturnType<typeof rules>['phases']['triage']>(phase: T): T => ({
  ...phase,
  ladder: { ...phase.ladder, fallback: [{ do: 'contain-reversible' }, { do: 'hold' }] },
});

const BY_HAND = {
  phase: 'containment' as const,
  party: 'platform',
  confirms: 'soc',
  does: 'Revoke it there.',
  undo: 'None.',
  check: 'Ask.',
};

const FINDINGS: Discovery = {
  ...discovery,
  findings: [{ kind: 'static-key', says: 'a static key', part: 'owner' }],
};

const APPEARED: Discovery = {
  ...discovery,
  waysIn: [
    {
      kind: 'access-key',
      id: 'AKIAIOSFODNN7SECOND1',
      status: 'Active',
      createdAt: null,
      lastUsedAt: null,
      stolen: false,
    },
  ],
};

/** What was put on without people shows, now and then only later. */
function lookOf(world: World, luck: number): Discovery {
  if (luck === 17) return APPEARED;
  if (luck % 3 === 0) return luck % 2 === 0 ? discovery : FINDINGS;
  const isOn = world.incident.automatic.worn.some(({ seenAt }) => seenAt !== null) || luck % 5 === 0;
  return isOn ? wearing : offering;
}

/** What the workers do with what is wanted; sometimes they fail. */
function work(world: World, fails: number): void {
  const [effect] = wanted(world.incident, world.now).effects.slice(fails % 3);
  if (effect === undefined) return;
  const sort = (['absent', 'denied', 'throttled', 'impossible', 'refused'] as const)[fails];
  if (sort !== undefined) world.do({ type: 'failed', effect: effect.id, sort, reason: sort });
  else if (effect.type === 'notify') world.do({ type: 'notified', effect: effect.id });
  else if (effect.type === 'resolve') {
    const runbook = effect.adopt ?? effect.runbook ?? 'a'.repeat(64);
    world.do({ type: 'resolved', effect: effect.id, rules: asKnown(world, runbook, fails) });
  } else if (effect.type === 'timetable') {
    const plain = { acknowledgeBy: plus(effect.since, 600_000), actBy: plus(effect.since, 7_200_000) };
    const rungs = [{ at: plus(effect.since, 300_000), tell: 'soc', person: 'lee' }];
    world.do({ type: 'timed', effect: effect.id, instants: { ...plain, rungs, repeat: null } });
  } else if (effect.type === 'discover') world.found(lookOf(world, fails));
  else if (effect.type === 'recall') world.do({ type: 'recalled', effect: effect.id, earlier: null });
  else if (effect.type === 'preflight')
    world.do({ type: 'preflighted', effect: effect.id, missing: ['iam:X'], unknown: null });
  else if (effect.type === 'apply') world.applied(fails === 18 ? { strangers: 'aws/1/iam-user/x' } : {});
  else if (effect.type === 'check' && effect.request.watch === true) watch(world, fails);
  else if (effect.type === 'check')
    world.seen(fails === 19 ? ['s1', 's5'] : [], fails > 16 ? ['AKIAIOSFODNN7SECOND1'] : []);
}

/** Mostly it stays dead; now and then it is tried, used or back. */
function watch(world: World, luck: number): void {
  const [first = '', last = first] = [world.watched[0], world.watched.at(-1)];
  const use = { at: world.now, refused: luck % 4 !== 0 };
  if (luck % 4 === 0) world.watch([luck % 8 === 0 ? first : last], luck % 3 === 0 ? { [first]: use } : {});
  else world.watch([], luck % 5 === 0 ? { [last]: use } : {});
}

function feed(world: World, one: Input, used: Map<string, string>): void {
  if (one.do === 'wait') world.pass(one.ms);
  else if (one.do === 'next') world.next(one.lateMs);
  else if (one.do === 'work') work(world, one.fails);
  else if (one.do === 'detect') {
    const credentialId = `AKIAIOSFODNN7STOLEN${one.credential}`;
    world.do({
      type: 'detect',
      detections: [detection({ sourceId: `finding-${one.id}`, isSample: one.sample, credentialId })],
    });
  } else if (one.do === 'agree') {
    if (world.gate(one.gate) !== 'none') world.approve(one.person, one.gate);
  } else if (one.do === 'undo') {
    asksForUndo(world, one.person, one.cleared);
  } else if (one.do === 'watch') {
    // The wait for the next look is otherwise seldom met exactly.
    if (world.watched.length === 0) world.pass(rules().orders.watchMs);
    if (world.watched.length > 0) watch(world, one.luck);
  } else if (one.do === 'refuse') {
    const effect = world.effect('apply');
    world.do({ type: 'failed', effect, sort: 'refused', reason: 'spent (budgetIsLeft)' });
  } else if (one.do === 'noise') {
    const code = (['cancelRefused', 'undecodable', 'unknownMessage'] as const)[one.code] ?? 'undecodable';
    world.do({ type: 'unheard', message: 'x', code, reason: 'x', digest: null });
  } else {
    const bodies = BODIES[one.message] ?? [];
    const message = one.message === 'correct' ? 'assess' : one.message;
    const gate = world.incident.gates.findLast((open) => open.status === 'open');
    const plan =
      one.message === 'decide'
        ? gate === undefined
          ? null
          : askedAt(gate)
        : one.message === 'attest'
          ? (world.incident.approved?.hash ?? null)
          : one.body === 1 || one.message === 'correct'
            ? null
            : one.body === 4
              ? world.planOf('replace-then-cut')
              : world.plan;
    const answers =
      one.message === 'acknowledge'
        ? (world.incident.offer?.id ?? world.incident.hold.id)
        : one.message === 'correct'
          ? null
          : (gate?.id ?? null);
    const id = `${one.person}-${one.message}`;
    const jti = one.replay
      ? (used.get(id) ?? `jti-${world.events.length}-${used.size}-0000`)
      : `jti-${world.events.length}-${used.size}-0000`;
    used.set(id, jti);
    world.say(message, one.person, {
      answers: one.right ? answers : 'act-99',
      plan: one.right ? plan : 'c'.repeat(64),
      body: bodies[one.body % bodies.length] ?? {},
      assurance: one.assurance,
      jti,
    });
  }
}

function holds(incident: Incident, now: string): void {
  if (incident.outcome !== 'open') return;
  const { effects, deadline } = wanted(incident, now);
  expect(incident.hold.party).not.toBe('');
  expect(deadline).not.toBeNull();
  expect(new Set(effects.map((effect) => effect.id)).size).toBe(effects.length);
  for (const effect of effects) {
    if (effect.type !== 'apply') continue;
    const { plan, decisions, step } = effect.order;
    expect(planHash(plan)).toBe((incident.approved ?? incident.automatic.running)?.hash);
    expect(incident.drill).toBe(false);
    if (plan.mode === 'auto') {
      withoutPeople(incident, effect.order);
      continue;
    }
    expect(effect.order.finding).toBeUndefined();
    expect(plan.mode).toBe('ask');
    const ordered = plan.steps.find((one) => one.id === step);
    const said = decisions.map(
      (saying) =>
        JSON.parse(saying.statement) as {
          person: string;
          message: string;
          plan: string;
          body: { verdict: string; breakGlass?: boolean };
        },
    );
    const gate = ordered?.gate ?? 'act';
    const rule = gate === 'undo' ? undoRule(rules()) : rules().gates[gate];
    const voters = said.map(({ person }) => ({ person, parties: PEOPLE[person]?.parties ?? [] }));
    const alone = said.some(({ body }) => body.breakGlass === true);
    const reviewed = incident.gates.some(({ name }) => name === 'review');
    expect(quorumMet(rule, voters) || (alone && reviewed), 'no step without its quorum').toBe(true);
    expect(
      said.every(
        (one) =>
          one.plan === incident.approved?.hash &&
          (one.message === 'undo' || ['approve', 'incident'].includes(one.body.verdict)),
      ),
    ).toBe(true);
    expect(said.some((one) => one.person === 'robo' || one.person === 'mallory')).toBe(false);
  }
}

/** Whoever cuts, or judges, has not acknowledged it yet, and it cannot open again at once. */
function opensAgainWithHolderAndClock(world: World, fresh: World['events']): void {
  if (!fresh.some(({ type }) => type === 'reopened')) return;
  const { phase, hold, climb, outcome } = world.incident;
  expect(outcome).toBe('open');
  expect(['triage', 'containment', 'recovery']).toContain(phase);
  expect(hold.acknowledgedAt).toBeNull();
  expect(climb?.reason).toBe('unacknowledged');
  const times = world.events.filter(({ type }) => type === 'reopened').map(({ at }) => Date.parse(at));
  const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(Math.min(...pauses, Infinity)).toBeGreaterThanOrEqual(rules().orders.watchMs);
}

/** What was put on without people is off, or two people said that they saw to it by hand. */
function closesOverNothing({ outcome, closedAs, drill, automatic }: Incident): void {
  if (outcome !== 'closed' || drill || closedAs === 'handledByHand' || closedAs === 'observed') return;
  expect({ worn: automatic.worn, running: automatic.running }).toEqual({ worn: [], running: null });
}

/** Whoever judged it to be nothing had what custody put on taken off. */
function closesAsNothingOverNothing(incident: Incident): void {
  if (incident.outcome !== 'closed' || incident.drill || incident.closedAs !== 'falsePositive') return;
  expect(standsSomething(incident)).toBe(false);
}

/** Nobody has decided: an alert of the one source, and nothing that cannot be taken back; never over people's plan. */
function withoutPeople(incident: Incident, { plan, step, decisions, finding }: Omit<Order, 'head'>): void {
  expect(decisions).toEqual([]);
  expect(incident.approved).toBeNull();
  expect(incident.rules?.mode).not.toBe('observe');
  expect(finding).toMatchObject({ source: 'guardduty', id: expect.stringMatching(/^finding-\d$/) });
  const ordered = plan.steps.find(({ id }) => id === step);
  expect(ordered).toMatchObject({ verb: 'apply', phase: 'containment', reversibility: 'reversible' });
}

/** As the incident shows it at that moment. */
function asksForUndo(world: World, person: string, cleared: boolean): void {
  const verdict = cleared ? 'falsePositive' : null;
  const { undo } = viewOf(world.incident, GENESIS, world.now);
  const shown = undo.find((one) => one.verdict === verdict)?.shown;
  if (shown == null) return;
  world.say('undo', person, {
    plan: shown.hash,
    body: { ...(cleared ? { verdict } : {}), madeAt: shown.plan.madeAt, reason: 'x' },
  });
}

describe('for any order of inputs', () => {
  it(
    `an open incident has one holder and a deadline, and no step is ordered without its warrant (${RUNS} runs)`,
    () => {
      let orders = 0;
      let closed = 0;
      const alone = { automaticSeen: 0, automaticRefused: 0 };
      let undone = 0;
      let reopened = 0;
      fc.assert(
        fc.property(begun, fc.array(agreeing, { maxLength: 60 }), (start, inputs) => {
          const world = BEGUN[start](new World());
          const used = new Map<string, string>();
          for (const one of inputs) {
            const before = world.events.length;
            feed(world, one, used);
            holds(world.incident, world.now);
            opensAgainWithHolderAndClock(world, world.events.slice(before));
            closesOverNothing(world.incident);
            closesAsNothingOverNothing(world.incident);
            viewOf(world.incident, GENESIS, world.now);
          }
          for (const type of world.types())
            if (Object.hasOwn(alone, type)) alone[type as keyof typeof alone] += 1;
          orders += world.types().filter((type) => type === 'ordered').length;
          if (world.incident.outcome !== 'open') closed += 1;
          reopened += world.types().filter((type) => type === 'reopened').length;
          undone += world.types().filter((type) => type === 'undone').length;
          expect(JSON.parse(JSON.stringify(world.incident)), 'plain JSON').toEqual(world.incident);
          expect(JSON.stringify(world.incident).length).toBeLessThan(256 * 1_024);
          expect(again(world.events), 'the state is what the events say').toEqual(world.incident);
        }),
        { numRuns: RUNS, examples: [['undoing', UNDONE]] },
      );
      expect(orders, 'the property would be empty without orders').toBeGreaterThan(RUNS / 10);
      expect(closed, 'and without closed ones').toBeGreaterThan(0);
      for (const count of Object.values(alone)) expect(count, JSON.stringify(alone)).toBeGreaterThan(0);
      expect(reopened, 'and without any that was opened again').toBeGreaterThan(0);
      expect(undone, 'and without any that was undone').toBeGreaterThan(0);
    },
    60_000 + RUNS * 5,
  );

  it(
    `severity drops only by two people's word, an acknowledged hold keeps its clock, and it can be closed (${RUNS} runs)`,
    () => {
      let lowered = 0;
      fc.assert(
        fc.property(begun, fc.array(agreeing, { maxLength: 40 }), (start, inputs) => {
          const world = BEGUN[start](new World());
          const used = new Map<string, string>();
          for (const one of inputs) {
            const before = world.incident;
            const seen = world.events.length;
            feed(world, one, used);
            const fresh = world.events.slice(seen);
            if (isLower(world.incident.level, before.level)) {
              lowered += 1;
              expect(twoAgreed(world, fresh), 'severity never drops silently').toBe(true);
            }
            const { hold, climb, paused, outcome } = world.incident;
            if (outcome === 'open' && climb === null && paused === null)
              expect((wanted(world.incident, world.now).deadline ?? '~') <= hold.actBy).toBe(true);
          }
          closeIt(world);
          expect(world.incident.outcome, 'from every open state a closed one can be reached').not.toBe(
            'open',
          );
          expect(again(world.events)).toEqual(world.incident);
        }),
        {
          numRuns: RUNS,
          examples: [
            ['opened', OVERDUE],
            ['lowering', [agreedTo('lower')]],
          ],
        },
      );
      expect(lowered, 'the property would be empty without it').toBeGreaterThan(0);
    },
    60_000 + RUNS * 5,
  );

  it(
    'every ladder reaches its fallback, and the last one is to keep and to tell again',
    () => {
      const rung = fc.record({
        after: fc.integer({ min: 1, max: 600 }),
        tell: fc.constantFrom('soc', 'identity'),
      });
      const fallbacks = fc.array(fc.constantFrom('platform', 'identity', 'soc'), { maxLength: 3 });
      const ladder = fc.record({ rungs: fc.array(rung, { minLength: 1, maxLength: 5 }), fallbacks });
      fc.assert(
        fc.property(ladder, fc.integer({ min: 1, max: 900 }), fc.boolean(), (shape, acknowledge, taken) => {
          const { triage } = rules().phases;
          const rungs = shape.rungs
            .toSorted((a, b) => a.after - b.after)
            .map(({ after, tell }) => ({ afterMs: after * 1_000, tell, person: null, rotation: null }));
          const fallback = [
            ...shape.fallbacks.map((to) => ({ do: 'hand-off' as const, to })),
            { do: 'hold' as const },
          ];
          const own = { ...triage, acknowledgeMs: acknowledge * 1_000 };
          own.ladder = { ...triage.ladder, rungs, fallback };
          const world = new World().look(rules({ phases: { ...rules().phases, triage: own } }));
          if (taken) world.say('acknowledge', 'sam', { body: { answer: 'accept' } });
          const held = () => world.events.some((one) => one.type === 'silence' && one.data.does === 'hold');
          for (let i = 0; i < 60 && !held(); i++) {
            world.deliver();
            world.next();
          }
          expect(held()).toBe(true);
          const told = world.events.length;
          world.deliver();
          world.next();
          expect(world.events.slice(told).some(({ type }) => type === 'rungTold')).toBe(true);
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 5,
  );

  it('the two approvals that are needed count in either order, whatever else comes between', () => {
    fc.assert(
      fc.property(
        fc.array(input, { maxLength: 8 }),
        fc.shuffledSubarray(['both', 'ida'], { minLength: 2 }),
        (between, voters) => {
          const three = { quorum: 3, parties: ['soc', 'identity'] };
          const world = new World().look(rules({ gates: { ...rules().gates, act: three } }));
          world.assess();
          const gate = world.gate('act');
          const plan = world.plan;
          const noise = between.filter(
            (one) => one.do === 'wait' || one.do === 'noise' || (one.do === 'say' && one.message === 'note'),
          );
          for (const person of voters) {
            for (const one of noise) if (one.do !== 'wait') feed(world, one, new Map());
            world.say('decide', person, { answers: gate, plan, body: { verdict: 'approve' } });
          }
          expect(world.incident.approved?.hash).toBe(plan);
        },
      ),
      { numRuns: Math.min(RUNS, 2_000) },
    );
  });

  it('every event fits the chain', () => {
    const world = new World().contained().recovered();
    let head = GENESIS;
    for (const one of world.events) {
      const line = chained(head, one.at, one);
      head = { seq: line.seq, hash: line.hash };
    }
    expect(head.seq).toBe(world.incident.seq);
  });

  it('an event that is not known throws', () => {
    const world = new World();
    expect(() => evolve(world.incident, { type: 'unheardOf', data: {} } as never, world.now)).toThrow(
      'unknown event',
    );
    expect(() => evolve(world.incident, event('opened', {} as never), world.now)).toThrow('opens once');
  });
});

/** Of two different people of the SOC, each proven. */
function twoAgreed(world: World, fresh: readonly IncidentEvent[]): boolean {
  const lowering = fresh.find((one) => one.type === 'lowered');
  if (lowering?.type !== 'lowered') return false;
  const gate = world.incident.gates.find(({ id }) => id === lowering.data.gate);
  const approvals = gate?.votes.filter(({ verdict }) => verdict === 'approve') ?? [];
  const people = new Set(approvals.map(({ person }) => person));
  const ofSoc = [...people].filter((person) => PEOPLE[person]?.parties.includes('soc'));
  return ofSoc.length >= (world.incident.drill ? 1 : 2);
}

/** What two people of the SOC can always do: they close it, as handled by hand where it is not done. */
function closeIt(world: World): void {
  for (let i = 0; i < 5 && world.incident.outcome === 'open'; i++) {
    while (world.effect('resolve') !== 'none')
      world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    // What may be on without people is looked for before it closes as nothing.
    if (world.effect('discover') !== 'none') world.found(offering);
    for (const person of ['sam', 'lee']) {
      if (world.gate('review') !== 'none') world.approve(person, 'review');
      const gate = world.gate('close');
      if (gate === 'none') world.say('close', person, { body: { reason: 'x' } });
      else world.approve(person, 'close');
    }
    if (world.incident.outcome === 'open') world.pass(3_600_000);
  }
}

function again(events: readonly (IncidentEvent & { at: string })[]): Incident {
  const [first, ...rest] = events;
  if (first?.type !== 'opened') throw new Error('the first event opens');
  return rest.reduce((incident, one) => evolve(incident, one, one.at), opened(first.data, first.at));
}
