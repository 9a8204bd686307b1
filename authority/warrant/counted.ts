// Which of an order's decisions count here. What does not is left out, and helps nobody: the order is refused for it only where what
// is left is not enough, so that one key which was revoked meanwhile does not lose the answer that others gave.
import { isPlainApproval } from '../../domain/gate/told.ts';
import { isOwn, keyOf } from '../../domain/identity/identity.ts';
import { epochMs } from '../../domain/instant/instant.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Approval } from '../own-authority.ts';
import type { Proof, Proven } from '../proof.ts';
import { SKEW_S } from '../statement.ts';
import { brokeTheGlass, isOf } from './approval.ts';
import type { Facts, LeftOut, Uncounted } from './facts.ts';
import { ownRule } from './own-rule.ts';

/** Why a proven decision does not count, or null. */
interface CountCheck {
  name: string;
  why(decision: Proven, facts: Uncounted): string | null;
}

/** Where the own policy takes what is told at all, it is a plain approval: nothing else is believed without a proof. */
const nobodyIsMerelyTold: CountCheck = {
  name: 'nobodyIsMerelyTold',
  why: ({ assurance, statement }) =>
    assurance === 'told' && !isPlainApproval(statement)
      ? `What ${statement.person} is to have said carries no proof: only a plain approval is taken so.`
      : null,
};

const decisionsAreOfTheirTime: CountCheck = {
  name: 'decisionsAreOfTheirTime',
  why: ({ statement }, { plan, now }) => {
    const { iat, person } = statement;
    if (iat * 1_000 > epochMs(now) + SKEW_S * 1_000)
      return `${person} decided in the future: one of the clocks is wrong.`;
    return iat * 1_000 < epochMs(plan.madeAt) - SKEW_S * 1_000
      ? `${person} decided before the plan was made.`
      : null;
  },
};

const nobodyDecidesAboutThemselves: CountCheck = {
  name: 'nobodyDecidesAboutThemselves',
  why: ({ speaker }, { plan }) =>
    isOwn(speaker, keyOf(plan.identity)) ? `The incident is about ${speaker.id}'s own identity.` : null,
};

/** Alone, and therefore with a reason, and only by whom the own policy lets. */
const glassIsBrokenByWhomItMay: CountCheck = {
  name: 'glassIsBrokenByWhomItMay',
  why: ({ speaker, statement }, { policy }) => {
    if (!brokeTheGlass(statement)) return null;
    const allowed = policy.breakGlass?.parties ?? [];
    if (!speaker.parties.some((party) => allowed.includes(party)))
      return `The own policy lets ${allowed.join(' or ') || 'nobody'} break the glass, and ${speaker.id} is none of them.`;
    if (!isOf(statement.answers, 'act'))
      return `${speaker.id} broke the glass for something else than the act.`;
    return typeof statement.body['reason'] === 'string'
      ? null
      : `${speaker.id} broke the glass without a reason.`;
  },
};

/** A passkey, where the own policy asks for somebody at the keyboard. */
const proofsAreStrongEnough: CountCheck = {
  name: 'proofsAreStrongEnough',
  why: ({ speaker, assurance }, { policy, step }) =>
    ownRule(policy, step.gate)?.assurance === 'present' && assurance !== 'present'
      ? `The own policy asks for a passkey at the gate ${step.gate}, and ${speaker.id} has used none.`
      : null,
};

/** Beside policy.yaml: where the executor has policies of its own, each approval must be one that they allow. */
const ownAuthorityAllows: CountCheck = {
  name: 'ownAuthorityAllows',
  why: ({ speaker, assurance, statement }, { authority, plan, step }) =>
    authority?.whyNot({ action: approvalIn(statement, plan), speaker, assurance, plan, step }) ?? null,
};

function approvalIn(statement: Proven['statement'], { undoes }: Plan): Approval['action'] {
  if (undoes !== undefined) return 'approve.undo';
  if (brokeTheGlass(statement)) return 'breakGlass.act';
  return isOf(statement.answers, 'irreversible') ? 'approve.irreversible' : 'approve.act';
}

/** Of what is proven; the first that says no leaves it out. */
export const countChecks: readonly CountCheck[] = [
  nobodyIsMerelyTold,
  decisionsAreOfTheirTime,
  nobodyDecidesAboutThemselves,
  glassIsBrokenByWhomItMay,
  proofsAreStrongEnough,
  ownAuthorityAllows,
];

/** Names of all that can leave a decision out, in the order in which they are asked. */
export const leavesOut: readonly string[] = [
  ...new Set(['nobodyIsMerelyTold', 'decisionsAreProven', ...countChecks.map(({ name }) => name)]),
];

export function tally(facts: Uncounted): Pick<Facts, 'counted' | 'leftOut'> {
  const counted: Proven[] = [];
  const leftOut: LeftOut[] = [];
  for (const [i, decision] of facts.decisions.entries()) {
    const why = whyNot(decision, facts.order.decisions[i]?.proof === undefined, facts);
    if (why !== null) leftOut.push(why);
    else if (decision.holds) counted.push(decision);
  }
  return { counted, leftOut };
}

function whyNot(decision: Proof, isTold: boolean, facts: Uncounted): LeftOut | null {
  if (isTold && !decision.holds)
    return {
      check: 'nobodyIsMerelyTold',
      reason: 'A decision carries no proof: what is merely told does not count.',
    };
  if (!decision.holds)
    return { check: 'decisionsAreProven', reason: `A decision's proof does not hold: ${decision.reason}` };
  for (const { name, why } of countChecks) {
    const reason = why(decision, facts);
    if (reason !== null) return { check: name, reason };
  }
  return null;
}
