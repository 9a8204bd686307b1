// A plan is not what is to be done any more: what was asked and approved lapses, and it is judged anew. Shared by the rules that notice it.
import { enterPhase } from './custody-moves.ts';
import type { Deciding } from './decision.ts';
import { openGates } from './incident.ts';

/** `suspects`: credentials that count as stolen from now on. */
export function changePlan(deciding: Deciding, suspects: string[], why: string): void {
  const { approved, phase } = deciding.incident;
  lapseGates(deciding, why);
  if (approved !== null) deciding.add('planChanged', { plan: approved.hash, suspects, why });
  if (phase !== 'triage') enterPhase(deciding, 'triage', why);
}

/** What was asked about the plans before is asked again. */
export function lapseGates(deciding: Deciding, why: string): void {
  const stale = openGates(deciding.incident).filter((gate) => gate.plan !== null || gate.name === 'risk');
  for (const gate of stale) deciding.add('gateLapsed', { gate: gate.id, name: gate.name, why });
}
