// A gate opens: what is asked about which plan, of whom. Shared by what people say and what follows by itself.
import type { Vote } from '../gate/gate.ts';
import type { Instant } from '../instant/instant.ts';
import type { GateName } from '../plan/plan.schema.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import type { Deciding } from './decision.ts';

/** How an incident closes whose end custody has not seen. */
export const BY_HAND = 'handledByHand';

export function openGate(
  deciding: Deciding,
  name: GateName,
  plan: string | null,
  rule: GateRule,
  more: { closesAs?: string; votes?: Vote[]; until?: Instant } = {},
): string {
  const gate = `${name}-${deciding.incident.counters.gate + 1}`;
  deciding.add('gateOpened', {
    gate,
    name,
    plan,
    rule,
    closesAs: more.closesAs ?? null,
    until: more.until ?? null,
    votes: more.votes ?? [],
  });
  return gate;
}
