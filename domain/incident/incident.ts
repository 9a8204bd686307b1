// The state of one incident: plain JSON, decided by its events alone.
import type { Climb, Hold, Offer } from '../custody/hold.ts';
import { FIRST_PHASE_RULE } from '../custody/hold.ts';
import type { Detection, Fact, Level } from '../detection/detection.schema.ts';
import type { Gate } from '../gate/gate.ts';
import type { Identity } from '../identity/identity.ts';
import type { Instant } from '../instant/instant.ts';
import type { Discovery, Phase, Plan } from '../plan/plan.schema.ts';
import type { StepState } from '../plan/progress.ts';
import type { HeldPhase, PhaseRule, Rules } from '../runbook/rules.ts';
import type { RefusalCode } from '../statement/refusal.ts';
import type { Saying } from '../statement/statement.schema.ts';

/** How things stand when somebody is told: what every notice says beside its own words. */
export interface Bearing {
  holder: { party: string; title: string; person: string | null };
  /** The one next deadline. */
  due: Instant;
  /** What silence does then. */
  then: string;
  /** The command that answers. */
  answer: string;
}

export interface Notice extends Bearing {
  /** `notice-4` */
  id: string;
  /** A party, or one person of it. */
  to: string;
  person: string | null;
  says: string;
  at: Instant;
  phase: Phase;
  level: Level;
  drill: boolean;
}

/** What was answered to a statement, so that a repetition gets the same. */
export type Answer =
  | { accepted: true; says: string; seq: number }
  | { accepted: false; code: RefusalCode; reason: string };

export interface PlanEntry {
  hash: string;
  plan: Plan;
}

export interface Incident {
  v: 1;
  /** Workflow id. */
  id: string;
  firstRun: string;
  key: string;
  identity: Identity;
  title: string;
  openedAt: Instant;
  /** Events so far: the sequence number of the last. */
  seq: number;
  phase: Phase;
  outcome: 'open' | 'closed' | 'forwarded';
  /** The identity whose incident this belongs to, where it is not this one. */
  forwardTo: Identity | null;
  /** Alerts to be handed on. */
  forwarding: Detection[];
  closedAs: string | null;
  drill: boolean;
  level: Level;
  facts: Fact[];
  /** null until the runbook is read. */
  rules: Rules | null;
  rulesNotBefore: Instant | null;
  /** What the rules were resolved for. */
  resolvedFor: string | null;
  /** Hash of the newer runbook that it moves to. */
  adopting: string | null;
  /** The hold or climb whose instants calendars and rotations have set. */
  timed: string | null;
  /** Clocks stand; steps go on. */
  paused: { since: Instant; until: Instant } | null;
  detections: {
    count: number;
    first: Instant;
    last: Instant;
    sources: string[];
    credentials: string[];
    seen: string[];
  };
  hold: Hold;
  offer: Offer | null;
  climb: Climb | null;
  /** Said to people, not yet delivered nor failed. */
  notices: Notice[];
  gates: Gate[];
  discovery: {
    state: 'wanted' | 'done';
    round: number /** Round that the plans were made from. */;
    planned: number;
    notBefore: Instant | null;
    found: Discovery | null;
  };
  concerns: string[];
  /** What the class allows, a plan a strategy. */
  plans: PlanEntry[];
  /** Approved at the act gate. */
  approved: PlanEntry | null;
  steps: StepState[];
  check: { round: number; notBefore: Instant | null; saying: Saying | null; trouble: string | null };
  containment: { seenAt: Instant; saying: Saying } | null;
  attestation: { person: string; verdict: 'works' | 'broken'; at: Instant; saying: Saying } | null;
  /** Outcome by speaker and statement id, kept until the statement expires. */
  said: { [id: string]: { exp: number; answer: Answer } };
  counters: { hold: number; gate: number; order: number; notice: number };
}

export const phaseRule = (incident: Incident, phase: Phase = incident.phase): PhaseRule =>
  incident.rules === null || phase === 'closed'
    ? FIRST_PHASE_RULE
    : incident.rules.phases[phase as HeldPhase];

export const openGates = (incident: Incident): Gate[] =>
  incident.gates.filter((gate) => gate.status === 'open');

export const gateNamed = (incident: Incident, name: Gate['name']): Gate | undefined =>
  incident.gates.findLast((gate) => gate.name === name && gate.status === 'open');

export const title = (incident: Incident, party: string): string => incident.rules?.parties[party] ?? party;

/** Nothing is cut: a drill, or a class in observe mode. */
export const takesNoStep = (incident: Incident): boolean =>
  incident.drill || (incident.approved?.plan.mode ?? incident.rules?.mode) === 'observe';

/** What the rules depend on: a change of it resolves them anew. */
export const knownFor = (incident: Incident): string => {
  const facts = incident.facts.map(({ fact, value }) => `${fact}:${value}`).toSorted();
  return [incident.level, ...new Set(facts), ...(incident.adopting === null ? [] : [incident.adopting])].join(
    ' ',
  );
};

/** The clock that is running: the hold's own, or a climb's. */
export const clockOf = (incident: Incident): string => {
  const { hold, offer, climb } = incident;
  return `${offer?.id ?? hold.id} ${climb?.startedAt ?? hold.since} ${incident.resolvedFor ?? ''}`;
};

export const stateOf = (incident: Incident, step: string): StepState | undefined =>
  incident.steps.find((state) => state.id === step);
