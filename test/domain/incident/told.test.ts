// An approval that nobody proved: where the runbook takes it at the act, beside a proven one, for a plan that only puts on what can be
// taken off; and nowhere else.
import { describe, expect, it } from 'vitest';
import { bearingsOf } from '../../../domain/incident/bearings.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import type { Discovery } from '../../../domain/plan/plan.schema.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { discovery, judged, rules, World, type Words } from './world.ts';

const takingTold = (): Rules => {
  const { gates } = rules();
  return rules({ gates: { ...gates, act: { ...gates.act, assurance: 'told' } } });
};
const putsOn: Discovery = {
  ...discovery,
  proposals: {
    cut: (discovery.proposals.cut ?? []).filter(
      ({ kind, verb }) => verb === 'apply' && ['aws/quarantine', 'aws/no-sessions'].includes(kind),
    ),
  },
};
const asked = (known = takingTold(), found = putsOn): World => {
  const world = new World().look(known, found);
  world.assess();
  return world;
};

/** As the judge hands it on: with the statement, and without a proof. */
function tells(world: World, person: string, gate = 'act', body: Words['body'] = { verdict: 'approve' }) {
  const plan = world.incident.gates.find((one) => one.id === world.gate(gate))?.plan ?? null;
  const judgement = judged(
    'decide',
    person,
    { answers: world.gate(gate), plan, body, assurance: 'told' },
    world.now,
  );
  if (!judgement.readable) throw new Error('it is readable');
  const saying = { statement: JSON.stringify(judgement.statement) };
  return world.do({ type: 'said', message: 'decide', digest: null, judgement: { ...judgement, saying } })
    .answer;
}
const ordered = (world: World) =>
  wanted(world.incident, world.now).effects.find((one) => one.type === 'apply');

describe('an approval that nobody proved', () => {
  it('counts beside a proven one, is shown as what it is, and goes into the order without a proof', () => {
    const world = asked();
    expect(bearingsOf(world.incident).gates).toMatchObject([{ name: 'act', told: true }]);
    expect(viewOf(world.incident, GENESIS, world.now).gates).toMatchObject([
      { name: 'act', assurance: 'told' },
    ]);
    expect(tells(world, 'ida')).toMatchObject({ accepted: true });
    expect(world.events.find(({ type }) => type === 'voted')).toBeDefined();
    const [risk, act] = world.events.filter((one) => one.type === 'voted');
    expect(risk?.data).toMatchObject({ assurance: 'signed' });
    expect(act?.data).toMatchObject({ assurance: 'told', saying: { statement: expect.any(String) } });
    const order = ordered(world);
    expect(order?.type === 'apply' && order.order.decisions.map(({ proof }) => proof === undefined)).toEqual([
      false,
      true,
    ]);
  });

  it('never counts alone', () => {
    const { gates } = takingTold();
    const world = asked(
      rules({
        gates: {
          ...gates,
          act: { quorum: 1, parties: ['identity'], assurance: 'told' },
        },
      }),
    );
    expect(tells(world, 'ida')).toMatchObject({ accepted: true });
    expect(ordered(world)).toBeUndefined();
    world.approve('ivo');
    expect(ordered(world)).toBeDefined();
  });

  it('gives way to the person’s own word: anybody could have told it', () => {
    const world = asked(
      rules({ gates: { ...rules().gates, act: { ...takingTold().gates.act, quorum: 3 } } }),
    );
    expect(tells(world, 'ida')).toMatchObject({ accepted: true });
    expect(tells(world, 'ida')).toMatchObject({ code: 'alreadyAnswered' });
    expect(viewOf(world.incident, GENESIS, world.now).gates[0]?.votes).toMatchObject([
      { person: 'sam', assurance: 'signed' },
      { person: 'ida', assurance: 'told' },
    ]);
    expect(
      world.approve('ida', 'act', { body: { verdict: 'reject', reason: 'I never said so' } }),
    ).toMatchObject({ accepted: true });
    expect(world.gate('act'), 'her own no ends it').toBe('none');
  });

  it.each<[string, () => World]>([
    ['where the runbook does not say so', () => asked(rules())],
    ['to a plan that holds what cannot simply be taken off, or lifts', () => asked(takingTold(), discovery)],
    [
      'to a plan that only lifts besides',
      () =>
        asked(takingTold(), {
          ...discovery,
          proposals: { cut: (discovery.proposals.cut ?? []).filter(({ kind }) => kind === 'aws/quarantine') },
        }),
    ],
  ])('is refused %s', (_, make) => {
    const world = make();
    expect(bearingsOf(world.incident).gates[0]).not.toHaveProperty('told');
    expect(viewOf(world.incident, GENESIS, world.now).gates).toMatchObject([{ assurance: 'signed' }]);
    expect(tells(world, 'ida')).toMatchObject({ code: 'notProven' });
  });

  it.each<[string, Words['body']]>([
    ['a no', { verdict: 'reject', reason: 'no' }],
    ['to take a vote back', { verdict: 'withdraw' }],
    ['to break the glass', { verdict: 'approve', breakGlass: true, reason: 'nobody answers' }],
  ])('is a plain approval: %s is proven', (_, body) => {
    const known = { ...takingTold(), breakGlass: { parties: ['identity'] } };
    const world = asked(known);
    expect(tells(world, 'ida', 'act', body)).toMatchObject({ code: 'notProven' });
  });

  it('is for the act: what weakens is proven, whatever the runbook says of the act', () => {
    const world = asked();
    world.say('assess', 'sam', { body: { level: 'low', reason: 'x' } });
    expect(tells(world, 'lee', 'lower')).toMatchObject({ code: 'notProven' });
  });
});
