// How each event changes the state. Never refuses, never mutates what it was given; an event it does not know throws.
import { FIRST_PHASE_RULE, newClimb, newHold } from '../custody/hold.ts';
import { alertMark, strongerLevel } from '../detection/alert.ts';
import type { Detection } from '../detection/detection.schema.ts';
import { type Identity, keyOf } from '../identity/identity.ts';
import { type Instant, plus } from '../instant/instant.ts';
import { newStep, type StepState } from '../plan/progress.ts';
import type { EventData, IncidentEvent, Said } from './event.ts';
import { type Answer, type Incident, phaseRule } from './incident.ts';

const MARKS_KEPT = 200;
const CREDENTIALS_KEPT = 50;

/** The state after the first event. */
export function opened(data: EventData['opened'], at: Instant): Incident {
  const { detection, identity } = data;
  return {
    v: 1,
    id: data.incident,
    firstRun: data.firstRun,
    key: keyOf(identity),
    identity,
    title: detection.title ?? `${detection.source} alert`,
    openedAt: at,
    seq: 1,
    phase: 'triage',
    outcome: 'open',
    forwardTo: data.forwardTo,
    forwarding: keeping([], [detection], data.forwardTo, identity),
    closedAs: null,
    drill: detection.isSample,
    level: detection.level,
    facts: detection.classification,
    rules: null,
    rulesNotBefore: null,
    detections: withDetections(
      { count: 0, first: at, last: at, sources: [], credentials: [], seen: [] },
      [detection],
      at,
    ),
    hold: newHold('hold-1', FIRST_PHASE_RULE.holder, at, FIRST_PHASE_RULE, null),
    offer: null,
    climb: newClimb('unacknowledged', at, plus(at, FIRST_PHASE_RULE.acknowledgeMs)),
    notices: [],
    gates: [],
    discovery: { state: 'wanted', round: 1, planned: 0, notBefore: null, found: null },
    concerns: [],
    plans: [],
    approved: null,
    steps: [],
    check: { round: 0, notBefore: null, saying: null, trouble: null },
    containment: null,
    attestation: null,
    said: {},
    counters: { hold: 1, gate: 0, order: 0, notice: 0 },
  };
}

