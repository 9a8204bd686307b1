// What a person sees of one incident, in their words. Made from the state alone.
import type { Instant } from '../instant/instant.ts';
import type { Identity } from '../identity/identity.ts';
import type { Fact, Level } from '../detection/detection.schema.ts';
import type { Discovery, GateName, Phase, Plan, Step } from '../plan/plan.schema.ts';

export type StepStatus =
  | 'waiting' // its turn has not come
  | 'ordered' // an executor has it
  | 'applied' // done, not yet seen
  | 'seen' // an independent read saw it, again after propagation
  | 'blocked' // needs a person: `trouble` says why
  | 'skipped'; // a drill, or a class in observe mode, never cuts

export interface StepView {
  id: string;
  does: string;
  party: string;
  reversibility: Step['reversibility'];
  status: StepStatus;
  /** What the checker read last. */
  saw: string | null;
  /** Why it is blocked or late. */
  trouble: string | null;
  /** Not before. */
  opensAt: Instant | null;
  seenAt: Instant | null;
}

export interface GateView {
  /** What a decision's `answers` names, e.g. `act-1`. */
  id: string;
  name: GateName;
  asks: string;
  /** Hash of the plan that is asked about; the risk gate shows one plan a strategy. */
  plan: string | null;
  quorum: number;
  parties: string[];
  votes: { person: string; party: string; verdict: 'approve' | 'reject'; at: Instant }[];
  /** Parties whose vote is still missing. */
  missing: string[];
  openedAt: Instant;
  /** Until when clocks would stand, for a pause. */
  until: Instant | null;
}

export interface IncidentView {
  incident: string;
  firstRun: string;
  handle: string;
  key: string;
  identity: Identity;
  title: string;
  phase: Phase;
  drill: boolean;
  /** In `observe` nothing is cut: what would have been done is recorded and told. */
  mode: 'observe' | 'ask';
  /** While clocks stand. */
  paused: { until: Instant } | null;
  /** The facts that choose the rules, each with its evidence. */
  facts: Fact[];
  level: Level;
  class: string;
  openedAt: Instant;
  /** Who has it. */
  hold: {
    /** What an acknowledgement answers, e.g. `hold-2`. */
    id: string;
    party: string;
    /** The party's title in the runbook. */
    title: string;
    person: string | null;
    since: Instant;
    acknowledgeBy: Instant;
    acknowledgedAt: Instant | null;
    actBy: Instant;
  };
  /** A hand-off on its way: the holder keeps it until this is accepted. An acknowledgement answers its id. */
  offer: {
    id: string;
    to: string;
    title: string;
    reason: string;
    since: Instant;
    acknowledgeBy: Instant;
  } | null;
  /** The one next deadline, and what happens then if nobody does anything. */
  due: { at: Instant; then: string };
  gates: GateView[];
  /** By hash: what the open gates ask about. */
  plans: { hash: string; plan: Plan }[];
  /** The approved plan, step by step; null before approval. */
  steps: StepView[] | null;
  planHash: string | null;
  waysIn: Discovery['waysIn'];
  concerns: string[];
  /** Plain words: what has to come for it to go on. */
  waitingFor: string[];
  detections: { count: number; first: Instant; last: Instant; sources: string[] };
  /** The service owner's word, once given. */
  attestation: { person: string; verdict: 'works' | 'broken'; at: Instant } | null;
  head: { seq: number; hash: string };
  outcome: 'open' | 'closed' | 'forwarded';
  /** Where it went, if forwarded. */
  forwardedTo: string | null;
  closedAs: string | null;
}
