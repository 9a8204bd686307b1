// Hostile orders: what a lying orchestrator could hand an executor, each with the check that must refuse it.
import { readPolicies } from '../../../authority/cedar.ts';
import { ownAuthority } from '../../../authority/own-authority.ts';
import { encode } from '../../../domain/encoding/base64url.ts';
import { canonical, hashOf } from '../../../domain/encoding/canonical.ts';
import { workflowIdOf } from '../../../domain/identity/identity.ts';
import { plus } from '../../../domain/instant/instant.ts';
import type { Order } from '../../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../../domain/plan/plan.schema.ts';
import { readStatement } from '../../../authority/statement.ts';
import type { Saying, Statement } from '../../../domain/statement/statement.schema.ts';
import { type ProofType, provenAs } from '../proof/three-proofs.ts';
import {
  ALL_CUT,
  applied,
  type approves,
  assesses,
  attests,
  MADE_AT,
  MUCH_LATER,
  type Name,
  plan,
  policyOf,
  replacePlan,
  saying,
  SEEN_AT,
  sees,
  STEPS,
} from '../rightful.ts';
import {
  acted,
  answersOf,
  insteadOfIvo,
  ivoApproves,
  momentOf,
  OWN_STEPS,
  type OrderBase,
  ordered,
  type Ordered,
  type OwnStep,
  provenSomehow,
  resultsFor,
  votesOn,
  withStep,
} from './an-order.ts';
import { bentKeys } from './bent-keys.ts';
import { bentLogins } from './bent-logins.ts';
import { bentPasskeys } from './bent-passkeys.ts';
import { bentUndoes } from './bent-undoes.ts';
import { bentWords } from './bent-words.ts';
import type { Hostile, VoterName } from './hostile.ts';
import { lookAlike, PROTOTYPE_NAMES } from './look-alikes.ts';

export interface HostileOrder {
  what: string;
  /** Name of the check that must refuse it. */
  check: string;
  /** The steps with which it can be tried. */
  of: readonly OwnStep[];
  make(base: OrderBase): Ordered | Promise<Ordered>;
}

const any = { of: OWN_STEPS } as const;
const cutting = { of: [STEPS.quarantine, STEPS.noSessions, STEPS.deactivate] } as const;

/** Everybody has approved the plan as it is bent. */
const approved = (bend: (base: OrderBase) => Plan) => async (base: OrderBase) => ({
  order: await ordered(base, { plan: bend(base) }),
});
const ofIdentity = (identity: Plan['identity']): Plan => ({
  ...plan,
  identity,
  incident: workflowIdOf(identity),
});
/** The order is changed after people have approved. */
const altered = (bend: (order: Order, base: OrderBase) => object) => async (base: OrderBase) => {
  const order = await ordered(base);
  return { order: { ...order, ...bend(order, base) } };
};
const instead = (vote: (base: OrderBase) => Saying | Promise<Saying>) => async (base: OrderBase) => ({
  order: await insteadOfIvo(base, vote(base)),
});
const someVote = (base: OrderBase, what: Parameters<typeof approves>[2], name?: Name) =>
  provenSomehow(base, ivoApproves(base, what, name));
const results = (make: (base: OrderBase) => (Saying | Promise<Saying>)[]) => async (base: OrderBase) => ({
  order: await ordered(base, { results: make(base) }),
});
const stepIn = (of: Plan, id: string): Step => {
  const step = of.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
};
const seconds = ({ dice }: OrderBase, atLeast: number, most = 10 ** 6) =>
  (atLeast + dice.below(most)) * 1_000;

/** The policy, where it asks for somebody at the keyboard. */
const asksForPresence = () => {
  const policy = policyOf('identity-aws');
  const { act, irreversible } = policy.gates;
  const present = { assurance: 'present' as const };
  return {
    ...policy,
    gates: {
      ...(act === undefined ? {} : { act: { ...act, ...present } }),
      ...(irreversible === undefined ? {} : { irreversible: { ...irreversible, ...present } }),
    },
  };
};

/** The policy, where it takes plain approvals that nobody has proved. */
const takesTold = () => {
  const policy = policyOf('identity-aws', { breakGlass: { parties: ['identity'] } });
  const { act } = policy.gates;
  if (act === undefined) throw new Error('the policy has no act gate');
  return { ...policy, gates: { ...policy.gates, act: { ...act, assurance: 'told' as const } } };
};

const own = (text: string) => {
  const { policies } = readPolicies(text, 'executor');
  if (policies === null) throw new Error('the policy cannot be read');
  return ownAuthority(policies);
};

