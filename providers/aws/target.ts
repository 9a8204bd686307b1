// What a step names. A plan whose target is not the incident's identity, or lies in another account, is refused here.
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import { secretNameOf } from '../secrets/rule.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';

/** A field of the step's target. */
export function named(step: Step, field: string): string {
  const value = step.target[field];
  if (value === undefined || value === '')
    throw impossible(`The step ${step.id} names no ${field}: make a new plan.`);
  return value;
}

function requireAccount(aws: Aws, { account }: Plan['identity']): void {
  if (account === aws.account) return;
  throw impossible(
    `The plan is about the account ${account ?? 'unknown'}; this worker acts in ${aws.account} alone.`,
  );
}

/** The secret of the step, which must be the identity that the plan is about. */
export function secretIdOf(aws: Aws, { plan, step }: { plan: Plan; step: Step }): string {
  const { kind, reference } = plan.identity;
  requireAccount(aws, plan.identity);
  const secretId = named(step, 'secretId');
  if (kind !== 'secret' || secretNameOf(secretId) !== reference) {
    throw impossible(
      `The step ${step.id} names the secret ${secretId}, but the plan is about ${kind} ${reference}.`,
    );
  }
  return secretId;
}

/** The user of the step, which must be the identity that the plan is about. */
export function userNameOf(aws: Aws, { plan, step }: { plan: Plan; step: Step }): string {
  const { kind, reference } = plan.identity;
  requireAccount(aws, plan.identity);
  const userName = named(step, 'userName');
  if (kind !== 'iam-user' || reference !== userName) {
    throw impossible(
      `The step ${step.id} names the user ${userName}, but the plan is about ${kind} ${reference}.`,
    );
  }
  return userName;
}

/** The role of the step, which must be the identity that the plan is about. */
export function roleNameOf(aws: Aws, { plan, step }: { plan: Plan; step: Step }): string {
  const { kind, reference } = plan.identity;
  requireAccount(aws, plan.identity);
  const roleName = named(step, 'roleName');
  if (kind !== 'iam-role' || reference !== roleName) {
    throw impossible(
      `The step ${step.id} names the role ${roleName}, but the plan is about ${kind} ${reference}.`,
    );
  }
  return roleName;
}

/** The role of the step, which may be another than the plan's: one that the plan's identity could become, and people approved. */
export function anyRoleNameOf(aws: Aws, { plan, step }: { plan: Plan; step: Step }): string {
  requireAccount(aws, plan.identity);
  return named(step, 'roleName');
}
