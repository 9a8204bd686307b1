// The managed policies that custody attaches and detaches. They are deployed beforehand; custody only ever reads their
// content. A name is not a promise: whoever can write a policy version can make `custody-quarantine` allow everything.
import { GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';

export interface Restriction {
  name: string;
  document: Readonly<Record<string, unknown>>;
  /** Of the document's canonical form. */
  hash: string;
}

const restriction = (name: string, document: Record<string, unknown>): Restriction => ({
  name,
  document,
  hash: hashOf(document),
});

/** Denies everything: the keys of the user and every session made from them. */
export const QUARANTINE = restriction('custody-quarantine', {
  Version: '2012-10-17',
  Statement: [{ Sid: 'CustodyQuarantine', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/**
 * Denies every session of the user, and lets its long-lived keys work: a session carries `aws:TokenIssueTime`, a key does not.
 * Calls that an AWS service makes on the user's behalf carry it too, and stay allowed.
 */
export const NO_SESSIONS = restriction('custody-no-sessions', {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'CustodyNoSessions',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Null: { 'aws:TokenIssueTime': 'false' }, BoolIfExists: { 'aws:ViaAWSService': 'false' } },
    },
  ],
});

/**
 * Lets a workload go on, and denies what a thief would spread by, and what nobody could bring back: rights, roles and sessions,
 * secrets, code and commands where other roles are at work, access for others, deletion, the end of logging. A workload that does one
 * of these as its work stands still meanwhile. AWS allows 6,144 characters.
 */
export const RESTRICTED = restriction('custody-restricted', {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'CustodyNoRightsRolesSessions',
      Effect: 'Deny',
      Action: [
        'iam:*',
        'sts:Assume*',
        'sts:GetFederationToken',
        'sts:GetSessionToken',
        'sts:GetWebIdentityToken',
        'sts:GetDelegatedAccessToken',
        'signin:*',
        'organizations:*',
        'account:*',
        'sso:*',
        'sso-directory:*',
        'identitystore:*',
        'rolesanywhere:*',
        'ram:*',
        'cognito-identity:GetOpenIdTokenForDeveloperIdentity',
        'deadline:Assume*',
        's3:GetDataAccess',
        'redshift:GetClusterCredentials*',
        'redshift-serverless:GetCredentials',
      ],
      Resource: '*',
    },
    {
      Sid: 'CustodyNoSecrets',
      Effect: 'Deny',
      Action: [
        'secretsmanager:*',
        'ssm:GetParameter*',
        'ssm:GetAccessToken',
        'ec2:GetPasswordData',
        'lightsail:DownloadDefaultKeyPair',
        'lightsail:GetInstanceAccessDetails',
        'lightsail:GetRelationalDatabaseMasterUserPassword',
      ],
      Resource: '*',
    },
    {
      Sid: 'CustodyNoRolesOfOthers',
      Effect: 'Deny',
      Action: [
        'lambda:UpdateFunction*',
        'lambda:CreateEventSourceMapping',
        'lambda:UpdateEventSourceMapping',
        'codebuild:Start*',
        'codebuild:Retry*',
        'codebuild:UpdateProject',
        'codepipeline:UpdatePipeline',
        'codepipeline:StartPipelineExecution',
        'codepipeline:PollForJobs',
        'codedeploy:CreateDeployment',
        'cloudformation:Create*',
        'cloudformation:Update*',
        'cloudformation:Execute*',
        'cloudformation:Delete*',
        'cloudformation:RollbackStack',
        'cloudformation:ContinueUpdateRollback',
        'ecs:ExecuteCommand',
        'ecs:RunTask',
        'ecs:StartTask',
        'batch:SubmitJob',
        'apprunner:UpdateService',
        'elasticbeanstalk:UpdateEnvironment',
        'amplify:Start*',
        'amplify:Update*',
        'eks:CreateAccessEntry',
        'eks:UpdateAccessEntry',
        'eks:Associate*',
        'eks:UpdateClusterConfig',
        'eks:CreatePodIdentityAssociation',
        'eks:UpdatePodIdentityAssociation',
        'glue:UpdateJob*',
        'glue:StartJobRun',
        'glue:StartTrigger',
        'glue:StartWorkflowRun',
        'glue:UpdateTrigger',
        'glue:UpdateDevEndpoint',
        'glue:RunStatement',
        'sagemaker:CreatePresigned*',
        'sagemaker:StartSession',
        'sagemaker:StartNotebookInstance',
        'sagemaker:UpdateNotebookInstance*',
        'sagemaker:UpdatePipeline',
        'sagemaker:StartPipelineExecution',
        'bedrock-agentcore:StartCodeInterpreterSession',
        'bedrock-agentcore:InvokeCodeInterpreter',
        'bedrock-agentcore:GetResource*',
        'bedrock-agentcore:GetWorkloadAccessToken*',
        'states:UpdateStateMachine*',
        'datapipeline:PutPipelineDefinition',
        'datapipeline:ActivatePipeline',
        'elasticmapreduce:AddJobFlowSteps',
        'elasticmapreduce:Get*Credentials',
        'emr-containers:StartJobRun',
        'emr-containers:GetManagedEndpointSessionCredentials',
        'appstream:CreateStreamingURL',
        'cloud9:*',
      ],
      Resource: '*',
    },
    {
      Sid: 'CustodyNoMachines',
      Effect: 'Deny',
      Action: [
        'ssm:Send*',
        'ssm:Start*',
        'ssm:ResumeSession',
        'ssm:CreateAssociation*',
        'ssm:UpdateAssociation*',
        'ssm:UpdateDocument*',
        'ssm:ModifyDocumentPermission',
        'ssm:RegisterTaskWithMaintenanceWindow',
        'ssm:UpdateMaintenanceWindow*',
        'ssm-guiconnect:*',
        'ec2:ModifyInstanceAttribute',
        'ec2:CreateLaunchTemplateVersion',
        'ec2:ModifyLaunchTemplate',
        'ec2:CreateReplaceRootVolumeTask',
        'ec2:EnableSerialConsoleAccess',
        'ec2-instance-connect:*',
      ],
      Resource: '*',
    },
    {
      Sid: 'CustodyNoAccessForOthers',
      Effect: 'Deny',
      Action: [
        'kms:CreateGrant',
        'kms:PutKeyPolicy',
        'lambda:AddPermission',
        'lambda:AddLayerVersionPermission',
        'lambda:CreateFunctionUrlConfig',
        's3:PutBucketPolicy',
        's3:PutBucketAcl',
        's3:PutObjectAcl',
        's3:PutObjectVersionAcl',
        's3:PutAccessPointPolicy',
        's3:PutBucketPublicAccessBlock',
        's3:PutAccountPublicAccessBlock',
        's3:PutReplicationConfiguration',
        's3:CreateAccessGrant*',
        'ec2:ModifySnapshotAttribute',
        'ec2:ModifyImageAttribute',
        'rds:ModifyDBSnapshotAttribute',
        'rds:ModifyDBClusterSnapshotAttribute',
      ],
      Resource: '*',
    },
    {
      Sid: 'CustodyNoDeletion',
      Effect: 'Deny',
      Action: [
        'kms:ScheduleKeyDeletion',
        'kms:DisableKey',
        'kms:DeleteImportedKeyMaterial',
        's3:DeleteBucket*',
        's3:DeleteObject*',
        's3:PutLifecycleConfiguration',
        's3:PutBucketVersioning',
        's3:PutEncryptionConfiguration',
        's3:BypassGovernanceRetention',
      ],
      Resource: '*',
    },
    {
      Sid: 'CustodyNoEndOfLogging',
      Effect: 'Deny',
      Action: [
        'cloudtrail:StopLogging',
        'cloudtrail:DeleteTrail',
        'cloudtrail:UpdateTrail',
        'cloudtrail:PutEventSelectors',
        'config:Delete*',
        'config:StopConfigurationRecorder',
        'guardduty:Delete*',
        'guardduty:Update*',
        'guardduty:Disassociate*',
        'guardduty:StopMonitoringMembers',
        'securityhub:Disable*',
        'logs:DeleteLogGroup',
        'logs:DeleteLogStream',
      ],
      Resource: '*',
    },
  ],
});

