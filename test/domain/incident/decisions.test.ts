// Early, doubled, late, forged, unauthorised: each has one defined outcome, and it is in the record.
import { describe, expect, it } from 'vitest';
import { admissible } from '../../../domain/incident/said-checks.ts';
import { detection, HOUR, judged, KEY, PEOPLE, START, type Words, World, discovery, rules } from './world.ts';

const asked = () => {
  const world = new World().look();
  world.assess();
  return world;
};

const refusals: [string, () => World, string, string, Partial<Words>, string][] = [
  ['forged', asked, 'decide', 'ida', { proofFails: true }, 'badProof'],
  ['of nobody that is known', asked, 'decide', 'mallory', {}, 'notAllowed'],
  ['of somebody who may not', asked, 'decide', 'olga', { allowed: false }, 'notAllowed'],
  ['merely told', asked, 'decide', 'ida', { assurance: 'told' }, 'notProven'],
  ['of the suspect', asked, 'decide', 'robo', {}, 'suspect'],
  [
    'to another incident',
    asked,
    'decide',
    'ida',
    { incident: 'incident/aws/1/iam-user/other' },
    'wrongIncident',
  ],
  ['to an earlier run of the same name', asked, 'decide', 'ida', { firstRun: 'earlier' }, 'wrongIncident'],
  ['before its gate opens', () => new World().look(), 'decide', 'ida', { answers: 'act-2' }, 'notOpen'],
  ['about another plan', asked, 'decide', 'ida', { plan: 'b'.repeat(64) }, 'planChanged'],
  ['about no plan', asked, 'decide', 'ida', { plan: null }, 'planChanged'],
  ['too late', asked, 'decide', 'ida', { exp: Date.parse(START) / 1_000 - 1 }, 'expired'],
  ['from the future', asked, 'decide', 'ida', { iat: Date.parse(START) / 1_000 + 3_600 }, 'notNow'],
  [
    'a withdrawal of a vote that was not given',
    asked,
    'decide',
    'ida',
    { body: { verdict: 'withdraw' } },
    'notNow',
  ],
  [
    'breaking the glass',
    asked,
    'decide',
    'ida',
    { body: { verdict: 'approve', breakGlass: true, reason: 'now' } },
    'notOffered',
  ],
  ['an undo of nothing', asked, 'undo', 'sam', { body: { madeAt: START, reason: 'x' } }, 'notNow'],
  [
    'an attestation of nothing',
    asked,
    'attest',
    'olga',
    { plan: null, body: { verdict: 'works', reason: 'x' } },
    'notNow',
  ],
  [
    'a verdict without its impact',
    () => new World().look(),
    'assess',
    'sam',
    { body: { verdict: 'incident', strategy: 'cut', reason: 'x' } },
    'malformed',
  ],
  [
    'a strategy that the class does not allow',
    () => new World().look(),
    'assess',
    'sam',
    { body: { verdict: 'incident', impact: 'none', strategy: 'restrict', reason: 'x' } },
    'notNow',
  ],
];

describe('what is said', () => {
  it.each(refusals)('%s: refused, recorded, without effect', (_, make, message, person, change, code) => {
    const world = make();
    const gate = message === 'assess' ? world.gate('risk') : world.gate('act');
    const words: Words = {
      answers: message === 'decide' || message === 'assess' ? gate : null,
      plan: message === 'attest' ? null : world.plan,
      body: { verdict: 'approve' },
      ...change,
    };
    const before = world.incident;
    expect(world.say(message, person, words)).toMatchObject({ accepted: false, code });
    expect(world.events.at(-1)).toMatchObject({ type: 'refused', data: { message, code } });
    expect({ ...world.incident, seq: 0, said: {} }).toEqual({ ...before, seq: 0, said: {} });
  });

  it('by the same id twice: the first outcome again, and nothing new in the record', () => {
    const world = asked();
    const gate = world.gate('act');
    const words = {
      answers: gate,
      plan: world.plan,
      body: { verdict: 'approve' },
      jti: 'the-same-id-0123456',
    };
    const first = world.say('decide', 'ida', words);
    const count = world.events.length;
    expect(world.say('decide', 'ida', words)).toEqual(first);
    expect(first).toMatchObject({ accepted: true });
    expect(world.events).toHaveLength(count);
    expect(world.types().filter((type) => type === 'voted')).toHaveLength(2);
  });

  it('an id is its speaker’s: nobody else can use it up', () => {
    const world = asked();
    const words = {
      answers: world.gate('act'),
      plan: world.plan,
      body: { verdict: 'approve' },
      jti: 'the-same-id-0123456',
    };
    world.say('note', 'pat', { body: { text: 'x' }, jti: 'the-same-id-0123456' });
    world.say('decide', 'ida', { ...words, proofFails: true });
    expect(world.say('decide', 'ida', words)).toMatchObject({ accepted: true });
  });

  it('by one person under two ids: counted once', () => {
    const world = new World().look(
      rules({
        gates: { ...rules().gates, act: { quorum: 3, parties: ['soc', 'identity'] } },
      }),
    );
    world.assess();
    world.approve('ida');
    expect(world.approve('ida')).toMatchObject({ code: 'alreadyAnswered' });
    expect(world.incident.approved).toBeNull();
    world.approve('ivo');
    expect(world.incident.approved).not.toBeNull();
  });

  it('by one person of both teams: stands for one of them only', () => {
    const world = new World().look();
    world.assess('both');
    expect(world.incident.approved).toBeNull();
    world.approve('ida');
    expect(world.incident.approved).not.toBeNull();
  });

  it('a rejection sends it back to be judged anew', () => {
    const world = asked();
    world.approve('ida', 'act', { body: { verdict: 'reject', reason: 'the jobs would stop' } });
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(world.gate('act')).toBe('none');
    world.assess('lee');
    world.approve('ivo');
    expect(world.incident.approved).not.toBeNull();
  });

  it('a validator refuses without the proof what can be seen without it, and passes a repetition', () => {
    const world = asked();
    const words = {
      answers: world.gate('act'),
      plan: world.plan,
      body: { verdict: 'approve' },
      jti: 'the-same-id-0123456',
    };
    const said = judged('decide', 'ida', words, world.now);
    const late = judged('decide', 'ida', { ...words, exp: 1, jti: 'another-id-01234567' }, world.now);
    if (!said.readable || !late.readable) throw new Error('readable');
    expect(admissible(world.incident, said, world.now)).toBeNull();
    expect(admissible(world.incident, late, world.now)).toMatchObject({ code: 'expired' });
    world.do({ type: 'said', message: 'decide', digest: null, judgement: said });
    expect(admissible(world.incident, said, world.now)).toBeNull();
  });

  it('after the close: refused, and recorded no more than that', () => {
    const world = new World(detection({ isSample: true })).look();
    world.say('assess', 'sam', {
      answers: world.gate('risk'),
      body: { verdict: 'drill', impact: 'none', reason: 'a sample' },
    });
    expect(world.incident.outcome).toBe('closed');
    expect(world.say('note', 'sam', { body: { text: 'late' } })).toMatchObject({ code: 'closed' });
  });
});

