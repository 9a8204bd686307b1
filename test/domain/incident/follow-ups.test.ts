// What is left to do: places where the secret lies open, and weaknesses that were found. Each has a party and a clock of its own.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { detection, discovery, HOUR, MINUTE, rules, START, World } from './world.ts';

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
        documents: [],
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

describe('who has to take the new credential', () => {
  const SECRET = 'prod/deploy-robot';
  const STRANGER = {
    kind: 'unknown-consumer' as const,
    says: `The secret ${SECRET} may be read by arn:aws:iam::123456789012:role/reporting.`,
    part: 'owner' as const,
  };
  const found: Discovery = {
    ...discovery,
    findings: [STRANGER],
    proposals: Object.fromEntries(
      Object.entries(discovery.proposals).map(([strategy, proposals]) => [
        strategy,
        proposals.map((one) =>
          one.part === 'owner' ? { ...one, target: { ...one.target, secretId: SECRET } } : one,
        ),
      ]),
    ),
  };
  const known = rules({
    strategies: ['cut', 'replace-then-cut'],
    consumers: [
      { kubernetes: { namespace: 'shop', deployment: 'api' } },
      { other: 'the till in Basel', as: 'arn:aws:iam::123456789012:role/till' },
    ],
  });
  const replacing = (): World => new World().look(known, found).decided('replace-then-cut');
  const NEW = { newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1', secretVersionId: 'version-2' };

  it('is told once it is there, before the old one is cut: each consumer, and each reader that nobody named', () => {
    const world = replacing();
    expect(shown(world)).toEqual([]);
    world.applied(NEW);
    const cut = world.incident.approved?.plan.steps.find(({ startBy }) => startBy !== undefined)?.startBy;
    expect(cut).toBeDefined();
    expect(shown(world)).toMatchObject([
      { kind: 'distribution', party: 'service-owner', due: cut, status: 'open' },
      { kind: 'distribution', party: 'service-owner', due: cut },
      { kind: 'unknown-consumer', party: 'service-owner', says: STRANGER.says, due: cut },
    ]);
    expect(shown(world)[0]?.says).toMatch(
      /^Have the deployment api in shop take the new version version-2 of prod\/deploy-robot.*: kubectl --namespace shop patch deployment api/,
    );
    const told = world.events.flatMap((one) => (one.type === 'told' ? [one.data] : []));
    const notice = told.find(({ says }) => says.includes('yours to do'));
    expect(notice).toMatchObject({ to: 'service-owner' });
    expect(notice?.says).toContain('kubectl --namespace shop patch deployment api');
    expect(notice?.says).toContain('the till in Basel');
  });

  it('is told once of a version, and anew of another one', () => {
    const world = replacing();
    world.applied(NEW);
    world.seen(['s1']);
    world.pass(MINUTE);
    expect(shown(world)).toHaveLength(3);
    world.seenTwice();
    expect(world.types().filter((type) => type === 'followUpsFound')).toHaveLength(1);
  });

  it('within the terms of an open place, where the old one is cut already', () => {
    const world = new World().look(known, found).decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.applied();
    world.seenTwice();
    world.applied(NEW);
    expect(shown(world).map(({ kind, due }) => [kind, due])).toEqual([
      ['distribution', plus(world.now, DAY)],
      ['distribution', plus(world.now, DAY)],
      ['unknown-consumer', plus(world.now, DAY)],
    ]);
  });

  it('is ticked by its owner, and the close waits for that', () => {
    const world = replacing();
    world.applied(NEW);
    for (const id of ['follow-up-1', 'follow-up-2', 'follow-up-3'])
      expect(say(world, 'olga', { id, as: 'done' })).toMatchObject({ accepted: true });
    expect(shown(world).map(({ status, by }) => [status, by])).toEqual(Array(3).fill(['done', 'olga']));
  });

  it('is nobody, where the executor has put nothing where readers get it', () => {
    const world = replacing();
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    expect(shown(world)).toEqual([]);
  });
});

describe('what was written for whoever mends it', () => {
  it('goes along with the finding, and the notice says that it is there', () => {
    const documents = [{ title: 'Trust policy of a role', content: '{}' }];
    const findings: Discovery['findings'] = [
      { kind: 'static-key', says: 'A long-lived key.', part: 'owner', documents },
    ];
    const world = new World();
    world.look(rules(), { ...discovery, findings }).decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    world.recovered();
    expect(shown(world)).toMatchObject([{ kind: 'static-key', documents }]);
    const told = world.events.flatMap((one) => (one.type === 'told' ? [one.data.says] : []));
    expect(told.join('\n')).toContain('A long-lived key. (custody show prints: Trust policy of a role)');
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
