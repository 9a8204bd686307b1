// A gate that the record calls met was met by the people whose words stand in it, whatever the lines say of them: real keys, and lines
// that are bent in one place and chained again.
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyRecord } from '../../authority/verify-record.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { asks, asText, chainOf, type Data, type Entry, said } from './record-lines.ts';
import {
  approves,
  assesses,
  firstRun,
  identity,
  incident,
  type Name,
  newWorld,
  NOW,
  plan,
  saying,
  type World,
} from './rightful.ts';

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

type Line = Entry | Promise<Entry>;
const line = (type: string, data: Data): Entry => ({ at: NOW, type, data });
const begun = (detection: Data = { isSample: false }) =>
  line('opened', { incident, firstRun, identity, detection });
const drill = () => begun({ isSample: true });

async function brokenAt(...lines: Line[]): Promise<{ line: number; reason: string } | null> {
  const entries: Entry[] = [];
  for (const one of lines) entries.push(await one);
  const text = asText(chainOf(entries));
  const { ok, broken } = await verifyRecord(text, { directory: world.directory });
  return ok ? null : broken;
}
const at = (place: number, reason: RegExp) => ({ line: place, reason: expect.stringMatching(reason) });

/** A word counted at a gate. */
const vote = async (gate: string, name: Name, word: Promise<Saying>, data: Data = {}): Promise<Entry> =>
  line('voted', { ...said(name), saying: await word, gate, verdict: 'approve', ...data });
const decides = (gate: string, name: Name, of: string | null = null, verdict = 'approve') =>
  vote(gate, name, approves(world, name, { answers: gate, plan: of, body: { verdict } }), { verdict });
const says = (name: Name, message: Parameters<typeof saying>[2], body: Data) =>
  saying(world, name, message, { body, plan: null });
const gate = (id: string, of: Data): Entry => line('gateOpened', { ...of, gate: id, name: id.split('-')[0] });
const met = (id: string): Entry => line('gateMet', { gate: id, name: id.split('-')[0] });

const until = '2026-11-24T06:00:00.000Z';
const fact = { fact: 'ciCd', value: false, evidence: 'assessed by sam' };
/** By gate: what it asks, the word of whoever asks, and what follows. */
const WEAKER: Record<string, { weakens: Data; first: () => Promise<Saying>; then: Entry }> = {
  'pause-1': {
    weakens: { do: 'pause', until },
    first: () => says('sam', 'pause', { until, reason: 'a freeze' }),
    then: line('paused', { until }),
  },
  'lower-1': {
    weakens: { do: 'lower', level: 'low', facts: [fact], mode: null },
    first: () => says('sam', 'assess', { level: 'low', facts: { ciCd: false }, reason: 'looked at it' }),
    then: line('lowered', { level: 'low', facts: [fact], mode: null, gate: 'lower-1' }),
  },
  'waive-1': {
    weakens: { do: 'waive', followUp: 'follow-up-1', reason: 'it is empty' },
    first: () => says('sam', 'followUp', { id: 'follow-up-1', as: 'waived', reason: 'it is empty' }),
    then: line('followUpEnded', {
      id: 'follow-up-1',
      as: 'waived',
      ticket: null,
      reason: 'it is empty',
      person: 'sam and erin',
      said: null,
    }),
  },
};

