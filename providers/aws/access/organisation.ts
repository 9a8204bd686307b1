// The organisation that the account stands in, and the names of the service control policies that hold it. Most checkers may not read
// these: AWS lets only the management account and those that it has delegated to. Read-only.
import {
  DescribeOrganizationCommand,
  paginateListParents,
  paginateListPoliciesForTarget,
} from '@aws-sdk/client-organizations';
import type { Aws } from '../clients.ts';
import { isInNoOrganisation } from '../errors.ts';
import { shown, type Unread, unlessDenied } from '../unread.ts';

export const ORGANISATION_PERMISSIONS = [
  'organizations:DescribeOrganization',
  'organizations:ListParents',
  'organizations:ListPoliciesForTarget',
] as const;

export interface Organisation {
  id: string;
  management: boolean;
  policies: { name: string; on: string }[];
}

/** Units stand in one another up to five deep, in a root ("Quotas for AWS Organizations"). */
const DEEPEST = 7;

/** null: it is in none, or that was denied. */
export async function organisationOf(
  aws: Aws,
): Promise<{ organisation: Organisation | null; unread: Unread }> {
  const unread: Unread = new Set();
  const what = `the organisation of the account ${aws.account}`;
  const found = await unlessDenied(unread, what, () => described(aws));
  if (found === null) return { organisation: null, unread };
  if (found.management) return { organisation: { ...found, policies: [] }, unread };
  const policies = await unlessDenied(unread, what, () => policiesOn(aws));
  return { organisation: { ...found, policies: policies ?? [] }, unread };
}

async function described(aws: Aws): Promise<Omit<Organisation, 'policies'> | null> {
  try {
    const { Organization } = await aws.organizations.send(new DescribeOrganizationCommand({}));
    const { Id, MasterAccountId } = Organization ?? {};
    return Id === undefined ? null : { id: Id, management: MasterAccountId === aws.account };
  } catch (error) {
    if (isInNoOrganisation(error)) return null;
    throw error;
  }
}

/** The nearest first. */
async function policiesOn(aws: Aws): Promise<Organisation['policies']> {
  const policies: Organisation['policies'] = [];
  let on: { id: string; called: string } | undefined = { id: aws.account, called: 'the account' };
  for (let depth = 0; on !== undefined && depth < DEEPEST; depth++) {
    const pages = paginateListPoliciesForTarget(
      { client: aws.organizations },
      { TargetId: on.id, Filter: 'SERVICE_CONTROL_POLICY' },
    );
    for await (const { Policies = [] } of pages)
      for (const { Name, Id } of Policies)
        policies.push({ name: shown(Name ?? Id ?? 'unnamed'), on: on.called });
    on = await above(aws, on.id);
  }
  return policies;
}

/** Everything but a root stands in one thing. */
async function above(aws: Aws, id: string): Promise<{ id: string; called: string } | undefined> {
  if (id.startsWith('r-')) return undefined;
  for await (const { Parents = [] } of paginateListParents({ client: aws.organizations }, { ChildId: id })) {
    const [parent] = Parents;
    if (parent?.Id !== undefined)
      return { id: parent.Id, called: parent.Type === 'ROOT' ? 'the root' : `the unit ${parent.Id}` };
  }
  return undefined;
}
