// postgres/membership: one grant of a role to another is revoked, and can be granted again exactly as it was, with its options and in
// the name of whoever granted it. It bites at once, but for sessions that have become the role before (`postgres/sessions`).
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import { type Cluster, identifier } from './cluster.ts';
import { impossible, isMissing } from './errors.ts';
import { GRANTOR } from './permissions.ts';
import { type Membership, membershipsOf, serverTime } from './roles.ts';
import { named, roleOfPlan } from './target.ts';

export const MEMBERSHIP_KIND = 'postgres/membership';

/** What people approve is all that an undo needs. */
export const membershipTarget = (one: Membership): Record<string, string> => ({
  role: one.role,
  member: one.member,
  grantor: one.grantor,
  admin: String(one.admin),
  inherit: String(one.inherit),
  set: String(one.set),
});

type Named = Pick<Membership, 'role' | 'member' | 'grantor' | 'admin' | 'inherit' | 'set'>;

export const membership = (cluster: Cluster): CredentialKind => ({
  kind: MEMBERSHIP_KIND,
  reversibility: 'reversible',
  permissions: { apply: [GRANTOR], undo: [GRANTOR], check: [] },

  async apply(act) {
    const one = membershipOf(cluster, act);
    const { role, member, grantor } = one;
    const before = act.evidence[act.step.id]?.['revokedAt'];
    if ((await standing(cluster, one)) === undefined)
      return { wasSo: true, evidence: { role, member, revokedAt: before ?? (await serverTime(cluster)) } };
    await changed(
      cluster,
      one,
      `REVOKE ${identifier(role)} FROM ${identifier(member)} GRANTED BY ${identifier(grantor)}`,
    );
    return { wasSo: false, evidence: { role, member, revokedAt: await serverTime(cluster) } };
  },

  async undo(act) {
    const one = membershipOf(cluster, act);
    const { role, member, grantor, admin, inherit, set } = one;
    const evidence = { role, member };
    const now = await standing(cluster, one);
    if (now !== undefined && isAs(now, one)) return { wasSo: true, evidence };
    const options = `ADMIN ${admin}, INHERIT ${inherit}, SET ${set}`;
    await changed(
      cluster,
      one,
      `GRANT ${identifier(role)} TO ${identifier(member)} WITH ${options} GRANTED BY ${identifier(grantor)}`,
    );
    return { wasSo: false, evidence };
  },

  watch: 'check',

  async check({ plan, step }) {
    const one = membershipOf(cluster, { plan, step });
    const now = await standing(cluster, one);
    const who = `${one.member} is ${now === undefined ? 'no' : 'a'} member of ${one.role}, by ${one.grantor}.`;
    const holds = step.verb === 'apply' ? now === undefined : now !== undefined && isAs(now, one);
    return { holds, saw: who };
  },
});

function membershipOf(cluster: Cluster, { plan, step }: { plan: Plan; step: Step }): Named {
  const identity = roleOfPlan(cluster, plan);
  const [role, member] = [named(step, 'role'), named(step, 'member')];
  if (role !== identity && member !== identity)
    throw impossible(
      `The step ${step.id} is about ${role} and ${member}, but the plan is about ${identity}.`,
    );
  const on = (option: string) => named(step, option) === 'true';
  return {
    role,
    member,
    grantor: named(step, 'grantor'),
    admin: on('admin'),
    inherit: on('inherit'),
    set: on('set'),
  };
}

async function standing(cluster: Cluster, { role, member, grantor }: Named): Promise<Membership | undefined> {
  const all = await membershipsOf(cluster, role);
  return all.find((one) => one.role === role && one.member === member && one.grantor === grantor);
}

const isAs = (a: Named, b: Named): boolean =>
  a.admin === b.admin && a.inherit === b.inherit && a.set === b.set;

async function changed(cluster: Cluster, { role, member, grantor }: Named, statement: string): Promise<void> {
  try {
    await cluster.ask(
      `change the membership of ${member} in ${role}`,
      `the privileges of ${grantor}, who granted it`,
      statement,
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw impossible(`One of ${role}, ${member} and ${grantor} does not exist any more: make a new plan.`);
  }
}
