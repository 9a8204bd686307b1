// Read-only: a role that is attacked, who can become it, what it can become, what would cut it, and what stands in the way.
import type { Identity } from '../../../domain/identity/identity.ts';
import { instant } from '../../../domain/instant/instant.ts';
import type { DiscoverRequest } from '../../../domain/plan/order.schema.ts';
import type { Discovery, Finding } from '../../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../../domain/provider/provider.ts';
import { accessOf } from '../access/access.ts';
import { organisationOf } from '../access/organisation.ts';
import { whoElseChanges } from '../beyond-iam.ts';
import type { Aws } from '../clients.ts';
import { policiesThatAreAmiss } from '../concerns.ts';
import { CONCERNS, nothing, TAGS, unchangeable } from '../found.ts';
import { policyObstacles, quotaObstacles } from '../obstacles.ts';
import { NO_SESSIONS, QUARANTINE, RESTRICTED } from '../policies.ts';
import { OWNER } from '../tags.ts';
import { trailOf } from '../trail/activity.ts';
import { trailConcerns, wayBackFindings } from '../trail/ways-back.ts';
import { shown, type Unread, notKnown, unlessDenied } from '../unread.ts';
import { keysOfChained } from './becoming.ts';
import { whereItFits } from '../where-it-fits.ts';
import { CHAINS_PERMISSIONS, type Chains, chainsFrom } from './chains.ts';
import { cutOffWrittenAt, policyOf } from './cut-off.ts';
import { deniedIn, TRUST_CHARACTERS, withDenied } from './denied.ts';
import { ROLE_FACTS_PERMISSIONS, roleFactsOf, type SeenRole } from './facts.ts';
import { grantedToRole } from './granted.ts';
import { ROLE_INLINE_QUARANTINE_KIND } from './inline-quarantine.ts';
import { type InDoubt, principalsInDoubt } from './in-doubt.ts';
import { lettingIn } from './let-in.ts';
import { proposalsForRole } from './proposals.ts';
import {
  findRole,
  instanceProfilesOf,
  MOST_READ,
  PROFILES_PERMISSIONS,
  type Role,
  ROLE_PERMISSIONS,
} from './roles.ts';
import { roomConcerns } from './room.ts';
import { attachedToRole, roleWearer } from './wearing.ts';
import { waysIntoRole } from './ways-in.ts';

export const DISCOVER_ROLE_PERMISSIONS = [
  ...ROLE_PERMISSIONS,
  ...PROFILES_PERMISSIONS,
  ...CHAINS_PERMISSIONS,
  ...ROLE_FACTS_PERMISSIONS,
] as const;

const NOTHING: Unread = new Set();

/** As many ways in as a discovery may hold. */
const WAYS_IN = 100;