/** Denies the same as the quarantine; its own name says that no person has decided yet. */
export const QUARANTINE_AUTO = restriction('custody-quarantine-auto', {
  Version: '2012-10-17',
  Statement: [{ Sid: 'CustodyQuarantineAuto', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** What must stand in every account. */
export const RESTRICTIONS: readonly Restriction[] = [QUARANTINE, NO_SESSIONS, RESTRICTED];

/** Whatever custody may have put on a user; the last only where an executor may act without people. */
export const WORN: readonly Restriction[] = [...RESTRICTIONS, QUARANTINE_AUTO];

export const arnOf = (where: { account: string; partition: string }, { name }: Restriction): string =>
  `arn:${where.partition}:iam::${where.account}:policy/${name}`;

export const CONTENT_PERMISSIONS = ['iam:GetPolicy', 'iam:GetPolicyVersion'] as const;

export type Content = 'known' | 'altered' | 'missing';

/** Compares the default version, which is the one that AWS evaluates. */
export async function contentOf(aws: Aws, wanted: Restriction): Promise<Content> {
  try {
    const document = await defaultVersionOf(aws, arnOf(aws, wanted));
    return isContentOf(document, wanted) ? 'known' : 'altered';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    throw error;
  }
}

/** The version of a managed policy that AWS evaluates, as IAM writes it: URL-encoded JSON. */
export async function defaultVersionOf(aws: Aws, PolicyArn: string): Promise<string | undefined> {
  const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return PolicyVersion?.Document;
}

/** `document`: URL-encoded JSON, as IAM answers. */
export function isContentOf(document: string | undefined, { hash }: Restriction): boolean {
  try {
    return document !== undefined && hashOf(JSON.parse(decodeURIComponent(document))) === hash;
  } catch {
    // Unreadable is not what custody wrote.
    return false;
  }
}

/** What is wrong with the deployed policy, in words for people; undefined where its content is the known one. */
export function trouble(content: Content, { name }: Restriction): string | undefined {
  if (content === 'known') return undefined;
  return content === 'missing'
    ? `The policy ${name} does not exist in this account: deploy it first.`
    : `The default version of the policy ${name} is not the content that custody knows: somebody changed it. Restore it, and find out who did.`;
}

export async function requireKnown(aws: Aws, wanted: Restriction): Promise<void> {
  const wrong = trouble(await contentOf(aws, wanted), wanted);
  if (wrong !== undefined) throw impossible(wrong);
}
