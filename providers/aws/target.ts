// What a step names. A plan whose target is not the incident's identity, or lies in another account, is refused here.
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';

/** A field of the step's target. */
export function named(step: Step, field: string): string {
  const value = step.target[field];
  if (value === undefined || value === '')
    throw impossible(`The step ${step.id} names no ${field}: make a new plan.`);
  return value;
}

/** The user of the step, which must be the identity that the plan is about. */
export function userNameOf(aws: Aws, { plan, step }: { plan: Plan; step: Step }): string {
  const { account, kind, reference } = plan.identity;
  if (account !== aws.account) {
    throw impossible(
      `The plan is about the account ${account ?? 'unknown'}; this worker acts in ${aws.account} alone.`,
    );
  }
  const userName = named(step, 'userName');
  if (kind !== 'iam-user' || reference !== userName) {
    throw impossible(
      `The step ${step.id} names the user ${userName}, but the plan is about ${kind} ${reference}.`,
    );
  }
  return userName;
}
