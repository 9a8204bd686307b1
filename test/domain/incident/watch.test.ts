// What was seen dead is watched until the close. When it is back, the incident is open again: whoever cuts holds it, with new clocks.
import { describe, expect, it } from 'vitest';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { HOUR, judged, MINUTE, rules, World } from './world.ts';

const EVERY = rules().orders.watchMs;
/** So that what is cut may be cut again under its plan for days. */
const long = rules({ validityMs: { containment: 400 * HOUR, recovery: 400 * HOUR, hardening: 400 * HOUR } });

const contained = (known = rules()): World => {
  const world = new World().look(known).decided('cut');
  for (let i = 0; i < 3; i++) world.applied();
  world.seenTwice();
  return world;
};
const hardened = (): World => {
  const world = contained(long).recovered();
  world.say('acknowledge', 'ida', {
    answers: world.incident.offer?.id ?? world.incident.hold.id,
    body: { answer: 'accept' },
  });
  world.pass(EVERY);
  return world;
};
const step = (world: World, id: string) => world.incident.steps.find((one) => one.id === id);
const toldSince = (world: World, from: number) =>
  world.events.slice(from).flatMap((one) => (one.type === 'told' ? [one.data] : []));
const orders = (world: World) =>
  wanted(world.incident, world.now).effects.flatMap((one) => (one.type === 'apply' ? [one] : []));

describe('what was seen dead', () => {
  it('is watched from then on, every so often, to the close', () => {
    const world = contained(long);
    expect(world.watched).toEqual([]);
    world.pass(EVERY - 1);
    expect(world.watched).toEqual([]);
    world.pass(1);
    expect(world.watched, 'the quarantine is on its way off, by the plan').toEqual(['s2', 's3']);
    world.watch();
    expect(world.watched).toEqual([]);
    expect(world.deadline !== null && world.deadline <= plus(world.now, EVERY)).toBe(true);
    world.recovered();
    expect(world.incident.phase).toBe('hardening');
    world.pass(EVERY);
    expect(world.watched, 'the new key too').toEqual(['s2', 's3', 's5']);
    world.watch();
    expect(world.incident.phase).toBe('hardening');
    for (const person of ['sam', 'lee']) world.say('close', person, { body: { reason: 'by hand' } });
    world.pass(EVERY);
    expect(world.watched).toEqual([]);
  });

  it('is looked at for the clock alone: the deadline is the next look where nothing else is due', () => {
    const world = contained(rules({ orders: { ...rules().orders, watchMs: 2 * MINUTE } }));
    expect(world.deadline).toBe(plus(world.now, 2 * MINUTE));
  });

  it('of a drill, or where nothing is cut, there is nothing to watch', () => {
    const world = new World().look(rules({ mode: 'observe' })).decided('cut');
    expect(world.incident.phase).not.toBe('containment');
    world.pass(EVERY);
    expect(world.watched).toEqual([]);
  });
});

