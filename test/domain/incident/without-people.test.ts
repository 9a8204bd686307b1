// What is put on before anybody has decided: when it begins, what comes of it, how people take over, and that nothing closes over it.
import { describe, expect, it } from 'vitest';
import type { Detection } from '../../../domain/detection/detection.schema.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { metricsOf } from '../../../domain/record/metrics.ts';
import { recordOf } from '../standards-courses.ts';
import { detection, discovery, HOUR, MINUTE, offering, rules, wearing, World } from './world.ts';

const auto = (change: Partial<Rules> = {}): Rules => rules({ mode: 'auto', ...change });
const looked = (known = auto(), found: Discovery = offering, first?: Detection): World =>
  new World(first).look(known, found);

function orders(world: World) {
  return wanted(world.incident, world.now).effects.flatMap((effect) =>
    effect.type === 'apply' ? [effect.order] : [],
  );
}
const kinds = (world: World): string[] =>
  orders(world).map(({ plan, step }) => plan.steps.find(({ id }) => id === step)?.kind ?? 'none');
const told = (world: World, words: RegExp): string[] =>
  world.events.flatMap(({ type, data }) =>
    type === 'told' && words.test(data.says) ? [data.person ?? data.to] : [],
  );
const view = (world: World) => viewOf(world.incident, GENESIS, world.now);

/** On and seen, and the identity looked at again. */
function on(): World {
  const world = looked();
  world.applied();
  world.seenTwice();
  world.found(wearing);
  return world;
}

function refuse(world: World, reason: string): void {
  const effect = world.effect('apply');
  world.do({ type: 'failed', effect, sort: 'refused', reason });
}

