// The state of one incident: plain JSON, decided by its events alone.
import type { Climb, Hold, Offer } from '../custody/hold.ts';
import { FIRST_PHASE_RULE } from '../custody/hold.ts';
import type { Detection, Fact, Level } from '../detection/detection.schema.ts';
import type { Gate } from '../gate/gate.ts';
import type { Identity } from '../identity/identity.ts';
import type { Instant } from '../instant/instant.ts';
import type { Discovery, Phase, Plan, Strategy } from '../plan/plan.schema.ts';
import type { Interruption } from '../plan/interruption.ts';
import type { PutOn } from '../plan/put-on.ts';
import type { StepState } from '../plan/progress.ts';
import type { HeldPhase, PhaseRule, Rules } from '../runbook/rules.ts';
import type { RefusalCode } from '../statement/refusal.ts';
import type { Priority, Saying } from '../statement/statement.schema.ts';
import type { Watch } from './watch.ts';
import type { FollowUp } from '../follow-up/follow-up.ts';

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

/** What is put on before anybody has decided. */
export interface Automatic {
  /** Laid down beside the plans that people are asked about; null: nothing may be, and `whyNot` says why. */
  offered: PlanEntry | null;
  whyNot: string | null;
  /** Under way: the incident's steps are its own until it is seen, refused, or people's plan takes its place. */
  running: (PlanEntry & { finding: string; by: 'class' | 'silence' }) | null;
  /** Put on by this incident, or perhaps, and not known to be off. */
  worn: { kind: string; does: string; since: Instant; seenAt: Instant | null }[];
  /** The executor asked that people decide; the same alert is not tried again. */
  refused: { finding: string; reason: string } | null;
  /** KEYs of wearers that its executor did not cut, told once each. */
  strangers: string[];
}

/** The closed incident of the same identity before this one. */
export interface Earlier {
  firstRun: string;
  head: string;
  closedAs: string;
  closedAt: Instant;
  /** How many there were. */
  count: number;
}

/** The SOC's word on what it is. */
export interface Assessment {
  verdict: string | null;
  impact: 'confirmed' | 'suspected' | 'none' | null;
  touched: string[];
  priority: Priority | null;
  by: string;
  at: Instant;
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
  /** Facts that two people took back: no alert and no read makes them true again, only the SOC's word. */
  takenBack: Fact['fact'][];
  /** Named by the SOC. */
  ownerNamed: string | null;
  /** Two people lowered it; only a newer runbook raises it. */
  lowered: 'observe' | null;
  assessment: Assessment | null;
  /** undefined until the record store was asked. */
  earlier?: Earlier | null;
  followUps: FollowUp[];
  /** A worker was asked to act, under whatever plan. */
  acted: boolean;
  /** Where the secret lies open, as alerts say. */
  exposed: string[];
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
  /** Pauses of this phase so far. */
  pausedMs: number;
  detections: {
    count: number;
    first: Instant;
    last: Instant;
    sources: string[];
    credentials: string[];
    /** The gravest alert that an executor can read again at its source, the newest of those. */
    finding: { id: string; level: Level } | null;
    seen: string[];
    /** The earliest moment that an alert tells of; left out where none says. */
    since?: Instant;
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
    /** First step of the stage that the identity was last looked at for. */
    stage: string | null;
    /** Ways in that were known when the plans were made. */
    ways: string[];
    /** Why it could not be looked at, the last time. */
    trouble: string | null;
  };
  /** What executors said of their permissions for the plans of that round. */
  preflight: { round: number; said: { executor: string; missing: string[]; unknown: string | null }[] };
  /** Steps of the plan before, in plain words, once a plan was asked about: a changed plan is shown with its difference. */
  before: { hash: string; strategy: Strategy; does: string[] } | null;
  concerns: string[];
  /** What the class allows, a plan a strategy. */
  plans: PlanEntry[];
  automatic: Automatic;
  /** Approved at the act gate. */
  approved: PlanEntry | null;
  steps: StepState[];
  /** Under plans before this one, the oldest first: it can be undone still. */
  putOn?: PutOn[];
  /** The plan of an undo that was asked about last. */
  undo?: PlanEntry | null;
  check: { round: number; notBefore: Instant | null; saying: Saying | null; trouble: string | null };
  watch: Watch;
  /** What the checker signed when it saw each group of steps stand: the next ones rest on it. */
  sights: { steps: string[]; saying: Saying }[];
  /** Of the service, by cut and replacement; what drills leave out interrupts nothing. */
  interruption: Interruption;
  /** `saying`: the checker's; null where people confirmed it. */
  containment: { seenAt: Instant; saying: Saying | null } | null;
  attestation: {
    person: string;
    verdict: 'works' | 'broken';
    at: Instant;
    saying: Saying;
    confirms?: string[];
  } | null;
  /** Outcome by speaker and statement id, kept until the statement expires. */
  said: { [id: string]: { exp: number; answer: Answer } };
  counters: { hold: number; gate: number; order: number; notice: number; followUp: number };
}