/** One vote whose words or whose proof nobody would take, in the place of a rightful one. */
const badVotes: readonly HostileOrder[] = [...bentWords, ...bentKeys, ...bentLogins, ...bentPasskeys]
  .filter(({ code, why }) => code === 'badProof' || String(why) === '/not in canonical form/')
  .flatMap((hostile) => hostile.of.map((type) => ({ hostile, type })))
  .map(({ hostile, type }) => ({
    ...any,
    what: `a vote with ${hostile.what} (${type})`,
    check: 'decisionsAreProven',
    make: (base) => badVote(hostile, type, base),
  }));

async function badVote(hostile: Hostile, type: ProofType, base: OrderBase): Promise<Ordered> {
  const { provers, dice, step } = base;
  const name: VoterName = 'ivo';
  const read = readStatement((await ivoApproves(base)).statement);
  if (!read.readable) throw new Error(read.reason);
  const attempt = await hostile.make({
    provers,
    type,
    name,
    message: 'decide',
    dice,
    nowS: Date.parse(momentOf(step)) / 1_000,
    rightly: read.statement,
    proven: async (statement, how) => ({ payload: await provenAs(provers, type, name, statement, how) }),
  });
  const order = await insteadOfIvo(base, attempt.payload as Saying);
  return { order, ...(attempt.directory === undefined ? {} : { directory: attempt.directory }) };
}

