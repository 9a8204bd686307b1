// The rules follow what is known, and the clocks follow the rules: severity, facts, a newer runbook, calendars, a pause.
import { describe, expect, it } from 'vitest';
import { clockOf } from '../../../domain/incident/incident.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { detection, discovery, HOUR, MINUTE, rules, START, World } from './world.ts';

const at = (ms: number) => plus(START, ms);

const triage = (change: Partial<Rules['phases']['triage']>): Rules =>
  rules({ phases: { ...rules().phases, triage: { ...rules().phases.triage, ...change } } });

/** The rules are resolved anew. */
const resolve = (world: World, known: Rules) =>
  world.do({ type: 'resolved', effect: world.effect('resolve'), rules: known });

describe('a change of severity', () => {
  it('resolves the rules anew, and counts the new clocks from the same start', () => {
    const world = new World().look();
    world.pass(MINUTE);
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    expect(wanted(world.incident, world.now).effects.find((one) => one.type === 'resolve')).toMatchObject({
      runbook: 'a'.repeat(64),
      adopt: null,
    });
    resolve(world, triage({ acknowledgeMs: 5 * MINUTE, actMs: 20 * MINUTE }));
    expect(world.incident.hold).toMatchObject({ acknowledgeBy: at(5 * MINUTE), actBy: at(20 * MINUTE) });
    expect(world.incident.climb?.endsAt).toBe(at(5 * MINUTE));
    expect(world.effect('resolve'), 'once').toBe('none');
  });

  it('whose new deadline has passed already: people are told again before anything else', () => {
    const world = new World().look();
    world.say('acknowledge', 'sam', { answers: 'hold-1', body: { answer: 'accept' } });
    world.deliver();
    world.pass(40 * MINUTE);
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    resolve(world, triage({ actMs: 20 * MINUTE }));
    world.do({ type: 'tick' });
    expect(world.incident.climb).toMatchObject({ reason: 'noProgress', startedAt: world.now });
  });
});

describe('classification', () => {
  it('by the cloud comes before the plan, which names the class', () => {
    const world = new World();
    resolve(world, rules());
    world.found({
      ...discovery,
      facts: [{ fact: 'privileged', value: true, evidence: 'AdministratorAccess' }],
    });
    expect(world.plan, 'no plan of a class that may be wrong').toBeNull();
    resolve(world, rules({ class: 'privileged' }));
    expect(world.incident.plans[0]?.plan.class).toBe('privileged');
  });

  it('by the SOC is a recorded event, and lapses what was asked about the old class', () => {
    const world = new World().look();
    const body = {
      verdict: 'incident',
      impact: 'confirmed',
      strategy: 'cut',
      reason: 'x',
      facts: { thirdParty: true },
    };
    world.assess('sam', { body });
    expect(world.gate('act')).not.toBe('none');
    resolve(world, rules({ class: 'third-party' }));
    expect(world.gate('act')).toBe('none');
    expect(world.incident.phase).toBe('triage');
    expect(world.incident.facts).toContainEqual({
      fact: 'thirdParty',
      value: true,
      evidence: 'assessed by sam',
    });
  });

  it('of every alert that joins counts, and only what is new', () => {
    const world = new World().look();
    const fact = { fact: 'privileged' as const, value: true, evidence: '$.detail' };
    for (const sourceId of ['b', 'c'])
      world.do({ type: 'detect', detections: [detection({ sourceId, classification: [fact] })] });
    expect(world.incident.facts).toEqual([fact]);
    expect(world.effect('resolve')).not.toBe('none');
  });
});

