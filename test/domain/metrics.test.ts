// Custody metrics from records: one incident's, many together, and what is not counted because it has not happened.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { event, type IncidentEvent } from '../../domain/incident/event.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';
import { distributionOf } from '../../domain/record/distribution.ts';
import { metricsOfMany, NO_CLASS } from '../../domain/record/metrics-of-many.ts';
import { metricsOf } from '../../domain/record/metrics.ts';
import { observedIn } from '../../domain/record/observed.ts';
import { plus } from '../../domain/instant/instant.ts';
import {
  detection,
  discovery,
  HOUR,
  MINUTE,
  offering,
  RUN,
  rules,
  START,
  WORKFLOW,
  World,
} from './incident/world.ts';
import { carried, recordOf } from './standards-courses.ts';

/** The record of a world, with what else happened at its end. */
const withMore = (world: World, ...more: IncidentEvent[]) =>
  recordOf({ events: [...world.events, ...more.map((one) => ({ ...one, at: world.now }))] });

const SAID = { person: 'sam', assurance: 'signed', saying: null, jti: 'x'.repeat(16), exp: 1 } as const;
const followUps = (...ids: string[]) =>
  event('followUpsFound', {
    followUps: ids.map((id) => ({ id, kind: 'other', says: id, party: 'soc', due: START })),
    said: null,
  });
const ended = (id: string, as: 'done' | 'ticketed' | 'waived' | 'void') =>
  event('followUpEnded', { id, as, ticket: null, reason: 'x', person: 'sam', said: null });
const lowered = (mode: 'observe' | null) =>
  event('lowered', { level: null, facts: [], mode, gate: 'lower-1' });

/** Everything that is counted beside the times, some of it twice. */
const eventful = (world: World) =>
  withMore(
    world,
    event('reminded', { to: 'identity', person: null, due: START, times: 1 }),
    event('reminded', { to: 'identity', person: null, due: START, times: 2 }),
    event('inwardTold', { to: 'soc', due: START, times: 1 }),
    event('planChanged', { plan: 'a', suspects: [], why: 'x' }),
    event('planLapsed', { plan: 'a', due: START }),
    event('deadlineCame', { steps: ['s1', 's2'], due: START }),
    event('stepOverdue', { step: 's1', due: START }),
    followUps('follow-up-1', 'follow-up-2', 'follow-up-3'),
    followUps('follow-up-4', 'follow-up-5'),
    event('followUpDue', { id: 'follow-up-1', due: START, next: START }),
    event('followUpDue', { id: 'follow-up-1', due: START, next: START }),
    ended('follow-up-1', 'done'),
    ended('follow-up-2', 'ticketed'),
    ended('follow-up-3', 'waived'),
    ended('follow-up-4', 'void'),
    event('paused', { until: START }),
    lowered(null),
  );

const ofWorld = (world: Pick<World, 'events'>) => metricsOf(recordOf(world));

