// Roles as wearers of custody's policies.
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  paginateListAttachedRolePolicies,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../clients.ts';
import { CONTENT_PERMISSIONS } from '../policies.ts';
import { roleNameOf } from '../target.ts';
import type { Wearer } from '../wearing.ts';
import type { Wearers } from '../worn.ts';
import { INLINE_CHARACTERS, INLINE_PERMISSIONS, inlineDocument, inlineOfRole } from './inline.ts';
import { findRole, type Role, ROLE_PERMISSIONS } from './roles.ts';
import { STANDING_PERMISSIONS } from './standing.ts';

const ATTACHED_PERMISSIONS = ['iam:ListAttachedRolePolicies'] as const;
export const ROLE_WORN_PERMISSIONS = [...CONTENT_PERMISSIONS, ...ATTACHED_PERMISSIONS] as const;

export const roleWearer = (aws: Aws, RoleName: string): Wearer => ({
  called: `role ${RoleName}`,
  attached: () => attachedToRole(aws, RoleName),
  attach: (PolicyArn) => aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
  detach: (PolicyArn) => aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  mostInline: INLINE_CHARACTERS,
  inline: () => inlineOfRole(aws, RoleName),
  document: (name) => inlineDocument(aws, RoleName, name),
  write: (PolicyName, PolicyDocument) =>
    aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
  erase: (PolicyName) => aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
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
    attached: {
      putOn: [...ROLE_WORN_PERMISSIONS, 'iam:AttachRolePolicy'],
      takeOff: [...ATTACHED_PERMISSIONS, 'iam:DetachRolePolicy'],
      // When it is off, the cut-off is seen instead.
      see: [...ROLE_WORN_PERMISSIONS, ...STANDING_PERMISSIONS.read],
    },
    inline: {
      putOn: [...INLINE_PERMISSIONS, 'iam:PutRolePolicy'],
      takeOff: [...STANDING_PERMISSIONS.read, 'iam:DeleteRolePolicy'],
      see: STANDING_PERMISSIONS.read,
    },
  },
  nameOf: roleNameOf,
  find: findRole,
  wearer: roleWearer,
};
