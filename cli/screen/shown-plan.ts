// One plan with all that a person needs before choosing or approving it: its steps, what it would mean, how it differs from the plan
// that was asked about before, and the command that chooses it. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { choosing } from './answers.ts';
import { saidIn } from './clock.ts';
import { indented } from './columns.ts';
import { planLines } from './plan.ts';
import { TOLD_COUNTS } from './votes.ts';

type Shown = IncidentView['plans'][number];

export function shownPlanLines(view: IncidentView, shown: Shown, now: Date): string[] {
  return [
    ...planLines(shown.plan, shown.hash, now),
    ...(isApprovedByTelling(view, shown.hash) ? indented([TOLD_COUNTS]) : []),
    ...indented([...consequencesLines(shown, now), ...differenceLines(view, shown.hash)]),
  ];
}

const isApprovedByTelling = ({ gates }: IncidentView, hash: string): boolean =>
  gates.some(({ plan, assurance }) => plan === hash && assurance === 'told');

/** The same, and what to type to choose it where the risk is still to be judged. */
export function choiceLines(view: IncidentView, shown: Shown, now: Date): string[] {
  const choose = choosing(view, shown);
  return [
    ...shownPlanLines(view, shown, now),
    ...(choose === null ? [] : indented([`${choose.says}:`, `  ${choose.command}`])),
  ];
}

export const consequencesLines = ({ consequences }: Pick<Shown, 'consequences'>, now: Date): string[] =>
  consequences.length === 0
    ? []
    : ['What it would mean', ...indented(consequences.map((one) => saidIn(one, now)))];

function differenceLines({ difference }: IncidentView, hash: string): string[] {
  const differs = difference !== null && Object.hasOwn(difference, hash) ? difference[hash] : undefined;
  if (differs === undefined) return [];
  const { added, gone } = differs;
  if (added.length + gone.length === 0) return ['The same steps as in the plan that was asked about before'];
  return [
    'Against the plan that was asked about before',
    ...indented([...added.map((does) => `new:  ${does}`), ...gone.map((does) => `gone: ${does}`)]),
  ];
}
