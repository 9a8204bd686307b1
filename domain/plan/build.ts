// Lays down the plan of one strategy from what discovery found and the rules of the incident's class.
import { hashOf } from '../encoding/canonical.ts';
import { type Instant, plus } from '../instant/instant.ts';
import type { ByHandStep, Rules } from '../runbook/rules.ts';
import { aimOf } from './aim.ts';
import { BY_HAND_EXECUTOR, BY_HAND_KIND } from './by-hand.ts';
import type { Discovery, Plan, Proposal, Step, Strategy } from './plan.schema.ts';

export interface PlanContext {
  incident: string;
  firstRun: string;
  strategy: Strategy;
  drill: boolean;
  now: Instant;
}

/** What people approve: the hash of the whole plan. */
export const planHash = (plan: Plan): string => hashOf(plan);

type Built = { plan: Plan | null; concerns: string[] };

/**
 * The plan, or why there is none. A step that nobody can execute is left out and said in `concerns`,
 * save in containment, where half a plan would look like a whole one.
 */
export function buildPlan(discovery: Discovery, rules: Rules, context: PlanContext): Built {
  const none = whyNone(discovery, rules, context.strategy);
  if (none !== null || discovery.identity === null)
    return { plan: null, concerns: none === null ? [] : [none] };
  const { identity } = discovery;
  const concerns: string[] = [];
  const steps: Step[] = [];
  const proposals = (discovery.proposals[context.strategy] ?? []).map((one) => possible(one, rules));
  const theirs = leftToPeople(proposals, rules);
  for (const draft of withByHand(proposals, rules.byHand)) {
    const id = `s${steps.length + 1}`;
    if (!('kind' in draft)) {
      steps.push(byHand(draft, id, rules, context.now));
      continue;
    }
    const executor = executorFor(draft, rules);
    if (executor !== null && theirs.has(aimOf(draft))) {
      // What people put on, they also take off.
      if (draft.byHand === undefined) continue;
      const { does } = draft.byHand;
      concerns.push(
        `No executor of the runbook is for ${draft.kind} (executors.<name>.kinds), so it is done by hand: ${does}`,
      );
      steps.push(inTheirHands(draft, draft.byHand, id, executor.party, rules, context.now));
      continue;
    }
    if (executor === null || rules.checker === null) {
      concerns.push(`Nobody can do this step, no executor of the runbook covers it: ${draft.does}`);
      // Half a cut would look like a whole one, and a cut without the replacement that was to come first is another strategy.
      if (draft.phase === 'containment' || context.strategy !== 'cut') return { plan: null, concerns };
      continue;
    }
    steps.push(laidDown(draft, id, executor, rules.checker, rules, context.now));
  }
  if (!steps.some((step) => step.phase === 'containment')) {
    const says = 'No step would contain it, so there is nothing to approve: it has to be cut by hand.';
    return { plan: null, concerns: [...concerns, says] };
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
    // People decide about this one, whatever the class lets be done before they have: that is a plan of its own.
    mode: rules.mode === 'observe' ? 'observe' : 'ask',
    madeAt: context.now,
    steps: withHardDeadline(steps, plus(context.now, rules.cutByMs)),
  };
  return { plan, concerns };
}

const executorFor = ({ kind, part }: Proposal, { apart = {}, executors }: Rules) =>
  (Object.hasOwn(apart, kind) ? apart[kind] : undefined) ?? executors[part];

const hasItsOwn = ({ kind }: Proposal, { apart = {} }: Rules): boolean => Object.hasOwn(apart, kind);

const possible = (proposal: Proposal, rules: Rules): Proposal =>
  proposal.otherwise === undefined || hasItsOwn(proposal, rules) ? proposal : proposal.otherwise;

/** Aims of what only an executor for its kind may do, where there is none. */
const leftToPeople = (proposals: readonly Proposal[], rules: Rules): Set<string> =>
  new Set(proposals.filter((one) => one.byHand !== undefined && !hasItsOwn(one, rules)).map(aimOf));

function whyNone(discovery: Discovery, rules: Rules, strategy: Strategy): string | null {
  const { identity } = discovery;
  if (rules.protected?.refused === true) {
    return `The runbook protects this identity, so custody does not touch it: ${rules.protected.why} Act by hand, and close it when that is done.`;
  }
  if (identity === null) return 'The provider knows no such identity, so there is nothing to cut.';
  const proposed = discovery.proposals[strategy] ?? [];
  if (proposed.length === 0 && strategy !== 'cut')
    return `${IN_WORDS[strategy]} is not possible here: see what stands in the way.`;
  if (proposed.length === 0 && rules.byHand.length === 0)
    return 'There is no step that could be taken automatically.';
  if (rules.checker === null && proposed.length > 0)
    return `No checker of the runbook covers account ${identity.account ?? 'unknown'}.`;
  return null;
}

const IN_WORDS: Record<Strategy, string> = {
  cut: 'To cut at once',
  'replace-then-cut': 'To replace first and cut then',
  restrict: 'To restrict first',
};

const PHASES = ['containment', 'recovery', 'hardening'] as const;

/** What people do comes after what workers do in the same phase. */
function withByHand(
  proposals: readonly Proposal[],
  byHandSteps: readonly ByHandStep[],
): (Proposal | ByHandStep)[] {
  const drafts: (Proposal | ByHandStep)[] = [...proposals];
  for (const phase of PHASES) {
    const own = byHandSteps.filter((step) => step.phase === phase);
    const last = drafts.findLastIndex((draft) => draft.phase === phase);
    const next = drafts.findIndex((draft) => PHASES.indexOf(draft.phase) > PHASES.indexOf(phase));
    const at = last !== -1 ? last + 1 : next !== -1 ? next : drafts.length;
    drafts.splice(at, 0, ...own);
  }
  return drafts;
}

/** Where something is replaced before it is cut, the cut comes by then, whatever became of the replacement. */
const withHardDeadline = (steps: readonly Step[], startBy: Instant): Step[] =>
  steps.map((step, i) =>
    step.phase === 'containment' && steps.slice(0, i).some((before) => before.phase === 'recovery')
      ? { ...step, startBy }
      : step,
  );

export function laidDown(
  { byHand: _, otherwise: __, ...proposal }: Proposal,
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

/** By whoever has the part, and confirmed by whoever judged the incident: another person, whatever their parties. */
function inTheirHands(
  { phase, target }: Proposal,
  words: NonNullable<Proposal['byHand']>,
  id: string,
  party: string,
  rules: Rules,
  now: Instant,
): Step {
  const confirms = rules.phases.triage.holder;
  // Its target says what it is about, and whom nobody may touch.
  return { ...byHand({ phase, party, confirms, ...words }, id, rules, now), target };
}

function byHand(draft: ByHandStep, id: string, rules: Rules, now: Instant): Step {
  const { phase, party, confirms, does, undo, check } = draft;
  return {
    kind: BY_HAND_KIND,
    verb: 'apply',
    phase,
    part: phase === 'recovery' ? 'owner' : 'source-of-truth',
    reversibility: 'replace-only',
    target: {},
    permissions: [],
    does,
    undo,
    check,
    id,
    executor: BY_HAND_EXECUTOR,
    checker: confirms,
    party,
    gate: 'act',
    notAfter: plus(now, rules.validityMs[phase]),
  };
}
