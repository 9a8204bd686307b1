// A decision point: what is asked about which plan, who may answer, and who has.
import type { Fact, Level } from '../detection/detection.schema.ts';
import type { Instant } from '../instant/instant.ts';
import type { GateName, Undoes } from '../plan/plan.schema.ts';
import type { Assurance } from '../statement/judgement.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import type { Saying } from '../statement/statement.schema.ts';
import { missingParties, quorumMet } from './quorum.ts';

export interface Vote {
  person: string;
  /** Parties of the voter that the gate asks. */
  parties: string[];
  verdict: 'approve' | 'reject';
  assurance: Assurance;
  /** The plan that the voter saw. */
  plan: string | null;
  at: Instant;
  /** The proven statement: it travels in the warrant. null once nothing more rests on it. */
  saying: Saying | null;
}

export interface Gate {
  /** `act-1`: what a decision's `answers` names. */
  id: string;
  name: GateName;
  /** Hash of the plan asked about; null where several are shown (risk) or none matters (close). */
  plan: string | null;
  rule: GateRule;
  openedAt: Instant;
  status: 'open' | 'met' | 'rejected' | 'lapsed';
  votes: Vote[];
  /** What the incident closes as, for a close gate. */
  closesAs: string | null;
  /** What becomes weaker when two people agree. */
  weakens: Weakening | null;
  /** Hash of that: a decision there names it as its plan, so that nobody agrees to something else than they were shown. Gates of earlier releases have none. */
  binds?: string;
  /** Votes can be gathered until then; null: as long as it is asked. */
  until: Instant | null;
  /** Whose vote does not count: what is asked is about them. */
  notBy: string | null;
}

/** How an incident closes whose end custody has not seen. */
export const BY_HAND = 'handledByHand';

/** What weakens the response, and so needs a second person. */
export type Weakening =
  | { do: 'pause'; until: Instant }
  | { do: 'lower'; level: Level | null; facts: Fact[]; mode: 'observe' | null }
  /** `says`: what is left undone, in words; gates of earlier releases name it only. */
  | { do: 'waive'; followUp: string; says?: string; reason: string }
  | { do: 'undo'; plan: string; verdict: Undoes['verdict'] };

/** What a decision at this gate names as its plan. */
export const askedAt = ({ binds, plan }: Pick<Gate, 'binds' | 'plan'>): string | null => binds ?? plan;

export const isOpen = (gate: Gate): boolean => gate.status === 'open';

export const approvals = (gate: Gate): Vote[] => gate.votes.filter((vote) => vote.verdict === 'approve');

export const rejections = (gate: Gate): Vote[] => gate.votes.filter((vote) => vote.verdict === 'reject');

/** One no ends it, or as many as it takes to approve it. */
export const isRejected = (gate: Gate): boolean =>
  rejections(gate).length >= (gate.rule.rejection === 'majority' ? gate.rule.quorum : 1);

/** What is merely told counts beside what is proven, and never alone. */
export const isMetBy = (gate: Gate, votes: readonly Vote[]): boolean =>
  quorumMet(gate.rule, votes) && votes.some(({ assurance }) => assurance !== 'told');

export const partiesMissing = (gate: Gate): string[] => missingParties(gate.rule, approvals(gate));
