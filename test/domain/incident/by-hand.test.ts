// Steps that people do where no worker can: one says that it is done, another looks; the vendor has the act, the SOC keeps the outcome.
import { describe, expect, it } from 'vitest';
import { bearingsOf } from '../../../domain/incident/bearings.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { ByHandStep, Rules } from '../../../domain/runbook/rules.ts';
import { HOUR, MINUTE, rules, START, World } from './world.ts';

const step = (change: Partial<ByHandStep> = {}): ByHandStep => ({
  phase: 'containment',
  party: 'platform',
  confirms: 'soc',
  does: 'Revoke the token at the vendor.',
  undo: 'None.',
  check: 'The vendor says so in writing.',
  ...change,
});

/** A vendor's identity: nothing of it can be read or cut from here. */
const vendor = (change: Partial<Rules> = {}): Rules =>
  rules({
    checker: null,
    owner: null,
    executors: { 'source-of-truth': null, owner: null },
    byHand: [step(), step({ phase: 'recovery', party: 'service-owner', does: 'Use the new token.' })],
    phases: {
      ...rules().phases,
      containment: {
        ...rules().phases.containment,
        holder: 'platform',
        actMs: 8 * HOUR,
        inward: { party: 'soc', everyMs: 2 * HOUR },
      },
      recovery: { ...rules().phases.recovery, holder: 'soc' },
    },
    gates: { ...rules().gates, act: { quorum: 2, parties: ['soc', 'platform'] } },
    ...change,
  });

const opened = (): World => {
  const world = new World();
  world.do({ type: 'resolved', effect: world.effect('resolve'), rules: vendor() });
  return world;
};

const decided = (): World => {
  const world = opened();
  world.assess();
  world.approve('pat');
  return world;
};

const attest = (world: World, person: string, id: string, verdict = 'works') =>
  world.say('attest', person, {
    plan: world.incident.approved?.hash ?? null,
    body: { verdict, step: id, reason: 'mail of the vendor' },
  });

describe('where no worker can look or act', () => {
  it('the plan is what people do, and no worker is asked', () => {
    const world = decided();
    expect(world.incident.approved?.plan.steps).toMatchObject([
      { kind: 'manual/step', executor: 'manual', party: 'platform', checker: 'soc', phase: 'containment' },
      { kind: 'manual/step', party: 'service-owner', phase: 'recovery' },
    ]);
    const { effects } = wanted(world.incident, world.now);
    expect(effects.filter(({ type }) => ['apply', 'check', 'discover', 'preflight'].includes(type))).toEqual(
      [],
    );
    expect(world.incident.hold.party, 'their vote took it').toBe('platform');
    expect(bearingsOf(world.incident)).toMatchObject({
      machines: [],
      byHand: [
        { step: 's1', parties: ['platform', 'soc'] },
        { step: 's2', parties: ['service-owner', 'soc'] },
      ],
    });
  });

  it('one does it, another confirms it, and only then it is contained', () => {
    const world = decided();
    expect(attest(world, 'sam', 's1'), 'not theirs').toMatchObject({ code: 'notAllowed' });
    expect(attest(world, 'pat', 's1')).toMatchObject({ accepted: true });
    expect(world.incident.phase).toBe('containment');
    expect(attest(world, 'pat', 's1'), 'the same person').toMatchObject({ code: 'notAllowed' });
    expect(attest(world, 'sam', 's1')).toMatchObject({ accepted: true });
    expect(world.types()).toContain('contained');
    expect(world.incident).toMatchObject({ phase: 'recovery', containment: { saying: null } });
    expect(attest(world, 'olga', 's1'), 'it is over').toMatchObject({ code: 'notNow' });
  });

  it('whoever looks and does not find it done sends it back, and it climbs', () => {
    const world = decided();
    attest(world, 'pat', 's1');
    attest(world, 'sam', 's1', 'broken');
    expect(world.incident.steps[0]).toMatchObject({ status: 'blocked', trouble: 'sam: mail of the vendor' });
    expect(world.incident.climb?.reason).toBe('trouble');
    attest(world, 'pat', 's1');
    attest(world, 'lee', 's1');
    expect(world.incident.phase).toBe('recovery');
  });

  it('a step of a worker, or one that is not there, is not attested', () => {
    expect(attest(decided(), 'pat', 's9')).toMatchObject({ code: 'notOpen' });
    const aws = new World().look().decided('cut');
    expect(attest(aws, 'ida', 's1')).toMatchObject({ code: 'notOpen' });
  });

  it('the whole way to the close', () => {
    const world = decided();
    attest(world, 'pat', 's1');
    attest(world, 'sam', 's1');
    attest(world, 'olga', 's2');
    attest(world, 'lee', 's2');
    const plan = world.incident.approved?.hash ?? null;
    world.say('attest', 'sam', { plan, body: { verdict: 'works', reason: 'the integration runs' } });
    expect(world.incident.phase).toBe('hardening');
    world.say('close', 'sam', { body: { reason: 'done' } });
    expect(world.incident.closedAs).toBe('resolved');
  });

  it('asks nobody twice, and lapses for no plan’s sake', () => {
    const world = decided();
    while (world.now < plus(START, 30 * HOUR)) {
      world.deliver();
      world.next();
    }
    expect(world.types().filter((type) => type === 'ordered')).toHaveLength(1);
    expect(world.types()).not.toContain('planLapsed');
    expect(attest(world, 'pat', 's1')).toMatchObject({ accepted: true });
  });
});

