// Roles as wearers of custody's policies.
import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  paginateListAttachedRolePolicies,
} from '@aws-sdk/client-iam';
import type { Aws } from '../clients.ts';
import { CONTENT_PERMISSIONS } from '../policies.ts';
import { roleNameOf } from '../target.ts';
import type { Wearer } from '../wearing.ts';
import type { Wearers } from '../worn.ts';
import { findRole, type Role, ROLE_PERMISSIONS } from './roles.ts';
import { STANDING_PERMISSIONS } from './standing.ts';

const ATTACHED_PERMISSIONS = ['iam:ListAttachedRolePolicies'] as const;
export const ROLE_WORN_PERMISSIONS = [...CONTENT_PERMISSIONS, ...ATTACHED_PERMISSIONS] as const;

export const roleWearer = (aws: Aws, RoleName: string): Wearer => ({
  called: `role ${RoleName}`,
  attached: () => attachedToRole(aws, RoleName),
  attach: (PolicyArn) => aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
  detach: (PolicyArn) => aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
});

/** ARNs of the managed policies attached to the role. */
export async function attachedToRole(aws: Aws, RoleName: string): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: aws.iam }, { RoleName })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? [])
      if (PolicyArn !== undefined) arns.push(PolicyArn);
  }
  return arns;
}

export const ROLES: Wearers<Role> = {
  permissions: {
    find: ROLE_PERMISSIONS,
    putOn: [...ROLE_WORN_PERMISSIONS, 'iam:AttachRolePolicy'],
    takeOff: [...ATTACHED_PERMISSIONS, 'iam:DetachRolePolicy'],
    // When it is off, the cut-off is seen instead.
    see: [...ROLE_WORN_PERMISSIONS, ...STANDING_PERMISSIONS.read],
  },
  nameOf: roleNameOf,
  find: findRole,
  wearer: roleWearer,
};
