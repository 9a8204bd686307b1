import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Act, askedOf } from '../../authority/ledger/act.ts';
import { readPolicies } from '../../authority/cedar.ts';
import { type OwnAuthority, ownAuthority } from '../../authority/own-authority.ts';
import type { AutomaticPolicy, ExecutorPolicy } from '../../authority/policy.schema.ts';
import { verifyWarrant, warrantChecks } from '../../authority/warrant.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { workflowIdOf } from '../../domain/identity/identity.ts';
import { type Instant, plus } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import {
  agreesToUndo,
  ASKED_AT,
  asksForUndo,
  type Bent,
  undoOf,
  undoOrder,
  UNDONE_MADE_AT,
  withStep,
  withUndoes,
} from './rightful-undo.ts';
import {
  ALL_CUT,
  applied,
  approves,
  assesses,
  attests,
  attestsStep,
  byHandPlan,
  CUT_BY,
  DECIDED_AT,
  kinds,
  MADE_AT,
  type Name,
  step,
  MUCH_LATER,
  newWorld,
  NOW,
  plan,
  policyOf,
  replacePlan,
  restrictPlan,
  rightful,
  saying,
  SEEN_AT,
  sees,
  STEPS,
  type World,
} from './rightful.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

interface Case {
  order: unknown;
  policy?: ExecutorPolicy;
  authority?: OwnAuthority | null;
  directory?: Directory;
  self?: string;
  acts?: Act[];
  now?: Instant;
}

const verified = ({
  order,
  policy = policyOf('identity-aws'),
  authority = null,
  directory = world.directory,
  self = 'aws/123456789012/iam-user/custody-identity',
  acts = [],
  now = NOW,
}: Case) => verifyWarrant({ order, policy, authority, directory, kinds, self: [self], acts, now });

/** A rightful order about a bent plan: everybody has approved exactly this. */
async function about(
  bent: Plan,
  stepId: string = STEPS.quarantine,
  results: Promise<Saying>[] = [],
): Promise<Order> {
  const what = { plan: hashOf(bent), incident: bent.incident, firstRun: bent.firstRun };
  const decisions = await Promise.all([
    assesses(world, 'sam', {
      ...what,
      body: { verdict: 'incident', impact: 'confirmed', strategy: bent.strategy, reason: 'it is used' },
    }),
    approves(world, 'ivo', what),
    approves(world, 'ivo', { ...what, answers: 'irreversible-3' }),
    approves(world, 'olga', { ...what, answers: 'irreversible-3' }),
  ]);
  return {
    ...(await rightful(world, stepId)),
    plan: bent,
    incident: bent.incident,
    firstRun: bent.firstRun,
    decisions,
    results: await Promise.all(results),
  };
}

const ofByHand = { plan: hashOf(byHandPlan) };
const seenByMachine = () => sees(world, ALL_CUT, ofByHand);
/** To lift the quarantine of the plan with a step by hand, by these words about that step. */
const liftsAfter = (...words: Promise<Saying>[]) =>
  about(byHandPlan, STEPS.lift, [seenByMachine(), ...words]);
const byHandAnd36h = (...words: Promise<Saying>[]) =>
  about(byHandPlan, STEPS.liftNoSessions, [seenByMachine(), ...words]);
const ofReplace = { plan: hashOf(replacePlan) };
const seesReplaced = (holds = true, now: Instant = SEEN_AT) =>
  sees(world, [{ step: STEPS.reissue, holds }], { ...ofReplace, now });
/** The vendor makes the new credential by hand, before anything is cut. */
const replaceByHand: Plan = {
  ...replacePlan,
  steps: [
    ...byHandPlan.steps.filter(({ id }) => id === 's8').map((one) => ({ ...one, part: 'owner' as const })),
    ...replacePlan.steps.filter(({ id }) => id !== STEPS.reissue),
  ],
};
const replacedByHand = (name: Parameters<typeof attestsStep>[1], verdict: 'works' | 'broken' = 'works') =>
  attestsStep(world, name, verdict, { plan: hashOf(replaceByHand) });
const ofRestrict = { plan: hashOf(restrictPlan) };
/** Whoever may own it, or the SOC where nobody does. */
const whoeverOwns = () =>
  policyOf('identity-aws', {
    gates: {
      act: { quorum: 2, parties: ['soc', 'identity'] },
      irreversible: { quorum: 2, parties: ['identity', ['vendor', 'soc']] },
    },
    attest: { parties: ['vendor', 'soc'] },
  });
/** To delete, by these, once the SOC has attested. */
const deletesBy = async (...names: Parameters<typeof approves>[1][]): Promise<Case> => ({
  order: await with_(
    {
      decisions: names.map((name) => approves(world, name, { answers: 'irreversible-3', now: SEEN_AT })),
      results: [attests(world, 'sam', 'works')],
    },
    STEPS.deleteOld,
  ),
  policy: whoeverOwns(),
});
const cutAlso = (id: string, change: Partial<Plan['steps'][number]>): Plan => ({
  ...replacePlan,
  steps: replacePlan.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
});
const bentPlan = (change: Partial<Plan>): Plan => ({ ...plan, ...change });
const bentStep = (id: string, change: Partial<Plan['steps'][number]>): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
});

const newerPlan = (change: Partial<Plan> = {}): Plan =>
  bentPlan({ madeAt: plus(MADE_AT, 60_000), ...change });

/** What the executor's own ledger tells of one step. */
const acted = (of: Plan, id: string, as: 'done' | 'withdrawn' | null = 'done'): Act => {
  const one = of.steps.find((step) => step.id === id);
  if (one === undefined) throw new Error(`the plan has no step ${id}`);
  return {
    ...askedOf(of, one, hashOf(of), 'order-1'),
    at: SEEN_AT,
    step: id,
    finding: null,
    ended: as === null ? null : { at: SEEN_AT, as },
  };
};

/** A rightful order in an incident about somebody else. */
function aboutAnother(kind: string, reference: string): Promise<Order> {
  const other = { ...plan.identity, kind, reference };
  return about(bentPlan({ identity: other, incident: workflowIdOf(other) }));
}

const AUTOMATIC: AutomaticPolicy = {
  classes: [{ name: 'ci-cd', when: { workload: true }, unless: [] }],
  kinds: ['aws/quarantine', 'aws/access-key'],
  perAccount: 5,
  share: 3,
  findings: { detectors: [{ region: 'us-east-1', id: 'd1' }], severity: 7, maxAge: '1h' },
};

/** Of a plan of the mode `auto` that nobody has decided about. */
async function undecided(id: string, change: Partial<Plan> = {}, more: Partial<Order> = {}): Promise<Order> {
  return {
    ...(await about(bentPlan({ mode: 'auto', ...change }), id)),
    decisions: [],
    finding: { source: 'guardduty', id: 'finding-1' },
    ...more,
  };
}

const automaticPolicy = (change: Partial<AutomaticPolicy> = {}) =>
  policyOf('identity-aws', { automatic: { ...AUTOMATIC, ...change } });

const automaticRows: [string, string, () => Promise<Case>][] = [
  [
    'automaticIsAllowed',
    'that nobody decided, where the own policy lets nothing be done so',
    async () => ({ order: await undecided('s1') }),
  ],
  [
    'automaticIsAllowed',
    'that nobody decided, to lift',
    async () => ({ order: await undecided('s4'), policy: automaticPolicy() }),
  ],
  [
    'automaticIsAllowed',
    'that nobody decided, of what cannot simply be taken back',
    async () => ({ order: await undecided('s3'), policy: automaticPolicy() }),
  ],
  [
    'automaticIsAllowed',
    'that nobody decided, of a kind that people decide about',
    async () => ({ order: await undecided('s2'), policy: automaticPolicy() }),
  ],
  [
    'automaticIsAllowed',
    'that nobody decided, of a class that people decide about',
    async () => ({ order: await undecided('s1', { class: 'privileged' }), policy: automaticPolicy() }),
  ],
  [
    'automaticIsAllowed',
    'that nobody decided, and that names no alert',
    async () => {
      const order = await undecided('s1');
      delete order.finding;
      return { order, policy: automaticPolicy() };
    },
  ],
  [
    'automaticIsAllowed',
    'that nobody decided, by an alert of a source that cannot be asked',
    async () => ({
      order: await undecided('s1', {}, { finding: { source: 'our-soar', id: 'case-1' } }),
      policy: automaticPolicy(),
    }),
  ],
  [
    'quorumIsMet',
    'that nobody decided, of a class that asks',
    async () => ({ order: await undecided('s1', { mode: 'ask' }), policy: automaticPolicy() }),
  ],
  [
    'quorumIsMet',
    'of a class in `auto` that one person alone approved',
    async () => {
      const order = await undecided('s1');
      const what = { plan: hashOf(order.plan) };
      return {
        order: { ...order, decisions: [await approves(world, 'ivo', what)] },
        policy: automaticPolicy(),
      };
    },
  ],
];

/** How `identity-aws` said that it applied a step of the undone plan. */
const saidOf =
  (id: string, change: Record<string, unknown> = {}, name: Name = 'identity-aws') =>
  () =>
    applied(world, name, id, change);
