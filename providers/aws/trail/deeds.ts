// Calls by which whoever holds a stolen credential makes itself a way back, or ends what would show it. One table: the call, and by which
// of its names the user or role is known that it was done to.
import type { Identity } from '../../../domain/identity/identity.ts';
import type { TrailEvent } from './event.ts';

type Whom = { kind: 'iam-user' | 'iam-role'; by: 'userName' | 'roleName' | 'roleArn' };

const user: Whom = { kind: 'iam-user', by: 'userName' };
const role: Whom = { kind: 'iam-role', by: 'roleName' };
const became: Whom = { kind: 'iam-role', by: 'roleArn' };

/** By the version that some services write behind a call's name (`CreateFunction20150331`) calls are not told apart. */
const DEEDS: Readonly<Record<string, Whom | null>> = {
  'iam:CreateUser': user,
  'iam:CreateAccessKey': user,
  'iam:UpdateAccessKey': user,
  'iam:CreateLoginProfile': user,
  'iam:UpdateLoginProfile': user,
  'iam:UploadSSHPublicKey': user,
  'iam:UploadSigningCertificate': user,
  'iam:CreateServiceSpecificCredential': user,
  'iam:ResetServiceSpecificCredential': user,
  'iam:EnableMFADevice': user,
  'iam:DeactivateMFADevice': user,
  'iam:AttachUserPolicy': user,
  'iam:DetachUserPolicy': user,
  'iam:PutUserPolicy': user,
  'iam:DeleteUserPolicy': user,
  'iam:PutUserPermissionsBoundary': user,
  'iam:DeleteUserPermissionsBoundary': user,
  'iam:AddUserToGroup': user,
  'iam:CreateRole': role,
  'iam:UpdateAssumeRolePolicy': role,
  'iam:AttachRolePolicy': role,
  'iam:DetachRolePolicy': role,
  'iam:PutRolePolicy': role,
  'iam:DeleteRolePolicy': role,
  'iam:PutRolePermissionsBoundary': role,
  'iam:DeleteRolePermissionsBoundary': role,
  'iam:AddRoleToInstanceProfile': role,
  'iam:CreateGroup': null,
  'iam:AttachGroupPolicy': null,
  'iam:PutGroupPolicy': null,
  'iam:CreatePolicy': null,
  'iam:CreatePolicyVersion': null,
  'iam:SetDefaultPolicyVersion': null,
  'iam:CreateVirtualMFADevice': null,
  'iam:CreateSAMLProvider': null,
  'iam:UpdateSAMLProvider': null,
  'iam:CreateOpenIDConnectProvider': null,
  'iam:AddClientIDToOpenIDConnectProvider': null,
  'rolesanywhere:CreateTrustAnchor': null,
  'rolesanywhere:CreateProfile': null,
  'sso:CreatePermissionSet': null,
  'sso:CreateAccountAssignment': null,
  'sts:AssumeRole': became,
  'lambda:CreateFunction': null,
  'lambda:UpdateFunctionCode': null,
  'lambda:AddPermission': null,
  'lambda:CreateFunctionUrlConfig': null,
  'ec2:RunInstances': null,
  'ec2:CreateKeyPair': null,
  'secretsmanager:PutSecretValue': null,
  'secretsmanager:PutResourcePolicy': null,
  'kms:CreateGrant': null,
  'kms:PutKeyPolicy': null,
  's3:PutBucketPolicy': null,
  'cloudtrail:StopLogging': null,
  'cloudtrail:DeleteTrail': null,
  'cloudtrail:PutEventSelectors': null,
  'guardduty:DeleteDetector': null,
};

export interface Deed {
  /** As permissions are called. */
  call: string;
  /** null: of neither a user nor a role, or not said whose. */
  whom: Identity | null;
}

/** null: not such a call, or nothing came of it. `itself`: whom a call is about that names nobody, as IAM takes it. */
export function deedOf(event: TrailEvent, itself: Identity): Deed | null {
  const call = `${event.service}:${event.call.replace(/20\d{6}(v\d)?$/, '')}`;
  if (event.failed || !Object.hasOwn(DEEDS, call)) return null;
  const known = DEEDS[call] ?? null;
  if (known === null) return { call, whom: null };
  const { kind, by } = known;
  const name = event.names[by];
  if (name === undefined) return { call, whom: kind === itself.kind && by === 'userName' ? itself : null };
  const [, , , , account = ''] = by === 'roleArn' ? name.split(':') : [];
  return {
    call,
    whom: {
      ...itself,
      account: account === '' ? itself.account : account,
      kind,
      reference: name.split('/').at(-1) ?? name,
    },
  };
}
