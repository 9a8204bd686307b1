// A rightful order and everybody who stands behind it, for tests to bend: real keys, real signatures.
import { newKey, openKey, type SigningKey } from '../../authority/keys.ts';
import { executorPolicySchema, type ExecutorPolicy } from '../../authority/policy.schema.ts';
import { say, type ToSay } from '../../authority/sign.ts';
import type { DeclaredKinds } from '../../authority/warrant/facts.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { workflowIdOf } from '../../domain/identity/identity.ts';
import { BY_HAND_EXECUTOR, BY_HAND_KIND } from '../../domain/plan/by-hand.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import { type Directory, directorySchema } from '../../domain/runbook/runbook.schema.ts';
import type { Bearings } from '../../domain/statement/judgement.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';

export const MADE_AT = '2026-11-24T03:25:00.000Z';
export const DECIDED_AT = '2026-11-24T03:31:00.000Z';
export const SEEN_AT = '2026-11-24T03:40:00.000Z';
export const NOW = '2026-11-24T03:45:00.000Z';
/** More than 36 hours after everything was seen dead. */
export const MUCH_LATER = '2026-11-25T16:00:00.000Z';

export const identity = {
  provider: 'aws',
  account: '123456789012',
  kind: 'iam-user',
  reference: 'deploy-robot',
};
export const KEY = 'aws/123456789012/iam-user/deploy-robot';
export const incident = workflowIdOf(identity);
export const firstRun = '0190f000-aaaa-7000-8000-000000000001';

const PEOPLE = {
  sam: ['soc'],
  erin: ['soc'],
  ivo: ['identity'],
  both: ['soc', 'identity'],
  olga: ['service-owner'],
  vik: ['vendor'],
  /** Of the vendor and of those who confirm what it does. */
  vera: ['vendor', 'identity'],
  robert: ['soc', 'identity'],
} as const;
const MACHINES = {
  orchestrator: { role: 'orchestrator' },
  'identity-aws': { role: 'executor', party: 'identity' },
  'owner-aws': { role: 'executor', party: 'service-owner' },
  aws: { role: 'checker' },
} as const;
export type Name = keyof typeof PEOPLE | keyof typeof MACHINES;

export interface World {
  keys: Record<Name, SigningKey>;
  /** Texts of the key files: what must never be seen anywhere. */
  secrets: string[];
  directory: Directory;
}

export async function newWorld(): Promise<World> {
  const names = [...Object.keys(PEOPLE), ...Object.keys(MACHINES)] as Name[];
  const made = await Promise.all(
    names.map(async (name) => ({ name, ...(await newKey(name, name === 'ivo' ? 'ES256' : 'EdDSA')) })),
  );
  const keys = Object.fromEntries(
    await Promise.all(made.map(async ({ name, content }) => [name, await openKey(content)] as const)),
  );
  const keysOf = (name: string) => made.filter((one) => one.name === name).map(({ entry }) => entry);
  const people = Object.entries(PEOPLE).map(([name, parties]) => [
    name,
    { name, parties: [...parties], keys: keysOf(name), identities: name === 'robert' ? [KEY] : [] },
  ]);
  const machines = Object.entries(MACHINES).map(([name, machine]) => [
    name,
    { ...machine, keys: keysOf(name) },
  ]);
  return {
    keys: keys as World['keys'],
    secrets: made.map(({ content }) => (JSON.parse(content) as { jwk: { d: string } }).jwk.d),
    directory: directorySchema.parse({
      people: Object.fromEntries(people),
      machines: Object.fromEntries(machines),
    }),
  };
}

export const kinds: DeclaredKinds = {
  'aws/quarantine': {
    reversibility: 'reversible',
    permissions: {
      apply: ['iam:AttachUserPolicy', 'iam:ListAttachedUserPolicies'],
      undo: ['iam:DetachUserPolicy', 'iam:ListAttachedUserPolicies'],
      check: ['iam:ListAttachedUserPolicies'],
    },
  },
  'aws/access-key': {
    reversibility: 'replace-only',
    permissions: { apply: ['iam:UpdateAccessKey'], undo: [], check: ['iam:ListAccessKeys'] },
  },
  'aws/no-sessions': {
    reversibility: 'reversible',
    permissions: {
      apply: ['iam:AttachUserPolicy'],
      undo: ['iam:DetachUserPolicy'],
      check: ['iam:ListAttachedUserPolicies'],
    },
  },
  'aws/restriction': {
    reversibility: 'reversible',
    permissions: {
      apply: ['iam:PutUserPermissionsBoundary'],
      undo: ['iam:DeleteUserPermissionsBoundary'],
      check: ['iam:GetUser'],
    },
  },
  'aws/new-access-key': {
    reversibility: 'replace-only',
    permissions: {
      apply: ['iam:CreateAccessKey', 'secretsmanager:PutSecretValue'],
      undo: [],
      check: ['iam:ListAccessKeys'],
    },
  },
  'aws/old-access-key': {
    reversibility: 'irreversible',
    permissions: { apply: ['iam:DeleteAccessKey'], undo: [], check: ['iam:ListAccessKeys'] },
  },
};