describe.each(Object.entries(WEAKER))('what weakens, at the gate %s', (id, { weakens, first, then }) => {
  const opened = (rule = asks(2, 'soc')) => gate(id, { ...rule, weakens });
  const asked = () => vote(id, 'sam', first());

  it('takes two people', async () => {
    expect(await brokenAt(begun(), opened(), asked(), decides(id, 'erin'), met(id), then)).toBeNull();
  });

  it.each<[string, RegExp, () => Line[]]>([
    ['without the second vote', /asks for 2 different people/, () => []],
    ['by the same person again', /asks for 2 different people/, () => [decides(id, 'sam')]],
    ['by somebody whom it does not ask', /asks for 2 different people/, () => [decides(id, 'ivo')]],
    ['by a no', /asks for 2 different people/, () => [decides(id, 'erin', null, 'reject')]],
    ['by a vote on a plan', /asks for 2 different people/, () => [decides(id, 'erin', hashOf(plan))]],
  ])('is not told %s', async (_, reason, second) => {
    const before = [begun(), opened(), asked(), ...second()];
    expect(await brokenAt(...before, met(id), then)).toEqual(at(before.length + 1, reason));
  });

  it('takes two, though its line asks for one, save in a drill', async () => {
    const one = [opened(asks(1, 'soc')), asked(), met(id), then];
    expect(await brokenAt(begun(), ...one)).toEqual(at(4, /asks for 2 different people/));
    expect(await brokenAt(drill(), ...one)).toBeNull();
  });

  it('takes them for exactly this, where its line binds it', async () => {
    const bound = gate(id, { ...asks(2, 'soc'), weakens, binds: hashOf(weakens) });
    const agreed = [begun(), bound, asked(), decides(id, 'erin', hashOf(weakens))];
    expect(await brokenAt(...agreed, met(id), then)).toBeNull();
    for (const plan of [null, hashOf({ do: 'pause', until: NOW })])
      expect(await brokenAt(begun(), bound, asked(), decides(id, 'erin', plan), met(id))).toEqual(
        at(5, /asks for 2 different people/),
      );
    const other = gate(id, { ...asks(2, 'soc'), weakens, binds: hashOf({ ...weakens, do: 'else' }) });
    expect(await brokenAt(begun(), other)).toEqual(at(2, /bound to something else/));
  });

  it('does not hold for what is real, where it was agreed to in a drill', async () => {
    const inADrill = [drill(), opened(asks(1, 'soc')), asked(), met(id)];
    expect(await brokenAt(...inADrill, line('becameReal', {}), then)).toEqual(at(6, /nobody agreed/));
  });

  it('takes one of the SOC, whomever its line asks', async () => {
    const [one, two] = [decides(id, 'vik'), decides(id, 'vera')];
    expect(await brokenAt(begun(), opened(asks(2, 'vendor')), asked(), one, two, met(id), then)).toBeNull();
    const unasked = { ...opened(asks(2, 'vendor')).data, weakens: null };
    expect(await brokenAt(begun(), line('gateOpened', unasked), one, two, met(id))).toEqual(
      at(5, /nobody of soc has approved it/),
    );
  });

  it.each<[string, Entry]>([
    ['lapsed', line('gateLapsed', { gate: id, name: id, why: 'it is over' })],
    ['was rejected', line('gateRejected', { gate: id, name: id, by: 'erin' })],
  ])('is not met once it %s', async (_, over) => {
    const before = [begun(), opened(), asked(), decides(id, 'erin'), over];
    expect(await brokenAt(...before, met(id))).toEqual(at(6, /no gate .* is open/));
  });
});

