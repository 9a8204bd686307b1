// A gate opens: what is asked about which plan, of whom. Shared by what people say and what follows by itself.
import type { Vote, Weakening } from '../gate/gate.ts';
import { weakeningHash } from '../gate/weakening.ts';
import { durationMs, type Instant, plus } from '../instant/instant.ts';
import type { GateName } from '../plan/plan.schema.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';
import type { Deciding } from './decision.ts';

export const atLeastTwo = (rule: GateRule, drill: boolean): GateRule => ({
  ...rule,
  quorum: drill ? rule.quorum : Math.max(2, rule.quorum),
});

/** What was asked to be weaker is not agreed to days later, as things stand then. */
const WEAKENS_FOR_MS = 24 * 60 * 60_000;

function untilOf({ now }: Deciding, rule: GateRule, weakens: Weakening | undefined): Instant | null {
  if (rule.expires !== undefined) return plus(now, durationMs(rule.expires));
  return weakens === undefined ? null : plus(now, WEAKENS_FOR_MS);
}

export function openGate(
  deciding: Deciding,
  name: GateName,
  plan: string | null,
  rule: GateRule,
  more: { closesAs?: string; votes?: Vote[]; weakens?: Weakening; notBy?: string } = {},
): string {
  const gate = `${name}-${deciding.incident.counters.gate + 1}`;
  deciding.add('gateOpened', {
    gate,
    name,
    plan,
    rule,
    closesAs: more.closesAs ?? null,
    weakens: more.weakens ?? null,
    // An undo is its plan: whoever agrees names that, as it is shown.
    ...(more.weakens === undefined || plan !== null ? {} : { binds: weakeningHash(more.weakens) }),
    until: untilOf(deciding, rule, more.weakens),
    notBy: more.notBy ?? null,
    votes: more.votes ?? [],
  });
  return gate;
}
