// Whether enough people of the right parties have approved this step, by the executor's own policy and of those alone whose decisions
// count here. What the orchestrator says about gates and quorums is not looked at.
import { missingParties, quorumMet } from '../../domain/gate/quorum.ts';
import { SOC } from '../../domain/runbook/resolve.ts';
import { asRule, asVoter } from '../alternatives.ts';
import type { Proven } from '../proof.ts';
import { asksForUndo, brokeTheGlass, isAssessment, isOf } from './approval.ts';
import { isAutomatic } from './automatic-check.ts';
import { leavesOut } from './counted.ts';
import type { Facts, WarrantCheck } from './facts.ts';
import { ownRule } from './own-rule.ts';

/**
 * Those who count: approvals of one and the same asking of the step's gate, at the act gate the SOC's assessment, and at that of an undo
 * whoever asked for it.
 * The askings are tried one by one, so that an old approval cannot be added to a new one.
 */
function whyNotEnough(facts: Facts): string | null {
  if (isAutomatic(facts)) return null;
  const { step, policy, counted } = facts;
  const own = ownRule(policy, step.gate);
  if (own === undefined) return `The own policy has no gate "${step.gate}", so no such step passes.`;
  if (step.gate === 'act' && counted.some(({ statement }) => brokeTheGlass(statement))) return null;
  // Words that count at whichever asking: they name the plan, and stand before its gate.
  const standing = counted.filter(({ statement, speaker }) =>
    step.gate === 'undo'
      ? asksForUndo(statement)
      : step.gate === 'act' && isAssessment(statement) && speaker.parties.includes(SOC),
  );
  const votes = counted.filter(
    ({ statement }) => statement.message === 'decide' && isOf(statement.answers, step.gate),
  );
  const askings = new Set(votes.map(({ statement }) => statement.answers));
  const sides = [...askings].map((asking) => [
    ...standing,
    ...votes.filter(({ statement }) => statement.answers === asking),
  ]);
  const rule = asRule(own);
  const asVoters = (side: readonly Proven[]) =>
    side
      .map((one) => asVoter(own, one.speaker.id, partiesOf(one)))
      .filter(({ parties }) => parties.length > 0);
  const enough = [...sides, standing].filter((side) => quorumMet(rule, asVoters(side)));
  if (enough.some((side) => side.some(({ assurance }) => assurance !== 'told'))) return null;
  if (enough.length > 0) return 'All approvals are merely told: one at least must be proven.';
  const voters = [...sides, standing].map(asVoters);
  const missing = missingParties(rule, voters[0] ?? []);
  return missing.length > 0
    ? `The own policy asks for an approval of ${missing.join(' and ')} at the gate ${step.gate}.`
    : `The own policy asks for ${rule.quorum} different people at the gate ${step.gate}.`;
}

/** An assessment is the SOC's vote, and no other party's that the person may also belong to. */
const partiesOf = ({ speaker, statement }: Proven): readonly string[] =>
  isAssessment(statement) ? [SOC] : speaker.parties;

/** Not enough is left: the check that left something out has refused the order, and says what else was left out. */
const leavingOut = (name: string): WarrantCheck => ({
  name,
  check: (facts) => {
    const [first, ...others] = facts.leftOut.toSorted(
      (a, b) => Number(b.check === name) - Number(a.check === name),
    );
    if (first?.check !== name) return null;
    const notEnough = whyNotEnough(facts);
    if (notEnough === null) return null;
    const reasons = new Set([first, ...others].map(({ reason }) => reason));
    return `${[...reasons].join(' ').slice(0, 1_000)} What is left is not enough: ${notEnough}`;
  },
});

const quorumIsMet: WarrantCheck = {
  name: 'quorumIsMet',
  check: whyNotEnough,
};

export const quorumChecks: readonly WarrantCheck[] = [...leavesOut.map(leavingOut), quorumIsMet];