const shape: readonly HostileOrder[] = [
  {
    ...any,
    what: 'what is no order',
    check: 'orderIsWellFormed',
    make: async (base) => {
      const order = await ordered(base);
      const { dice } = base;
      const name = dice.pick(Object.keys(order) as (keyof Order)[]);
      const without: Partial<Order> = { ...order };
      delete without[name];
      return {
        order: dice.pick<unknown>([
          null,
          7,
          'order-1',
          [order],
          without,
          { ...order, more: 1 },
          { ...order, [name]: dice.pick([null, 1e308, {}, ['x'], true]) },
          {
            ...order,
            orderedAt: dice.pick(['now', '2026-11-24', '+275760-09-13T00:00:00.001Z', 'Infinity']),
          },
          { ...order, decisions: Array.from({ length: 51 }, () => order.decisions[0]) },
          { ...order, plan: { ...order.plan, more: 1 } },
          { ...order, plan: { ...order.plan, v: 1e308 } },
          {
            ...order,
            plan: withStep('s1', {
              notAfter: dice.pick(['', '1e400', '2026-11-31T00:00:00.000Z', '99999-01-01T00:00:00.000Z']),
            }),
          },
          { ...order, plan: withStep('s1', { target: { userName: 7 } as unknown as Step['target'] }) },
        ]),
      };
    },
  },
  {
    ...any,
    what: 'a vote with a proof of no known kind',
    check: 'orderIsWellFormed',
    make: async (base) => {
      const vote = await ivoApproves(base);
      const proof = {
        ...vote.proof,
        type: base.dice.pick(['none', 'told', 'oidc', 'passkey', '', ...PROTOTYPE_NAMES]),
      };
      return { order: await insteadOfIvo(base, { ...vote, proof } as unknown as Saying) };
    },
  },
  {
    ...any,
    what: 'a step that the plan does not have',
    check: 'stepExists',
    make: altered(({ step }, { dice }) => ({
      step: dice.pick(['s99', '', lookAlike(step, dice), ...PROTOTYPE_NAMES]),
    })),
  },
  {
    ...any,
    what: 'two steps of one id',
    check: 'stepsAreDistinct',
    make: approved(({ step, dice }) => {
      const other = dice.pick(plan.steps.filter(({ id }) => id !== step));
      return { ...plan, steps: [...plan.steps, { ...other, id: step }] };
    }),
  },
  {
    ...any,
    what: 'another executor’s step',
    check: 'stepIsOurs',
    make: approved(({ step, dice }) =>
      withStep(step, {
        executor: dice.pick(['owner-aws', lookAlike('identity-aws', dice), ...PROTOTYPE_NAMES]),
      }),
    ),
  },
  { ...any, what: 'a drill', check: 'planIsNoDrill', make: approved(() => ({ ...plan, drill: true })) },
  {
    ...any,
    what: 'a class that only observes',
    check: 'planIsNotObserved',
    make: approved(() => ({ ...plan, mode: 'observe' })),
  },
  {
    ...any,
    what: 'the plan of another incident, or of another run',
    check: 'planIsOfThisIncident',
    make: altered((order, { dice }) =>
      dice.pick([
        { incident: workflowIdOf({ ...plan.identity, reference: dice.hex(8) }) },
        { incident: lookAlike(order.incident, dice) },
        { firstRun: dice.hex(32) },
        { firstRun: lookAlike(order.firstRun, dice) },
      ]),
    ),
  },
  {
    ...cutting,
    what: 'votes on this plan that were given in another incident',
    check: 'planIsOfThisIncident',
    make: async (base) => {
      const { dice } = base;
      const elsewhere = dice.pick([
        { incident: workflowIdOf({ ...plan.identity, reference: dice.hex(8) }), firstRun: plan.firstRun },
        { incident: plan.incident, firstRun: dice.hex(32) },
      ]);
      const decisions = (['erin', 'ivo'] as const).map((name) => someVote(base, elsewhere, name));
      return { order: { ...(await ordered(base, { decisions })), ...elsewhere } };
    },
  },
  {
    ...any,
    what: 'another identity than the incident’s',
    check: 'incidentIsOfThisIdentity',
    make: approved(({ dice }) => ({
      ...plan,
      identity: {
        ...plan.identity,
        ...dice.pick([
          { reference: dice.hex(8) },
          { reference: lookAlike('deploy-robot', dice) },
          { account: '999999999999' },
          { kind: 'iam-role' },
          { account: null },
        ]),
      },
    })),
  },
  {
    ...any,
    what: 'another provider',
    check: 'providerIsOurs',
    make: approved(({ dice }) =>
      ofIdentity({
        ...plan.identity,
        provider: dice.pick(['gcp', 'AWS', lookAlike('aws', dice), ...PROTOTYPE_NAMES]),
      }),
    ),
  },
  {
    ...any,
    what: 'another account',
    check: 'accountIsOurs',
    make: approved(({ dice }) =>
      ofIdentity({
        ...plan.identity,
        account: dice.pick([
          '999999999999',
          null,
          '0',
          ' 123456789012',
          '１２３４５６７８９０１２',
          ...PROTOTYPE_NAMES,
        ]),
      }),
    ),
  },
  {
    ...any,
    what: 'a kind that it does not do',
    check: 'kindIsOurs',
    make: approved(({ step, dice }) =>
      withStep(step, {
        kind: dice.pick([
          'aws/new-access-key',
          'manual/step',
          'aws/root',
          lookAlike('aws/quarantine', dice),
          ...PROTOTYPE_NAMES,
        ]),
      }),
    ),
  },
  {
    ...any,
    what: 'a kind that the own policy does not name',
    check: 'kindIsOurs',
    make: async (base) => {
      const { kind } = stepIn(plan, base.step);
      const policy = policyOf('identity-aws');
      return {
        order: await ordered(base),
        policy: { ...policy, kinds: policy.kinds.filter((one) => one !== kind) },
      };
    },
  },
  {
    ...any,
    what: 'a step that is called more harmless than it is, or hides what it uses',
    check: 'actIsAsDeclared',
    make: approved(({ step, dice }) => {
      const { reversibility, permissions } = stepIn(plan, step);
      const others = (['reversible', 'replace-only', 'irreversible'] as const).filter(
        (one) => one !== reversibility,
      );
      return withStep(
        step,
        dice.pick([
          { reversibility: dice.pick(others) },
          { permissions: permissions.slice(1) },
          { permissions: [...permissions, 'iam:*'] },
          { permissions: permissions.map((one) => lookAlike(one, dice)) },
        ]),
      );
    }),
  },
  {
    of: [STEPS.deleteOld],
    what: 'a deletion at the gate of the act',
    check: 'gateFitsTheAct',
    make: async (base) => {
      const bent = withStep(base.step, { gate: 'act' });
      const decisions = votesOn({ ...base, step: STEPS.quarantine }, bent);
      return { order: await ordered(base, { plan: bent, decisions }) };
    },
  },
  {
    ...any,
    what: 'a protected identity',
    check: 'identityIsNotProtected',
    make: approved(({ dice }) =>
      ofIdentity({
        ...plan.identity,
        reference: dice.pick([
          'break-glass-admin',
          'Break-Glass-admin',
          'BREAK-GLASS-1',
          `break-glass-${dice.hex(6)}`,
        ]),
      }),
    ),
  },
  {
    ...any,
    what: 'what no call changes',
    check: 'identityCanBeActedOn',
    make: approved(({ dice }) =>
      ofIdentity({
        ...plan.identity,
        ...dice.pick([
          { kind: 'root', reference: 'root' },
          { kind: 'iam-role', reference: `AWSServiceRoleFor${dice.hex(6)}` },
          { kind: 'iam-role', reference: `awsreservedsso_${dice.hex(6)}` },
        ]),
      }),
    ),
  },
  {
    ...any,
    what: 'the executor itself',
    check: 'identityIsNotOurs',
    make: async (base) => ({
      order: await ordered(base),
      self: base.dice.pick([
        'aws/123456789012/iam-user/deploy-robot',
        'aws/123456789012/iam-user/Deploy-Robot',
        'AWS/123456789012/IAM-USER/DEPLOY-ROBOT',
      ]),
    }),
  },
];

