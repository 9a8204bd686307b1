// Who a secret's own resource policy lets in. What policies of identities allow is not seen here.
import { GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import type { Aws } from './clients.ts';
import { principalsIn } from './resource-policy.ts';

export const READERS_PERMISSIONS = ['secretsmanager:GetResourcePolicy'] as const;

/** As the policy names them. */
export async function readersOf(aws: Aws, secretArn: string): Promise<string[]> {
  const { ResourcePolicy } = await aws
    .secrets(secretArn)
    .send(new GetResourcePolicyCommand({ SecretId: secretArn }));
  return principalsIn(ResourcePolicy, 'secretsmanager:GetSecretValue');
}

export const readersInWords = (principals: readonly string[]): string[] =>
  principals.map((principal) =>
    `The resource policy of the secret may let ${principal} read it.`.slice(0, 500),
  );
