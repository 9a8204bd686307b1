// What weakens the response: a lower severity, class or mode, and a pause, each by two people and no one else.
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../domain/encoding/canonical.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import { detection, discovery, HOUR, MINUTE, rules, START, World } from './world.ts';

const privileged = { fact: 'privileged' as const, value: true, evidence: '$.x' };
const correct = (world: World, person: string, body: Record<string, unknown>) =>
  world.say('assess', person, { body: { reason: 'we know better', ...body } });

describe('what lowers', () => {
  it('a severity waits for a second person of the SOC; then it is lower, and the clocks follow', () => {
    const world = new World().look();
    expect(correct(world, 'sam', { level: 'low' })).toMatchObject({ accepted: true });
    expect(world.incident.level).toBe('high');
    expect(viewOf(world.incident, GENESIS, world.now).gates).toMatchObject([
      { name: 'risk' },
      { name: 'lower', asks: 'May it be so that the severity is lowered to low?' },
    ]);
    expect(world.approve('sam', 'lower')).toMatchObject({ code: 'alreadyAnswered' });
    expect(world.incident.level).toBe('high');
    world.approve('lee', 'lower');
    expect(world.incident.level).toBe('low');
    expect(world.effect('resolve')).not.toBe('none');
  });

  it('is agreed to as it was asked for, and as nothing else', () => {
    const other = new World().look();
    correct(other, 'sam', { level: 'medium' });
    const [elsewhere] = other.incident.gates.filter(({ name }) => name === 'lower');
    const world = new World().look();
    correct(world, 'sam', { level: 'low' });
    const gate = world.incident.gates.find(({ name }) => name === 'lower');
    expect(gate?.weakens).toMatchObject({ level: 'low' });
    for (const plan of [null, elsewhere?.binds ?? null, world.plan])
      expect(world.approve('lee', 'lower', { plan })).toMatchObject({ code: 'planChanged' });
    expect(world.incident.level).toBe('high');
    expect(world.approve('lee', 'lower', { plan: hashOf(gate?.weakens) })).toMatchObject({ accepted: true });
    expect(world.incident.level).toBe('low');
  });

  it('names what is left undone in its words', () => {
    const world = new World().look();
    world.say('followUp', 'sam', { body: { add: { kind: 'other', says: 'mend the role' }, reason: 'seen' } });
    world.say('followUp', 'sam', { body: { id: 'follow-up-1', as: 'waived', reason: 'never' } });
    expect(
      viewOf(world.incident, GENESIS, world.now).gates.find(({ name }) => name === 'waive'),
    ).toMatchObject({
      asks: 'May it be so that this is left undone: mend the role?',
      weakens: { do: 'waive', followUp: 'follow-up-1', says: 'mend the role', reason: 'never' },
    });
    world.approve('lee', 'waive');
    expect(world.incident.followUps[0]?.ended).toMatchObject({ as: 'waived' });
  });

  it('a severity that was lowered rises again with the next alert', () => {
    const world = new World().look();
    correct(world, 'sam', { level: 'low' });
    world.approve('lee', 'lower');
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'medium' })] });
    expect(world.incident.level).toBe('medium');
  });

  it('a fact stays until two people take it back, and then no alert and no read makes it true again', () => {
    const world = new World(detection({ classification: [privileged] })).look();
    correct(world, 'sam', { facts: { privileged: false, ciCd: true } });
    expect(world.incident.facts, 'what raises counts at once').toEqual([
      privileged,
      { fact: 'ciCd', value: true, evidence: 'assessed by sam' },
    ]);
    world.approve('lee', 'lower');
    expect(world.incident.facts).toContainEqual({
      fact: 'privileged',
      value: false,
      evidence: 'taken back by sam and lee',
    });
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', classification: [privileged] })] });
    expect(world.incident.facts.filter(({ fact, value }) => fact === 'privileged' && value)).toEqual([]);
    correct(world, 'lee', { facts: { privileged: true } });
    expect(world.incident.facts.some(({ fact, value }) => fact === 'privileged' && value)).toBe(true);
  });

  it('a mode: two people make it observe, what was approved is asked again, and only a newer runbook raises it', () => {
    const world = new World().look();
    world.assess();
    correct(world, 'sam', { mode: 'observe' });
    expect(world.incident.rules?.mode).toBe('ask');
    world.approve('lee', 'lower');
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null, rules: { mode: 'observe' } });
    expect(world.incident.plans[0]?.plan.mode).toBe('observe');
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    expect(world.incident.rules?.mode, 'not by a fact').toBe('observe');
    const newer = 'b'.repeat(64);
    world.say('adopt', 'sam', { body: { runbook: newer, reason: 'it acts now' } });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules({ runbook: newer }) });
    expect(world.incident.rules?.mode).toBe('ask');
  });

  it('a mode is not lowered once a step was taken', () => {
    const world = new World().look();
    world.assess();
    world.approve();
    expect(correct(world, 'sam', { mode: 'observe' })).toMatchObject({ code: 'notNow' });
    const late = new World().look();
    correct(late, 'sam', { mode: 'observe' });
    late.assess();
    late.approve();
    expect(late.types().at(-1), 'what was asked before a step was taken lapses').toBe('gateLapsed');
    expect(late.incident.rules?.mode).toBe('ask');
  });

  it('is asked one thing at a time, and of the SOC alone', () => {
    const world = new World().look();
    correct(world, 'sam', { level: 'low' });
    expect(correct(world, 'lee', { level: 'medium' })).toMatchObject({ code: 'notNow' });
    expect(world.incident.gates.find(({ name }) => name === 'lower')?.rule).toMatchObject({
      quorum: 2,
      parties: ['soc'],
    });
  });

  it('says something, and no strategy without its verdict', () => {
    const world = new World().look();
    expect(correct(world, 'sam', {})).toMatchObject({ code: 'malformed' });
    expect(correct(world, 'sam', { strategy: 'cut' })).toMatchObject({ code: 'malformed' });
    const answers = world.gate('risk');
    expect(world.say('assess', 'sam', { answers, body: { level: 'low', reason: 'x' } })).toMatchObject({
      code: 'malformed',
    });
  });

  it('in triage, beside a verdict: the verdict counts, the lower severity waits', () => {
    const world = new World().look();
    const body = { verdict: 'incident', impact: 'suspected', strategy: 'cut', level: 'low', reason: 'x' };
    expect(world.assess('sam', { body })).toMatchObject({ accepted: true });
    expect(world.incident).toMatchObject({ phase: 'containment', level: 'high' });
    expect(world.gate('lower')).not.toBe('none');
  });
});

