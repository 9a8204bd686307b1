// What should be better when the incident is over, whatever becomes of it, with what was read. Pure, and in words that do not change by
// themselves: no ages and no last uses, so that a second look finds nothing new.
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { Document, Finding } from '../../domain/plan/plan.schema.ts';
import type { SecretVersions } from './secret-store.ts';
import type { Seen } from './facts.ts';
import { OWNER } from './tags.ts';
import type { WayIn } from './ways-in.ts';

/** AWS's own advice (Security Hub IAM.3). */
const ROTATION_DAYS = 90;

export interface Looked {
  userName: string;
  /** Without those that custody made. */
  keys: readonly WayIn[];
  seen: Seen;
  secret: (SecretVersions & { id: string }) | null;
  /** The runbook knows whose it is. */
  ownerIsNamed: boolean;
  /** Roles that could take the key's place. */
  shortLived: readonly Document[];
}

/** At most one of a kind. */
export function findingsOf(looked: Looked, now: Instant): Finding[] {
  return [staticKey, noRotation, overPrivileged, noOwner]
    .flatMap((find) => find(looked, now) ?? [])
    .map((finding) => ({ ...finding, says: finding.says.slice(0, 500) }));
}

type Find = (looked: Looked, now: Instant) => Finding | null;

const keysInWords = (keys: readonly WayIn[]): string =>
  keys
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map(({ id, createdAt }) => `${id}, made on ${createdAt?.slice(0, 10) ?? 'an unknown day'}`)
    .join('; ');

const staticKey: Find = ({ userName, keys, seen, shortLived }) => {
  const workload = seen.facts.some(({ fact, value }) => fact === 'workload' && value);
  // Who says where it runs says that it is one.
  if ((!workload && shortLived.length === 0) || keys.length === 0) return null;
  return {
    kind: 'static-key',
    says: `A workload works as ${userName} with a long-lived access key (iam:ListAccessKeys: ${keysInWords(keys)}): let it work by a role, or by OIDC federation, so that there is nothing to steal that lasts.`,
    part: 'owner',
    ...(shortLived.length === 0 ? {} : { documents: [...shortLived] }),
  };
};

const noRotation: Find = ({ userName, keys, secret }, now) => {
  const old = keys.filter(
    ({ createdAt }) => createdAt !== null && epochMs(now) - epochMs(createdAt) > ROTATION_DAYS * 86_400_000,
  );
  const reasons = [
    ...(old.length === 0
      ? []
      : [`iam:ListAccessKeys: a key is older than ${ROTATION_DAYS} days (${keysInWords(old)})`]),
    ...(secret === null || secret.rotates
      ? []
      : [`secretsmanager:DescribeSecret: ${secret.id} does not rotate by itself`]),
  ];
  if (reasons.length === 0) return null;
  return {
    kind: 'no-rotation',
    says: `The key of ${userName} is not replaced often enough (${reasons.join('; ')}): let its secret rotate.`,
    part: 'owner',
  };
};

const overPrivileged: Find = ({ userName, seen: { power } }) =>
  power === null
    ? null
    : {
        kind: 'over-privileged',
        says: `The user ${userName} can give itself any right: leave it only what its work needs (${power}).`,
        part: 'source-of-truth',
      };

const noOwner: Find = ({ userName, seen: { tags }, ownerIsNamed }) =>
  tags === null || ownerIsNamed || tags.some(({ key }) => key.toLowerCase() === OWNER)
    ? null
    : {
        kind: 'no-owner',
        says: `Nothing says whose the user ${userName} is (iam:ListUserTags: no tag ${OWNER}): tag it, and name its owner in the runbook.`,
        part: 'source-of-truth',
      };
