// Which of a user's keys the replacement made itself, in an attempt that was cut short or for good. Pure. The wrong answer deletes the
// key of somebody else, or takes the thief's for our own, so every doubt goes to people.
import { hashOf } from '../../domain/encoding/canonical.ts';
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { AccessKey } from './users.ts';

export interface KeysAtWork {
  keys: readonly AccessKey[];
  /** Key ids of the user when the plan was made, the stolen one among them. */
  before: readonly string[];
  /** Key ids in the versions of the secret. */
  current: string;
  pending: string | null;
  stored: readonly string[];
  /** In versions that this step itself has stored, whatever became of their stages. */
  ours: readonly string[];
}

export interface Standing {
  /** New, and already what readers of the secret get. */
  finished: AccessKey | null;
  /** New, and in the secret: it waits for its proof, or readers got it until somebody gave them another version. */
  waiting: AccessKey | null;
  /** New, and in no version of the secret that is given out, waits, or is this step's own. */
  strangers: readonly AccessKey[];
  /** Other than the stolen one, from before the plan. */
  others: readonly AccessKey[];
}

export function standing(at: KeysAtWork, stolen: string): Standing {
  const isNew = (key: AccessKey) => key.accessKeyId !== stolen && !at.before.includes(key.accessKeyId);
  const fresh = at.keys.filter(isNew);
  const inSecret = [at.current, at.pending, ...at.ours];
  return {
    finished: fresh.find((key) => key.accessKeyId === at.current) ?? null,
    waiting:
      fresh.find((key) => key.accessKeyId === at.pending) ??
      fresh.find((key) => at.ours.includes(key.accessKeyId)) ??
      null,
    strangers: fresh.filter((key) => !inSecret.includes(key.accessKeyId)),
    others: at.keys.filter((key) => key.accessKeyId !== stolen && !isNew(key)),
  };
}

/** Why a stranger is not plainly the orphan of an earlier attempt, in words; undefined where it is, and may be removed. */
export function notAnOrphan(
  key: AccessKey,
  known: { orderedAt: Instant; stored: readonly string[]; lastUsedAt: Instant | null },
): string | undefined {
  const { accessKeyId, createdAt } = key;
  // AWS keeps whole seconds: a key of the same second is not older.
  if (epochMs(createdAt) < Math.floor(epochMs(known.orderedAt) / 1_000) * 1_000) {
    return `the key ${accessKeyId} is not in the plan and was made at ${createdAt}, before this replacement was ordered`;
  }
  if (known.stored.includes(accessKeyId)) {
    return `the key ${accessKeyId} is not in the plan and stands in an older version of the secret`;
  }
  if (known.lastUsedAt !== null) {
    return `the key ${accessKeyId} is not in the plan and was used at ${known.lastUsedAt}`;
  }
  return undefined;
}

interface Run {
  incident: string;
  firstRun: string;
}

/** The version id of a key in the secret, the same whenever it is stored again, and no one else's. */
export const secretVersionOf = ({ incident, firstRun }: Run, step: string, accessKeyId: string): string =>
  hashOf([incident, firstRun, step, accessKeyId]);

/** As many as a plan may have. */
const STEPS = Array.from({ length: 100 }, (_, index) => `s${index + 1}`);

/** Whether a step of this incident made the key and stored it: its name stands on a version, whose content need not be read. */
export function isMadeBy(run: Run, accessKeyId: string, versionIds: readonly string[]): boolean {
  return (
    versionIds.length > 0 &&
    STEPS.some((step) => versionIds.includes(secretVersionOf(run, step, accessKeyId)))
  );
}
