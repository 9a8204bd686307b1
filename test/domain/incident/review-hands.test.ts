// What a review found, each with the sequence that showed it: votes that got lost, words of one person that held, clocks that were wrong.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { detection, discovery, HOUR, MINUTE, rules, START, World } from './world.ts';

const privileged = { fact: 'privileged' as const, value: true, evidence: '$.x' };
const correct = (world: World, person: string, body: Record<string, unknown>) =>
  world.say('assess', person, { body: { reason: 'x', ...body } });
const followUp = (world: World, person: string, body: Record<string, unknown>) =>
  world.say('followUp', person, { body: { reason: 'x', ...body } });
const close = (world: World, person: string) => world.say('close', person, { body: { reason: 'x' } });
const attest = (world: World, verdict: string, step?: string, person = 'olga') =>
  world.say('attest', person, {
    plan: world.incident.approved?.hash ?? null,
    body: { verdict, reason: 'x', ...(step === undefined ? {} : { step }) },
  });
const order = (world: World) => {
  const found = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
  return found?.type === 'apply' ? found.order : null;
};
const way = (id: string) => ({
  kind: 'access-key',
  id,
  status: 'active',
  createdAt: null,
  lastUsedAt: null,
  stolen: true,
});
const found: Discovery = { ...discovery, waysIn: [way('AKIAIOSFODNN7STOLEN1')] };
const more: Discovery = { ...discovery, waysIn: [...found.waysIn, way('AKIAIOSFODNN7SECOND1')] };
const hardened = (world: World): World => {
  world.contained().recovered();
  world.approve('ida', 'irreversible');
  world.applied();
  world.seenTwice();
  world.pass(37 * HOUR);
  world.applied();
  world.seenTwice();
  return world;
};

describe('votes for the approved plan', () => {
  it('stay, whatever else is asked and answered beside them', () => {
    const world = new World().look().decided('cut');
    for (let i = 1; i <= 20; i++) {
      const add = { kind: 'other', says: `task ${i}`, party: 'platform' };
      followUp(world, i % 2 === 0 ? 'pat' : 'lee', { add });
      followUp(world, 'pat', { id: `follow-up-${i}`, as: 'waived' });
    }
    expect(order(world)?.decisions).toHaveLength(2);
    const open = world.incident.gates.filter(({ name }) => name === 'waive');
    expect(open, 'and there are not too many of those').toHaveLength(10);
  });

  it('nor are they pushed out by what was met', () => {
    const world = new World().contained().recovered();
    for (let i = 1; i <= 20; i++) {
      followUp(world, 'sam', { add: { kind: 'other', says: `task ${i}` } });
      followUp(world, 'sam', { id: `follow-up-${i}`, as: 'waived' });
      world.approve('lee', 'waive');
    }
    world.approve('ida', 'irreversible');
    expect(order(world)?.decisions.length).toBeGreaterThan(0);
  });

  it('what came to nothing keeps no signature: the state stays small', () => {
    const world = new World().look();
    const touched = Array.from({ length: 50 }, (_, i) => `bucket ${i} ${'x'.repeat(280)}`);
    for (let i = 0; i < 19; i++) {
      correct(world, 'sam', { level: 'low', touched });
      world.approve('lee', 'lower', { body: { verdict: 'reject', reason: 'no' } });
    }
    expect(JSON.stringify(world.incident).length).toBeLessThan(150_000);
  });
});

describe('a drill', () => {
  it('that becomes real keeps nothing of what one person weakened in it', () => {
    const sample = detection({ isSample: true, classification: [privileged], exposures: ['git.example/x'] });
    const world = new World(sample).look();
    correct(world, 'sam', { mode: 'observe', facts: { privileged: false } });
    followUp(world, 'sam', { id: 'follow-up-1', as: 'waived' });
    expect(world.incident).toMatchObject({ lowered: 'observe', followUps: [{ ended: { as: 'waived' } }] });
    const real = detection({ sourceId: 'real', level: 'critical', classification: [privileged] });
    world.do({ type: 'detect', detections: [real] });
    world.look();
    expect(world.incident).toMatchObject({
      drill: false,
      lowered: null,
      takenBack: [],
      rules: { mode: 'ask' },
      followUps: [{ ended: null }],
    });
    expect(world.incident.facts).toContainEqual(privileged);
    world.decided('cut');
    expect(order(world)).not.toBeNull();
  });
});

