// The inline policies of a role, read to the last page. AWS counts the characters of all of them together.
import { GetRolePolicyCommand, paginateListRolePolicies } from '@aws-sdk/client-iam';
import type { Aws } from '../clients.ts';
import { isMissing } from '../errors.ts';

export const INLINE_PERMISSIONS = ['iam:ListRolePolicies', 'iam:GetRolePolicy'] as const;

/** IAM's quota (IAM and AWS STS quotas: role inline policies, white space not counted). */
export const INLINE_CHARACTERS = 10_240;

export async function inlineOfRole(aws: Aws, RoleName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListRolePolicies({ client: aws.iam }, { RoleName })) {
    names.push(...(page.PolicyNames ?? []));
  }
  return names;
}

/** URL-encoded JSON; undefined where the role has none of this name, or does not exist. */
export async function inlineDocument(
  aws: Aws,
  RoleName: string,
  PolicyName: string,
): Promise<string | undefined> {
  try {
    const said = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return said.PolicyDocument;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
