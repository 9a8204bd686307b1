// Everything that is written down about what a role may do, and the boundary over it. Read-only. Not read: policies of resources, and
// those of the organisation.
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../clients.ts';
import { type Granted, policyReader } from '../granted.ts';
import { CONTENT_PERMISSIONS } from '../policies.ts';
import { CUT_OFF, sessionsFrom } from './cut-off.ts';
import { INLINE_PERMISSIONS, inlineOfRole } from './inline.ts';
import type { Role } from './roles.ts';
import { attachedToRole, ROLE_WORN_PERMISSIONS } from './wearing.ts';

export const ROLE_GRANTED_PERMISSIONS = [
  ...CONTENT_PERMISSIONS,
  ...ROLE_WORN_PERMISSIONS,
  ...INLINE_PERMISSIONS,
] as const;

export async function grantedToRole(aws: Aws, role: Pick<Role, 'roleName' | 'boundary'>): Promise<Granted> {
  const { roleName: RoleName } = role;
  const reader = policyReader(aws);
  const attached = await reader.listed('the list of attached policies', () => attachedToRole(aws, RoleName));
  await reader.attached('iam:ListAttachedRolePolicies:', attached);
  for (const PolicyName of await reader.listed('the list of inline policies', () =>
    inlineOfRole(aws, RoleName),
  )) {
    const read = async () => {
      const said = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return said.PolicyDocument;
    };
    const isOurs = (document: string | undefined) =>
      PolicyName === CUT_OFF && sessionsFrom(document, aws.clock.now()) !== null;
    await reader.inline('iam:GetRolePolicy:', PolicyName, read, { isOurs });
  }
  return {
    policies: reader.policies,
    hung: reader.hung,
    groups: [],
    calls: 'iam:GetPolicyVersion, iam:GetRolePolicy',
    boundary: await reader.boundary(role.boundary),
    unread: reader.unread,
  };
}
