// How an undo comes along: its plan is asked about, approved in place of the one before, and seen done.
import { newStep } from '../../plan/progress.ts';
import { askedAbout } from './asked-about.ts';
import type { Incident } from '../incident.ts';
import type { Changes } from './changes.ts';
import { unplanned } from './knowledge.ts';
import { lookAgain } from './look-again.ts';

export const undoChanges = {
  undoPlanned(next, data) {
    return { ...next, undo: data };
  },

  undoApproved(next, data) {
    const { undo = null } = next;
    if (undo === null || undo.hash !== data.plan) throw new Error('an approved undo is the one asked about');
    return {
      ...unplanned(next),
      before: askedAbout(next) ?? next.before,
      approved: undo,
      plans: [undo],
      steps: undo.plan.steps.map(newStep),
      undo: null,
    };
  },

  /** What the identity is like now, nobody knows before it was looked at. */
  undone(next, data, at) {
    const { verdict, by } = data;
    const judged = next.assessment ?? { impact: null, touched: [], priority: null };
    const open = unplanned(next);
    return lookAgain({
      ...open,
      automatic: { ...open.automatic, refused: notAgain(next) },
      assessment: verdict === null ? next.assessment : { ...judged, verdict, by, at },
    });
  },
} satisfies Changes;

/** By the alert that people answered with an undo, nothing goes on again without them. */
function notAgain({ automatic, detections }: Incident): Incident['automatic']['refused'] {
  const { finding } = detections;
  return finding === null
    ? automatic.refused
    : { finding: finding.id, reason: 'people had what custody put on taken off again.' };
}
