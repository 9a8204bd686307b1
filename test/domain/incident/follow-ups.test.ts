// What is left to do: places where the secret lies open, and weaknesses that were found. Each has a party and a clock of its own.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { detection, discovery, HOUR, rules, START, World } from './world.ts';

const DAY = 24 * HOUR;
const REPOSITORY = 'https://git.example/acme/deploy';

const exposed = () => new World(detection({ exposures: [REPOSITORY] }));
const say = (world: World, person: string, body: Record<string, unknown>) =>
  world.say('followUp', person, { body: { reason: 'x', ...body } });
const shown = (world: World) => viewOf(world.incident, GENESIS, world.now).followUps;

describe('where the secret lies open', () => {
  it('is listed from the alert once the runbook is read, for the owner, with a clock of its own', () => {
    const world = exposed().look();
    expect(shown(world)).toEqual([
      {
        id: 'follow-up-1',
        kind: 'exposure',
        says: `The secret lies open at ${REPOSITORY}`,
        party: 'service-owner',
        title: 'Deploy service',
        since: START,
        due: plus(START, DAY),
        status: 'open',
        ticket: null,
        by: null,
      },
    ]);
  });

  it('is listed once, whatever alert names it again; another place is another one', () => {
    const world = exposed().look();
    const other = [REPOSITORY, 'https://paste.example/1'];
    for (const sourceId of ['b', 'c'])
      world.do({ type: 'detect', detections: [detection({ sourceId, exposures: other })] });
    expect(shown(world).map(({ id }) => id)).toEqual(['follow-up-1', 'follow-up-2']);
  });

  it('is told when due and then again, at exact instants, until it is cleaned', () => {
    const world = exposed().look();
    world.assess();
    while (world.now < plus(START, 3 * DAY)) {
      world.deliver();
      world.next();
    }
    const due = () => world.events.filter(({ type }) => type === 'followUpDue').map(({ at }) => at);
    expect(due()).toEqual([1, 2, 3].map((days) => plus(START, days * DAY)));
    expect(say(world, 'olga', { id: 'follow-up-1', as: 'done' })).toMatchObject({ accepted: true });
    while (world.now < plus(START, 6 * DAY)) {
      world.deliver();
      world.next();
    }
    expect(due()).toHaveLength(3);
    expect(shown(world)).toMatchObject([{ status: 'done', by: 'olga' }]);
  });

  it('is void only once the credential is seen dead', () => {
    const world = exposed().look();
    expect(say(world, 'olga', { id: 'follow-up-1', as: 'void' })).toMatchObject({ code: 'notNow' });
    const dead = exposed().contained();
    expect(say(dead, 'olga', { id: 'follow-up-1', as: 'void' })).toMatchObject({ accepted: true });
  });

  it('stands still in a pause', () => {
    const world = exposed().look(rules({ pauseMs: 10 * DAY }));
    world.say('pause', 'sam', { body: { until: plus(START, 5 * DAY), reason: 'x' } });
    world.approve('lee', 'pause');
    while (world.now < plus(START, 4 * DAY)) {
      world.deliver();
      world.next();
    }
    expect(world.types()).not.toContain('followUpDue');
    while (world.now < plus(START, 5 * DAY)) world.next();
    world.pass(0);
    expect(world.events.find(({ type }) => type === 'followUpDue')?.at).toBe(plus(START, 5 * DAY));
  });
});

describe('somebody adds', () => {
  it('a place or a task, for a party, with its due date', () => {
    const world = new World().look();
    say(world, 'pat', { add: { kind: 'exposure', says: 'in the build log of run 41' } });
    say(world, 'pat', {
      add: { kind: 'other', says: 'tell the regulator', party: 'soc', due: plus(START, DAY * 3) },
    });
    expect(shown(world)).toMatchObject([
      { kind: 'exposure', party: 'service-owner', due: plus(START, DAY) },
      { kind: 'other', party: 'soc', due: plus(START, 3 * DAY) },
    ]);
  });

  it.each([
    ['for no such party', { add: { kind: 'other', says: 'x', party: 'nobody' } }, 'malformed'],
    ['due in the past', { add: { kind: 'other', says: 'x', due: plus(START, -HOUR) } }, 'malformed'],
    ['what is not there', { id: 'follow-up-9', as: 'done' }, 'notOpen'],
    ['in a ticket that is not named', { id: 'follow-up-1', as: 'ticketed' }, 'malformed'],
  ])('%s: refused', (_, body, code) => {
    expect(say(exposed().look(), 'sam', body)).toMatchObject({ accepted: false, code });
  });

  it('what is over is over', () => {
    const world = exposed().look();
    say(world, 'olga', { id: 'follow-up-1', as: 'done' });
    expect(say(world, 'olga', { id: 'follow-up-1', as: 'ticketed', ticket: 'A-1' })).toMatchObject({
      code: 'alreadyAnswered',
    });
  });
});

