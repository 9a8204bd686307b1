// What the checker sees of what was done: seen twice it is done, and what somebody undid is done again.
import { epochMs, type Instant, instant, plus } from '../instant/instant.ts';
import type { Checked } from '../plan/order.schema.ts';
import type { Step } from '../plan/plan.schema.ts';
import { groupToBeSeen } from '../plan/progress.ts';
import type { Judgement } from '../statement/judgement.ts';
import { againMs } from './again.ts';
import { notFrom } from './believed.ts';
import type { Deciding } from './decision.ts';
import { type Incident, planUnderWay, stateOf, unknownWays } from './incident.ts';

export function decideChecked(deciding: Deciding, request: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const { rules } = incident;
  const underWay = planUnderWay(incident);
  if (underWay === null || rules === null) return;
  const group = groupToBeSeen(underWay.plan, incident.steps);
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
  // What is taken back claims nothing to be shut: the replacement that its plan had made is not waited out.
  const contains = incident.phase === 'containment' && underWay.plan.undoes === undefined;
  const appeared = contains ? unknownWays(incident, waysIn) : [];
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
