// Plans that are made, approved and run out, and steps that are ordered when their turn has come.
import { approvals, isMetBy } from '../../gate/gate.ts';
import { durationMs, earliest, type Instant, plus } from '../../instant/instant.ts';
import { automaticPlan, mayActAlone } from '../../plan/automatic.ts';
import { buildPlan, planHash } from '../../plan/build.ts';
import { isByHand } from '../../plan/by-hand.ts';
import { differenceInWords } from '../../plan/difference.ts';
import type { Discovery, Phase, Step } from '../../plan/plan.schema.ts';
import { currentGroup, isDone, runsIn } from '../../plan/progress.ts';
import { enterPhase } from '../custody-moves.ts';
import type { Rules } from '../../runbook/rules.ts';
import type { Deciding } from '../decision.ts';
import type { EventData } from '../event.ts';
import {
  gateNamed,
  type Incident,
  knownFor,
  looksAgain,
  openGates,
  phaseRule,
  planUnderWay,
  stateOf,
  takesNoStep,
} from '../incident.ts';
import { lapseGates } from '../plan-moves.ts';
import { isUndoing } from '../undoing.ts';

/**
 * When what is asked or waited for can no longer be done in time: executors refuse a step after its `notAfter`. null where nothing
 * runs out. What is under way is waited for, and a reversible step that was applied in time may be applied again.
 */
export function lapsesAt(incident: Incident): Instant | null {
  const { approved, plans, discovery } = incident;
  if (takesNoStep(incident) || discovery.state !== 'done') return null;
  if (approved === null) {
    const cuts = plans.flatMap(({ plan }) => plan.steps.filter((step) => step.phase === 'containment'));
    // Approved after its hard deadline, it would cut what was to be replaced first.
    return (
      earliest(...cuts.map((step) => step.notAfter), ...cuts.flatMap((step) => step.startBy ?? [])) ?? null
    );
  }
  const { steps } = approved.plan;
  // As executors have it: what was applied in time may be applied again while anything of the plan may still be done.
  const end = steps.reduce((last, { notAfter }) => (notAfter > last ? notAfter : last), '');
  const group = currentGroup(approved.plan, incident.steps) ?? [];
  if (group.some((step) => !isByHand(step) && stateOf(incident, step.id)?.status === 'ordered')) return null;
  const limits = group.flatMap((step) => {
    const state = stateOf(incident, step.id);
    // People are refused by no executor: their step has a clock of its own.
    if (isByHand(step) || (state?.status !== 'waiting' && state?.status !== 'blocked')) return [];
    const again = step.reversibility === 'reversible' && step.verb === 'apply' && state.applied !== null;
    return [again ? end : step.notAfter];
  });
  return earliest(...limits) ?? null;
}

export function lapsePlan(deciding: Deciding): void {
  const due = lapsesAt(deciding.incident);
  if (due !== null && due <= deciding.now)
    lapse(deciding, due, `the plan could be carried out until ${due}: it must be judged anew.`);
}

/** It is looked at and judged anew. */
export function lapse(deciding: Deciding, due: Instant, why: string): void {
  const { incident } = deciding;
  // Where nobody has answered yet, there is nothing to take back from anybody: it is looked at anew, and asked about as before.
  const isUnanswered =
    incident.phase === 'triage' && openGates(incident).every((one) => one.votes.length === 0);
  deciding.add('planLapsed', { plan: incident.approved?.hash ?? null, due });
  lapseGates(deciding, 'the plan has run out');
  if (isUnanswered) return;
  if (incident.phase === 'triage') deciding.tell(incident.hold.party, `${incident.title}: ${why}`);
  else enterPhase(deciding, 'triage', why);
}