export async function discoverRole(
  aws: Aws,
  kinds: Readonly<Record<string, CredentialKind>>,
  request: DiscoverRequest,
  roleName: string,
): Promise<Discovery> {
  const identity: Identity = { provider: 'aws', account: aws.account, kind: 'iam-role', reference: roleName };
  const role = await findRole(aws, roleName);
  if (role === null) {
    return nothing(null, `The role ${roleName} does not exist in the account ${aws.account}.`);
  }
  const others = whoElseChanges({ kind: 'iam-role', reference: roleName, path: role.path });
  const granted = await grantedToRole(aws, role);
  const { organisation, unread: aboutOrganisation } = await organisationOf(aws);
  const reaches = (chains: Chains | null, unread: { roles: Unread; tags: Unread }) =>
    accessOf({
      name: roleName,
      granted,
      chains,
      secrets: null,
      organisation,
      unread: {
        organisation: aboutOrganisation,
        groupsAndPolicies: granted.unread,
        secrets: NOTHING,
        ...unread,
      },
    });
  if (others !== null) {
    // What it can reach is no less worth knowing where somebody else has to cut it.
    const aboutRoles: Unread = new Set();
    const chains = await unlessDenied(aboutRoles, 'the roles', () => chainsFrom(aws, role, granted));
    return {
      ...unchangeable(identity, others),
      waysIn: waysInOf(role, [], request),
      access: reaches(chains, { roles: aboutRoles, tags: NOTHING }),
    };
  }

  const chains = await chainsFrom(aws, role, granted);
  const seen = await roleFactsOf(aws, role, granted);
  const aboutProfiles: Unread = new Set();
  const profiles = await unlessDenied(aboutProfiles, `the ${role.called}`, () =>
    instanceProfilesOf(aws, roleName),
  );
  const amiss = await policiesThatAreAmiss(aws);
  const fits = await whereItFits(aws, roleWearer(aws, roleName), {
    together: [QUARANTINE],
    attached: await attachedToRole(aws, roleName),
    keepFree: policyOf(cutOffWrittenAt(aws.clock.now())).length,
    inlineKinds: new Map([[QUARANTINE, ROLE_INLINE_QUARANTINE_KIND]]),
  });
  const { activity, became } = await trailOf(aws, {
    identity,
    arn: role.arn,
    sessionKeys: request.credentials,
    regions: [role.lastUsed?.region ?? null],
    since: request.since ?? null,
  });
  const doubt = withinQuota(
    aws,
    role,
    principalsInDoubt({
      account: aws.account,
      role,
      named: request.credentials,
      became,
      since: activity.since,
      standing: deniedIn(role.trustDocument, aws.clock.now()),
    }),
  );
  const room = await roomConcerns(aws, [role, ...chains.chained.map((one) => one.role)]);
  const concerns = [
    ...trailConcerns(activity, keysOfChained(identity, chains.chained)),
    ...stillInvited(role, doubt),
    ...doubt.concerns,
    ...lettingIn(role.trust.entrusted ?? []),
    ...amiss.map(({ says }) => says),
    ...fits.concerns,
    ...room,
    ...chainConcerns(role, chains),
    ...notKnown(`The instance profiles of the ${role.called} are`, aboutProfiles),
    'A role has no key that could be replaced, so replace-then-cut is not possible.',
    ...seen.concerns,
  ];
  return {
    identity,
    waysIn: waysInOf(role, profiles ?? [], request),
    facts: seen.facts,
    ...(seen.tags === null ? {} : { tags: seen.tags.slice(0, TAGS) }),
    proposals: proposalsForRole(
      {
        roleName,
        chained: chains.chained.map(({ role: { roleName: name }, by }) => ({ roleName: name, by })),
        denied: doubt.principals,
        restrictable: fits.attachable(RESTRICTED) && !amiss.some(({ policy }) => policy === RESTRICTED),
        wayOf: fits.wayOf,
      },
      kinds,
    ),
    consumers: consumersOf(role, profiles ?? []),
    findings: [...findingsOf(role, seen), ...wayBackFindings(activity, identity)],
    access: reaches(chains, { roles: NOTHING, tags: seen.aboutTags }),
    activity,
    obstacles: [
      // A role has no key that would work on without its sessions.
      ...policyObstacles(amiss.filter(({ policy }) => policy !== NO_SESSIONS)),
      ...quotaObstacles(fits),
      ...room.slice(0, 4).map((says) => ({
        kind: 'quota' as const,
        says: says.slice(0, 500),
        stops: ['cut' as const, 'restrict' as const],
      })),
    ],
    concerns: concerns.slice(0, CONCERNS).map((concern) => concern.slice(0, 500)),
  };
}

/** By what it can be entered, and the sessions that alerts name. What appeared while it was being cut is named like one of them. */
function waysInOf(
  role: Role,
  profiles: readonly string[],
  { credentials }: DiscoverRequest,
): Discovery['waysIn'] {
  const ways = waysIntoRole(role, profiles);
  const sessions = credentials.filter((named) => ways.every(({ id }) => id !== named));
  const way = (kind: string, id: string, stolen: boolean) => ({
    kind,
    id: shown(id),
    status: 'Active',
    createdAt: null,
    lastUsedAt: null,
    stolen,
  });
  return [
    ...sessions.map((id) => way('role-session', id, true)),
    ...ways.map(({ kind, id }) => way(kind, id, credentials.includes(id))),
  ].slice(0, WAYS_IN);
}

