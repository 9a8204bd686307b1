// Work that came to nothing: told once, tried again, and asked of people where only they can help.
import { epochMs, type Instant, plus } from '../instant/instant.ts';
import type { Step } from '../plan/plan.schema.ts';
import type { StepState } from '../plan/progress.ts';
import { againMs } from './again.ts';
import { checkIn, leaveToPeople } from './automatic-moves.ts';
import type { FailureSort } from './command.ts';
import { preflighted, recalled } from './decide-learned.ts';
import { startClimb } from './decide-tick.ts';
import { watchFailed } from './decide-watched.ts';
import type { Deciding } from './decision.ts';
import { clockOf, planUnderWay, stateOf } from './incident.ts';
import { changePlan } from './plan-moves.ts';

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
  else if (kind === 'watch') watchFailed(deciding, reason, sort === 'absent');
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