export function makePlans(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { rules, discovery, approved } = incident;
  const found = discovery.state === 'done' ? discovery.found : whatIsNotLookedAt(incident);
  // What was found may change the class, and with it the plan: that comes first.
  if (incident.resolvedFor !== knownFor(incident) && incident.rulesNotBefore === null) return;
  if (rules === null || found === null || discovery.planned === discovery.round || approved !== null) return;
  const made = rules.strategies.map((strategy) =>
    buildPlan(found, rules, {
      incident: incident.id,
      firstRun: incident.firstRun,
      strategy,
      drill: incident.drill,
      now,
    }),
  );
  const plans = made.flatMap(({ plan }) => (plan === null ? [] : [{ hash: planHash(plan), plan }]));
  deciding.add('plansMade', {
    plans,
    concerns: [...new Set([...found.concerns, ...made.flatMap((one) => one.concerns)])],
    ...layDownAlone(incident, found, rules, now),
  });
  tellWhyPeople(deciding);
  // What was asked about the plans before is asked again.
  const stale = openGates(deciding.incident).filter(
    (gate) => gate.name === 'act' || (gate.name === 'risk' && gate.votes.length > 0),
  );
  for (const gate of stale)
    deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why: 'the plan changed' });
  if (stale.some((gate) => gate.name === 'act'))
    enterPhase(deciding, 'triage', 'the plan changed, so it must be judged anew.');
  if (deciding.incident.before !== null) tellDifference(deciding);
}

/** Beside the plans of people, and as old as they are: an executor takes no older plan once it has acted on a newer one. */
function layDownAlone(
  { id: incident, firstRun, drill, detections }: Incident,
  found: Discovery,
  rules: Rules,
  now: Instant,
): Pick<EventData['plansMade'], 'automatic' | 'notAutomatic'> {
  if (!mayActAlone(rules)) return {};
  const alerted = { finding: detections.finding?.id ?? null, sources: detections.sources };
  const { plan, why } = automaticPlan(found, rules, alerted, { incident, firstRun, drill, now });
  return plan === null ? { notAutomatic: why } : { automatic: { hash: planHash(plan), plan } };
}

/** Where the class would not wait for people, they must know that it does. */
function tellWhyPeople(deciding: Deciding): void {
  const { rules, drill, automatic, hold, title: about } = deciding.incident;
  if (rules?.mode !== 'auto' || drill || automatic.whyNot === null || automatic.worn.length > 0) return;
  deciding.tell(
    hold.party,
    `${about}: nothing is cut without people, so it waits for yours: ${automatic.whyNot}`,
  );
}

/** Where no worker can look and people do every step, there is nothing to wait for. */
function whatIsNotLookedAt({ rules, identity }: Incident): Discovery | null {
  if (rules === null || rules.checker !== null || rules.byHand.length === 0) return null;
  return { identity, waysIn: [], facts: [], proposals: {}, concerns: [] };
}

/** Whoever answered about the plan before is told what has become otherwise. */
function tellDifference(deciding: Deciding): void {
  const { before, plans, hold, title: about } = deciding.incident;
  const now = plans.find((entry) => entry.plan.strategy === before?.strategy);
  if (before === null || now === undefined || now.hash === before.hash) return;
  const { added, gone } = differenceInWords(before.does, now.plan);
  const says = [...added.map((does) => `New: ${does}`), ...gone.map((does) => `Gone: ${does}`)];
  const what = says.length === 0 ? 'The steps are the same, their times are new.' : says.join(' ');
  deciding.tell(
    hold.party,
    `${about}: the plan is another one than was asked about before. ${what}`.slice(0, 4_000),
  );
}

export function approvePlan(deciding: Deciding): void {
  const gate = gateNamed(deciding.incident, 'act');
  if (gate === undefined || gate.plan === null || !isMetBy(gate, approvals(gate))) return;
  deciding.add('gateMet', { gate: gate.id, name: 'act' }).add('planApproved', { plan: gate.plan });
}

export function skipWithoutSteps(deciding: Deciding): void {
  const { incident } = deciding;
  if (!takesNoStep(incident) || incident.approved === null) return;
  const why = incident.drill ? 'A drill takes no step.' : 'Observed: this class takes no step yet.';
  for (const state of incident.steps) {
    if (!isDone(state)) deciding.add('stepSkipped', { step: state.id, why });
  }
}

/** When a step may run at the earliest, or null where it does not wait for a time. */
export function opensAt(incident: Incident, step: Step): Instant | null {
  if (step.after === undefined) return null;
  return incident.containment === null ? null : plus(incident.containment.seenAt, durationMs(step.after));
}

