// Whether a key that a user does not list is gone: a key stays with its user, whatever that is called, and whoever may rename users would hide
// it so. Read-only.
import type { Aws } from './clients.ts';
import { findUser, LAST_USE_PERMISSIONS, lastUseOf, USER_PERMISSIONS } from './users.ts';

export const GONE_KEY_PERMISSIONS = [...USER_PERMISSIONS, ...LAST_USE_PERMISSIONS] as const;

/** `holds`: of a key that its user has no more, that nobody else has it either. */
export async function goneKey(
  aws: Aws,
  userName: string,
  accessKeyId: string,
): Promise<{ holds: boolean; saw: string }> {
  const last = (await findUser(aws, userName)) === null ? await lastUseOf(aws, accessKeyId) : null;
  return last === null || last.userName === '' || last.userName === userName
    ? { holds: true, saw: `The key ${accessKeyId} does not exist any more.` }
    : {
        holds: false,
        saw: `The key ${accessKeyId} belongs to the user ${last.userName} now: ${userName} was renamed. Find out who did it, and rename it back (aws iam update-user), or open an incident about ${last.userName}.`,
      };
}
