// By what a role can be entered: those whom its trust policy lets in, and the machines that carry it. Whoever has rights over IAM can let
// somebody else in while the role is being cut, and no deny on the role takes that away.
import type { Aws } from '../clients.ts';
import { shown } from '../unread.ts';
import { findRole, instanceProfilesOf, PROFILES_PERMISSIONS, type Role, ROLE_PERMISSIONS } from './roles.ts';

export const ROLE_WAYS_PERMISSIONS = [...ROLE_PERMISSIONS, ...PROFILES_PERMISSIONS] as const;

export interface RoleWay {
  kind: 'trust' | 'instance-profile';
  id: string;
}

export const waysIntoRole = ({ trust }: Role, profiles: readonly string[]): RoleWay[] => [
  ...(trust.entrusted ?? []).map(({ id }): RoleWay => ({ kind: 'trust', id: shown(id) })),
  ...profiles.map((name): RoleWay => ({ kind: 'instance-profile', id: shown(name) })),
];

/** What a checker reports with every sight, by the ids that discovery shows. A trust that cannot be understood lets anybody in. */
export async function opensForRole(aws: Aws, roleName: string): Promise<string[]> {
  const role = await findRole(aws, roleName);
  if (role === null) return [];
  const profiles = await instanceProfilesOf(aws, roleName);
  const unclear = role.trust.entrusted === null ? ['*'] : [];
  return [...new Set([...unclear, ...waysIntoRole(role, profiles).map(({ id }) => id)])];
}
