// What has happened to an incident: the record's lines. A released event is never changed, only added to.
import type { Climb, ClimbReason, Instants } from '../custody/hold.ts';
import type { Detection, Fact, Level } from '../detection/detection.schema.ts';
import type { FollowUpEnd, LeftToDo } from '../follow-up/follow-up.ts';
import type { Vote, Weakening } from '../gate/gate.ts';
import type { Identity } from '../identity/identity.ts';
import type { Instant } from '../instant/instant.ts';
import type { Checked } from '../plan/order.schema.ts';
import type { Discovery, GateName, Phase, Plan, Undoes } from '../plan/plan.schema.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import type { Rules } from '../runbook/rules.ts';
import type { IssuerKey } from '../statement/issuer-key.schema.ts';
import type { Assurance } from '../statement/judgement.ts';
import type { RefusalCode } from '../statement/refusal.ts';
import type { Priority, Saying } from '../statement/statement.schema.ts';
import type { Delivery } from './delivery.ts';
import type { Bearing, Earlier } from './incident.ts';

/** Who said it, and how well that is proved. `jti` and `exp` are null for what was merely told. */
export interface Said {
  person: string;
  assurance: Assurance;
  saying: Saying | null;
  /** The identity provider's key, where a login was the proof. */
  issuerKey?: IssuerKey;
  jti: string;
  exp: number;
}