describe('what weakens the response', () => {
  it.each(['falsePositive', 'duplicate', 'drill'])('%s needs a second person', (verdict) => {
    const world = new World().look();
    world.say('assess', 'sam', {
      answers: world.gate('risk'),
      body: { verdict, impact: 'none', reason: 'looks harmless' },
    });
    expect(world.incident.outcome).toBe('open');
    expect(world.approve('sam', 'close')).toMatchObject({ code: 'alreadyAnswered' });
    expect(world.approve('lee', 'close')).toMatchObject({ accepted: true });
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: verdict });
  });

  it('a second person who says no sends it back to be judged', () => {
    const world = new World().look();
    world.say('assess', 'sam', {
      answers: world.gate('risk'),
      body: { verdict: 'falsePositive', impact: 'none', reason: 'x' },
    });
    world.approve('lee', 'close', { body: { verdict: 'reject', reason: 'I saw the thief' } });
    expect(world.gate('risk')).not.toBe('none');
    expect(world.incident.outcome).toBe('open');
  });
});

describe('what is not done and seen here', () => {
  const close = (world: World, person: string) =>
    world.say('close', person, { body: { reason: 'deleted by hand' } });

  it.each([
    ['before the plan is approved', asked],
    [
      'while a step is blocked',
      () => {
        const world = asked();
        world.approve();
        world.do({
          type: 'failed',
          effect: 'order-1#1',
          sort: 'impossible',
          reason: 'root cannot be changed',
        });
        return world;
      },
    ],
    ['without any plan', () => new World().look(rules({ checker: null }))],
  ])('can be closed as handled by hand, by two people, %s', (_, make) => {
    const world = make();
    expect(close(world, 'sam')).toMatchObject({ accepted: true });
    expect(world.incident.outcome).toBe('open');
    expect(close(world, 'sam')).toMatchObject({ code: 'alreadyAnswered' });
    expect(close(world, 'lee')).toMatchObject({ accepted: true });
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'handledByHand' });
    expect(world.effect('apply')).toBe('none');
  });

  it('is asked about anew when everything is done after all', () => {
    const world = new World().contained();
    close(world, 'sam');
    world.recovered();
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    world.pass(37 * HOUR);
    world.applied();
    world.seenTwice();
    close(world, 'lee');
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'resolved' });
  });
});

describe('more alerts', () => {
  it('in a state that is known already say nothing new', () => {
    const world = new World().look();
    const count = world.events.length;
    world.do({ type: 'detect', detections: [detection(), detection()] });
    expect(world.events).toHaveLength(count);
  });

  it('raise and never lower', () => {
    const world = new World().look();
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    world.do({ type: 'detect', detections: [detection({ sourceId: 'c', level: 'low' })] });
    expect(world.incident.level).toBe('critical');
    expect(world.incident.detections.count).toBe(3);
  });

  it('that name another credential make a new plan, and votes lapse', () => {
    const world = asked();
    const before = world.plan;
    world.do({
      type: 'detect',
      detections: [detection({ sourceId: 'b', credentialId: 'AKIAIOSFODNN7SECOND1' })],
    });
    world.found({ ...discovery, concerns: ['a second key'] });
    expect(world.types()).toContain('gateLapsed');
    expect(world.incident.phase).toBe('triage');
    expect(world.gate('risk')).not.toBe('none');
    expect(world.plan).toBe(before);
  });

  it('a real one ends a drill: it begins anew, now with acts', () => {
    const world = new World(detection({ isSample: true })).look();
    world.assess();
    world.approve();
    expect(world.incident.steps.every((step) => step.status === 'skipped')).toBe(true);
    world.do({ type: 'detect', detections: [detection({ sourceId: 'real' })] });
    expect(world.incident).toMatchObject({ drill: false, phase: 'triage', approved: null });
    world.look();
    world.assess();
    world.approve();
    expect(world.effect('apply')).not.toBe('none');
  });

  it('a sample never takes a step, and says DRILL', () => {
    const world = new World(detection({ isSample: true })).look();
    world.assess();
    world.approve();
    expect(world.types()).not.toContain('ordered');
    expect(world.incident.notices.every((notice) => notice.says.startsWith('DRILL: '))).toBe(true);
  });
});

it('knows who the suspect is', () => expect(PEOPLE['robo']?.identities).toEqual([KEY]));
