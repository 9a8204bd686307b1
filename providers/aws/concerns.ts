// What stands in the way of cutting a user or of bringing its service back, in words that say who can change it. Read-only.
import type { Instant } from '../../domain/instant/instant.ts';
import type { Aws } from './clients.ts';
import type { SecretVersions } from './secret-store.ts';
import type { Doubt } from './keys-in-doubt.ts';
import { ISSUE_TAG } from './issue-tag.ts';
import {
  arnOf,
  contentOf,
  QUARANTINE,
  QUARANTINE_AUTO,
  RESTRICTED,
  RESTRICTIONS,
  type Restriction,
  trouble,
} from './policies.ts';
import { couldGainReach, reach } from './reach.ts';
import type { User } from './users.ts';
import { inWords, type WayIn } from './ways-in.ts';
import { isMadeSince } from './ways-in-doubt.ts';

export function keyConcerns(userName: string, { before, named, gone, ours }: Doubt): string[] {
  const concerns: string[] = [];
  if (before.length === 0 && ours.length === 0) {
    concerns.push(
      `The user ${userName} has no access key: there is none to replace, so neither replace-then-cut nor restrict is possible.`,
    );
  }
  if (before.length > 0 && named.length === 0 && !gone) {
    concerns.push(
      `The alert names no access key of ${userName}, so every key counts as stolen, and every other way in.`,
    );
  }
  if (before.length > 1) {
    concerns.push(
      `The user ${userName} has two access keys, which is as many as AWS allows: one must be deleted before a new one can be made.`,
    );
  }
  return concerns;
}

export function otherWays(userName: string, ways: readonly WayIn[], known: readonly string[]): string[] {
  const open = ways.filter((way) => way.open && !known.includes(way.id));
  if (open.length === 0) return [];
  return [
    `The user ${userName} has other ways in: ${inWords(open)}. The quarantine stops them too, and is not lifted while they are open; restrict only limits them, and stays on as long; replace-then-cut leaves them open.`,
  ];
}

/** Those that count as the thief's because of their age: whoever approves must know why. */
export function madeSinceConcerns(since: Instant | null, ways: readonly WayIn[]): string[] {
  const made = ways.filter((way) => isMadeSince(since, way.createdAt));
  return made.length === 0
    ? []
    : [
        `Made since ${since ?? ''}, from when on the alerts speak of the thief, and so to be cut: ${inWords(made)}.`,
      ];
}

export interface Amiss {
  policy: Restriction;
  says: string;
}

export async function policiesThatAreAmiss(aws: Aws): Promise<Amiss[]> {
  const amiss: Amiss[] = [];
  for (const policy of RESTRICTIONS) {
    const wrong = trouble(await contentOf(aws, policy), policy);
    if (wrong === undefined) continue;
    const says = policy === RESTRICTED ? `${wrong} Until then, restrict is not possible.` : wrong;
    amiss.push({ policy, says });
  }
  return amiss;
}

export async function secretConcerns(
  aws: Aws,
  user: User,
  secretId: string | null,
  secret: SecretVersions | null,
  attached: readonly string[],
): Promise<string[]> {
  if (secretId === null) {
    return [
      `The runbook does not say where the key of ${user.userName} is kept, so custody cannot replace it: its owner has to. Neither replace-then-cut nor restrict is possible.`,
    ];
  }
  if (secret === null) {
    return [
      `The secret ${secretId} does not exist in this account and region: correct it in the runbook. Until then, neither replace-then-cut nor restrict is possible.`,
    ];
  }
  const concerns = [
    ...(secret.rotates
      ? [
          `The secret ${secretId} rotates by itself: pause that, or the two rotations may get in each other's way.`,
        ]
      : []),
    ...(user.issuable
      ? []
      : [
          `The user ${user.userName} does not carry the tag ${ISSUE_TAG.key} = ${ISSUE_TAG.value}, without which AWS lets custody make no key for it: its owner has to set it.`,
        ]),
  ];
  // Under a restriction a simulation says what that denies; the replacement asks again when it comes to it.
  if ([QUARANTINE, QUARANTINE_AUTO, RESTRICTED].some((one) => attached.includes(arnOf(aws, one))))
    return concerns;
  const readable = await reach(aws, user, secret.arn);
  if (readable !== undefined) {
    concerns.push(
      `A new key will not be put where the stolen identity can read it. ${readable} Only restrict takes that away while the key is replaced.`,
    );
  }
  const gain = await couldGainReach(aws, user);
  if (gain !== undefined) {
    concerns.push(`Under replace-then-cut no new key will be made. ${gain} Restrict takes that away first.`);
  }
  return concerns;
}