describe('the gate at which the plan is approved', () => {
  const hash = hashOf(plan);
  const of = { ...asks(2, 'soc', 'identity'), plan: hash };
  const carrying = async (word: Promise<Saying>, person: Name = 'sam'): Promise<Entry> => {
    const one = { person, parties: ['soc'], verdict: 'approve', plan: hash, at: NOW, saying: await word };
    return gate('act-2', { ...of, votes: [one] });
  };
  const approved = line('planApproved', { plan: hash });
  const ivo = () => decides('act-2', 'ivo', hash);

  it('counts the assessment that chose the plan', async () => {
    const lines = [begun(), carrying(assesses(world, 'sam')), ivo(), met('act-2'), approved];
    expect(await brokenAt(...lines)).toBeNull();
    const decided = [decides('act-2', 'erin', hash), ivo()];
    expect(await brokenAt(begun(), gate('act-2', of), ...decided, met('act-2'), approved)).toBeNull();
  });

  const reason = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'x' };
  it.each<[string, RegExp, () => Line[]]>([
    ['an assessment alone', /nobody of identity/, () => [carrying(assesses(world, 'sam'))]],
    ['one that is called carried and is not there', /nobody of soc/, () => [gate('act-2', of), ivo()]],
    [
      'an assessment of another plan',
      /nobody of soc/,
      () => [carrying(assesses(world, 'sam', { plan: 'c'.repeat(64) })), ivo()],
    ],
    [
      'an assessment that sets it aside',
      /nobody of soc/,
      () => [carrying(assesses(world, 'sam', { body: { ...reason, verdict: 'drill' } })), ivo()],
    ],
    [
      'the vote of another gate',
      /nobody of soc/,
      () => [carrying(approves(world, 'erin', { answers: 'act-1' }), 'erin'), ivo()],
    ],
    [
      'an assessment as the vote of another team',
      /nobody of identity/,
      () => [carrying(assesses(world, 'both'), 'both'), decides('act-2', 'sam', hash)],
    ],
    [
      'a word that asks for something else',
      /nobody of soc/,
      () => [
        gate('act-2', of),
        vote('act-2', 'sam', says('sam', 'pause', { until, reason: 'a freeze' })),
        ivo(),
      ],
    ],
    [
      'one person of two teams',
      /nobody of identity/,
      () => [gate('act-2', of), decides('act-2', 'both', hash), decides('act-2', 'both', hash)],
    ],
  ])('does not count %s', async (_, why, lines) => {
    const before = [begun(), ...lines()];
    expect(await brokenAt(...before, met('act-2'))).toEqual(at(before.length + 1, why));
  });

  it('is met before the plan is approved, and for that plan', async () => {
    expect(await brokenAt(begun(), approved)).toEqual(at(2, /nobody approved this plan/));
    const before = [begun(), carrying(assesses(world, 'sam')), ivo()];
    expect(await brokenAt(...before, approved)).toEqual(at(4, /nobody approved this plan/));
    const other = line('planApproved', { plan: 'c'.repeat(64) });
    expect(await brokenAt(...before, met('act-2'), other)).toEqual(at(5, /nobody approved this plan/));
  });

  const tells = async (name: Name, what: Parameters<typeof approves>[2] = {}): Promise<Entry> => {
    const { statement } = await approves(world, name, { answers: 'act-2', ...what });
    return line('voted', {
      ...said(name),
      assurance: 'told',
      saying: { statement },
      gate: 'act-2',
      verdict: 'approve',
      plan: hash,
    });
  };
  const toldCounts = { ...of, rule: { ...of.rule, assurance: 'told' } };

  it('counts what is told beside what is proven, where its line says so, and says that nobody proved it', async () => {
    const lines = [
      begun(),
      gate('act-2', toldCounts),
      decides('act-2', 'erin', hash),
      tells('ivo'),
      met('act-2'),
      approved,
    ];
    expect(await brokenAt(...lines)).toBeNull();
    const entries: Entry[] = [];
    for (const one of lines) entries.push(await one);
    const report = await verifyRecord(asText(chainOf(entries)), { directory: world.directory });
    expect(report).toMatchObject({
      told: 1,
      remarks: expect.arrayContaining([expect.stringMatching(/ivo approved at act-2 is merely told/)]),
    });
  });

  it.each<[string, RegExp, () => Line[]]>([
    ['where its line does not say so', /carries no proof/, () => [gate('act-2', of), tells('ivo')]],
    [
      'of another plan',
      /does not tell what|no approval/,
      () => [gate('act-2', toldCounts), tells('ivo', { plan: 'c'.repeat(64) })],
    ],
    [
      'of another incident',
      /about another incident/,
      () => [gate('act-2', toldCounts), tells('ivo', { incident: 'incident/x' })],
    ],
    [
      'that is a no',
      /does not tell what/,
      () => [gate('act-2', toldCounts), tells('ivo', { body: { verdict: 'reject', reason: 'no' } })],
    ],
    [
      'that breaks the glass',
      /carries no proof/,
      () => [
        gate('act-2', toldCounts),
        tells('ivo', { body: { verdict: 'approve', breakGlass: true, reason: 'x' } }),
      ],
    ],
    ['of a machine', /no person of the directory/, () => [gate('act-2', toldCounts), tells('identity-aws')]],
  ])('does not count what is told %s', async (_, why, lines) => {
    const before = [begun(), ...lines()];
    expect(await brokenAt(...before)).toEqual(at(before.length, why));
  });

  it('is not met by what is told alone', async () => {
    const before = [begun(), gate('act-2', toldCounts), tells('erin'), tells('ivo')];
    expect(await brokenAt(...before, met('act-2'))).toEqual(at(5, /nobody has proved/));
  });

  it('is opened once, and says whom it asks', async () => {
    expect(await brokenAt(begun(), gate('act-2', of), gate('act-2', of))).toEqual(at(3, /was opened before/));
    const without = line('gateOpened', { ...of, gate: 'act-2', name: 'act', rule: null });
    expect(await brokenAt(begun(), without)).toEqual(at(2, /does not say what the gate act-2 asks/));
    expect(await brokenAt(begun(), met('act-2'))).toEqual(at(2, /no gate act-2 is open/));
  });
});

