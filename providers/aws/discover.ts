// Read-only: who the attacked identity is, which ways in it has, what would cut it and bring its service back, what stands in the way.
import { type Identity, isToBeFound, LONE_KEY } from '../../domain/identity/identity.ts';
import type { DiscoverRequest } from '../../domain/plan/order.schema.ts';
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import { accessOf } from './access/access.ts';
import { keptIn } from './access/kept-in.ts';
import { ORGANISATION_PERMISSIONS, organisationOf } from './access/organisation.ts';
import { whoElseChanges } from './beyond-iam.ts';
import type { Aws } from './clients.ts';
import {
  keyConcerns,
  madeSinceConcerns,
  otherWays,
  policiesThatAreAmiss,
  secretConcerns,
} from './concerns.ts';
import { consumersOf } from './consumers.ts';
import { versionsOf } from './secret-store.ts';
import { discoverSecret } from './discover-secret.ts';
import { FACTS_PERMISSIONS, factsOf } from './facts.ts';
import { findingsOf } from './findings.ts';
import { CONCERNS, nothing, TAGS, unchangeable } from './found.ts';
import { NAMED_PERMISSIONS, whoseKey, whoseUniqueId } from './named.ts';
import { INLINE_NO_SESSIONS_KIND } from './inline-no-sessions.ts';
import { INLINE_QUARANTINE_KIND } from './inline-quarantine.ts';
import { keysInDoubt } from './keys-in-doubt.ts';
import { isMadeBy } from './own-key.ts';
import {
  arnOf,
  contentOf,
  NO_SESSIONS,
  QUARANTINE,
  QUARANTINE_AUTO,
  RESTRICTED,
  trouble,
  WORN,
} from './policies.ts';
import { automaticObstacles, policyObstacles, quotaObstacles } from './obstacles.ts';
import { proposalsFor } from './proposals.ts';
import { REACH_PERMISSIONS } from './reach.ts';
import { becomeBy, becoming, keysOfChained } from './role/becoming.ts';
import { READERS_PERMISSIONS, readersInWords, readersOf } from './readers.ts';
import { DISCOVER_ROLE_PERMISSIONS, discoverRole } from './role/discover.ts';
import { activityOf } from './trail/activity.ts';
import { TRAIL_PERMISSIONS } from './trail/lookup.ts';
import { groupsJoinedWithIt, trailConcerns, wayBackFindings } from './trail/ways-back.ts';
import { usedForInWords } from './person-or-workload.ts';
import { findUser, LAST_USE_PERMISSIONS, type LastUse, lastUseOf, USER_PERMISSIONS } from './users.ts';
import { idOfGroup, type WaysBack, waysBackOf } from './ways-back.ts';
import { shortLivedFor } from './short-lived.ts';
import { unknownConsumers } from './unknown-consumers.ts';
import { waysInOf } from './ways-in.ts';
import { inDoubt } from './ways-in-doubt.ts';
import { WAYS_OPEN_PERMISSIONS } from './ways-open.ts';
import { whereItFits } from './where-it-fits.ts';
import { WHERE_IT_LIES_PERMISSIONS, whereItLies } from './where-it-lies.ts';
import { attachedTo, HELD_PERMISSIONS, userWearer } from './wearing.ts';

export const DISCOVER_PERMISSIONS = [
  ...USER_PERMISSIONS,
  ...LAST_USE_PERMISSIONS,
  ...WAYS_OPEN_PERMISSIONS,
  ...HELD_PERMISSIONS,
  ...FACTS_PERMISSIONS,
  ...REACH_PERMISSIONS,
  ...DISCOVER_ROLE_PERMISSIONS,
  ...READERS_PERMISSIONS,
  ...WHERE_IT_LIES_PERMISSIONS,
  ...NAMED_PERMISSIONS,
  ...TRAIL_PERMISSIONS,
  ...ORGANISATION_PERMISSIONS,
  'secretsmanager:DescribeSecret',
] as const;

const CUT_ALREADY = `Custody has cut it without a person (${QUARANTINE_AUTO.name}): confirm that by a cut, after which this policy comes off. To replace first, or to restrict, is not possible any more.`;