describe('a changed plan', () => {
  it('carries nothing that was signed about the one before: its executor would refuse every order', () => {
    const world = new World().look(rules({ rediscover: true }), found).decided('cut');
    world.found(found);
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.found(more);
    expect(world.incident.phase).toBe('triage');
    world.found(more);
    world.decided('cut');
    expect(order(world), 'a new plan is a new first stage, which is looked at').toBeNull();
    world.found(more);
    expect(order(world)?.results).toEqual([]);
  });

  it('cuts what was in doubt before, also where no alert named it', () => {
    const cut = (discovery.proposals.cut ?? []).map((one) =>
      one.kind === 'aws/access-key' ? { ...one, target: { accessKeyId: 'AKIAIOSFODNN7STOLEN1' } } : one,
    );
    const unnamed = { ...found, proposals: { cut } };
    const world = new World(detection({ credentialId: null })).look(rules({ rediscover: true }), unnamed);
    world.decided('cut');
    world.found({ ...more, proposals: { cut } });
    const look = wanted(world.incident, world.now).effects.find(({ type }) => type === 'discover');
    expect(look?.type === 'discover' && look.request.credentials).toEqual([
      'AKIAIOSFODNN7STOLEN1',
      'AKIAIOSFODNN7SECOND1',
    ]);
  });
});

describe('a plan that replaces first', () => {
  it('lapses unapproved at its hard deadline: approved later it would cut at once', () => {
    const world = new World().look(rules({ strategies: ['replace-then-cut'], cutByMs: 2 * HOUR }));
    world.pass(3 * HOUR);
    expect(world.types()).toContain('planLapsed');
    world.look();
    world.decided('replace-then-cut');
    expect(world.types()).not.toContain('deadlineCame');
    expect(order(world)?.step).toBe('s1');
  });
});

describe('alerts', () => {
  it('that say both of everything crowd out neither the cloud nor the SOC', () => {
    const world = new World().look();
    const both = Array.from({ length: 32 }, (_, i) => ({
      fact: 'human' as const,
      value: i % 2 === 0,
      evidence: `${i}`,
    }));
    for (const sourceId of ['b', 'c'])
      world.do({ type: 'detect', detections: [detection({ sourceId, classification: both })] });
    expect(world.incident.facts).toHaveLength(2);
    correct(world, 'sam', { facts: { privileged: true } });
    expect(world.incident.facts.some(({ fact }) => fact === 'privileged')).toBe(true);
  });

  it('in a flood do not push out the first stolen key, and are not told one by one', () => {
    const world = new World().look().decided('cut');
    const many = Array.from({ length: 1_500 }, (_, i) =>
      detection({ sourceId: `f${i}`, credentialId: `AKIAIOSFODNN${String(i).padStart(8, '0')}` }),
    );
    world.do({ type: 'detect', detections: many });
    expect(world.incident.detections.credentials[0]).toBe('AKIAIOSFODNN7STOLEN1');
    expect(world.incident.notices.at(-1)?.says.length).toBeLessThan(600);
    const told = world.incident.counters.notice;
    for (let i = 0; i < 30; i++)
      world.do({ type: 'detect', detections: [detection({ sourceId: `g${i}`, credentialId: `AKIA${i}` })] });
    expect(world.incident.counters.notice).toBe(told);
  });

  it('that name another key after the approval are looked at, and nothing is lifted meanwhile', () => {
    const world = new World().contained();
    const second = detection({ sourceId: 'b', credentialId: 'AKIAIOSFODNN7SECOND1' });
    world.do({ type: 'detect', detections: [second] });
    expect([world.effect('discover'), order(world)]).toEqual(['discover-2@first', expect.anything()]);
    const world2 = new World().look(rules(), found);
    world2.decided('cut');
    for (let i = 0; i < 3; i++) world2.applied();
    world2.do({ type: 'detect', detections: [second] });
    world2.seenTwice();
    expect([world2.incident.phase, order(world2)]).toEqual(['recovery', null]);
    world2.found(more);
    expect(world2.incident).toMatchObject({ phase: 'triage', approved: null });
  });

  it('that say more than was known lapse what was to be set aside or lowered', () => {
    const lowered = new World().look();
    correct(lowered, 'sam', { level: 'low' });
    lowered.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    expect(lowered.gate('lower')).toBe('none');
    const aside = new World().look();
    aside.assess('sam', { plan: null, body: { verdict: 'falsePositive', impact: 'none', reason: 'x' } });
    expect(aside.gate('close')).not.toBe('none');
    aside.do({ type: 'detect', detections: [detection({ sourceId: 'b', credentialId: 'AKIA2' })] });
    expect([aside.gate('close'), aside.gate('risk')]).toEqual(['none', expect.stringMatching(/^risk-/)]);
  });
});

