// What the checker sees of what was cut, after it was seen dead. Tried and refused, it is told; back or used, the incident is open again:
// whoever cuts holds it with new clocks, and what came back is cut again. What was recovered meanwhile stays.
import { plus } from '../instant/instant.ts';
import type { Checked } from '../plan/order.schema.ts';
import { isDone } from '../plan/progress.ts';
import { SOC } from '../runbook/resolve.ts';
import type { Judgement } from '../statement/judgement.ts';
import { againMs } from './again.ts';
import { notFrom } from './believed.ts';
import { enterPhase } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { lapse, lapsesAt } from './follow/plan.ts';
import type { Incident } from './incident.ts';
import { watchedSteps } from './watched-steps.ts';

type Sight = Checked['steps'][number];

export function decideWatched(deciding: Deciding, request: string, judgement: Judgement): void {
  const { incident, now } = deciding;
  const { rules, approved } = incident;
  const watched = watchedSteps(incident);
  const checker = watched[0]?.checker;
  if (rules === null || approved === null || checker === undefined) return;
  const wrong = notFrom(judgement, checker, request, approved.hash);
  if (wrong !== null || !judgement.readable || judgement.saying === null) {
    watchFailed(deciding, wrong ?? 'It was not signed.', false);
    return;
  }
  const { steps } = judgement.statement.body as Checked;
  const seen = watched.flatMap(({ id }) => steps.find((one) => one.step === id) ?? []);
  const again = plus(now, rules.orders.watchMs);
  deciding.add('watched', { steps: seen, saying: judgement.saying, again });
  tellWhoTried(deciding, incident, seen);
  const back = seen.filter(({ holds }) => !holds);
  if (back.length > 0) reopen(deciding, back);
}

/** Nobody looks: that is told once, and tried again, the longer it lasts the more seldom. */
export function watchFailed(deciding: Deciding, reason: string, absent: boolean): void {
  const { incident, now } = deciding;
  const { failed, trouble } = incident.watch;
  const laterMs = Math.min(
    againMs(incident) * 2 ** Math.min(failed, 10),
    incident.rules?.orders.watchMs ?? 0,
  );
  deciding.add('watchFailed', { reason, absent, again: plus(now, Math.max(laterMs, againMs(incident))) });
  if (trouble !== reason)
    deciding.tell(SOC, `${incident.title}: nobody sees whether what was cut is back: ${reason}`);
}

function tellWhoTried(deciding: Deciding, before: Incident, seen: readonly Sight[]): void {
  for (const { step, use, saw } of seen) {
    const known = before.steps.find(({ id }) => id === step)?.usedAt ?? '';
    if (use?.refused !== true || use.at <= known) continue;
    for (const party of new Set([SOC, before.hold.party]))
      deciding.tell(party, `${before.title}: somebody still tries what was cut, and is refused. ${saw}`);
  }
}

function reopen(deciding: Deciding, back: readonly Sight[]): void {
  const saw = back
    .map((one) => one.saw)
    .join(' ')
    .slice(0, 1_000);
  deciding.add('reopened', { steps: back.map(({ step }) => step), saw });
  lapseWhatSaysItIsOver(deciding);
  const { incident, now } = deciding;
  const steps = incident.approved?.plan.steps ?? [];
  const isCut = incident.containment === null;
  const due = lapsesAt(incident);
  const why = `what was seen dead is back. ${saw}`;
  if (due !== null && due <= now) lapse(deciding, due, `${why} Under its plan it could be cut until ${due}.`);
  else if (isCut && isSpent(incident))
    lapse(deciding, now, `${why} What else held it is taken off already, so the cut alone is not enough.`);
  else enterPhase(deciding, isCut ? 'containment' : 'recovery', why);
  const parties = [
    SOC,
    incident.rules?.owner ?? SOC,
    incident.hold.party,
    ...steps.map(({ party }) => party),
  ];
  for (const party of new Set(parties))
    deciding.tell(party, `${incident.title}: open again, because what was seen dead is back. ${saw}`);
}

/** What held its sessions, for example, is off: whoever came back may have made new ones. */
const isSpent = ({ approved, steps }: Incident): boolean =>
  (approved?.plan.steps ?? []).some(
    ({ id, verb, phase }) =>
      verb === 'undo' && phase === 'hardening' && steps.some((state) => state.id === id && state.attempt > 0),
  );

/** Whoever agreed to the deletion or to the close did so because it was dead. */
function lapseWhatSaysItIsOver(deciding: Deciding): void {
  const { gates, approved, steps } = deciding.incident;
  const isDeleted = (approved?.plan.steps ?? [])
    .filter(({ gate }) => gate === 'irreversible')
    .every(({ id }) => steps.some((state) => state.id === id && isDone(state)));
  for (const { id, name, status, plan } of gates) {
    const isOver = status !== 'open' && !(name === 'irreversible' && status === 'met' && !isDeleted);
    if (isOver || plan === null || plan !== approved?.hash) continue;
    if (name === 'irreversible' || name === 'close')
      deciding.add('gateLapsed', { gate: id, name, why: 'what was seen dead is back' });
  }
}
