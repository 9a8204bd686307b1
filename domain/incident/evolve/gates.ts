// How gates and what is judged at them change.
import type { Changes } from './changes.ts';
import { newStep } from '../../plan/progress.ts';
import type { Incident } from '../incident.ts';
import { heard } from './said.ts';

export const gatesChanges = {
  gateOpened(next, data, at) {
    const { gate, name, plan, rule, closesAs, votes } = data;
    return {
      ...next,
      counters: { ...next.counters, gate: next.counters.gate + 1 },
      gates: [
        ...next.gates.slice(-19),
        { id: gate, name, plan, rule, openedAt: at, status: 'open', votes, closesAs },
      ],
    };
  },

  voted(next, data, at) {
    const { gate, person, parties, verdict, saying, plan } = data;
    if (saying === null) throw new Error('a vote has a proof');
    const gates = next.gates.map((one) =>
      one.id === gate
        ? { ...one, votes: [...one.votes, { person, parties, verdict, plan, at, saying }] }
        : one,
    );
    return heard(
      { ...next, gates },
      data,
      `${verdict === 'approve' ? 'Approved' : 'Rejected'}, counted at ${gate}.`,
      at,
    );
  },

  gateMet(next, data) {
    return withGate(next, data.gate, 'met');
  },

  gateRejected(next, data) {
    return withGate(next, data.gate, 'rejected');
  },

  gateLapsed(next, data) {
    return withGate(next, data.gate, 'lapsed');
  },

  assessed(next, data, at) {
    const { level, verdict } = data;
    return heard({ ...next, level: level ?? next.level }, data, `Assessed: ${verdict}.`, at);
  },

  planApproved(next, data) {
    const approved = next.plans.find((entry) => entry.hash === data.plan);
    if (approved === undefined) throw new Error('an approved plan is one of those shown');
    return { ...next, approved, plans: [approved], steps: approved.plan.steps.map(newStep) };
  },

  closed(next, data) {
    return {
      ...next,
      phase: 'closed',
      outcome: 'closed',
      closedAs: data.as,
      climb: null,
      offer: null,
    };
  },
} satisfies Changes;

function withGate(incident: Incident, id: string, status: 'met' | 'rejected' | 'lapsed'): Incident {
  return { ...incident, gates: incident.gates.map((gate) => (gate.id === id ? { ...gate, status } : gate)) };
}