export function step(id: string, kind: string, more: Partial<Step> = {}): Step {
  const verb = more.verb ?? 'apply';
  const declared = kinds[kind];
  if (declared === undefined) throw new Error(`no such kind: ${kind}`);
  return {
    id,
    kind,
    verb,
    phase: 'containment',
    part: 'source-of-truth',
    reversibility: declared.reversibility,
    target: { userName: identity.reference },
    permissions: [...declared.permissions[verb]],
    does: `does ${id}`,
    undo: 'a new key',
    check: 'is looked at',
    executor: 'identity-aws',
    checker: 'aws',
    party: 'identity',
    gate: 'act',
    notAfter: '2026-11-24T07:25:00.000Z',
    ...(verb === 'apply' && declared.reversibility === 'reversible'
      ? {
          reversal: {
            does: `takes ${kind} off`,
            check: 'it is off',
            permissions: [...declared.permissions.undo],
          },
        }
      : {}),
    ...more,
  };
}

export const STEPS = {
  quarantine: 's1',
  noSessions: 's2',
  deactivate: 's3',
  lift: 's4',
  reissue: 's5',
  deleteOld: 's6',
  liftNoSessions: 's7',
} as const;

const LATER = '2026-11-28T03:25:00.000Z';

export const plan: Plan = {
  v: 1,
  incident,
  firstRun,
  identity,
  class: 'ci-cd',
  strategy: 'cut',
  runbook: 'a'.repeat(64),
  drill: false,
  mode: 'ask',
  madeAt: MADE_AT,
  steps: [
    step('s1', 'aws/quarantine'),
    step('s2', 'aws/no-sessions'),
    step('s3', 'aws/access-key'),
    step('s4', 'aws/quarantine', { verb: 'undo', phase: 'recovery', notAfter: LATER }),
    step('s5', 'aws/new-access-key', {
      phase: 'recovery',
      part: 'owner',
      executor: 'owner-aws',
      party: 'service-owner',
      notAfter: LATER,
    }),
    step('s6', 'aws/old-access-key', { phase: 'hardening', gate: 'irreversible', notAfter: LATER }),
    step('s7', 'aws/no-sessions', { verb: 'undo', phase: 'hardening', after: '36h', notAfter: LATER }),
  ],
};

/** Worked out once: everything that is said names it. */
export const PLAN_HASH = hashOf(plan);

const BY_HAND: Step = {
  ...(plan.steps[0] as Step),
  id: 's8',
  kind: BY_HAND_KIND,
  permissions: [],
  does: "revoke the integration's token in the vendor's console",
  executor: BY_HAND_EXECUTOR,
  checker: 'identity',
  party: 'vendor',
};

/** The vendor revokes its own token by hand, and the identity team confirms it. */
export const byHandPlan: Plan = {
  ...plan,
  steps: [...plan.steps.slice(0, 3), BY_HAND, ...plan.steps.slice(3)],
};

export const CUT_BY = '2026-11-24T04:00:00.000Z';

const [quarantine, noSessions, deactivate, lift, reissue, ...hardening] = plan.steps as [
  Step,
  Step,
  Step,
  Step,
  Step,
  ...Step[],
];

/** The same acts, the replacement first. */
export const replacePlan: Plan = {
  ...plan,
  strategy: 'replace-then-cut',
  steps: [
    { ...reissue, notAfter: '2026-11-24T07:25:00.000Z' },
    ...[quarantine, noSessions, deactivate].map((one) => ({ ...one, startBy: CUT_BY })),
    lift,
    ...hardening,
  ],
};

/** What the identity can do is limited until it is cut. */
export const restrictPlan: Plan = {
  ...plan,
  strategy: 'restrict',
  steps: [
    step('s8', 'aws/restriction'),
    { ...reissue, notAfter: '2026-11-24T07:25:00.000Z' },
    { ...deactivate, phase: 'recovery', startBy: CUT_BY },
    step('s9', 'aws/restriction', { verb: 'undo', phase: 'recovery', notAfter: LATER }),
  ],
};

