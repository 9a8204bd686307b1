// aws/access-key-replacement: make a new key for the user, store it in the owner's secret, prove it by a real call, and only then
// let the secret's readers have it. All of it in one activity: the key's secret part lives in local variables here and nowhere else.
import { CreateAccessKeyCommand, DeleteAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import {
  type Act,
  type CredentialKind,
  type Evidence,
  ProviderError,
} from '../../domain/provider/provider.ts';
import { tellConsumers } from '../secrets/consumers-told.ts';
import { type Held, rotate, type Rotated, type Rotation, type Stored } from '../secrets/rotation.ts';
import { inactiveAtOf, isCutAfter } from './access-key.ts';
import type { Aws, Credentials } from './clients.ts';
import { impossible, isLimit, isMissing, isUnknownKey } from './errors.ts';
import { usedByOthers, usedSince } from './last-use.ts';
import { type KeysAtWork, notAnOrphan, secretVersionOf, standing } from './own-key.ts';
import { NO_SESSIONS, QUARANTINE } from './policies.ts';
import { couldGainReach, REACH_PERMISSIONS, reach } from './reach.ts';
import {
  notGivenOut,
  READ_SECRET_PERMISSIONS,
  secretStore,
  versionsOf,
  watchGivenOut,
  WRITE_SECRET_PERMISSIONS,
} from './secret-store.ts';
import { storedKey } from './stored-key.ts';
import { named, userNameOf } from './target.ts';
import {
  type AccessKey,
  KEYS_PERMISSIONS,
  keysOf,
  LAST_USE_PERMISSIONS,
  lastUseOf,
  requireUser,
  type User,
  USER_PERMISSIONS,
} from './users.ts';
import { notHeldBy, HELD_PERMISSIONS, wears } from './wearing.ts';

const KIND = 'aws/access-key-replacement';

/** A new key is known everywhere within seconds; after this the attempt ends, and the next one goes on from the stored key. */
const PROOF_LIMIT_MS = 60_000;
const PROOF_PAUSE_MS = 2_000;

/** New keys that earlier steps made, from what they said. */
export const replacedBy = (said: Record<string, Evidence>): string[] =>
  Object.values(said).flatMap(({ newAccessKeyId }) => (newAccessKeyId === undefined ? [] : [newAccessKeyId]));

interface Work {
  act: Act;
  user: User;
  secretId: string;
  stolen: string;
  before: string[];
}

export const accessKeyReplacement = (aws: Aws): CredentialKind => ({
  kind: KIND,
  reversibility: 'replace-only',
  permissions: {
    apply: [
      ...USER_PERMISSIONS,
      ...KEYS_PERMISSIONS,
      ...LAST_USE_PERMISSIONS,
      ...HELD_PERMISSIONS,
      ...REACH_PERMISSIONS,
      ...READ_SECRET_PERMISSIONS,
      ...WRITE_SECRET_PERMISSIONS,
      'iam:CreateAccessKey',
      'iam:DeleteAccessKey',
    ],
    undo: [],
    check: [...KEYS_PERMISSIONS, ...LAST_USE_PERMISSIONS, 'secretsmanager:DescribeSecret'],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const stolen = named(act.step, 'stolenAccessKeyId');
    const work: Work = {
      act,
      user: await requireUser(aws, userName),
      secretId: named(act.step, 'secretId'),
      stolen,
      before: [...named(act.step, 'keysBefore').split(','), stolen],
    };
    const rotated = await rotate(secretStore(aws, work.secretId), keyRotation(aws, work));
    const told = await tellConsumers(await aws.secretRules(), work.secretId, rotated);
    const earlier = rotated.wasSo ? act.evidence[act.step.id]?.['provedAt'] : undefined;
    return {
      wasSo: rotated.wasSo,
      evidence: { ...evidenceOf(work, rotated, earlier ?? instant(aws.clock.now())), ...told },
    };
  },

  async undo() {
    throw impossible(
      'A replacement is not taken back, for the old key is compromised: order another replacement.',
    );
  },

  watch: ({ step }) => watchGivenOut(aws, named(step, 'secretId')),

  async check({ plan, step, evidence }) {
    const userName = userNameOf(aws, { plan, step });
    const { newAccessKeyId, secretVersionId, provedAt } = evidence;
    if (newAccessKeyId === undefined || provedAt === undefined) {
      return { holds: false, saw: 'No new key was made yet.' };
    }
    const no = (saw: string) => ({ holds: false, saw });
    const keys = await keysOf(aws, userName);
    const fresh = keys.find((key) => key.accessKeyId === newAccessKeyId);
    if (fresh === undefined) return no(`The new key ${newAccessKeyId} does not exist any more.`);
    if (!fresh.active) return no(`The new key ${newAccessKeyId} is ${fresh.status}.`);

    const versions = await versionsOf(aws, named(step, 'secretId'));
    const amiss = notGivenOut(versions, secretVersionId);
    if (amiss !== undefined) return no(amiss);

    const stolen = named(step, 'stolenAccessKeyId');
    const old = keys.find((key) => key.accessKeyId === stolen);
    const { oldKeyInactiveAt } = evidence;
    // A plan that replaces first leaves the old key to its own step, which is seen for itself.
    const cutLater = oldKeyInactiveAt === undefined && isCutAfter(plan, step, stolen);
    if (old?.active === true && !cutLater) return no(`The old key ${stolen} is ${old.status}.`);
    if (old !== undefined && oldKeyInactiveAt !== undefined) {
      const use = await lastUseOf(aws, stolen);
      if (usedSince(use, oldKeyInactiveAt)) {
        return no(
          `The old key ${stolen} was used at ${use?.at}, after it was deactivated at ${oldKeyInactiveAt}.`,
        );
      }
    }

    const use = await lastUseOf(aws, newAccessKeyId);
    if (use === null || !usedByOthers(use, provedAt)) {
      return no(`The new key ${newAccessKeyId} was not used yet, but for custody's own proof that it works.`);
    }
    return {
      holds: true,
      saw: `The new key ${newAccessKeyId} was used for ${use.service ?? 'an unnamed service'} at ${use.at}; the old key ${stolen} is ${old === undefined ? 'gone' : old.active ? 'active until it is cut' : 'inactive'}.`,
    };
  },
});

function keyRotation(aws: Aws, work: Work): Rotation {
  const { act, user, stolen } = work;
  let others: readonly AccessKey[] = [];
  return {
    async made(held) {
      requireKey(work, held);
      const found = standing(keysAtWork(work, held, await keysOf(aws, user.userName)), stolen);
      for (const stranger of found.strangers) await removeOrphan(aws, work, held, stranger);
      others = found.others;
      const mine = found.finished ?? found.waiting;
      if (mine === null) return null;
      requireActive(mine);
      const holding = held.versions.filter((one) => keyIdIn(one) === mine.accessKeyId);
      return holding.find((one) => one.current) ?? holding.find((one) => one.pending) ?? holding[0] ?? null;
    },
    isOurs: ({ id, value }) => isOwnVersion(act, id, value),
    requireSafe: (held) => requireSafe(aws, work, held),
    async create(held) {
      requireFree(work, others);
      const credentials = await makeKey(aws, user);
      const { accessKeyId } = credentials;
      return {
        versionId: versionFor(act, accessKeyId),
        value: JSON.stringify({ ...storedKey(held.current.value)?.fields, ...credentials }),
        forget: () => removeKey(aws, user, accessKeyId),
      };
    },
    // IAM makes the key and knows it: there is nobody else to tell.
    set: async () => {},
    async test({ value }) {
      const stored = storedKey(value);
      if (stored !== null) await prove(aws, work, stored.credentials);
    },
    isCompromised: (version) => isCut(work, keyIdIn(version)),
  };
}

const keyIdIn = ({ value }: Stored): string | null => storedKey(value)?.credentials.accessKeyId ?? null;

const keyIdsIn = (versions: readonly Stored[]): string[] => versions.flatMap((one) => keyIdIn(one) ?? []);

function keysAtWork(
  { act, before }: Work,
  { current, pending, versions }: Held,
  keys: AccessKey[],
): KeysAtWork {
  return {
    keys,
    before,
    current: keyIdIn(current) ?? '',
    pending: pending?.stored == null ? null : keyIdIn(pending.stored),
    stored: keyIdsIn(versions),
    ours: keyIdsIn(versions.filter(({ id, value }) => isOwnVersion(act, id, value))),
  };
}

function isOwnVersion(act: Act, versionId: string, value: string | null): boolean {
  const keyId = storedKey(value ?? '')?.credentials.accessKeyId;
  return keyId !== undefined && versionId === versionFor(act, keyId);
}

const isCut = ({ act: { plan }, stolen }: Work, keyId: string | null): boolean =>
  keyId === stolen ||
  plan.steps.some(({ kind, target }) => kind === 'aws/access-key' && target['accessKeyId'] === keyId);

function requireKey({ secretId }: Work, { current }: Held): void {
  if (keyIdIn(current) !== null) return;
  throw impossible(
    `The current value of the secret ${secretId} is not JSON with "accessKeyId" and "secretAccessKey": custody cannot put a new key there without breaking its readers. Replace the key by hand, or name the right secret in the runbook.`,
  );
}

function evidenceOf({ act, stolen }: Work, { version, reference }: Rotated, provedAt: Instant): Evidence {
  const oldKeyInactiveAt = inactiveAtOf(act.plan, act.evidence, stolen);
  return {
    newAccessKeyId: keyIdIn(version) ?? '',
    secretVersionId: version.id,
    secretArn: reference,
    provedAt,
    ...(oldKeyInactiveAt === undefined ? {} : { oldKeyInactiveAt }),
  };
}

function requireActive(key: AccessKey): void {
  if (key.active) return;
  throw impossible(
    `The new key ${key.accessKeyId} stands in the secret but is ${key.status}: somebody deactivated it. Find out why, and delete it before another is made.`,
  );
}

/** What must be so before a new key is put anywhere. The quarantine first: under it, a simulation denies whatever one asks. */
async function requireSafe(aws: Aws, work: Work, held: Held): Promise<void> {
  const { act, user, secretId, stolen, before } = work;
  const { userName } = user;
  if (await wears(aws, userName, QUARANTINE)) {
    throw impossible(
      `The user ${userName} is still under quarantine, so a new key would not work: lift it first.`,
    );
  }
  if (cutsSessions(act)) {
    const unheld = await notHeldBy(aws, userName, NO_SESSIONS);
    if (unheld !== undefined)
      throw impossible(`No new key is made while the thief's sessions may live. ${unheld}`);
  }
  const readable = await reach(aws, user, held.reference);
  if (readable !== undefined) {
    throw impossible(
      `No new key is put where the stolen identity can read it. ${readable} Take that right away, deny it in the secret's resource policy, or move the secret.`,
    );
  }
  const gain = isCutAfter(act.plan, act.step, stolen) ? await couldGainReach(aws, user) : undefined;
  if (gain !== undefined) {
    throw impossible(
      `No new key is made while the stolen one works. ${gain} Take that right away, restrict the user first, or cut it at once.`,
    );
  }
  const { current } = held;
  const keyId = keyIdIn(current) ?? '';
  if (!before.includes(keyId) && !isOwnVersion(act, current.id, current.value)) {
    throw impossible(
      `The secret ${secretId} holds the key ${keyId}, which is none of the keys of ${userName} in this plan (stolen: ${stolen}): name the right secret in the runbook.`,
    );
  }
}

/** A plan that replaces first cuts the sessions later. */
function cutsSessions({ plan, step }: Act): boolean {
  const here = plan.steps.findIndex((one) => one.id === step.id);
  return plan.steps.some(
    (one, index) => index < here && one.kind === 'aws/no-sessions' && one.verb === 'apply',
  );
}

const versionFor = ({ plan, step }: Act, accessKeyId: string): string =>
  secretVersionOf(plan, step.id, accessKeyId);

function requireFree({ user, stolen }: Work, others: readonly AccessKey[]): void {
  if (others.length === 0) return;
  throw impossible(
    `The user ${user.userName} had ${others.map((key) => key.accessKeyId).join(', ')} beside the stolen key ${stolen} before this began, and AWS allows two keys: remove the one that nothing needs, then order the step again.`,
  );
}

/** The orphan of an attempt that was cut short between making a key and storing it; anything else is for people. */
async function removeOrphan(
  aws: Aws,
  { act, user }: Work,
  { versions }: Held,
  key: AccessKey,
): Promise<void> {
  const use = await lastUseOf(aws, key.accessKeyId);
  const doubt = notAnOrphan(key, {
    orderedAt: act.orderedAt,
    stored: keyIdsIn(versions),
    lastUsedAt: use?.at ?? null,
  });
  if (doubt !== undefined) {
    throw impossible(
      `A key has appeared that custody did not make and will not touch: ${doubt}. Find out whose it is.`,
    );
  }
  await removeKey(aws, user, key.accessKeyId);
}

async function removeKey(aws: Aws, { userName }: User, accessKeyId: string): Promise<void> {
  try {
    await aws.iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId }));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function makeKey(aws: Aws, { userName }: User): Promise<Credentials> {
  try {
    const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey ?? {};
    if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  } catch (error) {
    if (!isLimit(error)) throw error;
    // Two keys, though fewer were listed a moment ago: the listing lags behind. The next attempt sees the other one.
    throw new ProviderError('retry', `The user ${userName} has two keys already; they are read again.`, {
      cause: error,
    });
  }
  throw new ProviderError(
    'retry',
    `AWS answered without a key for ${userName}; what it made is looked for again.`,
  );
}

