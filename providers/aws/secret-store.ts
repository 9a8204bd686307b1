// A secret of Secrets Manager as a store of versions. A compromised version wears a staging label of custody's, not a tag of the secret: it stays
// on the version wherever AWSCURRENT and AWSPREVIOUS go, keeps AWS from deleting what an investigation may ask for, is read by
// DescribeSecret, and needs no right to write tags, by which access may be granted.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Aws } from './clients.ts';
import { isMissing, isTaken } from './errors.ts';

export const READ_SECRET_PERMISSIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
] as const;
export const WRITE_SECRET_PERMISSIONS = [
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
] as const;

export interface SecretVersions {
  arn: string;
  rotates: boolean;
  /** ARN of the function that rotates it, also while rotation is cancelled. null: none. */
  rotatedBy: string | null;
  /** null: never, by itself. */
  rotatedAt: Instant | null;
  /** AWS keeps the day. null: never read. */
  readAt: Instant | null;
  /** When it was ordered to be deleted. null: it was not. */
  deletedAt: Instant | null;
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
      rotatedBy: said.RotationLambdaARN ?? null,
      rotatedAt: dated(said.LastRotatedDate),
      readAt: dated(said.LastAccessedDate),
      deletedAt: dated(said.DeletedDate),
      stages: said.VersionIdsToStages ?? {},
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export const versionWith = (versions: Pick<SecretVersions, 'stages'>, stage: string): string | undefined =>
  Object.entries(versions.stages).find(([, stages]) => stages.includes(stage))?.[0];

/** Whoever makes a version current may leave AWSPENDING on it; once it is the one before, it was given out, and its rotation is over. */
export const isPending = (stages: readonly string[]): boolean =>
  stages.includes('AWSPENDING') && !stages.includes('AWSPREVIOUS');

/** A label stands on one version at a time, so each has its own. */
const MARK = 'custody-compromised-';
const markOf = (versionId: string): string => `${MARK}${versionId}`;

/** Whether the version wears custody's mark. */
export const isMarked = (versions: Pick<SecretVersions, 'stages'>, versionId: string | undefined): boolean =>
  versionId !== undefined && (versions.stages[versionId] ?? []).includes(markOf(versionId));

const broughtBack = (current: string | undefined): string =>
  `The secret gives its readers the version ${current} again, which is marked as compromised: find out who brought it back.`;

/** After a replacement was seen: a later version of somebody's is theirs to make, one that is marked as compromised is not. */
export async function watchGivenOut(aws: Aws, secretId: string): Promise<{ holds: boolean; saw: string }> {
  const versions = await versionsOf(aws, secretId);
  const current = versions === null ? undefined : versionWith(versions, 'AWSCURRENT');
  return versions !== null && isMarked(versions, current)
    ? { holds: false, saw: broughtBack(current) }
    : { holds: true, saw: 'The secret gives its readers no version that is marked as compromised.' };
}

/** Why readers of the secret do not get this version, in words; undefined where they do. */
export function notGivenOut(
  versions: SecretVersions | null,
  versionId: string | undefined,
): string | undefined {
  if (versions === null) return 'The secret does not exist any more.';
  if (versions.deletedAt !== null) {
    return `The secret was ordered to be deleted at ${versions.deletedAt}, and gives its readers nothing: take that back (aws secretsmanager restore-secret), and find out who did it.`;
  }
  const current = versionWith(versions, 'AWSCURRENT');
  if (isMarked(versions, current)) return broughtBack(current);
  return current === versionId
    ? undefined
    : 'The secret now gives its readers another version than the one that was made.';
}

export function secretStore(aws: Aws, secretId: string): SecretStore {
  const client = aws.secrets(secretId);
  const stage = (VersionStage: string, move: { to?: string; from?: string }) =>
    client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage,
        ...(move.to === undefined ? {} : { MoveToVersionId: move.to }),
        ...(move.from === undefined ? {} : { RemoveFromVersionId: move.from }),
      }),
    );
  return {
    name: secretId,
    async look() {
      const versions = await versionsOf(aws, secretId);
      if (versions === null) return null;
      return {
        reference: versions.arn,
        versions: Object.entries(versions.stages)
          .filter(([, stages]) => stages.length > 0)
          .map(([id, stages]) => ({
            id,
            current: stages.includes('AWSCURRENT'),
            pending: isPending(stages),
            compromised: isMarked(versions, id),
          })),
      };
    },
    async read(VersionId) {
      try {
        const said = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionId }));
        return said.SecretString ?? null;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async putPending(ClientRequestToken, SecretString) {
      try {
        await client.send(
          new PutSecretValueCommand({
            SecretId: secretId,
            SecretString,
            VersionStages: ['AWSPENDING'],
            ClientRequestToken,
          }),
        );
      } catch (error) {
        if (!isTaken(error)) throw error;
        const message = `Another attempt has stored its own value in ${secretId} meanwhile; it is read again.`;
        throw new ProviderError('retry', message, { cause: error });
      }
    },
    async dropPending(versionId) {
      await stage('AWSPENDING', { from: versionId });
    },
    // AWS moves AWSPREVIOUS to the old version itself.
    async makeCurrent(versionId, current) {
      await stage('AWSCURRENT', { to: versionId, from: current });
    },
    async markCompromised(versionId) {
      await stage(markOf(versionId), { to: versionId });
    },
  };
}

/** No label names it any more, the mark as the last one, so that it is known until then. May be repeated. */
export async function letGo(
  aws: Aws,
  secretId: string,
  versionId: string,
  labels: readonly string[],
): Promise<void> {
  const mark = markOf(versionId);
  for (const VersionStage of [...labels.filter((one) => one !== mark), mark]) {
    await aws.secrets(secretId).send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage,
        RemoveFromVersionId: versionId,
      }),
    );
  }
}
