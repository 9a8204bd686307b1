// The owner's word: item by item of the checklist, beside what machines see; and what becomes of an incident whose service is broken.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { HOUR, rules, World } from './world.ts';

const CHECKLIST = [
  { name: 'dependencies', says: 'All have the new credential.' },
  { name: 'jobs', says: 'What failed was run again.' },
];

const replaced = (checklist = CHECKLIST): World => {
  const world = new World().look(rules({ checklist })).decided('cut');
  for (let i = 0; i < 3; i++) world.applied();
  world.seenTwice();
  world.applied();
  world.seenTwice();
  world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
  return world;
};
const attest = (world: World, body: Record<string, unknown>, person = 'olga') =>
  world.say('attest', person, {
    plan: world.incident.approved?.hash ?? null,
    body: { verdict: 'works', reason: 'x', ...body },
  });
const everything = CHECKLIST.map(({ name }) => name);

describe('the checklist', () => {
  it('is confirmed item by item: what is left out is named, and nothing is attested', () => {
    const world = replaced();
    world.seenTwice();
    expect(attest(world, {})).toMatchObject({
      code: 'notNow',
      reason: expect.stringMatching(/--confirm: dependencies \(All have.+\), jobs \(What failed/),
    });
    const one = attest(world, { confirms: ['dependencies'] });
    expect(one).toMatchObject({ code: 'notNow', reason: expect.not.stringContaining('dependencies') });
    expect(world.incident).toMatchObject({ phase: 'recovery', attestation: null });
    expect(attest(world, { confirms: everything })).toMatchObject({ accepted: true });
    expect(world.incident.phase).toBe('hardening');
    expect(world.events.find(({ type }) => type === 'attested')?.data).toMatchObject({
      confirms: everything,
    });
    expect(viewOf(world.incident, GENESIS, world.now)).toMatchObject({
      checklist: CHECKLIST,
      attestation: { person: 'olga', confirms: everything },
    });
  });

  it('has no other items than the runbook’s, and none for a step', () => {
    const world = replaced();
    expect(attest(world, { confirms: [...everything, 'lunch'] })).toMatchObject({
      code: 'malformed',
      reason: 'The checklist has dependencies, jobs, and not lunch.',
    });
    expect(attest(world, { step: 's1', confirms: everything })).toMatchObject({ code: 'malformed' });
    expect(attest(replaced([]), { confirms: ['jobs'] })).toMatchObject({ code: 'malformed' });
    expect(world.incident.attestation).toBeNull();
  });

  it('is not asked of whoever says that it is broken', () => {
    const world = replaced();
    expect(attest(world, { verdict: 'broken' })).toMatchObject({ accepted: true });
  });
});

describe('both proofs', () => {
  it('the owner’s alone keeps recovery open, with its clock', () => {
    const world = replaced();
    attest(world, { confirms: everything });
    expect(world.incident).toMatchObject({ phase: 'recovery', attestation: { verdict: 'works' } });
    expect(world.deadline !== null && world.deadline <= world.incident.hold.actBy).toBe(true);
    world.seenTwice();
    expect(world.incident.phase).toBe('hardening');
  });

  it('the machines’ alone too', () => {
    const world = replaced();
    world.seenTwice();
    expect(world.incident.phase).toBe('recovery');
    expect(world.incident.climb).toMatchObject({ reason: 'unacknowledged' });
  });
});

describe('a service that is broken', () => {
  it('goes back to whoever contained it, with the reason, and a clock', () => {
    const world = replaced();
    world.seenTwice();
    attest(world, { verdict: 'broken', reason: 'the nightly export fails' });
    const { phase, hold, offer, climb } = world.incident;
    expect({ phase, held: hold.party }).toEqual({ phase: 'recovery', held: 'service-owner' });
    expect(offer).toMatchObject({
      to: 'identity',
      reason: expect.stringContaining('the nightly export fails'),
    });
    expect(climb).toMatchObject({ reason: 'unacknowledged', startedAt: world.now });
    attest(world, { confirms: everything });
    expect(world.incident.phase).toBe('hardening');
  });

  it('later opens recovery again: nothing is deleted, and the act-by begins anew', () => {
    const world = replaced();
    world.seenTwice();
    attest(world, { confirms: everything });
    world.say('acknowledge', 'ida', { answers: world.incident.offer?.id ?? '', body: { answer: 'accept' } });
    world.approve('ida', 'irreversible');
    world.pass(HOUR);
    attest(world, { verdict: 'broken', reason: 'the export fails after all' });
    expect(world.incident).toMatchObject({ phase: 'recovery', hold: { party: 'identity', from: world.now } });
    expect(world.incident.hold.actBy).toBe(plus(world.now, HOUR));
    attest(world, { confirms: everything });
    expect(world.incident.phase).toBe('hardening');
  });
});
