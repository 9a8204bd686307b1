// The lists in which a user's policies hang, read to their last page: a right on a page that nobody turned would look like none.
import {
  paginateListAttachedGroupPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import type { Aws } from './clients.ts';

export async function inlineOf(aws: Aws, UserName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListUserPolicies({ client: aws.iam }, { UserName })) {
    names.push(...(page.PolicyNames ?? []));
  }
  return names;
}

export async function groupsOf(aws: Aws, UserName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListGroupsForUser({ client: aws.iam }, { UserName })) {
    for (const { GroupName } of page.Groups ?? []) if (GroupName !== undefined) names.push(GroupName);
  }
  return names;
}

export async function attachedToGroup(aws: Aws, GroupName: string): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListAttachedGroupPolicies({ client: aws.iam }, { GroupName })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? [])
      if (PolicyArn !== undefined) arns.push(PolicyArn);
  }
  return arns;
}

export async function inlineOfGroup(aws: Aws, GroupName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListGroupPolicies({ client: aws.iam }, { GroupName })) {
    names.push(...(page.PolicyNames ?? []));
  }
  return names;
}