export const phaseRule = (incident: Incident, phase: Phase = incident.phase): PhaseRule =>
  incident.rules === null || phase === 'closed'
    ? FIRST_PHASE_RULE
    : incident.rules.phases[phase as HeldPhase];

export const openGates = (incident: Incident): Gate[] =>
  incident.gates.filter((gate) => gate.status === 'open');

/** Of those that are shown. */
export const planOf = (incident: Incident, hash: string | null): Plan | undefined =>
  incident.plans.find((entry) => entry.hash === hash)?.plan;

export const gateNamed = (incident: Incident, name: Gate['name']): Gate | undefined =>
  incident.gates.findLast((gate) => gate.name === name && gate.status === 'open');

export const title = (incident: Incident, party: string): string => incident.rules?.parties[party] ?? party;

/** Nothing is cut: a drill, or a class in observe mode. */
export const takesNoStep = (incident: Incident): boolean =>
  incident.drill || (incident.approved?.plan.mode ?? incident.rules?.mode) === 'observe';

/** The plan whose steps are taken: what people approved, or what is put on before they have. */
export const planUnderWay = ({ approved, automatic }: Incident): PlanEntry | null =>
  approved ?? automatic.running;

/** What nobody has decided about is on, or may be: an incident that is judged none does not close over it. */
export const isOnWithoutPeople = (incident: Incident): boolean =>
  !takesNoStep(incident) && (incident.automatic.running !== null || incident.automatic.worn.length > 0);

/** Whether the identity is looked at again before each stage of its plan. */
export const looksAgain = (incident: Incident): boolean =>
  incident.rules?.rediscover === true &&
  incident.rules.checker !== null &&
  incident.approved?.plan.undoes === undefined &&
  !takesNoStep(incident);

/** Of these ways in, those that were not known when the plans were made, and that no step has made. */
export function unknownWays({ discovery, steps }: Incident, ways: readonly string[]): string[] {
  const made = steps.flatMap(({ evidence }) => Object.values(evidence));
  return ways.filter((id) => !discovery.ways.includes(id) && !made.includes(id));
}

/** What the rules depend on: a change of it resolves them anew. */
export const knownFor = (incident: Incident): string => {
  const { level, facts, ownerNamed, adopting, discovery } = incident;
  const said = facts.map(({ fact, value }) => `${fact}:${value}`).toSorted();
  const tags = (discovery.found?.tags ?? []).filter((tag) => !tag.writable);
  return [
    level,
    ...new Set(said),
    ...tags.map(({ key, value }) => JSON.stringify([key, value])).toSorted(),
    ...(ownerNamed === null ? [] : [`owner:${ownerNamed}`]),
    ...(adopting === null ? [] : [adopting]),
  ].join(' ');
};

/** The clock that is running: the hold's own, or a climb's. */
export const clockOf = (incident: Incident): string => {
  const { hold, offer, climb } = incident;
  const since = climb?.repeatFrom ?? climb?.startedAt ?? hold.from;
  return `${offer?.id ?? hold.id} ${since} ${incident.resolvedFor ?? ''}`;
};

export const stateOf = (incident: Incident, step: string): StepState | undefined =>
  incident.steps.find((state) => state.id === step);
