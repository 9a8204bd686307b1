// What a person sees of one incident, in their words. Made from the state alone.
import type { CheckItem } from '../runbook/rules.ts';
import type { Weakening } from '../gate/gate.ts';
import type { Instant } from '../instant/instant.ts';
import type { Identity } from '../identity/identity.ts';
import type { Fact, Level } from '../detection/detection.schema.ts';
import type { Assurance } from '../statement/judgement.ts';
import type { Assessment, Earlier } from './incident.ts';
import type { Access } from '../access/access.schema.ts';
import type { Activity } from '../activity/activity.schema.ts';
import type { Discovery, Document, GateName, Phase, Plan, Step, Undoes } from '../plan/plan.schema.ts';

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
  /** The party's title. */
  title: string;
  /** Until when its party must have done it, once its turn has come. */
  due: Instant | null;
  /** The hard deadline: it runs then, even if what comes before is not seen. */
  startBy: Instant | null;
  /** A person of the party does it and says so: `custody attest --step`. */
  byHand: boolean;
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
  votes: {
    person: string;
    party: string;
    verdict: 'approve' | 'reject';
    /** `told`: nobody has proved that it is theirs. */
    assurance: Assurance;
    at: Instant;
  }[];
  /** Parties whose vote is still missing. */
  missing: string[];
  openedAt: Instant;
  /** Votes can be gathered until then. */
  until: Instant | null;
  /** The least that proves a vote; `told`: beside a proven one. */
  assurance: Assurance;
  /** What the incident would close as, at a close gate. */
  closesAs: string | null;
  /** What would become weaker: its hash, computed from this, is what a decision names as its plan. */
  weakens: Weakening | null;
}

export interface FollowUpView {
  id: string;
  kind: string;
  says: string;
  /** Written for whoever mends it, e.g. a trust policy; to be used as it is. */
  documents: Document[];
  party: string;
  title: string;
  since: Instant;
  due: Instant;
  /** open, done, ticketed, waived, void */
  status: string;
  ticket: string | null;
  by: string | null;
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
  /** In `observe` nothing is cut: what would have been done is recorded and told. In `auto` what executors allow goes first, without people. */
  mode: 'observe' | 'ask' | 'auto';
  /** What nobody has decided about; null where nothing is done without people. */
  automatic: {
    /** Ordered, and not seen yet. */
    underWay: Pick<StepView, 'does' | 'status' | 'trouble'>[];
    /** On, as far as is known. `seenAt`: null where it only may be. */
    on: { does: string; since: Instant; seenAt: Instant | null }[];
    /** Why it was left to people. */
    leftToPeople: string | null;
  } | null;
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
    /** Only this person can accept; null: anyone of the party. */
    person: string | null;
    reason: string;
    since: Instant;
    acknowledgeBy: Instant;
  } | null;
  /** The one next deadline, and what happens then if nobody does anything. */
  due: { at: Instant; then: string };
  gates: GateView[];
  /** By hash: what the open gates ask about. */
  plans: {
    hash: string;
    plan: Plan;
    /** Plain words: what it would mean for the service and for the thief. */
    consequences: string[];
  }[];
  /** What could be undone now, if people agree: for each verdict the plan, or why there is none. Empty: nothing stands. */
  undo: {
    verdict: Undoes['verdict'];
    shown: IncidentView['plans'][number] | null;
    why: string | null;
  }[];
  /** Against the plan that was asked about before, per plan hash: what is new and what is gone. null: nothing was asked before. */
  difference: { [hash: string]: { added: string[]; gone: string[] } } | null;
  /** The approved plan, step by step; null before approval. */
  steps: StepView[] | null;
  planHash: string | null;
  waysIn: Discovery['waysIn'];
  tags: NonNullable<Discovery['tags']>;
  /** Who works with it, as far as can be read. */
  consumers: string[];
  /** What it can reach; null: not known. */
  access: Access | null;
  /** What it did since the compromise; null: not known. */
  activity: Activity | null;
  /** Permissions that executors said they lack. */
  missingPermissions: { executor: string; missing: string[]; unknown: string | null }[];
  /** The SOC's word: verdict, impact, what was touched, priority. */
  assessment: Assessment | null;
  /** The closed incident of the same identity before this one. */
  earlier: Earlier | null;
  /** Places where the secret lies open, and what else is left to do. */
  followUps: FollowUpView[];
  /** When what was seen dead is looked at again; null: nothing is watched. */
  watch: { nextAt: Instant } | null;
  /** Who keeps the outcome where another organisation has the act, and when they are told next. */
  accountable: { party: string; title: string; nextAt: Instant } | null;
  concerns: string[];
  /** Plain words: what has to come for it to go on. */
  waitingFor: string[];
  detections: { count: number; first: Instant; last: Instant; sources: string[] };
  /** The service owner's word, once given. */
  attestation: { person: string; verdict: 'works' | 'broken'; at: Instant; confirms: string[] } | null;
  /** What the owner confirms when they say that the service works. */
  checklist: CheckItem[];
  head: { seq: number; hash: string };
  outcome: 'open' | 'closed' | 'forwarded';
  /** Where it went, if forwarded. */
  forwardedTo: string | null;
  closedAs: string | null;
}
