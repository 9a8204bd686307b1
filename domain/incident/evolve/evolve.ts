// How each event changes the state. Never refuses, never mutates what it was given; an event it does not know throws.
import { FIRST_PHASE_RULE, newClimb, newHold } from '../../custody/hold.ts';
import { keyOf } from '../../identity/identity.ts';
import { type Instant, plus } from '../../instant/instant.ts';
import type { EventData, EventType, IncidentEvent } from '../event.ts';
import type { Incident } from '../incident.ts';
import { NOT_WATCHED_YET } from '../watch.ts';
import { EXPOSED_KEPT, keeping, withDetections } from './alerts.ts';
import type { Change } from './changes.ts';
import { automaticChanges } from './automatic.ts';
import { custodyChanges } from './custody.ts';
import { byHandChanges } from './by-hand.ts';
import { followUpsChanges } from './follow-ups.ts';
import { gatesChanges } from './gates.ts';
import { knowledgeChanges, withFacts } from './knowledge.ts';
import { noticesChanges } from './notices.ts';
import { stepsChanges } from './steps.ts';
import { undoChanges } from './undo.ts';
import { watchChanges } from './watch.ts';

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
    facts: withFacts([], detection.classification, []),
    takenBack: [],
    ownerNamed: null,
    lowered: null,
    assessment: null,
    followUps: [],
    acted: false,
    exposed: (detection.exposures ?? []).slice(0, EXPOSED_KEPT),
    rules: null,
    rulesNotBefore: null,
    resolvedFor: null,
    adopting: null,
    timed: null,
    paused: null,
    pausedMs: 0,
    detections: withDetections(
      { count: 0, first: at, last: at, sources: [], credentials: [], finding: null, seen: [] },
      [detection],
      at,
    ),
    hold: newHold('hold-1', FIRST_PHASE_RULE.holder, at, FIRST_PHASE_RULE, null),
    offer: null,
    climb: newClimb('unacknowledged', at, plus(at, FIRST_PHASE_RULE.acknowledgeMs)),
    notices: [],
    gates: [],
    discovery: {
      state: 'wanted',
      round: 1,
      planned: 0,
      notBefore: null,
      found: null,
      stage: null,
      ways: [],
      trouble: null,
    },
    preflight: { round: 0, said: [] },
    before: null,
    concerns: [],
    plans: [],
    automatic: { offered: null, whyNot: null, running: null, worn: [], refused: null, strangers: [] },
    approved: null,
    steps: [],
    putOn: [],
    undo: null,
    check: { round: 0, notBefore: null, saying: null, trouble: null },
    watch: NOT_WATCHED_YET,
    sights: [],
    interruption: { from: null, until: null },
    containment: null,
    attestation: null,
    said: {},
    counters: { hold: 1, gate: 0, order: 0, notice: 0, followUp: 0 },
  };
}

/** Every event but the first; the compiler misses one that is not here. */
const CHANGES: { [T in Exclude<EventType, 'opened'>]: Change<T> } = {
  ...knowledgeChanges,
  ...custodyChanges,
  ...gatesChanges,
  ...stepsChanges,
  ...automaticChanges,
  ...watchChanges,
  ...byHandChanges,
  ...undoChanges,
  ...followUpsChanges,
  ...noticesChanges,
};

export const EVENT_TYPES: readonly string[] = ['opened', ...Object.keys(CHANGES)];

export function evolve(incident: Incident, happened: IncidentEvent, at: Instant): Incident {
  const { type, data } = happened;
  if (type === 'opened') throw new Error('an incident opens once');
  if (!Object.hasOwn(CHANGES, type)) throw new Error(`unknown event: ${String(type)}`);
  const change = CHANGES[type] as Change<typeof type>;
  return change({ ...incident, seq: incident.seq + 1 }, data as never, at);
}