describe('one incident', () => {
  test('the whole way: times, holders, hand-offs, votes', () => {
    const world = new World();
    world.look();
    world.pass(2 * MINUTE);
    world.assess();
    world.pass(MINUTE);
    world.approve();
    for (let step = 0; step < 3; step++) world.applied();
    world.seenTwice();
    world.pass(MINUTE);
    world.recovered();
    const metrics = ofWorld(world);
    const at = (ms: number) => plus(START, ms);
    expect(metrics).toMatchObject({
      incident: WORKFLOW,
      firstRun: RUN,
      class: 'ci-cd',
      mode: 'ask',
      drill: false,
      outcome: 'open',
      openedAt: START,
      acknowledged: { at: at(2 * MINUTE), afterMs: 2 * MINUTE, holder: 'soc' },
      contained: { at: at(3 * MINUTE + 10_000), afterMs: 3 * MINUTE + 10_000, holder: 'identity' },
      recovered: { afterMs: 4 * MINUTE + 30_000, holder: 'service-owner' },
      lateRungs: 0,
      refusals: {},
      undone: [],
    });
    expect(metrics.reopened).toEqual([]);
    expect(metrics.interruptedSeconds).toBe(80);
    expect(metricsOfMany([metrics]).all.interrupt).toMatchObject({ count: 1, medianMs: 80_000 });
    expect(metrics).not.toHaveProperty('closed');
    expect(metrics).not.toHaveProperty('closedAs');
    expect(metrics.holds).toMatchObject([
      {
        hold: 'hold-1',
        party: 'soc',
        person: 'sam',
        since: START,
        acknowledgedAt: at(2 * MINUTE),
        heldMs: 3 * MINUTE,
      },
      {
        party: 'identity',
        person: 'ida',
        since: at(3 * MINUTE),
        until: at(4 * MINUTE + 30_000),
        heldMs: 90_000,
      },
      { party: 'service-owner', person: 'olga', since: at(4 * MINUTE + 30_000) },
    ]);
    expect(metrics.holds.at(-1)).not.toHaveProperty('until');
    expect(metrics.handOffs).toMatchObject([
      { from: 'soc', to: 'identity', by: 'rule', answer: 'accepted', person: 'ida', afterMs: MINUTE },
      { from: 'identity', to: 'service-owner', answer: 'accepted', person: 'olga', afterMs: MINUTE + 20_000 },
      { from: 'service-owner', to: 'identity' },
    ]);
    expect(metrics.handOffs.at(-1)).not.toHaveProperty('answer');
    expect(metrics.votes).toMatchObject([
      { name: 'risk', person: 'sam', parties: ['soc'], verdict: 'approve', afterMs: 2 * MINUTE },
      { name: 'act', person: 'ida', parties: ['identity'], verdict: 'approve', afterMs: MINUTE },
    ]);
  });

  test('what was put on without people: after how long, how often, and what was left to people', () => {
    const world = new World();
    world.look(rules({ mode: 'auto' }), offering);
    world.pass(MINUTE);
    world.applied({ strangers: 'aws/1/iam-user/a aws/1/iam-user/b' });
    world.seenTwice();
    const metrics = ofWorld(world);
    expect(metrics.withoutPeople).toEqual({
      seen: { at: plus(START, MINUTE + 10_000), afterMs: MINUTE + 10_000, holder: 'soc' },
      begun: { class: 1, silence: 0 },
      refused: {},
      withdrawn: 0,
      strangers: 2,
    });
    expect(metrics).toMatchObject({ mode: 'auto' });
    expect(metrics).not.toHaveProperty('contained');
    const refused = new World().look(rules({ mode: 'auto' }), offering);
    refused.do({
      type: 'failed',
      effect: refused.effect('apply'),
      sort: 'refused',
      reason: 'x (budgetIsLeft)',
    });
    const other = ofWorld(refused);
    expect(other.withoutPeople).toMatchObject({ refused: { budgetIsLeft: 1 } });
    expect(other.withoutPeople).not.toHaveProperty('seen');
    expect(metricsOfMany([metrics, other]).all).toMatchObject({
      withoutPeople: { count: 1, medianMs: MINUTE + 10_000 },
      leftToPeople: { budgetIsLeft: 1 },
    });
  });

  test('what had been seen dead and was back: when, and what was seen', () => {
    const world = new World().contained();
    const { contained } = ofWorld(world);
    world.pass(4 * HOUR);
    world.watch(['s3']);
    const metrics = ofWorld(world);
    expect(metrics.reopened).toEqual([{ at: world.now, steps: ['s3'], saw: 'it is Active again' }]);
    expect(metrics.contained, 'the first time counts').toEqual(contained);
    expect(metricsOfMany([metrics, metrics]).all.reopened).toBe(2);
  });

  test('holds follow each other without a gap, to the close', () => {
    const { holds, openedAt, closed, outcome, closedAs } = ofWorld(carried());
    expect({ outcome, closedAs }).toEqual({ outcome: 'closed', closedAs: 'resolved' });
    expect(holds.map(({ since }) => since)).toEqual([
      openedAt,
      ...holds.slice(0, -1).map(({ until }) => until),
    ]);
    expect(holds.at(-1)?.until).toBe(closed?.at);
    expect(holds.reduce((sum, { heldMs }) => sum + (heldMs ?? 0), 0)).toBe(closed?.afterMs);
  });

  test('silence: rungs, a hand-off that expires, and nothing that has not happened', () => {
    const world = new World();
    world.look();
    world.deliver();
    for (let moment = 0; moment < 6; moment++) {
      world.next();
      world.deliver();
    }
    const metrics = ofWorld(world);
    expect(metrics.escalations.slice(0, 3)).toEqual([
      {
        at: plus(START, 3 * MINUTE),
        due: plus(START, 3 * MINUTE),
        what: 'rung',
        to: 'soc',
        person: null,
        late: false,
      },
      {
        at: plus(START, 6 * MINUTE),
        due: plus(START, 6 * MINUTE),
        what: 'rung',
        to: 'soc',
        person: null,
        late: false,
      },
      {
        at: plus(START, 10 * MINUTE),
        due: plus(START, 10 * MINUTE),
        what: 'silence',
        to: 'platform',
        person: null,
        late: false,
      },
    ]);
    expect(metrics.handOffs).toMatchObject([
      { from: 'soc', to: 'platform', by: 'silence', answer: 'expired', afterMs: 10 * MINUTE },
    ]);
    for (const never of ['acknowledged', 'contained', 'recovered', 'closed'])
      expect(metrics).not.toHaveProperty(never);
    expect(metrics.holds).toEqual([{ hold: 'hold-1', party: 'soc', since: START }]);
  });

  test('a rung that is told late, refusals by code, and what was undone', () => {
    const world = new World();
    world.look();
    world.next(10 * MINUTE);
    world.say('assess', 'sam', {
      body: { verdict: 'incident', impact: 'none', reason: 'x' },
      proofFails: true,
    });
    world.say('assess', 'sam', {
      body: { verdict: 'incident', impact: 'none', reason: 'x' },
      proofFails: true,
    });
    world.assess();
    world.approve();
    for (let step = 0; step < 3; step++) world.applied();
    world.seen();
    world.pass(10_000);
    world.seen(['s2']);
    const metrics = ofWorld(world);
    expect(metrics.lateRungs).toBe(1);
    expect(metrics.refusals).toEqual({ badProof: 2 });
    expect(metrics.undone).toEqual([
      { at: world.now, step: 's2', does: 'aws/no-sessions', party: 'identity' },
    ]);
  });

  test('a declined hand-off stays with the giver', () => {
    const world = new World().look();
    world.assess();
    const hold = world.incident.offer?.id ?? 'none';
    world.pass(MINUTE);
    world.say('acknowledge', 'ida', { answers: hold, body: { answer: 'decline', reason: 'not ours' } });
    const { handOffs, holds } = ofWorld(world);
    expect(handOffs[0]).toMatchObject({ answer: 'declined', person: 'ida', afterMs: MINUTE });
    expect(holds.map(({ party }) => party)).toEqual(['soc']);
  });

  test.each(['A drill takes no step.', 'Observed: this class takes no step yet.'])(
    'what went on without an act is no containment: %s',
    (why) => {
      const world = new World().look();
      world.assess();
      world.approve();
      const { contained, recovered } = ofWorld({
        events: [
          ...world.events,
          { ...event('stepSkipped', { step: 's1', why }), at: world.now },
          { ...event('contained', {}), at: world.now },
          { ...event('recovered', {}), at: world.now },
        ],
      });
      expect({ contained, recovered }).toEqual({ contained: undefined, recovered: undefined });
    },
  );

  test('when a drill becomes real, everything is counted from there', () => {
    const world = new World(detection({ isSample: true }));
    world.look();
    world.assess();
    world.pass(30 * MINUTE);
    world.do({ type: 'detect', detections: [detection({ sourceId: 'real' })] });
    const real = world.now;
    world.look();
    expect(ofWorld(world)).toMatchObject({ drill: false, openedAt: START, countedFrom: real });
    expect(ofWorld(world)).not.toHaveProperty('acknowledged');
    world.now = plus(world.now, 2 * MINUTE);
    world.assess();
    expect(ofWorld(world).acknowledged).toEqual({ at: world.now, afterMs: 2 * MINUTE, holder: 'soc' });
  });

  test('a record of a released version says no mode; lines of a later one are passed over', () => {
    const earlier: Partial<ReturnType<typeof rules>> = rules();
    delete earlier.mode;
    const events = recordOf(new World().look());
    const older = events.map((one) =>
      one.type === 'rulesResolved' ? { ...one, data: { rules: earlier } } : one,
    );
    const newer = { ...(events[0] as RecordedEvent), seq: 99, type: 'constructor', data: {} };
    expect(metricsOf([...older, newer])).not.toHaveProperty('mode');
    expect(metricsOf(older).class).toBe('ci-cd');
  });

  test('reminders, plans asked about again, hard deadlines, what was left to do, and what was weakened', () => {
    const quiet = ofWorld(new World());
    expect(quiet).toMatchObject({
      reminders: [],
      changedPlans: 0,
      lapsedPlans: 0,
      hardDeadlines: 0,
      lateSteps: 0,
      followUps: { found: 0, late: 0, ended: { done: 0, ticketed: 0, waived: 0, void: 0 } },
      weakened: { paused: 0, lowered: 0, waived: 0, takenBack: 0, glassBroken: 0 },
    });
    const metrics = metricsOf(eventful(new World()));
    expect(metrics).toMatchObject({
      changedPlans: 1,
      lapsedPlans: 1,
      hardDeadlines: 1,
      lateSteps: 1,
      followUps: { found: 5, late: 1, ended: { done: 1, ticketed: 1, waived: 1, void: 1 } },
      weakened: { paused: 1, lowered: 1, waived: 1, takenBack: 0, glassBroken: 0 },
    });
    expect(metrics.reminders.map(({ what, to }) => [what, to])).toEqual([
      ['holder', 'identity'],
      ['holder', 'identity'],
      ['outcome', 'soc'],
    ]);
  });

  test('the mode: what two people lowered stands until a newer runbook; nothing else ends acting', () => {
    const resolved = (mode: 'ask' | 'observe') =>
      event('rulesResolved', { rules: rules({ mode }), known: 'x' });
    const adopted = event('adopted', { ...SAID, runbook: 'a'.repeat(64), reason: 'x' });
    const failed = event('rulesFailed', { reason: 'another one', again: START });
    const mode = (...more: IncidentEvent[]) => metricsOf(withMore(new World(), ...more)).mode;
    expect(mode(resolved('ask'), resolved('observe'))).toBe('ask');
    expect(mode(resolved('observe'), resolved('ask'))).toBe('ask');
    expect(mode(resolved('ask'), lowered('observe'))).toBe('observe');
    expect(mode(resolved('ask'), lowered(null))).toBe('ask');
    expect(mode(resolved('ask'), lowered('observe'), resolved('ask'))).toBe('observe');
    expect(mode(resolved('ask'), lowered('observe'), adopted, resolved('ask'))).toBe('ask');
    expect(mode(resolved('ask'), lowered('observe'), adopted, failed, resolved('ask'))).toBe('observe');
  });

  test('what does not begin with its opening is no record', () => {
    expect(() => metricsOf([])).toThrow(RangeError);
    expect(() => metricsOf(recordOf(new World()).slice(1))).toThrow('begins with the opening');
  });
});