const PHASES: readonly Phase[] = ['triage', 'containment', 'recovery', 'hardening'];

export function orderNextStep(deciding: Deciding): void {
  const { incident, now } = deciding;
  const underWay = planUnderWay(incident);
  if (underWay === null) return;
  const group = currentGroup(underWay.plan, incident.steps);
  if (group === null || !groupMayRun(incident, group, now)) return;
  const states = new Map(incident.steps.map((state) => [state.id, state]));
  for (const step of group) {
    const state = states.get(step.id);
    if (state === undefined) return;
    const byHand = isByHand(step);
    if (state.status === 'applied' || isDone(state) || (byHand && state.status !== 'waiting')) continue;
    if (state.status === 'ordered') return;
    if (state.notBefore !== null && state.notBefore > now) return;
    deciding.add('ordered', {
      order: state.order ?? `order-${incident.counters.order + 1}`,
      step: step.id,
      attempt: state.attempt + 1,
    });
    if (byHand) askByHand(deciding, step);
    return;
  }
}

function askByHand(deciding: Deciding, step: Step): void {
  const { incident } = deciding;
  const by = stepDue(incident, step);
  const until = by === null ? '' : ` by ${by}`;
  deciding.tell(
    step.party,
    `${incident.title}: yours to do${until}: ${step.does} Say that it is done with --step ${step.id}:`,
    { answer: 'attest' },
  );
}

/** Until when a step's party must have done it: its phase's act-by from when its turn came, and never after it may be done at all. */
export function stepDue(incident: Incident, step: Step): Instant | null {
  const orderedAt = stateOf(incident, step.id)?.orderedAt ?? null;
  if (orderedAt === null) return null;
  const own = plus(
    orderedAt,
    phaseRule(incident, runsIn(planUnderWay(incident)?.plan ?? { steps: [] }, [step])).actMs,
  );
  // Asked at its hard deadline or after it, it has its own time from then on.
  const limits = [step.notAfter, step.startBy].filter((at) => at !== undefined && at > orderedAt);
  return earliest(own, ...limits) ?? own;
}

function groupMayRun(incident: Incident, group: readonly Step[], now: Instant): boolean {
  // What needs no people waits for no phase of theirs.
  if (incident.approved === null) return true;
  if (!mayRun(incident, group, now)) return false;
  const { discovery, rules } = incident;
  const [first] = group;
  // Nothing is lifted or deleted while it is looked at again, because of what an alert says.
  const looks = discovery.state !== 'done' && rules !== null && rules.checker !== null;
  if (looks && (first?.verb === 'undo' || first?.gate === 'irreversible')) return false;
  // What was begun goes on, and a hard deadline waits for no look.
  const isBegun = group.some((step) => {
    const state = stateOf(incident, step.id);
    return state !== undefined && (state.attempt > 0 || state.forced);
  });
  return isBegun || !looksAgain(incident) || (discovery.stage === group[0]?.id && discovery.state === 'done');
}

/** Phase, gate and time of a group have come. */
export function mayRun(incident: Incident, group: readonly Step[], now: Instant): boolean {
  const [first] = group;
  const { approved } = incident;
  if (first === undefined || approved === null) return false;
  // The hard deadline may have brought the cut before what stands ahead of it; that goes on in its own phase, or before.
  const isAhead = PHASES.indexOf(runsIn(approved.plan, group)) > PHASES.indexOf(incident.phase);
  if (isAhead && !isUndoing(incident)) return false;
  if (first.gate === 'irreversible' && !irreversibleApproved(incident)) return false;
  // The owner's last word counts, for the executor too.
  if (first.gate === 'irreversible' && incident.attestation?.verdict !== 'works') return false;
  if (first.after === undefined) return true;
  const at = opensAt(incident, first);
  return at !== null && at <= now;
}

export const irreversibleApproved = (incident: Incident): boolean =>
  incident.gates.some(
    (gate) => gate.name === 'irreversible' && gate.status === 'met' && gate.plan === incident.approved?.hash,
  );
