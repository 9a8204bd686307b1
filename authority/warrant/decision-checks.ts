// Whether an order tells the truth about what people decided. A decision here that is another incident's, another plan's, a machine's
// or no approval was laid into the order by somebody who knew better: nothing of such an order is believed, whoever else approved.
import type { Proven } from '../proof.ts';
import { asksForUndo, isAssessment, isOf } from './approval.ts';
import { type Facts, proven, type WarrantCheck } from './facts.ts';

/** First reason among the decisions, or null. */
const everyDecision = (why: (decision: Proven, facts: Facts) => string | null) => (facts: Facts) => {
  for (const decision of proven(facts.decisions)) {
    const reason = why(decision, facts);
    if (reason !== null) return reason;
  }
  return null;
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

const decisionsApprove: WarrantCheck = {
  name: 'decisionsApprove',
  check: everyDecision(({ statement }, { plan }) => {
    const { message, body, person } = statement;
    if (message === 'undo' && plan.undoes !== undefined)
      return (body.verdict ?? null) === plan.undoes.verdict
        ? null
        : `${person} asked for an undo by another verdict than the plan's.`;
    if (message === 'decide') return body.verdict === 'approve' ? null : `${person} did not approve.`;
    if (message !== 'assess') return `"${message}" is no decision.`;
    if (body.verdict !== 'incident') return `${person} did not judge it an incident.`;
    return body.strategy === plan.strategy
      ? null
      : `${person} chose another strategy than the plan's ${plan.strategy}.`;
  }),
};

const decisionsAnswerAGateOfTheirs: WarrantCheck = {
  name: 'decisionsAnswerAGateOfTheirs',
  check: everyDecision(({ statement }, { plan }) => {
    const { answers, person } = statement;
    // What was approved before says nothing of its undo, and the other way round.
    if (plan.undoes !== undefined)
      return asksForUndo(statement) || isOf(answers, 'undo')
        ? null
        : `${person} answered ${answers ?? 'no gate'}, which lets nothing be undone.`;
    const fit = isAssessment(statement)
      ? isOf(answers, 'risk')
      : isOf(answers, 'act') || isOf(answers, 'irreversible');
    return fit ? null : `${person} answered ${answers ?? 'no gate'}, which approves no step.`;
  }),
};

export const decisionChecks: readonly WarrantCheck[] = [
  decisionsAreOfPeople,
  decisionsAreOfThisIncident,
  decisionsNameThisPlan,
  decisionsApprove,
  decisionsAnswerAGateOfTheirs,
];
