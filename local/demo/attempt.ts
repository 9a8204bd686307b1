// One real call with one credential, and what AWS answered. Never `GetCallerIdentity`: AWS answers it even under a deny.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../providers/aws/clients.ts';

/** `works`, the class of AWS's refusal, or `no answer`, which proves nothing. */
export type Answer = string;

/** One line of what thief and service say about themselves. */
export interface Sighting {
  at: string;
  /** `key` or `session`. */
  by: string;
  accessKeyId: string;
  answer: Answer;
}

export const PAUSE_MS = 200;

/** Where AWS is, is in the environment. */
export function caller({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Credentials): (secretId: string) => Promise<Answer> {
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
  const secrets = new SecretsManagerClient({ credentials, maxAttempts: 1 });
  return async (secretId) => {
    try {
      await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
      return 'works';
    } catch (error) {
      return error instanceof Error && '$metadata' in error ? error.name : 'no answer';
    }
  };
}

export function tell(by: string, accessKeyId: string, answer: Answer): void {
  const sighting: Sighting = { at: new Date().toISOString(), by, accessKeyId, answer };
  process.stdout.write(`${JSON.stringify(sighting)}\n`);
}
