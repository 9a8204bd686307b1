// How long the service stood still, as the record says it when it works again: from the cut to the first look that saw the replacement.
import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../domain/plan/plan.schema.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { discovery, HOUR, MINUTE, offering, rules, START, World } from './world.ts';

const ALL: Strategy[] = ['cut', 'replace-then-cut', 'restrict'];
const open = () => new World().look(rules({ strategies: ALL, cutByMs: 2 * HOUR }));
const attest = (world: World) =>
  world.say('attest', 'olga', {
    plan: world.incident.approved?.hash ?? null,
    body: { verdict: 'works', reason: 'x' },
  });
/** What is ordered comes to nothing until its time is over. */
function runsOut(world: World): void {
  world.do({ type: 'failed', effect: world.effect('apply'), sort: 'throttled', reason: 'AWS is busy' });
  world.pass(25 * HOUR);
}
const recovered = (world: World) =>
  world.events.flatMap((one) => (one.type === 'recovered' ? [one.data] : []));

describe('the interruption', () => {
  it('of a cut lasts from the first step that was applied to the first look that saw the new key at work', () => {
    const world = open().decided('cut');
    world.pass(1_000);
    const from = world.now;
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.applied();
    world.seenTwice();
    world.applied();
    world.seen(['s5']);
    world.pass(10 * MINUTE);
    const until = world.now;
    world.seenTwice();
    expect(world.incident.interruption).toEqual({ from, until });
    world.pass(HOUR);
    attest(world);
    const seconds = (Date.parse(until) - Date.parse(from)) / 1_000;
    expect(recovered(world)).toEqual([{ interruptedSeconds: seconds }]);
    expect(seconds).toBeGreaterThan(600);
  });

  it('is none where the replacement was seen before the cut', () => {
    const world = open().decided('replace-then-cut');
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    world.seenTwice();
    world.pass(MINUTE);
    world.applied();
    world.applied();
    world.seenTwice();
    attest(world);
    expect(recovered(world)).toEqual([{ interruptedSeconds: 0 }]);
  });

  it('is what is left of it where the hard deadline came first', () => {
    const world = open().decided('replace-then-cut');
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    world.seen(['s1']);
    const deadline = plus(START, 2 * HOUR);
    for (let i = 0; i < 200 && world.now < deadline; i++) world.next();
    world.applied();
    world.applied();
    world.seenTwice();
    world.pass(5 * MINUTE);
    world.seenTwice();
    attest(world);
    // Two looks of the cut, ten seconds apart, and five minutes until the service is seen on the new key.
    expect(recovered(world)).toEqual([{ interruptedSeconds: 310 }]);
  });

  it('does not begin with a restriction, by which the service goes on', () => {
    const world = open().decided('restrict');
    world.applied();
    expect(world.incident.interruption.from).toBeNull();
  });

  it('begins with what was put on before anybody had decided', () => {
    const world = new World().look(rules({ mode: 'auto' }), offering);
    world.applied();
    const from = world.now;
    world.seenTwice();
    world.pass(MINUTE);
    expect(world.incident.interruption).toEqual({ from, until: null });
  });

  it('goes on over a plan that changes, and what was seen of a plan that cut nothing counts no more', () => {
    const cut = open().decided('cut');
    cut.applied();
    const { from } = cut.incident.interruption;
    runsOut(cut);
    expect(cut.types()).toContain('planLapsed');
    expect(cut.incident.interruption).toEqual({ from, until: null });
    const replaced = open().decided('replace-then-cut');
    replaced.applied();
    replaced.seenTwice();
    expect(replaced.incident.interruption.until).not.toBeNull();
    runsOut(replaced);
    expect(replaced.types()).toContain('planLapsed');
    expect(replaced.incident.interruption).toEqual({ from: null, until: null });
  });

  it('is not told where nothing is replaced, nor in a drill', () => {
    const cut = (discovery.proposals.cut ?? []).filter(({ part }) => part !== 'owner');
    const world = new World().look(rules(), { ...discovery, proposals: { cut } }).decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.applied();
    world.seenTwice();
    attest(world);
    expect(recovered(world)).toEqual([{}]);
    const observed = new World().look(rules({ mode: 'observe' })).decided('cut');
    expect(observed.incident.interruption).toEqual({ from: null, until: null });
  });
});
