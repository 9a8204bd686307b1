// Who lets be undone what was done: the act's parties and the SOC, at least two people, whatever a runbook says. Pure.
import { SOC } from '../runbook/resolve.ts';
import type { Rules } from '../runbook/rules.ts';
import type { GateRule } from '../runbook/runbook.schema.ts';

/** The runbook's own gate, or that of the act where it has none. Each party needs a person of its own. */
export function undoRule({ gates }: Pick<Rules, 'gates'>): GateRule {
  const rule = gates.undo ?? gates.act;
  const parties = [...new Set([...rule.parties, SOC])];
  return { ...rule, parties, quorum: Math.max(2, rule.quorum, parties.length) };
}