const time: readonly HostileOrder[] = [
  {
    ...any,
    what: 'an order from the future, or from before its plan',
    check: 'orderIsOfItsTime',
    make: altered((_, base) => ({
      orderedAt: base.dice.pick([
        plus(momentOf(base.step), seconds(base, 61)),
        plus(MADE_AT, -seconds(base, 61)),
      ]),
    })),
  },
  {
    ...any,
    what: 'a hard deadline at which nothing can run',
    check: 'hardDeadlineFits',
    make: approved((base) => {
      const id = base.dice.pick(plan.steps).id;
      const { notAfter } = stepIn(plan, id);
      return withStep(id, {
        startBy: base.dice.pick([plus(notAfter, seconds(base, 1)), plus(MADE_AT, -seconds(base, 1))]),
      });
    }),
  },
  {
    ...any,
    what: 'an order past the end of its step',
    check: 'stepIsInTime',
    make: async (base) => ({
      order: await ordered(base),
      now: plus(stepIn(plan, base.step).notAfter, seconds(base, 1)),
    }),
  },
  {
    ...any,
    what: 'an order past the end that the own policy sets',
    check: 'stepIsInTime',
    make: async (base) => ({
      order: await ordered(base),
      policy: policyOf('identity-aws', {
        validity: { containment: '5m', recovery: '10m', hardening: '19m' },
      }),
    }),
  },
  {
    ...cutting,
    what: 'a warrant that was used and taken back',
    check: 'warrantIsNotUsedUp',
    make: async (base) => {
      const cut = stepIn(plan, base.step);
      const of = base.dice.pick([
        plan,
        { ...plan, class: 'other' },
        { ...plan, madeAt: plus(MADE_AT, seconds(base, 1)) },
      ]);
      return { order: await ordered(base), acts: [acted(of, { ...cut, verb: 'undo' })] };
    },
  },
  {
    ...any,
    what: 'a warrant in whose place a newer one has come',
    check: 'warrantIsNotUsedUp',
    make: async (base) => {
      const newer = { ...plan, madeAt: plus(MADE_AT, seconds(base, 1)) };
      return { order: await ordered(base), acts: [acted(newer, base.dice.pick(newer.steps))] };
    },
  },
];

const AUTOMATIC = {
  classes: [{ name: 'ci-cd', when: { workload: true }, unless: [] }],
  kinds: ['aws/quarantine', 'aws/access-key'],
  perAccount: 5,
  share: 3,
  findings: { detectors: [{ region: 'us-east-1', id: 'd1' }], severity: 7, maxAge: '1h' },
};

