// The least-privilege IAM policy of one worker, generated from what its credential kinds declare beside their calls.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { DISCOVER_PERMISSIONS } from './discover.ts';
import { EVERYONE_PERMISSIONS } from './everyone.ts';
import { FINDING_PERMISSIONS } from './guardduty-finding.ts';
import { ISSUE_CONDITION, ISSUE_TAG } from './issue-tag.ts';
import { arnOf, QUARANTINE_AUTO, type Restriction, RESTRICTIONS, WORN } from './policies.ts';
import { SIMULATION_PERMISSIONS } from './simulation.ts';
import { WEARERS_PERMISSIONS } from './wearers.ts';

export type Verb = 'apply' | 'undo' | 'check' | 'discover' | 'everyone' | 'preflight' | 'automatic';

export interface PolicyScope {
  account: string;
  partition?: string;
  /** User names or paths, with wildcards: those that this worker may touch. All where none are given. */
  users?: readonly string[];
  /** Role names or paths, likewise. */
  roles?: readonly string[];
  /** ARNs of secrets, or names with wildcards, without AWS's six letters at the end. */
  secrets?: readonly string[];
  /** Names of groups, with wildcards, that are read, or that users are taken out of. All where none are given. */
  groups?: readonly string[];
  /**
   * Names of groups into which an undo may put a user back. None where none are given: whoever may put anybody into any group can make
   * an administrator.
   */
  rejoin?: readonly string[];
  /** What it narrows holds the making of keys to the tag already, and AWS lets a session be narrowed by few words. */
  withinRole?: true;
  /** This worker itself, `user/NAME` or `role/NAME` with its path, which alone it then may ask about. Any where it is not given. */
  self?: string;
}

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** What an action is done to. One that is not named here cannot be granted. */
export type On =
  | 'users'
  | 'users to issue for'
  | 'restrictions on users'
  | 'roles'
  | 'restrictions on roles'
  | 'policies in roles'
  | 'the account'
  | 'users and roles'
  | 'policies'
  | 'wearers'
  | 'groups'
  | 'groups to rejoin'
  | 'secrets'
  | 'secrets to delete'
  | 'rotation functions'
  | 'every secret'
  | 'detectors';

export const ON: Readonly<Record<string, On>> = {
  'iam:AttachUserPolicy': 'restrictions on users',
  'iam:DetachUserPolicy': 'restrictions on users',
  'iam:AttachRolePolicy': 'restrictions on roles',
  'iam:DetachRolePolicy': 'restrictions on roles',
  'iam:GetPolicy': 'policies',
  'iam:GetPolicyVersion': 'policies',
  'iam:ListEntitiesForPolicy': 'wearers',
  'iam:ListAttachedGroupPolicies': 'groups',
  'iam:ListGroupPolicies': 'groups',
  'iam:GetGroupPolicy': 'groups',
  'iam:RemoveUserFromGroup': 'groups',
  'iam:AddUserToGroup': 'groups to rejoin',
  'iam:GetUser': 'users',
  'iam:ListAccessKeys': 'users',
  'iam:UpdateAccessKey': 'users',
  'iam:CreateAccessKey': 'users to issue for',
  'iam:DeleteAccessKey': 'users',
  'iam:GetLoginProfile': 'users',
  'iam:DeleteLoginProfile': 'users',
  'iam:UpdateSSHPublicKey': 'users',
  'iam:UpdateSigningCertificate': 'users',
  'iam:UpdateServiceSpecificCredential': 'users',
  'iam:DeactivateMFADevice': 'users',
  'iam:ListSSHPublicKeys': 'users',
  'iam:ListSigningCertificates': 'users',
  'iam:ListServiceSpecificCredentials': 'users',
  'iam:ListAttachedUserPolicies': 'users',
  'iam:ListUserPolicies': 'users',
  'iam:GetUserPolicy': 'users',
  'iam:PutUserPolicy': 'users',
  'iam:DeleteUserPolicy': 'users',
  'iam:ListUserTags': 'users',
  'iam:ListMFADevices': 'users',
  'iam:ListGroupsForUser': 'users',
  'iam:SimulatePrincipalPolicy': 'users and roles',
  'iam:GetAccessKeyLastUsed': 'users',
  'iam:GetRole': 'roles',
  'iam:ListRoleTags': 'roles',
  'iam:ListAttachedRolePolicies': 'roles',
  'iam:ListInstanceProfilesForRole': 'roles',
  'iam:ListRolePolicies': 'roles',
  // Cut-offs of the roles of one plan are compared.
  'iam:GetRolePolicy': 'policies in roles',
  'iam:PutRolePolicy': 'roles',
  'iam:DeleteRolePolicy': 'roles',
  'iam:UpdateAssumeRolePolicy': 'roles',
  'iam:ListRoles': 'the account',
  'iam:ListUsers': 'the account',
  'sts:GetAccessKeyInfo': 'the account',
  'cloudtrail:LookupEvents': 'the account',
  'organizations:DescribeOrganization': 'the account',
  'organizations:ListParents': 'the account',
  'organizations:ListPoliciesForTarget': 'the account',
  'guardduty:GetFindings': 'detectors',
  'secretsmanager:DescribeSecret': 'secrets',
  'secretsmanager:GetSecretValue': 'secrets',
  'secretsmanager:GetResourcePolicy': 'secrets',
  'secretsmanager:PutSecretValue': 'secrets',
  'secretsmanager:UpdateSecretVersionStage': 'secrets',
  'secretsmanager:RotateSecret': 'secrets',
  'secretsmanager:ListSecretVersionIds': 'secrets',
  'secretsmanager:DeleteSecret': 'secrets to delete',
  'secretsmanager:ListSecrets': 'every secret',
  'lambda:InvokeFunction': 'rotation functions',
};

