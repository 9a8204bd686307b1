// Whoever holds a stolen key, and a session made from it while it worked: tries a real call with each and says what AWS answered.
// Never `GetCallerIdentity`: AWS answers it even under a deny.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { REGION } from '../../local/demo/estate.ts';
import type { Credentials } from '../../providers/aws/clients.ts';

/** `works`, or the class of AWS's refusal. */
export type Answer = string;

export interface Thief {
  byKey(): Promise<Answer>;
  bySession(): Promise<Answer>;
}

/** Makes the session at once: a thief does not wait until the key is cut. */
export async function thief(endpoint: string, key: Credentials, workId: string): Promise<Thief> {
  const session = await sessionOf(endpoint, key);
  return {
    byKey: () => attempt(endpoint, key, workId),
    bySession: () => attempt(endpoint, session, workId),
  };
}

export async function sessionOf(endpoint: string, key: Credentials): Promise<Credentials> {
  const sts = new STSClient({ endpoint, region: REGION, credentials: key });
  const { Credentials: made } = await sts.send(new GetSessionTokenCommand({}));
  if (
    made?.AccessKeyId === undefined ||
    made.SecretAccessKey === undefined ||
    made.SessionToken === undefined
  ) {
    throw new Error('no session was made');
  }
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
  };
}

/** Reads a secret that the robot works with. */
export async function attempt(endpoint: string, credentials: Credentials, secretId: string): Promise<Answer> {
  const secrets = new SecretsManagerClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  try {
    await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
    return 'works';
  } catch (error) {
    if (error instanceof Error && '$metadata' in error) return error.name;
    throw error;
  } finally {
    secrets.destroy();
  }
}
