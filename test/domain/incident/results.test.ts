// What the workers answer: only signed results of the right machine count, done means seen, and trouble reaches people.
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../../domain/identity/identity.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { discovery, HOUR, IDENTITY, judged, MINUTE, rules, World } from './world.ts';

const approved = () => {
  const world = new World().look();
  world.assess();
  world.approve();
  return world;
};

const step = (world: World, id: string) => world.incident.steps.find((one) => one.id === id);

describe('steps', () => {
  it('are ordered one after another, with the votes that approve them', () => {
    const world = approved();
    const effects = wanted(world.incident, world.now).effects.filter((one) => one.type === 'apply');
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatchObject({
      executor: 'identity-aws',
      verb: 'apply',
      order: { id: 'order-1', step: 's1' },
    });
    expect(effects[0]?.type === 'apply' && effects[0].order.decisions).toHaveLength(2);
    world.applied();
    expect(wanted(world.incident, world.now).effects.find((one) => one.type === 'apply')).toMatchObject({
      order: { step: 's2' },
    });
  });

  it.each([
    ['another machine', 'owner-aws', {}],
    ['a person', 'ida', {}],
    ['a forger', 'identity-aws', { proofFails: true }],
    ['the right machine about another order', 'identity-aws', { answers: 'order-9' }],
    ['the right machine about another plan', 'identity-aws', { plan: 'b'.repeat(64) }],
  ])('a result signed by %s is not believed', (_, by, change) => {
    const world = approved();
    const body = { step: 's1', wasSo: false, at: world.now, evidence: {} };
    const words = { answers: 'order-1', plan: world.incident.approved?.hash ?? null, body, ...change };
    world.do({ type: 'applied', effect: 'order-1#1', judgement: judged('applied', by, words, world.now) });
    expect(world.types()).toContain('stepTrouble');
    expect(step(world, 's1')?.status).toBe('blocked');
    expect(
      world.incident.notices.some((notice) => notice.to === 'soc' && notice.says.includes('not believed')),
    ).toBe(true);
  });

  it('are seen only when a read after the propagation time sees them again', () => {
    const world = approved();
    for (let i = 0; i < 3; i++) world.applied();
    world.seen();
    expect(step(world, 's1')?.status).toBe('applied');
    expect(world.effect('check')).toBe('none');
    world.pass(9_000);
    expect(world.effect('check')).toBe('none');
    world.pass(1_000);
    world.seen();
    expect(step(world, 's1')?.status).toBe('seen');
    expect(world.types()).toContain('contained');
  });

  it('undone by somebody are applied again at once, and "contained" waits', () => {
    const world = approved();
    for (let i = 0; i < 3; i++) world.applied();
    world.seen();
    world.pass(10_000);
    world.seen(['s1']);
    expect(world.types()).not.toContain('contained');
    expect(world.events.find((one) => one.type === 'undoneFound')?.data).toMatchObject({
      step: 's1',
      again: null,
    });
    expect(world.applied()).toBe('s1');
    world.seenTwice();
    expect(world.types()).toContain('contained');
    expect(world.types().filter((type) => type === 'ordered')).toHaveLength(5);
  });

  it('keep their order id when ordered again', () => {
    const world = approved();
    world.do({ type: 'failed', effect: 'order-1#1', sort: 'throttled', reason: 'Rate exceeded' });
    world.pass(MINUTE);
    expect(world.effect('apply')).toBe('order-1#2');
  });

  it('a stale result changes nothing', () => {
    const world = approved();
    world.do({ type: 'failed', effect: 'order-1#1', sort: 'retry', reason: 'x' });
    const count = world.events.length;
    const body = { step: 's1', wasSo: false, at: world.now, evidence: {} };
    const words = { answers: 'order-1', plan: world.incident.approved?.hash ?? null, body };
    world.do({
      type: 'applied',
      effect: 'order-1#1',
      judgement: judged('applied', 'identity-aws', words, world.now),
    });
    expect(world.events).toHaveLength(count);
  });
});