/** Throws `RangeError` where a kind declares an action that has no line above. */
export function policyFor(
  kinds: readonly Pick<CredentialKind, 'permissions'>[],
  verbs: readonly Verb[],
  scope: PolicyScope,
): PolicyDocument {
  const {
    account,
    partition = 'aws',
    users = ['*'],
    roles = ['*'],
    secrets = ['*'],
    groups = ['*'],
    rejoin = [],
    withinRole = false,
    self,
  } = scope;
  const actions = declared(kinds, verbs);
  const arns = (of: readonly Restriction[]) => of.map((one) => arnOf({ account, partition }, one));
  // Without people only what is counted is put on.
  const restrictions = arns(verbs.includes('automatic') ? WORN : RESTRICTIONS);
  const iam = (what: string) => `arn:${partition}:iam::${account}:${what}`;
  const userArns = users.map((user) => iam(`user/${user}`));
  const roleArns = roles.map((role) => iam(`role/${role}`));
  const secretArns = secrets.map((name) =>
    name.startsWith('arn:')
      ? name
      : `arn:${partition}:secretsmanager:*:${account}:secret:${name === '*' ? '*' : `${name}-*`}`,
  );
  const restricted = { ArnEquals: { 'iam:PolicyARN': restrictions } };
  // What a user may do stands in any policy, AWS's own included; whoever only wears or checks a restriction reads these.
  const readable = verbs.includes('discover')
    ? [iam('policy/*'), `arn:${partition}:iam::aws:policy/*`]
    : arns(WORN);

  const meant = (on: On): On => (withinRole && on === 'users to issue for' ? 'users' : on);
  const statement = (Sid: string, on: On, Resource: string[], Condition?: PolicyStatement['Condition']) => {
    const Action = actions.filter((action) => meant(onWhat(action)) === on);
    if (Action.length === 0 || Resource.length === 0) return [];
    return [
      { Sid, Effect: 'Allow' as const, Action, Resource, ...(Condition === undefined ? {} : { Condition }) },
    ];
  };

  return {
    Version: '2012-10-17',
    Statement: [
      // This and nothing else may be attached: whoever holds these credentials can restrict, and can grant nothing.
      ...statement('WearRestrictions', 'restrictions on users', userArns, restricted),
      ...statement('RolesWear', 'restrictions on roles', roleArns, restricted),
      ...statement('ReadPolicies', 'policies', readable),
      ...statement('Wearers', 'wearers', arns([QUARANTINE_AUTO])),
      ...statement('Users', 'users', userArns),
      ...statement('IssueForTagged', 'users to issue for', userArns, {
        StringEquals: { [ISSUE_CONDITION]: [ISSUE_TAG.value] },
      }),
      ...statement('Roles', 'roles', roleArns),
      ...statement('PoliciesInRoles', 'policies in roles', [iam('role/*')]),
      // AWS holds none of these to one resource.
      ...statement('Account', 'the account', ['*']),
      ...statement('Simulate', 'users and roles', [...userArns, ...roleArns]),
      ...(verbs.includes('preflight')
        ? [
            {
              Sid: 'Oneself',
              Effect: 'Allow' as const,
              Action: [...SIMULATION_PERMISSIONS],
              Resource: (self === undefined ? ['user/*', 'role/*'] : [self]).map(iam),
            },
          ]
        : []),
      ...statement('Findings', 'detectors', [`arn:${partition}:guardduty:*:${account}:detector/*`]),
      ...statement(
        'Groups',
        'groups',
        groups.map((group) => iam(`group/${group}`)),
      ),
      ...statement(
        'RejoinGroups',
        'groups to rejoin',
        rejoin.map((group) => iam(`group/${group}`)),
      ),
      // Of those that AWS makes itself, names begin so; grant another by hand.
      ...statement('RotationFunctions', 'rotation functions', [
        `arn:${partition}:lambda:*:${account}:function:SecretsManager*`,
      ]),
      ...statement('EverySecret', 'every secret', ['*']),
      ...statement('Secrets', 'secrets', secretArns),
      // AWS gives a window of 30 days where none is said; at once, it may not be.
      ...statement('SecretsToDelete', 'secrets to delete', secretArns, {
        BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': ['false'] },
      }),
    ],
  };
}

function declared(kinds: readonly Pick<CredentialKind, 'permissions'>[], verbs: readonly Verb[]): string[] {
  const all = verbs.flatMap((verb) => {
    if (verb === 'discover') return [...DISCOVER_PERMISSIONS];
    if (verb === 'everyone') return [...EVERYONE_PERMISSIONS];
    if (verb === 'automatic') return [...WEARERS_PERMISSIONS, ...FINDING_PERMISSIONS];
    return verb === 'preflight' ? [] : kinds.flatMap(({ permissions }) => permissions[verb]);
  });
  return [...new Set(all)].sort();
}

function onWhat(action: string): On {
  const on = ON[action];
  if (on === undefined)
    throw new RangeError(`permissions.ts does not know what ${action} is done to: add it there.`);
  return on;
}
