// Whether the order is one that this executor takes at all: its incident, its act, its time. No proof is looked at here.
import { canonical } from '../../domain/encoding/canonical.ts';
import {
  type Identity,
  identityOf,
  keyOf,
  WORKFLOW_ID_PREFIX,
  workflowIdOf,
} from '../../domain/identity/identity.ts';
import { durationMs, earliest, epochMs, plus } from '../../domain/instant/instant.ts';
import { touchedBy } from '../../domain/plan/touched.ts';
import { askedOf, whyUsedUp } from '../ledger/act.ts';
import { SKEW_S } from '../statement.ts';
import { appliedTo, type Facts, type WarrantCheck } from './facts.ts';
import { isItself, protecting } from './untouchable.ts';

const skewMs = SKEW_S * 1_000;

const stepIsOurs: WarrantCheck = {
  name: 'stepIsOurs',
  check: ({ step, policy }) =>
    step.executor === policy.executor
      ? null
      : `Step ${step.id} is for ${step.executor}; this is ${policy.executor}.`,
};

const planIsNoDrill: WarrantCheck = {
  name: 'planIsNoDrill',
  check: ({ plan }) => (plan.drill ? 'The plan is a drill: it never cuts.' : null),
};

const planIsNotObserved: WarrantCheck = {
  name: 'planIsNotObserved',
  check: ({ plan }) =>
    plan.mode === 'observe'
      ? 'The class of the plan is in observe mode: nothing of it is carried out.'
      : null,
};

const stepsAreDistinct: WarrantCheck = {
  name: 'stepsAreDistinct',
  check: ({ plan }) =>
    new Set(plan.steps.map(({ id }) => id)).size === plan.steps.length
      ? null
      : 'Two steps of the plan have the same id.',
};

const planIsOfThisIncident: WarrantCheck = {
  name: 'planIsOfThisIncident',
  check: ({ plan, order }) =>
    plan.incident === order.incident && plan.firstRun === order.firstRun
      ? null
      : 'The plan belongs to another incident than the order.',
};

const incidentIsOfThisIdentity: WarrantCheck = {
  name: 'incidentIsOfThisIdentity',
  check: ({ plan }) =>
    plan.incident === workflowIdOf(plan.identity)
      ? null
      : `The plan acts on ${keyOf(plan.identity)}, the incident is about ${keyIn(plan.incident)}.`,
};

const providerIsOurs: WarrantCheck = {
  name: 'providerIsOurs',
  check: ({ plan, policy }) =>
    plan.identity.provider === policy.provider
      ? null
      : `The own policy is about ${policy.provider}, not ${plan.identity.provider}.`,
};

const accountIsOurs: WarrantCheck = {
  name: 'accountIsOurs',
  check: ({ plan, policy }) =>
    plan.identity.account !== null && policy.accounts.includes(plan.identity.account)
      ? null
      : `The account ${plan.identity.account ?? '(unknown)'} is not one of the own policy's \`accounts\`.`,
};

const kindIsOurs: WarrantCheck = {
  name: 'kindIsOurs',
  check: ({ step, policy, kinds }) =>
    policy.kinds.includes(step.kind) && Object.hasOwn(kinds, step.kind)
      ? null
      : `${step.kind} is not one of the own policy's \`kinds\`, or this worker does not know it.`,
};

/** What people read beside a step must be what is done: how it can be taken back, and every permission it uses. */
const actIsAsDeclared: WarrantCheck = {
  name: 'actIsAsDeclared',
  check: ({ step, kinds }) => {
    const kind = Object.hasOwn(kinds, step.kind) ? kinds[step.kind] : undefined;
    if (kind === undefined) return `This worker does not know ${step.kind}.`;
    if (step.reversibility !== kind.reversibility)
      return `${step.kind} is ${kind.reversibility}, the plan says ${step.reversibility}.`;
    const { apply, undo, check } = kind.permissions;
    const hidden = kind.permissions[step.verb].find((permission) => !step.permissions.includes(permission));
    if (hidden !== undefined) return `The plan does not show that ${step.kind} uses ${hidden}.`;
    const foreign = step.permissions.find(
      (permission) => ![...apply, ...undo, ...check].includes(permission),
    );
    return foreign === undefined ? null : `${step.kind} does not use ${foreign}, which the plan shows.`;
  },
};

const gateFitsTheAct: WarrantCheck = {
  name: 'gateFitsTheAct',
  check: ({ step }) =>
    step.reversibility === 'irreversible' && step.gate !== 'irreversible'
      ? `Step ${step.id} cannot be taken back and must pass the irreversible gate, not ${step.gate}.`
      : null,
};

/** The first reason that holds for anybody whom the step acts on. */
const forAnyTouched =
  (why: (identity: Identity, facts: Facts) => string | null) =>
  (facts: Facts): string | null => {
    for (const identity of touchedBy(facts.plan.identity, facts.step)) {
      const reason = why(identity, facts);
      if (reason !== null) return reason;
    }
    return null;
  };

