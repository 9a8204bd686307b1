// Every identity of the account that an incident could be about: its root, its users, its roles. Read-only, page by page.
import { paginateListRoles, paginateListUsers } from '@aws-sdk/client-iam';
import { keyOf } from '../../domain/identity/identity.ts';
import type { Aws } from './clients.ts';
import { assertOfAccount } from './of-account.ts';

export const EVERYONE_PERMISSIONS = ['iam:ListUsers', 'iam:ListRoles'] as const;

/** KEYs. Sessions and people of Identity Center are none of IAM's to list: they are looked for by their role. */
export async function* everyone(aws: Aws): AsyncGenerator<string> {
  const key = (kind: string, reference: string) =>
    keyOf({ provider: 'aws', account: aws.account, kind, reference });
  yield key('root', 'root');
  for await (const { Users = [] } of paginateListUsers({ client: aws.iam }, {})) {
    for (const { UserName, Arn } of Users) {
      assertOfAccount(aws, Arn);
      if (UserName !== undefined) yield key('iam-user', UserName);
    }
  }
  for await (const { Roles = [] } of paginateListRoles({ client: aws.iam }, {})) {
    for (const { RoleName, Arn } of Roles) {
      assertOfAccount(aws, Arn);
      if (RoleName !== undefined) yield key('iam-role', RoleName);
    }
  }
}
