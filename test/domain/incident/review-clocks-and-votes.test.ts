// What once went wrong, or could have: clocks of a drill kept for a real alert, plans that ran out, votes counted otherwise
// than the executor counts them, and states that grew or forgot under a flood.
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../../domain/identity/identity.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { chained, GENESIS } from '../../../domain/record/record.ts';
import { detection, discovery, HOUR, IDENTITY, judged, MINUTE, rules, START, World } from './world.ts';

const note = (world: World, person: string) => world.say('note', person, { body: { text: 'x' } });
const reject = { body: { verdict: 'reject', reason: 'no' } };

describe('a real alert that ends a drill', () => {
  it('starts the clock of a new hold: whoever took the drill has not taken this', () => {
    const world = new World(detection({ isSample: true })).look();
    world.say('acknowledge', 'sam', { answers: 'hold-1', body: { answer: 'accept' } });
    world.pass(50 * MINUTE);
    world.do({ type: 'detect', detections: [detection({ sourceId: 'real' })] });
    expect(world.incident.hold).toMatchObject({ party: 'soc', person: null, acknowledgedAt: null });
    expect(world.incident.climb?.reason).toBe('unacknowledged');
    expect(world.deadline).toBe(plus(START, 53 * MINUTE));
  });

  it('late in the drill is offered to the SOC, and does not wait for a holder who has days', () => {
    const world = new World(detection({ isSample: true })).look();
    world.assess();
    world.approve();
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'x' },
    });
    const { offer } = world.incident;
    world.say('acknowledge', 'ida', { answers: offer?.id ?? null, body: { answer: 'accept' } });
    expect(world.incident).toMatchObject({ phase: 'hardening', hold: { party: 'identity' } });
    world.do({ type: 'detect', detections: [detection({ sourceId: 'real' })] });
    expect(world.incident).toMatchObject({ phase: 'triage', offer: { to: 'soc' } });
    expect(world.deadline).toBe(plus(START, 3 * MINUTE));
  });
});

describe('a plan that has run out', () => {
  const short = rules({ validityMs: { containment: HOUR, recovery: 2 * HOUR, hardening: 168 * HOUR } });

  it('is not asked about any more: the identity is looked at anew, by the clock alone', () => {
    const world = new World().look(short);
    const before = world.plan;
    world.say('acknowledge', 'sam', { answers: 'hold-1', body: { answer: 'accept' } });
    expect(world.deadline).toBe(plus(START, HOUR));
    world.next();
    expect(world.assess('sam', { plan: before })).toMatchObject({ code: 'notNow' });
    world.found(discovery);
    expect(world.plan).not.toBe(before);
    world.assess();
    world.approve();
    expect(world.effect('apply')).not.toBe('none');
  });

  it('takes back what was voted on it', () => {
    const world = new World().look(short);
    world.assess();
    world.pass(HOUR);
    expect(world.incident).toMatchObject({ phase: 'triage', plans: [], offer: null });
    expect(world.gate('act')).toBe('none');
    expect(world.gate('risk')).not.toBe('none');
  });

  it('after approval too: an order that every executor must refuse is not waited for', () => {
    const world = new World().look(short);
    world.assess();
    world.approve();
    world.pass(HOUR);
    expect(world.incident.approved, 'what is under way is waited for').not.toBeNull();
    world.do({ type: 'failed', effect: world.effect('apply'), sort: 'refused', reason: 'too late' });
    expect(world.incident).toMatchObject({ approved: null, steps: [], phase: 'triage' });
    world.found(discovery);
    expect(world.plan).not.toBeNull();
  });

  it('what was applied in time may be applied again, so it is kept', () => {
    const world = new World().look(short);
    world.assess();
    world.approve();
    for (let i = 0; i < 3; i++) world.applied();
    world.seen();
    world.pass(HOUR);
    world.seen(['s1']);
    expect(world.incident.approved).not.toBeNull();
    expect(world.effect('apply')).not.toBe('none');
  });
});

describe('votes', () => {
  it('an assessment is the SOC’s vote alone, as executors count it: no plan is approved that they would refuse', () => {
    const risk = { quorum: 2, parties: ['soc', 'identity'] };
    const world = new World().look(rules({ gates: { ...rules().gates, risk } }));
    world.assess('both');
    world.assess('sam');
    expect(world.incident).toMatchObject({ phase: 'containment', approved: null });
    world.approve('ida');
    expect(world.incident.approved).not.toBeNull();
  });

  it('of somebody whose party is not asked count for nothing', () => {
    const close = { quorum: 2, parties: ['identity'] };
    const world = new World().look(rules({ gates: { ...rules().gates, close } }));
    world.say('assess', 'sam', {
      answers: world.gate('risk'),
      body: { verdict: 'falsePositive', impact: 'none', reason: 'x' },
    });
    world.approve('ida', 'close');
    expect(world.incident.outcome).toBe('open');
    world.approve('ivo', 'close');
    expect(world.incident.outcome).toBe('closed');
  });

  it('that approved the plan are still the warrant after many questions that came to nothing', () => {
    const world = new World().contained().recovered();
    for (let i = 0; i < 25; i++) world.approve('ida', 'irreversible', reject);
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    world.pass(40 * HOUR);
    const order = wanted(world.incident, world.now).effects.find((one) => one.type === 'apply');
    expect(order?.type === 'apply' && order.order.decisions.length).toBe(2);
    expect(world.incident.gates.length).toBeLessThanOrEqual(20);
  });
});

