// Custody and its clocks: what happens, and due when, while people are silent.
import { describe, expect, it } from 'vitest';
import type { EventData } from '../../../domain/incident/event.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import { HOUR, MINUTE, START, World } from './world.ts';

const at = (ms: number) => plus(START, ms);

/** Type and due instant of what the clock did. */
const climbed = (world: World) =>
  world.events
    .filter((one) => one.type === 'rungTold' || one.type === 'silence')
    .map((one) => [one.type, (one.data as EventData['rungTold'] | EventData['silence']).due]);

describe('when nobody ever answers', () => {
  it('climbs the ladder, hands off, then keeps telling: each due at its exact instant', () => {
    const world = new World().look();
    for (let i = 0; i < 9; i++) {
      world.deliver();
      world.next(400);
    }
    const offered = at(10 * MINUTE + 400);
    expect(climbed(world)).toEqual([
      ['rungTold', at(3 * MINUTE)],
      ['rungTold', at(6 * MINUTE)],
      ['silence', at(10 * MINUTE)],
      ['rungTold', plus(offered, 3 * MINUTE)],
      ['rungTold', plus(offered, 6 * MINUTE)],
      ['silence', plus(offered, 10 * MINUTE)],
      ['rungTold', plus(offered, 25 * MINUTE)],
      ['rungTold', plus(offered, 40 * MINUTE)],
      ['rungTold', plus(offered, 55 * MINUTE)],
    ]);
    expect(world.events.filter((one) => one.type === 'silence').map((one) => one.data)).toMatchObject([
      { does: 'hand-off', to: 'platform' },
      { does: 'hold' },
    ]);
    expect(world.incident.hold.party).toBe('soc');
    expect(world.incident.offer).toBeNull();
  });

  it('tells in the view what silence will do next', () => {
    const world = new World().look();
    expect(viewOf(world.incident, GENESIS, world.now).due).toEqual({
      at: at(3 * MINUTE),
      then: `SOC is told that SOC has not answered; at ${at(10 * MINUTE)} it is offered to Platform team`,
    });
  });

  it('has the built-in clock before any runbook is read: the SOC, fifteen minutes', () => {
    const world = new World();
    expect(world.incident.hold).toMatchObject({ party: 'soc', acknowledgeBy: at(15 * MINUTE) });
    expect(world.deadline).toBe(at(5 * MINUTE));
    world.do({
      type: 'failed',
      effect: world.effect('resolve'),
      sort: 'retry',
      reason: 'the folder is gone',
    });
    world.deliver();
    expect(world.deadline).toBe(plus(START, MINUTE));
    world.next();
    expect(world.effect('resolve')).not.toBe('none');
  });
});

describe('silence', () => {
  it('does not count while a notice has been neither delivered nor failed', () => {
    const world = new World().look();
    world.next();
    world.next();
    world.next();
    expect(world.types()).toContain('silenceNotCounted');
    expect(world.types()).not.toContain('silence');
    for (const notice of world.incident.notices)
      world.do({ type: 'failed', effect: notice.id, sort: 'retry', reason: 'no channel' });
    world.next();
    expect(world.types()).toContain('silence');
    expect(world.types().filter((type) => type === 'noticeFailed').length).toBeGreaterThan(0);
  });

  it('is announced again after an outage, and its interval begins anew, before any fallback acts', () => {
    const world = new World().look();
    world.deliver();
    world.now = plus(START, 5 * HOUR);
    world.do({ type: 'tick' });
    expect(world.events.at(-2)).toMatchObject({
      type: 'rungTold',
      data: { rung: 0, due: at(3 * MINUTE), late: true },
    });
    world.deliver();
    expect(world.deadline).toBe(plus(START, 5 * HOUR + 3 * MINUTE));
    world.next();
    world.deliver();
    expect(world.types()).not.toContain('silence');
    expect(world.deadline).toBe(plus(START, 5 * HOUR + 7 * MINUTE));
    world.next();
    expect(world.types()).toContain('silence');
  });

  it('an outage over the end of the ladder: the last rung is announced again first', () => {
    const world = new World().look();
    world.next();
    world.next();
    world.deliver();
    world.now = plus(START, 5 * HOUR);
    world.do({ type: 'tick' });
    expect(world.types()).not.toContain('silence');
    expect(world.events.at(-2)).toMatchObject({ type: 'rungTold', data: { rung: 1, late: true } });
    world.deliver();
    expect(world.deadline).toBe(plus(START, 5 * HOUR + 4 * MINUTE));
  });
});

describe('a hold', () => {
  it('that is acknowledged stops the first clock only: without progress it climbs again', () => {
    const world = new World().look();
    world.say('acknowledge', 'sam', { answers: 'hold-1', body: { answer: 'accept' } });
    world.deliver();
    expect(world.deadline).toBe(at(HOUR));
    world.next();
    expect(world.incident.climb).toMatchObject({
      reason: 'noProgress',
      startedAt: at(HOUR),
      endsAt: at(HOUR + 10 * MINUTE),
    });
    expect(world.deadline).toBe(at(HOUR + 3 * MINUTE));
    world.say('acknowledge', 'lee', { answers: 'hold-1', body: { answer: 'accept' } });
    expect(world.incident.climb?.reason, 'words are no progress').toBe('noProgress');
  });

  it('stays with the giver until the offer is accepted', () => {
    const world = new World().look();
    world.assess();
    expect(world.incident.hold).toMatchObject({ party: 'soc', person: 'sam' });
    expect(world.incident.offer).toMatchObject({ to: 'identity', from: 'soc' });
    const offered = world.incident.offer?.id ?? '';
    expect(world.say('acknowledge', 'ida', { answers: offered, body: { answer: 'accept' } })).toMatchObject({
      accepted: true,
    });
    expect(world.incident.hold).toMatchObject({ id: offered, party: 'identity', person: 'ida' });
    expect(world.deadline).toBe(at(HOUR));
  });

  it('that is declined stays, and climbs', () => {
    const world = new World().look();
    world.assess();
    const answers = world.incident.offer?.id ?? '';
    expect(world.say('acknowledge', 'ida', { answers, body: { answer: 'decline' } })).toMatchObject({
      code: 'malformed',
    });
    world.say('acknowledge', 'ida', { answers, body: { answer: 'decline', reason: 'not ours' } });
    expect(world.incident).toMatchObject({
      offer: null,
      hold: { party: 'soc' },
      climb: { reason: 'declined' },
    });
    expect(world.deadline).toBe(at(3 * MINUTE));
  });

  it('passes on by hand, with a reason, to a party that there is', () => {
    const world = new World().look();
    expect(world.say('handOff', 'sam', { body: { to: 'nobody', reason: 'x' } })).toMatchObject({
      code: 'malformed',
    });
    expect(world.say('handOff', 'sam', { body: { to: 'soc', reason: 'x' } })).toMatchObject({
      code: 'notNow',
    });
    expect(world.say('handOff', 'sam', { body: { to: 'platform', reason: 'they run it' } })).toMatchObject({
      accepted: true,
    });
    expect(world.incident.offer).toMatchObject({ to: 'platform', reason: 'they run it' });
    expect(world.say('acknowledge', 'pat', { assurance: 'told', body: { answer: 'accept' } })).toMatchObject({
      accepted: true,
    });
    expect(world.incident.hold).toMatchObject({ party: 'platform', person: 'pat' });
  });

  it('is accepted by a decision of the party that it is offered to', () => {
    const world = new World().look();
    world.assess();
    world.approve('ida');
    expect(world.incident.hold).toMatchObject({ party: 'identity', person: 'ida' });
  });
});
