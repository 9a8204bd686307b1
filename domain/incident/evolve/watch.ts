// How what was seen dead is watched, and what becomes of it when it is back.
import type { Changes } from './changes.ts';

const DOUBTS_KEPT = 5;

export const watchChanges = {
  watched(next, { steps, saying, again }) {
    const uses = new Map(steps.flatMap(({ step, use }) => (use === undefined ? [] : [[step, use.at]])));
    return {
      ...next,
      watch: {
        ...next.watch,
        round: next.watch.round + 1,
        notBefore: again,
        failed: 0,
        trouble: null,
        saying,
      },
      steps: next.steps.map((state) => {
        const usedAt = uses.get(state.id);
        return usedAt === undefined ? state : { ...state, usedAt };
      }),
    };
  },

  watchFailed(next, { reason, again }) {
    const { round, failed } = next.watch;
    return {
      ...next,
      watch: { ...next.watch, round: round + 1, notBefore: again, failed: failed + 1, trouble: reason },
    };
  },

  /** Who had acknowledged what was over has not acknowledged this. What is lifted or deleted at the moment waits. */
  reopened(next, { steps, saw }) {
    const { watch, hold, check } = next;
    const stepOf = (id: string) => next.approved?.plan.steps.find((step) => step.id === id);
    const isCut = steps.some((id) => stepOf(id)?.phase === 'containment');
    const isReplacement = steps.some((id) => stepOf(id)?.part === 'owner');
    const doubts = watch.saying === null ? watch.doubts : [...watch.doubts, watch.saying];
    return {
      ...next,
      hold: { ...hold, person: null, acknowledgedAt: null },
      containment: isCut ? null : next.containment,
      // By what its readers get now nobody has said that the service works.
      attestation: isReplacement ? null : next.attestation,
      check: { ...check, notBefore: null },
      watch: { ...watch, doubts: doubts.slice(-DOUBTS_KEPT) },
      steps: next.steps.map((state) => {
        if (steps.includes(state.id))
          return {
            ...state,
            status: 'waiting',
            orderedAt: null,
            notBefore: null,
            stoodAt: null,
            seenAt: null,
            saw,
            trouble: saw,
            overdue: false,
          };
        const step = stepOf(state.id);
        const waits = step?.verb === 'undo' || step?.gate === 'irreversible';
        return state.status === 'ordered' && waits ? { ...state, status: 'waiting' } : state;
      }),
    };
  },
} satisfies Changes;
