// What a role is, who works with it and what would cut it: read-only, from the catalogs and from the secret's metadata.
import type { Discovery, Obstacle } from '../../domain/plan/plan.schema.ts';
import type { DiscoverRequest } from '../../domain/plan/order.schema.ts';
import { type CredentialKind, ProviderError } from '../../domain/provider/provider.ts';
import type { Secret } from '../secrets/secret-store.ts';
import { alternateOf, whyNotAlternate } from './alternate.ts';
import type { Cluster } from './cluster.ts';
import { concernsOf, superuserSays } from './concerns.ts';
import { isPowerful, powersOf } from './powers.ts';
import { proposalsFor } from './proposals.ts';
import {
  actsAs,
  findRole,
  holdingsOf,
  majorVersion,
  membershipsOf,
  reachedBy,
  type Session,
  sessionsOf,
} from './roles.ts';
import { ROLE } from './target.ts';
import { waysInOf } from './ways-in.ts';

/** Before it, memberships have no options of their own. */
const OLDEST = 16;
/** As many as a discovery may hold. */
const WAYS_IN = 100;
const CONSUMERS = 50;

const nothing = (identity: Discovery['identity'], concern: string): Discovery => ({
  identity,
  waysIn: [],
  facts: [],
  proposals: {},
  obstacles: identity === null ? [] : [onlyByHand(concern)],
  concerns: [concern],
});

const onlyByHand = (says: string): Obstacle => ({
  kind: 'unchangeable',
  says: says.slice(0, 500),
  stops: ['cut', 'replace-then-cut', 'restrict', 'automatic'],
});

export async function discover(
  cluster: Cluster,
  kinds: Readonly<Record<string, CredentialKind>>,
  { identity: asked, secret: secretId }: DiscoverRequest,
): Promise<Discovery> {
  const { name } = cluster;
  if (asked.account !== null && asked.account !== name)
    return nothing(
      asked,
      `This checker reads the cluster ${name}, not ${asked.account}: give that one a checker of its own.`,
    );
  if (asked.kind !== ROLE) return nothing(asked, `Not covered yet: ${asked.kind}. Cut it by hand.`);
  const version = await majorVersion(cluster);
  if (version < OLDEST)
    return nothing(
      asked,
      `The cluster ${name} is PostgreSQL ${version}, and memberships can be granted again as they were from ${OLDEST} on: cut it by hand.`,
    );
  const role = await findRole(cluster, asked.reference);
  if (role === null) return nothing(null, `The cluster ${name} has no role ${asked.reference}.`);

  const memberships = await membershipsOf(cluster, role.name);
  const reached = await reachedBy(cluster, role.name);
  const members = memberships.filter((one) => one.role === role.name && actsAs(one));
  const revocable = passedOnFirst(members.filter((one) => !one.memberIsSuperuser));
  const powerful = memberships.filter((one) => one.member === role.name && isPowerful(one));
  const open = await sessionsOf(cluster, [role.name]);
  const holdings = await holdingsOf(cluster, role.name);
  const powers = powersOf(role, reached, memberships);
  const { secret, unread } = await lookedAt(cluster, secretId);
  const other = alternateOf(role.name);
  const whyNot = await whyNotAlternate(cluster, role.name, other);

  const evidence = powers.length === 0 ? 'no attribute, predefined role or ADMIN OPTION' : powers.join(', ');
  return {
    identity: { provider: 'postgres', account: name, kind: ROLE, reference: role.name },
    waysIn: waysInOf(role, memberships).slice(0, WAYS_IN),
    facts: [
      {
        fact: 'privileged',
        value: powers.length > 0,
        evidence: `pg_roles, pg_auth_members: ${evidence}`.slice(0, 500),
      },
    ],
    // A superuser can take back whatever is done to it, and only another one can do it.
    proposals: role.superuser
      ? {}
      : proposalsFor(
          {
            role: role.name,
            members: revocable,
            powerful,
            alternate: whyNot === null ? other : null,
            secretId: secret === null ? null : secretId,
            isTrusted: ({ grantor }) => grantor !== role.name && !reached.includes(grantor),
          },
          kinds,
        ),
    consumers: consumersOf(open),
    findings:
      powers.length === 0
        ? []
        : [
            {
              kind: 'over-privileged',
              says: `The role ${role.name} can do more than its data: leave it only what its work needs (${powers.join(', ')}).`.slice(
                0,
                500,
              ),
              part: 'source-of-truth',
            },
          ],
    obstacles: role.superuser ? [onlyByHand(superuserSays(role.name))] : [],
    concerns: concernsOf({
      cluster: name,
      role,
      memberships,
      members,
      reached,
      holdings,
      secretId,
      secret,
      unread,
      whyNot,
    })
      .slice(0, 50)
      .map((concern) => concern.slice(0, 500)),
  };
}

/** A vault that cannot be looked into keeps nobody from cutting the role. */
async function lookedAt(
  cluster: Cluster,
  secretId: string | null,
): Promise<{ secret: Secret | null; unread: string | null }> {
  if (secretId === null) return { secret: null, unread: null };
  try {
    return { secret: await cluster.secret(secretId).look(), unread: null };
  } catch (error) {
    if (!(error instanceof ProviderError) || (error.sort !== 'denied' && error.sort !== 'impossible'))
      throw error;
    return { secret: null, unread: error.message };
  }
}

/** What a member has passed on stands on its own membership, so it is revoked before that. */
function passedOnFirst<T extends { member: string; grantor: string }>(members: readonly T[]): T[] {
  const left = [...members];
  const ordered: T[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ member }) => !left.some(({ grantor }) => grantor === member));
    ordered.push(...left.splice(Math.max(next, 0), 1));
  }
  return ordered;
}

const from = ({ application, address }: Session): string =>
  `${application || 'a service without a name'} from ${address}`;

/** By whom and from where, for the thief's is among them. */
function consumersOf(open: readonly Session[]): string[] {
  const groups = new Map<string, Session[]>();
  for (const one of open) groups.set(from(one), [...(groups.get(from(one)) ?? []), one]);
  return [...groups]
    .slice(0, CONSUMERS)
    .map(([who, all]) =>
      `${who}: ${all.length === 1 ? 'one session' : `${all.length} sessions`}, the first since ${all[0]?.startedAt}.`.slice(
        0,
        500,
      ),
    );
}
