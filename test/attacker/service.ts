// The innocent party: a service that fetches the robot's key from its secret with an identity of its own, and works with it.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { REGION, type Workload } from '../../local/demo/estate.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { type Answer, attempt } from './thief.ts';

export async function currentKey(endpoint: string, { secretId, service }: Workload): Promise<Credentials> {
  const secrets = new SecretsManagerClient({ endpoint, region: REGION, credentials: service });
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  return JSON.parse(SecretString ?? '') as Credentials;
}

export async function serve(endpoint: string, workload: Workload): Promise<Answer> {
  const { accessKeyId, secretAccessKey } = await currentKey(endpoint, workload);
  return attempt(endpoint, { accessKeyId, secretAccessKey }, workload.workId);
}
