// The rules of one incident, resolved from the runbook when it begins (or is classified anew): plain JSON, carried in the state.
import type { GateName } from '../plan/plan.schema.ts';
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
  fallback: ({ do: 'hand-off'; to: string } | { do: 'hold' })[];
}

export interface PhaseRule {
  holder: string;
  acknowledgeMs: number;
  actMs: number;
  /** By name; null: day and night. */
  calendar: string | null;
  ladder: LadderRule;
}

export interface Rules {
  /** Hash of the runbook folder. */
  runbook: string;
  class: string;
  /** In `observe` nothing is cut: what would have been done is recorded and told. */
  mode: 'observe' | 'ask';
  phases: Record<HeldPhase, PhaseRule>;
  gates: Record<Exclude<GateName, 'pause'>, GateRule>;
  pauseMs: number;
  strategies: ('cut' | 'replace-then-cut' | 'restrict')[];
  /** Who acts for each part on this identity, or null: then nobody can, and people are asked. */
  executors: Record<'source-of-truth' | 'owner', { name: string; party: string } | null>;
  checker: string | null;
  owner: string | null;
  /** Where the owner keeps the credential. */
  secret: string | null;
  propagationMs: number;
  orders: { pickUpMs: number; runMs: number; againMs: number };
  validityMs: Record<'containment' | 'recovery' | 'hardening', number>;
  /** Every party of the runbook, with its title for people. */
  parties: Record<string, string>;
}

/** Whether a phase's instants are not plain arithmetic: they are worked out by an activity, which knows time zones. */
export const isTimed = (rule: PhaseRule): boolean =>
  rule.calendar !== null || rule.ladder.rungs.some((rung) => rung.rotation !== null);
