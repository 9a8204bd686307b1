// Lays down the plan of one strategy from what discovery found and the rules of the incident's class.
import { hashOf } from '../encoding/canonical.ts';
import { type Instant, plus } from '../instant/instant.ts';
import type { Rules } from '../runbook/rules.ts';
import type { Discovery, Plan, Proposal, Step } from './plan.schema.ts';

export interface PlanContext {
  incident: string;
  firstRun: string;
  strategy: Plan['strategy'];
  drill: boolean;
  now: Instant;
}

/** What people approve: the hash of the whole plan. */
export const planHash = (plan: Plan): string => hashOf(plan);

/**
 * The plan, or why there is none. A step that nobody can execute is left out and said in `concerns`,
 * save in containment, where half a plan would look like a whole one.
 */
export function buildPlan(
  discovery: Discovery,
  rules: Rules,
  context: PlanContext,
): { plan: Plan | null; concerns: string[] } {
  const { identity } = discovery;
  if (identity === null)
    return { plan: null, concerns: ['The provider knows no such identity, so there is nothing to cut.'] };
  if (discovery.proposals.length === 0)
    return { plan: null, concerns: ['There is no step that could be taken automatically.'] };
  if (rules.checker === null) {
    return {
      plan: null,
      concerns: [`No checker of the runbook covers account ${identity.account ?? 'unknown'}.`],
    };
  }
  const concerns: string[] = [];
  const steps: Step[] = [];
  for (const proposal of discovery.proposals) {
    const executor = rules.executors[proposal.part];
    if (executor === null) {
      concerns.push(`Nobody can do this step, no executor of the runbook covers it: ${proposal.does}`);
      if (proposal.phase === 'containment') return { plan: null, concerns };
      continue;
    }
    steps.push(laidDown(proposal, `s${steps.length + 1}`, executor, rules.checker, rules, context.now));
  }
  const plan: Plan = {
    v: 1,
    incident: context.incident,
    firstRun: context.firstRun,
    identity,
    class: rules.class,
    strategy: context.strategy,
    runbook: rules.runbook,
    drill: context.drill,
    mode: rules.mode,
    madeAt: context.now,
    steps,
  };
  return { plan, concerns };
}

function laidDown(
  proposal: Proposal,
  id: string,
  executor: { name: string; party: string },
  checker: string,
  rules: Rules,
  now: Instant,
): Step {
  return {
    ...proposal,
    id,
    executor: executor.name,
    checker,
    party: executor.party,
    gate: proposal.reversibility === 'irreversible' ? 'irreversible' : 'act',
    notAfter: plus(now, rules.validityMs[proposal.phase]),
  };
}