describe('to leave it undone', () => {
  it('needs a second person: of the SOC, where its party asks', () => {
    const world = exposed().look();
    say(world, 'olga', { id: 'follow-up-1', as: 'waived', reason: 'a private repository' });
    expect(shown(world)).toMatchObject([{ status: 'open' }]);
    expect(world.incident.gates.find(({ name }) => name === 'waive')?.rule.parties).toEqual([
      'service-owner',
      'soc',
    ]);
    world.approve('sam', 'waive');
    expect(shown(world)).toMatchObject([{ status: 'waived', by: 'olga and sam' }]);
  });

  it('two of the SOC, where it asks itself; and asking twice is once', () => {
    const world = exposed().look();
    say(world, 'sam', { id: 'follow-up-1', as: 'waived' });
    expect(say(world, 'lee', { id: 'follow-up-1', as: 'waived' })).toMatchObject({ code: 'notNow' });
    world.approve('ida', 'waive');
    expect(shown(world)).toMatchObject([{ status: 'open' }]);
    world.approve('lee', 'waive');
    expect(shown(world)).toMatchObject([{ status: 'waived' }]);
  });

  it('lapses when it is done meanwhile', () => {
    const world = exposed().look();
    say(world, 'sam', { id: 'follow-up-1', as: 'waived' });
    say(world, 'olga', { id: 'follow-up-1', as: 'done' });
    expect(world.gate('waive')).toBe('none');
    expect(shown(world)).toMatchObject([{ status: 'done' }]);
  });
});

describe('hardening', () => {
  const findings: Discovery['findings'] = [
    { kind: 'static-key', says: 'A service works with a long-lived key.', part: 'owner' },
    { kind: 'no-rotation', says: 'The key is 400 days old.', part: 'source-of-truth' },
    { kind: 'no-owner', says: 'No tag names an owner, though the runbook does.', part: 'source-of-truth' },
  ];
  const hardened = (): World => {
    const world = new World();
    world.look(rules(), { ...discovery, findings });
    world.decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.recovered();
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    world.pass(37 * HOUR);
    world.applied();
    world.seenTwice();
    return world;
  };

  it('lists what was found, each with its party and due date, when the service works', () => {
    const world = hardened();
    expect(shown(world)).toMatchObject([
      { kind: 'static-key', party: 'service-owner', status: 'open' },
      { kind: 'no-rotation', party: 'identity', status: 'open' },
    ]);
    const listed = world.events.find(({ type }) => type === 'followUpsFound');
    expect(Date.parse(shown(world)[0]?.due ?? '') - Date.parse(listed?.at ?? '')).toBe(14 * DAY);
  });

  it('the close is asked only when each is done, ticketed or waived', () => {
    const world = hardened();
    expect(world.incident.steps.every(({ status }) => status === 'seen')).toBe(true);
    expect(world.gate('close')).toBe('none');
    expect(viewOf(world.incident, GENESIS, world.now).waitingFor.join(' ')).toContain('follow-up-1');
    say(world, 'olga', { id: 'follow-up-1', as: 'ticketed', ticket: 'PAY-7' });
    expect(world.gate('close')).toBe('none');
    say(world, 'ida', { id: 'follow-up-2', as: 'done' });
    expect(world.gate('close')).not.toBe('none');
    world.say('close', 'sam', { answers: null, body: { reason: 'all done' } });
    expect(world.incident.closedAs).toBe('resolved');
  });

  it('closed by hand, what is left is waived by name of both', () => {
    const world = hardened();
    world.say('close', 'sam', { body: { reason: 'enough' } });
    world.say('close', 'lee', { body: { reason: 'enough' } });
    expect(world.incident.closedAs).toBe('handledByHand');
    expect(world.incident.followUps.map(({ ended }) => [ended?.as, ended?.by])).toEqual([
      ['waived', 'sam and lee'],
      ['waived', 'sam and lee'],
    ]);
  });

  it('of a drill lists nothing', () => {
    const world = new World(detection({ isSample: true })).look(rules(), { ...discovery, findings });
    world.decided('cut');
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'x' },
    });
    expect(world.incident).toMatchObject({ phase: 'hardening', followUps: [] });
  });
});
