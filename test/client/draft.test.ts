// Which hold, gate, step or follow-up a draft answers, about which plan.
import { expect, it } from 'vitest';
import { assessing, attesting, deciding, followingUp, handingOff } from '../../client/index.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { NothingToAnswer } from '../../client/failure.ts';
import type { IncidentView } from '../../domain/incident/view.ts';

const PLAN = 'a'.repeat(64);

/** What drafts look at, of an incident whose approved plan has one step that people do. */
const view = {
  hold: { id: 'hold-2' },
  gates: [{ id: 'risk-1', name: 'risk', asks: 'Is this real?' }],
  plans: [
    { hash: 'c'.repeat(64), plan: { strategy: 'cut' } },
    { hash: 'd'.repeat(64), plan: { strategy: 'replace-then-cut' } },
  ],
  planHash: PLAN,
  steps: [
    { id: 's1', does: 'attach the quarantine', byHand: false },
    { id: 's2', does: 'revoke it at the vendor', byHand: true },
  ],
  followUps: [
    { id: 'follow-up-1', status: 'open' },
    { id: 'follow-up-2', status: 'done' },
  ],
} as unknown as IncidentView;

const unapproved = { ...view, steps: null, planHash: null };

it('an assessment names the plan of the strategy that it chooses', () => {
  const body = {
    verdict: 'incident',
    impact: 'confirmed',
    strategy: 'replace-then-cut',
    reason: 'x',
  } as const;
  expect(assessing(view, body)).toEqual({
    message: 'assess',
    answers: 'risk-1',
    plan: 'd'.repeat(64),
    body,
  });
  expect(() => assessing(view, { ...body, strategy: 'restrict' })).toThrow(/there is: cut, replace-then-cut/);
});

it('a vote on what would become weaker names the hash of its content, computed from what is shown', () => {
  const weakens = { do: 'pause', until: '2026-11-24T05:18:00.000Z' } as const;
  const gate = { id: 'pause-3', name: 'pause', asks: 'May it be?', plan: null, weakens } as const;
  const asked = { ...view, gates: [gate] } as unknown as IncidentView;
  const body = { verdict: 'approve' } as const;
  expect(deciding(asked, body)).toEqual({
    message: 'decide',
    answers: 'pause-3',
    plan: hashOf(weakens),
    body,
  });
  const hidden = { ...view, gates: [{ ...gate, weakens: null }] } as unknown as IncidentView;
  expect(() => deciding(hidden, body)).toThrow(/pause-3 does not say what would become weaker/);
});

it('where several questions are open, the plan that was seen says which one is answered', () => {
  const gate = { asks: 'May it be?', weakens: null };
  const gates = [
    { ...gate, id: 'close-2', name: 'close', plan: null },
    { ...gate, id: 'act-3', name: 'act', plan: PLAN },
    // What is bound by a hash of its own is not meant by the plan beside it.
    { ...gate, id: 'pause-4', name: 'pause', plan: PLAN, weakens: { do: 'pause', until: 'x' } },
  ];
  const several = { ...view, gates } as unknown as IncidentView;
  const body = { verdict: 'approve' } as const;
  expect(deciding(several, body, { plan: 'AAAAAA' })).toMatchObject({ answers: 'act-3', plan: PLAN });
  expect(deciding(several, body, { gate: 'close', plan: 'AAAAAA' })).toMatchObject({ answers: 'close-2' });
  for (const seen of [{}, { plan: 'bbbbbb' }])
    expect(() => deciding(several, body, seen)).toThrow(/say which by --gate: close-2, act-3, pause-4/);
  const twice = {
    ...several,
    gates: [...gates, { ...gate, id: 'irreversible-5', name: 'irreversible', plan: PLAN }],
  };
  expect(() => deciding(twice as unknown as IncidentView, body, { plan: 'aaaaaa' })).toThrow(/say which/);
});

it('an assessment without a verdict answers nothing, whatever is open', () => {
  const body = { owner: 'platform', reason: 'it is theirs' };
  const draft = { message: 'assess', answers: null, plan: null, body };
  expect(assessing(view, body)).toEqual(draft);
  expect(assessing({ ...view, gates: [] }, body)).toEqual(draft);
});

it('a word on a step that is done by hand is about the approved plan', () => {
  const body = { verdict: 'works', step: 's2', reason: 'revoked' } as const;
  expect(attesting(view, body)).toEqual({ message: 'attest', answers: null, plan: PLAN, body });
  const other = () => attesting(view, { ...body, step: 's1' });
  expect(other).toThrow(NothingToAnswer);
  expect(other).toThrow(/"s1" is no step .* there is: s2 \(revoke it at the vendor\)/);
  expect(() => attesting(unapproved, body)).toThrow(/there is: none/);
});

it('a word on the service names no step', () => {
  const body = { verdict: 'broken', reason: 'the export fails' } as const;
  expect(attesting(view, body)).toEqual({ message: 'attest', answers: null, plan: PLAN, body });
});

it('a hand-off may name one person', () => {
  const body = { to: 'soc', person: 'lee', reason: 'my shift ends' };
  expect(handingOff(view, body)).toEqual({ message: 'handOff', answers: 'hold-2', plan: null, body });
});

it('what is left to do is added, or ended while it is open', () => {
  const add = { add: { kind: 'exposure', says: 'in the log of job 812' }, reason: 'seen' } as const;
  expect(followingUp(view, add)).toEqual({ message: 'followUp', answers: null, plan: null, body: add });
  const end = { id: 'follow-up-1', as: 'done', reason: 'deleted' } as const;
  expect(followingUp(view, end)).toEqual({ message: 'followUp', answers: null, plan: null, body: end });
  expect(() => followingUp(view, { ...end, id: 'follow-up-2' })).toThrow(/open is: follow-up-1/);
  expect(() => followingUp({ ...view, followUps: [] }, end)).toThrow(/open is: nothing/);
});
