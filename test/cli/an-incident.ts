// One incident's view, as the query returns it, at three moments: for tests of what people read and sign.
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { FollowUpView, IncidentView, StepView } from '../../domain/incident/view.ts';
import { handleOf } from '../../domain/identity/identity.ts';
import type { Weakening } from '../../domain/gate/gate.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';

export const INCIDENT = 'incident/aws/123456789012/iam-user/deploy-robot';
export const FIRST_RUN = '0b9e4f6e-1111-4222-8333-444455556666';
export const HANDLE = handleOf(INCIDENT);
export const NOW = new Date('2026-11-24T03:18:00.000Z');

const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  kind: 'aws/quarantine',
  verb: 'apply',
  phase: 'containment',
  part: 'source-of-truth',
  reversibility: 'reversible',
  target: { userName: 'deploy-robot' },
  permissions: ['iam:AttachUserPolicy'],
  does: 'Deny everything to the user deploy-robot',
  undo: 'Detach the policy again',
  check: 'The policy is attached and its content is the known one',
  executor: 'aws-identity',
  checker: 'aws-checker',
  party: 'identity',
  gate: 'act',
  notAfter: '2026-11-24T07:12:00.000Z',
  ...more,
});

export const planFor = (strategy: Plan['strategy']): Plan => ({
  v: 1,
  incident: INCIDENT,
  firstRun: FIRST_RUN,
  identity: { provider: 'aws', account: '123456789012', kind: 'iam-user', reference: 'deploy-robot' },
  class: 'workload-business-critical',
  strategy,
  runbook: 'ab'.repeat(32),
  drill: false,
  mode: 'ask',
  madeAt: '2026-11-24T03:12:30.000Z',
  steps: [
    step('s1'),
    step('s2', {
      kind: 'aws/access-key',
      phase: 'hardening',
      reversibility: 'irreversible',
      target: { userName: 'deploy-robot', accessKeyId: 'AKIAEXAMPLE' },
      does: 'Delete the stolen key AKIAEXAMPLE',
      undo: 'Not possible: a new key is made instead',
      gate: 'irreversible',
      after: '36h',
    }),
  ],
});

export const shownPlan = (strategy: Plan['strategy']) => ({
  hash: hashOf(planFor(strategy)),
  plan: planFor(strategy),
  consequences: CONSEQUENCES[strategy],
});

const CONSEQUENCES: Record<Plan['strategy'], string[]> = {
  cut: ['Whoever works with this identity stops at once, the service too.'],
  'replace-then-cut': ['The thief keeps access until 2026-11-24T04:12:30.000Z at the latest.'],
  restrict: ['The thief keeps access, to less.'],
};

export const followUp = (id: string, more: Partial<FollowUpView> = {}): FollowUpView => ({
  id,
  kind: 'static-key',
  says: 'Use a role instead of the key',
  documents: [],
  party: 'platform',
  title: 'Platform team',
  since: '2026-11-24T03:12:30.000Z',
  due: '2026-12-01T00:00:00.000Z',
  status: 'open',
  ticket: null,
  by: null,
  ...more,
});

