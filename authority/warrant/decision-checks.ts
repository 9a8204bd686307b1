// Whether people have really approved this plan: enough of them, of the right parties, by the executor's own policy.
// What the orchestrator says about gates and quorums is not looked at.
import { quorumMet, missingParties } from '../../domain/gate/quorum.ts';
import { keyOf, isOwn } from '../../domain/identity/identity.ts';
import { epochMs } from '../../domain/instant/instant.ts';
import { SOC } from '../../domain/runbook/resolve.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { asRule, asVoter } from '../alternatives.ts';
import type { Approval } from '../own-authority.ts';
import type { Proven } from '../proof.ts';
import { SKEW_S } from '../statement.ts';
import { isAutomatic } from './automatic-check.ts';
import { type Facts, proven, type WarrantCheck } from './facts.ts';

/** First reason among the decisions, or null. */
const everyDecision = (why: (decision: Proven, facts: Facts) => string | null) => (facts: Facts) => {
  for (const decision of proven(facts.decisions)) {
    const reason = why(decision, facts);
    if (reason !== null) return reason;
  }
  return null;
};

const nobodyIsMerelyTold: WarrantCheck = {
  name: 'nobodyIsMerelyTold',
  check: ({ order }) =>
    order.decisions.some(({ proof }) => proof === undefined)
      ? 'A decision carries no proof: what is merely told does not count.'
      : null,
};

const decisionsAreProven: WarrantCheck = {
  name: 'decisionsAreProven',
  check: ({ decisions }) => {
    const bad = decisions.find((proof) => !proof.holds);
    return bad === undefined || bad.holds ? null : `A decision's proof does not hold: ${bad.reason}`;
  },
};

const decisionsAreOfPeople: WarrantCheck = {
  name: 'decisionsAreOfPeople',
  check: everyDecision(({ speaker }) =>
    speaker.role === null ? null : `${speaker.id} is a machine: machines decide nothing.`,
  ),
};

const decisionsAreOfThisIncident: WarrantCheck = {
  name: 'decisionsAreOfThisIncident',
  check: everyDecision(({ statement }, { order }) =>
    statement.incident === order.incident && statement.firstRun === order.firstRun
      ? null
      : `What ${statement.person} decided is about another incident.`,
  ),
};

const decisionsNameThisPlan: WarrantCheck = {
  name: 'decisionsNameThisPlan',
  check: everyDecision(({ statement }, { hash }) =>
    statement.plan === hash
      ? null
      : `${statement.person} decided about another plan than the one ordered (${hash.slice(0, 12)}…).`,
  ),
};

const isAssessment = ({ message }: Statement): boolean => message === 'assess';

const decisionsApprove: WarrantCheck = {
  name: 'decisionsApprove',
  check: everyDecision(({ statement }, { plan }) => {
    const { message, body, person } = statement;
    if (message === 'decide') return body.verdict === 'approve' ? null : `${person} did not approve.`;
    if (message !== 'assess') return `"${message}" is no decision.`;
    if (body.verdict !== 'incident') return `${person} did not judge it an incident.`;
    return body.strategy === plan.strategy
      ? null
      : `${person} chose another strategy than the plan's ${plan.strategy}.`;
  }),
};

const brokeTheGlass = ({ statement }: Proven): boolean =>
  statement.message === 'decide' && statement.body.breakGlass === true;

/** Alone, and therefore with a reason, and only by whom the own policy lets. */
const glassIsBrokenByWhomItMay: WarrantCheck = {
  name: 'glassIsBrokenByWhomItMay',
  check: everyDecision((decision, { policy }) => {
    if (!brokeTheGlass(decision)) return null;
    const { speaker, statement } = decision;
    const allowed = policy.breakGlass?.parties ?? [];
    if (!speaker.parties.some((party) => allowed.includes(party)))
      return `The own policy lets ${allowed.join(' or ') || 'nobody'} break the glass, and ${speaker.id} is none of them.`;
    if (!isOf(statement.answers, 'act'))
      return `${speaker.id} broke the glass for something else than the act.`;
    return typeof statement.body.reason === 'string'
      ? null
      : `${speaker.id} broke the glass without a reason.`;
  }),
};

/** A passkey, where the own policy asks for somebody at the keyboard. */
const proofsAreStrongEnough: WarrantCheck = {
  name: 'proofsAreStrongEnough',
  check: everyDecision(({ speaker, assurance }, { policy, step }) =>
    policy.gates[step.gate]?.assurance === 'present' && assurance !== 'present'
      ? `The own policy asks for a passkey at the gate ${step.gate}, and ${speaker.id} has used none.`
      : null,
  ),
};

