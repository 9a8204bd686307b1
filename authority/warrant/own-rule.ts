// Whose votes the own policy needs at a gate. What weakens the response is never one person's to decide. Pure.
import type { Step } from '../../domain/plan/plan.schema.ts';
import type { ExecutorPolicy, GatePolicy } from '../policy.schema.ts';

/** undefined: the own policy has no such gate. */
export function ownRule(
  { gates }: Pick<ExecutorPolicy, 'gates'>,
  gate: Step['gate'],
): GatePolicy | undefined {
  if (gate !== 'undo') return gates[gate];
  const rule = gates.undo ?? gates.act;
  return { ...rule, quorum: Math.max(2, rule.quorum) };
}