describe('what the SOC says of it', () => {
  it('is kept: impact, what was touched, priority, and who said it', () => {
    const world = new World().look();
    correct(world, 'sam', { impact: 'suspected', touched: ['bucket releases'], priority: 'p2' });
    world.pass(MINUTE);
    correct(world, 'lee', { impact: 'confirmed', touched: ['secret deploy'], priority: 'p1' });
    expect(viewOf(world.incident, GENESIS, world.now).assessment).toEqual({
      verdict: null,
      impact: 'confirmed',
      touched: ['bucket releases', 'secret deploy'],
      priority: 'p1',
      by: 'lee',
      at: world.now,
    });
  });
});

describe('pauses', () => {
  const ask = (world: World, ms: number) => {
    const answer = world.say('pause', 'sam', { body: { until: plus(world.now, ms), reason: 'wait' } });
    world.approve('lee', 'pause');
    return answer;
  };

  it('of one phase together are no longer than the runbook allows', () => {
    const world = new World().look();
    expect(ask(world, 3 * HOUR)).toMatchObject({ accepted: true });
    world.next();
    expect(ask(world, 2 * HOUR)).toMatchObject({ code: 'notNow' });
    expect(ask(world, HOUR)).toMatchObject({ accepted: true });
    world.next();
    expect(ask(world, MINUTE)).toMatchObject({ code: 'notNow' });
    world.assess();
    expect(world.incident, 'each phase has its own').toMatchObject({ phase: 'containment', pausedMs: 0 });
  });
});

describe('a calendar', () => {
  it('is asked for the next phase too, where the holder stays the same', () => {
    const office = (one: ReturnType<typeof rules>['phases']['triage']) => ({ ...one, calendar: 'office' });
    const { phases } = rules();
    const own = { ...phases, triage: office(phases.triage), containment: { ...office(phases.triage) } };
    const world = new World().look(rules({ phases: own }), discovery);
    const instants = {
      acknowledgeBy: plus(START, HOUR),
      actBy: plus(START, 2 * HOUR),
      rungs: [],
      repeat: null,
    };
    world.do({ type: 'timed', effect: world.effect('timetable'), instants });
    expect(world.effect('timetable')).toBe('none');
    world.pass(MINUTE);
    world.assess();
    expect(world.incident).toMatchObject({ phase: 'containment', hold: { party: 'soc' }, climb: null });
    expect(world.effect('timetable')).not.toBe('none');
  });
});
