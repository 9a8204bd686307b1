// How steps that people do come along: done by one, confirmed by another.
import { backAt, cutAt } from '../../plan/interruption.ts';
import type { Changes } from './changes.ts';
import { heard } from './said.ts';
import { withStep } from './steps.ts';

export const byHandChanges = {
  doneByHand(next, data, at) {
    const { step, person, saying } = data;
    const done = withStep(next, step, (state) => ({
      ...state,
      status: 'applied',
      appliedAt: at,
      applied: saying,
      confirmed: null,
      evidence: { doneBy: person },
      trouble: null,
    }));
    const { approved, interruption } = done;
    const cut = approved === null ? interruption : cutAt(interruption, approved.plan, step, at);
    return heard(
      withoutTrouble({ ...done, interruption: cut }),
      data,
      'Done; somebody else confirms it.',
      at,
    );
  },

  confirmedByHand(next, data, at) {
    const { step, person, saying, reason } = data;
    const seen = withStep(next, step, (state) => ({
      ...state,
      status: 'seen',
      seenAt: at,
      stoodAt: at,
      confirmed: saying,
      saw: `${person}: ${reason}`,
      trouble: null,
    }));
    // What was called back stands only from now on.
    const { containment } = seen;
    const again = containment === null ? null : { ...containment, seenAt: at };
    const { approved, steps, interruption } = seen;
    const back = approved === null ? interruption : backAt(interruption, approved.plan, steps, at);
    return heard({ ...seen, containment: again, interruption: back }, data, 'Confirmed.', at);
  },

  notDoneByHand(next, data, at) {
    const { step, person, reason } = data;
    const blocked = withStep(next, step, (state) => ({
      ...state,
      status: 'blocked',
      applied: null,
      confirmed: null,
      stoodAt: null,
      seenAt: null,
      trouble: `${person}: ${reason}`,
    }));
    return heard(blocked, data, 'Recorded; whoever holds it is told.', at);
  },

  stepOverdue(next, data) {
    return withStep(next, data.step, (state) => ({ ...state, overdue: true }));
  },

  deadlineCame(next, data) {
    return {
      ...next,
      steps: next.steps.map((state) => (data.steps.includes(state.id) ? { ...state, forced: true } : state)),
    };
  },
} satisfies Changes;

const withoutTrouble = <T extends { climb: { reason: string } | null }>(incident: T): T =>
  incident.climb?.reason === 'trouble' ? { ...incident, climb: null } : incident;
