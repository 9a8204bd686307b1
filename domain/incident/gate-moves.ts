// A gate opens: what is asked about which plan, of whom. Shared by what people say and what follows by itself.
import type { Vote, Weakening } from '../gate/gate.ts';
import type { GateName } from '../plan/plan.schema.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import type { Deciding } from './decision.ts';

/** How an incident closes whose end custody has not seen. */
export const BY_HAND = 'handledByHand';

export const atLeastTwo = (rule: GateRule, drill: boolean): GateRule => ({
  ...rule,
  quorum: drill ? rule.quorum : Math.max(2, rule.quorum),
});

export function openGate(
  deciding: Deciding,
  name: GateName,
  plan: string | null,
  rule: GateRule,
  more: { closesAs?: string; votes?: Vote[]; weakens?: Weakening } = {},
): string {
  const gate = `${name}-${deciding.incident.counters.gate + 1}`;
  deciding.add('gateOpened', {
    gate,
    name,
    plan,
    rule,
    closesAs: more.closesAs ?? null,
    weakens: more.weakens ?? null,
    votes: more.votes ?? [],
  });
  return gate;
}