describe('what is back', () => {
  it('opens containment again: its party holds it, unacknowledged, with new clocks; all are told', () => {
    const world = hardened();
    const from = world.events.length;
    world.watch(['s3']);
    const { phase, hold, climb, attestation, containment } = world.incident;
    expect({ phase, containment }).toEqual({ phase: 'containment', containment: null });
    expect(hold).toMatchObject({ party: 'identity', person: null, acknowledgedAt: null, from: world.now });
    expect(hold.actBy).toBe(plus(world.now, HOUR));
    expect(climb).toMatchObject({ reason: 'unacknowledged', startedAt: world.now });
    expect(attestation, 'what was recovered stays').toMatchObject({ verdict: 'works' });
    expect(step(world, 's5')?.status).toBe('seen');
    expect(world.events.slice(from).find(({ type }) => type === 'reopened')?.data).toEqual({
      steps: ['s3'],
      saw: 'it is Active again',
    });
    const parties = toldSince(world, from)
      .filter(({ says }) => says.includes('open again'))
      .map(({ to }) => to);
    expect(parties.toSorted()).toEqual(['identity', 'service-owner', 'soc']);
  });

  it('is cut again under the same order, is seen twice, and then it goes on where it was', () => {
    const world = hardened();
    world.watch(['s3']);
    const [order, ...others] = orders(world);
    expect(others).toEqual([]);
    expect(order?.id).toBe('order-3#2');
    expect(order?.order.step).toBe('s3');
    world.applied();
    world.seen();
    expect(world.incident.phase).toBe('containment');
    world.pass(rules().propagationMs);
    const at = world.now;
    world.seen();
    expect(world.incident).toMatchObject({ phase: 'hardening', containment: { seenAt: at } });
    expect(orders(world), 'what the plan took off is not put on again').toEqual([]);
    // The wait for what holds sessions begins anew.
    world.pass(36 * HOUR - 1);
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    expect(orders(world).map(({ order: one }) => one.step)).toEqual(['s7']);
  });

  it('is told by the checker’s own word in the orders that follow', () => {
    const world = hardened();
    world.watch(['s3']);
    const doubt = world.incident.watch.saying;
    expect(orders(world)[0]?.order.results).toContainEqual(doubt);
    world.applied();
    world.seenTwice();
    world.approve('ida', 'irreversible');
    expect(orders(world)[0]?.order.results).toContainEqual(doubt);
  });

  it('takes back what was agreed because it was dead: the deletion, and the close', () => {
    const world = hardened();
    const before = world.gate('irreversible');
    world.approve('ida', 'irreversible');
    expect(orders(world).map(({ order }) => order.step)).toEqual(['s6']);
    world.watch(['s3']);
    expect(orders(world).map(({ order }) => order.step)).toEqual(['s3']);
    expect(world.incident.gates.find(({ id }) => id === before)?.status).toBe('lapsed');
    world.applied();
    world.seenTwice();
    expect(world.gate('irreversible')).not.toBe('none');
    expect(orders(world)).toEqual([]);
  });

  it('while the close was asked: nobody closes it over what is back', () => {
    const world = hardened();
    world.watch();
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    world.pass(37 * HOUR);
    if (world.watched.length > 0) world.watch();
    world.applied();
    world.seenTwice();
    expect(world.gate('close')).not.toBe('none');
    world.pass(EVERY);
    world.watch(['s3']);
    expect(world.gate('close')).toBe('none');
    expect(world.incident.outcome).toBe('open');
    // Its sessions are held by nothing any more: the cut alone would not be enough.
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(world.effect('discover')).not.toBe('none');
  });

  it('can be cut again in time only: afterwards it is judged anew', () => {
    const world = contained().recovered();
    world.pass(25 * HOUR);
    const from = world.events.length;
    world.watch(['s3']);
    expect(world.types().slice(from)).toEqual(expect.arrayContaining(['reopened', 'planLapsed']));
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(world.incident.offer?.to ?? world.incident.hold.party).toBe('soc');
    expect(orders(world)).toEqual([]);
  });

  it('that can be taken off again is put on again also after its time, as executors have it', () => {
    const world = contained().recovered();
    world.pass(25 * HOUR);
    world.watch(['s2']);
    expect(world.incident.phase).toBe('containment');
    expect(orders(world).map(({ order }) => order.step)).toEqual(['s2']);
  });

  it('of a replacement alone is given out again by whoever recovers', () => {
    const world = hardened();
    world.watch(['s5']);
    expect(world.incident).toMatchObject({ phase: 'recovery', offer: { to: 'service-owner' } });
    expect(world.incident.containment).not.toBeNull();
    expect(orders(world).map(({ order }) => order.step)).toEqual(['s5']);
  });

  it('of a replacement: that the service works was said of another state, and its owner says it anew', () => {
    const world = hardened();
    world.watch(['s5']);
    expect(world.incident.attestation).toBeNull();
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    world.seenTwice();
    expect(world.incident.phase).toBe('recovery');
    expect(world.deadline).not.toBeNull();
    const body = { verdict: 'works', reason: 'jobs run on the new one again' };
    world.say('attest', 'olga', { plan: world.incident.approved?.hash ?? null, body });
    expect(world.incident).toMatchObject({ phase: 'hardening', attestation: { verdict: 'works' } });
  });
});

