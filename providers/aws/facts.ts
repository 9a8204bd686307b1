// Facts about a user that choose the rules, each with the call that it was read from. Tags are never read: whoever holds a stolen
// key may write them.
import { ListAttachedGroupPoliciesCommand, ListGroupsForUserCommand } from '@aws-sdk/client-iam';
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import type { Aws } from './clients.ts';
import { SIMULATION_PERMISSIONS, simulate } from './simulation.ts';
import type { User } from './users.ts';
import type { WayIn } from './ways-in.ts';

export const FACTS_PERMISSIONS = [
  ...SIMULATION_PERMISSIONS,
  'iam:ListGroupsForUser',
  'iam:ListAttachedGroupPolicies',
] as const;

type Fact = Discovery['facts'][number];

/** Who can do one of these to everything can make itself an administrator. */
const POWERS = [
  'iam:AttachUserPolicy',
  'iam:PutUserPolicy',
  'iam:CreatePolicyVersion',
  'iam:CreateAccessKey',
] as const;

export async function factsOf(
  aws: Aws,
  user: User,
  read: { ways: readonly WayIn[]; attached: readonly string[] },
): Promise<Fact[]> {
  const privileged = await privilegedFact(aws, user, read.attached);
  const human = read.ways.some((way) => way.kind === 'login-profile');
  return [
    ...(privileged === null ? [] : [privileged]),
    {
      fact: 'human',
      value: human,
      evidence: `iam:GetLoginProfile: ${human ? 'has' : 'no'} console password`,
    },
    {
      fact: 'workload',
      value: !human,
      evidence: `iam:GetLoginProfile: ${human ? 'has' : 'no'} console password`,
    },
  ];
}

/** null where it cannot be told: a simulation of a user under quarantine denies everything, and proves nothing. */
async function privilegedFact(aws: Aws, user: User, attached: readonly string[]): Promise<Fact | null> {
  const byUser = attached.find(isAdministrator);
  if (byUser !== undefined) {
    return { fact: 'privileged', value: true, evidence: `iam:ListAttachedUserPolicies: ${byUser}` };
  }
  const { Groups } = await aws.iam.send(new ListGroupsForUserCommand({ UserName: user.userName }));
  for (const { GroupName } of Groups ?? []) {
    const { AttachedPolicies } = await aws.iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }));
    const byGroup = AttachedPolicies?.find(({ PolicyArn }) => isAdministrator(PolicyArn ?? ''));
    if (byGroup !== undefined) {
      const evidence = `iam:ListAttachedGroupPolicies: ${GroupName} has ${byGroup.PolicyArn}`;
      return { fact: 'privileged', value: true, evidence };
    }
  }
  const decisions = await simulate(aws, user, { actions: POWERS });
  const power = decisions.find((one) => one.decision === 'allowed');
  if (power !== undefined) {
    return {
      fact: 'privileged',
      value: true,
      evidence: `iam:SimulatePrincipalPolicy: ${power.action} on * is allowed`,
    };
  }
  if (decisions.some((one) => one.decision === 'explicitDeny')) return null;
  return {
    fact: 'privileged',
    value: false,
    evidence: `iam:SimulatePrincipalPolicy: none of ${POWERS.join(', ')} on *`,
  };
}

const isAdministrator = (policyArn: string): boolean => policyArn.endsWith(':aws:policy/AdministratorAccess');