describe('a newer runbook', () => {
  const newer = 'b'.repeat(64);

  it('is adopted by a recorded event: new rules, new plan, asked again', () => {
    const world = new World().look();
    const before = world.plan;
    expect(world.say('adopt', 'sam', { body: { runbook: newer, reason: 'mended' } })).toMatchObject({
      accepted: true,
    });
    expect(wanted(world.incident, world.now).effects.find((one) => one.type === 'resolve')).toMatchObject({
      adopt: newer,
    });
    resolve(world, rules({ runbook: newer }));
    expect(world.incident.rules?.runbook).toBe(newer);
    expect(world.plan).not.toBe(before);
    expect(world.effect('resolve')).toBe('none');
    expect(world.say('adopt', 'sam', { body: { runbook: newer, reason: 'again' } })).toMatchObject({
      code: 'notNow',
    });
  });

  it('that is not the newest is given up, and people are told; the old one stays', () => {
    const world = new World().look();
    world.say('adopt', 'sam', { body: { runbook: newer, reason: 'x' } });
    world.do({
      type: 'failed',
      effect: world.effect('resolve'),
      sort: 'impossible',
      reason: 'The newest is another.',
    });
    expect(world.incident).toMatchObject({ adopting: null, rules: { runbook: 'a'.repeat(64) } });
    expect(world.incident.notices.at(-1)?.says).toContain('The newest is another.');
    expect(world.effect('resolve')).toBe('none');
  });

  it('leaves a plan that is approved as it is', () => {
    const world = new World().look();
    world.assess();
    world.approve();
    const approved = world.incident.approved?.hash;
    world.say('adopt', 'ida', { body: { runbook: newer, reason: 'x' } });
    resolve(world, rules({ runbook: newer }));
    expect(world.incident.approved?.hash).toBe(approved);
  });
});

describe('calendars and rotations', () => {
  const timed = triage({ calendar: 'office' });
  const instants = {
    acknowledgeBy: at(7 * HOUR),
    actBy: at(9 * HOUR),
    rungs: [
      { at: at(6 * HOUR), tell: 'soc', person: 'lee' },
      { at: at(6.5 * HOUR), tell: 'soc', person: null },
    ],
    repeat: { at: at(8 * HOUR), tell: 'soc', person: 'lee' },
  };

  it('the plain clock stands until they are worked out, then theirs does', () => {
    const world = new World().look(timed);
    expect(world.deadline, 'the stricter one meanwhile').toBe(at(3 * MINUTE));
    expect(wanted(world.incident, world.now).effects.find((one) => one.type === 'timetable')).toMatchObject({
      since: START,
      runbook: 'a'.repeat(64),
    });
    world.do({ type: 'timed', effect: world.effect('timetable'), instants });
    expect(world.effect('timetable')).toBe('none');
    expect(world.incident.hold).toMatchObject({ acknowledgeBy: at(7 * HOUR), actBy: at(9 * HOUR) });
    world.deliver();
    expect(world.next()).toBe(at(6 * HOUR));
    expect(world.events.at(-2)).toMatchObject({
      type: 'rungTold',
      data: { to: 'soc', person: 'lee', due: at(6 * HOUR), late: false },
    });
    world.deliver();
    expect(world.next()).toBe(at(6.5 * HOUR));
    world.deliver();
    expect(world.next()).toBe(at(7 * HOUR));
    expect(world.types()).toContain('silence');
  });

  it('that cannot be worked out leave the plain clock, which is the stricter', () => {
    const world = new World().look(timed);
    world.do({ type: 'failed', effect: world.effect('timetable'), sort: 'retry', reason: 'no such zone' });
    expect(world.effect('timetable')).toBe('none');
    expect(world.deadline).toBe(at(3 * MINUTE));
    expect(world.types()).toContain('timetableFailed');
  });

  it('are asked again for every new clock, and not for the same one', () => {
    const world = new World().look(timed);
    const first = clockOf(world.incident);
    world.do({ type: 'timed', effect: world.effect('timetable'), instants });
    world.say('acknowledge', 'sam', { answers: 'hold-1', body: { answer: 'accept' } });
    expect(clockOf(world.incident)).toBe(first);
    world.say('handOff', 'sam', { body: { to: 'platform', reason: 'theirs' } });
    expect(clockOf(world.incident)).not.toBe(first);
    expect(world.effect('timetable')).not.toBe('none');
  });
});