describe('a close', () => {
  it('that was asked when all was done lapses when something is left after all', () => {
    const world = hardened(new World());
    expect(world.gate('close')).not.toBe('none');
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', exposures: ['git.example/x'] })] });
    expect(world.gate('close')).toBe('none');
    close(world, 'sam');
    expect(world.incident.outcome, 'by hand it needs two').toBe('open');
  });

  it('that one person wants by hand keeps nobody from judging it', () => {
    const world = new World().look();
    close(world, 'sam');
    world.assess();
    world.approve('ida', 'act', { body: { verdict: 'reject', reason: 'no' } });
    expect(world.incident.phase).toBe('triage');
    expect(world.assess('lee')).toMatchObject({ accepted: true });
  });

  it('says in plain words as what', () => {
    const world = new World().look();
    close(world, 'sam');
    const gate = viewOf(world.incident, GENESIS, world.now).gates.find(({ name }) => name === 'close');
    expect(gate).toMatchObject({
      asks: 'May this incident be closed as handled by hand?',
      closesAs: 'handledByHand',
    });
  });
});

describe('two who judge', () => {
  it('and choose different plans are told, and both choose anew', () => {
    const gates = { ...rules().gates, risk: { quorum: 2, parties: ['soc'] } };
    const world = new World().look(rules({ gates, strategies: ['cut', 'restrict'] }));
    world.assess('sam');
    const body = { verdict: 'incident', impact: 'confirmed', strategy: 'restrict', reason: 'x' };
    expect(world.assess('lee', { plan: world.planOf('restrict'), body })).toMatchObject({ accepted: true });
    expect(world.incident.notices.at(-1)?.says).toContain('lee chose restrict, and sam another plan');
    for (const person of ['sam', 'lee']) world.assess(person, { plan: world.planOf('restrict'), body });
    expect(world.incident.phase).toBe('containment');
  });
});

describe('observe', () => {
  it('ends with a runbook that acts: what was only observed is asked about again', () => {
    const world = new World().look(rules({ mode: 'observe' })).decided('cut');
    expect(world.incident.steps.every(({ status }) => status === 'skipped')).toBe(true);
    const newer = 'b'.repeat(64);
    world.say('adopt', 'sam', { body: { runbook: newer, reason: 'it acts now' } });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules({ runbook: newer }) });
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    world.decided('cut');
    expect(order(world)).not.toBeNull();
  });

  it('is not what one falls back to after a cut, under whatever plan', () => {
    const world = new World().look(rules({ rediscover: true }), found).decided('cut');
    world.found(found);
    world.applied();
    for (let i = 0; i < 2; i++) world.applied();
    world.seenTwice();
    world.found(more);
    expect(world.incident.steps).toEqual([]);
    expect(correct(world, 'sam', { mode: 'observe' })).toMatchObject({ code: 'notNow' });
  });

  it('never says that something is dead', () => {
    const world = new World().look(rules({ mode: 'observe' })).decided('cut');
    expect(world.incident.notices.map(({ says }) => says).join(' ')).not.toContain('seen dead');
  });
});

