// What the workers answered: discovery, applications, sights. Their statements count only with their own machine's proof.
import { keyOf, isToBeFound } from '../identity/identity.ts';
import { epochMs, type Instant, instant, plus } from '../instant/instant.ts';
import type { Applied, Checked } from '../plan/order.schema.ts';
import type { Discovery, Step } from '../plan/plan.schema.ts';
import { currentGroup, type StepState } from '../plan/progress.ts';
import type { Judgement } from '../statement/judgement.ts';
import type { FailureSort } from './command.ts';
import type { Deciding } from './decision.ts';
import { startClimb } from './decide-tick.ts';
import { changePlan } from './plan-moves.ts';
import { checkIn, leaveToPeople, tellStrangers } from './automatic-moves.ts';
import { clockOf, type Earlier, type Incident, planUnderWay, stateOf, unknownWays } from './incident.ts';

const againMs = (incident: Incident): number => incident.rules?.orders.againMs ?? 60_000;

export function decideDiscovered(deciding: Deciding, request: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const wrong =
    notFrom(judgement, incident.rules?.checker ?? '', request, null) ?? isOfAnother(judgement, incident);
  if (wrong !== null || !judgement.readable) {
    const reason = wrong ?? 'It cannot be read.';
    deciding.add('discoverFailed', { reason, absent: false, again: plus(now, againMs(incident)) });
    // Said once; the clock that is running pages on.
    if (incident.discovery.trouble !== reason)
      deciding.tell('soc', `${incident.title}: what was found was not believed. ${reason}`);
    return;
  }
  deciding.add('discovered', { found: judgement.statement.body as Discovery, saying: judgement.saying });
}

/** Only a lone key or id is found to be somebody's; every other identity is itself, or its alerts would be handed on to nowhere. */
function isOfAnother(judgement: Judgement, incident: Incident): string | null {
  if (!judgement.readable || isToBeFound(incident.identity)) return null;
  const { identity } = judgement.statement.body as Discovery;
  return identity === null || keyOf(identity) === incident.key
    ? null
    : `It is about ${keyOf(identity)}, and not about the identity that was asked about.`;
}

export function decideApplied(deciding: Deciding, order: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const state = incident.steps.find((one) => one.order === order && one.status === 'ordered');
  const underWay = planUnderWay(incident);
  const step = underWay?.plan.steps.find((one) => one.id === state?.id);
  if (underWay === null || state === undefined || step === undefined) return;
  const wrong = notFrom(judgement, step.executor, order, underWay.hash);
  const body = judgement.readable ? (judgement.statement.body as Applied) : null;
  if (
    wrong !== null ||
    body === null ||
    body.step !== step.id ||
    !judgement.readable ||
    judgement.saying === null
  ) {
    const reason = wrong ?? 'The result is of another step.';
    deciding.add('stepTrouble', {
      step: step.id,
      sort: 'refused',
      reason,
      again: plus(now, againMs(incident)),
    });
    if (state.trouble !== reason)
      deciding.tell('soc', `${incident.title}: a result was not believed. ${reason}`);
    return;
  }
  deciding.add('stepApplied', {
    step: step.id,
    evidence: body.evidence,
    wasSo: body.wasSo,
    saying: judgement.saying,
  });
  tellStrangers(deciding, step, body.evidence);
}

/** Whose machine must have said it, about which order and plan; or what is wrong. */
function notFrom(judgement: Judgement, machine: string, answers: string, plan: string | null): string | null {
  if (!judgement.readable) return judgement.reason;
  if (!judgement.proof.holds) return judgement.proof.reason;
  if (judgement.statement.person !== machine)
    return `It was signed by ${judgement.statement.person}, not by ${machine}.`;
  if (!judgement.authority.allowed) return judgement.authority.reason;
  if (judgement.statement.answers !== answers || judgement.statement.plan !== plan)
    return 'It answers another order or plan.';
  return null;
}