const other = (change: Partial<Plan>): Plan => ({ ...plan, ...change });
const undoOfOther = async (of: Plan): Promise<Case> => ({
  order: await undoOrder(world, {
    undoes: () => [{ plan: of, results: [] }],
    bend: (undo) => withUndoes(undo, { plans: [hashOf(of)] }),
  }),
});
const undoWith = (bent: Bent) => async (): Promise<Case> => ({ order: await undoOrder(world, bent) });
const ofResults = (...results: (() => Promise<Saying>)[]): Bent => ({
  undoes: async (undoes) => [
    { plan, results: await Promise.all(results.map((said) => said())) },
    ...undoes.slice(1),
  ],
});

const undoRows: [string, string, () => Promise<Case>][] = [
  [
    'undoStandsAlone',
    'that asks another plan for the gate of an undo',
    async () => ({ order: await about(bentStep('s1', { gate: 'undo' })) }),
  ],
  [
    'undoStandsAlone',
    'that brings what it undoes, of a plan that undoes nothing',
    async () => ({ order: { ...(await rightful(world)), undoes: [{ plan, results: [] }] } }),
  ],
  [
    'undoStandsAlone',
    "of an undo by the act's gate",
    undoWith({ bend: (undo) => withStep(undo, 's2', { gate: 'act' }) }),
  ],
  ['undoStandsAlone', 'of an undo without people', undoWith({ bend: (undo) => ({ ...undo, mode: 'auto' }) })],
  [
    'undonePlansAreOfThisIncident',
    'of an undo of another plan than the one that came along',
    undoWith({ bend: (undo) => withUndoes(undo, { plans: ['e'.repeat(64)] }) }),
  ],
  [
    'undonePlansAreOfThisIncident',
    'of an undo whose plan did not come along',
    undoWith({ undoes: () => [] }),
  ],
  [
    'undonePlansAreOfThisIncident',
    'of an undo in another run',
    () => undoOfOther(other({ firstRun: 'another' })),
  ],
  [
    'undonePlansAreOfThisIncident',
    'of an undo of what was done to another',
    () => undoOfOther(other({ identity: { ...plan.identity, reference: 'another' } })),
  ],
  [
    'undonePlansAreOfThisIncident',
    'of an undo of a newer plan',
    () => undoOfOther(other({ madeAt: plus(UNDONE_MADE_AT, 1_000) })),
  ],
  [
    'undoneResultsAreProven',
    'of an undo of what nobody has proved',
    undoWith({
      undoes: (undoes) =>
        undoes.map((one) => ({
          ...one,
          results: one.results.map(({ statement }) => ({
            statement,
            proof: { type: 'key' as const, jws: 'x.y.z' },
          })),
        })),
    }),
  ],
  [
    'undoneResultsAreTheirOwn',
    'of an undo of a step that the other executor says it applied',
    undoWith(ofResults(saidOf('s1', {}, 'owner-aws'))),
  ],
  [
    'undoneResultsAreTheirOwn',
    'of an undo by a word about another plan',
    undoWith(ofResults(saidOf('s1', { plan: 'e'.repeat(64) }))),
  ],
  [
    'undoneResultsAreTheirOwn',
    'of an undo by a word from another incident',
    undoWith(ofResults(saidOf('s1', { incident: 'incident/aws/123456789012/iam-user/another' }))),
  ],
  [
    'undoneResultsAreTheirOwn',
    'of an undo by a word from another run',
    undoWith(ofResults(saidOf('s1', { firstRun: 'another' }))),
  ],
  [
    'undoneResultsAreTheirOwn',
    'of an undo by what the checker saw',
    undoWith({ undoes: async () => [{ plan, results: [await sees(world, ALL_CUT)] }] }),
  ],
  [
    'undoLiftsOnlyWhatItPutOn',
    'of an undo of a step that was never applied',
    undoWith(ofResults(saidOf('s2'))),
  ],
  [
    'undoLiftsOnlyWhatItPutOn',
    "of an undo of somebody else's quarantine",
    undoWith(ofResults(saidOf('s1', { body: { step: 's1', wasSo: true, at: SEEN_AT, evidence: {} } }))),
  ],
  [
    'undoLiftsOnlyWhatItPutOn',
    'of an undo at another target',
    undoWith({ bend: (undo) => withStep(undo, 's2', { target: { userName: 'another' } }) }),
  ],
  [
    'undoLiftsOnlyWhatItPutOn',
    'of an undo of what cannot be taken back',
    undoWith({
      bend: (undo) =>
        withStep(undo, 's2', { kind: 'aws/access-key', reversibility: 'replace-only', permissions: [] }),
    }),
  ],
  [
    'undoLiftsOnlyWhatItPutOn',
    'of an undo that puts on what no plan had',
    undoWith({
      bend: (undo) => withStep(undo, 's2', { ...step('s2', 'aws/restriction'), gate: 'undo' }),
    }),
  ],
  [
    'undoSaysWhatStays',
    'of an undo that is silent about a key that was cut',
    undoWith({ bend: (undo) => withUndoes(undo, { stays: [] }) }),
  ],
  [
    'undoRevivesNothing',
    'of an undo of one that was not cleared, for its sessions',
    undoWith({ bend: (undo) => withUndoes(undo, { verdict: null }), step: 's1' }),
  ],
  [
    'undoRevivesNothing',
    'of an undo of one that was not cleared, with nothing that keeps its sessions dead',
    undoWith({ ...ofResults(saidOf('s1')), verdict: null, step: 's1' }),
  ],
  [
    'decisionsNameThisPlan',
    "of an undo by the votes for the act's plan",
    undoWith({ decisions: () => [assesses(world, 'sam'), approves(world, 'ivo')] }),
  ],
  [
    'decisionsAnswerAGateOfTheirs',
    'of an undo by votes at the act gate',
    undoWith({
      decisions: (undo) => [
        asksForUndo(world, 'sam', undo),
        agreesToUndo(world, 'ivo', undo, { answers: 'act-2' }),
      ],
    }),
  ],
  [
    'decisionsAnswerAGateOfTheirs',
    'of an undo by a judgement of the risk',
    undoWith({
      decisions: (undo) => [
        assesses(world, 'sam', { plan: hashOf(undo), now: ASKED_AT }),
        agreesToUndo(world, 'ivo', undo),
      ],
    }),
  ],
  [
    'decisionsApprove',
    'of an undo that was asked for by another verdict',
    undoWith({
      decisions: (undo) => [
        asksForUndo(world, 'sam', undo, { body: { madeAt: undo.madeAt, reason: 'x' } }),
        agreesToUndo(world, 'ivo', undo),
      ],
    }),
  ],
  [
    'decisionsApprove',
    'by a word that asks for an undo, of another plan',
    async () => {
      const asked = saying(world, 'sam', 'undo', { body: { madeAt: MADE_AT, reason: 'x' } });
      return { order: await with_({ decisions: [asked, approves(world, 'ivo')] }) };
    },
  ],
  [
    'quorumIsMet',
    'of an undo by whoever asked for it alone',
    undoWith({ decisions: (undo) => [asksForUndo(world, 'sam', undo)] }),
  ],
  [
    'quorumIsMet',
    'of an undo by one person of both parties, where the own policy asks for one',
    async () => ({
      order: await undoOrder(world, {
        decisions: (undo) => [asksForUndo(world, 'both', undo), agreesToUndo(world, 'both', undo)],
      }),
      policy: policyOf('identity-aws', {
        gates: { act: { quorum: 1, parties: ['soc'] }, undo: { quorum: 1, parties: ['identity'] } },
      }),
    }),
  ],
  [
    'quorumIsMet',
    'of an undo by parties that the own policy does not ask',
    async () => ({
      order: await undoOrder(world),
      policy: policyOf('identity-aws', {
        gates: { act: { quorum: 2, parties: ['soc', 'identity'] }, undo: { quorum: 2, parties: ['vendor'] } },
      }),
    }),
  ],
  [
    'proofsAreStrongEnough',
    'of an undo by keys, where the own policy asks for a passkey',
    async () => ({
      order: await undoOrder(world),
      policy: policyOf('identity-aws', {
        gates: {
          act: { quorum: 2, parties: ['soc', 'identity'] },
          undo: { quorum: 2, parties: ['soc', 'identity'], assurance: 'present' },
        },
      }),
    }),
  ],
  [
    'ownAuthorityAllows',
    'of an undo, where the own policies allow the act alone',
    async () => ({ order: await undoOrder(world), authority: ownPolicies(APPROVES) }),
  ],
  [
    'warrantIsNotUsedUp',
    'of an undo that was done under another order',
    async () => {
      const order = await undoOrder(world);
      return { order, acts: [acted(order.plan, 's2')] };
    },
  ],
  [
    'warrantIsNotUsedUp',
    'of an undo after a newer plan has acted',
    async () => ({
      order: await undoOrder(world),
      acts: [acted(other({ madeAt: plus(UNDONE_MADE_AT, 1_000) }), 's1')],
    }),
  ],
  [
    'warrantIsNotUsedUp',
    'of the plan before, after its undo',
    async () => ({
      order: await rightful(world),
      acts: [acted((await undoOf(world)).undo, 's2')],
    }),
  ],
  [
    'stepIsInTime',
    'of an undo that was to be done before',
    async () => ({ order: await undoOrder(world), now: plus(UNDONE_MADE_AT, 5 * 3_600_000) }),
  ],
  [
    'identityIsNotProtected',
    'of an undo at a protected identity',
    async () => ({
      order: await undoOrder(world),
      policy: policyOf('identity-aws', { protected: ['aws/*/*/*'] }),
    }),
  ],
];

