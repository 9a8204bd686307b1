// Whether the stolen identity can read the place where its new key will lie. No replacement is put where the thief can fetch it;
// what cannot be told counts as yes.
import { GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from './clients.ts';
import { BORROWED, POWERS } from './powers.ts';
import { resourcePolicyOf } from './resource-policy.ts';
import { type Decision, SIMULATION_PERMISSIONS, simulate } from './simulation.ts';
import type { User } from './users.ts';
import { heldFrom, HELD_PERMISSIONS } from './wearing.ts';

export const REACH_PERMISSIONS = [
  ...SIMULATION_PERMISSIONS,
  ...HELD_PERMISSIONS,
  'secretsmanager:GetResourcePolicy',
] as const;

/** Reading, and giving oneself the right to read. */
const READING = ['secretsmanager:GetSecretValue', 'secretsmanager:PutResourcePolicy'] as const;

/** Why the user could read the secret, in words; undefined where it cannot. Says nothing useful while a quarantine is worn. */
export async function reach(aws: Aws, user: User, secretArn: string): Promise<string | undefined> {
  const { ResourcePolicy } = await aws
    .secrets(secretArn)
    .send(new GetResourcePolicyCommand({ SecretId: secretArn }));
  const policy = resourcePolicyOf(ResourcePolicy);
  const decisions = await simulate(aws, user, { actions: READING, resource: secretArn });
  const isDenied = await deniedForSure(aws, user, decisions);
  for (const one of decisions) {
    const { action, decision, unknown } = one;
    // It outweighs every allow, the secret's own too.
    if (isDenied(one)) continue;
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

/** By a deny in which no condition has a say: AWS names none, or it stands so in a policy of custody's own. */
async function deniedForSure(
  aws: Aws,
  { userName }: User,
  decisions: readonly Decision[],
): Promise<(one: Decision) => boolean> {
  const isDeny = ({ decision }: Decision) => decision === 'explicitDeny';
  const doubtful = decisions.some((one) => isDeny(one) && one.unknown.length > 0);
  const isHeld = doubtful ? await heldFrom(aws, userName) : () => false;
  return (one) => isDeny(one) && (one.unknown.length === 0 || isHeld(one.action));
}

/** Rights over itself, which a policy may hold to its own name. */
const OVER_ITSELF = ['iam:AttachUserPolicy', 'iam:PutUserPolicy'] as const;

/** How a user that is not cut yet could come to read any secret, in words; undefined where it cannot. */
export async function couldGainReach(aws: Aws, user: User): Promise<string | undefined> {
  const powers = POWERS.map(({ action }) => action);
  const decisions = [
    ...(await simulate(aws, user, { actions: [...powers, ...BORROWED] })),
    ...(await simulate(aws, user, { actions: OVER_ITSELF, resource: user.arn })),
  ];
  const could = (action: string) =>
    BORROWED.includes(action)
      ? `could act by a role that something else has, which may read any secret, by ${action}`
      : `could give itself the right to read any secret, by ${action}`;
  const power = decisions.find(({ decision }) => decision === 'allowed');
  if (power !== undefined)
    return `The user ${user.userName} ${could(power.action)}, as long as its key works.`;
  const isDenied = await deniedForSure(aws, user, decisions);
  const doubtful = decisions.find((one) => one.unknown.length > 0 && !isDenied(one));
  return doubtful === undefined
    ? undefined
    : `Whether the user ${user.userName} ${could(doubtful.action)}, depends on ${doubtful.unknown.join(', ')}, which cannot be known beforehand.`;
}