describe('a plan without a step that contains', () => {
  it('is none', () => {
    const only = { ...discovery, proposals: { cut: (discovery.proposals.cut ?? []).slice(3) } };
    const world = new World().look(rules(), only);
    expect(world.incident.plans).toEqual([]);
    expect(world.incident.concerns.join(' ')).toContain('No step would contain it');
  });
});

describe('a pause', () => {
  const paused = (ms: number): World => {
    const world = new World().look();
    world.say('pause', 'sam', { body: { until: plus(START, ms), reason: 'x' } });
    world.approve('lee', 'pause');
    return world;
  };

  it('moves an offer only by what it stood in it', () => {
    const world = paused(4 * HOUR);
    world.pass(4 * HOUR - MINUTE);
    world.say('handOff', 'sam', { body: { to: 'identity', reason: 'x' } });
    const before = world.incident.climb?.endsAt ?? '';
    world.pass(MINUTE);
    expect(world.types()).toContain('resumed');
    expect(world.incident.climb?.endsAt).toBe(plus(before, MINUTE));
  });

  it('that ends because somebody takes it over counts for as long as it was', () => {
    const world = paused(4 * HOUR);
    world.say('handOff', 'sam', { body: { to: 'platform', reason: 'x' } });
    world.pass(3 * HOUR);
    world.say('acknowledge', 'pat', { body: { answer: 'accept' } });
    expect(world.incident.pausedMs).toBe(3 * HOUR);
  });

  it('that was asked in one phase is not agreed to in the next', () => {
    const world = new World().look();
    world.say('pause', 'sam', { body: { until: plus(START, HOUR), reason: 'x' } });
    world.assess();
    expect(world.gate('pause')).toBe('none');
  });
});

describe('a step', () => {
  const told = (world: World) =>
    world.events.flatMap((one) => (one.type === 'told' ? [`${one.data.to}: ${one.data.says}`] : []));

  it('that is forced at its hard deadline is not overdue in the same moment', () => {
    const world = new World()
      .look(rules({ strategies: ['replace-then-cut'], cutByMs: 2 * HOUR }))
      .decided('replace-then-cut');
    while (world.now < plus(START, 2 * HOUR)) world.next();
    world.next();
    expect(world.events.some((one) => one.type === 'stepOverdue' && one.data.step === 's2')).toBe(false);
  });

  const byHand = {
    phase: 'containment' as const,
    party: 'platform',
    confirms: 'identity',
    does: 'Revoke it there.',
    undo: 'None.',
    check: 'Ask.',
  };

  it('that is done and waits to be confirmed is not laid on whoever did it', () => {
    const world = new World().look(rules({ byHand: [byHand] })).decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    attest(world, 'works', 's4', 'pat');
    world.pass(2 * HOUR);
    expect(told(world).some((one) => one.includes('Identity team has not confirmed by'))).toBe(true);
    expect(told(world).some((one) => one.includes('Platform team has not done by'))).toBe(false);
  });

  it('by hand can be called back by either side, and then nothing is lifted until it is confirmed again', () => {
    const world = new World().look(rules({ byHand: [byHand] })).decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    attest(world, 'works', 's4', 'pat');
    attest(world, 'works', 's4', 'ivo');
    expect(world.incident.phase).toBe('recovery');
    expect(attest(world, 'broken', 's4', 'olga')).toMatchObject({ code: 'notAllowed' });
    expect(attest(world, 'broken', 's4', 'ida')).toMatchObject({ accepted: true });
    expect(world.incident.steps[3]).toMatchObject({ status: 'blocked', confirmed: null, seenAt: null });
    world.pass(MINUTE);
    attest(world, 'works', 's4', 'pat');
    attest(world, 'works', 's4', 'ida');
    expect(world.incident.containment?.seenAt).toBe(world.now);
  });
});

