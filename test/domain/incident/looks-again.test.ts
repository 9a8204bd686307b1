// An agent's access may change at runtime: the identity is looked at again before each stage, and a changed plan is asked about with
// its difference.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { discovery, HOUR, rules, START, World } from './world.ts';

const way = (id: string) => ({
  kind: 'access-key',
  id,
  status: 'active',
  createdAt: null,
  lastUsedAt: null,
  stolen: true,
});
const FIRST = 'AKIAIOSFODNN7STOLEN1';
const SECOND = 'AKIAIOSFODNN7SECOND1';
const found: Discovery = { ...discovery, waysIn: [way(FIRST)] };
const cuts = discovery.proposals.cut ?? [];
const cutSecond = {
  ...(cuts[2] as (typeof cuts)[number]),
  target: { accessKeyId: SECOND },
  does: `Deactivate ${SECOND}.`,
};
const more: Discovery = {
  ...discovery,
  waysIn: [way(FIRST), way(SECOND)],
  proposals: { cut: [...cuts.slice(0, 3), cutSecond, ...cuts.slice(3)] },
};

const decided = (): World => new World().look(rules({ rediscover: true }), found).decided('cut');
const has = (world: World, type: string) =>
  wanted(world.incident, world.now).effects.some((one) => one.type === type);

describe('before each stage', () => {
  it('nothing is ordered until the identity was looked at again', () => {
    const world = decided();
    expect([has(world, 'discover'), has(world, 'apply')]).toEqual([true, false]);
    world.found(found);
    expect([has(world, 'discover'), has(world, 'apply')]).toEqual([false, true]);
    for (let i = 0; i < 3; i++) world.applied();
    expect(has(world, 'discover'), 'one look a stage, not one a step').toBe(false);
    world.seenTwice();
    expect(world.incident.phase).toBe('recovery');
    expect([has(world, 'discover'), has(world, 'apply')]).toEqual([true, false]);
    world.found(found);
    expect(has(world, 'apply')).toBe(true);
  });

  it('what somebody undid is applied again without waiting for a look', () => {
    const world = decided();
    world.found(found);
    for (let i = 0; i < 3; i++) world.applied();
    world.seen();
    world.pass(rules().propagationMs);
    world.seen(['s1']);
    expect([has(world, 'discover'), has(world, 'apply')]).toEqual([false, true]);
  });

  it('a class that does not ask for it is not looked at again', () => {
    expect(has(new World().look(rules(), found).decided('cut'), 'discover')).toBe(false);
  });

  it('a checker that is away holds it up loudly, not silently', () => {
    const world = decided();
    world.do({ type: 'failed', effect: world.effect('discover'), sort: 'absent', reason: 'Nobody looks.' });
    expect(world.incident.notices.at(-1)?.says).toContain('Nobody looks.');
    expect(world.deadline).toBe(plus(world.now, 60_000));
  });
});

describe('a new way in', () => {
  it('is suspected: votes lapse, it is looked at again, and the new plan is asked about with the difference', () => {
    const world = decided();
    const { approved } = world.incident;
    world.found({ ...found, waysIn: [way(FIRST), way(SECOND)] });
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(world.events.find(({ type }) => type === 'planChanged')?.data).toMatchObject({
      plan: approved?.hash,
      suspects: [SECOND],
    });
    const look = wanted(world.incident, world.now).effects.find(({ type }) => type === 'discover');
    expect(look?.type === 'discover' && look.request.credentials).toEqual([FIRST, SECOND]);
    world.found(more);
    const hash = world.plan ?? '';
    expect(viewOf(world.incident, GENESIS, world.now).difference).toEqual({
      [hash]: { added: [`Deactivate ${SECOND}.`], gone: [] },
    });
    expect(world.incident.notices.at(-1)?.says).toContain(`New: Deactivate ${SECOND}.`);
    expect(has(world, 'apply'), 'nothing on the old votes').toBe(false);
    world.decided('cut');
    world.found(more);
    expect(has(world, 'apply')).toBe(true);
  });

  it('that custody made itself is none', () => {
    const world = decided();
    world.found(found);
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.found(found);
    world.applied();
    world.seenTwice();
    world.found(found);
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    world.seenTwice();
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'x' },
    });
    world.approve('ida', 'irreversible');
    world.found({ ...found, waysIn: [way(FIRST), way('AKIAIOSFODNN7NEWKEY1')] });
    expect(world.types()).not.toContain('planChanged');
    expect(has(world, 'apply')).toBe(true);
  });

  it('that no step can cut is asked about once, not for ever', () => {
    const world = decided();
    const login = { ...found, waysIn: [way(FIRST), { ...way('login'), kind: 'login-profile' }] };
    world.found(login);
    world.found(login);
    world.decided('cut');
    world.found(login);
    expect(world.types().filter((type) => type === 'planChanged')).toHaveLength(1);
    expect(has(world, 'apply')).toBe(true);
  });
});

describe('steps that became others', () => {
  it('are asked about; what is done already does not count', () => {
    const world = decided();
    world.found(found);
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    const gone = {
      ...found,
      proposals: { cut: cuts.filter((one) => one.kind !== 'aws/access-key-replacement') },
    };
    world.found(gone);
    expect(world.incident.phase).toBe('triage');
    const changed = world.events.find((one) => one.type === 'planChanged');
    expect(changed?.type === 'planChanged' && changed.data.why).toContain(
      'not possible any more: aws/access-key-replacement',
    );
  });
});

describe('a hard deadline', () => {
  it('waits for no look', () => {
    const world = new World()
      .look(rules({ rediscover: true, strategies: ['replace-then-cut'], cutByMs: 2 * HOUR }), found)
      .decided('replace-then-cut');
    while (world.now < plus(START, 2 * HOUR)) world.next();
    expect(has(world, 'apply')).toBe(true);
  });
});
