// Reads of one IAM user and its access keys. Every call names the user: without a name IAM takes the caller's own.
import { GetAccessKeyLastUsedCommand, GetUserCommand, paginateListAccessKeys } from '@aws-sdk/client-iam';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { ISSUE_TAG } from './issue-tag.ts';
import { assertOfAccount } from './of-account.ts';
import type { Principal } from './principal.ts';

export interface User extends Principal {
  userName: string;
  /** As AWS writes it into trust policies when this user is deleted. */
  uniqueId: string;
  /** ARN of the managed policy that limits what its policies allow. */
  boundary: string | null;
  /** null: never, or not on record. AWS learns of it hours later. */
  passwordUsedAt: Instant | null;
  /** It carries the tag by which alone new keys may be made for it. */
  issuable: boolean;
}

export interface AccessKey {
  accessKeyId: string;
  active: boolean;
  /** As AWS writes it. */
  status: string;
  /** AWS keeps whole seconds. */
  createdAt: Instant;
}

export interface LastUse {
  userName: string;
  /** null: never, as far as AWS knows. It learns of a use minutes to hours later. */
  at: Instant | null;
  service: string | null;
  /** null: none, as for IAM and other services without regions. */
  region: string | null;
}

export const USER_PERMISSIONS = ['iam:GetUser'] as const;
export const KEYS_PERMISSIONS = ['iam:ListAccessKeys'] as const;
export const LAST_USE_PERMISSIONS = ['iam:GetAccessKeyLastUsed'] as const;

export async function findUser(aws: Aws, userName: string): Promise<User | null> {
  try {
    const { User } = await aws.iam.send(new GetUserCommand({ UserName: userName }));
    const arn = User?.Arn ?? '';
    assertOfAccount(aws, arn);
    const used = User?.PasswordLastUsed;
    return {
      userName,
      arn,
      uniqueId: User?.UserId ?? '',
      called: `user ${userName}`,
      tagsBy: 'iam:ListUserTags',
      boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      passwordUsedAt: used === undefined ? null : instant(used.getTime()),
      issuable: (User?.Tags ?? []).some(
        ({ Key, Value }) => Key === ISSUE_TAG.key && Value === ISSUE_TAG.value,
      ),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export async function requireUser(aws: Aws, userName: string): Promise<User> {
  const user = await findUser(aws, userName);
  if (user === null) throw impossible(`The user ${userName} does not exist in the account ${aws.account}.`);
  return user;
}

/** Empty where the user does not exist: then its keys do not either. */
export async function keysOf(aws: Aws, userName: string): Promise<AccessKey[]> {
  const keys: AccessKey[] = [];
  try {
    for await (const page of paginateListAccessKeys({ client: aws.iam }, { UserName: userName })) {
      for (const key of page.AccessKeyMetadata ?? []) {
        if (key.AccessKeyId === undefined || key.CreateDate === undefined) continue;
        const status = key.Status ?? 'unknown';
        keys.push({
          accessKeyId: key.AccessKeyId,
          // What is not plainly inactive counts as a way in.
          active: status !== 'Inactive',
          status,
          createdAt: instant(key.CreateDate.getTime()),
        });
      }
    }
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return keys;
}

/** null where no user has this key. */
export async function lastUseOf(aws: Aws, accessKeyId: string): Promise<LastUse | null> {
  try {
    const said = await aws.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }));
    const used = said.AccessKeyLastUsed;
    const userName = said.UserName ?? '';
    if (used?.LastUsedDate === undefined) return { userName, at: null, service: null, region: null };
    return {
      userName,
      at: instant(used.LastUsedDate.getTime()),
      service: stated(used.ServiceName),
      region: stated(used.Region),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** AWS writes `N/A` where there is nothing to say. */
const stated = (text: string | undefined): string | null =>
  text === undefined || text === 'N/A' ? null : text;
