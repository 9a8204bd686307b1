// The secret in which the owner keeps the access key: reading its versions, and storing a new key in it.
// A secret's value leaves this module only as a `StoredKey`, and never in an error.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import type { Aws, Credentials } from './clients.ts';
import { impossible, isMissing } from './errors.ts';

export const READ_SECRET_PERMISSIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
] as const;
export const WRITE_SECRET_PERMISSIONS = [
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
] as const;

/** A version's value: the key, and whatever else its owner keeps beside it. */
export interface StoredKey {
  versionId: string;
  stages: readonly string[];
  credentials: Credentials;
  /** The whole value, to be kept but for the key. */
  fields: Readonly<Record<string, unknown>>;
}

export interface CredentialSecret {
  secretId: string;
  arn: string;
  current: StoredKey;
  /** AWSPENDING, where it stands on another version than AWSCURRENT; `null` credentials: a value that is no access key. */
  pending: { versionId: string; stored: StoredKey | null } | null;
  /** Key ids in every version that a stage names. */
  keyIds: readonly string[];
}

export interface SecretVersions {
  arn: string;
  rotates: boolean;
  /** null: never, by itself. */
  rotatedAt: Instant | null;
  /** AWS keeps the day. null: never read. */
  readAt: Instant | null;
  /** Version id -> stages. */
  stages: Readonly<Record<string, readonly string[]>>;
}

const dated = (date: Date | undefined): Instant | null =>
  date === undefined ? null : instant(date.getTime());

/** Metadata only; null where there is no such secret. */
export async function versionsOf(aws: Aws, secretId: string): Promise<SecretVersions | null> {
  try {
    const said = await aws.secrets(secretId).send(new DescribeSecretCommand({ SecretId: secretId }));
    return {
      arn: said.ARN ?? '',
      rotates: said.RotationEnabled === true,
      rotatedAt: dated(said.LastRotatedDate),
      readAt: dated(said.LastAccessedDate),
      stages: said.VersionIdsToStages ?? {},
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export const versionWith = (versions: SecretVersions, stage: string): string | undefined =>
  Object.entries(versions.stages).find(([, stages]) => stages.includes(stage))?.[0];

export async function readCredentialSecret(aws: Aws, secretId: string): Promise<CredentialSecret> {
  const versions = await versionsOf(aws, secretId);
  if (versions === null) {
    throw impossible(
      `The secret ${secretId} does not exist in this account and region: correct it in the runbook.`,
    );
  }
  const stored: StoredKey[] = [];
  for (const [versionId, stages] of Object.entries(versions.stages)) {
    if (stages.length === 0) continue;
    const one = await storedKey(aws, secretId, versionId, stages);
    if (one !== null) stored.push(one);
  }
  const current = stored.find((one) => one.stages.includes('AWSCURRENT'));
  if (current === undefined) {
    throw impossible(
      `The current value of the secret ${secretId} is not JSON with "accessKeyId" and "secretAccessKey": custody cannot put a new key there without breaking its readers. Replace the key by hand, or name the right secret in the runbook.`,
    );
  }
  const pendingId = versionWith(versions, 'AWSPENDING');
  return {
    secretId,
    arn: versions.arn,
    current,
    pending:
      pendingId === undefined || pendingId === current.versionId
        ? null
        : { versionId: pendingId, stored: stored.find((one) => one.versionId === pendingId) ?? null },
    keyIds: stored.map((one) => one.credentials.accessKeyId),
  };
}

async function storedKey(aws: Aws, secretId: string, VersionId: string, stages: readonly string[]) {
  try {
    const said = await aws
      .secrets(secretId)
      .send(new GetSecretValueCommand({ SecretId: secretId, VersionId }));
    return parsed(said.SecretString, VersionId, stages);
  } catch (error) {
    // A stage may stand on a version that has no value yet: a rotation that was left unfinished.
    if (isMissing(error)) return null;
    throw error;
  }
}

function parsed(value: string | undefined, versionId: string, stages: readonly string[]): StoredKey | null {
  const fields = jsonObject(value);
  const accessKeyId = fields?.['accessKeyId'];
  const secretAccessKey = fields?.['secretAccessKey'];
  if (fields === null || typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return null;
  return { versionId, stages, credentials: { accessKeyId, secretAccessKey }, fields };
}

/** The parser's own message would quote the value, so it is dropped. */
function jsonObject(value: string | undefined): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(value ?? '');
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Stores a key as AWSPENDING: nobody who reads the secret gets it yet. */
export async function storePending(
  aws: Aws,
  secret: CredentialSecret,
  credentials: Credentials,
  versionId: string,
): Promise<StoredKey> {
  const fields = { ...secret.current.fields, ...credentials };
  await aws.secrets(secret.secretId).send(
    new PutSecretValueCommand({
      SecretId: secret.secretId,
      SecretString: JSON.stringify(fields),
      VersionStages: ['AWSPENDING'],
      ClientRequestToken: versionId,
    }),
  );
  return { versionId, stages: ['AWSPENDING'], credentials, fields };
}

/** From here on, readers of the secret get the new key. AWS moves AWSPREVIOUS to the old version itself. */
export async function makeCurrent(aws: Aws, secret: CredentialSecret, versionId: string): Promise<void> {
  await aws.secrets(secret.secretId).send(
    new UpdateSecretVersionStageCommand({
      SecretId: secret.secretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: versionId,
      RemoveFromVersionId: secret.current.versionId,
    }),
  );
}
