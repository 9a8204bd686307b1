// Which rights this worker's own role lacks for what it may be asked to do. Nothing is changed.
import type { Evidence, Preflight } from '../../domain/provider/provider.ts';
import type { Cluster } from './cluster.ts';
import { ADMIN, CREATEROLE, GRANTOR, SIGNAL, STATS } from './permissions.ts';

/** By permission: whether it is there; undefined: that is not known here. */
type Held = (targets: readonly Evidence[]) => Promise<boolean | undefined>;

export async function preflight(
  cluster: Cluster,
  permissions: readonly string[],
  targets: readonly Evidence[],
): Promise<Preflight> {
  const held = heldBy(cluster);
  const missing: string[] = [];
  const unsure: string[] = [];
  for (const permission of [...new Set(permissions)].toSorted()) {
    const has = await held[permission]?.(targets);
    if (has === false) missing.push(permission);
    if (has === undefined) unsure.push(permission);
  }
  return {
    missing,
    unknown:
      unsure.length === 0
        ? null
        : `It depends on what is not known beforehand (the role, or the place where the secret is): ${unsure.join(', ')}.`,
  };
}

const named = (targets: readonly Evidence[], fields: readonly string[]): string[] => [
  ...new Set(targets.flatMap((target) => fields.flatMap((field) => target[field] ?? []))),
];

function heldBy(cluster: Cluster): Readonly<Record<string, Held>> {
  const yes = async (condition: string, values: readonly unknown[] = []): Promise<boolean> => {
    const [row] = await cluster.ask<{ yes: boolean }>(
      'say what this worker may',
      'SELECT on the catalogs',
      `SELECT coalesce((${condition}), false) AS yes`,
      values,
    );
    return row?.yes === true;
  };
  const uses = (role: string): Promise<boolean> =>
    yes("SELECT pg_has_role(oid, 'USAGE') FROM pg_roles WHERE rolname = $1", [role]);
  const all = async (roles: readonly string[], has: (role: string) => Promise<boolean>) =>
    roles.length === 0 ? undefined : (await Promise.all(roles.map(has))).every((one) => one);

  return {
    [CREATEROLE]: () => yes('SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user'),
    [SIGNAL]: () => uses(SIGNAL),
    [STATS]: () => uses(STATS),
    // Of a pair only the other one is changed by the step that names it, of whichever step the stolen one.
    [ADMIN]: (targets) =>
      all(
        targets
          .filter((target) => target['grantor'] === undefined)
          .flatMap(({ role, alternate }) => alternate ?? role ?? []),
        (role) =>
          yes("SELECT pg_has_role(oid, 'USAGE WITH ADMIN OPTION') FROM pg_roles WHERE rolname = $1", [role]),
      ),
    [GRANTOR]: (targets) => all(named(targets, ['grantor']), uses),
  };
}
