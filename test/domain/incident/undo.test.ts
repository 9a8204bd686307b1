// An undo: who may ask, what its plan lifts and what stays, who decides, and what follows when it is seen done.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import type { Plan, Undoes } from '../../../domain/plan/plan.schema.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import { detection, discovery, HOUR, MINUTE, offering, rules, type Words, wearing, World } from './world.ts';

type Verdict = Undoes['verdict'];

const offered = (world: World, verdict: Verdict) =>
  viewOf(world.incident, GENESIS, world.now).undo.find((one) => one.verdict === verdict);

/** In the words of whoever saw the plan of it. */
function ask(world: World, verdict: Verdict, person = 'sam', change: Partial<Words> = {}) {
  const shown = offered(world, verdict)?.shown ?? null;
  return world.say('undo', person, {
    answers: world.incident.hold.id,
    plan: shown?.hash ?? null,
    body: {
      ...(verdict === null ? {} : { verdict }),
      madeAt: shown?.plan.madeAt ?? world.now,
      reason: 'the nightly job moved',
    },
    ...change,
  });
}

const inWords = ({ steps }: Plan) => steps.map(({ kind, verb }) => `${verb} ${kind}`);
/** Contained, and a little later, so that nothing is of the plan's own instant. */
const contained = () => {
  const world = new World().contained();
  world.pass(MINUTE);
  return world;
};
/** Asked and agreed to. */
function agreed(world: World, verdict: Verdict): World {
  expect(ask(world, verdict)).toMatchObject({ accepted: true });
  expect(world.approve('ida', 'undo')).toMatchObject({ accepted: true });
  return world;
}
/** `waysIn`: what checkers find open meanwhile. */
function carriedOut(world: World, waysIn: string[] = []): World {
  while (wanted(world.incident, world.now).effects.some(({ type }) => type === 'apply' || type === 'check')) {
    const { effects } = wanted(world.incident, world.now);
    if (effects.some(({ type }) => type === 'apply')) world.applied();
    else world.seen([], waysIn);
    if (world.incident.check.notBefore !== null) world.pass(rules().propagationMs);
  }
  return world;
}
const lastOrder = (world: World) => {
  const effect = wanted(world.incident, world.now).effects.find(({ type }) => type === 'apply');
  return effect?.type === 'apply' ? effect : null;
};