const votes: readonly HostileOrder[] = [
  {
    ...any,
    what: 'no decision, in a class that acts alone, by what nobody may do alone',
    check: 'automaticIsAllowed',
    make: async (base) => {
      const auto: Plan = { ...plan, mode: 'auto' };
      const order = { ...(await ordered(base, { plan: auto })), decisions: [] };
      const { dice, step } = base;
      const lets = policyOf('identity-aws', { automatic: AUTOMATIC });
      // What could be tried alone is only the quarantine, by an alert that can be read again.
      const finding = { source: 'guardduty', id: `finding-${dice.hex(6)}` };
      return step === STEPS.quarantine
        ? dice.pick<Ordered>([
            { order: { ...order, finding } },
            { order, policy: lets },
            {
              order: {
                ...order,
                finding: {
                  ...finding,
                  source: dice.pick(['our-soar', 'GuardDuty', lookAlike('guardduty', dice)]),
                },
              },
              policy: lets,
            },
            {
              order: { ...order, finding },
              policy: policyOf('identity-aws', { automatic: { ...AUTOMATIC, classes: [] } }),
            },
          ])
        : { order: { ...order, finding }, policy: lets };
    },
  },
  {
    ...any,
    what: 'an invented alert in the place of people, in a class that asks',
    check: 'quorumIsMet',
    make: async (base) => ({
      order: {
        ...(await ordered(base)),
        decisions: [],
        finding: { source: 'guardduty', id: base.dice.hex(32) },
      },
      policy: policyOf('identity-aws', { automatic: AUTOMATIC }),
    }),
  },
  {
    ...any,
    what: 'a vote that is merely told',
    check: 'nobodyIsMerelyTold',
    make: altered(({ decisions }, { dice }) => {
      const at = dice.below(decisions.length);
      return { decisions: decisions.map((one, i) => (i === at ? { statement: one.statement } : one)) };
    }),
  },
  {
    ...cutting,
    what: 'what is merely told and is no plain approval, where the own policy takes those',
    check: 'nobodyIsMerelyTold',
    make: async (base) => {
      const { dice, provers } = base;
      const told = async (said: Promise<Saying>): Promise<Saying> => ({ statement: (await said).statement });
      const breakGlass = { verdict: 'approve', breakGlass: true, reason: 'nobody answers' };
      return {
        order: await ordered(base, {
          decisions: dice.pick<() => Promise<Saying>[]>([
            () => [told(assesses(provers.world, dice.pick(['sam', 'erin'] as const))), someVote(base, {})],
            () => [told(ivoApproves(base, { body: breakGlass }))],
          ])(),
        }),
        policy: takesTold(),
      };
    },
  },
  {
    ...any,
    what: 'proofs that are dealt out anew',
    check: 'decisionsAreProven',
    make: altered(({ decisions: [a, b] }) => ({
      decisions: [
        { ...a, proof: b?.proof },
        { ...b, proof: a?.proof },
      ],
    })),
  },
  {
    ...any,
    what: 'a voter whom the own directory does not know',
    check: 'decisionsAreProven',
    make: async (base) => {
      const directory = structuredClone(base.provers.directory);
      delete directory.people['ivo'];
      return { order: await ordered(base), directory };
    },
  },
  {
    ...any,
    what: 'a machine’s vote',
    check: 'decisionsAreOfPeople',
    make: instead((base) =>
      ivoApproves(base, {}, base.dice.pick(['identity-aws', 'owner-aws', 'aws', 'orchestrator'] as const)),
    ),
  },
  {
    ...any,
    what: 'a vote of another incident, or of another run',
    check: 'decisionsAreOfThisIncident',
    make: instead((base) => {
      const { dice } = base;
      return someVote(
        base,
        dice.pick([
          { incident: workflowIdOf({ ...plan.identity, reference: dice.hex(8) }) },
          { incident: lookAlike(plan.incident, dice) },
          { incident: null },
          { firstRun: dice.hex(32) },
          { firstRun: lookAlike(plan.firstRun, dice) },
          { firstRun: null },
        ]),
      );
    }),
  },
  {
    ...any,
    what: 'a vote on another plan',
    check: 'decisionsNameThisPlan',
    make: instead((base) =>
      someVote(base, {
        plan: base.dice.pick([base.dice.hex(64), null, hashOf({ ...plan, class: 'other' })]),
      }),
    ),
  },
  {
    ...any,
    what: 'a plan that was altered after the votes',
    check: 'decisionsNameThisPlan',
    make: altered((order, base) => {
      const { dice, step } = base;
      const { notAfter, target } = stepIn(plan, step);
      const later = plus(notAfter, seconds(base, 1));
      return {
        plan: dice.pick<Plan>([
          withStep(step, {
            target: { ...target, userName: dice.pick(['somebody-else', lookAlike('deploy-robot', dice)]) },
          }),
          withStep(step, { target: { ...target, more: dice.hex(4) } }),
          withStep(step, { notAfter: later }),
          withStep(step, { does: 'nothing much' }),
          withStep(step, { checker: 'identity-aws' }),
          withStep(step, { party: dice.pick(['soc', 'vendor']) }),
          { ...plan, class: dice.pick(['privileged', 'human', lookAlike('ci-cd', dice)]) },
          { ...plan, strategy: 'restrict' },
          { ...plan, runbook: dice.hex(64) },
          { ...plan, mode: 'auto' },
          { ...plan, madeAt: plus(MADE_AT, 1_000) },
          { ...plan, steps: plan.steps.toReversed() },
          { ...plan, steps: plan.steps.filter(({ id }) => id === step) },
          { ...plan, steps: [...plan.steps, { ...stepIn(plan, step), id: 's99' }] },
        ]),
      };
    }),
  },
  {
    ...any,
    what: 'a word that approves nothing',
    check: 'decisionsApprove',
    make: instead((base) => {
      const { dice, provers, step } = base;
      const answers = answersOf(step);
      return provenSomehow(
        base,
        dice.pick([
          () => ivoApproves(base, { body: { verdict: 'reject', reason: 'no' } }),
          () => ivoApproves(base, { body: { verdict: 'withdraw' } }),
          () => saying(provers.world, 'ivo', 'note', { answers, body: { text: 'approve' } }),
          () =>
            saying(provers.world, 'ivo', 'attest', {
              answers,
              body: { verdict: 'works', reason: 'approve' },
            }),
          () => saying(provers.world, 'ivo', 'acknowledge', { answers, body: { answer: 'accept' } }),
          () =>
            assesses(provers.world, 'sam', {
              body: { verdict: 'falsePositive', impact: 'none', reason: 'ours' },
            }),
          () =>
            assesses(provers.world, 'sam', {
              body: { verdict: 'incident', impact: 'confirmed', strategy: 'restrict', reason: 'x' },
            }),
          () =>
            assesses(provers.world, 'sam', { body: { strategy: 'cut', level: 'critical', reason: 'worse' } }),
        ])(),
      );
    }),
  },
  {
    ...any,
    what: 'a vote at a gate that approves no step',
    check: 'decisionsAnswerAGateOfTheirs',
    make: instead((base) => {
      const { dice, provers, step } = base;
      const answers = dice.pick([
        'close-4',
        'risk-1',
        'review-5',
        null,
        '',
        'act-0',
        'act-02',
        'act--2',
        'act-2\n',
        'xact-2',
        'act-2e3',
        lookAlike(answersOf(step), dice),
        ...PROTOTYPE_NAMES,
      ]);
      return dice.pick([
        () => someVote(base, { answers }),
        () => provenSomehow(base, assesses(provers.world, 'sam', { answers: 'act-2' })),
      ])();
    }),
  },
  {
    ...any,
    what: 'a vote at another gate beside enough that are not',
    check: 'decisionsAnswerAGateOfTheirs',
    make: async (base) => {
      const answers = base.dice.pick(['close-4', 'review-5', null]);
      return {
        order: await ordered(base, { decisions: [...votesOn(base), someVote(base, { answers }, 'both')] }),
      };
    },
  },
  {
    ...any,
    what: 'a vote from before the plan',
    check: 'decisionsAreOfTheirTime',
    make: instead((base) => someVote(base, { now: plus(MADE_AT, -seconds(base, 61)) })),
  },
  {
    ...any,
    what: 'a vote of the one whom it is about',
    check: 'nobodyDecidesAboutThemselves',
    make: instead((base) => someVote(base, {}, 'robert')),
  },
  {
    ...any,
    what: 'one who breaks the glass, and may not',
    check: 'glassIsBrokenByWhomItMay',
    make: async (base) => {
      const { dice } = base;
      const breaks = (more: object = { reason: 'nobody answers' }, answers = 'act-2') =>
        someVote(base, { answers, body: { verdict: 'approve', breakGlass: true, ...more } });
      const lets = policyOf('identity-aws', { breakGlass: { parties: ['identity'] } });
      return dice.pick([
        async (): Promise<Ordered> => ({ order: await ordered(base, { decisions: [breaks()] }) }),
        async () => ({
          order: await ordered(base, { decisions: [breaks()] }),
          policy: policyOf('identity-aws', { breakGlass: { parties: ['soc', 'vendor'] } }),
        }),
        async () => ({ order: await ordered(base, { decisions: [breaks({})] }), policy: lets }),
        async () => ({
          order: await ordered(base, { decisions: [breaks(undefined, 'irreversible-3')] }),
          policy: lets,
        }),
      ])();
    },
  },
  {
    ...any,
    what: 'a key or a login where the own policy asks for a passkey',
    check: 'proofsAreStrongEnough',
    make: async (base) => {
      const { provers, dice } = base;
      const type = dice.pick(['key', 'oidc'] as const);
      const { statement } = await ivoApproves(base);
      return {
        order: await insteadOfIvo(base, provenAs(provers, type, 'ivo', statement)),
        policy: asksForPresence(),
      };
    },
  },
  {
    ...any,
    what: 'a vote that is missing',
    check: 'quorumIsMet',
    make: altered(({ decisions }, { dice }) => ({ decisions: decisions.slice(0, dice.below(2)) })),
  },
  {
    ...any,
    what: 'one person’s vote several times',
    check: 'quorumIsMet',
    make: async (base) => {
      const name = base.step === STEPS.deleteOld ? 'ivo' : 'both';
      const again = Array.from({ length: 2 + base.dice.below(5) }, () => someVote(base, {}, name));
      const [same = again[0]] = again;
      return {
        order: await ordered(base, {
          decisions: base.dice.pick([again, [same, same, same]]) as Promise<Saying>[],
        }),
      };
    },
  },
  {
    ...any,
    what: 'a party that is not asked, in the place of one that is',
    check: 'quorumIsMet',
    make: instead((base) => someVote(base, {}, 'vik')),
  },
  {
    ...any,
    what: 'several people of one party',
    check: 'quorumIsMet',
    make: async (base) => {
      const names = base.step === STEPS.deleteOld ? (['ivo', 'both'] as const) : (['sam', 'erin'] as const);
      return { order: await ordered(base, { decisions: names.map((name) => someVote(base, {}, name)) }) };
    },
  },
  {
    ...any,
    what: 'votes of two askings',
    check: 'quorumIsMet',
    make: async (base) => {
      const [gate, names] =
        base.step === STEPS.deleteOld
          ? (['irreversible', ['ivo', 'olga']] as const)
          : (['act', ['erin', 'ivo']] as const);
      const first = 1 + base.dice.below(50);
      const decisions = names.map((name, i) => someVote(base, { answers: `${gate}-${first + i}` }, name));
      return { order: await ordered(base, { decisions }) };
    },
  },
  {
    of: [STEPS.deleteOld],
    what: 'a deletion by the votes for the act',
    check: 'quorumIsMet',
    make: async (base) => ({
      order: await ordered(base, { decisions: votesOn({ ...base, step: STEPS.quarantine }) }),
    }),
  },
  {
    ...any,
    what: 'fewer people than the own policy asks',
    check: 'quorumIsMet',
    make: async (base) => {
      const quorum = 3 + base.dice.below(8);
      const gates = {
        act: { quorum, parties: ['soc', 'identity'] },
        irreversible: { quorum, parties: ['identity', 'service-owner'] },
      };
      return { order: await ordered(base), policy: policyOf('identity-aws', { gates }) };
    },
  },
  {
    ...any,
    what: 'an approval that the own policies do not allow',
    check: 'ownAuthorityAllows',
    make: async (base) => {
      const all = '@id("all") permit (principal, action, resource);';
      const authority = own(
        base.dice.pick([
          '@id("none") permit (principal, action == Action::"breakGlass.act", resource);',
          `${all} @id("class") forbid (principal, action, resource) when { resource.class == "ci-cd" };`,
          `${all} @id("it") forbid (principal, action, resource) when { resource.identity.reference like "deploy-*" };`,
          `${all} @id("broken") forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };`,
        ]),
      );
      return { order: await ordered(base), authority };
    },
  },
];

