// The other one of a pair of roles that a service works as by turns: it gets the new password while the stolen one still works, so
// that the service stands still at no moment.
import type { Cluster } from './cluster.ts';
import { findRole, reachedBy } from './roles.ts';

/** `app_a` and `app_b`; or `app` and `app_clone`, as AWS's own rotation for alternating users names them. */
export function alternateOf(role: string): string {
  if (role.endsWith('_a')) return `${role.slice(0, -2)}_b`;
  if (role.endsWith('_b')) return `${role.slice(0, -2)}_a`;
  return role.endsWith('_clone') ? role.slice(0, -'_clone'.length) : `${role}_clone`;
}

/** Whoever runs programs or writes files as the server itself makes themselves a superuser by them. */
const TAKES_THE_SERVER = ['pg_execute_server_program', 'pg_write_server_files'];

/** Why the stolen role's other one is not safe from the thief, in words; null where it is. */
export async function whyNotAlternate(cluster: Cluster, role: string, other: string): Promise<string | null> {
  const [stolen, found] = [await findRole(cluster, role), await findRole(cluster, other)];
  if (found === null) return `There is no role ${other} to work as meanwhile.`;
  if (stolen?.superuser === true) return `The role ${role} is a superuser and could take over ${other}.`;
  if (found.superuser) return `The role ${other} is a superuser, which no service should work as.`;
  const reached = await reachedBy(cluster, role);
  const power = TAKES_THE_SERVER.find((one) => reached.includes(one));
  if (power !== undefined)
    return `The role ${role} is a member of ${power}, by which it could become a superuser and take over ${other}.`;
  return reached.includes(other)
    ? `By its memberships the role ${role} can become ${other}, or let itself in and set its password.`
    : null;
}
