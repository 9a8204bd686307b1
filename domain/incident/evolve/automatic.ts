// How what is put on without people comes along, and what is known to be on.
import type { Incident } from '../incident.ts';
import type { Changes } from './changes.ts';
import { newStep } from '../../plan/progress.ts';
import type { StepState } from '../../plan/progress.ts';
import { putOnAfter } from '../../plan/put-on.ts';
import { lookAgain } from './look-again.ts';

const STRANGERS_KEPT = 200;

export const automaticChanges = {
  automaticBegun(next, data) {
    const { offered } = next.automatic;
    if (offered?.hash !== data.plan)
      throw new Error('what begins without people is the plan that was laid down');
    const running = { ...offered, finding: data.finding.id, by: data.by };
    return { ...next, automatic: { ...next.automatic, running }, steps: offered.plan.steps.map(newStep) };
  },

  automaticRefused(next, data) {
    const { running } = next.automatic;
    if (running === null) throw new Error('only what was ordered is refused');
    const refused = { finding: running.finding, reason: data.reason };
    const steps = next.steps.map((state) =>
      state.applied === null || state.id === data.step
        ? { ...state, status: 'skipped' as const, trouble: data.reason }
        : state,
    );
    const asked = { ...next, steps, automatic: { ...next.automatic, refused } };
    return steps.some(({ status }) => status !== 'skipped') ? asked : stopped(asked);
  },

  automaticWithdrawn: stopped,

  automaticSeen: stopped,

  strangersFound(next, data) {
    const { strangers } = next.automatic;
    const known = [...strangers, ...data.keys].slice(-STRANGERS_KEPT);
    return { ...next, automatic: { ...next.automatic, strangers: known } };
  },
} satisfies Changes;

/**
 * Its steps are the incident's no more. What it has put on, or may have, is kept in mind and looked for: what people are asked about
 * must take it off again. Where its executor has said that it put it on, people can undo it.
 */
export function stopped(incident: Incident): Incident {
  const { automatic, steps, check } = incident;
  const { running } = automatic;
  if (running === null) return incident;
  const put = steps.filter(mayBeOn);
  const fresh = put.map(({ id, appliedAt, orderedAt, seenAt }) => {
    const { kind = '', does = '' } = running.plan.steps.find((step) => step.id === id) ?? {};
    return { kind, does, since: appliedAt ?? orderedAt ?? running.plan.madeAt, seenAt };
  });
  const others = automatic.worn.filter(({ kind }) => !fresh.some((one) => one.kind === kind));
  const left: Incident = {
    ...incident,
    automatic: { ...automatic, running: null, worn: [...others, ...fresh] },
    putOn: putOnAfter(incident.putOn ?? [], running, steps),
    steps: [],
    sights: [],
    check: { round: check.round + 1, notBefore: null, saying: null, trouble: null },
  };
  return put.length === 0 ? left : lookAgain(left);
}

/** Refused at the first asking, it was not done; whoever was asked before, and did not answer, may have done it. */
const mayBeOn = ({ status, attempt, applied }: StepState): boolean =>
  applied !== null || attempt > (status === 'skipped' ? 1 : 0);
