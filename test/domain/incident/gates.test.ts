// How gates are answered: votes that are taken back, one person who approves alone, what a no means, how long votes can be gathered,
// and where somebody must be at the keyboard.
import { describe, expect, it } from 'vitest';
import { leavesOut } from '../../../authority/warrant/counted.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { HOUR, MINUTE, rules, START, World } from './world.ts';

const ordered = (world: World): boolean =>
  wanted(world.incident, world.now).effects.some(({ type }) => type === 'apply');
const answer = (world: World, person: string, gate: string, body: Record<string, unknown>) =>
  world.approve(person, gate, { body });
const withAct = (change: Partial<Rules['gates']['act']>): Rules =>
  rules({ gates: { ...rules().gates, act: { ...rules().gates.act, ...change } } });

describe('a vote that is taken back', () => {
  it('counts no more, and can be given again, or otherwise', () => {
    const world = new World().look(withAct({ quorum: 3 }));
    world.assess();
    world.approve('ida');
    expect(answer(world, 'ida', 'act', { verdict: 'withdraw', reason: 'wrong plan' })).toMatchObject({
      accepted: true,
    });
    world.approve('ivo');
    expect(ordered(world), 'two of three').toBe(false);
    world.approve('ida');
    expect(ordered(world)).toBe(true);
  });

  it('is one’s own, and there must be one', () => {
    const world = new World().look(withAct({ quorum: 3 }));
    world.assess();
    world.approve('ida');
    expect(answer(world, 'ivo', 'act', { verdict: 'withdraw' })).toMatchObject({ code: 'notNow' });
    expect(world.incident.gates.find(({ name }) => name === 'act')?.votes).toHaveLength(2);
  });

  it('comes too late when there were enough', () => {
    const world = new World().look();
    world.assess();
    const gate = world.gate('act');
    const { plan } = world;
    world.approve('ida');
    const body = { verdict: 'withdraw', reason: 'x' };
    expect(world.say('decide', 'ida', { answers: gate, plan, body })).toMatchObject({ code: 'notOpen' });
  });

  it('of whoever asked for something weaker ends the asking', () => {
    const world = new World().look();
    world.say('assess', 'sam', { body: { level: 'low', reason: 'x' } });
    answer(world, 'sam', 'lower', { verdict: 'withdraw', reason: 'I was wrong' });
    expect(world.gate('lower')).toBe('none');
    expect(world.incident.level).toBe('high');
  });
});

describe('breaking the glass', () => {
  const glass = { verdict: 'approve', breakGlass: true, reason: 'nobody answers' };
  const allowed = (): World => {
    const world = new World().look(rules({ breakGlass: { parties: ['identity'] } }));
    world.assess();
    return world;
  };

  it('is for whom the class lets, at the act, with a reason', () => {
    const none = new World().look();
    none.assess();
    expect(answer(none, 'ida', 'act', glass)).toMatchObject({ code: 'notOffered' });
    expect(answer(allowed(), 'pat', 'act', glass)).toMatchObject({ code: 'notAllowed' });
    expect(answer(allowed(), 'ida', 'act', { verdict: 'approve', breakGlass: true })).toMatchObject({
      code: 'malformed',
    });
    expect(answer(allowed(), 'ida', 'act', { ...glass, verdict: 'reject' })).toMatchObject({
      code: 'malformed',
    });
    const world = allowed();
    world.say('assess', 'sam', { body: { level: 'low', reason: 'x' } });
    expect(answer(world, 'lee', 'lower', glass)).toMatchObject({ code: 'notOffered' });
  });

  it('approves alone, tells everybody, and somebody else must review it before the close', () => {
    const world = new World().look(
      rules({
        breakGlass: { parties: ['soc'] },
        gates: { ...rules().gates, risk: { quorum: 1, parties: ['soc'] } },
      }),
    );
    world.assess('lee');
    const before = world.events.length;
    expect(answer(world, 'sam', 'act', glass)).toMatchObject({ accepted: true });
    expect(ordered(world)).toBe(true);
    const told = world.events.slice(before).flatMap((one) => (one.type === 'told' ? [one.data.to] : []));
    expect(told).toEqual(expect.arrayContaining(['soc', 'identity', 'platform', 'service-owner']));
    expect(viewOf(world.incident, GENESIS, world.now).gates).toMatchObject([
      { name: 'review', asks: 'Was it right to break the glass?' },
    ]);
    for (const person of ['sam', 'lee']) world.say('close', person, { body: { reason: 'by hand' } });
    expect(world.incident.outcome, 'not before the review').toBe('open');
    expect(world.approve('sam', 'review')).toMatchObject({ code: 'notAllowed' });
    world.approve('lee', 'review');
    expect(world.incident.closedAs).toBe('handledByHand');
  });

  it('that was not right is answered, too: the incident can close, and the record says so', () => {
    const world = allowed();
    answer(world, 'ida', 'act', glass);
    answer(world, 'lee', 'review', { verdict: 'reject', reason: 'ivo was there' });
    expect(world.gate('review')).toBe('none');
    expect(world.types()).toContain('gateRejected');
  });
});

