// What a secret holds in the end: its versions by what they are and the stages that they wear, whatever their ids.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

async function read(secrets: SecretsManagerClient, SecretId: string) {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  return Promise.all(
    Object.entries(VersionIdsToStages).map(async ([VersionId, stages]) => {
      const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId, VersionId }));
      return { id: VersionId, stages, value: SecretString };
    }),
  );
}

export const valuesIn = async (secrets: SecretsManagerClient, secretId: string): Promise<string[]> =>
  (await read(secrets, secretId)).map(({ value }) => value);

/** `stolen: AWSPREVIOUS compromised`, `new: AWSCURRENT`. */
export async function versionsIn(
  secrets: SecretsManagerClient,
  secretId: string,
  isStolen: (value: string) => boolean,
): Promise<string[]> {
  const versions = await read(secrets, secretId);
  return versions
    .map(({ id, stages, value }) => {
      const worn = stages.map((stage) => (stage === `custody-compromised-${id}` ? 'compromised' : stage));
      return `${isStolen(value) ? 'stolen' : 'new'}: ${worn.toSorted().join(' ')}`;
    })
    .toSorted();
}