/** Nobody has taken it; the risk is to be decided. */
export const fresh = (more: Partial<IncidentView> = {}): IncidentView => ({
  incident: INCIDENT,
  firstRun: FIRST_RUN,
  handle: HANDLE,
  key: INCIDENT.slice('incident/'.length),
  identity: planFor('cut').identity,
  title: 'The key of deploy-robot is used from a strange network',
  phase: 'triage',
  drill: false,
  mode: 'ask',
  automatic: null,
  access: null,
  activity: null,
  paused: null,
  facts: [],
  level: 'high',
  class: 'workload-business-critical',
  openedAt: '2026-11-24T03:12:00.000Z',
  hold: {
    id: 'hold-1',
    party: 'soc',
    title: 'Security operations',
    person: null,
    since: '2026-11-24T03:12:00.000Z',
    acknowledgeBy: '2026-11-24T03:22:00.000Z',
    acknowledgedAt: null,
    actBy: '2026-11-24T03:42:00.000Z',
  },
  offer: null,
  due: { at: '2026-11-24T03:22:00.000Z', then: 'the on-call lead is told' },
  gates: [
    {
      id: 'risk-1',
      name: 'risk',
      asks: 'Is it real, and what shall be done?',
      plan: null,
      quorum: 1,
      parties: ['soc'],
      votes: [],
      missing: ['soc'],
      openedAt: '2026-11-24T03:12:30.000Z',
      closesAs: null,
      weakens: null,
      until: null,
      assurance: 'signed',
    },
  ],
  plans: [shownPlan('cut'), shownPlan('replace-then-cut')],
  undo: [],
  difference: null,
  steps: null,
  planHash: null,
  waysIn: [
    {
      kind: 'access-key',
      id: 'AKIAEXAMPLE',
      status: 'Active',
      createdAt: null,
      lastUsedAt: '2026-11-24T03:10:00Z',
      stolen: true,
    },
    {
      kind: 'login-profile',
      id: 'deploy-robot',
      status: 'present',
      createdAt: null,
      lastUsedAt: null,
      stolen: false,
    },
  ],
  consumers: [],
  tags: [],
  missingPermissions: [],
  assessment: null,
  earlier: null,
  followUps: [],
  watch: null,
  accountable: null,
  concerns: ['A login profile exists: the quarantine stays until people have decided about it.'],
  waitingFor: ['Security operations to take it'],
  detections: {
    count: 1,
    first: '2026-11-24T03:12:00.000Z',
    last: '2026-11-24T03:12:00.000Z',
    sources: ['guardduty'],
  },
  attestation: null,
  checklist: [],
  head: { seq: 5, hash: 'cd'.repeat(32) },
  outcome: 'open',
  forwardedTo: null,
  closedAs: null,
  ...more,
});

/** Taken and judged real; the identity team is asked to approve the plan. */
export const asked = (more: Partial<IncidentView> = {}): IncidentView => {
  const { hash } = shownPlan('replace-then-cut');
  const view = fresh();
  return fresh({
    phase: 'containment',
    hold: { ...view.hold, person: 'lena', acknowledgedAt: '2026-11-24T03:16:00.000Z' },
    offer: {
      id: 'hold-2',
      to: 'identity',
      title: 'Identity team',
      person: null,
      reason: 'the plan is to be approved',
      since: '2026-11-24T03:17:00.000Z',
      acknowledgeBy: '2026-11-24T03:32:00.000Z',
    },
    due: { at: '2026-11-24T03:32:00.000Z', then: 'Security operations keep it, and are told again' },
    gates: [
      {
        id: 'act-2',
        name: 'act',
        asks: 'May this plan be carried out?',
        plan: hash,
        quorum: 2,
        parties: ['soc', 'identity'],
        votes: [
          {
            person: 'lena',
            party: 'soc',
            verdict: 'approve',
            assurance: 'signed',
            at: '2026-11-24T03:17:00.000Z',
          },
        ],
        missing: ['identity'],
        openedAt: '2026-11-24T03:17:00.000Z',
        closesAs: null,
        weakens: null,
        until: null,
        assurance: 'signed',
      },
    ],
    waitingFor: ['Identity team to approve the plan'],
    ...more,
  });
};

/** Somebody has asked for something that would weaken the response. */
export const WEAKER: Record<'lower' | 'waive' | 'pause', Weakening> = {
  lower: { do: 'lower', level: 'low', facts: [], mode: null },
  waive: { do: 'waive', followUp: 'follow-up-2', says: 'the role may be too wide', reason: 'it is not' },
  pause: { do: 'pause', until: '2026-11-24T05:18:00.000Z' },
};

