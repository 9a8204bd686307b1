// The steps of the approved plan as they go: whose each is, until when, and what was seen. Pure.
import type { StepView } from '../../domain/incident/view.ts';
import { due, said } from './clock.ts';
import { deadlineSays, type Mark, MARKS } from './plan.ts';

/** No machine sees these: another person looks. */
const MARKS_BY_HAND: Partial<Record<StepView['status'], Mark>> = {
  ordered: ['>', 'asked for'],
  applied: ['~', 'done, not yet confirmed'],
  seen: ['✓', 'confirmed'],
};

export const stepMark = ({ status, byHand }: StepView): Mark =>
  (byHand ? MARKS_BY_HAND[status] : undefined) ?? MARKS[status];

export function stepLines(steps: readonly StepView[], now: Date): string[] {
  return steps.flatMap((step) => {
    const [mark, says] = stepMark(step);
    const when =
      step.seenAt !== null
        ? ` ${said(step.seenAt, now)}`
        : step.status === 'waiting' && step.opensAt !== null
          ? `, its time comes ${due(step.opensAt, now)}`
          : '';
    const over = step.status === 'seen' || step.status === 'skipped';
    return [
      `${mark} ${step.id}. ${step.does} (${step.title}${step.byHand ? ', by hand' : ''}): ${says}${when}`,
      ...(over || step.due === null ? [] : [`     to be done by ${due(step.due, now)}`]),
      ...(over || step.startBy === null
        ? []
        : [`     at the latest ${due(step.startBy, now)}: ${deadlineSays(step.byHand)}`]),
      ...(step.saw === null ? [] : [`     saw: ${step.saw}`]),
      ...(step.trouble === null ? [] : [`     trouble: ${step.trouble}`]),
    ];
  });
}