describe('an undo', () => {
  it.each<[name: string, bent: Bent]>([
    ['of a cleared identity: its sessions first', { step: 's1' }],
    ['of a cleared identity: then its quarantine', {}],
    ['of one that was not cleared', { verdict: null, step: 's1' }],
    [
      'agreed to by two others than whoever asked',
      { decisions: (undo) => [agreesToUndo(world, 'erin', undo), agreesToUndo(world, 'ivo', undo)] },
    ],
  ])('%s is taken', async (_, bent) => {
    expect(await verified({ order: await undoOrder(world, bent) })).toMatchObject({
      ok: true,
      automatic: false,
    });
  });

  it('brings along what was said when it was put on', async () => {
    const evidence = { policyArn: 'arn:aws:iam::123456789012:policy/custody-quarantine' };
    const order = await undoOrder(
      world,
      ofResults(saidOf('s1', { body: { step: 's1', wasSo: false, at: SEEN_AT, evidence } })),
    );
    const verdict = await verified({ order });
    expect(verdict).toMatchObject({ ok: true, evidence: { s2: evidence } });
    // And of all else that its lift may rest on.
    const named = order.plan.undoes?.plans.map((hash) => `${hash} s1`) ?? [];
    expect(named).toHaveLength(1);
    expect(verdict.ok && Object.keys(verdict.evidence).toSorted()).toEqual([...named, 's2'].toSorted());
  });

  it('is repeated as a retry, and lets the own policies say who may', async () => {
    const order = await undoOrder(world);
    const again = { ...order, id: 'order-1' };
    expect(await verified({ order: again, acts: [acted(order.plan, 's2')] })).toMatchObject({ ok: true });
    const authority = ownPolicies(APPROVES.replace('approve.act', 'approve.undo'));
    expect(await verified({ order, authority })).toMatchObject({ ok: true });
  });
});

async function with_(
  change: { decisions?: Promise<Saying>[]; results?: Promise<Saying>[] } & Partial<Pick<Order, 'orderedAt'>>,
  stepId: string = STEPS.quarantine,
) {
  const { decisions, results, ...rest } = change;
  const order = await rightful(world, stepId);
  return {
    ...order,
    ...rest,
    ...(decisions === undefined ? {} : { decisions: await Promise.all(decisions) }),
    ...(results === undefined ? {} : { results: await Promise.all(results) }),
  };
}

const unsigned = async (said: Promise<Saying>): Promise<Saying> => ({ statement: (await said).statement });

/** The own directory, after this one's keys were revoked. */
const revoked = (kind: 'people' | 'machines', name: string): Directory => {
  const directory = structuredClone(world.directory);
  for (const key of directory[kind][name]?.keys ?? []) key.revokedAt = NOW;
  return directory;
};

/** By its own policy, what is told counts at the act. */
const takingTold = (more: Partial<ExecutorPolicy> = {}): ExecutorPolicy => {
  const policy = policyOf('identity-aws');
  return { ...policy, gates: { ...policy.gates, act: { ...policy.gates.act, assurance: 'told' } }, ...more };
};
const sayAndTell = (step: string = STEPS.quarantine) =>
  with_({ decisions: [assesses(world, 'sam'), unsigned(approves(world, 'ivo'))] }, step);

/** What is enough, and one decision more. */
const withOneMore = (one: Promise<Saying>) =>
  with_({ decisions: [assesses(world, 'sam'), approves(world, 'ivo'), one] });

const breaksGlass = (person: Parameters<typeof approves>[1], answers?: string) =>
  approves(world, person, {
    body: { verdict: 'approve', breakGlass: true, reason: 'nobody answers' },
    ...(answers === undefined ? {} : { answers }),
  });

const APPROVES = '@id("approved") permit (principal, action == Action::"approve.act", resource);';
/** As an executor reads them from its authority.cedar. */
const ownPolicies = (text: string): OwnAuthority => {
  const { policies, problems } = readPolicies(text, 'executor');
  if (policies === null) throw new Error(problems.map(({ says }) => says).join('; '));
  return ownAuthority(policies);
};
/** More than a 64-bit number holds: valid as it stands, and an error each time it is evaluated. */
const OVERFLOWS = '9223372036854775807 + 1 > 0';

