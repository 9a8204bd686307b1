// How gates and what is judged at them change.
import type { Changes } from './changes.ts';
import { newStep } from '../../plan/progress.ts';
import type { Gate } from '../../gate/gate.ts';
import type { Incident } from '../incident.ts';
import { keptCredentials } from './alerts.ts';
import { askedAbout } from './asked-about.ts';
import { stopped } from './automatic.ts';
import { unplanned, withFacts } from './knowledge.ts';
import { lookAgain } from './look-again.ts';
import { heard } from './said.ts';

export const gatesChanges = {
  gateOpened(next, data, at) {
    const { gate, name, plan, rule, closesAs, weakens, binds, until, notBy, votes } = data;
    const bound = binds === undefined ? {} : { binds };
    return {
      ...next,
      counters: { ...next.counters, gate: next.counters.gate + 1 },
      gates: [
        ...remembered(next),
        {
          id: gate,
          name,
          plan,
          rule,
          openedAt: at,
          status: 'open',
          votes,
          closesAs,
          weakens,
          ...bound,
          until,
          notBy,
        },
      ],
    };
  },

  voted(next, data, at) {
    const { gate, person, parties, verdict, assurance, saying, plan } = data;
    if (saying === null) throw new Error('a vote has a statement');
    const gates = next.gates.map((one) => {
      if (one.id !== gate) return one;
      const others = one.votes.filter((vote) => vote.person !== person);
      return { ...one, votes: [...others, { person, parties, verdict, assurance, plan, at, saying }] };
    });
    return heard(
      { ...next, gates },
      data,
      `${verdict === 'approve' ? 'Approved' : 'Rejected'}, counted at ${gate}.`,
      at,
    );
  },

  withdrawn(next, data, at) {
    const { gate, person } = data;
    const gates = next.gates.map((one) =>
      one.id === gate ? { ...one, votes: one.votes.filter((vote) => vote.person !== person) } : one,
    );
    return heard({ ...next, gates }, data, `Taken back at ${gate}.`, at);
  },

  glassBroken(next, data, at) {
    return heard(next, data, 'Approved alone; everybody is told, and somebody else reviews it.', at);
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
    const { level, verdict, facts, owner, person } = data;
    const known = next.assessment;
    const raised = facts.filter(({ value }) => value).map(({ fact }) => fact);
    return heard(
      {
        ...next,
        level: level ?? next.level,
        facts: withFacts(next.facts, facts, []),
        takenBack: next.takenBack.filter((fact) => !raised.includes(fact)),
        ownerNamed: owner ?? next.ownerNamed,
        assessment: {
          verdict: verdict ?? known?.verdict ?? null,
          impact: data.impact ?? known?.impact ?? null,
          touched: [...new Set([...(known?.touched ?? []), ...data.touched])].slice(0, TOUCHED_KEPT),
          priority: data.priority ?? known?.priority ?? null,
          by: person,
          at,
        },
      },
      data,
      verdict === null ? 'Corrected; what it lowers waits for a second person.' : `Assessed: ${verdict}.`,
      at,
    );
  },

  lowered(next, data) {
    const { level, facts, mode } = data;
    const names = facts.map(({ fact }) => fact);
    const rules = next.rules === null || mode === null ? next.rules : { ...next.rules, mode };
    return {
      ...next,
      level: level ?? next.level,
      facts: [...next.facts.filter(({ fact }) => !names.includes(fact)), ...facts],
      takenBack: [...new Set([...next.takenBack, ...names])],
      lowered: mode ?? next.lowered,
      rules,
      // The plans were made for another mode.
      discovery: mode === null ? next.discovery : { ...next.discovery, planned: 0 },
    };
  },

  planApproved(next, data) {
    const approved = next.plans.find((entry) => entry.hash === data.plan);
    if (approved === undefined) throw new Error('an approved plan is one of those shown');
    return { ...stopped(next), approved, plans: [approved], steps: approved.plan.steps.map(newStep) };
  },

  planLapsed(next) {
    return lookAgain(withoutPlan(next));
  },

  planChanged(next, data) {
    const { credentials } = next.detections;
    // What the approved plan cuts stays in doubt, also where no alert names it.
    const cut = (next.approved?.plan.steps ?? [])
      .filter((step) => step.phase === 'containment')
      .flatMap((step) => Object.values(step.target));
    const inDoubt = [...next.discovery.ways.filter((id) => cut.includes(id)), ...data.suspects];
    const suspects = [...new Set(data.suspects.length === 0 ? [] : inDoubt)].filter(
      (id) => !credentials.includes(id),
    );
    const changed = withoutPlan(next);
    if (suspects.length === 0) return changed;
    return lookAgain({
      ...changed,
      detections: {
        ...changed.detections,
        credentials: keptCredentials([...credentials, ...suspects]),
      },
    });
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
const TOUCHED_KEPT = 50;

/** What was approved, or asked about, is kept as words: the next plan is shown with its difference. */
function withoutPlan(incident: Incident): Incident {
  const before = askedAbout(incident) ?? incident.before;
  return { ...unplanned(incident), before };
}

/** Room for one more: the oldest that is over goes. What is open stays, and so do the votes for the approved plan: they are the warrant. */
function remembered({ gates, approved }: Incident): Incident['gates'] {
  if (gates.length < GATES_KEPT) return gates;
  const over = gates.find((gate) => gate.status !== 'open' && !isWarrant(gate, approved));
  return gates.filter((gate) => gate !== over);
}

const isWarrant = ({ status, plan }: Gate, approved: Incident['approved']): boolean =>
  status === 'met' && plan !== null && plan === approved?.hash;

/** Where nothing more rests on the votes, the record alone keeps what was signed. */
function withGate(incident: Incident, id: string, status: 'met' | 'rejected' | 'lapsed'): Incident {
  const over = (gate: Gate): Gate =>
    status === 'met' && gate.plan !== null
      ? { ...gate, status }
      : { ...gate, status, votes: gate.votes.map((vote) => ({ ...vote, saying: null })) };
  return { ...incident, gates: incident.gates.map((gate) => (gate.id === id ? over(gate) : gate)) };
}
