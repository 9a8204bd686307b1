// The secret in which a user's key is kept, where the runbook does not say: by the tag `custody:holds`, or by a name that begins with the
// user's. A tag counts only where the stolen identity could not have written it, and a name is a hint for people: anybody can choose one.
// Whether the secret really holds the key, the owner's executor sees by its value, before it makes another.
import { paginateListSecrets, type SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { keyOf } from '../../domain/identity/identity.ts';
import type { Aws } from './clients.ts';
import type { Granted } from './granted.ts';
import { couldWrite } from './tags.ts';
import { shown, type Unread, unlessDenied } from './unread.ts';
import type { User } from './users.ts';

export const HOLDS = 'custody:holds';

export const WHERE_IT_LIES_PERMISSIONS = ['secretsmanager:ListSecrets'] as const;

/** By these a secret gets a tag. */
const TAGGING = ['secretsmanager:TagResource', 'secretsmanager:CreateSecret'] as const;

export interface Lies {
  /** All that the tag names, and those whose name is a hint. Empty where they were not looked for. */
  found: { arn: string; by: 'tag' | 'name' }[];
  unread: Unread;
  /** ARN of the one secret that a trustworthy tag names; null: none, or more than one. */
  secret: string | null;
  /** What people should know of how it was found, or was not. */
  says: string[];
}

export async function whereItLies(aws: Aws, user: User, granted: Granted): Promise<Lies> {
  const { userName } = user;
  const unread: Unread = new Set();
  const key = keyOf({ provider: 'aws', account: aws.account, kind: 'iam-user', reference: userName });
  const tagged = await unlessDenied(unread, 'the list of secrets', () => listed(aws, 'tag-key', HOLDS));
  const named = await unlessDenied(unread, 'the list of secrets', () => listed(aws, 'name', userName));
  if (tagged === null || named === null) {
    return {
      found: [],
      unread,
      secret: null,
      says: [`Secrets that may hold the key of ${userName} were not looked for: ${[...unread].join('; ')}.`],
    };
  }
  const holding = tagged.filter(({ Tags = [] }) =>
    Tags.some((tag) => tag.Key === HOLDS && (tag.Value === userName || tag.Value === key)),
  );
  const hints = named.filter(
    (one) => isOfUser(one.Name ?? '', userName) && !holding.some(({ ARN }) => ARN === one.ARN),
  );
  const found = [
    ...holding.map(({ ARN = '' }) => ({ arn: ARN, by: 'tag' as const })),
    ...hints.map(({ ARN = '' }) => ({ arn: ARN, by: 'name' as const })),
  ];
  const says = hints.map(
    ({ Name }) =>
      `The secret ${shown(Name ?? '')} is called after the user ${userName} and may hold its key: if it does, name it in the runbook.`,
  );
  const [only] = holding;
  if (only?.ARN === undefined) return { found, unread, secret: null, says };
  const arns = holding.map(({ ARN }) => ARN ?? '');
  if (arns.length > 1) {
    const list = arns.toSorted().join(', ');
    return {
      found,
      unread,
      secret: null,
      says: [
        `Several secrets say by the tag ${HOLDS} that they hold the key of ${userName} (${list}): name the right one in the runbook.`,
        ...says,
      ],
    };
  }
  if (couldWrite(user, granted, TAGGING, only.ARN)) {
    return {
      found,
      unread,
      secret: null,
      says: [
        `The secret ${only.ARN} says by the tag ${HOLDS} that it holds the key of ${userName}, but the identity itself could have written that: if it is so, name it in the runbook.`,
        ...says,
      ],
    };
  }
  return {
    found,
    unread,
    secret: only.ARN,
    says: [
      `That the key of ${userName} is kept in ${only.ARN} says its tag ${HOLDS}, which the identity could not have written; the runbook does not say it.`,
      ...says,
    ],
  };
}

/** Followed by anything but a letter or digit, so that `robot` is not taken for `robot2`. */
const isOfUser = (name: string, userName: string): boolean =>
  name.startsWith(userName) && !/^[A-Za-z0-9]/.test(name.slice(userName.length));

/** AWS filters by prefix. Those that are to be deleted are left out. */
async function listed(aws: Aws, Key: 'tag-key' | 'name', value: string): Promise<SecretListEntry[]> {
  const entries: SecretListEntry[] = [];
  const client = aws.secrets('any');
  for await (const page of paginateListSecrets({ client }, { Filters: [{ Key, Values: [value] }] })) {
    entries.push(...(page.SecretList ?? []));
  }
  return entries;
}