describe('what is offered to be undone', () => {
  it('of a cleared identity: all that was put on, in reverse order; the deactivated key stays, and it says so', () => {
    const world = contained();
    const { shown } = offered(world, 'falsePositive') ?? {};
    expect(inWords(shown?.plan as Plan)).toEqual(['undo aws/no-sessions', 'undo aws/quarantine']);
    expect(shown?.plan).toMatchObject({ mode: 'ask', undoes: { plans: [world.incident.approved?.hash] } });
    expect(shown?.plan.steps.every(({ gate }) => gate === 'undo')).toBe(true);
    expect(shown?.plan.steps.map(({ permissions }) => permissions)).toEqual([
      ['un:aws/no-sessions'],
      ['un:aws/quarantine'],
    ]);
    expect(shown?.consequences).toContain('Stays: aws/access-key To take it back: as it was');
  });

  it('of one that was not: its sessions stay dead, and it says so', () => {
    const { shown } = offered(contained(), null) ?? {};
    expect(inWords(shown?.plan as Plan)).toEqual(['undo aws/quarantine']);
    expect(shown?.consequences.join(' ')).toContain('sessions of a stolen credential would live again');
  });

  it('nothing is revived: while the stolen key is not dead, only a cleared identity is let go', () => {
    const world = new World().look();
    world.assess();
    world.approve();
    world.applied();
    world.pass(MINUTE);
    const { shown, why } = offered(world, null) ?? {};
    expect(shown).toBeNull();
    expect(why).toContain('is not done yet');
    expect(inWords(offered(world, 'falsePositive')?.shown?.plan as Plan)).toEqual(['undo aws/quarantine']);
  });

  it('what keeps sessions dead goes on first where it was not on yet', () => {
    const world = new World().look();
    world.decided('cut');
    world.applied();
    // Somebody else's was found: then it is not custody's, and is put on by no plan.
    world.applied({}, true);
    world.applied();
    world.pass(MINUTE);
    const { shown } = offered(world, null) ?? {};
    expect(inWords(shown?.plan as Plan)).toEqual(['apply aws/no-sessions', 'undo aws/quarantine']);
    expect(shown?.plan.steps.map(({ phase, id }) => [id, phase])).toEqual([
      ['s1', 'containment'],
      ['s2', 'recovery'],
    ]);
  });

  it("somebody else's quarantine stays", () => {
    const world = new World().look();
    world.decided('cut');
    world.applied({}, true);
    world.applied();
    world.applied();
    world.pass(MINUTE);
    const { shown } = offered(world, 'falsePositive') ?? {};
    expect(inWords(shown?.plan as Plan)).toEqual(['undo aws/no-sessions']);
    expect(shown?.consequences.join(' ')).toContain('It was so before: somebody else put it on.');
  });

  it('what a repeated order finds to be so is ours still', () => {
    const world = new World().look().decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.seenTwice();
    const first = world.incident.steps[0]?.putOn;
    world.applied({}, true);
    world.seen(['s4']);
    expect(first).toBeDefined();
    expect(world.incident.steps[0]?.putOn).toEqual(first);
  });

  it('what the plan itself has lifted since is not lifted again', () => {
    const world = contained();
    world.applied();
    world.seenTwice();
    expect(inWords(offered(world, 'falsePositive')?.shown?.plan as Plan)).toEqual(['undo aws/no-sessions']);
  });

  it('nothing, before anything was put on, and in a drill', () => {
    const world = new World().look();
    expect(viewOf(world.incident, GENESIS, world.now).undo).toEqual([]);
    expect(ask(world, 'falsePositive')).toMatchObject({ code: 'notNow' });
    const drill = new World(detection({ isSample: true })).look();
    drill.decided('cut');
    expect(viewOf(drill.incident, GENESIS, drill.now).undo).toEqual([]);
  });

  it('also what was put on under a plan that another has replaced, by the words that were said then', () => {
    const world = contained();
    const first = world.incident.approved?.hash;
    world.do({
      type: 'detect',
      detections: [detection({ sourceId: 'b', credentialId: 'AKIAIOSFODNN7NEWWAY1' })],
    });
    const way = {
      kind: 'access-key',
      id: 'AKIAIOSFODNN7NEWWAY1',
      status: 'Active',
      createdAt: null,
      lastUsedAt: null,
      stolen: true,
    };
    const found = { ...discovery, waysIn: [way] };
    world.found(found);
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(inWords(offered(world, 'falsePositive')?.shown?.plan as Plan)).toHaveLength(2);
    world.found(found);
    world.decided('cut');
    for (let i = 0; i < 3; i++) world.applied({}, true);
    world.pass(MINUTE);
    const { shown } = offered(world, 'falsePositive') ?? {};
    expect(shown?.plan.undoes?.plans).toEqual([first, world.incident.approved?.hash]);
    expect(offered(world, null)?.shown?.consequences.join(' ')).not.toContain('somebody else');
    expect(inWords(shown?.plan as Plan)).toEqual(['undo aws/no-sessions', 'undo aws/quarantine']);
  });
});

