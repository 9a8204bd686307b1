// Read-only: who the attacked identity is, which ways in it has, what would cut it and bring its service back, what stands in the way.
import type { Identity } from '../../domain/identity/identity.ts';
import type { DiscoverRequest } from '../../domain/plan/order.schema.ts';
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { versionsOf } from './credential-secret.ts';
import { FACTS_PERMISSIONS, factsOf } from './facts.ts';
import { arnOf, contentOf, QUARANTINE, RESTRICTIONS, trouble } from './policies.ts';
import { proposalsFor } from './proposals.ts';
import { REACH_PERMISSIONS, reach } from './reach.ts';
import { usedForInWords } from './person-or-workload.ts';
import {
  findUser,
  LAST_USE_PERMISSIONS,
  type LastUse,
  lastUseOf,
  type User,
  USER_PERMISSIONS,
} from './users.ts';
import { inWords, WAYS_IN_PERMISSIONS, type WayIn, waysInOf } from './ways-in.ts';
import { attachedTo, WORN_PERMISSIONS } from './wearing.ts';

export const DISCOVER_PERMISSIONS = [
  ...USER_PERMISSIONS,
  ...LAST_USE_PERMISSIONS,
  ...WAYS_IN_PERMISSIONS,
  ...WORN_PERMISSIONS,
  ...FACTS_PERMISSIONS,
  ...REACH_PERMISSIONS,
  'secretsmanager:DescribeSecret',
] as const;

/** AWS's default; an account may have been given more. */
const ATTACHED_POLICIES = 10;

/** As many as a discovery may hold. */
const CONCERNS = 50;

const nothing = (identity: Discovery['identity'], ...concerns: string[]): Discovery => ({
  identity,
  waysIn: [],
  facts: [],
  proposals: [],
  concerns,
});

export async function discover(
  aws: Aws,
  kinds: Readonly<Record<string, CredentialKind>>,
  request: DiscoverRequest,
): Promise<Discovery> {
  const { identity } = request;
  if (identity.account !== null && identity.account !== aws.account) {
    return nothing(
      identity,
      `This checker reads the account ${aws.account}, not ${identity.account}: give that one a checker of its own.`,
    );
  }
  if (identity.kind === 'iam-user') return discoverUser(aws, kinds, request, identity.reference);
  if (identity.kind === 'access-key') {
    const owner = await lastUseOf(aws, identity.reference);
    return owner === null
      ? nothing(null, `No user of the account ${aws.account} has the access key ${identity.reference}.`)
      : discoverUser(aws, kinds, request, owner.userName, [identity.reference]);
  }
  return nothing(identity, `Not covered yet: ${identity.kind}. Cut it by hand.`);
}

async function discoverUser(
  aws: Aws,
  kinds: Readonly<Record<string, CredentialKind>>,
  request: DiscoverRequest,
  userName: string,
  alsoNamed: readonly string[] = [],
): Promise<Discovery> {
  const user = await findUser(aws, userName);
  if (user === null)
    return nothing(null, `The user ${userName} does not exist in the account ${aws.account}.`);
  const identity: Identity = { provider: 'aws', account: aws.account, kind: 'iam-user', reference: userName };

  const ways = await waysInOf(aws, userName);
  const attached = await attachedTo(aws, userName);
  const uses = new Map<string, LastUse | null>();
  for (const way of ways) {
    if (way.kind === 'access-key') uses.set(way.id, await lastUseOf(aws, way.id));
  }
  const keys = ways.filter((way) => way.kind === 'access-key');
  const named = keys.filter((key) => [...request.credentials, ...alsoNamed].includes(key.id));
  // An alert that names no key of this user leaves every key in doubt.
  const cut = (named.length > 0 ? named : keys.filter((key) => key.open)).map((key) => key.id);

  const seen = await factsOf(aws, user, { ways, attached, uses });
  const concerns = [
    ...keyConcerns(userName, keys, named),
    ...otherWays(userName, ways, cut),
    ...(await policyConcerns(aws, userName, attached)),
    ...(await secretConcerns(aws, user, request.secret, attached)),
    ...seen.concerns,
  ];
  const proposals = proposalsFor(
    {
      userName,
      keyIds: keys.map((key) => key.id),
      cut,
      replace: lastUsed(cut, uses),
      secretId: request.secret,
    },
    kinds,
  );
  return {
    identity,
    waysIn: ways.map(({ open: _, ...way }) => {
      const use = uses.get(way.id);
      return {
        ...way,
        lastUsedAt: way.kind === 'login-profile' ? user.passwordUsedAt : (use?.at ?? null),
        ...(use?.at == null ? {} : { lastUsedFor: usedForInWords(use) }),
        stolen: named.some((key) => key.id === way.id),
      };
    }),
    facts: seen.facts,
    proposals,
    concerns: concerns.slice(0, CONCERNS).map((concern) => concern.slice(0, 500)),
  };
}

