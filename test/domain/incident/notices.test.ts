import { describe, expect, it, test } from 'vitest';
import { readDelivery } from '../../../domain/incident/delivery.ts';
import type { EventData } from '../../../domain/incident/event.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { chained, GENESIS } from '../../../domain/record/record.ts';
import { detection, HOUR, KEY, MINUTE, START, World } from './world.ts';

const told = (world: World): EventData['told'][] =>
  world.events.flatMap((one) => (one.type === 'told' ? [one.data] : []));

/** Up to the approved plan's gate, with every notice delivered. */
function assessed(): World {
  const world = new World().look();
  world.say('acknowledge', 'sam', { answers: world.incident.hold.id, body: { answer: 'accept' } });
  world.assess();
  return world;
}

describe('a notice says how things stand', () => {
  it('the first: who holds it, until when, what silence does, and the command', () => {
    const [first] = told(new World());
    expect(first).toMatchObject({
      to: 'soc',
      holder: { party: 'soc', title: 'soc', person: null },
      due: plus(START, 5 * MINUTE),
      answer: `custody ack ${KEY}`,
    });
    expect(first?.then).toMatch(/^soc is told that soc has not answered; at .* soc keeps it/);
    expect(first?.says.endsWith(` ${first.answer}`)).toBe(true);
  });

  it('a rung: the next moment of the clock, and what the ladder’s end will do', () => {
    const world = new World().look();
    world.next();
    expect(told(world).at(-1)).toMatchObject({
      to: 'soc',
      holder: { party: 'soc', title: 'SOC', person: null },
      due: plus(START, 6 * MINUTE),
      then: `SOC is told that SOC has not answered; at ${plus(START, 10 * MINUTE)} it is offered to Platform team`,
      answer: `custody ack ${KEY}`,
    });
  });

  it('an offer: the giver still holds it, and whoever it is offered to answers', () => {
    const world = assessed();
    const offer = told(world).find(({ to, says }) => to === 'identity' && says.includes('is offered to you'));
    expect(offer).toMatchObject({
      holder: { party: 'soc', title: 'SOC', person: 'sam' },
      due: plus(world.now, 3 * MINUTE),
      answer: `custody ack ${KEY}`,
    });
  });

  it('a question names the command that answers it, in its words and beside them', () => {
    const world = assessed();
    const asked = told(world).filter(({ says }) => says.includes('a plan waits for approval'));
    expect(asked.map(({ to }) => to)).toEqual(['soc', 'identity']);
    for (const { says, answer } of asked) {
      expect(answer).toBe(`custody approve ${KEY}`);
      expect(says.endsWith(`a plan waits for approval. ${answer}`)).toBe(true);
    }
  });

  it('what asks nothing names what helps whoever is told: to take it, else to look', () => {
    const world = new World().look();
    world.do({ type: 'settleFailed', reason: 'the disk is full' });
    expect(told(world).at(-1)).toMatchObject({ answer: `custody ack ${KEY}` });
    world.say('acknowledge', 'sam', { answers: world.incident.hold.id, body: { answer: 'accept' } });
    world.do({ type: 'settleFailed', reason: 'the disk is gone' });
    const last = told(world).at(-1);
    expect(last).toMatchObject({
      holder: { person: 'sam' },
      due: plus(START, HOUR),
      answer: `custody show ${KEY}`,
    });
    expect(last?.says.endsWith('the disk is gone')).toBe(true);
  });

  it('a drill says so in every notice, and to every channel', () => {
    const world = new World(detection({ isSample: true })).look();
    world.next();
    expect(told(world).length).toBeGreaterThan(1);
    expect(told(world).every(({ says }) => says.startsWith('DRILL: '))).toBe(true);
    expect(world.incident.notices.every(({ drill }) => drill)).toBe(true);
  });
});

const DELIVERY = {
  delivered: { to: 'erin', channel: 'mail', at: '2026-11-24T03:13:01.000Z' },
  failed: [{ channel: 'pager', reason: 'it answered 503' }],
};

describe('what became of a notice', () => {
  it('stands in the record: who was reached, where, when, and what failed before', () => {
    const world = new World();
    const delivery = readDelivery(DELIVERY);
    world.do({ type: 'notified', effect: 'notice-1', delivery });
    expect(world.events.at(-1)).toMatchObject({
      type: 'noticeDelivered',
      data: {
        notice: 'notice-1',
        delivery: {
          to: 'erin',
          channel: 'mail',
          at: '2026-11-24T03:13:01.000Z',
          failed: [{ channel: 'pager', reason: 'it answered 503' }],
        },
      },
    });
    expect(world.incident.notices).toEqual([]);
  });

  it('counts as taken where the notifier says nothing that can be read', () => {
    const world = new World();
    world.do({ type: 'notified', effect: 'notice-1', delivery: readDelivery(undefined) });
    expect(world.events.at(-1)).toMatchObject({
      type: 'noticeDelivered',
      data: { notice: 'notice-1', delivery: null },
    });
    expect(world.incident.notices).toEqual([]);
  });

  test.each([
    undefined,
    null,
    'delivered',
    [],
    {},
    { delivered: null, failed: [] },
    { delivered: DELIVERY.delivered },
    { delivered: { ...DELIVERY.delivered, at: 'yesterday' }, failed: [] },
    { delivered: { ...DELIVERY.delivered, channel: 7 }, failed: [] },
  ])('%j cannot be read', (said) => expect(readDelivery(said)).toBeNull());

  it('is bounded, keeps nothing else, and can always be chained', () => {
    const long = '\ud800'.repeat(10_000);
    const read = readDelivery({
      delivered: { to: long, channel: long, at: '2026-11-24T03:13:01Z', password: 'x' },
      failed: [7, ...Array.from({ length: 100 }, () => ({ channel: long, reason: long, password: 'x' }))],
    });
    expect(read?.failed).toHaveLength(19);
    expect(JSON.stringify(read).length).toBeLessThan(20_000);
    expect(JSON.stringify(read)).not.toContain('password');
    expect(read?.at).toBe('2026-11-24T03:13:01.000Z');
    const data = { notice: 'notice-1', delivery: read };
    expect(() => chained(GENESIS, START, { type: 'noticeDelivered', data })).not.toThrow();
  });
});