export const policyOf = (
  executor: 'identity-aws' | 'owner-aws',
  more: Partial<ExecutorPolicy> = {},
): ExecutorPolicy => ({
  ...executorPolicySchema.parse({
    version: 1,
    executor,
    provider: 'aws',
    accounts: ['123456789012'],
    kinds:
      executor === 'identity-aws'
        ? ['aws/quarantine', 'aws/restriction', 'aws/no-sessions', 'aws/access-key', 'aws/old-access-key']
        : ['aws/new-access-key'],
    gates: {
      act: { quorum: 2, parties: ['soc', 'identity'] },
      irreversible: { quorum: 2, parties: ['identity', 'service-owner'] },
    },
    protected: ['aws/*/iam-user/break-glass-*'],
  }),
  ...more,
});

type What = Partial<Omit<ToSay, 'key'>>;

/** One saying about this incident and the given plan. */
export const saying = (world: World, name: Name, message: ToSay['message'], what: What = {}) =>
  say({
    key: world.keys[name],
    incident,
    firstRun,
    message,
    answers: null,
    plan: PLAN_HASH,
    body: {},
    now: DECIDED_AT,
    validForMs: 600_000,
    ...what,
  });

export const approves = (world: World, name: Name, what: What = {}) =>
  saying(world, name, 'decide', { answers: 'act-2', body: { verdict: 'approve' }, ...what });

export const assesses = (world: World, name: Name, what: What = {}) =>
  saying(world, name, 'assess', {
    answers: 'risk-1',
    body: {
      verdict: 'incident',
      impact: 'confirmed',
      strategy: 'cut',
      reason: 'used from a strange network',
    },
    ...what,
  });

export const applied = (world: World, name: Name, stepId: string, what: What = {}) =>
  saying(world, name, 'applied', {
    answers: 'order-1',
    body: { step: stepId, wasSo: false, at: SEEN_AT, evidence: {} },
    now: SEEN_AT,
    ...what,
  });

export const sees = (
  world: World,
  steps: readonly { step: string; holds: boolean }[],
  what: What = {},
  name: Name = 'aws',
) =>
  saying(world, name, 'checked', {
    answers: 'check-1',
    body: { at: SEEN_AT, steps: steps.map((one) => ({ ...one, saw: 'it is so' })) },
    now: SEEN_AT,
    ...what,
  });

export const ALL_CUT = ['s1', 's2', 's3'].map((one) => ({ step: one, holds: true }));

export const attests = (world: World, name: Name, verdict: 'works' | 'broken', what: What = {}) =>
  saying(world, name, 'attest', { body: { verdict, reason: 'the jobs run' }, now: SEEN_AT, ...what });

/** Of the step by hand. */
export const attestsStep = (
  world: World,
  name: Name,
  verdict: 'works' | 'broken' = 'works',
  what: What & { step?: string } = {},
) => {
  const { step: id = 's8', ...more } = what;
  return saying(world, name, 'attest', {
    body: { verdict, step: id, reason: 'the token is gone' },
    plan: hashOf(byHandPlan),
    now: SEEN_AT,
    ...more,
  });
};

export async function rightful(world: World, stepId: string = STEPS.quarantine): Promise<Order> {
  const act = await Promise.all([assesses(world, 'sam'), approves(world, 'ivo')]);
  const irreversible = () =>
    Promise.all(
      (['ivo', 'olga'] as const).map((name) =>
        approves(world, name, { answers: 'irreversible-3', now: SEEN_AT }),
      ),
    );
  const results: Promise<Saying>[] = [];
  if (stepId === STEPS.lift || stepId === STEPS.liftNoSessions) results.push(sees(world, ALL_CUT));
  if (stepId === STEPS.deleteOld) results.push(attests(world, 'olga', 'works'));
  return {
    id: 'order-1',
    incident,
    firstRun,
    plan,
    step: stepId,
    decisions: stepId === STEPS.deleteOld ? await irreversible() : act,
    results: await Promise.all(results),
    head: 'b'.repeat(64),
    orderedAt: DECIDED_AT,
  };
}

export const bearings: Bearings = {
  incident,
  firstRun,
  key: KEY,
  identity,
  class: 'ci-cd',
  level: 'high',
  phase: 'containment',
  drill: false,
  facts: [{ fact: 'ciCd', value: true }],
  tags: [],
  holder: 'soc',
  offeredTo: 'identity',
  owner: 'service-owner',
  parts: ['soc', 'identity', 'service-owner', 'vendor'],
  breakGlass: [],
  undo: ['soc', 'identity'],
  gates: [
    { id: 'risk-1', name: 'risk', parties: ['soc'] },
    { id: 'act-2', name: 'act', parties: ['soc', 'identity'] },
  ],
  byHand: [{ step: 's8', parties: ['vendor', 'identity'] }],
  followUps: [{ id: 'follow-up-1', party: 'platform' }],
  machines: ['identity-aws', 'aws'],
};