describe('a pause', () => {
  const until = at(2 * HOUR);
  const ask = (world: World, person = 'sam', end = until) =>
    world.say('pause', person, { body: { until: end, reason: 'the owner lands at five' } });

  it('needs a second person, stands the clocks, and lets them go on where they stood', () => {
    const world = new World().look();
    world.next();
    world.deliver();
    expect(ask(world)).toMatchObject({ accepted: true });
    expect(world.incident.paused).toBeNull();
    expect(world.approve('sam', 'pause')).toMatchObject({ code: 'alreadyAnswered' });
    world.approve('lee', 'pause');
    expect(world.incident.paused).toMatchObject({ until });
    world.deliver();
    expect(world.deadline).toBe(until);
    expect(viewOf(world.incident, GENESIS, world.now)).toMatchObject({
      paused: { until },
      due: { at: until, then: 'the clocks run again' },
    });
    const stood = world.now;
    const before = world.incident.hold.actBy;
    world.next();
    expect(world.types()).toContain('resumed');
    expect(Date.parse(world.incident.hold.actBy) - Date.parse(before)).toBe(
      Date.parse(until) - Date.parse(stood),
    );
    expect(world.deadline, 'asking for it was an acknowledgement').toBe(world.incident.hold.actBy);
  });

  it.each([
    ['in the past', at(-1)],
    ['longer than the runbook allows', at(5 * HOUR)],
  ])('%s is refused', (_, end) => {
    expect(ask(new World().look(), 'sam', end)).toMatchObject({ code: 'notNow' });
  });

  it('does not hold up what is under way, and ends when the phase does', () => {
    const world = new World().look();
    world.assess();
    ask(world);
    world.approve('lee', 'pause');
    expect(world.incident.paused).not.toBeNull();
    world.approve('ida');
    expect(world.incident.paused, 'who takes it begins a clock of their own').toBeNull();
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    expect(world.incident.phase).toBe('recovery');
  });

  it('that is declined changes nothing', () => {
    const world = new World().look();
    ask(world);
    world.approve('lee', 'pause', { body: { verdict: 'reject', reason: 'no' } });
    expect(world.incident.paused).toBeNull();
    expect(world.deadline).toBe(at(HOUR));
  });
});

describe('a class in observe mode', () => {
  it('is never what an incident that acts falls back to: not by a fact, not by a newer runbook, not once it is approved', () => {
    const world = new World().look();
    world.say('adopt', 'sam', { body: { runbook: 'b'.repeat(64), reason: 'x' } });
    resolve(world, rules({ runbook: 'b'.repeat(64), mode: 'observe' }));
    expect(world.incident.plans[0]?.plan.mode).toBe('ask');
    world.assess();
    world.approve();
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    resolve(world, rules({ runbook: 'b'.repeat(64), mode: 'observe' }));
    expect(world.incident.steps.map((step) => step.status)).not.toContain('skipped');
    expect(world.effect('apply')).not.toBe('none');
  });

  it('goes the whole path, takes no step, says OBSERVE, and never that something is dead', () => {
    const world = new World().look(rules({ mode: 'observe' }));
    expect(world.incident.plans[0]?.plan.mode).toBe('observe');
    world.assess();
    world.approve();
    expect(world.incident.steps.every((step) => step.status === 'skipped')).toBe(true);
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'nothing changed' },
    });
    world.say('close', 'sam', { body: { reason: 'observed' } });
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'observed' });
    expect(world.types()).not.toContain('ordered');
    expect(world.types()).not.toContain('contained');
    const told = world.events.flatMap((one) => (one.type === 'told' ? [one.data.says] : [])).slice(1);
    expect(told.every((says) => says.startsWith('OBSERVE: '))).toBe(true);
  });
});
