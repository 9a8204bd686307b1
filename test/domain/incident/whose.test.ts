// Whose it is: one person of a party, an owner that is unknown, named or claimed by two, a holder that changes with what is known; and
// whoever has it is reminded.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { HOUR, MINUTE, rules, START, World } from './world.ts';

const show = (world: World) => viewOf(world.incident, GENESIS, world.now);
const handOff = (world: World, person: string, body: Record<string, unknown>) =>
  world.say('handOff', person, { body: { reason: 'she knows it', ...body } });
const ack = (world: World, person: string, answers: string | null = null) =>
  world.say('acknowledge', person, { answers, body: { answer: 'accept' } });

describe('a hand-off to one person', () => {
  it('is theirs alone to accept; the giver holds it until then', () => {
    const world = new World().look();
    ack(world, 'sam');
    handOff(world, 'sam', { to: 'identity', person: 'ida' });
    expect(show(world).offer).toMatchObject({ to: 'identity', person: 'ida' });
    expect(world.incident.notices.at(-1)).toMatchObject({ to: 'identity', person: 'ida' });
    expect(ack(world, 'ivo', world.incident.offer?.id ?? null)).toMatchObject({ code: 'notAllowed' });
    expect(world.incident.hold).toMatchObject({ party: 'soc', person: 'sam' });
    ack(world, 'ida');
    expect(world.incident.hold).toMatchObject({ party: 'identity', person: 'ida' });
  });

  it('of the same party passes it from one to the other', () => {
    const world = new World().look();
    ack(world, 'sam');
    expect(handOff(world, 'sam', { to: 'soc' })).toMatchObject({ code: 'notNow' });
    expect(handOff(world, 'sam', { to: 'soc', person: 'sam' })).toMatchObject({ code: 'notNow' });
    handOff(world, 'sam', { to: 'soc', person: 'lee' });
    expect(world.incident.hold.person).toBe('sam');
    ack(world, 'lee', world.incident.offer?.id ?? null);
    expect(world.incident.hold).toMatchObject({ party: 'soc', person: 'lee', id: 'hold-2' });
  });

  it('is not accepted by a vote of a colleague', () => {
    const world = new World().look();
    world.assess();
    handOff(world, 'sam', { to: 'identity', person: 'ida' });
    world.approve('ivo');
    expect(world.incident.hold.party).toBe('soc');
  });

  it('that nobody answers climbs, and never loses its clock', () => {
    const world = new World().look();
    ack(world, 'sam');
    handOff(world, 'sam', { to: 'identity', person: 'ida' });
    for (let i = 0; i < 12; i++) {
      world.deliver();
      world.next();
    }
    expect(world.types().filter((type) => type === 'silence').length).toBeGreaterThan(0);
    expect(world.incident.hold.party).toBe('soc');
    expect(world.deadline).not.toBeNull();
  });
});

describe('an owner', () => {
  const nobody = (change: Partial<Rules> = {}): Rules =>
    rules({
      owner: null,
      executors: { ...rules().executors, owner: null },
      phases: { ...rules().phases, recovery: { ...rules().phases.recovery, holder: 'soc' } },
      ...change,
    });
  const assessOwner = (world: World, owner: string) =>
    world.say('assess', 'sam', { body: { owner, reason: 'asked around' } });

  it('that is unknown is said, and the SOC holds the recovery until it names one', () => {
    const world = new World().look(nobody());
    expect(show(world).concerns.join(' ')).toContain('Nobody is known to own this identity');
    world.decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    expect(world.incident).toMatchObject({ phase: 'recovery', offer: { to: 'soc' } });
    ack(world, 'sam');
    expect(world.incident.hold.party).toBe('soc');
    assessOwner(world, 'service-owner');
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules() });
    expect(world.incident.offer, 'it is offered to whom it belongs').toMatchObject({ to: 'service-owner' });
    ack(world, 'olga');
    expect(world.incident.hold.party).toBe('service-owner');
  });

  it('that two claim is told the SOC once, and settled by its word', () => {
    const world = new World().look(nobody({ claims: ['service-owner', 'platform'] }));
    const told = () =>
      world.events.filter(
        ({ type, data }) => type === 'told' && JSON.stringify(data).includes('count as its owner'),
      );
    expect(told()).toHaveLength(1);
    expect(show(world).concerns.join(' ')).toContain(
      'Deploy service and Platform team both count as its owner',
    );
    assessOwner(world, 'platform');
    expect(wanted(world.incident, world.now).effects.some(({ type }) => type === 'resolve')).toBe(true);
    const settled = nobody({ owner: 'platform', claims: ['service-owner', 'platform'] });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: settled });
    expect(told()).toHaveLength(1);
    expect(show(world).concerns.join(' ')).not.toContain('owner:');
  });

  it('whom the runbook names is not overruled, and one that it does not know is refused', () => {
    expect(assessOwner(new World().look(), 'platform')).toMatchObject({ code: 'notNow' });
    expect(assessOwner(new World().look(nobody()), 'nobody')).toMatchObject({ code: 'malformed' });
  });
});