describe('a glass that somebody broke', () => {
  const hash = hashOf(plan);
  const glass = async (name: Name, act = 'act-2'): Promise<Entry[]> => {
    const body = { verdict: 'approve', breakGlass: true, reason: 'nobody answers' };
    const word = await approves(world, name, { answers: act, body });
    return [
      gate(act, { ...asks(2, 'soc', 'identity'), plan: hash }),
      line('glassBroken', { ...said(name), saying: word, gate: act, plan: hash, reason: 'nobody answers' }),
      met(act),
      line('planApproved', { plan: hash }),
    ];
  };
  const review = (id = 'review-3', more: Data = {}) => gate(id, { ...asks(1, 'soc'), ...more });
  const isOver = (type: string, id = 'review-3') => line(type, { gate: id, name: 'review' });
  const ends = (): Line[] => [
    gate('close-9', { ...asks(1, 'soc'), closesAs: 'resolved' }),
    vote('close-9', 'sam', says('sam', 'close', { reason: 'all is seen' })),
    met('close-9'),
    line('closed', { as: 'resolved' }),
  ];
  const yes = (name: Name, id = 'review-3') => decides(id, name);
  const no = (name: Name) => decides('review-3', name, null, 'reject');

  it.each<[string, () => Line[]]>([
    ['has found right', () => [review(), yes('sam'), met('review-3')]],
    ['has found wrong', () => [review(), no('sam'), isOver('gateRejected')]],
    [
      'has found right before a real alert came',
      () => [review(), yes('sam'), met('review-3'), line('becameReal', {})],
    ],
    [
      'finds right after a real alert came',
      () => [review(), line('becameReal', {}), yes('sam'), met('review-3')],
    ],
    [
      'has found right when asked again',
      () => [review(), isOver('gateLapsed'), review('review-4'), yes('sam', 'review-4'), met('review-4')],
    ],
  ])('closes once somebody else %s', async (_, lines) => {
    expect(await brokenAt(begun(), ...(await glass('erin')), ...lines(), ...ends())).toBeNull();
  });

  it.each<[string, () => Line[]]>([
    ['asked nobody about', () => []],
    ['asked about, and nobody answered', () => [review()]],
    ['let lapse', () => [review(), yes('sam'), isOver('gateLapsed')]],
    ['calls rejected, and nobody said so', () => [review(), yes('sam'), isOver('gateRejected')]],
    ['calls rejected by somebody outside the SOC', () => [review(), no('ivo'), isOver('gateRejected')]],
    [
      'calls rejected by a word for another plan',
      () => [review('review-3', { plan: hash }), no('sam'), isOver('gateRejected')],
    ],
    ['forgets when a real alert comes', () => [line('becameReal', {})]],
  ])('does not close what the record %s', async (_, lines) => {
    const before = [begun(), ...(await glass('erin')), ...lines(), ...ends()];
    expect(await brokenAt(...before)).toEqual(at(before.length, /nobody else has reviewed that erin broke/));
  });

  it('is not reviewed by a gate that was opened before', async () => {
    const before = [begun(), review(), ...(await glass('erin')), yes('sam'), met('review-3'), ...ends()];
    expect(await brokenAt(...before)).toEqual(at(before.length, /nobody else has reviewed/));
  });

  it('is reviewed each time, by the other of two', async () => {
    const both = [
      ...(await glass('erin')),
      review(),
      ...(await glass('sam', 'act-4')),
      yes('sam'),
      met('review-3'),
    ];
    const before = [begun(), ...both, ...ends()];
    expect(await brokenAt(...before)).toEqual(at(before.length, /reviewed that sam broke/));
    const other = [review('review-5'), yes('erin', 'review-5'), met('review-5')];
    expect(await brokenAt(begun(), ...both, ...other, ...ends())).toBeNull();
  });

  it('is not answered by whoever broke it, also not in the line that opens the gate', async () => {
    const broke = [begun(), ...(await glass('erin'))];
    expect(await brokenAt(...broke, review(), yes('erin'))).toEqual(at(7, /whoever broke the glass answers/));
    const word = await approves(world, 'erin', { answers: 'review-3', plan: null });
    const votes = [
      { person: 'erin', parties: ['soc'], verdict: 'approve', plan: null, at: NOW, saying: word },
    ];
    expect(await brokenAt(...broke, review('review-3', { votes }), met('review-3'))).toEqual(
      at(7, /nobody of soc has approved it/),
    );
  });
});