describe('a review of whoever broke the glass', () => {
  it('does not lapse with the plan, nor is the incident closed without it', () => {
    const world = new World().look(rules({ breakGlass: { parties: ['identity'] } }));
    world.assess();
    answer(world, 'ida', 'act', { verdict: 'approve', breakGlass: true, reason: 'nobody answers' });
    const order = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
    world.do({ type: 'failed', effect: order?.id ?? '', sort: 'throttled', reason: 'AWS is busy' });
    world.pass(25 * HOUR);
    expect(world.types()).toContain('planLapsed');
    expect(world.gate('review')).not.toBe('none');
    for (const person of ['sam', 'lee']) world.say('close', person, { body: { reason: 'by hand' } });
    expect(world.incident.outcome).toBe('open');
  });
});

describe('a glass that is broken twice', () => {
  it('is reviewed twice, in either order', () => {
    const world = new World().look(rules({ breakGlass: { parties: ['identity'] } }));
    const glass = { verdict: 'approve', breakGlass: true, reason: 'nobody answers' };
    world.assess();
    answer(world, 'ida', 'act', glass);
    const order = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
    world.do({ type: 'failed', effect: order?.id ?? '', sort: 'throttled', reason: 'AWS is busy' });
    world.pass(25 * HOUR);
    world.look();
    world.assess();
    answer(world, 'ivo', 'act', glass);
    const reviews = world.incident.gates.filter(({ name }) => name === 'review');
    expect(reviews.map(({ status }) => status)).toEqual(['open', 'open']);
    for (const { id } of reviews)
      world.say('decide', 'lee', { answers: id, plan: null, body: { verdict: 'approve' } });
    expect(world.gate('review')).toBe('none');
  });
});

describe('votes that an executor does not take for enough', () => {
  const refuse = (world: World, check: string) => {
    const order = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
    const reason = `The own policy asks for 3 different people. (${check})`;
    world.do({ type: 'failed', effect: order?.id ?? '', sort: 'refused', reason });
  };

  it.each([...leavesOut, 'decisionsApprove', 'quorumIsMet'])(
    'are asked for anew at the act, where nothing was done yet (%s)',
    (check) => {
      const world = new World().look().decided('cut');
      refuse(world, check);
      expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
      expect(world.gate('risk')).not.toBe('none');
      world.decided('cut');
      expect(ordered(world)).toBe(true);
    },
  );

  it('are asked for anew at the gate of a deletion', () => {
    const world = new World().contained().recovered();
    world.approve('ida', 'irreversible');
    refuse(world, 'quorumIsMet');
    expect(world.gate('irreversible')).not.toBe('none');
  });

  it('are not asked for because of anything else', () => {
    const world = new World().look().decided('cut');
    refuse(world, 'accountIsOurs');
    expect(world.incident.phase).toBe('containment');
  });
});

describe('a no', () => {
  it('by majority ends it when as many say no as would be needed to say yes', () => {
    const world = new World().look(withAct({ quorum: 3, rejection: 'majority' }));
    world.assess();
    for (const person of ['ida', 'ivo']) answer(world, person, 'act', { verdict: 'reject', reason: 'no' });
    expect(world.gate('act')).not.toBe('none');
    answer(world, 'both', 'act', { verdict: 'reject', reason: 'no' });
    expect(world.gate('act')).toBe('none');
    expect(world.incident.phase).toBe('triage');
  });

  it('is a veto where the runbook says nothing', () => {
    const world = new World().look(withAct({ quorum: 3 }));
    world.assess();
    answer(world, 'ida', 'act', { verdict: 'reject', reason: 'no' });
    expect(world.gate('act')).toBe('none');
  });
});

describe('votes', () => {
  it('can be gathered until the gate expires, at the exact instant; then it is judged anew', () => {
    const world = new World().look(withAct({ expires: '30m' }));
    world.assess();
    expect(viewOf(world.incident, GENESIS, world.now).gates[0]?.until).toBe(plus(START, 30 * MINUTE));
    while (world.now < plus(START, 30 * MINUTE)) {
      world.deliver();
      world.next();
    }
    expect(world.events.find((one) => one.type === 'gateLapsed')).toMatchObject({
      at: plus(START, 30 * MINUTE),
    });
    expect(world.incident.phase).toBe('triage');
    world.assess();
    world.approve('ida');
    expect(ordered(world), 'asked anew, answered anew').toBe(true);
  });

  it('for something weaker are gathered for a day', () => {
    const world = new World().look();
    world.say('assess', 'sam', { body: { level: 'low', reason: 'x' } });
    world.pass(24 * HOUR);
    expect(world.gate('lower')).toBe('none');
    expect(world.incident.level).toBe('high');
  });
});

describe('where somebody must be at the keyboard', () => {
  const present = withAct({ assurance: 'present' });

  it('a key is not enough, a passkey is', () => {
    const world = new World().look(present);
    world.assess();
    expect(world.approve('ida')).toMatchObject({ code: 'notProven' });
    expect(world.approve('ida', 'act', { assurance: 'present' })).toMatchObject({ accepted: true });
  });

  it('nor does the SOC’s word by a key count at the act: it votes there itself', () => {
    const world = new World().look(present);
    world.assess();
    expect(world.incident.gates.find(({ name }) => name === 'act')?.votes).toEqual([]);
    world.approve('sam', 'act', { assurance: 'present' });
    world.approve('ida', 'act', { assurance: 'present' });
    expect(ordered(world)).toBe(true);
  });
});