describe('the owner’s last word', () => {
  it('counts after recovery too: what is broken keeps the old credential', () => {
    const world = new World().contained().recovered();
    const plan = world.incident.approved?.hash ?? null;
    expect(
      world.say('attest', 'olga', { plan, body: { verdict: 'broken', reason: 'the night job' } }),
    ).toMatchObject({ accepted: true });
    world.approve('ida', 'irreversible');
    expect(world.effect('apply')).toBe('none');
    world.say('attest', 'olga', { plan, body: { verdict: 'works', reason: 'mended' } });
    expect(world.effect('apply')).not.toBe('none');
  });
});

describe('discovery', () => {
  it('of another identity than was asked about is not believed: its alerts would be handed on to nowhere', () => {
    const world = new World();
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    world.found({ ...discovery, identity: { ...IDENTITY, reference: 'somebody-else' } });
    expect(world.incident).toMatchObject({ forwardTo: null, outcome: 'open' });
    expect(world.types().at(-2)).toBe('discoverFailed');
  });

  it('that is not believed is told once', () => {
    const world = new World();
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    for (let i = 0; i < 3; i++) {
      const effect = world.effect('discover');
      const words = { answers: effect, body: { ...discovery } };
      world.do({
        type: 'discovered',
        effect,
        judgement: judged('discovered', 'owner-aws', words, world.now),
      });
      world.pass(MINUTE);
    }
    const told = world.events.filter(
      (one) => one.type === 'told' && (one.data as { says: string }).says.includes('not believed'),
    );
    expect(told).toHaveLength(1);
  });
});

describe('alerts that are handed on', () => {
  it('while more come: all of them go', () => {
    const world = new World();
    const lone = { ...IDENTITY, kind: 'access-key', reference: 'AKIAIOSFODNN7STOLEN1' };
    world.incident = { ...world.incident, identity: lone, key: keyOf(lone), forwarding: [detection()] };
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    world.found(discovery);
    const underWay = world.effect('forward');
    world.do({ type: 'detect', detections: [detection({ sourceId: 'second' })] });
    world.do({ type: 'forwarded', effect: underWay });
    expect(world.incident.outcome, 'the second one has not gone yet').toBe('open');
    const next = wanted(world.incident, world.now).effects.find((one) => one.type === 'forward');
    expect(next?.type === 'forward' && next.detections.map((one) => one.sourceId)).toEqual([
      'finding-1',
      'second',
    ]);
    world.do({ type: 'forwarded', effect: world.effect('forward') });
    expect(world.incident.outcome).toBe('forwarded');
  });
});

describe('a flood', () => {
  it('of proven words fills nobody’s memory but the speaker’s own', () => {
    const world = new World().look();
    const words = { body: { text: 'first' }, jti: 'the-first-0123456789' };
    const first = world.say('note', 'sam', words);
    for (let i = 0; i < 400; i++) note(world, 'ida');
    expect(Object.keys(world.incident.said).length).toBeLessThan(60);
    expect(world.say('note', 'sam', words)).toEqual(first);
  });

  it('of alerts makes many small lines, not one that no store takes', () => {
    const world = new World().look();
    const detections = Array.from({ length: 500 }, (_, i) =>
      detection({ sourceId: `finding-${i}-${'x'.repeat(400)}`, why: 'y'.repeat(500) }),
    );
    world.do({ type: 'detect', detections });
    expect(world.incident.detections.count).toBe(501);
    expect(Math.max(...world.events.map((one) => JSON.stringify(one).length))).toBeLessThan(256 * 1_024);
  });
});

describe('the rules', () => {
  it('read late do not end the climb of an offer in the past', () => {
    const world = new World();
    world.say('acknowledge', 'sam', { answers: 'hold-1', body: { answer: 'accept' } });
    world.pass(4 * MINUTE);
    world.say('handOff', 'sam', { body: { to: 'platform', reason: 'theirs' } });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    expect(world.deadline && world.deadline > world.now).toBe(true);
    expect(world.incident.offer?.to).toBe('platform');
  });

  it('read after the built-in ladder was used up bring their own: the hand-off that it had not', () => {
    const world = new World();
    for (let i = 0; i < 2; i++) {
      world.deliver();
      world.next();
    }
    expect(world.incident.climb?.repeatAt).not.toBeNull();
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    for (let i = 0; i < 3 && world.incident.offer === null; i++) {
      world.deliver();
      world.next();
    }
    expect(world.incident.offer?.to).toBe('platform');
  });
});

it('a line that holds half a character has its hash all the same', () => {
  const line = chained(GENESIS, START, {
    type: 'noted',
    data: { text: 'a\ud800', 'k\udc00': ['\ud83d\ude00'] },
  });
  expect(line.data).toEqual({ text: 'a\ufffd', 'k\ufffd': ['\ud83d\ude00'] });
});
