// aws/native-rotation: has the function of a secret rotate it, and watches its version to the end. A rotation of somebody else that was left
// unfinished is told from one that is at work, and put right only where nothing can have been set by it.
import { ListSecretVersionIdsCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { epochMs, instant } from '../../domain/instant/instant.ts';
import { type Act, type CredentialKind, ProviderError } from '../../domain/provider/provider.ts';
import { tellConsumers } from '../secrets/consumers-told.ts';
import type { SecretStore, SecretVersion } from '../secrets/secret-store.ts';
import { versionOfStep } from '../secrets/version-of-step.ts';
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';
import {
  isPending,
  notGivenOut,
  READ_SECRET_PERMISSIONS,
  secretStore,
  type SecretVersions,
  versionsOf,
  watchGivenOut,
  versionWith,
} from './secret-store.ts';
import { named, secretIdOf } from './target.ts';

export const NATIVE_ROTATION_KIND = 'aws/native-rotation';

/** One attempt watches so long, and the next goes on with the same version. */
const WATCH_LIMIT_MS = 5 * 60_000;
const WATCH_PAUSE_MS = 5_000;

/** A function ends after 15 minutes at the latest, and a rotation calls it four times ("Lambda quotas", "Lambda rotation functions"). */
const AT_WORK_MS = 60 * 60_000;

interface Work {
  act: Act;
  secretId: string;
  store: SecretStore;
  /** Of the version that is to be made: known beforehand, so that the same rotation is asked for however often. */
  versionId: string;
}

export const nativeRotation = (aws: Aws): CredentialKind => ({
  kind: NATIVE_ROTATION_KIND,
  reversibility: 'replace-only',
  permissions: {
    apply: [
      ...READ_SECRET_PERMISSIONS,
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
      // Of whoever asks for a rotation, AWS wants it too ("Permissions for rotation").
      'lambda:InvokeFunction',
    ],
    undo: [],
    check: ['secretsmanager:DescribeSecret'],
  },

  async apply(act) {
    const secretId = secretIdOf(aws, act);
    const versionId = versionOfStep(act.plan, act.step);
    const work = { act, secretId, store: secretStore(aws, secretId), versionId };
    await markGivenOut(work);
    const wasSo = await watched(aws, work);
    const { reference, version } = await finished(work);
    const told = await tellConsumers(await aws.secretRules(), secretId, { reference, version, wasSo });
    const earlier = wasSo ? act.evidence[act.step.id]?.['provedAt'] : undefined;
    return {
      wasSo,
      evidence: {
        secretVersionId: versionId,
        secretArn: reference,
        provedAt: earlier ?? instant(aws.clock.now()),
        ...told,
      },
    };
  },

  async undo() {
    throw impossible('A rotation is not taken back, for the old value is compromised: order another one.');
  },

  watch: ({ step }) => watchGivenOut(aws, named(step, 'secretId')),

  async check({ step, evidence: { secretVersionId } }) {
    if (secretVersionId === undefined) return { holds: false, saw: 'The secret was not rotated yet.' };
    const amiss = notGivenOut(await versionsOf(aws, named(step, 'secretId')), secretVersionId);
    return amiss === undefined
      ? {
          holds: true,
          saw: `The secret gives its readers the version ${secretVersionId}, which its function made.`,
        }
      : { holds: false, saw: amiss };
  },
});

/**
 * Beforehand, while stages still name what was given out: a rotation of somebody else that ends first takes them off the oldest one.
 * Not once ours is there: what was given out after it is not what was stolen.
 */
async function markGivenOut({ store, versionId }: Work): Promise<void> {
  const { versions = [] } = (await store.look()) ?? {};
  if (versions.some(({ id }) => id === versionId)) return;
  for (const { id, current, pending, compromised } of versions)
    if ((current || !pending) && !compromised) await store.markCompromised(id);
}

/** Until readers get our version. true: they did already. */
async function watched(aws: Aws, work: Work): Promise<boolean> {
  const { act, secretId, versionId } = work;
  const giveUpAt = aws.clock.now() + WATCH_LIMIT_MS;
  let asked = false;
  for (let looks = 0; ; looks++) {
    act.heartbeat();
    const versions = await versionsOf(aws, secretId);
    if (versions === null) {
      throw impossible(
        `The secret ${secretId} does not exist in this account and region: correct it in the runbook.`,
      );
    }
    const stages = versions.stages[versionId] ?? [];
    if (stages.includes('AWSCURRENT')) return looks === 0;
    requireRotating(versions, secretId);
    requireNotGoneBack(stages, work);
    if (stages.includes('AWSPENDING')) await requireAtWork(aws, work);
    else if (await isFree(aws, work, versions)) {
      if (!asked) await ask(aws, work);
      asked = true;
    }
    if (aws.clock.now() >= giveUpAt) {
      throw new ProviderError(
        'retry',
        `The function of the secret ${secretId} is not done yet; it is looked at again.`,
      );
    }
    await aws.clock.pause(WATCH_PAUSE_MS);
  }
}

const ask = (aws: Aws, { secretId, versionId }: Work) =>
  aws.secrets(secretId).send(
    new RotateSecretCommand({
      SecretId: secretId,
      ClientRequestToken: versionId,
      RotateImmediately: true,
    }),
  );

function requireRotating({ rotates, rotatedBy }: SecretVersions, secretId: string): void {
  if (rotatedBy === null) throw impossible(`No function rotates the secret ${secretId}: make a new plan.`);
  if (rotates) return;
  throw impossible(
    `Rotation of the secret ${secretId} was cancelled, and asking for one would turn it on again, which custody does not decide. Turn it on (aws secretsmanager rotate-secret, with its rules) or replace the value by hand, then order the step again.`,
  );
}

/** It was given out, and somebody gave readers another one since. */
function requireNotGoneBack(stages: readonly string[], { secretId, versionId }: Work): void {
  if (!stages.includes('AWSPREVIOUS')) return;
  throw impossible(
    `The secret ${secretId} gave its readers the new version ${versionId}, and somebody gave them another one since: find out who, and give the new one out again, or make a new plan.`,
  );
}

async function requireAtWork(aws: Aws, { secretId, versionId }: Work): Promise<void> {
  if ((await ageMsOf(aws, secretId, versionId)) < AT_WORK_MS) return;
  throw impossible(
    `The function of the secret ${secretId} has not finished its version ${versionId} in an hour: see its log, let it finish, then order the step again.`,
  );
}

/** Whether a rotation can be asked for now; where it will be, by waiting or by what was put right, this looks again. */
async function isFree(aws: Aws, { secretId, store }: Work, versions: SecretVersions): Promise<boolean> {
  const pending = versionWith(versions, 'AWSPENDING');
  if (pending === undefined || pending === versionWith(versions, 'AWSCURRENT')) return true;
  if (!isPending(versions.stages[pending] ?? [])) {
    // AWS takes the label that was left on it for a rotation that is at work, and refuses another.
    await store.dropPending(pending);
    return true;
  }
  if ((await ageMsOf(aws, secretId, pending)) < AT_WORK_MS) return false;
  if ((await store.read(pending)) !== null) {
    throw impossible(
      `An earlier rotation of the secret ${secretId} was left unfinished: AWSPENDING stands on the version ${pending}, whose value may be set already where it is used. Find that out; let the function finish it, or take that stage off, then order the step again.`,
    );
  }
  // Its function never came to make a value, so nothing can have been set.
  await store.dropPending(pending);
  return true;
}

/** AWS answers in pages; the version is on one of them. */
async function ageMsOf(aws: Aws, secretId: string, versionId: string): Promise<number> {
  let NextToken: string | undefined;
  do {
    const said = await aws.secrets(secretId).send(
      new ListSecretVersionIdsCommand({
        SecretId: secretId,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    const made = said.Versions?.find((one) => one.VersionId === versionId)?.CreatedDate;
    if (made !== undefined) return aws.clock.now() - epochMs(instant(made.getTime()));
    NextToken = said.NextToken;
  } while (NextToken !== undefined);
  return 0;
}

/** The function's word is not enough: the new value must be another one. Then every other version is marked. */
async function finished({ secretId, store, versionId }: Work) {
  const secret = await store.look();
  const value = await store.read(versionId);
  if (secret === null || value === null) {
    throw new ProviderError('retry', `The secret ${secretId} has no value any more; it is looked at again.`);
  }
  const others = secret.versions.filter(({ id }) => id !== versionId);
  for (const { id } of others) {
    if ((await store.read(id)) !== value) continue;
    throw impossible(
      `The function of the secret ${secretId} has finished, and its new version ${versionId} holds the same value as the version ${id}: nothing was replaced. Mend the function, or replace the value by hand.`,
    );
  }
  // What waits was begun since ours is given out: it replaces it.
  for (const { id, pending, compromised } of others)
    if (!pending && !compromised) await store.markCompromised(id);
  const version: SecretVersion = secret.versions.find(({ id }) => id === versionId) ?? {
    id: versionId,
    current: true,
    pending: false,
    compromised: false,
  };
  return { reference: secret.reference, version: { ...version, value } };
}
