// Who stands behind an access key's id or a unique id, where an alert gave no name. Read-only.
import { paginateListUsers } from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts';
import { accountInKeyId } from '../../domain/detection/access-key-account.ts';
import type { Aws } from './clients.ts';
import { MOST_READ, ROLES_PERMISSIONS, rolesHere } from './role/roles.ts';
import { whoseSessionKey } from './trail/activity.ts';
import { TRAIL_PERMISSIONS } from './trail/lookup.ts';
import { unlessDenied } from './unread.ts';
import { lastUseOf, LAST_USE_PERMISSIONS } from './users.ts';

export const NAMED_PERMISSIONS = [
  ...LAST_USE_PERMISSIONS,
  ...ROLES_PERMISSIONS,
  ...TRAIL_PERMISSIONS,
  'iam:ListUsers',
  'sts:GetAccessKeyInfo',
] as const;

export type Found = { kind: 'iam-user' | 'iam-role'; name: string } | { nobody: string };

export async function whoseKey(aws: Aws, accessKeyId: string): Promise<Found> {
  const session = accessKeyId.startsWith('ASIA');
  if (session) {
    const whose = await whoseSessionKey(aws, accessKeyId);
    if (whose !== null) return whose;
  }
  const owner = await lastUseOf(aws, accessKeyId);
  if (owner !== null) return { kind: 'iam-user', name: owner.userName };
  const account =
    accountInKeyId(accessKeyId) ??
    (await unlessDenied(new Set(), accessKeyId, async () => {
      const said = await aws.sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }));
      return said.Account ?? null;
    }));
  const elsewhere =
    account === null || account === aws.account
      ? ''
      : ` It belongs to the account ${account}: open it there.`;
  return {
    nobody: session
      ? `The key ${accessKeyId} is of a session, IAM does not say whose, and CloudTrail has no call of it here that could be read.${elsewhere} Open an incident about the user or role that it is of.`
      : `No user of the account ${aws.account} has the access key ${accessKeyId}.${elsewhere}`,
  };
}

/** `AIDA…` of a user, `AROA…` of a role: IAM finds by name alone, so all are read. */
export async function whoseUniqueId(aws: Aws, uniqueId: string): Promise<Found> {
  if (uniqueId.startsWith('AROA')) {
    const { roles, all } = await rolesHere(aws);
    const role = roles.find((one) => one.uniqueId === uniqueId);
    if (role !== undefined) return { kind: 'iam-role', name: role.roleName };
    if (!all) {
      return {
        nobody: `The account ${aws.account} has more roles than are read (${MOST_READ}), and none of those has the unique id ${uniqueId}: open an incident about the role by its name.`,
      };
    }
  } else {
    for await (const { Users } of paginateListUsers({ client: aws.iam }, {})) {
      const name = Users?.find(({ UserId }) => UserId === uniqueId)?.UserName;
      if (name !== undefined) return { kind: 'iam-user', name };
    }
  }
  return {
    nobody: `Nobody in the account ${aws.account} has the unique id ${uniqueId}: it was deleted, or is of another account.`,
  };
}
