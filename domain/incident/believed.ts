// What a worker's signed answer must be before it counts: its own machine's word, about what was asked.
import type { Judgement } from '../statement/judgement.ts';

/** Whose machine must have said it, about which order and plan; or what is wrong. */
export function notFrom(
  judgement: Judgement,
  machine: string,
  answers: string,
  plan: string | null,
): string | null {
  if (!judgement.readable) return judgement.reason;
  if (!judgement.proof.holds) return judgement.proof.reason;
  if (judgement.statement.person !== machine)
    return `It was signed by ${judgement.statement.person}, not by ${machine}.`;
  if (!judgement.authority.allowed) return judgement.authority.reason;
  if (judgement.statement.answers !== answers || judgement.statement.plan !== plan)
    return 'It answers another order or plan.';
  return null;
}