/** Nobody is named for whom there is no room: the step could not be carried out. */
function withinQuota({ clock }: Aws, { called, trustDocument }: Role, doubt: InDoubt): InDoubt {
  if (doubt.principals.length === 0) return doubt;
  const none = (says: string): InDoubt => ({ principals: [], concerns: [...doubt.concerns, says] });
  const document = withDenied(trustDocument, {
    principals: doubt.principals,
    since: instant(clock.now()),
  });
  if (document === null)
    return none(
      `The trust policy of the ${called} cannot be written back as it is, so custody denies nobody in it: deny ${doubt.principals.map(shown).join(', ')} by hand.`,
    );
  return document.length <= TRUST_CHARACTERS
    ? doubt
    : none(
        `The trust policy of the ${called} would have ${document.length} characters with a deny of those by whom the thief may come in, and AWS allows ${TRUST_CHARACTERS} unless the account was given more: deny by hand ${doubt.principals.map(shown).join(', ')}.`,
      );
}

/** What no deny on the role takes away: whoever is let in comes back when it is lifted. */
function stillInvited({ called, trust: { entrusted } }: Role, { principals }: InDoubt): string[] {
  if (entrusted === null) {
    return [
      `The trust policy of the ${called} cannot be understood: who can become it is not known, so look at it before the quarantine is lifted.`,
    ];
  }
  if (entrusted.length === 0) return [];
  const names = [...new Set(entrusted.map(({ id }) => shown(id)))].join(', ');
  return [
    `Who is let in by the trust policy of the ${called} gets new sessions after the lift: ${names}. If the thief sits in one of these (a machine, a user, a pipeline), cut that too before the quarantine is lifted. ${principals.length === 0 ? 'Nobody of them is known to be where the thief sits, so the trust policy is left as it is.' : 'Those whom the plan denies in the trust policy stay out.'}`,
  ];
}

function chainConcerns({ called }: Role, { chained, elsewhere, more, cut }: Chains): string[] {
  return [
    ...(chained.length === 0
      ? []
      : [
          `The ${called} can become other roles, and the thief may have: ${chained.map(({ role }) => role.roleName).join(', ')}. Their sessions are ended too; what else works as one of them must fetch a new session.`,
        ]),
    ...(more > 0
      ? [
          `The ${called} can become more roles than a plan can hold: beyond the ${chained.length} that it names, end sessions by hand.`,
        ]
      : []),
    ...(cut
      ? [
          `Only the first ${MOST_READ} roles of the account were read: which others the ${called} can become is not known.`,
        ]
      : []),
    ...(elsewhere.length === 0
      ? []
      : [
          `Roles of other accounts can be reached from the ${called} (${elsewhere.join(', ')}): their sessions are ended there, by whoever runs those accounts.`,
        ]),
  ];
}

function consumersOf(
  { called, lastUsed, longestSessionSeconds }: Role,
  profiles: readonly string[],
): string[] {
  const used =
    lastUsed === null
      ? `No use of the ${called} is on record.`
      : `The ${called} was last used at ${lastUsed.at}${lastUsed.region === null ? '' : ` in ${lastUsed.region}`}.`;
  return [
    used,
    `Its sessions live up to ${longestSessionSeconds / 60} minutes: what does not ask for a new one when it is refused comes back by itself within that time, or when it is restarted.`,
    ...profiles.map((name) => `Machines carry it by the instance profile ${shown(name)}.`),
  ].map((line) => line.slice(0, 500));
}

function findingsOf({ called }: Role, { power, tags }: SeenRole): Finding[] {
  const findings: Finding[] = [];
  if (power !== null) {
    findings.push({
      kind: 'over-privileged',
      says: `The ${called} can give itself any right: leave it only what its work needs (${power}).`,
      part: 'source-of-truth',
    });
  }
  if (tags !== null && !tags.some(({ key }) => key.toLowerCase() === OWNER)) {
    findings.push({
      kind: 'no-owner',
      says: `Nothing says whose the ${called} is (iam:ListRoleTags: no tag ${OWNER}): tag it, and name its owner in the runbook.`,
      part: 'source-of-truth',
    });
  }
  return findings.map((finding) => ({ ...finding, says: finding.says.slice(0, 500) }));
}
