import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../authority/judge.ts';
import { readStatement } from '../../authority/statement.ts';
import { encode } from '../../domain/encoding/base64url.ts';
import { canonical } from '../../domain/encoding/canonical.ts';
import type { Bearings, Judgement } from '../../domain/statement/judgement.ts';
import {
  applied,
  approves,
  assesses,
  attests,
  attestsStep,
  bearings,
  KEY,
  type Name,
  newWorld,
  NOW,
  saying,
  sees,
  type World,
} from './rightful.ts';
import { shippedAuthority } from './shipped-authority.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 100);

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const judged = (message: string, payload: unknown, more: Partial<Bearings> = {}): Promise<Judgement> =>
  judge(
    { message, payload, bearings: { ...bearings, ...more }, now: NOW },
    { directory: world.directory, authority: shippedAuthority() },
  );

const allowed = (judgement: Judgement) =>
  judgement.readable && judgement.proof.holds && judgement.authority.allowed;
const told = (person: string, body: Record<string, unknown>) => ({ person, body });

describe('who may say what', () => {
  const adds = (name: Name) =>
    saying(world, name, 'followUp', {
      body: { add: { kind: 'exposure', says: 'a wiki page' }, reason: 'found it' },
    });
  const ends = (name: Name) =>
    saying(world, name, 'followUp', { body: { id: 'follow-up-1', as: 'done', reason: 'it is gone' } });
  const hands = (to: string, person: string, by: Name = 'sam') =>
    saying(world, by, 'handOff', { body: { to, person, reason: 'my shift ends' } });
  const accept = { answer: 'accept' };
  const rows: [string, boolean, () => Promise<Judgement>][] = [
    ['the SOC assesses', true, async () => judged('assess', await assesses(world, 'sam'))],
    ['the identity team does not assess', false, async () => judged('assess', await assesses(world, 'ivo'))],
    ['a party of the gate decides', true, async () => judged('decide', await approves(world, 'ivo'))],
    [
      'a party that the gate does not ask does not decide',
      false,
      async () => judged('decide', await approves(world, 'olga')),
    ],
    [
      'nobody decides at a gate that is not open',
      false,
      async () => judged('decide', await approves(world, 'sam', { answers: 'act-9' })),
    ],
    [
      'nobody decides at no gate',
      false,
      async () => judged('decide', await approves(world, 'sam', { answers: null })),
    ],
    ['nobody decides about themselves', false, async () => judged('decide', await approves(world, 'robert'))],
    [
      'whom it is about may note what they know',
      true,
      async () => judged('note', told('robert', { text: 'it was not me' })),
    ],
    [
      'the holder acknowledges',
      true,
      async () => judged('acknowledge', await saying(world, 'sam', 'acknowledge', { body: accept })),
    ],
    [
      'the offered party acknowledges',
      true,
      async () => judged('acknowledge', await saying(world, 'ivo', 'acknowledge', { body: accept })),
    ],
    [
      'another party does not acknowledge',
      false,
      async () => judged('acknowledge', await saying(world, 'olga', 'acknowledge', { body: accept })),
    ],
    ['told is enough to acknowledge', true, async () => judged('acknowledge', told('sam', accept))],
    [
      'told is enough to note',
      true,
      async () => judged('note', told('olga', { text: 'the jobs stand still' })),
    ],
    [
      'told is not enough to decide',
      false,
      async () => judged('decide', told('sam', { verdict: 'approve' })),
    ],
    [
      'told is not enough to assess',
      false,
      async () => judged('assess', told('sam', { verdict: 'drill', impact: 'none', reason: 'a test' })),
    ],
    ['told is not enough to close', false, async () => judged('close', told('sam', { reason: 'over' }))],
    [
      'a statement whose proof was taken away counts as told',
      false,
      async () => judged('decide', { statement: (await approves(world, 'sam')).statement }),
    ],
    [
      'whoever is not in the directory does not even note',
      false,
      async () => judged('note', told('mallory', { text: 'hello' })),
    ],
    [
      'the holder hands off',
      true,
      async () =>
        judged('handOff', await saying(world, 'ivo', 'handOff', { body: { to: 'soc', reason: 'x' } }), {
          holder: 'identity',
        }),
    ],
    [
      'the SOC hands off what others hold',
      true,
      async () =>
        judged('handOff', await saying(world, 'sam', 'handOff', { body: { to: 'platform', reason: 'x' } }), {
          holder: 'identity',
        }),
    ],
    [
      'another party does not hand off',
      false,
      async () =>
        judged('handOff', await saying(world, 'olga', 'handOff', { body: { to: 'soc', reason: 'x' } })),
    ],
    ['the owner attests', true, async () => judged('attest', await attests(world, 'olga', 'works'))],
    ['the SOC does not attest', false, async () => judged('attest', await attests(world, 'sam', 'works'))],
    [
      'the SOC attests where no owner is known',
      true,
      async () => judged('attest', await attests(world, 'sam', 'works'), { owner: null }),
    ],
    [
      'and nobody else does',
      false,
      async () => judged('attest', await attests(world, 'olga', 'works'), { owner: null }),
    ],
    [
      'whoever does a step by hand says so',
      true,
      async () => judged('attest', await attestsStep(world, 'vik')),
    ],
    [
      'whoever confirms a step by hand says so',
      true,
      async () => judged('attest', await attestsStep(world, 'ivo')),
    ],
    [
      'the owner says nothing of a step that others do by hand',
      false,
      async () => judged('attest', await attestsStep(world, 'olga')),
    ],
    [
      'nobody attests a step that people do not do',
      false,
      async () => judged('attest', await attestsStep(world, 'ivo', 'works', { step: 's1' })),
    ],
    [
      'whom it is about does not confirm a step by hand',
      false,
      async () => judged('attest', await attestsStep(world, 'robert')),
    ],
    [
      'who does a step by hand does not attest the service by that',
      false,
      async () => judged('attest', await attests(world, 'vik', 'works')),
    ],
    [
      'anybody of the directory adds what is left to do',
      true,
      async () => judged('followUp', await adds('vik')),
    ],
    [
      'but not by a word that nobody proved',
      false,
      async () =>
        judged('followUp', told('vik', { add: { kind: 'exposure', says: 'a wiki page' }, reason: 'x' })),
    ],
    ['nor a machine', false, async () => judged('followUp', await adds('identity-aws'))],
    ['nor whom it is about', false, async () => judged('followUp', await adds('robert'))],
    [
      'whose it is says what became of it',
      true,
      async () =>
        judged('followUp', await ends('olga'), {
          followUps: [{ id: 'follow-up-1', party: 'service-owner' }],
        }),
    ],
    ['the SOC says what became of it', true, async () => judged('followUp', await ends('sam'))],
    [
      'the holder says what became of it',
      true,
      async () => judged('followUp', await ends('ivo'), { holder: 'identity' }),
    ],
    ['another party does not', false, async () => judged('followUp', await ends('olga'))],
    [
      'nobody ends what is not left',
      false,
      async () => judged('followUp', await ends('sam'), { followUps: [] }),
    ],
    [
      'two teams answer a gate of lowering',
      true,
      async () =>
        judged('decide', await approves(world, 'ivo', { answers: 'lower-3' }), {
          gates: [{ id: 'lower-3', name: 'lower', parties: ['soc', 'identity'] }],
        }),
    ],
    [
      'and no other team',
      false,
      async () =>
        judged('decide', await approves(world, 'olga', { answers: 'waive-3' }), {
          gates: [{ id: 'waive-3', name: 'waive', parties: ['soc', 'identity'] }],
        }),
    ],
    [
      'the SOC hands it to one person of a party',
      true,
      async () => judged('handOff', await hands('identity', 'ivo')),
    ],
    [
      'not to somebody of another party',
      false,
      async () => judged('handOff', await hands('identity', 'olga')),
    ],
    [
      'not to somebody whom the directory does not know',
      false,
      async () => judged('handOff', await hands('identity', 'mallory')),
    ],
    ['not to a machine', false, async () => judged('handOff', await hands('identity', 'identity-aws'))],
    [
      'not to the one whom it is about',
      false,
      async () => judged('handOff', await hands('identity', 'robert')),
    ],
    [
      'and nobody hands it to a person who may not hand it off',
      false,
      async () => judged('handOff', await hands('identity', 'ivo', 'olga')),
    ],
    [
      'the SOC closes',
      true,
      async () => judged('close', await saying(world, 'sam', 'close', { body: { reason: 'over' } })),
    ],
    [
      'the identity team does not close',
      false,
      async () => judged('close', await saying(world, 'ivo', 'close', { body: { reason: 'over' } })),
    ],
    [
      'the SOC may pause',
      true,
      async () => judged('pause', await saying(world, 'sam', 'pause', { body: { until: NOW, reason: 'x' } })),
    ],
    [
      'the owner may not pause',
      false,
      async () =>
        judged('pause', await saying(world, 'olga', 'pause', { body: { until: NOW, reason: 'x' } })),
    ],
    [
      'the SOC may adopt',
      true,
      async () =>
        judged(
          'adopt',
          await saying(world, 'sam', 'adopt', { body: { runbook: 'c'.repeat(64), reason: 'x' } }),
        ),
    ],
    [
      'the SOC may ask for an undo',
      true,
      async () => judged('undo', await saying(world, 'sam', 'undo', { body: { madeAt: NOW, reason: 'x' } })),
    ],
    [
      'a party of the act may ask for an undo, whoever holds it',
      true,
      async () => judged('undo', await saying(world, 'ivo', 'undo', { body: { madeAt: NOW, reason: 'x' } })),
    ],
    [
      'another party may not ask for an undo',
      false,
      async () => judged('undo', await saying(world, 'olga', 'undo', { body: { madeAt: NOW, reason: 'x' } })),
    ],
    [
      'an awaited executor says what it applied',
      true,
      async () => judged('applied', await applied(world, 'identity-aws', 's1')),
    ],
    [
      'an executor that is not awaited does not',
      false,
      async () => judged('applied', await applied(world, 'owner-aws', 's5')),
    ],
    [
      'a checker does not say that it applied',
      false,
      async () => judged('applied', await applied(world, 'aws', 's1')),
    ],
    [
      'an awaited checker says what it saw',
      true,
      async () => judged('checked', await sees(world, [{ step: 's1', holds: true }])),
    ],
    [
      'an executor does not see for itself',
      false,
      async () => judged('checked', await sees(world, [{ step: 's1', holds: true }], {}, 'identity-aws')),
    ],
    [
      'a person does not say what was applied',
      false,
      async () => judged('applied', await applied(world, 'sam', 's1')),
    ],
    ['a machine does not decide', false, async () => judged('decide', await approves(world, 'identity-aws'))],
    [
      'a machine is not told to acknowledge',
      false,
      async () => judged('acknowledge', told('identity-aws', accept)),
    ],
    [
      'nobody says a seal to an incident',
      false,
      async () =>
        judged(
          'sealed',
          await saying(world, 'orchestrator', 'sealed', { body: { seq: 3, hash: 'd'.repeat(64) } }),
        ),
    ],
  ];

  it.each(rows)('%s: %s', async (_, may, what) => {
    const judgement = await what();
    expect(judgement.readable).toBe(true);
    expect(allowed(judgement)).toBe(may);
    if (judgement.readable) expect(judgement.authority.reason).toMatch(/\S/);
  });
});

