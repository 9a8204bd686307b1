// The rules of one incident, resolved from the runbook when it begins (or is classified anew): plain JSON, carried in the state.
import type { GateName } from '../plan/plan.schema.ts';
import type { GateRule } from './runbook.schema.ts';

export type HeldPhase = 'triage' | 'containment' | 'recovery' | 'hardening';

export interface LadderRule {
  /** Milliseconds after the climb's start. */
  rungs: { afterMs: number; tell: string; person: string | null }[];
  repeatMs: number;
  fallback: ({ do: 'hand-off'; to: string } | { do: 'hold' })[];
}

export interface PhaseRule {
  holder: string;
  acknowledgeMs: number;
  actMs: number;
  ladder: LadderRule;
}

export interface Rules {
  /** Hash of the runbook folder. */
  runbook: string;
  class: string;
  phases: Record<HeldPhase, PhaseRule>;
  gates: Record<GateName, GateRule>;
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