describe('a class in auto', () => {
  it('orders what is offered at once, by the alert and without a decision, while the SOC is asked as ever', () => {
    const world = looked();
    const [order, ...more] = orders(world);
    expect(more).toEqual([]);
    expect(order).toMatchObject({
      decisions: [],
      finding: { source: 'guardduty', id: 'finding-1' },
      plan: { mode: 'auto', drill: false, steps: [{ kind: 'aws/quarantine-auto', verb: 'apply' }] },
    });
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(world.gate('risk')).not.toBe('none');
    expect(
      world.incident.plans.map(({ plan }) => plan.mode),
      'people are asked about plans of their own',
    ).toEqual(['ask']);
    expect(view(world).automatic).toMatchObject({ underWay: [{ status: 'ordered' }], on: [] });
  });

  it('names the finding itself, not the alert about one of its identities', () => {
    const [order] = orders(looked(auto(), offering, detection({ sourceId: 'finding-1#2' })));
    expect(order?.finding?.id).toBe('finding-1');
  });

  it('goes by the gravest alert, and by the newest of those', () => {
    const world = new World(detection({ level: 'low' }));
    for (const [sourceId, level] of [
      ['grave', 'high'],
      ['graver', 'high'],
      ['light', 'low'],
    ] as const)
      world.do({ type: 'detect', detections: [detection({ sourceId, level })] });
    expect(orders(world.look(auto(), offering))[0]?.finding?.id).toBe('graver');
  });

  const refusals: [string, RegExp | null, () => World][] = [
    ['in a drill', null, () => looked(auto(), offering, detection({ isSample: true }))],
    ['where the class asks', null, () => looked(rules())],
    ['where the class observes', null, () => looked(rules({ mode: 'observe' }))],
    ['where nothing is offered', /nothing can be put on there/, () => looked(auto(), discovery)],
    ['where it is on already', /it is on already/, () => looked(auto(), wearing)],
    [
      'of another source',
      /Alerts of cloudtrail|alerts of cloudtrail/,
      () => looked(auto(), offering, detection({ source: 'cloudtrail' })),
    ],
    [
      'of a protected identity, whatever the quorum',
      /protects this identity/,
      () => looked(auto({ protected: { why: 'it is ours', refused: false, quorum: 3 } })),
    ],
    [
      'where no cut is offered, by which people confirm it',
      /offers no cut/,
      () => looked(auto({ strategies: ['restrict'] })),
    ],
    [
      'without an executor',
      /no executor/,
      () => looked(auto({ executors: { 'source-of-truth': null, owner: null } })),
    ],
    [
      'of what cannot be taken back',
      /cannot simply be taken off/,
      () =>
        looked(auto(), {
          ...offering,
          automatic: (offering.automatic ?? []).map((one) => ({
            ...one,
            reversibility: 'replace-only' as const,
          })),
        }),
    ],
  ];
  it.each(refusals)('orders nothing without people %s, and says why', (_, why, begun) => {
    const world = begun();
    expect(orders(world)).toEqual([]);
    expect(world.types()).not.toContain('automaticBegun');
    if (why !== null) {
      expect(told(world, why)).toEqual(['soc']);
      expect(view(world).automatic?.leftToPeople).toMatch(why);
    }
  });

  it('waits for nobody, but for what is known: a fact that makes it another class comes first', () => {
    const world = new World();
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: auto() });
    world.found({ ...offering, facts: [{ fact: 'privileged', value: true, evidence: 'a policy' }] });
    expect(orders(world)).toEqual([]);
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules({ class: 'privileged' }) });
    expect(orders(world)).toEqual([]);
  });

  it('that comes to be one that observes, by what is known, asks from then on', () => {
    const world = looked();
    world.do({
      type: 'detect',
      detections: [detection({ sourceId: 'finding-2', level: 'critical' })],
    });
    world.do({ type: 'resolved', effect: world.effect('resolve'), rules: rules({ mode: 'observe' }) });
    expect(world.incident.rules?.mode).toBe('ask');
    expect(metricsOf(recordOf(world)).mode).toBe('ask');
    expect(orders(world), 'what was ordered is withdrawn').toEqual([]);
    expect(world.types()).toContain('automaticWithdrawn');
  });

  it('is a restriction when it is seen, and no containment; people are told, and asked about a plan that takes it off', () => {
    const world = on();
    expect(world.types().filter((type) => type === 'automaticSeen')).toHaveLength(1);
    expect(world.types()).not.toContain('contained');
    expect(world.incident).toMatchObject({ phase: 'triage', steps: [], containment: null });
    expect(told(world, /contained by the automatic quarantine; nobody has decided yet/)).toEqual(['soc']);
    expect(
      world.incident.plans.map(({ plan }) => plan.steps.map(({ kind, verb }) => `${verb} ${kind}`)),
    ).toEqual([expect.arrayContaining(['apply aws/quarantine', 'undo aws/quarantine-auto'])]);
    expect(orders(world), 'not twice').toEqual([]);
    expect(view(world).automatic).toMatchObject({
      underWay: [],
      on: [{ seenAt: world.incident.automatic.worn[0]?.seenAt }],
    });
  });

  it('goes on by the plan that people approve, with results of that plan alone, until it is off', () => {
    const world = on();
    world.assess();
    world.approve();
    expect(kinds(world)).toEqual(['aws/quarantine']);
    expect(orders(world)[0]).toMatchObject({ results: [] });
    expect(orders(world)[0]?.finding).toBeUndefined();
    expect(orders(world)[0]?.decisions).toHaveLength(2);
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    expect(world.types()).toContain('contained');
    expect(kinds(world)).toEqual(['aws/quarantine-auto']);
    expect(world.incident.automatic.worn).toHaveLength(1);
    world.applied();
    world.applied();
    world.seenTwice();
    expect(world.incident.automatic.worn, 'seen off').toEqual([]);
    expect(view(world).automatic).toBeNull();
  });

  it('is put on again where somebody took it off before it was seen for good', () => {
    const world = looked();
    world.applied();
    world.seen();
    world.pass(10_000);
    world.seen(['s1']);
    expect(world.types()).toContain('undoneFound');
    expect(kinds(world)).toEqual(['aws/quarantine-auto']);
    expect(orders(world)[0]?.decisions).toEqual([]);
  });
});