describe('a rightful order is accepted', () => {
  const rows: [string, () => Promise<Case>][] = [
    ['to quarantine', async () => ({ order: await rightful(world) })],
    [
      'by one who broke the glass, where the own policy lets them',
      async () => ({
        order: { ...(await rightful(world)), decisions: [await breaksGlass('ivo')] },
        policy: { ...policyOf('identity-aws'), breakGlass: { parties: ['identity'] } },
      }),
    ],
    ['to deactivate the key', async () => ({ order: await rightful(world, STEPS.deactivate) })],
    [
      'by two approvals without an assessment',
      async () => ({ order: await with_({ decisions: [approves(world, 'erin'), approves(world, 'ivo')] }) }),
    ],
    [
      'by one of two parties and one of both',
      async () => ({ order: await with_({ decisions: [approves(world, 'erin'), approves(world, 'both')] }) }),
    ],
    [
      'to lift the quarantine, once everything was seen cut',
      async () => ({ order: await rightful(world, STEPS.lift) }),
    ],
    [
      'to lift, by two sights that each saw a part',
      async () => ({
        order: await with_(
          { results: [sees(world, ALL_CUT.slice(0, 1)), sees(world, ALL_CUT.slice(1))] },
          STEPS.lift,
        ),
      }),
    ],
    [
      'to re-issue, for the owner’s executor',
      async () => ({ order: await rightful(world, STEPS.reissue), policy: policyOf('owner-aws') }),
    ],
    ['to delete, once the owner attested', async () => ({ order: await rightful(world, STEPS.deleteOld) })],
    [
      'to lift no-sessions, 36 hours later',
      async () => ({ order: await rightful(world, STEPS.liftNoSessions), now: MUCH_LATER }),
    ],
    [
      'to apply again what was applied in time',
      async () => ({
        order: await with_({ results: [applied(world, 'identity-aws', STEPS.quarantine)] }),
        now: MUCH_LATER,
      }),
    ],
    [
      'to apply again to one what was taken off of another',
      async () => {
        const bent = bentStep('s4', { target: { userName: 'another' } });
        const of = { plan: hashOf(bent) };
        const results = ['s1', 's4'].map((step) => applied(world, 'identity-aws', step, of));
        return { order: { ...(await about(bent)), results: await Promise.all(results) }, now: MUCH_LATER };
      },
    ],
    [
      'to apply again what this plan applied, and what an older one took off',
      async () => ({
        order: await rightful(world),
        acts: [
          acted(bentPlan({ madeAt: plus(MADE_AT, -60_000) }), STEPS.quarantine),
          acted(bentPlan({ madeAt: plus(MADE_AT, -60_000) }), STEPS.lift),
          acted(plan, STEPS.quarantine),
        ],
      }),
    ],
    [
      'to apply again what this plan could not take off, and what it took off of another kind',
      async () => ({
        order: await rightful(world),
        acts: [acted(plan, STEPS.lift, 'withdrawn'), acted(plan, STEPS.liftNoSessions)],
      }),
    ],
    [
      'although it has acted on a newer plan of another identity, or withdrew from one of this',
      async () => ({
        order: await rightful(world),
        acts: [
          acted(newerPlan({ identity: { ...plan.identity, reference: 'deploy-robot-2' } }), STEPS.quarantine),
          acted(newerPlan(), STEPS.quarantine, 'withdrawn'),
        ],
      }),
    ],
    [
      'that nobody decided, where it is to be tried without people',
      async () => ({ order: await undecided('s1'), policy: automaticPolicy() }),
    ],
    [
      'that people decided, of a class in `auto`',
      async () => ({ order: await about(bentPlan({ mode: 'auto' }), STEPS.deactivate) }),
    ],
    [
      'to lift again what it lifted',
      async () => ({ order: await rightful(world, STEPS.lift), acts: [acted(plan, STEPS.lift)] }),
    ],
    [
      'to lift, once a step by hand was confirmed by another person than did it',
      async () => ({ order: await liftsAfter(attestsStep(world, 'vik'), attestsStep(world, 'ivo')) }),
    ],
    [
      'to lift, by one who is of both parties and another',
      async () => ({ order: await liftsAfter(attestsStep(world, 'vera'), attestsStep(world, 'vik')) }),
    ],
    [
      'to lift, when a step by hand was done again after it was found undone',
      async () => ({
        order: await liftsAfter(
          attestsStep(world, 'vik', 'works', { now: DECIDED_AT }),
          attestsStep(world, 'ivo', 'broken', { now: DECIDED_AT }),
          attestsStep(world, 'vik'),
          attestsStep(world, 'both'),
        ),
      }),
    ],
    [
      'to lift no-sessions, 36 hours after the step by hand was confirmed',
      async () => ({
        order: await byHandAnd36h(attestsStep(world, 'vik'), attestsStep(world, 'ivo')),
        now: MUCH_LATER,
      }),
    ],
    [
      'to lift no-sessions, 36 hours after it was first confirmed, although others confirmed it later',
      async () => ({
        order: await byHandAnd36h(
          attestsStep(world, 'vik'),
          attestsStep(world, 'ivo'),
          attestsStep(world, 'both', 'works', { now: '2026-11-24T06:00:00.000Z' }),
        ),
        now: MUCH_LATER,
      }),
    ],
    [
      'to replace before anything is cut',
      async () => ({ order: await about(replacePlan, STEPS.reissue), policy: policyOf('owner-aws') }),
    ],
    [
      'to cut, once somebody has seen it replaced',
      async () => ({ order: await about(replacePlan, STEPS.quarantine, [seesReplaced()]) }),
    ],
    [
      'to cut on, once it is replaced, before the first cuts are seen',
      async () => ({
        order: await about(replacePlan, STEPS.deactivate, [
          applied(world, 'owner-aws', STEPS.reissue, ofReplace),
          seesReplaced(),
        ]),
      }),
    ],
    [
      'to cut, once what people replace was confirmed',
      async () => ({
        order: await about(replaceByHand, STEPS.quarantine, [replacedByHand('vik'), replacedByHand('ivo')]),
      }),
    ],
    [
      'to cut at the hard deadline, although it is not replaced',
      async () => ({ order: await about(replacePlan), now: CUT_BY }),
    ],
    [
      'to lift a restriction, once it and the cut have been seen',
      async () => ({
        order: await about(restrictPlan, 's9', [
          sees(
            world,
            ['s8', 's3'].map((one) => ({ step: one, holds: true })),
            ofRestrict,
          ),
        ]),
      }),
    ],
    ['to delete, by one of those who may own it', () => deletesBy('ivo', 'vik')],
    ['to delete, by another of them', () => deletesBy('ivo', 'erin')],
    [
      'to delete, by one who could have either place and one who has the other',
      () => deletesBy('both', 'ivo'),
    ],
    ['to restrict', async () => ({ order: await about(restrictPlan, 's8') })],
    [
      'by an approval that is merely told beside one that is proven, where the own policy takes that',
      async () => ({
        order: await with_({ decisions: [assesses(world, 'sam'), unsigned(approves(world, 'ivo'))] }),
        policy: takingTold(),
      }),
    ],
    ['with the decisions of another gate along', async () => ({ order: await about(plan) })],
    [
      'whose approvals the own policies allow',
      async () => ({ order: await rightful(world), authority: ownPolicies(APPROVES) }),
    ],
    [
      'to delete, whose approvals the own policies allow at that gate',
      async () => ({
        order: await rightful(world, STEPS.deleteOld),
        authority: ownPolicies(APPROVES.replace('approve.act', 'approve.irreversible')),
      }),
    ],
    [
      'without the approval of one whose key was revoked meanwhile',
      async () => ({
        order: await withOneMore(approves(world, 'erin')),
        directory: revoked('people', 'erin'),
      }),
    ],
    [
      'without an approval that is merely told',
      async () => ({ order: await withOneMore(unsigned(approves(world, 'erin'))) }),
    ],
    [
      'without one that a slow clock dates before the plan',
      async () => ({ order: await withOneMore(approves(world, 'erin', { now: plus(MADE_AT, -120_000) })) }),
    ],
    [
      'without the approval of the one whom it is about',
      async () => ({ order: await withOneMore(approves(world, 'robert')) }),
    ],
    [
      'without one that broke the glass and may not',
      async () => ({ order: await withOneMore(breaksGlass('olga')) }),
    ],
    [
      'without one that the own policies do not allow',
      async () => ({
        order: await withOneMore(approves(world, 'olga')),
        authority: ownPolicies(
          `${APPROVES} @id("not-they") forbid (principal in Party::"service-owner", action, resource);`,
        ),
      }),
    ],
    [
      'without a sight that nobody signed, where another stands',
      async () => ({
        order: await with_({ results: [unsigned(sees(world, ALL_CUT)), sees(world, ALL_CUT)] }, STEPS.lift),
      }),
    ],
    [
      'by a sight that is newer than one which is no longer proven and did not see it',
      async () => ({
        order: await with_(
          {
            results: [
              unsigned(sees(world, [{ step: 's1', holds: false }])),
              sees(world, ALL_CUT, { now: NOW }),
            ],
          },
          STEPS.lift,
        ),
      }),
    ],
    [
      'to delete, without the word of one whose key was revoked meanwhile',
      async () => ({
        order: await with_(
          { results: [attests(world, 'olga', 'works'), attests(world, 'vik', 'works')] },
          STEPS.deleteOld,
        ),
        directory: revoked('people', 'vik'),
      }),
    ],
    [
      'by one who broke the glass, where the own policies allow that',
      async () => ({
        order: { ...(await rightful(world)), decisions: [await breaksGlass('ivo')] },
        policy: { ...policyOf('identity-aws'), breakGlass: { parties: ['identity'] } },
        authority: ownPolicies(APPROVES.replace('approve.act', 'breakGlass.act')),
      }),
    ],
  ];
  it.each(rows)('%s', async (_, make) => {
    expect(await verified(await make())).toMatchObject({ ok: true });
  });

  it('and says whether nobody has decided', async () => {
    const [alone, by] = [await undecided('s1'), await rightful(world)];
    expect(await verified({ order: alone, policy: automaticPolicy() })).toMatchObject({ automatic: true });
    expect(await verified({ order: by, policy: automaticPolicy() })).toMatchObject({ automatic: false });
  });

  it('and says who approved it and what earlier steps said', async () => {
    const results = [
      applied(world, 'identity-aws', STEPS.quarantine, {
        body: { step: 's1', wasSo: false, at: SEEN_AT, evidence: { a: '1', b: '1' } },
      }),
      applied(world, 'identity-aws', STEPS.quarantine, {
        now: NOW,
        body: { step: 's1', wasSo: true, at: NOW, evidence: { b: '2' } },
      }),
    ];
    const verdict = await verified({ order: await with_({ results }, STEPS.deactivate) });
    expect(verdict).toMatchObject({ ok: true, step: { id: 's3' }, evidence: { s1: { a: '1', b: '2' } } });
    expect(verdict.ok && verdict.speakers.map(({ id }) => id)).toEqual(['sam', 'ivo']);
  });
});