it('whoever may not hand it off is told that, whomever they name', async () => {
  const handOff = { to: 'identity', person: 'mallory', reason: 'my shift ends' };
  const said = await saying(world, 'olga', 'handOff', { body: handOff });
  expect(await judged('handOff', said)).toMatchObject({
    authority: { allowed: false, reason: expect.stringMatching(/Only soc may hand this incident off/) },
  });
});

describe('what cannot be read', () => {
  const rows: [string, string, () => unknown][] = [
    ['an unknown message', 'explode', () => told('sam', {})],
    ['the name of an object property', 'constructor', () => told('sam', {})],
    ['a payload of another shape', 'note', () => ({ hello: 'you' })],
    ['nothing', 'note', () => null],
    ['a body of another shape', 'note', () => told('sam', { words: 'hello' })],
    ['a body with a member more', 'note', () => told('sam', { text: 'hello', more: 1 })],
    ['a text with half a character', 'note', () => told('sam', { text: '\ud800' })],
    ['a statement sent under another name', 'note', async () => approves(world, 'sam')],
    ['a statement that is no JSON', 'note', () => ({ statement: encode('hello') })],
    ['a statement of another version', 'note', () => ({ statement: encode(canonical({ v: 2 })) })],
  ];
  it.each(rows)('%s', async (_, message, payload) => {
    expect(await judged(message, await payload())).toEqual({
      readable: false,
      reason: expect.stringMatching(/\S/),
    });
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ add: { kind: 'secret', says: 'a wiki page' }, reason: 'x' }, /add\.kind: Invalid option/],
    [{ id: 'follow-up-1', as: 'done' }, /reason: Invalid input: expected string/],
    [{ id: 'follow-up-1', as: 'forgotten', reason: 'x' }, /as: Invalid option/],
  ])('of several shapes is told what the nearest misses: %o', async (body, reason) => {
    expect(await judged('followUp', told('olga', body))).toEqual({
      readable: false,
      reason: expect.stringMatching(reason),
    });
  });

  it('is answered, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.oneof(
          fc.anything(),
          fc.record({ person: fc.string(), body: fc.dictionary(fc.string(), fc.anything()) }),
        ),
        async (message, payload) => {
          expect(allowed(await judged(message, payload))).toBe(false);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('a judgement', () => {
  it('of what was told is a statement about this incident, the same for the same words in the same second', async () => {
    const word = told('sam', { text: 'looking' });
    const [first, second] = await Promise.all([judged('note', word), judged('note', word)]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      readable: true,
      saying: { statement: expect.any(String) },
      proof: { holds: true, assurance: 'told', kid: null },
      statement: {
        incident: bearings.incident,
        firstRun: bearings.firstRun,
        answers: null,
        plan: null,
        person: 'sam',
      },
    });
  });

  it('of an approval that nobody proved is for the gate that takes one, and for nothing else there', async () => {
    const takes = [{ id: 'act-2', name: 'act' as const, parties: ['soc', 'identity'], told: true }];
    const plan = 'e'.repeat(64);
    const tells = (body: Record<string, unknown>, gates: Bearings['gates'], answers = 'act-2') =>
      judged('decide', { person: 'ivo', answers, plan, body }, { gates });
    const approve = { verdict: 'approve' };
    const judgement = await tells(approve, takes);
    expect(allowed(judgement)).toBe(true);
    expect(judgement).toMatchObject({ statement: { answers: 'act-2', plan }, proof: { assurance: 'told' } });
    const { saying: carried } = judgement as { saying: { statement: string } };
    expect(readStatement(carried.statement)).toMatchObject({
      readable: true,
      statement: { person: 'ivo', plan },
    });
    expect(allowed(await tells(approve, bearings.gates))).toBe(false);
    expect(allowed(await tells(approve, takes, 'risk-1'))).toBe(false);
    expect(allowed(await tells({ verdict: 'reject' }, takes))).toBe(false);
    expect(allowed(await tells({ verdict: 'withdraw' }, takes))).toBe(false);
    const glass = { ...approve, breakGlass: true, reason: 'nobody answers' };
    const breaking = await judged(
      'decide',
      { person: 'ivo', answers: 'act-2', plan, body: glass },
      { gates: takes, breakGlass: ['identity'] },
    );
    expect(allowed(breaking)).toBe(false);
  });

  it('carries the saying as it was said', async () => {
    const said = await approves(world, 'sam');
    expect(await judged('decide', said)).toMatchObject({
      readable: true,
      saying: said,
      speaker: { id: 'sam', parties: ['soc'] },
    });
  });

  it('of a proof that does not hold names no speaker and allows nothing', async () => {
    const [mine, other] = await Promise.all([approves(world, 'sam'), approves(world, 'sam')]);
    const judgement = await judged('decide', { ...mine, proof: other.proof });
    expect(judgement).toMatchObject({
      readable: true,
      proof: { holds: false },
      speaker: null,
      authority: { allowed: false },
    });
  });

  it('does not judge what is the incident’s to judge: another incident, another plan, an expired word', async () => {
    const said = await approves(world, 'sam', {
      incident: 'incident/other',
      plan: 'e'.repeat(64),
      now: '2026-11-24T01:00:00.000Z',
    });
    expect(allowed(await judged('decide', said))).toBe(true);
  });

  it('holds no secret', async () => {
    const judgement = JSON.stringify(await judged('decide', await approves(world, 'sam'), { key: KEY }));
    for (const secret of world.secrets) expect(judgement).not.toContain(secret);
  });
});