export function evolve(incident: Incident, happened: IncidentEvent, at: Instant): Incident {
  const next: Incident = { ...incident, seq: incident.seq + 1 };
  switch (happened.type) {
    case 'opened':
      throw new Error('an incident opens once');
    case 'detectionJoined': {
      const { detections } = happened.data;
      const credentials = next.detections.credentials.length;
      next.detections = withDetections(next.detections, detections, at);
      next.forwarding = keeping(next.forwarding, detections, next.forwardTo, next.identity);
      next.level = detections.reduce((level, one) => strongerLevel(level, one.level), next.level);
      // A credential that no plan knows: look again, unless the cut has been approved already.
      if (next.detections.credentials.length > credentials && next.approved === null) return lookAgain(next);
      return next;
    }
    case 'becameReal':
      return lookAgain({
        ...next,
        drill: false,
        phase: 'triage',
        approved: null,
        steps: [],
        containment: null,
        attestation: null,
        plans: [],
      });
    case 'rulesResolved': {
      const { rules } = happened.data;
      const first = next.rules === null;
      next.rules = rules;
      next.rulesNotBefore = null;
      if (rules.checker === null) {
        next.concerns = [
          `No checker of the runbook covers ${next.identity.provider} account ${next.identity.account ?? 'unknown'}.`,
        ];
      }
      return first ? withClocks(next) : next;
    }
    case 'rulesFailed':
      return { ...next, rulesNotBefore: happened.data.again };
    case 'discovered': {
      const { identity } = happened.data.found;
      return {
        ...next,
        forwardTo: identity !== null && keyOf(identity) !== next.key ? identity : next.forwardTo,
        discovery: { ...next.discovery, state: 'done', notBefore: null, found: happened.data.found },
        facts: [
          ...next.facts.filter((old) => !happened.data.found.facts.some((fact) => fact.fact === old.fact)),
          ...happened.data.found.facts,
        ] as Incident['facts'],
      };
    }
    case 'discoverFailed':
      return {
        ...next,
        discovery: { ...next.discovery, notBefore: happened.data.again },
        concerns: [happened.data.reason],
      };
    case 'plansMade':
      return {
        ...next,
        plans: happened.data.plans,
        concerns: happened.data.concerns,
        discovery: { ...next.discovery, planned: next.discovery.round },
      };
    case 'gateOpened': {
      const { gate, name, plan, rule, closesAs, votes } = happened.data;
      return {
        ...next,
        counters: { ...next.counters, gate: next.counters.gate + 1 },
        gates: [
          ...next.gates.slice(-19),
          { id: gate, name, plan, rule, openedAt: at, status: 'open', votes, closesAs },
        ],
      };
    }
    case 'voted': {
      const { gate, person, parties, verdict, saying, plan } = happened.data;
      if (saying === null) throw new Error('a vote has a proof');
      const gates = next.gates.map((one) =>
        one.id === gate
          ? { ...one, votes: [...one.votes, { person, parties, verdict, plan, at, saying }] }
          : one,
      );
      return heard(
        { ...next, gates },
        happened.data,
        `${verdict === 'approve' ? 'Approved' : 'Rejected'}, counted at ${gate}.`,
        at,
      );
    }
    case 'gateMet':
      return withGate(next, happened.data.gate, 'met');
    case 'gateRejected':
      return withGate(next, happened.data.gate, 'rejected');
    case 'gateLapsed':
      return withGate(next, happened.data.gate, 'lapsed');
    case 'assessed': {
      const { level, verdict } = happened.data;
      return heard({ ...next, level: level ?? next.level }, happened.data, `Assessed: ${verdict}.`, at);
    }
    case 'planApproved': {
      const approved = next.plans.find((entry) => entry.hash === happened.data.plan);
      if (approved === undefined) throw new Error('an approved plan is one of those shown');
      return { ...next, approved, plans: [approved], steps: approved.plan.steps.map(newStep) };
    }
    case 'acknowledged': {
      const { person, hold } = happened.data;
      // An offer that is accepted becomes a hold by the event that follows.
      if (hold !== next.hold.id) return heard(next, happened.data, 'Accepted: it is yours now.', at);
      // Nobody's word stops the act-by clock, only progress does.
      const climb = next.climb?.reason === 'noProgress' || next.offer !== null ? next.climb : null;
      return heard(
        { ...next, hold: { ...next.hold, person, acknowledgedAt: next.hold.acknowledgedAt ?? at }, climb },
        happened.data,
        `Acknowledged: you hold it until ${next.hold.actBy}.`,
        at,
      );
    }
    case 'offered': {
      const { hold, to, from, reason, acknowledgeBy, by, said } = happened.data;
      const silent = by === 'silence' ? next.climb : null;
      return heard(
        {
          ...next,
          counters: { ...next.counters, hold: next.counters.hold + 1 },
          offer: { id: hold, to, from, reason, since: at, acknowledgeBy },
          climb: {
            ...newClimb('unacknowledged', at, acknowledgeBy),
            fallback: silent === null ? 0 : silent.fallback,
          },
        },
        said,
        `Offered to ${to}; you hold it until they accept.`,
        at,
      );
    }
    case 'handedOff': {
      const { hold, to, person, actBy } = happened.data;
      return {
        ...next,
        offer: null,
        climb: null,
        hold: { id: hold, party: to, person, since: at, acknowledgeBy: at, acknowledgedAt: at, actBy },
      };
    }
    case 'offerDeclined':
      return heard(
        { ...next, offer: null, climb: newClimb('declined', at, plus(at, phaseRule(next).acknowledgeMs)) },
        happened.data,
        'Declined; the one who offered it still holds it.',
        at,
      );
    case 'offerExpired':
      return { ...next, offer: null };
    case 'climbing':
      return { ...next, climb: newClimb(happened.data.reason, happened.data.due, happened.data.endsAt) };
    case 'rungTold':
      return { ...next, climb: happened.data.climb };
    case 'silence': {
      if (next.climb === null) throw new Error('silence is answered on a ladder');
      return {
        ...next,
        climb: { ...next.climb, fallback: happened.data.next, repeatAt: happened.data.repeatAt },
      };
    }
    case 'silenceNotCounted': {
      if (next.climb === null) throw new Error('silence is counted on a ladder');
      return { ...next, climb: { ...next.climb, endsAt: happened.data.until } };
    }
    case 'told': {
      const { notice, to, person, says } = happened.data;
      return {
        ...next,
        counters: { ...next.counters, notice: next.counters.notice + 1 },
        notices: [...next.notices, { id: notice, to, person, says, at }],
      };
    }
    case 'noticeDelivered':
    case 'noticeFailed':
      return { ...next, notices: next.notices.filter((notice) => notice.id !== happened.data.notice) };
    case 'ordered': {
      const { step, order, attempt } = happened.data;
      const isNew = !next.steps.some((state) => state.order === order);
      return withStep(
        { ...next, counters: { ...next.counters, order: next.counters.order + (isNew ? 1 : 0) } },
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
    }
    case 'stepApplied':
      return {
        ...withStep(next, happened.data.step, (state) => ({
          ...state,
          status: 'applied',
          appliedAt: at,
          evidence: { ...state.evidence, ...happened.data.evidence },
          applied: happened.data.saying,
          trouble: null,
          stoodAt: null,
        })),
        check: { ...next.check, notBefore: null },
        climb: next.climb?.reason === 'trouble' ? null : next.climb,
      };
    case 'stepSkipped':
      return withStep(next, happened.data.step, (state) => ({
        ...state,
        status: 'skipped',
        trouble: happened.data.why,
      }));
    case 'stepTrouble':
      return withStep(next, happened.data.step, (state) => ({
        ...state,
        status: ['retry', 'throttled'].includes(happened.data.sort) ? 'waiting' : 'blocked',
        trouble: happened.data.reason,
        notBefore: happened.data.again,
      }));
    case 'executorAbsent':
      return withStep(next, happened.data.step, (state) => ({
        ...state,
        status: 'waiting',
        trouble: `Nobody is working for ${happened.data.executor}: start its worker.`,
        notBefore: happened.data.again,
      }));
    case 'checked': {
      const saw = new Map(happened.data.steps.map((one) => [one.step, one]));
      return {
        ...next,
        check: {
          round: next.check.round + 1,
          notBefore: happened.data.again,
          saying: happened.data.saying,
          trouble: null,
        },
        steps: next.steps.map((state) => {
          const seen = saw.get(state.id);
          if (seen === undefined) return state;
          return { ...state, saw: seen.saw, stoodAt: seen.holds ? (state.stoodAt ?? at) : null };
        }),
      };
    }
    case 'checkFailed':
      return {
        ...next,
        check: {
          ...next.check,
          round: next.check.round + 1,
          notBefore: happened.data.again,
          trouble: happened.data.reason,
        },
      };
    case 'undoneFound':
      return withStep(next, happened.data.step, (state) => ({
        ...state,
        status: 'waiting',
        notBefore: happened.data.again,
        trouble: happened.data.saw,
      }));
    case 'stepSeen': {
      const seen = new Set(happened.data.steps);
      return {
        ...next,
        check: { ...next.check, notBefore: null },
        steps: next.steps.map((state) =>
          seen.has(state.id) ? { ...state, status: 'seen', seenAt: at, trouble: null } : state,
        ),
      };
    }
    case 'contained': {
      const { saying } = next.check;
      return { ...next, containment: saying === null ? null : { seenAt: at, saying } };
    }
    case 'recovered':
      return next;
    case 'attested': {
      const { person, verdict, saying } = happened.data;
      if (saying === null) throw new Error('an attestation has a proof');
      return heard(
        { ...next, attestation: { person, verdict, at, saying } },
        happened.data,
        `Attested: ${verdict}.`,
        at,
      );
    }
    case 'phaseEntered': {
      const { phase, holder, acknowledgeBy, actBy } = happened.data;
      const entered = { ...next, phase, offer: null, climb: null };
      // The holder stays the holder until the next one accepts; with the same party only the clock begins anew.
      if (holder !== next.hold.party) return entered;
      const answered = next.hold.acknowledgedAt;
      const climb = answered === null ? newClimb('unacknowledged', at, acknowledgeBy) : null;
      return { ...entered, climb, hold: { ...next.hold, acknowledgeBy: answered ?? acknowledgeBy, actBy } };
    }
    case 'noted':
      return heard(next, happened.data, 'Noted.', at);
    case 'refused': {
      const { jti, exp, code, reason, person } = happened.data;
      if (jti === null || exp === null || person === null) return next;
      return {
        ...next,
        said: remembering(next.said, saidKey(person, jti), exp, { accepted: false, code, reason }, at),
      };
    }
    case 'settleFailed':
      return { ...next, concerns: [...next.concerns.slice(-9), happened.data.reason] };
    case 'closed':
      return {
        ...next,
        phase: 'closed',
        outcome: 'closed',
        closedAs: happened.data.as,
        climb: null,
        offer: null,
      };
    case 'forwarded':
      return {
        ...next,
        phase: 'closed',
        outcome: 'forwarded',
        forwardTo: happened.data.to,
        climb: null,
        offer: null,
      };
    default:
      throw new Error(`unknown event: ${(happened as { type: string }).type}`);
  }
}

/** The statement is remembered with what was answered, so that a repetition gets the same. */
function heard(incident: Incident, said: Said | null, says: string, at: Instant): Incident {
  if (said === null || said.saying === null) return incident;
  const answer: Answer = { accepted: true, says, seq: incident.seq };
  return {
    ...incident,
    said: remembering(incident.said, saidKey(said.person, said.jti), said.exp, answer, at),
  };
}

/** Ids are their speaker's: nobody can use up another's. */
export const saidKey = (person: string, jti: string): string => `${person}:${jti}`;

function remembering(
  said: Incident['said'],
  jti: string,
  exp: number,
  answer: Answer,
  at: Instant,
): Incident['said'] {
  if (said[jti] !== undefined) return said;
  const now = Date.parse(at) / 1_000;
  const live = Object.entries(said).filter(([, one]) => one.exp >= now);
  return Object.fromEntries([...live, [jti, { exp, answer }]]);
}

function withDetections(
  known: Incident['detections'],
  detections: readonly Detection[],
  at: Instant,
): Incident['detections'] {
  const credentials = detections.flatMap((one) => (one.credentialId === null ? [] : [one.credentialId]));
  return {
    count: known.count + detections.length,
    first: known.first,
    last: at,
    sources: [...new Set([...known.sources, ...detections.map((one) => one.source)])].slice(0, 20),
    credentials: [...new Set([...known.credentials, ...credentials])].slice(0, CREDENTIALS_KEPT),
    seen: [...known.seen, ...detections.map(alertMark)].slice(-MARKS_KEPT),
  };
}

const FORWARDED_KEPT = 20;

/** What must be handed on to another incident is kept whole, the rest only as marks. */
function keeping(
  kept: readonly Detection[],
  detections: readonly Detection[],
  forwardTo: Identity | null,
  identity: Identity,
): Detection[] {
  if (forwardTo === null && identity.kind !== 'access-key') return [];
  return [...kept, ...detections].slice(0, FORWARDED_KEPT);
}

function lookAgain(incident: Incident): Incident {
  return {
    ...incident,
    discovery: {
      ...incident.discovery,
      state: 'wanted',
      round: incident.discovery.round + 1,
      notBefore: null,
    },
  };
}

/** The runbook's clocks replace the built-in ones, counted from the same moment. */
function withClocks(incident: Incident): Incident {
  const rule = phaseRule(incident);
  const { hold, climb } = incident;
  const acknowledgeBy = hold.acknowledgedAt ?? plus(hold.since, rule.acknowledgeMs);
  return {
    ...incident,
    hold: { ...hold, acknowledgeBy, actBy: plus(hold.since, rule.actMs) },
    climb: climb === null ? null : { ...climb, endsAt: acknowledgeBy },
  };
}

function withGate(incident: Incident, id: string, status: 'met' | 'rejected' | 'lapsed'): Incident {
  return { ...incident, gates: incident.gates.map((gate) => (gate.id === id ? { ...gate, status } : gate)) };
}

function withStep(incident: Incident, id: string, change: (state: StepState) => StepState): Incident {
  return { ...incident, steps: incident.steps.map((state) => (state.id === id ? change(state) : state)) };
}
