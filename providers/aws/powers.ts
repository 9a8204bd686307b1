// What makes a user or role privileged: rights by which it can give itself any other. Pure. The list is short on purpose and stands in
// docs/aws.md; whatever it leaves out is no proof of harmlessness.
import type { Statement } from './statement.ts';
import { matches } from './wildcard.ts';

interface Power {
  action: string;
  /** What it must be allowed on to count: anything at all, a user that is not its own, or any role there may be. */
  on: 'anything' | 'others' | 'every role';
}

export const POWERS: readonly Power[] = [
  { action: 'iam:AttachUserPolicy', on: 'anything' },
  { action: 'iam:PutUserPolicy', on: 'anything' },
  { action: 'iam:AttachGroupPolicy', on: 'anything' },
  { action: 'iam:PutGroupPolicy', on: 'anything' },
  { action: 'iam:AddUserToGroup', on: 'anything' },
  { action: 'iam:CreatePolicyVersion', on: 'anything' },
  { action: 'iam:SetDefaultPolicyVersion', on: 'anything' },
  { action: 'iam:AttachRolePolicy', on: 'anything' },
  { action: 'iam:PutRolePolicy', on: 'anything' },
  { action: 'iam:UpdateAssumeRolePolicy', on: 'anything' },
  // Keys and passwords of one's own are what self-service policies allow.
  { action: 'iam:CreateAccessKey', on: 'others' },
  { action: 'iam:CreateLoginProfile', on: 'others' },
  { action: 'iam:UpdateLoginProfile', on: 'others' },
  { action: 'iam:PassRole', on: 'every role' },
  { action: 'sts:AssumeRole', on: 'every role' },
];

/**
 * Rights to act by a role that a function, a job or a machine has already, without passing it one. How far that reaches is the
 * role's matter, so they do not count as privileged; `custody-restricted` denies them, and no new key is made beside one of them.
 */
export const BORROWED: readonly string[] = [
  'lambda:UpdateFunctionCode',
  'lambda:UpdateFunctionConfiguration',
  'codebuild:StartBuild',
  'codebuild:StartBuildBatch',
  'codebuild:UpdateProject',
  'cloudformation:UpdateStack',
  'cloudformation:CreateChangeSet',
  'cloudformation:ExecuteChangeSet',
  'ecs:ExecuteCommand',
  'ssm:SendCommand',
  'ssm:StartSession',
  'ssm:ResumeSession',
  'ssm:StartAutomationExecution',
  'ssm:StartChangeRequestExecution',
  'ssm:CreateAssociation',
  'ssm:UpdateAssociation',
  'ec2:ModifyInstanceAttribute',
  'ec2:CreateLaunchTemplateVersion',
  'ec2-instance-connect:SendSSHPublicKey',
  'eks:CreateAccessEntry',
  'eks:AssociateAccessPolicy',
  'glue:UpdateJob',
  'glue:StartJobRun',
  'glue:UpdateDevEndpoint',
  'sagemaker:CreatePresignedNotebookInstanceUrl',
  'sagemaker:CreatePresignedDomainUrl',
  'states:UpdateStateMachine',
  'datapipeline:PutPipelineDefinition',
  'batch:SubmitJob',
  'codedeploy:CreateDeployment',
  'elasticmapreduce:AddJobFlowSteps',
];

/** `power`: it counts. `some roles`: it reaches roles of which nothing is known. null: it does not count. */
export function reachOf(
  power: Power,
  statement: Statement,
  who: { arn: string },
): 'power' | 'some roles' | null {
  if (!statement.allows || !statement.covers(power.action)) return null;
  const { resources } = statement;
  if (resources === null || power.on === 'anything') return 'power';
  if (power.on === 'others') return resources.every((one) => isOwn(one, who)) ? null : 'power';
  return resources.some((one) => matches(one, anyRole(who))) ? 'power' : 'some roles';
}

const isOwn = (resource: string, { arn }: { arn: string }): boolean =>
  resource === arn || resource.endsWith(`/\${aws:username}`);

/** A role that no policy has in mind: a pattern that fits it fits every role. */
const anyRole = ({ arn }: { arn: string }): string =>
  `${arn.split(':').slice(0, 5).join(':')}:role/none-in-particular`;

/** Whether these statements deny it whatever the circumstances. */
export const forbids = (statements: readonly Statement[], action: string): boolean =>
  statements.some(
    (one) => !one.allows && !one.conditional && one.covers(action) && (one.resources?.includes('*') ?? false),
  );

/** Whether a boundary might let it through. */
export const admits = (boundary: readonly Statement[], action: string): boolean =>
  !forbids(boundary, action) && boundary.some((one) => one.allows && one.covers(action));