const identityIsNotProtected: WarrantCheck = {
  name: 'identityIsNotProtected',
  check: forAnyTouched((identity, { policy }) => {
    const key = keyOf(identity);
    const pattern = protecting(policy, key);
    return pattern === undefined
      ? null
      : `${key} is protected by the own policy (${pattern}): a person must act by hand.`;
  }),
};

const ROLES_OF_AWS = /^(AWSServiceRoleFor|AWSReservedSSO_)/i;

/** What no call of IAM changes: asking people for their votes on it would only cost time. */
const identityCanBeActedOn: WarrantCheck = {
  name: 'identityCanBeActedOn',
  check: forAnyTouched(({ provider, kind, reference }) => {
    if (provider !== 'aws') return null;
    if (kind === 'root')
      return "Nobody acts on the account's root user by a call: whoever owns the account or its organisation must.";
    return kind === 'iam-role' && ROLES_OF_AWS.test(reference)
      ? `AWS itself manages the role ${reference}: act in the service, or in IAM Identity Center, that made it.`
      : null;
  }),
};

const identityIsNotOurs: WarrantCheck = {
  name: 'identityIsNotOurs',
  check: forAnyTouched((identity, { self }) => {
    const key = keyOf(identity);
    return isItself(self, key)
      ? `${key} is this executor itself: another executor, or a person by hand, must act.`
      : null;
  }),
};

const orderIsOfItsTime: WarrantCheck = {
  name: 'orderIsOfItsTime',
  check: ({ plan, order, now }) => {
    const ordered = epochMs(order.orderedAt);
    if (ordered > epochMs(now) + skewMs) return 'It is ordered from the future: one of the clocks is wrong.';
    // What is younger than the order may be removed as an orphan: an order cannot be older than its plan.
    return ordered < epochMs(plan.madeAt) - skewMs ? 'It was ordered before its plan was made.' : null;
  },
};

/** What people read as the latest moment must be one at which the step can still run. */
const hardDeadlineFits: WarrantCheck = {
  name: 'hardDeadlineFits',
  check: ({ plan }) => {
    const bad = plan.steps.find(
      ({ startBy, notAfter }) =>
        startBy !== undefined &&
        (epochMs(startBy) < epochMs(plan.madeAt) || epochMs(startBy) > epochMs(notAfter)),
    );
    return bad === undefined
      ? null
      : `The hard deadline of step ${bad.id}, ${bad.startBy}, is not between the plan's making and the step's end, ${bad.notAfter}.`;
  },
};

/** A reversible step that was applied in time may be applied again, until its undo. */
const stepIsInTime: WarrantCheck = {
  name: 'stepIsInTime',
  check: (facts) => {
    const { plan, step, policy, now } = facts;
    const own = policy.validity?.[step.phase];
    const ownLimit = own === undefined ? undefined : plus(plan.madeAt, durationMs(own));
    const limit = earliest(plus(step.notAfter, 0), ownLimit) ?? step.notAfter;
    if (epochMs(now) <= epochMs(limit)) return null;
    // What was applied in time may be applied again, while anything of the plan may still be done: not for ever.
    const end = plan.steps.reduce((last, one) => (one.notAfter > last ? one.notAfter : last), limit);
    return epochMs(now) <= epochMs(end) &&
      step.reversibility === 'reversible' &&
      step.verb === 'apply' &&
      appliedInTime(facts, limit) &&
      !undone(facts)
      ? null
      : `Step ${step.id} was to be done by ${limit}: a new plan is needed.`;
  },
};

const appliedInTime = (facts: Facts, limit: string): boolean =>
  appliedTo(facts, facts.step.id).some(
    ({ statement, speaker }) =>
      speaker.id === facts.policy.executor && statement.iat * 1_000 <= epochMs(limit),
  );

const undone = (facts: Facts): boolean =>
  facts.plan.steps.some(
    ({ id, kind, verb, target }) =>
      verb === 'undo' &&
      canonical([kind, target]) === canonical([facts.step.kind, facts.step.target]) &&
      appliedTo(facts, id).length > 0,
  );

/** By the own ledger: an orchestrator may leave out what was signed. */
const warrantIsNotUsedUp: WarrantCheck = {
  name: 'warrantIsNotUsedUp',
  check: ({ order, plan, step, hash, acts }) => whyUsedUp(askedOf(plan, step, hash, order.id), acts),
};

function keyIn(workflowId: string): string {
  try {
    return keyOf(identityOf(workflowId.slice(WORKFLOW_ID_PREFIX.length)));
  } catch {
    return 'no identity';
  }
}

export const orderChecks: readonly WarrantCheck[] = [
  stepsAreDistinct,
  stepIsOurs,
  planIsNoDrill,
  planIsNotObserved,
  planIsOfThisIncident,
  incidentIsOfThisIdentity,
  providerIsOurs,
  accountIsOurs,
  kindIsOurs,
  actIsAsDeclared,
  gateFitsTheAct,
  identityIsNotProtected,
  identityCanBeActedOn,
  identityIsNotOurs,
  orderIsOfItsTime,
  hardDeadlineFits,
  stepIsInTime,
  warrantIsNotUsedUp,
];
