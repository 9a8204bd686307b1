// Where access may change at runtime the identity is looked at again before each stage, and what has changed is asked about again.
// And where something is replaced first, the cut comes at its hard deadline, whatever became of the replacement.
import { earliest, type Instant } from '../../instant/instant.ts';
import { buildPlan } from '../../plan/build.ts';
import { changedSince, isSame } from '../../plan/difference.ts';
import type { Step } from '../../plan/plan.schema.ts';
import { currentGroup, groups, isDone, runsIn } from '../../plan/progress.ts';
import type { Deciding } from '../decision.ts';
import { type Incident, looksAgain, stateOf, takesNoStep, unknownWays } from '../incident.ts';
import { changePlan } from '../plan-moves.ts';
import { mayRun } from './plan.ts';

/** Only before its first step: what is applied again is not a new stage. */
export function beginStage(deciding: Deciding): void {
  const { incident, now } = deciding;
  const { approved, discovery } = incident;
  if (approved === null || !looksAgain(incident)) return;
  const [first, ...rest] = currentGroup(approved.plan, incident.steps) ?? [];
  if (first === undefined || discovery.stage === first.id || !mayRun(incident, [first, ...rest], now)) return;
  const isNew = [first, ...rest].every((step) => stateOf(incident, step.id)?.attempt === 0);
  if (isNew) deciding.add('stageBegun', { step: first.id });
}

/** A newer runbook, or a class that is known now, acts: what was only observed is asked about again. */
export function noticeMode(deciding: Deciding): void {
  const { approved, rules, drill } = deciding.incident;
  if (drill || approved?.plan.mode !== 'observe' || rules === null || rules.mode === 'observe') return;
  changePlan(deciding, [], 'it acts from now on, and what was only observed is asked about again.');
}

/** What was found since the approval: another way in, or steps that the approved plan does not have. */
export function noticeChange(deciding: Deciding): void {
  const { incident } = deciding;
  const { approved, rules, discovery } = incident;
  const { found } = discovery;
  if (approved === null || rules === null || found === null || takesNoStep(incident)) return;
  if (discovery.state !== 'done' || discovery.planned === discovery.round) return;
  const suspects = unknownWays(
    incident,
    found.waysIn.map((way) => way.id),
  );
  const { incident: id, firstRun, strategy, drill, madeAt } = approved.plan;
  const context = { incident: id, firstRun, strategy, drill, now: madeAt };
  const fresh = buildPlan(found, rules, context).plan?.steps ?? [];
  const difference = changedSince(approved.plan, incident.steps, fresh);
  if (suspects.length === 0 && isSame(difference)) return;
  const news = [
    ...suspects.map((one) => `a new way in, ${one}`),
    ...difference.added.map((does) => `now needed: ${does}`),
    ...difference.gone.map((does) => `not possible any more: ${does}`),
  ];
  changePlan(
    deciding,
    suspects,
    `its access has changed since the approval (${news.join('; ').slice(0, 1_000)}).`,
  );
}

/** The first hard deadline that is still ahead; null where none is. */
export function deadlineOf(incident: Incident): Instant | null {
  const { approved } = incident;
  if (approved === null || takesNoStep(incident) || incident.phase !== 'containment') return null;
  return earliest(...notForced(incident).flatMap((step) => step.startBy ?? [])) ?? null;
}

const notForced = (incident: Incident): Step[] =>
  (incident.approved?.plan.steps ?? []).filter((step) => {
    const state = stateOf(incident, step.id);
    // What was cut once is past its deadline.
    const isAhead = state !== undefined && !state.forced && !isDone(state) && state.applied === null;
    return step.startBy !== undefined && isAhead;
  });

export function comeToDeadline(deciding: Deciding): void {
  const { incident, now } = deciding;
  const due = deadlineOf(incident);
  if (due === null || due > now || incident.approved === null) return;
  const { plan } = incident.approved;
  const steps = notForced(incident)
    .filter((step) => (step.startBy ?? now) <= now)
    .map((step) => step.id);
  // Where its turn has come by itself, nothing is forced on anybody.
  const waits = groups(plan).find((group) => group.some((step) => steps.includes(step.id)));
  const isItsTurn = currentGroup(plan, incident.steps)?.[0]?.id === waits?.[0]?.id;
  deciding.add('deadlineCame', { steps, due });
  if (isItsTurn || waits === undefined || runsIn(plan, waits) !== 'containment') return;
  for (const party of new Set([incident.hold.party, ...plan.steps.map((step) => step.party)])) {
    deciding.tell(
      party,
      `${incident.title}: the hard deadline of ${due} has come. The old credential is cut now, though what was to come first is not seen yet.`,
    );
  }
}