/** Its owner has said so. */
const RETIRED =
  'The runbook says that the service works without this credential from now on: no new one is made, and its secret is deleted at the end. Neither replace-then-cut nor restrict is possible.';

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
  const { kind, reference } = identity;
  if (kind === 'iam-role') return discoverRole(aws, kinds, request, reference);
  if (kind === 'iam-user') return discoverUser(aws, kinds, request, reference);
  if (isToBeFound(identity)) {
    const ofKey = kind === LONE_KEY;
    const found = ofKey ? await whoseKey(aws, reference) : await whoseUniqueId(aws, reference);
    if ('nobody' in found) return nothing(null, found.nobody);
    return found.kind === 'iam-role'
      ? discoverRole(aws, kinds, request, found.name)
      : discoverUser(aws, kinds, request, found.name, ofKey ? [reference] : []);
  }
  if (kind === 'secret') return discoverSecret(aws, kinds, request);
  return unchangeable(identity, whoElseChanges(identity) ?? `Not covered yet: ${kind}. Cut it by hand.`);
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
  const back = await waysBackOf(aws, userName);
  const attached = await attachedTo(aws, userName);
  const uses = new Map<string, LastUse | null>();
  for (const way of ways) {
    if (way.kind === 'access-key') uses.set(way.id, await lastUseOf(aws, way.id));
  }
  const seen = await factsOf(aws, user, { ways, attached, uses });
  const lies = await whereItLies(aws, user, seen.granted);
  const secretId = request.secret ?? lies.secret;
  const versions = secretId === null ? null : await versionsOf(aws, secretId);
  const keys = ways.filter((way) => way.kind === 'access-key');
  const fits = await whereItFits(aws, userWearer(aws, userName), {
    together: [QUARANTINE, NO_SESSIONS],
    attached,
    keepFree: 0,
    inlineKinds: new Map([
      [QUARANTINE, INLINE_QUARANTINE_KIND],
      [NO_SESSIONS, INLINE_NO_SESSIONS_KIND],
    ]),
  });
  const atWork = WORN.some((one) => attached.includes(arnOf(aws, one)) || fits.isInline(one));
  const retireSecretDays = versions === null ? null : (request.retireSecretDays ?? null);
  const known = request.consumers ?? [];
  const named = [...request.credentials, ...alsoNamed];
  const since = request.since ?? null;
  const activity = await activityOf(aws, {
    identity,
    arn: user.arn,
    sessionKeys: named,
    regions: [...uses.values()].map((use) => use?.region ?? null),
    since,
  });
  const doubt = keysInDoubt(keys, uses, {
    named,
    since,
    ours: ({ id }) => isMadeBy(request, id, Object.keys(versions?.stages ?? {})),
    atWork,
  });
  const cut = doubt.cut.map((key) => key.id);
  const others = inDoubt(
    ways.filter((way) => way.kind !== 'access-key'),
    back,
    {
      named: [...named, ...groupsJoinedWithIt(activity, userName).map(idOfGroup)],
      since,
      everyWay: doubt.named.length === 0 && !doubt.gone,
    },
  );

  const roles = await becoming(aws, user, seen.granted);
  const become = await becomeBy(aws, user, roles.chains, activity);
  const missing = await policiesThatAreAmiss(aws);
  const auto = await contentOf(aws, QUARANTINE_AUTO);
  const wearsAuto = attached.includes(arnOf(aws, QUARANTINE_AUTO));
  const secret = secretId === null || versions === null ? null : { id: secretId, ...versions };
  const readers = secret === null ? [] : await readersOf(aws, secret.arn);
  const { organisation, unread: aboutOrganisation } = await organisationOf(aws);
  const concerns = [
    ...keyConcerns(userName, doubt),
    ...otherWays(userName, ways, [
      ...cut,
      ...doubt.ours.map((key) => key.id),
      ...others.ways.map((way) => way.id),
    ]),
    ...madeSinceConcerns(since, [...doubt.cut.filter((key) => !doubt.named.includes(key)), ...others.ways]),
    ...missing.map(({ says }) => says),
    ...(auto === 'altered' ? [trouble(auto, QUARANTINE_AUTO) ?? ''] : []),
    ...(wearsAuto ? [CUT_ALREADY] : []),
    ...fits.concerns,
    ...(retireSecretDays === null ? await secretConcerns(aws, user, secretId, secret, attached) : [RETIRED]),
    ...(request.secret === null ? lies.says : []),
    ...trailConcerns(activity, keysOfChained(identity, become.chained)),
    ...roles.concerns,
    ...become.concerns,
    ...seen.concerns,
  ];
  const { proposals, automatic } = proposalsFor(
    {
      userName,
      keyIds: doubt.before.map((key) => key.id),
      cut,
      others,
      become: become.chained.map(({ role: { roleName }, by }) => ({ roleName, by })),
      restrictable: fits.attachable(RESTRICTED) && !missing.some(({ policy }) => policy === RESTRICTED),
      wayOf: fits.wayOf,
      replace: retireSecretDays === null ? doubt.replace?.id : undefined,
      secretId,
      first:
        secret !== null &&
        retireSecretDays === null &&
        (doubt.replace !== undefined || doubt.ours.length > 0),
      letsGo: request.letsGo === true && secret !== null && retireSecretDays === null,
      retireSecretDays,
      wearsAuto,
    },
    kinds,
  );
  return {
    identity,
    waysIn: [
      ...ways.map(({ open: _, ...way }) => {
        const use = uses.get(way.id);
        return {
          ...way,
          lastUsedAt: way.kind === 'login-profile' ? user.passwordUsedAt : (use?.at ?? null),
          ...(use?.at == null ? {} : { lastUsedFor: usedForInWords(use) }),
          stolen: named.includes(way.id),
        };
      }),
      ...backAsWays(back, named),
    ],
    facts: seen.facts,
    ...(seen.tags === null ? {} : { tags: seen.tags.slice(0, TAGS) }),
    proposals,
    ...(auto === 'known' ? { automatic } : {}),
    consumers: [...consumersOf(keys, uses, secret), ...readersInWords(readers)].slice(0, 50),
    findings: [
      ...findingsOf(
        {
          userName,
          keys: doubt.before,
          seen,
          secret,
          ownerIsNamed: request.secret !== null,
          shortLived: shortLivedFor(
            aws,
            known,
            activity.agents.map(({ name }) => name),
          ),
        },
        instant(aws.clock.now()),
      ),
      ...(secret === null ? [] : unknownConsumers(secret.id, aws.account, readers, known)),
      ...wayBackFindings(activity, identity),
    ],
    access: accessOf({
      name: userName,
      granted: seen.granted,
      chains: roles.chains,
      secrets: keptIn(lies, request.secret === null || secret === null ? null : secret),
      organisation,
      unread: {
        organisation: aboutOrganisation,
        groupsAndPolicies: seen.granted.unread,
        roles: roles.unread,
        secrets: lies.unread,
        tags: seen.aboutTags,
      },
    }),
    activity,
    obstacles: [
      ...policyObstacles([
        ...missing,
        ...(auto === 'known'
          ? []
          : [{ policy: QUARANTINE_AUTO, says: trouble(auto, QUARANTINE_AUTO) ?? '' }]),
      ]),
      ...quotaObstacles(fits),
      ...automaticObstacles(fits),
    ],
    concerns: concerns.slice(0, CONCERNS).map((concern) => concern.slice(0, 500)),
  };
}

/** Shown beside the ways in, so that one that appears meanwhile is seen to be new. */
const backAsWays = ({ devices, groups }: WaysBack, named: readonly string[]): Discovery['waysIn'] => {
  const way = (kind: string, id: string, createdAt: Instant | null) => ({
    kind,
    id,
    status: 'Active',
    createdAt,
    lastUsedAt: null,
    stolen: named.includes(id),
  });
  return [
    ...devices.map((one) => way('mfa-device', one.serialNumber, one.enabledAt)),
    ...groups.map((one) => way('group', idOfGroup(one.name), null)),
  ];
};
