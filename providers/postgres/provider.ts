// PostgreSQL as an identity plane: the port of domain/provider, over one cluster.
import { keyOf } from '../../domain/identity/identity.ts';
import type { CredentialKind, Provider, WithoutPeople } from '../../domain/provider/provider.ts';
import type { Cluster } from './cluster.ts';
import { discover } from './discover.ts';
import { kinds } from './kinds.ts';
import { preflight } from './preflight.ts';
import { findRole, loginRoles, membershipsOf } from './roles.ts';
import { ROLE } from './target.ts';
import { openNow } from './ways-in.ts';

export function postgresProvider(cluster: Cluster): Provider {
  const table: Record<string, CredentialKind> = Object.fromEntries(
    kinds.map((make) => {
      const kind = make(cluster);
      return [kind.kind, kind];
    }),
  );
  return {
    name: 'postgres',
    kinds: table,
    // A role's rights cannot be narrowed for one call.
    hand: (_, step) => table[step.kind],
    discover: (request) => discover(cluster, table, request),
    estate: () => ({
      async *everyone() {
        for (const reference of await loginRoles(cluster))
          yield keyOf({ provider: 'postgres', account: cluster.name, kind: ROLE, reference });
      },
      discover: (request) => discover(cluster, table, request),
    }),
    async waysIn({ identity: { account, kind, reference } }) {
      if (account !== cluster.name || kind !== ROLE) return [];
      const role = await findRole(cluster, reference);
      return role === null ? [] : openNow(role, await membershipsOf(cluster, reference));
    },
    self: async () => {
      const rows = await cluster.ask<{ name: string }>(
        'say who this worker is',
        'SELECT on the catalogs',
        'SELECT session_user AS name UNION SELECT current_user',
      );
      return rows.map(({ name }) =>
        keyOf({ provider: 'postgres', account: cluster.name, kind: ROLE, reference: name }),
      );
    },
    withoutPeople: NOTHING,
    preflight: (permissions, targets = []) => preflight(cluster, permissions, targets),
  };
}

/** No alert about a role is read again at its source, so nothing is done without people. */
const NOTHING: WithoutPeople = {
  quarantine: 'postgres/none',
  wearers: async () => [],
  finding: async () => null,
};