describe('the outward and the inward clock', () => {
  it('the vendor has its own; the SOC, which keeps the outcome, is told at exact instants meanwhile', () => {
    const world = decided();
    const taken = world.now;
    expect(viewOf(world.incident, GENESIS, world.now)).toMatchObject({
      hold: { party: 'platform', actBy: plus(taken, 8 * HOUR) },
      accountable: { party: 'soc', nextAt: plus(taken, 2 * HOUR) },
    });
    while (world.now < plus(taken, 8 * HOUR)) {
      world.deliver();
      world.next();
    }
    const inward = world.events.filter(({ type }) => type === 'inwardTold');
    expect(inward.map(({ at }) => at)).toEqual([2, 4, 6, 8].map((hours) => plus(taken, hours * HOUR)));
  });

  it('after an outage it is told once, not once for each that was missed', () => {
    const world = decided();
    world.deliver();
    world.pass(7 * HOUR);
    expect(world.events.filter(({ type }) => type === 'inwardTold')).toMatchObject([{ data: { times: 3 } }]);
  });
});

describe('a hybrid estate', () => {
  it('the steps of one plan belong to several parties: one holder, each step its own party, all shown', () => {
    const world = new World().look(
      rules({ byHand: [step(), step({ does: 'Close the tunnel.', party: 'soc', confirms: 'identity' })] }),
    );
    world.decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    const view = viewOf(world.incident, GENESIS, world.now);
    expect(view.hold.party).toBe('identity');
    const open = (view.steps ?? []).filter(({ status }) => status === 'ordered');
    expect(open.map(({ party, byHand, due }) => [party, byHand, due])).toEqual([
      ['platform', true, plus(world.now, HOUR)],
      ['soc', true, plus(world.now, HOUR)],
    ]);
    attest(world, 'lee', 's5');
    attest(world, 'ivo', 's5');
    expect(world.incident.phase).toBe('containment');
    attest(world, 'pat', 's4');
    attest(world, 'sam', 's4');
    expect(world.incident.phase).toBe('recovery');
    world.pass(MINUTE);
    const order = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
    const signed = order?.type === 'apply' ? order.order.results.map(({ statement }) => statement) : [];
    expect(
      signed.filter((text) => text.includes('"step":"s4"')),
      'both words go to the executor',
    ).toHaveLength(2);
  });
});
