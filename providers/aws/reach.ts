// Whether the stolen identity can read the place where its new key will lie. No replacement is put where the thief can fetch it;
// what cannot be told counts as yes.
import { GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from './clients.ts';
import { resourcePolicyOf } from './resource-policy.ts';
import { SIMULATION_PERMISSIONS, simulate } from './simulation.ts';
import type { User } from './users.ts';

export const REACH_PERMISSIONS = [...SIMULATION_PERMISSIONS, 'secretsmanager:GetResourcePolicy'] as const;

/** Reading, and giving oneself the right to read. */
const READING = ['secretsmanager:GetSecretValue', 'secretsmanager:PutResourcePolicy'] as const;

/** Why the user could read the secret, in words; undefined where it cannot. Says nothing useful while a quarantine is worn. */
export async function reach(aws: Aws, user: User, secretArn: string): Promise<string | undefined> {
  const { ResourcePolicy } = await aws
    .secrets(secretArn)
    .send(new GetResourcePolicyCommand({ SecretId: secretArn }));
  const policy = resourcePolicyOf(ResourcePolicy);
  for (const { action, decision, unknown } of await simulate(aws, user, {
    actions: READING,
    resource: secretArn,
  })) {
    if (policy.deniesOutright(user.arn, action)) continue;
    if (decision === 'allowed')
      return `The policies of the user ${user.userName} allow ${action} on ${secretArn}.`;
    if (policy.mayAdmit(user.arn, action)) {
      return `The resource policy of ${secretArn} may allow ${action} to the user ${user.userName}.`;
    }
    if (unknown.length > 0) {
      return `Whether the user ${user.userName} may do ${action} on ${secretArn} depends on ${unknown.join(', ')}, which cannot be known beforehand.`;
    }
  }
  return undefined;
}
