// The rules of one incident, resolved from the runbook when it begins (or is classified anew): plain JSON, carried in the state.
import type { Consumer } from '../consumer/consumer.schema.ts';
import type { Strategy } from '../plan/plan.schema.ts';
import type { GateRule } from './runbook.schema.ts';

export type HeldPhase = 'triage' | 'containment' | 'recovery' | 'hardening';

export interface LadderRule {
  /** Milliseconds after the climb's start. */
  rungs: {
    afterMs: number;
    tell: string;
    person: string | null /** By name; who is on call is asked when it matters. */;
    rotation: string | null;
  }[];
  repeatMs: number;
  fallback: ({ do: 'hand-off'; to: string } | { do: 'contain-reversible' } | { do: 'hold' })[];
}

export interface PhaseRule {
  holder: string;
  acknowledgeMs: number;
  actMs: number;
  /** How often whoever has acknowledged it is reminded until there is progress; null: only when `act` is over. */
  remindMs: number | null;
  /** The inward clock, where the holder is another organisation: who keeps the outcome, and how often they are told how it stands. */
  inward: { party: string; everyMs: number } | null;
  /** By name; null: day and night. */
  calendar: string | null;
  ladder: LadderRule;
}

export interface CheckItem {
  name: string;
  /** In words for whoever looks. */
  says: string;
}

/** A step that people do. `confirms` looks and says so, another person than whoever did it. */
export interface ByHandStep {
  phase: 'containment' | 'recovery' | 'hardening';
  party: string;
  confirms: string;
  does: string;
  undo: string;
  check: string;
}

export interface Rules {
  /** Hash of the runbook folder. */
  runbook: string;
  class: string;
  /** In `observe` nothing is cut: what would have been done is recorded and told. In `auto` what executors allow goes first, without people. */
  mode: 'observe' | 'ask' | 'auto';
  phases: Record<HeldPhase, PhaseRule>;
  gates: Record<'risk' | 'act' | 'irreversible' | 'close', GateRule> & {
    /** Left out: as the act's, by `undoRule`. */
    undo?: GateRule;
  };
  /** Parties that may approve the act alone; left out: none. */
  breakGlass?: { parties: string[] };
  /** All pauses of one phase together. */
  pauseMs: number;
  strategies: Strategy[];
  /** Where a strategy replaces first: when the old credential is cut at the latest, counted from the plan. */
  cutByMs: number;
  /** The identity is looked at again before each stage; what has changed is asked about again. */
  rediscover: boolean;
  /** What the owner confirms when they say that the service works. */
  checklist: CheckItem[];
  /** Steps that people do, in order within their phase. */
  byHand: ByHandStep[];
  /** The runbook protects this identity: never cut (`refused`), or by more people. */
  protected: { why: string; refused: boolean; quorum: number | null } | null;
  /** Who acts for each part on this identity, or null: then nobody can, and people are asked. */
  executors: Record<'source-of-truth' | 'owner', { name: string; party: string } | null>;
  /** Credential kinds that have an executor of their own. Left out: none has. */
  apart?: Record<string, { name: string; party: string }>;
  checker: string | null;
  /** null: nobody is known to own it, or more than one claims it; the SOC holds its recovery. */
  owner: string | null;
  /** Parties that claim it by different words (a pattern, a tag), where they disagree. */
  claims: string[];
  followUps: { dueMs: number; exposureMs: number; repeatMs: number };
  /** Where the owner keeps the credential. */
  secret: string | null;
  /** Who works with it, as its owner says. Left out: the runbook names nobody. */
  consumers?: Consumer[];
  /** Versions of the secret that hold the stolen credential are let go at the end. Left out: they are kept. */
  letsGo?: true;
  /** No new credential is to come, and the secret is deleted at the end, restorable for so many days. Left out: one is. */
  retireSecretDays?: number;
  propagationMs: number;
  orders: {
    pickUpMs: number;
    runMs: number;
    againMs: number;
    /** How often what was seen dead is looked at again. */
    watchMs: number;
  };
  validityMs: Record<'containment' | 'recovery' | 'hardening', number>;
  /** Every party of the runbook, with its title for people. */
  parties: Record<string, string>;
}

/** Whether a phase's instants are not plain arithmetic: they are worked out by an activity, which knows time zones. */
export const isTimed = (rule: PhaseRule): boolean =>
  rule.calendar !== null || rule.ladder.rungs.some((rung) => rung.rotation !== null);