describe('a service that breaks later', () => {
  it('while the old credential is being deleted: the order is taken back until it works', () => {
    const world = hardened();
    world.approve('ida', 'irreversible');
    expect(orders(world).map(({ order }) => order.step)).toEqual(['s6']);
    const plan = world.incident.approved?.hash ?? null;
    world.say('attest', 'olga', { plan, body: { verdict: 'broken', reason: 'the nightly job fails' } });
    expect(orders(world)).toEqual([]);
    world.say('attest', 'olga', { plan, body: { verdict: 'works', reason: 'it runs again' } });
    expect(orders(world).map(({ order }) => order.step)).toEqual(['s6']);
  });

  it('while the close is asked: nobody closes it over that', () => {
    const world = hardened();
    world.watch();
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    world.pass(37 * HOUR);
    if (world.watched.length > 0) world.watch();
    world.applied();
    world.seenTwice();
    const gate = world.gate('close');
    expect(gate).not.toBe('none');
    const body = { verdict: 'broken', reason: 'the nightly job fails' };
    world.say('attest', 'olga', { plan: world.incident.approved?.hash ?? null, body });
    expect(world.incident.phase).toBe('recovery');
    expect(world.gate('close')).toBe('none');
  });
});

describe('a use of what is dead', () => {
  it('that was refused is told, once, and opens nothing', () => {
    const world = contained(long);
    world.pass(EVERY);
    const from = world.events.length;
    const use = { at: world.now, refused: true };
    world.watch([], { s3: use });
    expect(world.incident.phase).toBe('recovery');
    expect(world.types().slice(from)).not.toContain('reopened');
    const tries = () => toldSince(world, from).filter(({ says }) => says.includes('still tries'));
    expect(tries().map(({ to }) => to)).toContain('soc');
    const told = tries().length;
    world.pass(EVERY);
    const request = wanted(world.incident, world.now).effects.find(({ id }) => id.startsWith('watch-'));
    expect(request).toMatchObject({
      request: { steps: expect.arrayContaining([expect.objectContaining({ step: 's3', knownUse: use.at })]) },
    });
    world.watch([], { s3: use });
    expect(tries()).toHaveLength(told);
  });

  it('that came through opens it again', () => {
    const world = contained(long);
    world.pass(EVERY);
    world.watch(['s3'], { s3: { at: world.now, refused: false } });
    expect(world.incident.phase).toBe('containment');
    expect(step(world, 's3')?.usedAt).toBe(world.now);
  });
});

describe('nobody looks', () => {
  it('that is told once, tried again, and more seldom the longer it lasts', () => {
    const world = contained(long);
    world.pass(EVERY);
    const from = world.events.length;
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const effect = wanted(world.incident, world.now).effects.find(({ id }) => id.startsWith('watch-'));
      world.do({ type: 'failed', effect: effect?.id ?? '', sort: 'absent', reason: 'Nobody took it up.' });
      const next = world.incident.watch.notBefore ?? '';
      waits.push(Date.parse(next) - Date.parse(world.now));
      world.now = next;
      world.do({ type: 'tick' });
    }
    expect(waits.slice(0, 4)).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
    expect(Math.max(...waits)).toBe(EVERY);
    expect(toldSince(world, from).filter(({ says }) => says.includes('nobody sees'))).toHaveLength(1);
    world.watch();
    expect(world.incident.watch).toMatchObject({ failed: 0, trouble: null });
  });

  it('or somebody else’s word for it: that is not believed', () => {
    const world = contained(long);
    world.pass(EVERY);
    const effect = wanted(world.incident, world.now).effects.find(({ id }) => id.startsWith('watch-'));
    const steps = [{ step: 's3', holds: false, saw: 'x' }];
    const words = {
      answers: effect?.id ?? '',
      plan: world.incident.approved?.hash ?? null,
      body: { at: world.now, steps },
    };
    const judgement = judged('checked', 'identity-aws', words, world.now);
    world.do({ type: 'checked', effect: effect?.id ?? '', judgement });
    expect(world.types()).not.toContain('reopened');
    expect(world.types()).toContain('watchFailed');
  });
});
