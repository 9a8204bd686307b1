// Everything that is written down about what a user may do: its own policies, its groups', and the boundary over them. Read-only.
// Not read: roles that it may become, policies of resources, and those of the organisation. A role's are read in role/granted.ts.
import { GetGroupPolicyCommand, GetUserPolicyCommand } from '@aws-sdk/client-iam';
import type { Aws } from './clients.ts';
import { arnOf, CONTENT_PERMISSIONS, defaultVersionOf, isContentOf, WORN } from './policies.ts';
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

/** A policy that says what it may do, whether it could be read or not. */
export interface Hung {
  /** Its ARN, or of an inline one its name. */
  name: string;
  how: 'inline' | 'attached';
  /** The group that it comes by; null: it is its own. */
  group: string | null;
  read: boolean;
}

export interface Granted {
  policies: readonly Policy[];
  hung: readonly Hung[];
  groups: readonly string[];
  /** The calls that read them: for evidence. */
  calls: string;
  /** null: there is none. Its statements are null where they could not be read. */
  boundary: { arn: string; statements: readonly Statement[] | null } | null;
  unread: Unread;
}

export interface PolicyReader {
  policies: Policy[];
  hung: Hung[];
  unread: Unread;
  managed(arn: string): Promise<readonly Statement[] | null>;
  /** Managed policies by their ARNs. Custody's own are no word about what somebody may do. */
  attached(source: string, arns: readonly string[], group?: string): Promise<void>;
  /** `more`: what else is custody's own, beside the policies that it also attaches. By its content: a name is not a promise. */
  inline(
    source: string,
    name: string,
    read: () => Promise<string | undefined>,
    more?: { group?: string | null; isOurs?: (document: string | undefined) => boolean },
  ): Promise<void>;
  listed(call: string, read: () => Promise<string[]>): Promise<string[]>;
  boundary(arn: string | null): Promise<Granted['boundary']>;
}

/** Reads each managed policy once, and notes what it could not read. */
export function policyReader(aws: Aws): PolicyReader {
  const unread: Unread = new Set();
  const policies: Policy[] = [];
  const hung: Hung[] = [];
  const ours = WORN.map((one) => arnOf(aws, one));
  const documents = new Map<string, readonly Statement[] | null>();

  const understood = (name: string, document: string | undefined): Statement[] | null => {
    const statements = statementsOf(document);
    if (statements === null) unread.add(`${shown(name)} cannot be understood`);
    return statements;
  };
  const keep = (source: string, statements: readonly Statement[] | null, one: Omit<Hung, 'read'>) => {
    hung.push({ ...one, read: statements !== null });
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
    hung,
    unread,
    managed,
    async attached(source, arns, group) {
      for (const arn of arns.filter((one) => !ours.includes(one)).toSorted()) {
        const statements = await managed(arn);
        keep(`${source} ${shown(arn)}`, statements, { name: arn, how: 'attached', group: group ?? null });
      }
    },
    async inline(source, name, read, { group = null, isOurs = () => false } = {}) {
      const document = await unlessDenied(unread, name, read);
      if (
        document !== null &&
        (WORN.some((one) => one.name === name && isContentOf(document, one)) || isOurs(document))
      )
        return;
      const statements = document === null ? null : understood(name, document);
      keep(`${source} ${shown(name)}`, statements, { name, how: 'inline', group });
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
  const groups = await reader.listed('the list of groups', () => groupsOf(aws, UserName));
  for (const GroupName of groups) {
    const group = `the group ${GroupName}`;
    const arns = await reader.listed(group, () => attachedToGroup(aws, GroupName));
    await reader.attached(`iam:ListAttachedGroupPolicies: ${shown(GroupName)} has`, arns, GroupName);
    for (const PolicyName of await reader.listed(group, () => inlineOfGroup(aws, GroupName))) {
      const read = async () => {
        const said = await aws.iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName }));
        return said.PolicyDocument;
      };
      await reader.inline(`iam:GetGroupPolicy: ${shown(GroupName)} has`, PolicyName, read, {
        group: GroupName,
      });
    }
  }
  return {
    policies: reader.policies,
    hung: reader.hung,
    groups,
    calls: 'iam:GetPolicyVersion, iam:GetUserPolicy, iam:GetGroupPolicy',
    boundary: await reader.boundary(user.boundary),
    unread: reader.unread,
  };
}