describe('nearest rank', () => {
  test.each([
    [[], undefined],
    [[7], { count: 1, medianMs: 7, p90Ms: 7 }],
    [[40, 10, 30, 20], { count: 4, medianMs: 20, p90Ms: 40 }],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { count: 10, medianMs: 5, p90Ms: 9 }],
    [[9, 100, 10], { count: 3, medianMs: 10, p90Ms: 100 }],
  ])('%j', (durations, expected) => expect(distributionOf(durations)).toEqual(expected));

  test('each was measured, and at least so many are not above it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 60 }), (durations) => {
        const found = distributionOf(durations);
        for (const [value, share] of [
          [found?.medianMs ?? -1, 0.5],
          [found?.p90Ms ?? -1, 0.9],
        ] as const) {
          expect(durations).toContain(value);
          const notAbove = durations.filter((one) => one <= value).length;
          const below = durations.filter((one) => one < value).length;
          expect(notAbove / durations.length).toBeGreaterThanOrEqual(share);
          expect(below / durations.length).toBeLessThan(share);
        }
      }),
    );
  });
});

describe('many together', () => {
  const taken = (minutes: number, change: Parameters<typeof rules>[0] = {}) => {
    const world = new World().look(rules(change));
    world.now = plus(world.now, minutes * MINUTE);
    world.assess();
    return ofWorld(world);
  };

  test('by class and by party', () => {
    const many = metricsOfMany([
      taken(1),
      taken(2),
      taken(4),
      taken(7, { class: 'privileged' }),
      ofWorld(new World()),
      ofWorld(carried()),
    ]);
    expect(many).toMatchObject({ records: 6, counted: 6, leftOut: { drills: 0, forwarded: 0 } });
    expect(Object.keys(many.byClass)).toEqual([NO_CLASS, 'ci-cd', 'privileged']);
    expect(many.byClass['ci-cd']).toMatchObject({
      incidents: 4,
      acknowledge: { count: 4, medianMs: MINUTE, p90Ms: 4 * MINUTE },
      close: { count: 1 },
      closedAs: { resolved: 1 },
    });
    expect(many.byClass.privileged).not.toHaveProperty('contain');
    expect(many.byClass[NO_CLASS]).not.toHaveProperty('acknowledge');
    expect(many.all.acknowledge).toEqual({ count: 5, medianMs: 2 * MINUTE, p90Ms: 7 * MINUTE });
    expect(many.byParty.soc?.take?.count).toBe(5);
    expect(many.byParty.identity).toMatchObject({ take: { count: 2 }, contain: { count: 1 } });
    expect(many.byParty['service-owner']?.recover?.count).toBe(1);
    expect(many.byParty.soc).not.toHaveProperty('contain');
  });

  test('drills and forwarded records are named and not counted', () => {
    const drill = ofWorld(new World(detection({ isSample: true })).look());
    const gone = ofWorld({
      events: [
        ...new World().events,
        {
          ...event('forwarded', { to: { provider: 'aws', account: null, kind: 'x', reference: 'y' } }),
          at: START,
        },
      ],
    });
    expect(metricsOfMany([drill, gone, taken(1)])).toMatchObject({
      records: 3,
      counted: 1,
      leftOut: { drills: 1, forwarded: 1 },
      all: { incidents: 1 },
    });
    expect(metricsOfMany([])).toMatchObject({ records: 0, byClass: {}, byParty: {} });
  });

  test('what else happened is summed, and reminders are counted by party', () => {
    const many = metricsOfMany([
      metricsOf(eventful(new World())),
      metricsOf(eventful(new World())),
      taken(1),
    ]);
    expect(many.all).toMatchObject({
      reminders: 6,
      changedPlans: 2,
      lapsedPlans: 2,
      hardDeadlines: 2,
      lateSteps: 2,
      followUps: { found: 10, late: 2, ended: { done: 2, ticketed: 2, waived: 2, void: 2 } },
      weakened: { paused: 2, lowered: 2, waived: 2, takenBack: 0, glassBroken: 0 },
    });
    expect(many.byClass['ci-cd']).toMatchObject({ reminders: 0, followUps: { found: 0 } });
    expect(many.byParty.identity?.reminded).toBe(4);
    expect(many.byParty.soc?.reminded).toBe(2);
  });

  test('names from outside are names: also those of an object', () => {
    const many = metricsOfMany([taken(1, { class: '__proto__' }), taken(2, { class: 'constructor' })]);
    expect(Object.keys(many.byClass)).toEqual(['__proto__', 'constructor']);
  });
});