describe('to ask for an undo', () => {
  it.each<[name: string, person: string, code: string]>([
    ['the SOC', 'sam', 'accepted'],
    ['a party of the act', 'ida', 'accepted'],
    ['another party', 'olga', 'notAllowed'],
    ['whose identity it is', 'robo', 'suspect'],
  ])('%s', (_, person, code) => {
    const answer = ask(contained(), 'falsePositive', person);
    expect(answer).toMatchObject(code === 'accepted' ? { accepted: true } : { code });
  });

  it.each<[name: string, change: (world: World) => Partial<Words>]>([
    ['another plan than the one shown', () => ({ plan: 'e'.repeat(64) })],
    ['the plan of the other verdict', (world) => ({ plan: offered(world, null)?.shown?.hash ?? null })],
    [
      'a time that is not the plan’s',
      (world) => ({ body: { verdict: 'falsePositive', madeAt: plus(world.now, -1_000), reason: 'x' } }),
    ],
    [
      'the future',
      (world) => ({ body: { verdict: 'falsePositive', madeAt: plus(world.now, HOUR), reason: 'x' } }),
    ],
  ])('by %s is refused', (_, change) => {
    const world = contained();
    expect(ask(world, 'falsePositive', 'sam', change(world))).toMatchObject({ code: 'planChanged' });
    expect(world.gate('undo')).toBe('none');
  });

  it('by a plan whose time is half over is refused, and so is one from before what it undoes', () => {
    const world = contained();
    const shown = offered(world, 'falsePositive')?.shown;
    const words = {
      plan: shown?.hash ?? null,
      body: { verdict: 'falsePositive', madeAt: shown?.plan.madeAt, reason: 'x' },
    };
    const late = plus(world.now, rules().validityMs.recovery / 2 + 1_000);
    world.now = late;
    expect(ask(world, 'falsePositive', 'sam', words)).toMatchObject({ code: 'planChanged' });
  });

  it('once: what is asked is answered first, and a step that is under way is waited for', () => {
    const world = contained();
    ask(world, 'falsePositive');
    expect(ask(world, 'falsePositive', 'ida')).toMatchObject({ code: 'notNow' });
    const busy = new World().look();
    busy.decided('cut');
    busy.applied();
    expect(busy.incident.steps.some(({ status }) => status === 'ordered')).toBe(true);
    busy.now = plus(busy.now, MINUTE);
    expect(ask(busy, 'falsePositive')).toMatchObject({ code: 'notNow' });
  });
});

describe('an undo is agreed to', () => {
  it("by whoever asked and one more, of the act's parties and the SOC, on its own plan", () => {
    const world = contained();
    ask(world, 'falsePositive');
    const gate = world.incident.gates.find(({ name }) => name === 'undo');
    expect(gate).toMatchObject({
      rule: { quorum: 2, parties: ['soc', 'identity'] },
      votes: [{ person: 'sam', verdict: 'approve' }],
    });
    expect(gate?.until, 'not agreed to days later').toBe(plus(world.now, 24 * HOUR));
    expect(world.approve('sam', 'undo')).toMatchObject({ code: 'alreadyAnswered' });
    expect(world.approve('lee', 'undo'), 'the SOC twice is not both').toMatchObject({ accepted: true });
    expect(world.types()).not.toContain('undoApproved');
    world.approve('ida', 'undo');
    expect(world.types()).toContain('undoApproved');
    const order = lastOrder(world)?.order;
    expect(order?.plan.undoes).toBeDefined();
    expect(order?.undoes?.map(({ results }) => results.length)).toEqual([2]);
    expect(order?.decisions).toHaveLength(3);
  });

  it('at least by two, and by the SOC, whatever the runbook says of the act', () => {
    const alone = rules();
    alone.gates.act = { quorum: 1, parties: ['identity'] };
    const world = new World().look(alone);
    world.assess();
    world.approve();
    for (let i = 0; i < 3; i++) world.applied();
    world.pass(MINUTE);
    ask(world, 'falsePositive', 'ida');
    world.approve('ivo', 'undo');
    expect(world.types()).not.toContain('undoApproved');
    world.approve('sam', 'undo');
    expect(world.types()).toContain('undoApproved');
  });

  it('not any more when what stands has changed meanwhile', () => {
    const world = contained();
    ask(world, 'falsePositive');
    world.applied();
    expect(world.gate('undo')).toBe('none');
    expect(world.types()).toContain('gateLapsed');
  });

  it('not any more when an alert says more than was known', () => {
    const world = contained();
    ask(world, 'falsePositive');
    world.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    expect(world.gate('undo')).toBe('none');
    const undoing = agreed(contained(), 'falsePositive');
    undoing.do({ type: 'detect', detections: [detection({ sourceId: 'b', level: 'critical' })] });
    expect(undoing.incident).toMatchObject({ phase: 'triage', approved: null });
    expect(lastOrder(undoing), 'nothing more is lifted').toBeNull();
  });

  it('not in time: it lapses, and nothing is lifted', () => {
    const world = contained();
    ask(world, 'falsePositive');
    world.pass(25 * HOUR);
    expect(world.gate('undo')).toBe('none');
    expect(world.types()).not.toContain('undoApproved');
  });

  it('and is not undone itself', () => {
    const world = agreed(contained(), 'falsePositive');
    expect(viewOf(world.incident, GENESIS, world.now).undo).toEqual([]);
    expect(ask(world, 'falsePositive')).toMatchObject({ code: 'notNow' });
  });
});

