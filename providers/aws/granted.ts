// Everything that is written down about what a user may do: its own policies, its groups', and the boundary over them. Read-only.
// Not read: roles that it may become, policies of resources, and those of the organisation. A role's are read in role/granted.ts.
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
  /** The calls that read them: for evidence. */
  calls: string;
  /** null: there is none. Its statements are null where they could not be read. */
  boundary: { arn: string; statements: readonly Statement[] | null } | null;
  unread: Unread;
}

export interface PolicyReader {
  policies: Policy[];
  unread: Unread;
  managed(arn: string): Promise<readonly Statement[] | null>;
  /** Managed policies by their ARNs. Custody's own are no word about what somebody may do. */
  attached(source: string, arns: readonly string[]): Promise<void>;
  inline(source: string, name: string, read: () => Promise<string | undefined>): Promise<void>;
  listed(call: string, read: () => Promise<string[]>): Promise<string[]>;
  boundary(arn: string | null): Promise<Granted['boundary']>;
}

/** Reads each managed policy once, and notes what it could not read. */
export function policyReader(aws: Aws): PolicyReader {
  const unread: Unread = new Set();
  const policies: Policy[] = [];
  const ours = WORN.map((one) => arnOf(aws, one));
  const documents = new Map<string, readonly Statement[] | null>();

  const understood = (name: string, document: string | undefined): Statement[] | null => {
    const statements = statementsOf(document);
    if (statements === null) unread.add(`${shown(name)} cannot be understood`);
    return statements;
  };
  const keep = (source: string, statements: readonly Statement[] | null) => {
    if (statements !== null) policies.push({ source, statements });
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
  return {
    policies,
    unread,
    managed,
    async attached(source, arns) {
      for (const arn of arns.filter((one) => !ours.includes(one)).toSorted()) {
        keep(`${source} ${shown(arn)}`, await managed(arn));
      }
    },
    async inline(source, name, read) {
      const document = await unlessDenied(unread, name, read);
      if (document !== null) keep(`${source} ${shown(name)}`, understood(name, document));
    },
    listed: (call, read) => unlessDenied(unread, call, read).then((names) => (names ?? []).toSorted()),
    boundary: async (arn) => (arn === null ? null : { arn, statements: await managed(arn) }),
  };
}

/** `attached`: ARNs of the managed policies on the user itself. */
export async function grantedTo(aws: Aws, user: User, attached: readonly string[]): Promise<Granted> {
  const { userName: UserName } = user;
  const reader = policyReader(aws);
  await reader.attached('iam:ListAttachedUserPolicies:', attached);
  for (const PolicyName of await reader.listed('the list of inline policies', () =>
    inlineOf(aws, UserName),
  )) {
    await reader.inline('iam:GetUserPolicy:', PolicyName, async () => {
      const said = await aws.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      return said.PolicyDocument;
    });
  }
  for (const GroupName of await reader.listed('the list of groups', () => groupsOf(aws, UserName))) {
    const group = `the group ${GroupName}`;
    const arns = await reader.listed(group, () => attachedToGroup(aws, GroupName));
    await reader.attached(`iam:ListAttachedGroupPolicies: ${shown(GroupName)} has`, arns);
    for (const PolicyName of await reader.listed(group, () => inlineOfGroup(aws, GroupName))) {
      await reader.inline(`iam:GetGroupPolicy: ${shown(GroupName)} has`, PolicyName, async () => {
        const said = await aws.iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName }));
        return said.PolicyDocument;
      });
    }
  }
  return {
    policies: reader.policies,
    calls: 'iam:GetPolicyVersion, iam:GetUserPolicy, iam:GetGroupPolicy',
    boundary: await reader.boundary(user.boundary),
    unread: reader.unread,
  };
}