/** The new key says who it is. IAM makes a key known everywhere within seconds, so it is asked again for a while. */
async function prove(aws: Aws, { act, user }: Work, credentials: Credentials): Promise<void> {
  const sts = aws.stsAs(credentials);
  const giveUpAt = aws.clock.now() + PROOF_LIMIT_MS;
  try {
    for (;;) {
      act.heartbeat();
      try {
        const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
        if (Arn === user.arn) return;
        throw impossible(
          `The key ${credentials.accessKeyId} in the secret belongs to ${Arn ?? 'nobody'}, not to ${user.arn}: find out who put it there.`,
        );
      } catch (error) {
        if (!isUnknownKey(error)) throw notProven(error, credentials.accessKeyId);
        if (aws.clock.now() >= giveUpAt) {
          throw new ProviderError('retry', `AWS does not know the new key ${credentials.accessKeyId} yet.`, {
            cause: error,
          });
        }
      }
      await aws.clock.pause(PROOF_PAUSE_MS);
    }
  } finally {
    sts.destroy();
  }
}

/** What is denied here is denied to the new key, not to this worker. */
function notProven(error: unknown, accessKeyId: string): unknown {
  if (!(error instanceof ProviderError) || error.sort !== 'denied') return error;
  const said = error.cause instanceof Error ? error.cause.name : 'denied';
  const message = `The key ${accessKeyId}, as it stands in the secret (AWSPENDING), does not work: AWS says ${said}. Delete that key, and order the step again.`;
  return new ProviderError('impossible', message, { cause: error });
}