describe('observe mode', () => {
  const observing = (mode: 'observe' | 'ask' = 'observe', change: Partial<typeof discovery> = {}) => {
    const world = new World().look(rules({ mode }), { ...discovery, ...change });
    world.assess();
    return world;
  };

  test('an incident that acts is not observed', () => {
    expect(observedIn(recordOf(observing('ask')))).toBeNull();
    expect(observedIn(recordOf(carried()))).toBeNull();
    expect(() => observedIn([])).toThrow(RangeError);
  });

  test('steps, deadlines, approvals, concerns and notices, before anybody approved', () => {
    const world = observing('observe', { concerns: ['The executor may not attach the policy.'] });
    world.deliver();
    const observed = observedIn(recordOf(world));
    expect(observed).toMatchObject({ incident: WORKFLOW, class: 'ci-cd', approved: null, closedAs: null });
    expect(observed?.plans.map(({ strategy, steps }) => [strategy, steps.map(({ kind }) => kind)])).toEqual([
      ['cut', discovery.proposals.cut?.map(({ kind }) => kind)],
    ]);
    expect(observed?.plans[0]?.steps[0]).toMatchObject({
      executor: 'identity-aws',
      party: 'identity',
      verb: 'apply',
    });
    expect(observed?.plans[0]?.steps[0]).not.toHaveProperty('skippedAt');
    expect(observed?.concerns).toContain('The executor may not attach the policy.');
    expect(observed?.deadlines).toEqual([
      {
        phase: 'triage',
        party: 'soc',
        since: START,
        acknowledgeBy: plus(START, 10 * MINUTE),
        actBy: plus(START, HOUR),
      },
      {
        phase: 'containment',
        party: 'identity',
        since: START,
        acknowledgeBy: plus(START, 10 * MINUTE),
        actBy: plus(START, HOUR),
      },
    ]);
    expect(observed?.gates.map(({ name, answered, parties }) => [name, answered, parties])).toEqual([
      ['risk', 'met', ['soc']],
      ['act', 'open', ['soc', 'identity']],
      ['irreversible', 'notAsked', ['identity']],
      ['close', 'notAsked', ['soc']],
    ]);
    expect(observed?.notices.length).toBeGreaterThan(1);
    expect(observed?.notices.every(({ delivered }) => delivered !== undefined)).toBe(true);
  });

  test('an approved plan: when the turn of each step came, and why it was left out', () => {
    const world = observing();
    world.approve();
    const why = 'Observed: this class takes no step yet.';
    const events = recordOf({
      events: [
        ...world.events.filter(({ type }) => type !== 'stepSkipped'),
        { ...event('stepSkipped', { step: 's1', why }), at: plus(START, MINUTE) },
      ],
    });
    const observed = observedIn(events);
    expect(observed?.approved?.steps[0]).toMatchObject({ id: 's1', skippedAt: plus(START, MINUTE), why });
    expect(observed?.gates.find(({ name }) => name === 'act')).toMatchObject({
      answered: 'met',
      votes: [
        { person: 'sam', verdict: 'approve' },
        { person: 'ida', verdict: 'approve' },
      ],
    });
  });

  test('deadlines by calendars and rotations stand over plain arithmetic', () => {
    const instants = {
      acknowledgeBy: plus(START, HOUR),
      actBy: plus(START, 9 * HOUR),
      rungs: [],
      repeat: null,
    };
    const world = observing();
    const set = { ...event('timetableSet', { clock: 'hold-1', instants }), at: START };
    const observed = observedIn(recordOf({ events: [...world.events, set] }));
    expect(observed?.deadlines.at(-1)).toMatchObject({
      phase: 'containment',
      acknowledgeBy: plus(START, HOUR),
    });
    expect(observed?.deadlines.at(-1)?.actBy).toBe(plus(START, 9 * HOUR));
    expect(observed?.deadlines[0]?.actBy).toBe(plus(START, HOUR));
  });

  test('which permissions were missing, of whom, and of which step: the last word of each', () => {
    const proposals = {
      cut: (discovery.proposals.cut ?? []).map((one) => ({ ...one, permissions: ['x:Read', one.kind] })),
    };
    const world = observing('observe', { proposals });
    const said = (executor: string, missing: string[], unknown: string | null = null) =>
      event('preflighted', { executor, missing, unknown });
    const observed = observedIn(
      withMore(
        world,
        said('identity-aws', ['x:Read', 'aws/quarantine']),
        said('owner-aws', [], 'nobody is working there'),
        said('identity-aws', ['aws/quarantine']),
      ),
    );
    expect(observed?.permissions).toEqual([
      { executor: 'owner-aws', at: world.now, missing: [], unknown: 'nobody is working there' },
      { executor: 'identity-aws', at: world.now, missing: ['aws/quarantine'], unknown: null },
    ]);
    const steps = observed?.plans[0]?.steps ?? [];
    expect(steps.filter(({ kind }) => kind === 'aws/quarantine').map(({ missing }) => missing)).toEqual([
      ['aws/quarantine'],
      ['aws/quarantine'],
    ]);
    expect(steps.filter(({ kind }) => kind !== 'aws/quarantine').flatMap(({ missing }) => missing)).toEqual(
      [],
    );
    const again = world.events.find(({ type }) => type === 'plansMade');
    if (again === undefined) throw new Error('plans were made');
    expect(observedIn(withMore(world, said('identity-aws', ['x:Read']), again))?.permissions).toEqual([]);
  });

  test('by when each step would have had to be done: from its turn, and never after it may be done', () => {
    const world = observing();
    const before = observedIn(recordOf(world))?.plans[0]?.steps ?? [];
    const containing = before.filter(({ phase }) => phase === 'containment');
    expect(containing.map(({ doneBy }) => doneBy)).toEqual(containing.map(() => plus(START, HOUR)));
    // Their phases have not begun.
    expect(before.filter(({ phase, doneBy }) => phase !== 'containment' && doneBy !== undefined)).toEqual([]);
    world.approve();
    const events = world.events.filter(({ type }) => type !== 'stepSkipped');
    const skipped = {
      ...event('stepSkipped', { step: 's1', why: 'Observed.' }),
      at: plus(START, 7 * MINUTE),
    };
    const after = observedIn(recordOf({ events: [...events, skipped] }));
    expect(after?.approved?.steps[0]?.doneBy).toBe(plus(START, HOUR + 7 * MINUTE));
    const late = { ...skipped, at: plus(START, 24 * HOUR - MINUTE) };
    const bounded = observedIn(recordOf({ events: [...events, late] }))?.approved?.steps[0];
    expect(bounded?.doneBy).toBe(bounded?.notAfter);
  });

  test('a plan that changed after its approval is approved no more', () => {
    const world = observing();
    world.approve();
    const plan = world.events.find(({ type }) => type === 'planApproved')?.data as { plan: string };
    const events = world.events.filter(({ type }) => type !== 'stepSkipped');
    const changed = {
      ...event('planChanged', { ...plan, suspects: [], why: 'a new way in' }),
      at: world.now,
    };
    expect(observedIn(recordOf({ events }))?.approved?.hash).toBe(plan.plan);
    expect(observedIn(recordOf({ events: [...events, changed] }))?.approved).toBeNull();
  });

  test('an incident that two people made to observe is observed', () => {
    const world = observing('ask');
    expect(observedIn(withMore(world, lowered(null)))).toBeNull();
    expect(observedIn(withMore(world, lowered('observe')))).not.toBeNull();
  });

  test('it is known by its steps, where the rules say no mode; and is over when the rules say so', () => {
    const world = observing('ask');
    world.approve();
    const skipped = { ...event('stepSkipped', { step: 's1', why: 'Observed: no step.' }), at: START };
    expect(observedIn(recordOf({ events: [...world.events, skipped] }))).not.toBeNull();
    const left = { ...event('stepSkipped', { step: 's1', why: 'A drill takes no step.' }), at: START };
    expect(observedIn(recordOf({ events: [...world.events, left] }))).toBeNull();
  });
});
