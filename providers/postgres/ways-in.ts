// How somebody can work as a role: its own login, and whoever is a member of it or can make one. Sessions that are open are no way in:
// they come and go, and are ended. Pure.
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import { actsAs, type Membership, type Role } from './roles.ts';

type WayIn = Discovery['waysIn'][number];

export function waysInOf(role: Role, memberships: readonly Membership[]): WayIn[] {
  const others = memberships.filter((one) => one.role === role.name && (actsAs(one) || one.admin));
  const names = [...new Set(others.map(({ member }) => member))].toSorted();
  return [
    way('password', role.name, role.canLogin ? 'active' : 'no login', true),
    ...names.map((name) => {
      const grants = others.filter(({ member }) => member === name);
      const able = [
        ...(grants.some(({ set }) => set) ? ['SET ROLE'] : []),
        ...(grants.some(({ inherit }) => inherit) ? ['inherits'] : []),
        ...(grants.some(({ admin }) => admin) ? ['administers'] : []),
      ];
      return way('member', name, able.join(', '), false);
    }),
  ];
}

const way = (kind: string, id: string, status: string, stolen: boolean): WayIn => ({
  kind,
  id,
  status,
  createdAt: null,
  lastUsedAt: null,
  stolen,
});

/** Ids of those that are open now. */
export const openNow = (role: Role, memberships: readonly Membership[]): string[] =>
  waysInOf(role, memberships)
    .filter(({ id }) => id !== role.name || role.canLogin)
    .map(({ id }) => id);