/** Of several keys in doubt, the one that was used last is the one that a service works with. */
const lastUsed = (keyIds: readonly string[], uses: ReadonlyMap<string, LastUse | null>): string | undefined =>
  [...keyIds].sort((a, b) => (uses.get(b)?.at ?? '').localeCompare(uses.get(a)?.at ?? ''))[0];

function keyConcerns(userName: string, keys: readonly WayIn[], named: readonly WayIn[]): string[] {
  const concerns: string[] = [];
  if (keys.length === 0) concerns.push(`The user ${userName} has no access key: there is none to replace.`);
  if (keys.length > 0 && named.length === 0) {
    concerns.push(`The alert names no access key of ${userName}, so every active key counts as stolen.`);
  }
  if (keys.length > 1) {
    concerns.push(
      `The user ${userName} has two access keys, which is as many as AWS allows: one must be deleted before a new one can be made.`,
    );
  }
  return concerns;
}

function otherWays(userName: string, ways: readonly WayIn[], cut: readonly string[]): string[] {
  const open = ways.filter((way) => way.open && !cut.includes(way.id));
  if (open.length === 0) return [];
  return [
    `The user ${userName} has other ways in: ${inWords(open)}. The quarantine stops them too, and is not lifted while they are open.`,
  ];
}

async function policyConcerns(aws: Aws, userName: string, attached: readonly string[]): Promise<string[]> {
  const concerns: string[] = [];
  for (const restriction of RESTRICTIONS) {
    const wrong = trouble(await contentOf(aws, restriction), restriction);
    if (wrong !== undefined) concerns.push(wrong);
  }
  const needed = RESTRICTIONS.filter((one) => !attached.includes(arnOf(aws, one))).length;
  if (attached.length + needed > ATTACHED_POLICIES) {
    concerns.push(
      `The user ${userName} has ${attached.length} attached policies, and AWS allows ${ATTACHED_POLICIES} unless the account was given more: detach some, ${needed} more are needed.`,
    );
  }
  return concerns;
}

async function secretConcerns(
  aws: Aws,
  user: User,
  secretId: string | null,
  attached: readonly string[],
): Promise<string[]> {
  if (secretId === null) {
    return [
      `The runbook does not say where the key of ${user.userName} is kept, so custody cannot replace it: its owner has to.`,
    ];
  }
  const versions = await versionsOf(aws, secretId);
  if (versions === null) {
    return [`The secret ${secretId} does not exist in this account and region: correct it in the runbook.`];
  }
  const concerns = versions.rotates
    ? [
        `The secret ${secretId} rotates by itself: pause that, or the two rotations may get in each other's way.`,
      ]
    : [];
  // Under quarantine a simulation denies whatever one asks; the replacement asks again after it is lifted.
  if (!attached.includes(arnOf(aws, QUARANTINE))) {
    const readable = await reach(aws, user, versions.arn);
    if (readable !== undefined) {
      concerns.push(`A new key will not be put where the stolen identity can read it. ${readable}`);
    }
  }
  return concerns;
}
