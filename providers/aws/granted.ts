// Everything that is written down about what a user may do: its own policies, its groups', and the boundary over them. Read-only.
// Not read: roles that it may become, policies of resources, and those of the organisation.
import { GetGroupPolicyCommand, GetUserPolicyCommand } from '@aws-sdk/client-iam';
import type { Aws } from './clients.ts';
import { arnOf, CONTENT_PERMISSIONS, defaultVersionOf, WORN } from './policies.ts';
import { attachedToGroup, groupsOf, inlineOf, inlineOfGroup } from './policy-lists.ts';
import { type Statement, statementsOf } from './statement.ts';
import { shown, type Unread, unlessDenied } from './unread.ts';
import type { User } from './users.ts';

export const GRANTED_PERMISSIONS = [
  ...CONTENT_PERMISSIONS,
  'iam:ListUserPolicies',
  'iam:GetUserPolicy',
  'iam:ListGroupsForUser',
  'iam:ListAttachedGroupPolicies',
  'iam:ListGroupPolicies',
  'iam:GetGroupPolicy',
] as const;

/** AWS's own, which nobody in the account can change: here the name is a promise, and stands where the content cannot be read. */
const ADMINISTRATOR = ':aws:policy/AdministratorAccess';
const EVERYTHING = statementsOf('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}');

export interface Policy {
  /** The call that it was read by, and which it is: for evidence. */
  source: string;
  statements: readonly Statement[];
}

export interface Granted {
  policies: readonly Policy[];
  /** null: the user has none. Its statements are null where they could not be read. */
  boundary: { arn: string; statements: readonly Statement[] | null } | null;
  unread: Unread;
}

/** `attached`: ARNs of the managed policies on the user itself. Custody's own are no word about what the user may do. */
export async function grantedTo(aws: Aws, user: User, attached: readonly string[]): Promise<Granted> {
  const unread: Unread = new Set();
  const { userName } = user;
  const policies: Policy[] = [];
  const ours = WORN.map((one) => arnOf(aws, one));
  const documents = new Map<string, readonly Statement[] | null>();

  const understood = (name: string, document: string | undefined): Statement[] | null => {
    const statements = statementsOf(document);
    if (statements === null) unread.add(`${shown(name)} cannot be understood`);
    return statements;
  };
  const managed = async (arn: string): Promise<readonly Statement[] | null> => {
    if (arn.endsWith(ADMINISTRATOR)) return EVERYTHING;
    const known = documents.get(arn);
    if (known !== undefined) return known;
    const document = await unlessDenied(unread, arn, () => defaultVersionOf(aws, arn));
    const statements = document === null ? null : understood(arn, document);
    documents.set(arn, statements);
    return statements;
  };
  const keep = (source: string, statements: readonly Statement[] | null) => {
    if (statements !== null) policies.push({ source, statements });
  };
  const listed = (call: string, read: () => Promise<string[]>): Promise<string[]> =>
    unlessDenied(unread, call, read).then((names) => (names ?? []).toSorted());

  for (const arn of attached.filter((one) => !ours.includes(one)).toSorted()) {
    keep(`iam:ListAttachedUserPolicies: ${shown(arn)}`, await managed(arn));
  }
  for (const name of await listed('the list of inline policies', () => inlineOf(aws, userName))) {
    const document = await unlessDenied(unread, name, async () => {
      const said = await aws.iam.send(new GetUserPolicyCommand({ UserName: userName, PolicyName: name }));
      return said.PolicyDocument;
    });
    if (document === null) continue;
    keep(`iam:GetUserPolicy: ${shown(name)}`, understood(name, document));
  }
  for (const group of await listed('the list of groups', () => groupsOf(aws, userName))) {
    for (const arn of await listed(`the group ${group}`, () => attachedToGroup(aws, group))) {
      keep(`iam:ListAttachedGroupPolicies: ${shown(group)} has ${shown(arn)}`, await managed(arn));
    }
    for (const name of await listed(`the group ${group}`, () => inlineOfGroup(aws, group))) {
      const document = await unlessDenied(unread, name, async () => {
        const said = await aws.iam.send(new GetGroupPolicyCommand({ GroupName: group, PolicyName: name }));
        return said.PolicyDocument;
      });
      if (document === null) continue;
      keep(`iam:GetGroupPolicy: ${shown(group)} has ${shown(name)}`, understood(name, document));
    }
  }
  const { boundary } = user;
  return {
    policies,
    boundary: boundary === null ? null : { arn: boundary, statements: await managed(boundary) },
    unread,
  };
}
