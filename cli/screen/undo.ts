// What could be undone, and what would stay: beside the plan, for whoever asks that. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { indented } from './columns.ts';
import { shortHash } from './plan.ts';

/** Of an undo that is asked about or being carried out: what is lifted, and what stays. */
export const undoAskedLines = ({ plans }: Pick<IncidentView, 'plans'>): string[] =>
  plans
    .filter(({ plan }) => plan.undoes !== undefined)
    .flatMap(({ hash, plan, consequences }) => [
      `Undo, plan ${shortHash(hash)}`,
      ...indented([...plan.steps.map(({ id, does }) => `${id}. ${does}`), ...consequences]),
    ]);

export function undoLines({ undo, handle }: Pick<IncidentView, 'undo' | 'handle'>): string[] {
  return undo.flatMap(({ verdict, shown, why }) => {
    const as = verdict === null ? 'not cleared' : `cleared (${verdict})`;
    const option = verdict === null ? '' : ` --verdict ${verdict}`;
    if (shown === null) return [`Undo, ${as}: not possible`, ...indented([why ?? ''])];
    return [
      `Undo, ${as}: plan ${shortHash(shown.hash)}`,
      ...indented([
        ...shown.plan.steps.map(({ id, does }) => `${id}. ${does}`),
        ...shown.consequences,
        `ask for it: custody undo ${handle}${option} --reason "…"`,
      ]),
    ];
  });
}