describe('an executor that does not act without people', () => {
  it.each(['budgetIsLeft', 'findingExists', 'classIsAsRead', 'automaticIsAllowed', 'identityIsNotProtected'])(
    'is not asked again (%s): people are told why, and the SOC is asked',
    (check) => {
      const world = looked();
      refuse(world, `It is not let (${check})`);
      expect(orders(world)).toEqual([]);
      expect(told(world, new RegExp(check))).toEqual(['soc']);
      const refused = world.events.find(({ type }) => type === 'automaticRefused');
      expect(refused?.data).toEqual({ step: 's1', check, reason: `It is not let (${check})` });
      expect(world.gate('risk')).not.toBe('none');
      world.pass(5 * MINUTE);
      expect(orders(world)).toEqual([]);
      expect(view(world).automatic).toMatchObject({ underWay: [], on: [], leftToPeople: /It is/ });
      world.assess();
      world.approve();
      expect(kinds(world), 'what they approve is done').toEqual(['aws/quarantine']);
    },
  );

  it('is asked again by another alert, and never by the same', () => {
    const world = looked();
    refuse(world, 'spent (budgetIsLeft)');
    const again = (sourceId: string, credentialId: string) => {
      world.do({ type: 'detect', detections: [detection({ sourceId, credentialId, updatedAt: world.now })] });
      world.found(offering);
    };
    again('finding-1', 'AKIAIOSFODNN7STOLEN2');
    expect(orders(world)).toEqual([]);
    again('finding-2', 'AKIAIOSFODNN7STOLEN3');
    expect(orders(world).map(({ finding }) => finding?.id)).toEqual(['finding-2']);
  });

  it.each(['denied', 'throttled', 'absent'] as const)('is asked again where it could not (%s)', (sort) => {
    const world = looked();
    world.do({ type: 'failed', effect: world.effect('apply'), sort, reason: 'not now' });
    expect(orders(world)).toEqual([]);
    world.pass(MINUTE);
    expect(kinds(world)).toEqual(['aws/quarantine-auto']);
    expect(world.types()).not.toContain('automaticRefused');
  });

  it('who may have done it before it refused has the identity looked at again', () => {
    const world = looked();
    world.do({ type: 'failed', effect: world.effect('apply'), sort: 'retry', reason: 'no answer' });
    world.pass(MINUTE);
    refuse(world, 'spent (budgetIsLeft)');
    expect(world.incident.automatic.worn).toMatchObject([{ kind: 'aws/quarantine-auto', seenAt: null }]);
    world.found(offering);
    expect(world.incident.automatic.worn, 'it is not on').toEqual([]);
    expect(orders(world)).toEqual([]);
  });
});

describe('people who decide meanwhile', () => {
  it('who approve a plan before it is done take its place; what may be on is looked for, and then asked about', () => {
    const world = looked();
    world.assess();
    world.approve();
    expect(kinds(world)).toEqual(['aws/quarantine']);
    expect(world.incident.automatic).toMatchObject({ running: null, worn: [{ seenAt: null }] });
    world.found(wearing);
    expect(world.types()).toContain('planChanged');
    world.assess();
    expect(world.incident.gates.at(-1)).toMatchObject({ name: 'act', status: 'open' });
    const asked = world.incident.plans.find(({ hash }) => hash === world.incident.gates.at(-1)?.plan);
    expect(asked?.plan.steps.map(({ kind, verb }) => `${verb} ${kind}`)).toContain(
      'undo aws/quarantine-auto',
    );
  });

  it('who have judged it are not run ahead of: another alert begins nothing any more', () => {
    const world = looked();
    refuse(world, 'spent (budgetIsLeft)');
    world.assess();
    world.do({
      type: 'detect',
      detections: [detection({ sourceId: 'finding-2', credentialId: 'AKIAIOSFODNN7STOLEN2' })],
    });
    world.found(offering);
    expect(orders(world)).toEqual([]);
  });

  const dismiss = (world: World, person: string) =>
    world.say('assess', person, {
      answers: world.gate('risk'),
      plan: null,
      body: { verdict: 'falsePositive', impact: 'none', reason: 'a test of ours' },
    });

  it('who judge it to be nothing before it is done have it withdrawn', () => {
    const world = looked();
    world.do({ type: 'failed', effect: world.effect('apply'), sort: 'absent', reason: 'nobody' });
    expect(dismiss(world, 'sam')).toMatchObject({ accepted: true });
    expect(world.types()).toContain('automaticWithdrawn');
    world.pass(5 * MINUTE);
    expect(orders(world)).toEqual([]);
    world.approve('lee', 'close');
    expect(world.incident.outcome, 'it is not known yet whether it is on').toBe('open');
    world.found(offering);
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'falsePositive' });
  });

  it('who judge it to be nothing, where it turns out to be on, are told, and it does not close', () => {
    const world = looked();
    dismiss(world, 'sam');
    world.approve('lee', 'close');
    world.found(wearing);
    expect(world.incident.outcome).toBe('open');
    expect(world.gate('close')).toBe('none');
    expect(world.gate('risk')).not.toBe('none');
    expect(told(world, /does not close while/)).toEqual(['soc']);
  });

  it('who judge it to be nothing while it is on are refused, with what to do; by hand two people can close it', () => {
    const world = on();
    expect(dismiss(world, 'sam')).toMatchObject({
      accepted: false,
      code: 'notNow',
      reason: expect.stringMatching(/Have it taken off first/) as string,
    });
    world.say('close', 'sam', { body: { reason: 'done in the console' } });
    world.approve('lee', 'close');
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'handledByHand' });
  });
});

