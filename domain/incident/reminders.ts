// Clocks beside the one of custody: whoever has it is reminded, whoever keeps the outcome hears how it stands, what is left to do comes
// due, and so do steps. They stand still in a pause. Pure.
import { isLeft } from '../follow-up/follow-up.ts';
import { earliest, epochMs, type Instant, plus } from '../instant/instant.ts';
import { isByHand } from '../plan/by-hand.ts';
import type { Step } from '../plan/plan.schema.ts';
import type { Deciding } from './decision.ts';
import { stepDue } from './follow/plan.ts';
import { type Incident, phaseRule, planUnderWay, stateOf, title } from './incident.ts';

/** The next of them; undefined where there is none. */
export function nextReminder(incident: Incident): Instant | undefined {
  if (incident.paused !== null) return undefined;
  return earliest(
    remindAt(incident) ?? undefined,
    inwardAt(incident) ?? undefined,
    ...incident.followUps.filter(isLeft).map((one) => one.remindAt),
    ...stepsNotOverdue(incident).flatMap((step) => stepDue(incident, step) ?? []),
  );
}

/** Whoever has taken it is reminded until there is progress, or until their time is over and the ladder is climbed. */
export function remindAt(incident: Incident): Instant | null {
  const { hold, climb, offer } = incident;
  const { remindMs } = phaseRule(incident);
  if (remindMs === null || hold.acknowledgedAt === null || climb !== null || offer !== null) return null;
  const at = plus(takenAt(incident), remindMs * (hold.told.holder + 1));
  return at < hold.actBy ? at : null;
}

/** The inward clock: it runs while another organisation has it. */
export function inwardAt(incident: Incident): Instant | null {
  const { hold } = incident;
  const { inward } = phaseRule(incident);
  if (inward === null || inward.party === hold.party) return null;
  return plus(hold.from, inward.everyMs * (hold.told.accountable + 1));
}

const takenAt = ({ hold }: Incident): Instant =>
  hold.acknowledgedAt !== null && hold.acknowledgedAt > hold.from ? hold.acknowledgedAt : hold.from;

/** After an outage one is told once, not once for each that was missed. */
const timesBy = (now: Instant, from: Instant, everyMs: number): number =>
  Math.floor((epochMs(now) - epochMs(from)) / everyMs);

const stepsNotOverdue = (incident: Incident): Step[] =>
  (planUnderWay(incident)?.plan.steps ?? []).filter((step) => {
    const state = stateOf(incident, step.id);
    return state !== undefined && !state.overdue && !['seen', 'skipped'].includes(state.status);
  });

export function tellWhatIsDue(deciding: Deciding): void {
  remindHolder(deciding);
  tellInward(deciding);
  tellFollowUps(deciding);
  tellSteps(deciding);
}

function remindHolder(deciding: Deciding): void {
  const { incident, now } = deciding;
  const due = remindAt(incident);
  const { remindMs } = phaseRule(incident);
  if (due === null || remindMs === null || due > now) return;
  const { party, person, actBy } = incident.hold;
  const times = timesBy(now, takenAt(incident), remindMs);
  deciding.add('reminded', { to: party, person, due, times });
  deciding.tell(
    party,
    `${incident.title}: you have it since ${takenAt(incident)}, and there is no progress yet; until ${actBy} there must be. See what is waited for:`,
    { person, answer: 'show' },
  );
}

function tellInward(deciding: Deciding): void {
  const { incident, now } = deciding;
  const due = inwardAt(incident);
  const { inward } = phaseRule(incident);
  if (due === null || inward === null || due > now) return;
  const { hold } = incident;
  deciding.add('inwardTold', { to: inward.party, due, times: timesBy(now, hold.from, inward.everyMs) });
  deciding.tell(
    inward.party,
    `${incident.title}: ${title(incident, hold.party)} has had it since ${hold.from} and it is still in ${incident.phase}. The outcome is yours: press them, or do what can be done on our side. See:`,
    { answer: 'show' },
  );
}

function tellFollowUps(deciding: Deciding): void {
  const { incident, now } = deciding;
  const repeatMs = incident.rules?.followUps.repeatMs ?? DAY_MS;
  for (const { id, says, party, due, remindAt: at } of incident.followUps.filter(isLeft)) {
    if (at > now) continue;
    deciding.add('followUpDue', { id, due, next: plus(now, repeatMs) });
    for (const told of new Set([party, incident.hold.party]))
      deciding.tell(told, `${incident.title}: ${id} was due at ${due}: ${says}`);
  }
}

const DAY_MS = 24 * 60 * 60_000;

function tellSteps(deciding: Deciding): void {
  const { incident, now } = deciding;
  for (const step of stepsNotOverdue(incident)) {
    const due = stepDue(incident, step);
    if (due === null || due > now) continue;
    deciding.add('stepOverdue', { step: step.id, due });
    // Who did it by hand has done their part: it waits for whoever looks.
    const isDone = isByHand(step) && stateOf(incident, step.id)?.status === 'applied';
    const late = isDone ? step.checker : step.party;
    const what = isDone ? `has not confirmed by ${due}` : `has not done by ${due}`;
    for (const told of new Set([late, incident.hold.party]))
      deciding.tell(told, `${incident.title}: ${title(incident, late)} ${what}: ${step.does}`);
  }
}