export function decideChecked(deciding: Deciding, request: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const { rules } = incident;
  const underWay = planUnderWay(incident);
  if (underWay === null || rules === null) return;
  const group = currentGroup(underWay.plan, incident.steps) ?? [];
  const checker = group[0]?.checker;
  if (checker === undefined) return;
  const wrong = notFrom(judgement, checker, request, underWay.hash);
  if (wrong !== null || !judgement.readable || judgement.saying === null) {
    const reason = wrong ?? 'It was not signed.';
    deciding.add('checkFailed', { reason, absent: false, again: plus(now, againMs(incident)) });
    if (incident.check.trouble !== reason)
      deciding.tell('soc', `${incident.title}: what was seen was not believed. ${reason}`);
    return;
  }
  const { steps, waysIn = [] } = judgement.statement.body as Checked;
  const seen = new Map(steps.map((one) => [one.step, one]));
  const asked = group.flatMap((step) => seen.get(step.id) ?? []);
  const all = group.every((step) => seen.get(step.id)?.holds === true);
  const since = stoodSince(incident, group, now);
  const settledAt = instant(epochMs(since) + rules.propagationMs);
  const appeared = incident.phase === 'containment' ? unknownWays(incident, waysIn) : [];
  const settled = all && appeared.length === 0 && settledAt <= now && stoodBefore(incident, group);
  const waits = all && appeared.length === 0;
  const again = settled ? null : waits ? later(settledAt, now) : plus(now, againMs(incident));
  deciding.add('checked', {
    steps: asked,
    saying: judgement.saying,
    again,
    ...(appeared.length === 0 || isActing(incident) ? {} : { appeared }),
  });
  if (settled) deciding.add('stepSeen', { steps: group.map((step) => step.id), since });
  else for (const step of group) applyAgain(deciding, step, incident, seen.get(step.id));
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** What is being made at the moment is not known to be custody's own until its step has said so: that is waited for. */
const isActing = ({ steps }: Incident): boolean => steps.some(({ status }) => status === 'ordered');

/** When the last of the group began to stand. */
function stoodSince(incident: Incident, group: readonly Step[], now: Instant): Instant {
  return group.map((step) => stateOf(incident, step.id)?.stoodAt ?? now).reduce(later, '');
}

/** Seen once is not enough: a read after the propagation time must see it too. */
const stoodBefore = (incident: Incident, group: readonly Step[]): boolean =>
  group.every((step) => (stateOf(incident, step.id)?.stoodAt ?? null) !== null);

/** What somebody undid is applied again at once; what has not shown yet is given time first. Proof of use is only waited for. */
function applyAgain(
  deciding: Deciding,
  step: Step,
  before: Incident,
  seen: Checked['steps'][number] | undefined,
): void {
  if (seen === undefined || seen.holds) return;
  if (step.phase !== 'containment' && step.verb !== 'undo') return;
  const stood = stateOf(before, step.id)?.stoodAt ?? null;
  const again = stood === null ? plus(deciding.now, againMs(before)) : null;
  deciding.add('undoneFound', { step: step.id, saw: seen.saw, again });
  if (stood !== null) {
    deciding.tell(
      step.party,
      `${before.title}: undone by somebody, applied again: ${step.does} (${seen.saw})`,
    );
  }
}

/** Whether this identity was attacked before: whoever judges it must know. */
export function recalled(deciding: Deciding, earlier: Earlier | null, unknown: string | null): void {
  deciding.add('recalled', { earlier, unknown });
  if (earlier === null) return;
  const { incident } = deciding;
  const times = earlier.count === 1 ? 'once' : `${earlier.count} times`;
  deciding.tell(
    incident.hold.party,
    `${incident.title}: this identity was attacked ${times} before; the last incident closed as ${earlier.closedAs} at ${earlier.closedAt}.`,
  );
}

/** Said to whoever must grant it, while there is time. */
export function preflighted(
  deciding: Deciding,
  effect: string,
  missing: string[],
  unknown: string | null,
): void {
  const executor = executorIn(effect);
  deciding.add('preflighted', { executor, missing, unknown });
  if (missing.length === 0) return;
  const { incident } = deciding;
  const step = incident.plans.flatMap(({ plan }) => plan.steps).find((one) => one.executor === executor);
  deciding.tell(
    step?.party ?? incident.hold.party,
    `${incident.title}: ${executor} lacks permissions that the plan needs: ${missing.join(', ').slice(0, 1_000)}. Grant them before they are needed.`,
  );
}

/** `preflight-2-identity-aws` */
const executorIn = (effect: string): string => effect.split('-').slice(2).join('-');

export function decideFailed(deciding: Deciding, effect: string, sort: FailureSort, reason: string): void {
  const { incident, now } = deciding;
  const again = plus(now, againMs(incident));
  const [kind] = effect.split(/[-@#]/);
  if (kind === 'resolve') {
    const given = incident.adopting !== null;
    deciding.add('rulesFailed', { reason, again });
    if (given) deciding.tell(incident.hold.party, `${incident.title}: it keeps its runbook. ${reason}`);
  } else if (kind === 'timetable') deciding.add('timetableFailed', { clock: clockOf(incident), reason });
  else if (kind === 'discover') {
    deciding.add('discoverFailed', { reason, absent: sort === 'absent', again });
    // Said once; the clock that is running pages on.
    if (incident.discovery.trouble !== reason)
      deciding.tell(incident.hold.party, `${incident.title}: cannot look at the identity: ${reason}`);
  } else if (kind === 'check') {
    deciding.add('checkFailed', { reason, absent: sort === 'absent', again });
    trouble(deciding, incident.check.trouble, reason);
  } else if (kind === 'notice') deciding.add('noticeFailed', { notice: effect, reason });
  else if (kind === 'recall') recalled(deciding, null, reason);
  else if (kind === 'preflight') preflighted(deciding, effect, [], reason);
  else if (kind === 'order') failedOrder(deciding, effect, sort, reason, again);
}

function failedOrder(
  deciding: Deciding,
  effect: string,
  sort: FailureSort,
  reason: string,
  again: Instant,
): void {
  const { incident } = deciding;
  const order = effect.split('#')[0];
  const state = incident.steps.find((one) => one.order === order && one.status === 'ordered');
  const step = planUnderWay(incident)?.plan.steps.find((one) => one.id === state?.id);
  if (state === undefined || step === undefined) return;
  if (sort === 'refused' && incident.approved === null) {
    leaveToPeople(deciding, step, reason);
    return;
  }
  if (sort === 'absent') deciding.add('executorAbsent', { step: step.id, executor: step.executor, again });
  else
    deciding.add('stepTrouble', {
      step: step.id,
      sort,
      reason,
      again: lessOften(deciding, state, sort, again),
    });
  trouble(deciding, state.trouble, stateOf(deciding.incident, step.id)?.trouble ?? reason);
  askAnew(deciding, step, sort, reason);
}

/** Checks of the warrant that ask people again: their votes are not what the executor's own policy needs. */
const ASKS_PEOPLE: readonly string[] = [
  'nobodyIsMerelyTold',
  'decisionsAreProven',
  'decisionsAreOfTheirTime',
  'decisionsApprove',
  'nobodyDecidesAboutThemselves',
  'glassIsBrokenByWhomItMay',
  'proofsAreStrongEnough',
  'ownAuthorityAllows',
  'quorumIsMet',
];

/** The gate was met, and the executor does not take the votes for enough: they are asked for anew, and not for ever ordered. */
function askAnew(deciding: Deciding, step: Step, sort: FailureSort, reason: string): void {
  if (sort !== 'refused' || !ASKS_PEOPLE.includes(checkIn(reason) ?? '')) return;
  const why = `${step.executor} does not take the approval for enough: ${reason}`;
  const { approved, steps, gates } = deciding.incident;
  if (step.gate !== 'irreversible') {
    if (approved !== null && steps.every((state) => state.applied === null)) changePlan(deciding, [], why);
    return;
  }
  const met = gates.findLast(({ name, status }) => name === 'irreversible' && status === 'met');
  if (met !== undefined) deciding.add('gateLapsed', { gate: met.id, name: 'irreversible', why });
}

/** What needs a person is not so soon tried again: each time after twice as long, half an hour or so at the most. */
function lessOften(
  { now }: Deciding,
  { attempt, trouble: before }: StepState,
  sort: Exclude<FailureSort, 'absent'>,
  again: Instant,
): Instant {
  if (before === null || !['denied', 'impossible', 'refused'].includes(sort)) return again;
  return plus(now, (epochMs(again) - epochMs(now)) * 2 ** Math.min(attempt - 1, 5));
}

/** A new trouble is told at once and climbs the ladder; the same one again is not told again. */
function trouble(deciding: Deciding, before: string | null, reason: string): void {
  const { incident, now } = deciding;
  if (before === reason) return;
  deciding.tell(incident.offer?.to ?? incident.hold.party, `${incident.title}: ${reason}`);
  if (incident.climb === null) startClimb(deciding, 'trouble', now);
}