describe('trouble', () => {
  it('of a checker that was away ends when it looks again', () => {
    const world = new World().look().decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.do({ type: 'failed', effect: world.effect('check'), sort: 'absent', reason: 'Nobody looks.' });
    expect(world.incident.climb?.reason).toBe('trouble');
    world.pass(MINUTE);
    world.seen();
    expect(world.incident.climb).toBeNull();
  });

  it('of a look is told again when it comes again', () => {
    const world = new World().look(rules({ rediscover: true }), found).decided('cut');
    const fail = () =>
      world.do({ type: 'failed', effect: world.effect('discover'), sort: 'absent', reason: 'Nobody looks.' });
    const notices = () =>
      world.events.filter((one) => one.type === 'told' && one.data.says.includes('Nobody looks.')).length;
    fail();
    world.pass(MINUTE);
    fail();
    expect(notices()).toBe(1);
    world.pass(MINUTE);
    world.found(found);
    expect(viewOf(world.incident, GENESIS, world.now).concerns).not.toContain('Nobody looks.');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    fail();
    expect(notices()).toBe(2);
  });
});

describe('what is known later', () => {
  const nobody = rules({
    owner: null,
    phases: { ...rules().phases, recovery: { ...rules().phases.recovery, holder: 'soc' } },
  });

  it('re-addresses an offer that is on its way', () => {
    const world = new World().contained();
    expect(world.incident.offer?.to).toBe('service-owner');
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', classification: [privileged] })] });
    const recovery = { ...rules().phases.recovery, holder: 'platform' };
    const owned = rules({ owner: 'platform', phases: { ...rules().phases, recovery } });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: owned });
    expect(world.incident.offer?.to).toBe('platform');
  });

  it('shortens the clock of an offer, counted from when it was made', () => {
    const world = new World().look();
    world.assess();
    const { since } = world.incident.offer ?? { since: '' };
    world.pass(MINUTE);
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    const containment = { ...rules().phases.containment, acknowledgeMs: 2 * MINUTE };
    const known = rules({ phases: { ...rules().phases, containment } });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: known });
    expect(world.incident.climb?.endsAt).toBe(plus(since, 2 * MINUTE));
  });

  it('lets the SOC correct its own word on whose it is', () => {
    const world = new World().look(nobody);
    correct(world, 'sam', { owner: 'platform' });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: { ...nobody, owner: 'platform' } });
    expect(correct(world, 'sam', { owner: 'service-owner' })).toMatchObject({ accepted: true });
  });
});

describe('an unanswered incident', () => {
  it('is looked at anew when its plan runs out, and nobody is told for that', () => {
    const world = new World().look();
    const told = () =>
      world.events.filter((one) => one.type === 'told' && one.data.says.includes('judged anew')).length;
    world.pass(25 * HOUR);
    expect(world.types()).toContain('planLapsed');
    expect(told()).toBe(0);
  });
});

describe('a due date', () => {
  it('is kept as instants are, however it is written: its moment is not missed', () => {
    const world = new World().look();
    followUp(world, 'pat', { add: { kind: 'other', says: 'x', due: '2026-11-24T03:15:00Z' } });
    expect(world.incident.followUps[0]?.due).toBe('2026-11-24T03:15:00.000Z');
    while (world.now < '2026-11-24T03:15:00.000Z') world.next();
    expect(world.types()).toContain('followUpDue');
  });
});

describe('the list of what is left to do', () => {
  it('cannot be filled so that what alerts say is forgotten', () => {
    const world = new World().look();
    const add = () =>
      followUp(world, 'pat', { add: { kind: 'exposure', says: `at ${world.events.length}` } });
    for (let i = 0; i < 20; i++) expect(add()).toMatchObject({ accepted: true });
    expect(add()).toMatchObject({ code: 'notNow' });
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', exposures: ['git.example/x'] })] });
    expect(world.incident.followUps.at(-1)?.says).toContain('git.example/x');
  });
});
