// What an incident wants done now, and the one next deadline. An effect keeps its id while it is wanted;
// what is no longer wanted is cancelled.
import { nextOnLadder } from '../custody/hold.ts';
import { earliest, type Instant } from '../instant/instant.ts';
import type { CheckRequest, DiscoverRequest, Order } from '../plan/order.schema.ts';
import type { Step } from '../plan/plan.schema.ts';
import { currentGroup, groupToBeSeen, isDone } from '../plan/progress.ts';
import type { Saying } from '../statement/statement.schema.ts';
import { FINDINGS_OF } from '../detection/alert.ts';
import type { Detection } from '../detection/detection.schema.ts';
import type { Identity } from '../identity/identity.ts';
import { lapsesAt, opensAt } from './follow/plan.ts';
import { deadlineOf as hardDeadlineOf } from './follow/stages.ts';
import { nextReminder } from './reminders.ts';
import { watchAt, watchedSteps } from './watched-steps.ts';
import { isByHand } from '../plan/by-hand.ts';
import { base32Of } from '../encoding/canonical.ts';
import { isTimed, type PhaseRule } from '../runbook/rules.ts';
import {
  clockOf,
  type Incident,
  knownFor,
  type Notice,
  openGates,
  phaseRule,
  planUnderWay,
  stateOf,
} from './incident.ts';

export type Effect =
  | { id: string; type: 'resolve'; runbook: string | null; adopt: string | null }
  | { id: string; type: 'timetable'; runbook: string; since: Instant; rule: PhaseRule; identity: Identity }
  /** Whether there was an incident of this identity before. */
  | { id: string; type: 'recall' }
  | {
      id: string;
      type: 'preflight';
      executor: string;
      permissions: string[];
      targets: Step['target'][];
      account: string | null;
    }
  | { id: string; type: 'discover'; checker: string; request: DiscoverRequest }
  | { id: string; type: 'apply'; executor: string; verb: 'apply' | 'undo'; order: Omit<Order, 'head'> }
  | { id: string; type: 'check'; checker: string; request: CheckRequest }
  | { id: string; type: 'notify'; notice: Notice }
  | { id: string; type: 'forward'; to: Identity; detections: Detection[] };

export interface Wanted {
  effects: Effect[];
  /** Always there while the incident is open. */
  deadline: Instant | null;
}

export function wanted(incident: Incident, now: Instant): Wanted {
  if (incident.outcome !== 'open') return { effects: incident.notices.map(notifying), deadline: null };
  const effects: Effect[] = incident.notices.map(notifying);
  if (incident.forwardTo !== null) {
    // Another id when more are to be handed on: what is under way does not know of them.
    const id = `forward-${incident.forwarding.length}`;
    effects.push({ id, type: 'forward', to: incident.forwardTo, detections: incident.forwarding });
    return { effects, deadline: nextOfCustody(incident) };
  }
  const { rules, discovery } = incident;
  const known = knownFor(incident);
  if (incident.resolvedFor !== known && hasCome(incident.rulesNotBefore, now)) {
    const id = `resolve-${base32Of(known, 10)}@${incident.rulesNotBefore ?? 'first'}`;
    effects.push({ id, type: 'resolve', runbook: rules?.runbook ?? null, adopt: incident.adopting });
  }
  if (incident.earlier === undefined) effects.push({ id: 'recall', type: 'recall' });
  effects.push(...timesOf(incident), ...preflightsOf(incident));
  if (
    rules !== null &&
    rules.checker !== null &&
    discovery.state === 'wanted' &&
    hasCome(discovery.notBefore, now)
  ) {
    const id = `discover-${discovery.round}@${discovery.notBefore ?? 'first'}`;
    effects.push({
      id,
      type: 'discover',
      checker: rules.checker,
      request: {
        id,
        incident: incident.id,
        firstRun: incident.firstRun,
        identity: incident.identity,
        credentials: incident.detections.credentials,
        ...(incident.detections.since === undefined ? {} : { since: incident.detections.since }),
        secret: rules.secret,
        ...(rules.consumers === undefined ? {} : { consumers: rules.consumers }),
        ...(rules.letsGo === undefined ? {} : { letsGo: rules.letsGo }),
        ...(rules.retireSecretDays === undefined ? {} : { retireSecretDays: rules.retireSecretDays }),
      },
    });
  }
  effects.push(...ordersOf(incident), ...checksOf(incident, now), ...watchesOf(incident, now));
  return { effects, deadline: deadlineOf(incident, now) };
}

