// A thief who has rights elsewhere makes a new way in while the old ones are cut: contained is not said beside it.
import { describe, expect, it } from 'vitest';
import { wanted } from '../../../domain/incident/wanted.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { discovery, HOUR, MINUTE, rules, START, World } from './world.ts';

const STOLEN = 'AKIAIOSFODNN7STOLEN1';
const SECOND = 'AKIAIOSFODNN7SECOND1';
const way = (id: string) => ({
  kind: 'access-key',
  id,
  status: 'Active',
  createdAt: START,
  lastUsedAt: null,
  stolen: false,
});
const found: Discovery = { ...discovery, waysIn: [way(STOLEN)] };
const more: Discovery = { ...discovery, waysIn: [way(STOLEN), way(SECOND)] };

const applied = (): World => {
  const world = new World().look(rules(), found).decided('cut');
  for (let i = 0; i < 3; i++) world.applied();
  return world;
};
const request = (world: World) => {
  const effect = wanted(world.incident, world.now).effects.find(({ type }) => type === 'discover');
  return effect?.type === 'discover' ? effect.request : null;
};

describe('a way in that appeared during containment', () => {
  it('is looked at, asked about, and counts as stolen; until then nothing is contained', () => {
    const world = applied();
    world.seen([], [STOLEN]);
    world.pass(rules().propagationMs);
    world.seen([], [STOLEN, SECOND]);
    expect(world.types()).not.toContain('contained');
    expect(world.events.findLast(({ type }) => type === 'checked')?.data).toMatchObject({
      appeared: [SECOND],
    });
    expect(request(world)?.credentials).toEqual([STOLEN]);

    world.found(more);
    expect(world.events.find(({ type }) => type === 'planChanged')?.data).toMatchObject({
      suspects: [SECOND],
      why: expect.stringContaining(`a new way in, ${SECOND}`),
    });
    expect(world.incident).toMatchObject({ phase: 'triage', containment: null });
    expect(world.incident.notices.some(({ says }) => says.includes(SECOND))).toBe(true);
    expect(request(world)?.credentials).toContain(SECOND);

    world.found(more);
    world.decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seen([], [STOLEN, SECOND]);
    world.pass(rules().propagationMs);
    world.seen([], []);
    expect(world.types()).toContain('contained');
  });

  it('that is gone again by the look does not stop it', () => {
    const world = applied();
    world.seen([], [SECOND]);
    world.found(found);
    world.pass(MINUTE);
    world.seen([], []);
    expect(world.types()).toContain('contained');
    expect(world.types()).not.toContain('planChanged');
  });

  it('and what is not proposed any more because it was removed already is no change of the plan', () => {
    const world = applied();
    world.seen([], [SECOND]);
    const cut = (found.proposals.cut ?? []).filter(({ kind }) => kind !== 'aws/access-key');
    world.found({ ...found, proposals: { cut } });
    expect(world.types()).not.toContain('planChanged');
  });

  it('does not keep what somebody undid from being applied again at once', () => {
    const world = applied();
    world.seen();
    world.pass(rules().propagationMs);
    world.seen(['s1'], [SECOND]);
    const ordered = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
    expect(ordered?.type === 'apply' && ordered.order.step).toBe('s1');
  });

  it("is none where it is custody's own new key", () => {
    const known = rules({ strategies: ['replace-then-cut'], cutByMs: 2 * HOUR });
    const world = new World().look(known, found).decided('replace-then-cut');
    world.applied({ newAccessKeyId: SECOND });
    world.seen([], [STOLEN, SECOND]);
    world.pass(known.propagationMs);
    world.seen([], [STOLEN, SECOND]);
    expect(world.incident.steps[0]?.status).toBe('seen');
    expect(request(world)).toBeNull();
  });

  it('is waited for while a key is being made: which it is, is not known yet', () => {
    const known = rules({ strategies: ['replace-then-cut'], cutByMs: 2 * HOUR });
    const world = new World().look(known, found).decided('replace-then-cut');
    while (world.incident.steps.filter(({ forced }) => forced).length === 0) world.next();
    const making = wanted(world.incident, world.now).effects.find(
      (one) => one.type === 'apply' && one.order.step === 's1',
    );
    expect(making).toBeDefined();
    for (const step of ['s2', 's3']) {
      const { effects } = wanted(world.incident, world.now);
      const cut = effects.find((one) => one.type === 'apply' && one.order.step === step);
      if (cut?.type === 'apply') world.appliedBy(cut);
    }
    world.seen([], [SECOND]);
    expect(world.types()).not.toContain('stepSeen');
    expect(request(world)).toBeNull();
  });

  it('a checker that does not say what is open is believed about its steps', () => {
    const world = applied();
    world.seenTwice();
    expect(world.types()).toContain('contained');
  });
});
