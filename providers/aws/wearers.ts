// Who wears the automatic quarantine now, as IAM itself lists them: how much of an account was cut without a person.
import { paginateListEntitiesForPolicy } from '@aws-sdk/client-iam';
import { keyOf } from '../../domain/identity/identity.ts';
import type { Aws } from './clients.ts';
import { arnOf, QUARANTINE_AUTO } from './policies.ts';

export const WEARERS_PERMISSIONS = ['iam:ListEntitiesForPolicy'] as const;

/** KEYs. Groups and roles are never given it by custody, and count as well. */
export async function wearersOf(aws: Aws): Promise<string[]> {
  const keys: string[] = [];
  const key = (kind: string, reference = '') =>
    keyOf({ provider: 'aws', account: aws.account, kind, reference });
  const PolicyArn = arnOf(aws, QUARANTINE_AUTO);
  for await (const page of paginateListEntitiesForPolicy({ client: aws.iam }, { PolicyArn })) {
    keys.push(
      ...(page.PolicyUsers ?? []).map(({ UserName }) => key('iam-user', UserName)),
      ...(page.PolicyRoles ?? []).map(({ RoleName }) => key('iam-role', RoleName)),
      ...(page.PolicyGroups ?? []).map(({ GroupName }) => key('iam-group', GroupName)),
    );
  }
  return keys.toSorted();
}
