// Reads of one IAM role: who it is, who may become it, and for how long.
import {
  GetRoleCommand,
  type Role as AwsRole,
  paginateListInstanceProfilesForRole,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { type Instant, instant } from '../../../domain/instant/instant.ts';
import type { Aws } from '../clients.ts';
import { isMissing } from '../errors.ts';
import { assertOfAccount } from '../of-account.ts';
import type { Principal } from '../principal.ts';
import { type Trust, trustOf } from './trust.ts';

export interface Role extends Principal {
  roleName: string;
  path: string;
  /** As AWS writes it into the trust policies of others when this role is deleted. */
  uniqueId: string;
  trust: Trust;
  /** As IAM answers it, URL-encoded: what is added to, and taken out of. */
  trustDocument: string | undefined;
  /** ARN of the managed policy that limits what its policies allow. */
  boundary: string | null;
  longestSessionSeconds: number;
  /** null: never, or not on record. AWS learns of it hours later, and keeps 400 days. */
  lastUsed: { at: Instant; region: string | null } | null;
}

export const ROLE_PERMISSIONS = ['iam:GetRole'] as const;
export const ROLES_PERMISSIONS = ['iam:ListRoles'] as const;
export const PROFILES_PERMISSIONS = ['iam:ListInstanceProfilesForRole'] as const;

/** AWS's default, where it says nothing. */
const AN_HOUR = 3_600;

function read(said: AwsRole): Role {
  const { RoleName = '', Arn = '', RoleId = '', Path = '/', RoleLastUsed } = said;
  const used = RoleLastUsed?.LastUsedDate;
  return {
    roleName: RoleName,
    arn: Arn,
    path: Path,
    uniqueId: RoleId,
    called: `role ${RoleName}`,
    tagsBy: 'iam:ListRoleTags',
    trust: trustOf(said.AssumeRolePolicyDocument),
    trustDocument: said.AssumeRolePolicyDocument,
    boundary: said.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    longestSessionSeconds: said.MaxSessionDuration ?? AN_HOUR,
    lastUsed:
      used === undefined ? null : { at: instant(used.getTime()), region: RoleLastUsed?.Region ?? null },
  };
}

export async function findRole(aws: Aws, RoleName: string): Promise<Role | null> {
  try {
    const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName }));
    const role = read({ RoleName, ...Role } as AwsRole);
    assertOfAccount(aws, role.arn);
    return role;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** More than an account may have by AWS's quotas: a list without end is not read without end. */
export const MOST_READ = 10_000;

/** The roles of the account; not `all` of them where there are more than are read. Of these, AWS leaves out boundary and last use. */
export async function rolesHere(aws: Aws): Promise<{ roles: Role[]; all: boolean }> {
  const roles: Role[] = [];
  for await (const page of paginateListRoles({ client: aws.iam }, {})) {
    roles.push(...(page.Roles ?? []).map(read));
    if (roles.length > MOST_READ) break;
  }
  const kept = roles.slice(0, MOST_READ);
  return {
    roles: kept.toSorted((a, b) => a.roleName.localeCompare(b.roleName)),
    all: kept.length === roles.length,
  };
}

export async function instanceProfilesOf(aws: Aws, RoleName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListInstanceProfilesForRole({ client: aws.iam }, { RoleName })) {
    for (const { InstanceProfileName } of page.InstanceProfiles ?? [])
      if (InstanceProfileName !== undefined) names.push(InstanceProfileName);
  }
  return names.toSorted();
}