const isOf = (answers: string | null, gate: string): boolean =>
  answers !== null && new RegExp(`^${gate}-[1-9][0-9]*$`).test(answers);

const decisionsAnswerAGateOfTheirs: WarrantCheck = {
  name: 'decisionsAnswerAGateOfTheirs',
  check: everyDecision(({ statement }) => {
    const { answers, person } = statement;
    const fit = isAssessment(statement)
      ? isOf(answers, 'risk')
      : isOf(answers, 'act') || isOf(answers, 'irreversible');
    return fit ? null : `${person} answered ${answers ?? 'no gate'}, which approves no step.`;
  }),
};

const decisionsAreOfTheirTime: WarrantCheck = {
  name: 'decisionsAreOfTheirTime',
  check: everyDecision(({ statement }, { plan, now }) => {
    const { iat, person } = statement;
    if (iat * 1_000 > epochMs(now) + SKEW_S * 1_000)
      return `${person} decided in the future: one of the clocks is wrong.`;
    return iat * 1_000 < epochMs(plan.madeAt) - SKEW_S * 1_000
      ? `${person} decided before the plan was made.`
      : null;
  }),
};

const nobodyDecidesAboutThemselves: WarrantCheck = {
  name: 'nobodyDecidesAboutThemselves',
  check: everyDecision(({ speaker }, { plan }) =>
    isOwn(speaker, keyOf(plan.identity)) ? `The incident is about ${speaker.id}'s own identity.` : null,
  ),
};

/**
 * Those who count: approvals of one and the same asking of the step's gate, and at the act gate the SOC's assessment.
 * The askings are tried one by one, so that an old approval cannot be added to a new one.
 */
const quorumIsMet: WarrantCheck = {
  name: 'quorumIsMet',
  check: (facts) => {
    if (isAutomatic(facts)) return null;
    const { step, policy } = facts;
    const own = policy.gates[step.gate];
    if (own === undefined) return `The own policy has no gate "${step.gate}", so no such step passes.`;
    const all = proven(facts.decisions);
    if (step.gate === 'act' && all.some(brokeTheGlass)) return null;
    const assessed =
      step.gate === 'act'
        ? all.filter((one) => isAssessment(one.statement) && one.speaker.parties.includes(SOC))
        : [];
    const votes = all.filter((one) => !isAssessment(one.statement) && isOf(one.statement.answers, step.gate));
    const askings = new Set(votes.map(({ statement }) => statement.answers));
    const sides = [...askings].map((asking) => [
      ...assessed,
      ...votes.filter(({ statement }) => statement.answers === asking),
    ]);
    const rule = asRule(own);
    const voters = [...sides, assessed].map((side) =>
      side
        .map((one) => asVoter(own, one.speaker.id, partiesOf(one)))
        .filter(({ parties }) => parties.length > 0),
    );
    if (voters.some((side) => quorumMet(rule, side))) return null;
    const missing = missingParties(rule, voters[0] ?? []);
    return missing.length > 0
      ? `The own policy asks for an approval of ${missing.join(' and ')} at the gate ${step.gate}.`
      : `The own policy asks for ${rule.quorum} different people at the gate ${step.gate}.`;
  },
};

/** An assessment is the SOC's vote, and no other party's that the person may also belong to. */
const partiesOf = ({ speaker, statement }: Proven): readonly string[] =>
  isAssessment(statement) ? [SOC] : speaker.parties;

/** Beside policy.yaml: where the executor has policies of its own, each approval must be one that they allow. */
const ownAuthorityAllows: WarrantCheck = {
  name: 'ownAuthorityAllows',
  check: everyDecision((decision, { authority, plan, step }) => {
    const { speaker, assurance } = decision;
    return authority?.whyNot({ action: approvalIn(decision), speaker, assurance, plan, step }) ?? null;
  }),
};

function approvalIn(decision: Proven): Approval['action'] {
  if (brokeTheGlass(decision)) return 'breakGlass.act';
  return isOf(decision.statement.answers, 'irreversible') ? 'approve.irreversible' : 'approve.act';
}

export const decisionChecks: readonly WarrantCheck[] = [
  nobodyIsMerelyTold,
  decisionsAreProven,
  decisionsAreOfPeople,
  decisionsAreOfThisIncident,
  decisionsNameThisPlan,
  decisionsApprove,
  decisionsAnswerAGateOfTheirs,
  decisionsAreOfTheirTime,
  nobodyDecidesAboutThemselves,
  glassIsBrokenByWhomItMay,
  proofsAreStrongEnough,
  quorumIsMet,
  ownAuthorityAllows,
];
