// How the approved plan comes along: orders, applications, sights, the owner's word.
import { plus } from '../../instant/instant.ts';
import type { Changes } from './changes.ts';
import type { StepState } from '../../plan/progress.ts';
import { backAt, cutAt } from '../../plan/interruption.ts';
import { type Incident, planUnderWay } from '../incident.ts';
import { lookAgain } from './look-again.ts';
import { heard } from './said.ts';

export const stepsChanges = {
  ordered(next, data, at) {
    const { step, order, attempt } = data;
    const isNew = !next.steps.some((state) => state.order === order);
    return withStep(
      { ...next, acted: true, counters: { ...next.counters, order: next.counters.order + (isNew ? 1 : 0) } },
      step,
      (state) => ({
        ...state,
        status: 'ordered',
        order,
        attempt,
        orderedAt: state.orderedAt ?? at,
        notBefore: null,
      }),
    );
  },

  stepApplied(next, data, at) {
    const underWay = planUnderWay(next);
    return {
      ...withStep(next, data.step, (state) => ({
        ...state,
        status: 'applied',
        appliedAt: at,
        evidence: { ...state.evidence, ...data.evidence },
        applied: data.saying,
        ...(data.wasSo ? {} : { putOn: data.saying }),
        trouble: null,
        stoodAt: null,
      })),
      check: { ...next.check, notBefore: null },
      interruption:
        underWay === null ? next.interruption : cutAt(next.interruption, underWay.plan, data.step, at),
      climb: next.climb?.reason === 'trouble' ? null : next.climb,
    };
  },

  stepSkipped(next, data) {
    return withStep(next, data.step, (state) => ({
      ...state,
      status: 'skipped',
      trouble: data.why,
    }));
  },

  stepTrouble(next, data) {
    return withStep(next, data.step, (state) => ({
      ...state,
      status: ['retry', 'throttled'].includes(data.sort) ? 'waiting' : 'blocked',
      trouble: data.reason,
      notBefore: data.again,
    }));
  },

  executorAbsent(next, data) {
    return withStep(next, data.step, (state) => ({
      ...state,
      status: 'waiting',
      trouble: `Nobody is working for ${data.executor}: start its worker.`,
      notBefore: data.again,
    }));
  },

  checked(next, data, at) {
    const saw = new Map(data.steps.map((one) => [one.step, one]));
    // The checker was away and looks again: that was the trouble, unless a step has one of its own.
    const over = next.check.trouble !== null && next.steps.every((state) => state.trouble === null);
    const checked: Incident = {
      ...next,
      climb: over && next.climb?.reason === 'trouble' ? null : next.climb,
      check: {
        round: next.check.round + 1,
        notBefore: data.again,
        saying: data.saying,
        trouble: null,
      },
      steps: next.steps.map((state) => {
        const seen = saw.get(state.id);
        if (seen === undefined) return state;
        return { ...state, saw: seen.saw, stoodAt: seen.holds ? (state.stoodAt ?? at) : null };
      }),
    };
    const isNews = (data.appeared ?? []).length > 0 && next.discovery.state === 'done';
    return isNews ? lookAgain(checked) : checked;
  },

  checkFailed(next, data) {
    return {
      ...next,
      check: {
        ...next.check,
        round: next.check.round + 1,
        notBefore: data.again,
        trouble: data.reason,
      },
    };
  },

  undoneFound(next, data) {
    return withStep(next, data.step, (state) => ({
      ...state,
      status: 'waiting',
      notBefore: data.again,
      trouble: data.saw,
    }));
  },

  stepSeen(next, data, at) {
    const seen = new Set(data.steps);
    const { saying } = next.check;
    const lifted = (next.approved?.plan.steps ?? [])
      .filter(({ id, verb }) => verb === 'undo' && seen.has(id))
      .map(({ kind }) => kind);
    // One that tells of more stays: what the plan has taken off since was seen by it alone.
    const others = next.sights.filter(({ steps }) => !steps.every((step) => seen.has(step)));
    const steps = next.steps.map(
      (state): StepState =>
        seen.has(state.id) ? { ...state, status: 'seen', seenAt: at, trouble: null } : state,
    );
    return {
      ...next,
      automatic: {
        ...next.automatic,
        worn: next.automatic.worn.filter(({ kind }) => !lifted.includes(kind)),
      },
      sights: saying === null ? others : [...others, { steps: data.steps, saying }],
      check: { ...next.check, notBefore: null },
      interruption:
        next.approved === null
          ? next.interruption
          : backAt(next.interruption, next.approved.plan, steps, data.since),
      steps,
    };
  },

  contained(next, _, at) {
    const notBefore = plus(at, next.rules?.orders.watchMs ?? 0);
    return {
      ...next,
      containment: { seenAt: at, saying: next.check.saying },
      watch: { ...next.watch, notBefore },
    };
  },

  recovered(next) {
    return next;
  },

  attested(next, data, at) {
    const { person, verdict, saying, confirms } = data;
    const looked = confirms === undefined ? {} : { confirms };
    if (saying === null) throw new Error('an attestation has a proof');
    return heard(
      {
        ...next,
        attestation: { person, verdict, at, saying, ...looked },
        steps: verdict === 'broken' ? next.steps.map((state) => waitsAgain(next, state)) : next.steps,
      },
      data,
      `Attested: ${verdict}.`,
      at,
    );
  },
} satisfies Changes;

export function withStep(incident: Incident, id: string, change: (state: StepState) => StepState): Incident {
  return { ...incident, steps: incident.steps.map((state) => (state.id === id ? change(state) : state)) };
}

/** What is being deleted at the moment is taken back: it was ordered because the service worked. */
function waitsAgain({ approved }: Incident, state: StepState): StepState {
  const step = approved?.plan.steps.find(({ id }) => id === state.id);
  return step?.gate === 'irreversible' && state.status === 'ordered'
    ? { ...state, status: 'waiting' }
    : state;
}