describe('an order is refused', () => {
  const rows: [string, string, () => Promise<Case>][] = [
    ['orderIsWellFormed', 'that is no order', async () => ({ order: { hello: 'you' } })],
    [
      'orderIsWellFormed',
      'with a member more',
      async () => ({ order: { ...(await rightful(world)), more: 1 } }),
    ],
    [
      'stepExists',
      'for a step that the plan does not have',
      async () => ({ order: { ...(await rightful(world)), step: 's99' } }),
    ],
    [
      'stepsAreDistinct',
      'with two steps of one id',
      async () => ({ order: await about(bentStep('s2', { id: 's1' })) }),
    ],
    [
      'stepIsOurs',
      'for another executor’s step',
      async () => ({ order: await rightful(world, STEPS.reissue) }),
    ],
    ['stepIsOurs', 'for a step that people do', async () => ({ order: await about(byHandPlan, 's8') })],
    ['planIsNoDrill', 'that is a drill', async () => ({ order: await about(bentPlan({ drill: true })) })],
    [
      'planIsNotObserved',
      'whose class only observes',
      async () => ({ order: await about(bentPlan({ mode: 'observe' })) }),
    ],
    [
      'planIsOfThisIncident',
      'whose plan is of another run',
      async () => ({ order: { ...(await rightful(world)), firstRun: 'another' } }),
    ],
    [
      'planIsOfThisIncident',
      'whose plan is of another incident',
      async () => ({ order: { ...(await rightful(world)), incident: 'incident/x' } }),
    ],
    [
      'incidentIsOfThisIdentity',
      'against somebody else than the incident is about',
      async () => ({
        order: await about(bentPlan({ identity: { ...plan.identity, reference: 'break-glass-admin' } })),
      }),
    ],
    [
      'providerIsOurs',
      'for another provider',
      async () => ({ order: await rightful(world), policy: policyOf('identity-aws', { provider: 'gcp' }) }),
    ],
    [
      'accountIsOurs',
      'in another account',
      async () => ({
        order: await rightful(world),
        policy: policyOf('identity-aws', { accounts: ['999999999999'] }),
      }),
    ],
    [
      'kindIsOurs',
      'of a kind that the policy does not name',
      async () => ({
        order: await rightful(world),
        policy: policyOf('identity-aws', { kinds: ['aws/access-key'] }),
      }),
    ],
    [
      'kindIsOurs',
      'of a kind that the worker does not know',
      async () => ({
        order: await about(bentStep('s1', { kind: 'constructor' })),
        policy: policyOf('identity-aws', { kinds: ['constructor'] }),
      }),
    ],
    [
      'kindIsOurs',
      'for a step that people do, in the name of this executor',
      async () => ({ order: await about(bentStep('s1', { kind: 'manual/step', permissions: [] })) }),
    ],
    [
      'actIsAsDeclared',
      'that calls a cut reversible',
      async () => ({ order: await about(bentStep('s3', { reversibility: 'reversible' }), 's3') }),
    ],
    [
      'actIsAsDeclared',
      'that hides a permission',
      async () => ({ order: await about(bentStep('s1', { permissions: ['iam:ListAttachedUserPolicies'] })) }),
    ],
    [
      'actIsAsDeclared',
      'that shows a permission which is not used',
      async () => ({
        order: await about(
          bentStep('s1', { permissions: ['iam:AttachUserPolicy', 'iam:ListAttachedUserPolicies', 's3:*'] }),
        ),
      }),
    ],
    [
      'gateFitsTheAct',
      'that deletes by the act gate',
      async () => ({ order: await about(bentStep('s6', { gate: 'act' }), 's6') }),
    ],
    [
      'identityIsNotProtected',
      'against a protected identity',
      async () => ({
        order: await rightful(world),
        policy: policyOf('identity-aws', { protected: ['aws/*/iam-user/deploy-*'] }),
      }),
    ],
    [
      'identityIsNotProtected',
      'against a protected identity that is written otherwise',
      async () => ({
        order: await rightful(world),
        policy: policyOf('identity-aws', { protected: ['aws/*/iam-user/Deploy-*'] }),
      }),
    ],
    [
      'identityIsNotProtected',
      'against a protected role that the thief may have become',
      async () => ({
        order: await about(bentStep('s1', { target: { roleName: 'payroll' } }), 's1'),
        policy: policyOf('identity-aws', { protected: ['aws/*/iam-role/pay*'] }),
      }),
    ],
    [
      'identityCanBeActedOn',
      'against a role of a service that the thief may have become',
      async () => ({
        order: await about(bentStep('s1', { target: { roleName: 'AWSServiceRoleForSupport' } }), 's1'),
      }),
    ],
    [
      'identityIsNotOurs',
      'against the role that the executor is in, as one that the thief may have become',
      async () => ({
        order: await about(bentStep('s1', { target: { roleName: 'custody-identity' } }), 's1'),
        self: 'aws/123456789012/iam-role/custody-identity',
      }),
    ],
    [
      'identityCanBeActedOn',
      'against the root user',
      async () => ({ order: await aboutAnother('root', 'root') }),
    ],
    [
      'identityCanBeActedOn',
      'against a role of a service',
      async () => ({ order: await aboutAnother('iam-role', 'AWSServiceRoleForSupport') }),
    ],
    [
      'identityCanBeActedOn',
      'against a role of IAM Identity Center',
      async () => ({ order: await aboutAnother('iam-role', 'AWSReservedSSO_Admin_0123456789abcdef') }),
    ],
    [
      'identityIsNotOurs',
      'against the executor itself',
      async () => ({ order: await rightful(world), self: 'aws/123456789012/iam-user/deploy-robot' }),
    ],
    [
      'identityIsNotOurs',
      'against the executor itself, written otherwise',
      async () => ({ order: await rightful(world), self: 'aws/123456789012/iam-user/Deploy-Robot' }),
    ],
    [
      'identityIsNotOurs',
      'against the role that the executor is in',
      async () => ({
        order: await aboutAnother('iam-role', 'custody-identity'),
        self: 'aws/123456789012/iam-role/custody-identity',
      }),
    ],
    [
      'warrantIsNotUsedUp',
      'to put on again what this plan took off',
      async () => ({ order: await rightful(world), acts: [acted(plan, STEPS.lift)] }),
    ],
    [
      'warrantIsNotUsedUp',
      'to put on again what this plan began to take off, whatever became of it',
      async () => ({ order: await rightful(world), acts: [acted(plan, STEPS.lift, null)] }),
    ],
    [
      'warrantIsNotUsedUp',
      'to put on what another plan of the same moment took off',
      async () => ({ order: await rightful(world), acts: [acted(bentPlan({ class: 'other' }), STEPS.lift)] }),
    ],
    ...[STEPS.quarantine, STEPS.deactivate, STEPS.lift, STEPS.deleteOld, STEPS.liftNoSessions].map(
      (id): [string, string, () => Promise<Case>] => [
        'warrantIsNotUsedUp',
        `to take step ${id} of a plan in whose place a newer one has come`,
        async () => ({
          order: await rightful(world, id),
          now: id === STEPS.liftNoSessions ? MUCH_LATER : NOW,
          acts: [acted(newerPlan(), STEPS.quarantine)],
        }),
      ],
    ),
    [
      'orderIsOfItsTime',
      'from the future',
      async () => ({ order: await with_({ orderedAt: '2026-11-24T03:47:00.000Z' }) }),
    ],
    [
      'orderIsOfItsTime',
      'from before its plan',
      async () => ({ order: await with_({ orderedAt: '2026-11-24T03:20:00.000Z' }) }),
    ],
    [
      'hardDeadlineFits',
      'whose hard deadline is after the end of the step',
      async () => ({ order: await about(cutAlso('s3', { startBy: '2026-11-24T07:25:00.001Z' })) }),
    ],
    [
      'hardDeadlineFits',
      'whose hard deadline was before the plan',
      async () => ({ order: await about(cutAlso('s1', { startBy: '2026-11-24T03:24:59.999Z' })) }),
    ],
    ['stepIsInTime', 'after its time', async () => ({ order: await rightful(world), now: MUCH_LATER })],
    [
      'stepIsInTime',
      'after the own policy’s time, which is shorter',
      async () => ({
        order: await rightful(world),
        policy: policyOf('identity-aws', { validity: { containment: '15m' } }),
      }),
    ],
    [
      'stepIsInTime',
      'after its time, if it cannot be taken back, although applied before',
      async () => ({
        order: await with_({ results: [applied(world, 'identity-aws', 's3')] }, 's3'),
        now: MUCH_LATER,
      }),
    ],
    [
      'stepIsInTime',
      'after its time, once it was undone',
      async () => ({
        order: await with_({
          results: [applied(world, 'identity-aws', 's1'), applied(world, 'identity-aws', 's4')],
        }),
        now: MUCH_LATER,
      }),
    ],
    [
      'stepIsInTime',
      'after the whole plan, although it was applied in time',
      async () => ({
        order: await with_({ results: [applied(world, 'identity-aws', 's1')] }),
        now: '2036-11-24T04:00:00.000Z',
      }),
    ],
    ...automaticRows,
    ...undoRows,
    [
      'nobodyIsMerelyTold',
      'with a decision that is merely told, where it would be needed',
      async () => ({
        order: await with_({ decisions: [assesses(world, 'sam'), unsigned(approves(world, 'ivo'))] }),
      }),
    ],
    [
      'nobodyIsMerelyTold',
      'by what is told, where the own policy does not take it',
      async () => ({ order: await sayAndTell() }),
    ],
    [
      'nobodyIsMerelyTold',
      'by what is told, to do what cannot simply be taken off',
      async () => ({ order: await sayAndTell(STEPS.deactivate), policy: takingTold() }),
    ],
    [
      'nobodyIsMerelyTold',
      'by what is told, to lift',
      async () => ({
        order: { ...(await sayAndTell(STEPS.lift)), results: [await sees(world, ALL_CUT)] },
        policy: takingTold(),
      }),
    ],
    [
      'nobodyIsMerelyTold',
      'by an assessment that is merely told',
      async () => ({
        order: await with_({ decisions: [unsigned(assesses(world, 'sam')), approves(world, 'ivo')] }),
        policy: takingTold(),
      }),
    ],
    [
      'nobodyIsMerelyTold',
      'by somebody who is told to have broken the glass',
      async () => ({
        order: await with_({ decisions: [unsigned(breaksGlass('ivo'))] }),
        policy: takingTold({ breakGlass: { parties: ['identity'] } }),
      }),
    ],
    [
      'quorumIsMet',
      'by what is told alone',
      async () => ({
        order: await with_({
          decisions: [unsigned(approves(world, 'sam')), unsigned(approves(world, 'ivo'))],
        }),
        policy: takingTold(),
      }),
    ],
    [
      'decisionsAreProven',
      'by a proof that does not hold, although the own policy takes what is told',
      async () => {
        const [a, b] = (await rightful(world)).decisions;
        return {
          order: { ...(await rightful(world)), decisions: [a, { ...b, proof: a?.proof }] },
          policy: takingTold(),
        };
      },
    ],
    [
      'nobodyIsMerelyTold',
      'by what a machine is told to have approved, although the own policy takes what is told',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), unsigned(approves(world, 'identity-aws'))],
        }),
        policy: takingTold(),
      }),
    ],
    [
      'decisionsNameThisPlan',
      'by what is told of another plan',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), unsigned(approves(world, 'ivo', { plan: 'c'.repeat(64) }))],
        }),
        policy: takingTold(),
      }),
    ],
    [
      'decisionsAreProven',
      'with the proof of another decision',
      async () => {
        const [a, b] = (await rightful(world)).decisions;
        return { order: { ...(await rightful(world)), decisions: [a, { ...b, proof: a?.proof }] } };
      },
    ],
    [
      'decisionsAreProven',
      'whose voter is not in the own directory',
      async () => {
        const directory = structuredClone(world.directory);
        delete directory.people.ivo;
        return { order: await rightful(world), directory };
      },
    ],
    [
      'decisionsAreProven',
      'whose voter’s key is revoked by now',
      async () => ({ order: await rightful(world), directory: revoked('people', 'ivo') }),
    ],
    [
      'decisionsAreOfPeople',
      'that a machine approved',
      async () => ({
        order: await with_({ decisions: [assesses(world, 'sam'), approves(world, 'identity-aws')] }),
      }),
    ],
    [
      'decisionsAreOfThisIncident',
      'approved for another incident',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { incident: 'incident/x' })],
        }),
      }),
    ],
    [
      'decisionsAreOfThisIncident',
      'approved in another run',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { firstRun: 'another' })],
        }),
      }),
    ],
    [
      'decisionsNameThisPlan',
      'approved for another plan',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { plan: 'c'.repeat(64) })],
        }),
      }),
    ],
    [
      'decisionsNameThisPlan',
      'whose plan was altered after the approval',
      async () => ({
        order: {
          ...(await rightful(world)),
          plan: bentStep('s1', { target: { userName: 'somebody-else' } }),
        },
      }),
    ],
    [
      'decisionsApprove',
      'that somebody rejected',
      async () => ({
        order: await with_({
          decisions: [
            assesses(world, 'sam'),
            approves(world, 'ivo', { body: { verdict: 'reject', reason: 'no' } }),
          ],
        }),
      }),
    ],
    [
      'decisionsApprove',
      'that was judged a false positive',
      async () => ({
        order: await with_({
          decisions: [
            assesses(world, 'sam', { body: { verdict: 'falsePositive', impact: 'none', reason: 'ours' } }),
            approves(world, 'ivo'),
          ],
        }),
      }),
    ],
    [
      'decisionsApprove',
      'assessed for another strategy',
      async () => ({
        order: await with_({
          decisions: [
            assesses(world, 'sam', {
              body: { verdict: 'incident', impact: 'confirmed', strategy: 'restrict', reason: 'x' },
            }),
            approves(world, 'ivo'),
          ],
        }),
      }),
    ],
    [
      'decisionsApprove',
      'whose assessment corrects what is known, and judges nothing',
      async () => ({
        order: await with_({
          decisions: [
            assesses(world, 'sam', { body: { strategy: 'cut', level: 'critical', reason: 'it is worse' } }),
            approves(world, 'ivo'),
          ],
        }),
      }),
    ],
    [
      'decisionsApprove',
      'to restrict, assessed for a cut',
      async () => ({
        order: {
          ...(await about(restrictPlan, 's8')),
          decisions: [await assesses(world, 'sam', ofRestrict), await approves(world, 'ivo', ofRestrict)],
        },
      }),
    ],
    [
      'decisionsApprove',
      'that somebody merely noted',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), saying(world, 'ivo', 'note', { body: { text: 'yes' } })],
        }),
      }),
    ],
    [
      'decisionsAnswerAGateOfTheirs',
      'approved at the close gate',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { answers: 'close-4' })],
        }),
      }),
    ],
    [
      'decisionsAnswerAGateOfTheirs',
      'approved at no gate',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { answers: null })],
        }),
      }),
    ],
    [
      'decisionsAnswerAGateOfTheirs',
      'assessed at the act gate',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam', { answers: 'act-2' }), approves(world, 'ivo')],
        }),
      }),
    ],
    [
      'decisionsAreProven',
      'approved in the future',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { now: plus(NOW, 120_000) })],
        }),
      }),
    ],
    [
      'decisionsAreOfTheirTime',
      'approved before its plan was made',
      async () => ({
        order: await with_({
          decisions: [assesses(world, 'sam'), approves(world, 'ivo', { now: plus(MADE_AT, -120_000) })],
        }),
      }),
    ],
    [
      'nobodyDecidesAboutThemselves',
      'approved by the one whom it is about',
      async () => ({
        order: await with_({ decisions: [assesses(world, 'sam'), approves(world, 'robert')] }),
      }),
    ],
    [
      'glassIsBrokenByWhomItMay',
      'by breaking the glass, where the own policy lets nobody',
      async () => ({ order: await with_({ decisions: [breaksGlass('ivo')] }) }),
    ],
    [
      'glassIsBrokenByWhomItMay',
      'by breaking the glass, of another party than the own policy lets',
      async () => ({
        order: await with_({ decisions: [breaksGlass('ivo')] }),
        policy: { ...policyOf('identity-aws'), breakGlass: { parties: ['soc'] } },
      }),
    ],
    [
      'glassIsBrokenByWhomItMay',
      'by breaking the glass without a reason',
      async () => ({
        order: await with_({
          decisions: [approves(world, 'ivo', { body: { verdict: 'approve', breakGlass: true } })],
        }),
        policy: { ...policyOf('identity-aws'), breakGlass: { parties: ['identity'] } },
      }),
    ],
    [
      'glassIsBrokenByWhomItMay',
      'by breaking the glass at the gate of a deletion',
      async () => ({
        order: await with_({ decisions: [breaksGlass('ivo', 'irreversible-9')] }),
        policy: { ...policyOf('identity-aws'), breakGlass: { parties: ['identity'] } },
      }),
    ],
    [
      'proofsAreStrongEnough',
      'by keys, where the own policy asks for passkeys',
      async () => {
        const policy = policyOf('identity-aws');
        const act = { ...policy.gates.act, assurance: 'present' as const };
        return { order: await rightful(world), policy: { ...policy, gates: { ...policy.gates, act } } };
      },
    ],
    ['quorumIsMet', 'that nobody approved', async () => ({ order: await with_({ decisions: [] }) })],
    [
      'quorumIsMet',
      'that one alone approved',
      async () => ({ order: await with_({ decisions: [approves(world, 'ivo')] }) }),
    ],
    [
      'quorumIsMet',
      'that one alone approved twice',
      async () => ({ order: await with_({ decisions: [approves(world, 'both'), approves(world, 'both')] }) }),
    ],
    [
      'quorumIsMet',
      'that one alone assessed and approved for two parties',
      async () => ({ order: await with_({ decisions: [assesses(world, 'both'), approves(world, 'both')] }) }),
    ],
    [
      'quorumIsMet',
      'that one party alone approved',
      async () => ({ order: await with_({ decisions: [assesses(world, 'sam'), approves(world, 'erin')] }) }),
    ],
    [
      'quorumIsMet',
      'that a party approved which is not asked',
      async () => ({ order: await with_({ decisions: [approves(world, 'olga'), approves(world, 'ivo')] }) }),
    ],
    [
      'quorumIsMet',
      'assessed by somebody outside the SOC',
      async () => ({ order: await with_({ decisions: [assesses(world, 'olga'), approves(world, 'ivo')] }) }),
    ],
    [
      'quorumIsMet',
      'approved in two different askings',
      async () => ({
        order: await with_({
          decisions: [
            approves(world, 'erin', { answers: 'act-1' }),
            approves(world, 'ivo', { answers: 'act-2' }),
          ],
        }),
      }),
    ],
    [
      'quorumIsMet',
      'with fewer people than the own policy asks, whatever the plan’s class says',
      async () => ({
        order: await rightful(world),
        policy: policyOf('identity-aws', { gates: { act: { quorum: 3, parties: ['soc', 'identity'] } } }),
      }),
    ],
    [
      'quorumIsMet',
      'to delete, approved at the act gate alone',
      async () => ({
        order: { ...(await rightful(world, 's6')), decisions: (await rightful(world)).decisions },
      }),
    ],
    [
      'quorumIsMet',
      'to delete, where the own policy has no such gate',
      async () => ({
        order: await rightful(world, 's6'),
        policy: policyOf('identity-aws', { gates: { act: { quorum: 2, parties: ['soc', 'identity'] } } }),
      }),
    ],
    [
      'ownAuthorityAllows',
      'whose approvals no own policy allows',
      async () => ({
        order: await rightful(world),
        authority: ownPolicies(APPROVES.replace('approve.act', 'approve.irreversible')),
      }),
    ],
    [
      'ownAuthorityAllows',
      'where the own policies allow only one of those who approved',
      async () => ({
        order: await rightful(world),
        authority: ownPolicies(APPROVES.replace('principal,', 'principal in Party::"soc",')),
      }),
    ],
    [
      'ownAuthorityAllows',
      'that an own policy forbids for this class',
      async () => ({
        order: await rightful(world),
        authority: ownPolicies(
          `${APPROVES} @id("not-here") forbid (principal, action, resource) when { resource.class == "${plan.class}" };`,
        ),
      }),
    ],
    [
      'ownAuthorityAllows',
      'that an own policy forbids for this identity',
      async () => ({
        order: await rightful(world),
        authority: ownPolicies(
          `${APPROVES} @id("not-it") forbid (principal, action, resource) when { resource.identity.reference like "deploy-*" };`,
        ),
      }),
    ],
    [
      'ownAuthorityAllows',
      'while an own policy that forbids cannot be evaluated',
      async () => ({
        order: await rightful(world),
        authority: ownPolicies(
          `${APPROVES} @id("broken") forbid (principal, action, resource) when { ${OVERFLOWS} };`,
        ),
      }),
    ],
    [
      'ownAuthorityAllows',
      'by a key where an own policy asks for a passkey',
      async () => ({
        order: await rightful(world),
        authority: ownPolicies(
          `${APPROVES} @id("passkeys") forbid (principal, action, resource) unless { context.assurance == "present" };`,
        ),
      }),
    ],
    [
      'ownAuthorityAllows',
      'by one who broke the glass, where the own policies allow approvals alone',
      async () => ({
        order: { ...(await rightful(world)), decisions: [await breaksGlass('ivo')] },
        policy: { ...policyOf('identity-aws'), breakGlass: { parties: ['identity'] } },
        authority: ownPolicies(APPROVES),
      }),
    ],
    [
      'quorumIsMet',
      'to delete, with the assessment as a vote',
      async () => ({
        order: await with_(
          { decisions: [assesses(world, 'sam'), approves(world, 'olga', { answers: 'irreversible-3' })] },
          's6',
        ),
      }),
    ],
    ['quorumIsMet', 'to delete, by two of those of whom one is enough', () => deletesBy('sam', 'vik')],
    ['quorumIsMet', 'to delete, by one who could have both places', () => deletesBy('both')],
    ['quorumIsMet', 'to delete, by one who has none of the places', () => deletesBy('ivo', 'olga')],
    [
      'resultsAreProven',
      'with a result that nobody signed',
      async () => {
        const order = await rightful(world, 's4');
        return { order: { ...order, results: order.results.map(({ statement }) => ({ statement })) } };
      },
    ],
    [
      'resultsAreProven',
      'by the sight of a checker whose key was revoked meanwhile',
      async () => ({ order: await rightful(world, 's4'), directory: revoked('machines', 'aws') }),
    ],
    [
      'resultsAreProven',
      'to lift when the newest sight, no longer proven, did not see it',
      async () => ({
        order: await with_(
          {
            results: [
              sees(world, ALL_CUT),
              unsigned(sees(world, [{ step: 's1', holds: false }], { now: NOW })),
            ],
          },
          's4',
        ),
      }),
    ],
    [
      'resultsAreProven',
      'to lift no-sessions, before 36 hours are over since a sight, no longer proven, did not see it cut',
      async () => ({
        order: await with_(
          {
            results: [
              sees(world, ALL_CUT),
              unsigned(sees(world, [{ step: 's3', holds: false }], { now: '2026-11-24T10:00:00.000Z' })),
              sees(world, ALL_CUT, { now: '2026-11-24T11:00:00.000Z' }),
            ],
          },
          's7',
        ),
        now: MUCH_LATER,
      }),
    ],
    [
      'resultsAreProven',
      'to delete when the last word, no longer proven, is that the service is broken',
      async () => ({
        order: await with_(
          {
            results: [
              attests(world, 'olga', 'works'),
              unsigned(attests(world, 'olga', 'broken', { now: NOW })),
            ],
          },
          's6',
        ),
      }),
    ],
    [
      'resultsAreProven',
      'to lift when the last word on a step by hand, no longer proven, is that it is not done',
      async () => ({
        order: await liftsAfter(
          attestsStep(world, 'vik'),
          attestsStep(world, 'ivo'),
          unsigned(attestsStep(world, 'both', 'broken', { now: NOW })),
        ),
      }),
    ],
    [
      'resultsAreOfThisPlan',
      'with a sight of another plan',
      async () => ({
        order: await with_({ results: [sees(world, ALL_CUT, { plan: 'c'.repeat(64) })] }, 's4'),
      }),
    ],
    [
      'resultsAreOfThisPlan',
      'with a sight of another run',
      async () => ({
        order: await with_({ results: [sees(world, ALL_CUT, { firstRun: 'another' })] }, 's4'),
      }),
    ],
    [
      'resultsAreWellFormed',
      'with a decision among the results',
      async () => ({ order: await with_({ results: [approves(world, 'sam')] }) }),
    ],
    [
      'resultsAreTheirOwn',
      'with a sight by an executor',
      async () => ({ order: await with_({ results: [sees(world, ALL_CUT, {}, 'identity-aws')] }, 's4') }),
    ],
    [
      'resultsAreTheirOwn',
      'with a sight by a person',
      async () => ({ order: await with_({ results: [sees(world, ALL_CUT, {}, 'sam')] }, 's4') }),
    ],
    [
      'resultsAreTheirOwn',
      'with a sight of a step that the plan does not have',
      async () => ({ order: await with_({ results: [sees(world, [{ step: 's99', holds: true }])] }, 's4') }),
    ],
    [
      'resultsAreTheirOwn',
      'with another executor’s word about this step',
      async () => ({ order: await with_({ results: [applied(world, 'owner-aws', 's1')] }) }),
    ],
    [
      'resultsAreTheirOwn',
      'with a machine’s attestation',
      async () => ({ order: await with_({ results: [attests(world, 'owner-aws', 'works')] }, 's6') }),
    ],
    [
      'resultsAreTheirOwn',
      'with a word of a step by hand about a step that is none',
      async () => ({ order: await liftsAfter(attestsStep(world, 'ivo', 'works', { step: 's1' })) }),
    ],
    [
      'resultsAreTheirOwn',
      'with a word of a step that the plan does not have',
      async () => ({ order: await liftsAfter(attestsStep(world, 'ivo', 'works', { step: 's99' })) }),
    ],
    [
      'resultsAreTheirOwn',
      'with a word of a step by hand by neither of its parties',
      async () => ({ order: await liftsAfter(attestsStep(world, 'vik'), attestsStep(world, 'sam')) }),
    ],
    [
      'resultsAreTheirOwn',
      'with a sight of a step by hand by a machine that is called as a party',
      async () => {
        const bent = {
          ...byHandPlan,
          steps: byHandPlan.steps.map((step) => (step.id === 's8' ? { ...step, checker: 'aws' } : step)),
        };
        const what = { plan: hashOf(bent) };
        return {
          order: await about(bent, STEPS.lift, [
            sees(world, [...ALL_CUT, { step: 's8', holds: true }], what),
          ]),
        };
      },
    ],
    [
      'resultsAreTheirOwn',
      'with an executor’s word that it did a step by hand',
      async () => {
        const bent = {
          ...byHandPlan,
          steps: byHandPlan.steps.map((step) =>
            step.id === 's8' ? { ...step, executor: 'identity-aws' } : step,
          ),
        };
        const what = { plan: hashOf(bent) };
        return { order: await about(bent, STEPS.lift, [applied(world, 'identity-aws', 's8', what)]) };
      },
    ],
    [
      'resultsAreOfThisPlan',
      'with a word of a step by hand of another plan',
      async () => ({ order: await liftsAfter(attestsStep(world, 'ivo', 'works', { plan: hashOf(plan) })) }),
    ],
    [
      'replacementComesFirst',
      'to cut before it is replaced',
      async () => ({ order: await about(replacePlan) }),
    ],
    [
      'replacementComesFirst',
      'to cut when the replacement was made, and nobody has seen that it stands',
      async () => ({
        order: await about(replacePlan, STEPS.quarantine, [
          applied(world, 'owner-aws', STEPS.reissue, ofReplace),
        ]),
      }),
    ],
    [
      'replacementComesFirst',
      'to cut when the newest sight is that the replacement does not hold, although it was made',
      async () => ({
        order: await about(replacePlan, STEPS.deactivate, [
          applied(world, 'owner-aws', STEPS.reissue, ofReplace),
          seesReplaced(false, NOW),
          seesReplaced(),
        ]),
      }),
    ],
    [
      'replacementComesFirst',
      'to cut before what people replace is confirmed',
      async () => ({ order: await about(replaceByHand, STEPS.quarantine, [replacedByHand('vik')]) }),
    ],
    [
      'replacementComesFirst',
      'to cut when what people replace was found not done',
      async () => ({
        order: await about(replaceByHand, STEPS.quarantine, [
          replacedByHand('vik'),
          replacedByHand('ivo'),
          replacedByHand('both', 'broken'),
        ]),
      }),
    ],
    [
      'resultsAreOfTheirTime',
      'with a sight from before the plan',
      async () => ({
        order: await with_({ results: [sees(world, ALL_CUT, { now: plus(MADE_AT, -120_000) })] }, 's4'),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift what nobody has seen cut',
      async () => ({ order: await with_({ results: [] }, 's4') }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when one cut was not looked at',
      async () => ({ order: await with_({ results: [sees(world, ALL_CUT.slice(1))] }, 's4') }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when one cut does not hold',
      async () => ({
        order: await with_(
          { results: [sees(world, [...ALL_CUT.slice(1), { step: 's1', holds: false }])] },
          's4',
        ),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when a later sight says otherwise',
      async () => ({
        order: await with_(
          { results: [sees(world, [{ step: 's1', holds: false }], { now: NOW }), sees(world, ALL_CUT)] },
          's4',
        ),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift on the executor’s word alone',
      async () => ({
        order: await with_(
          { results: ['s1', 's2', 's3'].map((one) => applied(world, 'identity-aws', one)) },
          's4',
        ),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift by a plan that cuts nothing',
      async () => ({ order: await about({ ...plan, steps: plan.steps.slice(3) }, 's4') }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift before a step by hand is done',
      async () => ({ order: await liftsAfter() }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift before a step by hand is confirmed',
      async () => ({ order: await liftsAfter(attestsStep(world, 'vik')) }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when a step by hand was confirmed, and nobody of its party did it',
      async () => ({ order: await liftsAfter(attestsStep(world, 'ivo'), attestsStep(world, 'both')) }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when one person of both parties did a step by hand and confirmed it',
      async () => ({ order: await liftsAfter(attestsStep(world, 'vera'), attestsStep(world, 'vera')) }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when the one whom it is about has confirmed a step by hand',
      async () => ({ order: await liftsAfter(attestsStep(world, 'vik'), attestsStep(world, 'robert')) }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when somebody’s last word is that a step by hand is not done',
      async () => ({
        order: await liftsAfter(
          attestsStep(world, 'ivo', 'broken', { now: NOW }),
          attestsStep(world, 'vik'),
          attestsStep(world, 'ivo'),
        ),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when in the same second a step by hand is called done and not done',
      async () => ({
        order: await liftsAfter(
          attestsStep(world, 'vik'),
          attestsStep(world, 'ivo'),
          attestsStep(world, 'both', 'broken'),
        ),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift when the owner attested the service, and not the step by hand',
      async () => ({
        order: await liftsAfter(attestsStep(world, 'vik'), attests(world, 'ivo', 'works', ofByHand)),
      }),
    ],
    [
      'containmentIsSeenBeforeLifting',
      'to lift a restriction before the cut was seen',
      async () => ({
        order: await about(restrictPlan, 's9', [sees(world, [{ step: 's8', holds: true }], ofRestrict)]),
      }),
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete on the owner’s word about a step by hand',
      async () => {
        const bent: Plan = {
          ...byHandPlan,
          steps: byHandPlan.steps.map((step) =>
            step.id === 's8' ? { ...step, party: 'service-owner' } : step,
          ),
        };
        const word = attestsStep(world, 'olga', 'works', { plan: hashOf(bent) });
        return { order: await about(bent, STEPS.deleteOld, [word]) };
      },
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete on the word of a party that does a step by hand as if it were the owner',
      async () => {
        const bent: Plan = {
          ...byHandPlan,
          steps: byHandPlan.steps.map((step) => (step.id === 's8' ? { ...step, part: 'owner' } : step)),
        };
        const word = attests(world, 'vik', 'works', { plan: hashOf(bent) });
        return { order: await about(bent, STEPS.deleteOld, [word]) };
      },
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete without an attestation',
      async () => ({ order: await with_({ results: [] }, 's6') }),
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete when the owner says that it is broken',
      async () => ({ order: await with_({ results: [attests(world, 'olga', 'broken')] }, 's6') }),
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete when the owner’s last word is that it is broken',
      async () => ({
        order: await with_(
          { results: [attests(world, 'olga', 'broken', { now: NOW }), attests(world, 'olga', 'works')] },
          's6',
        ),
      }),
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete on the SOC’s attestation',
      async () => ({ order: await with_({ results: [attests(world, 'sam', 'works')] }, 's6') }),
    ],
    [
      'ownerAttestedBeforeDeletion',
      'to delete on an attestation of a party that the own policy does not ask',
      async () => ({
        order: await rightful(world, 's6'),
        policy: policyOf('identity-aws', { attest: { parties: ['platform'] } }),
      }),
    ],
    [
      'waitIsOver',
      'to lift no-sessions before 36 hours are over',
      async () => ({ order: await rightful(world, 's7'), now: '2026-11-25T15:39:59.000Z' }),
    ],
    [
      'waitIsOver',
      'to lift no-sessions when it was cut again since',
      async () => ({
        order: await with_(
          {
            results: [
              sees(world, ALL_CUT),
              sees(world, [{ step: 's3', holds: false }], { now: '2026-11-24T10:00:00.000Z' }),
              sees(world, [{ step: 's3', holds: true }], { now: '2026-11-24T11:00:00.000Z' }),
            ],
          },
          's7',
        ),
        now: MUCH_LATER,
      }),
    ],
    [
      'waitIsOver',
      'to lift no-sessions before 36 hours are over since a step by hand was confirmed',
      async () => ({
        order: await byHandAnd36h(
          attestsStep(world, 'vik'),
          attestsStep(world, 'ivo', 'works', { now: '2026-11-24T04:30:00.000Z' }),
        ),
        now: MUCH_LATER,
      }),
    ],
    [
      'waitIsOver',
      'that waits for no time at all',
      async () => ({
        order: {
          ...(await about(bentStep('s7', { after: 'soon' }), 's7')),
          results: [await sees(world, ALL_CUT, { plan: hashOf(bentStep('s7', { after: 'soon' })) })],
        },
        now: MUCH_LATER,
      }),
    ],
  ];

  it.each(rows)('by %s: %s', async (check, _, make) => {
    expect(await verified(await make())).toEqual({ ok: false, check, reason: expect.stringMatching(/\S/) });
  });

  it('and says what did not count, and what is missing without it', async () => {
    expect(
      await verified({ order: await rightful(world), directory: revoked('people', 'ivo') }),
    ).toMatchObject({
      check: 'decisionsAreProven',
      reason: expect.stringMatching(
        /revoked.*What is left is not enough: .*approval of identity at the gate act/,
      ),
    });
  });

  it('and says which parties could have approved', async () => {
    expect(await verified(await deletesBy('ivo', 'olga'))).toMatchObject({
      reason: 'The own policy asks for an approval of vendor or soc at the gate irreversible.',
    });
  });

  it('by every check there is', () => {
    const rowsOf = new Set(rows.map(([check]) => check));
    expect(warrantChecks.map(({ name }) => name).filter((name) => !rowsOf.has(name))).toEqual([]);
  });
});

describe('a rightful order that was bent in any one place', () => {
  /** Every place in a value, by path. */
  const places = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => [
          [...path, Array.isArray(value) ? Number(name) : name],
          ...places(inner, [...path, name]),
        ])
      : [];
  const junk = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      '',
      's1',
      's2',
      's4',
      'identity-aws',
      'owner-aws',
      'act',
      'irreversible',
      true,
      false,
      0,
      [],
      {},
    ),
    fc.constantFrom(
      MADE_AT,
      DECIDED_AT,
      NOW,
      MUCH_LATER,
      'f'.repeat(64),
      'sam',
      'reversible',
      'irreversible',
      'undo',
    ),
    fc.string(),
    fc.jsonValue(),
  );
  const bend = (order: unknown, path: readonly (string | number)[], to: unknown): unknown => {
    const copy = structuredClone(order) as Record<string | number, unknown>;
    const holder = path
      .slice(0, -1)
      .reduce<Record<string | number, unknown>>(
        (at, name) => at[name] as Record<string | number, unknown>,
        copy,
      );
    const last = path.at(-1) ?? '';
    if (to === undefined) delete holder[last];
    else holder[last] = to;
    return copy;
  };
  /** What an orchestrator may say as it likes: it is not what anybody approved. */
  const free = new Set(['id', 'head', 'orderedAt']);

  /** At the act gate: what else came along would not be missed. */
  const actAlone = async (order: Promise<Order>): Promise<Order> => {
    const whole = await order;
    return { ...whole, decisions: whole.decisions.slice(0, 2) };
  };
  const orders: [string, () => Promise<Order>][] = [
    ['to quarantine', () => rightful(world, STEPS.quarantine)],
    ['to lift', () => rightful(world, STEPS.lift)],
    ['to delete', () => rightful(world, STEPS.deleteOld)],
    [
      'to lift after a step by hand',
      () => actAlone(liftsAfter(attestsStep(world, 'vik'), attestsStep(world, 'ivo'))),
    ],
    ['to cut after a replacement', () => actAlone(about(replacePlan, STEPS.quarantine, [seesReplaced()]))],
  ];

  it.each(orders)('is never accepted (%s)', async (_, make) => {
    const order = await make();
    expect(await verified({ order })).toMatchObject({ ok: true });
    const bendable = places(order).filter(([first]) => !free.has(String(first)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bendable), junk, async (path, to) => {
        const bent = bend(order, path, to);
        fc.pre(JSON.stringify(bent) !== JSON.stringify(order));
        // Another step of the same plan is a lawful order of its own, when this executor has it and it needs no more.
        fc.pre(path[0] !== 'step');
        expect((await verified({ order: bent })).ok, JSON.stringify(path)).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  it('is never accepted when its signatures are dealt out anew', async () => {
    const order = await rightful(world);
    const others = await Promise.all([
      approves(world, 'olga'),
      approves(world, 'robert'),
      approves(world, 'sam', { plan: 'c'.repeat(64) }),
      approves(world, 'ivo', { incident: 'incident/other' }),
      assesses(world, 'erin'),
      approves(world, 'sam', { body: { verdict: 'reject', reason: 'no' } }),
    ]);
    const pool = [...order.decisions, ...others];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...pool), fc.constantFrom(...pool)), { maxLength: 6 }),
        async (dealt) => {
          fc.pre(dealt.every(([a, b]) => a !== b));
          const decisions = dealt.map(([said, by]) => ({ ...said, proof: by.proof }));
          expect((await verified({ order: { ...order, decisions } })).ok).toBe(false);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is neither lost nor helped by decisions whose proofs do not hold', async () => {
    const order = await rightful(world);
    const others = await Promise.all([
      approves(world, 'olga'),
      approves(world, 'robert'),
      approves(world, 'both'),
      approves(world, 'identity-aws'),
      approves(world, 'erin', { plan: 'c'.repeat(64) }),
      approves(world, 'erin', { incident: 'incident/other' }),
      assesses(world, 'erin'),
      breaksGlass('both'),
      approves(world, 'sam', { body: { verdict: 'reject', reason: 'no' } }),
    ]);
    const pool = [...order.decisions, ...others];
    const forged = fc
      .tuple(fc.constantFrom(...pool), fc.option(fc.constantFrom(...pool)))
      .filter(([a, b]) => a !== b)
      .map(([said, by]) => (by === null ? { statement: said.statement } : { ...said, proof: by.proof }));
    const policy = policyOf('identity-aws', { breakGlass: { parties: ['identity'] } });
    await fc.assert(
      fc.asyncProperty(
        fc.array(forged, { minLength: 1, maxLength: 6 }),
        fc.subarray(order.decisions),
        fc.boolean(),
        async (bad, good, first) => {
          const decisions = first ? [...bad, ...good] : [...good, ...bad];
          const verdict = await verified({ order: { ...order, decisions }, policy });
          expect(verdict.ok).toBe(good.length === order.decisions.length);
          if (verdict.ok) expect(verdict.speakers.map(({ id }) => id)).toEqual(['sam', 'ivo']);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is refused whatever comes in its place, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (order) => {
        expect((await verified({ order })).ok).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });
});