describe('what was undone', () => {
  it('of a cleared identity is seen, and two people are asked to close it as a false positive', () => {
    const world = carriedOut(agreed(contained(), 'falsePositive'));
    expect(world.types()).toContain('undone');
    expect(world.types()).not.toContain('recovered');
    expect(world.incident).toMatchObject({
      phase: 'triage',
      approved: null,
      assessment: { verdict: 'falsePositive' },
    });
    const close = world.incident.gates.find(({ name, status }) => name === 'close' && status === 'open');
    expect(close).toMatchObject({ closesAs: 'falsePositive', rule: { quorum: 2 } });
    for (const person of ['sam', 'lee'])
      world.say('close', person, { answers: close?.id ?? null, body: { reason: 'cleared' } });
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'falsePositive' });
  });

  it('of one that was not, is judged anew, after another look; what stayed on can be undone later', () => {
    const world = carriedOut(agreed(contained(), null));
    expect(world.incident).toMatchObject({ phase: 'triage', approved: null, discovery: { state: 'wanted' } });
    expect(world.gate('close')).toBe('none');
    expect(world.gate('risk')).not.toBe('none');
    world.pass(MINUTE);
    expect(inWords(offered(world, 'falsePositive')?.shown?.plan as Plan)).toEqual(['undo aws/no-sessions']);
  });

  it('before it was contained is seen too, beside a replacement that the undone plan has made: an undo says nothing of ways in', () => {
    const world = new World().look().decided('cut');
    for (let i = 0; i < 3; i++) world.applied();
    world.pass(MINUTE);
    expect(world.incident.phase).toBe('containment');
    agreed(world, 'falsePositive');
    carriedOut(world, ['AKIAIOSFODNN7REPLACE']);
    expect(world.incident.steps.map(({ status }) => status)).not.toContain('applied');
    expect(world.gate('close')).not.toBe('none');
  });

  it('and was put on again by somebody is taken off again, until it is seen off twice', () => {
    const world = agreed(contained(), null);
    world.applied();
    world.seen(['s1']);
    expect(world.types()).not.toContain('undone');
    world.pass(MINUTE);
    carriedOut(world);
    expect(world.types()).toContain('undone');
  });

  it('no phase passes meanwhile, and nobody is asked whether the service works', () => {
    const world = agreed(contained(), 'falsePositive');
    const before = world.types().length;
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'x' },
    });
    expect(world.types().slice(before)).not.toContain('phaseEntered');
    expect(viewOf(world.incident, GENESIS, world.now).waitingFor.join(' ')).not.toContain('service works');
  });
});

describe('what went on before anybody had decided', () => {
  /** On and seen, and the identity looked at again. */
  const alone = (): World => {
    const world = new World().look(rules({ mode: 'auto' }), offering);
    world.applied();
    world.seenTwice();
    world.found(wearing);
    world.pass(MINUTE);
    return world;
  };

  it('comes off by people’s undo, by the plan and the signed word by which it went on, and then it closes as a false alarm', () => {
    const world = alone();
    expect(
      world.say('assess', 'sam', {
        answers: world.gate('risk'),
        body: { verdict: 'falsePositive', reason: 'x' },
      }),
    ).toMatchObject({ accepted: false });
    agreed(world, 'falsePositive');
    const order = lastOrder(world)?.order;
    expect(inWords(order?.plan as Plan)).toEqual(['undo aws/quarantine-auto']);
    expect(order?.undoes).toMatchObject([{ plan: { mode: 'auto' } }]);
    carriedOut(world);
    expect(world.incident.automatic).toMatchObject({ worn: [], running: null });
    for (const person of ['sam', 'lee']) world.approve(person, 'close');
    expect(world.incident).toMatchObject({ outcome: 'closed', closedAs: 'falsePositive' });
  });

  it('does not go on again by the same alert, once people had it taken off', () => {
    const world = carriedOut(agreed(alone(), 'falsePositive'));
    world.found(offering);
    expect(lastOrder(world)).toBeNull();
  });
});