describe('an executor that does not answer', () => {
  it('is a holder that is silent: recorded, told, climbed, ordered again', () => {
    const world = approved();
    world.deliver();
    world.do({
      type: 'failed',
      effect: 'order-1#1',
      sort: 'absent',
      reason: 'Nobody took up the work in time.',
    });
    expect(world.types()).toContain('executorAbsent');
    expect(world.incident.climb?.reason).toBe('trouble');
    world.deliver();
    expect(world.deadline).toBe(plus(world.now, MINUTE));
    world.next();
    expect(world.effect('apply')).toBe('order-1#2');
    world.applied();
    expect(world.incident.climb, 'progress ends the climb').toBeNull();
  });

  it('that lacks a permission says which, and is asked again in case somebody mends it', () => {
    const world = approved();
    world.do({
      type: 'failed',
      effect: 'order-1#1',
      sort: 'denied',
      reason: 'iam:AttachUserPolicy is missing',
    });
    expect(step(world, 's1')).toMatchObject({
      status: 'blocked',
      trouble: 'iam:AttachUserPolicy is missing',
    });
    const told = world.incident.notices.length;
    world.pass(MINUTE);
    world.do({
      type: 'failed',
      effect: 'order-1#2',
      sort: 'denied',
      reason: 'iam:AttachUserPolicy is missing',
    });
    expect(world.incident.notices.length, 'the same trouble is told once').toBe(told);
    world.pass(MINUTE);
    expect(world.effect('apply'), 'each time after twice as long').toBe('none');
    world.pass(MINUTE);
    world.applied();
    expect(step(world, 's1')?.status).toBe('applied');
  });
});

describe('recovery', () => {
  it('needs both: what machines saw, and the owner’s word', () => {
    const world = new World().contained();
    world.applied();
    world.seenTwice();
    expect(
      world.say('attest', 'olga', {
        plan: world.incident.approved?.hash ?? null,
        body: { verdict: 'works', reason: 'x' },
      }),
    ).toMatchObject({ code: 'notNow' });
    world.applied();
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'jobs run' },
    });
    expect(world.incident.phase).toBe('recovery');
    world.seenTwice();
    expect(world.incident.phase).toBe('hardening');
  });

  it('the owner can say that it is broken: it stays open, and people are told', () => {
    const world = new World().contained();
    world.applied();
    world.seenTwice();
    world.applied();
    world.seenTwice();
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'broken', reason: 'jobs fail' },
    });
    expect(world.incident.phase).toBe('recovery');
    expect(
      world.incident.notices.filter((notice) => notice.says.includes('jobs fail')).map((notice) => notice.to),
    ).toContain('identity');
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'mended' },
    });
    expect(world.incident.phase).toBe('hardening');
  });

  it('proof of use is waited for, not made again', () => {
    const world = new World().contained();
    world.applied();
    world.seenTwice();
    world.applied();
    world.seen(['s5']);
    expect(step(world, 's5')?.status).toBe('applied');
    expect(world.effect('apply')).toBe('none');
    world.pass(MINUTE);
    expect(world.effect('check')).not.toBe('none');
  });
});

describe('hardening', () => {
  it('deletes nothing before its own gate is met, and takes the last restriction off 36 hours after it was seen dead', () => {
    const world = new World().contained();
    const contained = world.incident.containment?.seenAt ?? '';
    world.recovered();
    expect(world.effect('apply')).toBe('none');
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    expect(world.effect('apply')).toBe('none');
    world.now = plus(contained, 36 * HOUR - 1);
    world.do({ type: 'tick' });
    expect(world.effect('apply')).toBe('none');
    world.pass(1);
    expect(world.effect('apply')).toBe('order-7#1');
  });
});

describe('discovery', () => {
  it('that cannot be believed is asked for again', () => {
    const world = new World();
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    const effect = world.effect('discover');
    world.do({
      type: 'discovered',
      effect,
      judgement: judged('discovered', 'owner-aws', { answers: effect, body: { ...discovery } }, world.now),
    });
    expect(world.types()).toContain('discoverFailed');
    expect(world.plan).toBeNull();
  });

  it('finds out whose a lone key is, and hands the alerts on', () => {
    const world = new World();
    const lone = { ...IDENTITY, kind: 'access-key', reference: 'AKIAIOSFODNN7LONELY1' };
    world.incident = { ...world.incident, identity: lone, key: keyOf(lone) };
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    const other = { ...IDENTITY, reference: 'somebody-else' };
    world.found({ ...discovery, identity: other });
    expect(wanted(world.incident, world.now).effects.find((one) => one.type === 'forward')).toMatchObject({
      to: other,
    });
    world.do({ type: 'forwarded', effect: world.effect('forward') });
    expect(world.incident).toMatchObject({ outcome: 'forwarded', phase: 'closed' });
  });

  it('without a checker, people are told what stands in the way and can still judge', () => {
    const world = new World();
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules({ checker: null }) });
    expect(world.incident.concerns[0]).toContain('No checker');
    expect(world.gate('risk')).not.toBe('none');
    expect(world.assess()).toMatchObject({ code: 'notNow' });
  });

  it('without an executor for the cut there is no half a plan', () => {
    const world = new World().look(rules({ executors: { 'source-of-truth': null, owner: null } }));
    expect(world.plan).toBeNull();
    expect(world.incident.concerns.join(' ')).toContain('Nobody can do this step');
  });
});
