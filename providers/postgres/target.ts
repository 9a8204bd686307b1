// What a step names. A plan whose target is not the incident's identity, or lies in another cluster, is refused here.
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Cluster } from './cluster.ts';
import { impossible } from './errors.ts';

export const ROLE = 'role';

/** A field of the step's target. */
export function named(step: Step, field: string): string {
  const value = step.target[field];
  if (value === undefined || value === '')
    throw impossible(`The step ${step.id} names no ${field}: make a new plan.`);
  return value;
}

/** The role of the plan, in this cluster. */
export function roleOfPlan({ name }: Pick<Cluster, 'name'>, { identity }: Pick<Plan, 'identity'>): string {
  const { account, kind, reference } = identity;
  if (account !== name)
    throw impossible(
      `The plan is about the cluster ${account ?? 'unknown'}; this worker acts in ${name} alone.`,
    );
  if (kind !== ROLE) throw impossible(`The plan is about ${kind} ${reference}, which is no role.`);
  return reference;
}

/** The role of the step, which must be the identity that the plan is about. */
export function roleOf(cluster: Pick<Cluster, 'name'>, { plan, step }: { plan: Plan; step: Step }): string {
  const role = named(step, 'role');
  if (roleOfPlan(cluster, plan) !== role)
    throw impossible(
      `The step ${step.id} names the role ${role}, but the plan is about ${plan.identity.reference}.`,
    );
  return role;
}