export interface EventData {
  opened: {
    incident: string;
    firstRun: string;
    identity: Identity;
    detection: Detection;
    forwardTo: Identity | null;
    acknowledgeBy: Instant;
    actBy: Instant;
  };
  detectionJoined: { detections: Detection[] };
  /** A real alert joined what was only a drill: everything begins again, now with acts. */
  becameReal: Record<string, never>;
  /** `known`: what they were resolved for; when that changes they are resolved anew, and the clocks follow. */
  rulesResolved: { rules: Rules; known: string };
  adopted: Said & { runbook: string; reason: string };
  rulesFailed: { reason: string; again: Instant };
  discovered: { found: Discovery; saying: Saying | null };
  discoverFailed: { reason: string; absent: boolean; again: Instant };
  /** `automatic`: what may be put on before anybody decides; `notAutomatic`: why nothing, where the runbook would have it. */
  plansMade: {
    plans: { hash: string; plan: Plan }[];
    concerns: string[];
    automatic?: { hash: string; plan: Plan };
    notAutomatic?: string;
  };
  /** Nobody has decided: it is ordered because the class says so, or because everybody was silent. */
  automaticBegun: { plan: string; finding: { source: string; id: string }; by: 'class' | 'silence' };
  /** The executor does not do this without people. `check`: by which name it says why. */
  automaticRefused: { step: string; check: string | null; reason: string };
  /** Before it was done. */
  automaticWithdrawn: { why: string };
  /** What was put on without people is seen: a restriction, and nobody has decided yet. */
  automaticSeen: Record<string, never>;
  /** Wearers of the automatic quarantine that the executor of this step did not cut. */
  strangersFound: { step: string; keys: string[] };
  gateOpened: {
    gate: string;
    name: GateName;
    plan: string | null;
    rule: GateRule;
    closesAs: string | null;
    weakens: Weakening | null;
    binds?: string;
    until: Instant | null;
    notBy: string | null;
    /** Counted from the gate before. */
    votes: Vote[];
  };
  voted: Said & {
    gate: string;
    verdict: 'approve' | 'reject';
    plan: string | null;
    parties: string[];
    reason: string | null;
  };
  /** A vote is taken back, before there were enough. */
  withdrawn: Said & { gate: string; reason: string | null };
  /** One person approved alone, with a reason. */
  glassBroken: Said & { gate: string; plan: string; reason: string };
  gateMet: { gate: string; name: GateName };
  gateRejected: { gate: string; name: GateName; by: string };
  gateLapsed: { gate: string; name: GateName; why: string };
  assessed: Said & {
    verdict: string | null;
    impact: 'confirmed' | 'suspected' | 'none' | null;
    touched: string[];
    priority: Priority | null;
    /** What raises, or is new. */
    level: Level | null;
    facts: Fact[];
    owner: string | null;
    strategy: string | null;
    reason: string;
  };
  /** Two people agreed. */
  lowered: { level: Level | null; facts: Fact[]; mode: 'observe' | null; gate: string };
  /** From the record store: the closed incident of this identity before, or null. `unknown`: why it could not be looked up. */
  recalled: { earlier: Earlier | null; unknown: string | null };
  /** Whether an executor has the permissions that its steps need. `unknown`: why it could not say. */
  preflighted: { executor: string; missing: string[]; unknown: string | null };
  followUpsFound: {
    followUps: ({ id: string } & LeftToDo)[];
    /** null: found by itself. */
    said: Said | null;
  };
  followUpEnded: {
    id: string;
    as: FollowUpEnd;
    ticket: string | null;
    reason: string;
    person: string;
    said: Said | null;
  };
  /** It was due: its party was told, and is told again at `next`. */
  followUpDue: { id: string; due: Instant; next: Instant };
  /** Acknowledged, and no progress yet. */
  reminded: { to: string; person: string | null; due: Instant; times: number };
  /** The inward clock: whoever keeps the outcome was told that another organisation still has it. */
  inwardTold: { to: string; due: Instant; times: number };
  /** The identity is looked at again before this stage of the approved plan. */
  stageBegun: { step: string };
  /** It is not the plan any more that was approved: what it now needs is asked about. */
  planChanged: { plan: string; suspects: string[]; why: string };
  /** The hard deadline of these steps has come. */
  deadlineCame: { steps: string[]; due: Instant };
  /** The step's own clock ran out. */
  stepOverdue: { step: string; due: Instant };
  /** Of a step that people do. */
  doneByHand: Said & { step: string; reason: string };
  confirmedByHand: Said & { step: string; reason: string };
  notDoneByHand: Said & { step: string; reason: string };
  planApproved: { plan: string };
  /** The plan that would take back what was done; a gate asks about it. */
  undoPlanned: { hash: string; plan: Plan };
  /** It takes the place of the plan before. */
  undoApproved: { plan: string };
  /** It was seen done. `verdict`: the identity was cleared; `by`: by those who agreed. */
  undone: { plan: string; verdict: Undoes['verdict']; by: string };
  /** It cannot be carried out in time any more (`due`): the identity is looked at and judged anew. `plan` is the approved one, or null. */
  planLapsed: { plan: string | null; due: Instant };
  acknowledged: Said & { hold: string };
  offered: {
    hold: string;
    to: string;
    person: string | null;
    from: string;
    reason: string;
    acknowledgeBy: Instant;
    by: 'rule' | 'silence' | 'person';
    said: Said | null;
  };
  handedOff: { hold: string; to: string; person: string; actBy: Instant };
  offerDeclined: Said & { hold: string; reason: string };
  offerExpired: { hold: string; to: string };
  /** By calendars and rotations; `clock` is the hold or climb that they are of. */
  timetableSet: { clock: string; instants: Instants };
  /** Without it the clocks run day and night, which is the stricter. */
  timetableFailed: { clock: string; reason: string };
  paused: { until: Instant };
  resumed: { due: Instant };
  climbing: { reason: ClimbReason; endsAt: Instant; due: Instant };
  /** One rung was told; `due` is when it was to be told. A late one begins its interval anew. */
  rungTold: { rung: number; to: string; person: string | null; due: Instant; late: boolean; climb: Climb };
  /** The ladder's end: what silence does. */
  silence: {
    does: 'hand-off' | 'contain-reversible' | 'hold';
    to: string | null;
    due: Instant;
    next: number;
    repeatAt: Instant | null;
  };
  /** Nobody could hear yet: silence does not count until a notice was delivered or has failed. */
  silenceNotCounted: { due: Instant; until: Instant };
  told: { notice: string; to: string; person: string | null; says: string } & Bearing;
  /** Who was reached, where, and what failed before; null where the notifier did not say. */
  noticeDelivered: { notice: string; delivery: Delivery | null };
  noticeFailed: { notice: string; reason: string };
  ordered: { order: string; step: string; attempt: number };
  stepApplied: { step: string; evidence: Record<string, string>; wasSo: boolean; saying: Saying };
  stepSkipped: { step: string; why: string };
  stepTrouble: {
    step: string;
    sort: 'retry' | 'throttled' | 'denied' | 'impossible' | 'refused';
    reason: string;
    again: Instant;
  };
  executorAbsent: { step: string; executor: string; again: Instant };
  /** `appeared`: ways in that no look has shown and no step has made. They are looked at before anything counts as contained. */
  checked: {
    steps: { step: string; holds: boolean; saw: string }[];
    saying: Saying;
    again: Instant | null;
    appeared?: string[];
  };
  checkFailed: { reason: string; absent: boolean; again: Instant };
  /** What was undone is applied again. */
  undoneFound: { step: string; saw: string; again: Instant | null };
  stepSeen: { steps: string[]; since: Instant };
  /** After it was seen: whether what was cut is back. */
  watched: {
    steps: Checked['steps'];
    saying: Saying;
    again: Instant;
  };
  watchFailed: { reason: string; absent: boolean; again: Instant };
  /** What was seen dead works again, or was used: these steps are done again. */
  reopened: { steps: string[]; saw: string };
  contained: Record<string, never>;
  /** `interruptedSeconds`: from the first cut until the new credential was seen at work; left out where nothing was cut or replaced. */
  recovered: { interruptedSeconds?: number };
  /** `confirms`: items of the checklist; left out: none. */
  attested: Said & { verdict: 'works' | 'broken'; reason: string; confirms?: string[] };
  phaseEntered: { phase: Phase; holder: string; acknowledgeBy: Instant; actBy: Instant };
  noted: Said & { text: string };
  refused: {
    message: string;
    code: RefusalCode;
    reason: string;
    person: string | null /** Hash of what was said. */;
    digest: string | null;
    jti: string | null;
    exp: number | null;
  };
  settleFailed: { reason: string };
  closed: { as: string };
  forwarded: { to: Identity };
}

export type EventType = keyof EventData;
export type IncidentEvent = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

export const event = <T extends EventType>(type: T, data: EventData[T]): IncidentEvent =>
  ({ type, data }) as IncidentEvent;
