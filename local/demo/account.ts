// A look into the account with the root user's eyes, which is nobody's of custody: what stands there in the end. Reads only.
import { IAMClient, ListAccessKeysCommand, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../providers/aws/clients.ts';
import type { Estate, Workload } from './estate.ts';

export interface Standing {
  /** Id → Active or Inactive. */
  keys: Record<string, string>;
  /** Names of what is attached. */
  policies: string[];
}

export async function standingOf({ endpoint, region, root }: Estate, { user }: Workload): Promise<Standing> {
  const iam = new IAMClient({ endpoint, region, credentials: root });
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: user }));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: user }));
  return {
    keys: Object.fromEntries(AccessKeyMetadata.map((key) => [key.AccessKeyId ?? '', key.Status ?? ''])),
    policies: AttachedPolicies.map((policy) => policy.PolicyName ?? '').sort(),
  };
}

/** The key that the secret gives out now. Secret. */
export async function keyInSecret(
  { endpoint, region }: Estate,
  { secretId, service }: Workload,
): Promise<Credentials> {
  const secrets = new SecretsManagerClient({ endpoint, region, credentials: service });
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  return JSON.parse(SecretString ?? '') as Credentials;
}