describe('the gate at which it closes', () => {
  const opened = (closesAs: string, quorum = 1) => gate('close-3', { ...asks(quorum, 'soc'), closesAs });
  const closing = () => vote('close-3', 'sam', says('sam', 'close', { reason: 'all is seen' }));
  const second = () => decides('close-3', 'erin');
  const setAside = (verdict = 'falsePositive') =>
    vote('close-3', 'sam', says('sam', 'assess', { verdict, impact: 'none', reason: 'a test' }));
  const closed = (as: string) => line('closed', { as });
  const left = (reason: string) =>
    line('followUpEnded', {
      id: 'follow-up-1',
      as: 'waived',
      ticket: null,
      reason,
      person: 'sam',
      said: null,
    });

  it.each<[string, () => Line[]]>([
    ['resolved, by one', () => [begun(), opened('resolved'), closing(), met('close-3')]],
    ['handledByHand', () => [begun(), opened('handledByHand', 2), closing(), second(), met('close-3')]],
    ['falsePositive', () => [begun(), opened('falsePositive', 2), setAside(), second(), met('close-3')]],
    ['drill, by one', () => [drill(), opened('drill'), setAside('drill'), met('close-3')]],
  ])('ends what is left with it: %s', async (name, lines) => {
    const as = name.split(',')[0] ?? name;
    expect(await brokenAt(...lines(), left(`closed as ${as}`), closed(as))).toBeNull();
  });

  it.each(['falsePositive', 'duplicate', 'drill', 'handledByHand'])(
    'takes two people for what nobody has seen end: %s',
    async (as) => {
      const alone = as === 'handledByHand' ? closing() : setAside(as);
      const lines = [begun(), opened(as), alone, met('close-3'), closed(as)];
      expect(await brokenAt(...lines)).toEqual(at(4, /asks for 2 different people/));
    },
  );

  it.each<[string, number, RegExp, () => Line[]]>([
    ['for another verdict than was said', 5, /asks for 2/, () => [setAside('duplicate'), second()]],
    [
      'by a correction of what is known',
      5,
      /asks for 2/,
      () => [vote('close-3', 'sam', says('sam', 'assess', { priority: 'p4', reason: 'x' })), second()],
    ],
  ])('is not met %s', async (_, place, why, votes) => {
    const lines = [begun(), opened('falsePositive', 2), ...votes(), met('close-3')];
    expect(await brokenAt(...lines)).toEqual(at(place, why));
  });

  it.each<[string, number, RegExp, () => Line[]]>([
    ['without anybody', 4, /nobody agreed that it closes as resolved/, () => [closed('resolved')]],
    [
      'as something else',
      5,
      /nobody agreed that it closes as falsePositive/,
      () => [met('close-3'), closed('falsePositive')],
    ],
    [
      'with something left for another reason',
      5,
      /nobody agreed that follow-up-1 is left undone/,
      () => [met('close-3'), left('closed as observed'), closed('resolved')],
    ],
    [
      'with something left before they agreed',
      4,
      /nobody agreed that follow-up-1 is left undone/,
      () => [left('closed as resolved'), met('close-3'), closed('resolved')],
    ],
    [
      'with something left, when it went on all the same',
      6,
      /nobody agreed that follow-up-1 is left undone/,
      () => [met('close-3'), line('contained', {}), left('closed as resolved')],
    ],
  ])('is not told to close it %s', async (_, place, why, lines) => {
    expect(await brokenAt(begun(), opened('resolved'), closing(), ...lines())).toEqual(at(place, why));
  });
});