export const weakeningAsked = (name: 'lower' | 'waive', asks: string): IncidentView => {
  const [act] = asked().gates;
  if (act === undefined) throw new Error('a plan is asked about');
  return asked({
    gates: [act, { ...act, id: `${name}-3`, name, asks, plan: null, weakens: WEAKER[name], missing: [] }],
  });
};

/** Somebody has asked that the clocks stand for a while. */
export const pauseAsked = (more: Partial<IncidentView> = {}): IncidentView => {
  const [act] = asked().gates;
  if (act === undefined) throw new Error('a plan is asked about');
  return asked({
    gates: [
      act,
      {
        ...act,
        id: 'pause-3',
        name: 'pause',
        asks: 'May the clocks stand for a while?',
        plan: null,
        weakens: WEAKER.pause,
        missing: [],
      },
    ],
    ...more,
  });
};

const status = {
  party: 'identity',
  title: 'Identity team',
  reversibility: 'reversible',
  saw: null,
  trouble: null,
  opensAt: null,
  due: null,
  startBy: null,
  byHand: false,
  seenAt: null,
} as const;

/** Of the approved plan, done by people of the vendor. */
export const byHandStep = (id: string, more: Partial<StepView> = {}): StepView => ({
  ...status,
  id,
  does: 'Revoke the token in the vendor console',
  party: 'vendor',
  title: 'Vendor',
  status: 'ordered',
  due: '2026-11-24T04:18:00.000Z',
  byHand: true,
  ...more,
});

/** Cut and seen; the owner's word is missing. */
export const recovering = (more: Partial<IncidentView> = {}): IncidentView => {
  const shown = shownPlan('replace-then-cut');
  return asked({
    phase: 'recovery',
    offer: null,
    gates: [],
    plans: [shown],
    planHash: shown.hash,
    steps: [
      {
        ...status,
        id: 's1',
        does: 'Deny everything to the user deploy-robot',
        status: 'seen',
        saw: 'custody-quarantine is attached',
        seenAt: '2026-11-24T03:17:30.000Z',
      },
      {
        ...status,
        id: 's2',
        does: 'Delete the stolen key AKIAEXAMPLE',
        status: 'waiting',
        reversibility: 'irreversible',
        opensAt: '2026-11-25T15:17:30.000Z',
      },
    ],
    waitingFor: ["the service's owner to say that it works"],
    ...more,
  });
};

/** The last question, of two people. */
export const closeAsked = (closesAs: string | null, more: Partial<IncidentView> = {}): IncidentView => {
  const [act] = asked().gates;
  if (act === undefined) throw new Error('a plan is asked about');
  const close = {
    ...act,
    id: 'close-4',
    name: 'close',
    plan: null,
    asks: 'May it be closed?',
    closesAs,
  } as const;
  return recovering({ phase: 'hardening', gates: [close], ...more });
};

/** Contained, and cleared: an undo is offered to whoever asks for it. */
export const undoable = (): IncidentView => {
  const view = recovering();
  const [of] = view.plans;
  const [first] = of?.plan.steps ?? [];
  if (of === undefined || first === undefined) throw new Error('a plan is approved');
  const plan: Plan = {
    ...of.plan,
    madeAt: '2026-11-24T04:30:00.000Z',
    undoes: {
      plans: [of.hash],
      verdict: 'falsePositive',
      stays: [{ kind: 'aws/access-key', target: {}, says: 'Stays: the deactivated key.' }],
    },
    steps: [
      {
        ...first,
        id: 's1',
        verb: 'undo',
        phase: 'recovery',
        gate: 'undo',
        does: 'Take custody-quarantine off.',
      },
    ],
  };
  const shown = { hash: hashOf(plan), plan, consequences: ['Stays: the deactivated key.'] };
  return recovering({
    undo: [
      { verdict: 'falsePositive', shown, why: null },
      { verdict: null, shown: null, why: 'A key is not done yet.' },
    ],
  });
};