describe('a reminder', () => {
  const reminding = (): World => {
    const triage = { ...rules().phases.triage, remindMs: 20 * MINUTE };
    const world = new World().look(rules({ phases: { ...rules().phases, triage } }));
    world.pass(2 * MINUTE);
    ack(world, 'sam');
    return world;
  };
  const reminded = (world: World) =>
    world.events.filter(({ type }) => type === 'reminded').map(({ at }) => at);

  it('comes after the acknowledgement at exact instants, until the time to act is over and the ladder begins', () => {
    const world = reminding();
    while (world.now < plus(START, 3 * HOUR)) {
      world.deliver();
      world.next();
    }
    expect(reminded(world)).toEqual([22, 42].map((minutes) => plus(START, minutes * MINUTE)));
    expect(world.types()).toContain('climbing');
  });

  it('ends with the phase, and comes once after an outage', () => {
    const world = reminding();
    world.pass(45 * MINUTE);
    expect(reminded(world)).toHaveLength(1);
    world.assess();
    world.next();
    expect(reminded(world)).toHaveLength(1);
  });
});

describe('the same identity again', () => {
  const earlier = {
    firstRun: 'run-0',
    head: 'f'.repeat(64),
    closedAs: 'resolved',
    closedAt: START,
    count: 2,
  };

  it('is linked to the record before, and whoever judges it is told', () => {
    const world = new World();
    expect(world.effect('recall')).toBe('recall');
    world.do({ type: 'recalled', effect: 'recall', earlier });
    expect(show(world).earlier).toEqual(earlier);
    expect(world.incident.notices.at(-1)?.says).toContain(
      'was attacked 2 times before; the last incident closed as resolved',
    );
    expect(world.effect('recall')).toBe('none');
  });

  it('for the first time: nothing is said; a store that does not answer is recorded', () => {
    const world = new World();
    world.do({ type: 'recalled', effect: 'recall', earlier: null });
    expect(world.incident.notices).toHaveLength(1);
    const away = new World();
    away.do({ type: 'failed', effect: 'recall', sort: 'retry', reason: 'the disk is full' });
    expect(away.events.at(-1)).toMatchObject({
      type: 'recalled',
      data: { earlier: null, unknown: 'the disk is full' },
    });
  });
});

describe('permissions', () => {
  it('are asked of each executor once a plan, and who must grant what is missing is told', () => {
    const world = new World().look();
    const effects = wanted(world.incident, world.now).effects.filter(({ type }) => type === 'preflight');
    expect(effects).toMatchObject([{ executor: 'identity-aws' }, { executor: 'owner-aws' }]);
    const missing = ['iam:AttachUserPolicy'];
    world.do({ type: 'preflighted', effect: effects[0]?.id ?? '', missing, unknown: null });
    expect(world.incident.notices.at(-1)).toMatchObject({ to: 'identity' });
    world.do({ type: 'failed', effect: effects[1]?.id ?? '', sort: 'absent', reason: 'Nobody took it up.' });
    expect(show(world).missingPermissions).toEqual([
      { executor: 'identity-aws', missing, unknown: null },
      { executor: 'owner-aws', missing: [], unknown: 'Nobody took it up.' },
    ]);
    expect(world.effect('preflight')).toBe('none');
  });
});

describe('a party', () => {
  it.each(['nobody', 'constructor', '__proto__', 'toString'])('%s is not one of the runbook', (name) => {
    const world = new World().look(rules({ owner: null }));
    expect(handOff(world, 'sam', { to: name })).toMatchObject({ code: 'malformed' });
    const owner = { owner: name, reason: 'x' };
    expect(world.say('assess', 'sam', { body: owner })).toMatchObject({ code: 'malformed' });
    const add = { kind: 'other', says: 'x', party: name };
    expect(world.say('followUp', 'sam', { body: { add, reason: 'x' } })).toMatchObject({ code: 'malformed' });
  });
});