const lifting = { of: [STEPS.lift, STEPS.liftNoSessions] } as const;

const before: readonly HostileOrder[] = [
  {
    of: [STEPS.lift, STEPS.liftNoSessions, STEPS.deleteOld],
    what: 'a needed result that nobody signed, or that was changed',
    check: 'resultsAreProven',
    make: async (base) => {
      const { dice, provers } = base;
      const [needed] = resultsFor(base);
      const real = await needed;
      if (real === undefined) throw new Error(`nothing is needed before ${base.step}`);
      const other = await sees(provers.world, ALL_CUT.slice(1));
      const read = readStatement(real.statement);
      if (!read.readable) throw new Error(read.reason);
      const bent: Statement = { ...read.statement, jti: `jti-${dice.hex(24)}` };
      return {
        order: await ordered(base, {
          results: [
            dice.pick<Saying>([
              { statement: real.statement },
              { ...real, statement: encode(canonical(bent)) },
              { statement: real.statement, ...(other.proof === undefined ? {} : { proof: other.proof }) },
              { ...real, statement: `${real.statement}A` },
            ]),
          ],
        }),
      };
    },
  },
  {
    ...any,
    what: 'a result of another plan, incident or run',
    check: 'resultsAreOfThisPlan',
    make: results(({ dice, provers }) => [
      sees(
        provers.world,
        ALL_CUT,
        dice.pick([
          { plan: dice.hex(64) },
          { plan: null },
          { firstRun: dice.hex(8) },
          { incident: lookAlike(plan.incident, dice) },
        ]),
      ),
    ]),
  },
  {
    ...any,
    what: 'among the results what is none',
    check: 'resultsAreWellFormed',
    make: results((base) => [...resultsFor(base), someVote(base, { now: SEEN_AT })]),
  },
  {
    ...any,
    what: 'a word about somebody else’s step',
    check: 'resultsAreTheirOwn',
    make: results(({ dice, provers: { world } }) => [
      dice.pick([
        () => applied(world, 'owner-aws', dice.pick(['s1', 's2', 's3'])),
        () => applied(world, 'aws', 's1'),
        () => applied(world, 'sam', 's1'),
        () => applied(world, 'identity-aws', dice.pick(['s5', 's99', 'constructor'])),
        () => sees(world, ALL_CUT, {}, dice.pick(['identity-aws', 'sam', 'orchestrator'] as const)),
        () => sees(world, [{ step: dice.pick(['s99', 'toString', lookAlike('s1', dice)]), holds: true }]),
        () => attests(world, dice.pick(['owner-aws', 'aws'] as const), 'works'),
      ])(),
    ]),
  },
  {
    ...any,
    what: 'a result from before the plan',
    check: 'resultsAreOfTheirTime',
    make: results((base) => [sees(base.provers.world, ALL_CUT, { now: plus(MADE_AT, -seconds(base, 61)) })]),
  },
  {
    of: [STEPS.quarantine, STEPS.noSessions, STEPS.deactivate],
    what: 'a cut before its replacement was seen',
    check: 'replacementComesFirst',
    make: async (base) => {
      const { dice, provers } = base;
      const what = { plan: hashOf(replacePlan) };
      const words = dice.pick<Promise<Saying>[]>([
        [],
        [applied(provers.world, 'owner-aws', STEPS.reissue, what)],
        [sees(provers.world, [{ step: STEPS.reissue, holds: false }], what)],
        [sees(provers.world, ALL_CUT, what)],
      ]);
      return { order: await ordered(base, { plan: replacePlan, results: words }) };
    },
  },
  {
    ...lifting,
    what: 'a lifting before everything was seen cut',
    check: 'containmentIsSeenBeforeLifting',
    make: results(({ dice, provers: { world } }) => {
      const at = dice.below(ALL_CUT.length);
      return dice.pick<Promise<Saying>[]>([
        [],
        [
          sees(
            world,
            ALL_CUT.filter((_, i) => i !== at),
          ),
        ],
        [
          sees(
            world,
            ALL_CUT.map((one, i) => ({ ...one, holds: i !== at })),
          ),
        ],
        ['s1', 's2', 's3'].map((one) => applied(world, 'identity-aws', one)),
        [attests(world, 'olga', 'works')],
      ]);
    }),
  },
  {
    of: [STEPS.deleteOld],
    what: 'a deletion before the owner’s last word is that it works',
    check: 'ownerAttestedBeforeDeletion',
    make: results((base) => {
      const { dice, provers } = base;
      const says = (name: Name, verdict: 'works' | 'broken', ms = 0) =>
        provenSomehow(base, attests(provers.world, name, verdict, { now: plus(SEEN_AT, ms) }));
      return dice.pick([
        () => [],
        () => [says('olga', 'broken')],
        () => [says('olga', 'works'), says('olga', 'broken', 1_000 + dice.below(60) * 1_000)],
        () => [says('olga', 'broken'), says('olga', 'works')],
        () => [says(dice.pick(['sam', 'ivo', 'vik', 'robert'] as const), 'works')],
      ])();
    }),
  },
  {
    of: [STEPS.liftNoSessions],
    what: 'a step before its wait is over',
    check: 'waitIsOver',
    make: async (base) => ({
      order: await ordered(base),
      now: plus(SEEN_AT, 36 * 3_600_000 - seconds(base, 1, 10 ** 5)),
    }),
  },
  {
    of: [STEPS.liftNoSessions],
    what: 'a step whose wait began again',
    check: 'waitIsOver',
    make: async (base) => {
      const { world } = base.provers;
      const undone = base.dice.pick(ALL_CUT).step;
      const ago = (ms: number) => ({ now: plus(MUCH_LATER, -ms) });
      const gone = seconds(base, 60, 3_600);
      return {
        order: await ordered(base, {
          results: [
            sees(world, ALL_CUT),
            sees(world, [{ step: undone, holds: false }], ago(gone + 1_000)),
            sees(world, [{ step: undone, holds: true }], ago(gone)),
          ],
        }),
      };
    },
  },
];

export const bentOrders: readonly HostileOrder[] = [
  ...shape,
  ...time,
  ...votes,
  ...badVotes,
  ...before,
  ...bentUndoes,
];