/** Where calendars or rotations have a say, the plain instants stand only until an activity has worked them out. */
function timesOf(incident: Incident): Effect[] {
  const rule = phaseRule(incident);
  const clock = clockOf(incident);
  const { rules, timed, paused, climb, hold, identity } = incident;
  if (rules === null || !isTimed(rule) || timed === clock || paused !== null) return [];
  const since = climb?.repeatFrom ?? climb?.startedAt ?? hold.from;
  const id = `timetable-${base32Of(clock, 10)}`;
  return [{ id, type: 'timetable', runbook: rules.runbook, since, rule, identity }];
}

/** Asked once for each look at the identity, while there is still time to grant what is missing. */
function preflightsOf(incident: Incident): Effect[] {
  const { plans, automatic, preflight, phase, drill } = incident;
  if (drill || (phase !== 'triage' && phase !== 'containment')) return [];
  const laidDown = automatic.offered === null ? plans : [...plans, automatic.offered];
  const steps = laidDown.flatMap(({ plan }) => plan.steps).filter((step) => !isByHand(step));
  const executors = [...new Set(steps.map((step) => step.executor))];
  return executors
    .filter((executor) => !preflight.said.some((one) => one.executor === executor))
    .map((executor) => {
      const own = steps.filter((step) => step.executor === executor);
      const permissions = [...new Set(own.flatMap((step) => step.permissions))].toSorted();
      const targets = [...new Map(own.map(({ target }) => [JSON.stringify(target), target])).values()];
      const id = `preflight-${preflight.round}-${executor}`;
      return { id, type: 'preflight', executor, permissions, targets, account: incident.identity.account };
    });
}

const notifying = (notice: Notice): Effect => ({ id: notice.id, type: 'notify', notice });

const hasCome = (notBefore: Instant | null, now: Instant): boolean => notBefore === null || notBefore <= now;

function ordersOf(incident: Incident): Effect[] {
  const underWay = planUnderWay(incident);
  if (underWay === null) return [];
  const { plan } = underWay;
  const { approved, automatic } = incident;
  const alone =
    approved === null && automatic.running !== null
      ? { finding: { source: FINDINGS_OF, id: automatic.running.finding } }
      : {};
  return incident.steps.flatMap((state): Effect[] => {
    const step = plan.steps.find((one) => one.id === state.id);
    if (step === undefined || isByHand(step)) return [];
    if (state.status !== 'ordered' || state.order === null || state.orderedAt === null) return [];
    const order: Omit<Order, 'head'> = {
      id: state.order,
      incident: incident.id,
      firstRun: incident.firstRun,
      plan,
      step: step.id,
      decisions: decisionsFor(incident, step.gate),
      results: resultsOf(incident),
      ...alone,
      ...(plan.undoes === undefined ? {} : { undoes: undoneBy(incident) }),
      orderedAt: state.orderedAt,
    };
    return [
      {
        id: `${state.order}#${state.attempt}`,
        type: 'apply',
        executor: step.executor,
        verb: step.verb,
        order,
      },
    ];
  });
}

/** The proven votes of the gate, for the executor to verify anew. */
function decisionsFor(incident: Incident, gate: Step['gate']): Saying[] {
  return incident.gates
    .filter((one) => one.name === gate && one.status === 'met' && one.plan === incident.approved?.hash)
    .flatMap((one) => one.votes.filter((vote) => vote.verdict === 'approve'))
    .flatMap((vote) => vote.saying ?? []);
}

