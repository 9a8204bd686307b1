// How an undo comes along: its plan is asked about, approved in place of the one before, and seen done.
import { newStep } from '../../plan/progress.ts';
import { askedAbout } from './asked-about.ts';
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
    return lookAgain({
      ...unplanned(next),
      assessment: verdict === null ? next.assessment : { ...judged, verdict, by, at },
    });
  },
} satisfies Changes;