describe('wearers that the executor did not cut', () => {
  it('are told to the holder and to its party, once each', () => {
    const world = looked();
    world.applied({ strangers: 'aws/1/iam-user/a aws/1/iam-user/b' });
    expect(told(world, /did not cut.*\/a, .*\/b/)).toEqual(['soc', 'identity']);
    world.seen();
    world.pass(10_000);
    world.seen(['s1']);
    world.applied({ strangers: 'aws/1/iam-user/b aws/1/iam-user/c' });
    const found = world.events.flatMap(({ type, data }) => (type === 'strangersFound' ? [data.keys] : []));
    expect(found).toEqual([['aws/1/iam-user/a', 'aws/1/iam-user/b'], ['aws/1/iam-user/c']]);
  });
});

describe('silence at the end of a ladder', () => {
  const containing = (change: Partial<Rules> = {}): Rules => {
    const usual = rules(change);
    const { triage } = usual.phases;
    const fallback = [{ do: 'contain-reversible' as const }, { do: 'hold' as const }];
    return {
      ...usual,
      phases: { ...usual.phases, triage: { ...triage, ladder: { ...triage.ladder, fallback } } },
    };
  };
  const inSilence = (world: World): World => {
    for (let i = 0; i < 12 && !world.types().includes('silence'); i++) {
      world.deliver();
      world.next();
    }
    world.deliver();
    world.next();
    return world;
  };

  it('puts on what may be, in a class that asks, and goes on telling', () => {
    const world = looked(containing());
    expect(orders(world)).toEqual([]);
    expect(view(world).due.then).toMatch(/what can be taken back is put on/);
    inSilence(world);
    expect(orders(world)).toMatchObject([
      { plan: { mode: 'auto' }, decisions: [], finding: { id: 'finding-1' } },
    ]);
    expect(world.events.find(({ type }) => type === 'automaticBegun')?.data).toMatchObject({ by: 'silence' });
    const answered = world.events.flatMap(({ type, data }) => (type === 'silence' ? [data.does] : []));
    expect(answered).toEqual(['contain-reversible', 'hold']);
    world.applied();
    world.seenTwice();
    world.found(wearing);
    expect(told(world, /nobody has decided yet/)).toEqual(['soc']);
    world.assess();
    world.approve();
    expect(kinds(world)).toEqual(['aws/quarantine']);
  });

  it('is answered by holding where the executor refuses', () => {
    const world = inSilence(looked(containing()));
    refuse(world, 'spent (budgetIsLeft)');
    expect(world.incident.climb?.repeatAt).not.toBeNull();
    world.pass(HOUR);
    expect(orders(world)).toEqual([]);
  });

  it.each([
    ['a drill', () => looked(containing(), offering, detection({ isSample: true }))],
    ['a class that observes', () => looked(containing({ mode: 'observe' }))],
    ['an alert of another source', () => looked(containing(), offering, detection({ source: 'cloudtrail' }))],
    [
      'a protected identity',
      () => looked(containing({ protected: { why: 'ours', refused: true, quorum: null } })),
    ],
  ] as const)('puts on nothing for %s, and says so', (_, begun) => {
    const world = inSilence(begun());
    expect(orders(world)).toEqual([]);
    expect(told(world, /nothing is put on without people/)).toEqual(['soc']);
  });
});