/** What the undo takes back, by the words of those who put it on. */
const undoneBy = ({ putOn = [] }: Incident): Order['undoes'] =>
  putOn.map(({ plan, results }) => ({ plan, results: results.map(({ saying }) => saying) }));

/** What machines and the owner have signed about this plan so far. */
function resultsOf(incident: Incident): Saying[] {
  const signed = [
    ...incident.steps.flatMap((state) => [state.applied, state.confirmed]),
    ...incident.sights.map(({ saying }) => saying),
    ...incident.watch.doubts,
    incident.check.saying,
    incident.attestation?.saying ?? null,
  ].filter((saying) => saying !== null);
  return [...new Map(signed.map((saying) => [saying.statement, saying])).values()];
}

function checksOf(incident: Incident, now: Instant): Effect[] {
  const underWay = planUnderWay(incident);
  if (underWay === null) return [];
  const group = groupToBeSeen(underWay.plan, incident.steps);
  const [first] = group;
  if (first === undefined || isByHand(first) || !hasCome(incident.check.notBefore, now)) return [];
  const states = group.map((step) => stateOf(incident, step.id));
  if (!states.every((state) => state?.status === 'applied' || state?.status === 'seen')) return [];
  const id = `check-${incident.check.round}`;
  return [
    {
      id,
      type: 'check',
      checker: first.checker,
      request: {
        id,
        incident: incident.id,
        firstRun: incident.firstRun,
        plan: underWay.plan,
        steps: group.map((step) => ({ step: step.id, evidence: stateOf(incident, step.id)?.evidence ?? {} })),
      },
    },
  ];
}

/** What was seen dead is looked at again, until the close. */
function watchesOf(incident: Incident, now: Instant): Effect[] {
  const { approved, watch, id: workflow, firstRun } = incident;
  const watched = watchedSteps(incident);
  const [first] = watched;
  if (approved === null || first === undefined || !hasCome(watch.notBefore, now)) return [];
  const id = `watch-${watch.round}`;
  const steps = watched.map((step) => {
    const { evidence = {}, usedAt } = stateOf(incident, step.id) ?? {};
    return { step: step.id, evidence, ...(usedAt === undefined ? {} : { knownUse: usedAt }) };
  });
  const request: CheckRequest = { id, incident: workflow, firstRun, plan: approved.plan, steps, watch: true };
  return [{ id, type: 'check', checker: first.checker, request }];
}

/** The clock of custody: the ladder, or the act-by of an acknowledged hold. */
function nextOfCustody(incident: Incident): Instant {
  const { paused, climb, hold } = incident;
  if (paused !== null) return paused.until;
  return climb === null ? hold.actBy : nextOnLadder(climb, phaseRule(incident).ladder).at;
}

function deadlineOf(incident: Incident, now: Instant): Instant {
  const custody = nextOfCustody(incident);
  const after = (at: Instant | null): Instant | undefined => (at !== null && at > now ? at : undefined);
  const underWay = planUnderWay(incident);
  const group = underWay === null ? [] : (currentGroup(underWay.plan, incident.steps) ?? []);
  const states = group.flatMap((step) => stateOf(incident, step.id) ?? []);
  return (
    earliest(
      custody,
      nextReminder(incident),
      after(hardDeadlineOf(incident)),
      ...openGates(incident).map((gate) => after(gate.until)),
      after(incident.rulesNotBefore),
      after(incident.discovery.state === 'wanted' ? incident.discovery.notBefore : null),
      after(incident.check.notBefore),
      after(watchAt(incident)),
      after(lapsesAt(incident)),
      ...states.filter((state) => !isDone(state)).map((state) => after(state.notBefore)),
      ...group.map((step) => after(opensAt(incident, step))),
    ) ?? custody
  );
}
