// How gates and what is judged at them change.
import type { Changes } from './changes.ts';
import { newStep } from '../../plan/progress.ts';
import type { Incident } from '../incident.ts';
import { lookAgain, withFacts } from './knowledge.ts';
import { heard } from './said.ts';

export const gatesChanges = {
  gateOpened(next, data, at) {
    const { gate, name, plan, rule, closesAs, until, votes } = data;
    return {
      ...next,
      counters: { ...next.counters, gate: next.counters.gate + 1 },
      gates: [
        ...remembered(next.gates),
        { id: gate, name, plan, rule, openedAt: at, status: 'open', votes, closesAs, until },
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
    const { level, verdict, facts } = data;
    return heard(
      { ...next, level: level ?? next.level, facts: withFacts(next.facts, facts) },
      data,
      `Assessed: ${verdict}.`,
      at,
    );
  },

  planApproved(next, data) {
    const approved = next.plans.find((entry) => entry.hash === data.plan);
    if (approved === undefined) throw new Error('an approved plan is one of those shown');
    return { ...next, approved, plans: [approved], steps: approved.plan.steps.map(newStep) };
  },

  planLapsed(next) {
    return lookAgain({ ...next, approved: null, steps: [], containment: null, attestation: null, plans: [] });
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

const GATES_KEPT = 20;

/** Room for one more: the oldest that came to nothing goes. What was met stays, for its votes are the warrant. */
function remembered(gates: Incident['gates']): Incident['gates'] {
  if (gates.length < GATES_KEPT) return gates;
  const spent = gates.find((gate) => gate.status === 'rejected' || gate.status === 'lapsed');
  return gates.filter((gate) => gate !== (spent ?? gates[0]));
}

function withGate(incident: Incident, id: string, status: 'met' | 'rejected' | 'lapsed'): Incident {
  return { ...incident, gates: incident.gates.map((gate) => (gate.id === id ? { ...gate, status } : gate)) };
}
