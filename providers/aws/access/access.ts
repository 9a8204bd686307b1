// What was read of a user or role, put together into one picture of what it can reach: nothing is read here. Pure.
import {
  type Access,
  MOST_ELSEWHERE,
  MOST_GROUPS,
  MOST_POLICIES,
  MOST_ROLES,
  MOST_SECRETS,
  MOST_SERVICE_POLICIES,
  MOST_UNREAD,
} from '../../../domain/access/access.schema.ts';
import type { Granted } from '../granted.ts';
import { type Chains, MOST_CHAINED } from '../role/chains.ts';
import { MOST_READ } from '../role/roles.ts';
import { shown, type Unread } from '../unread.ts';
import type { Organisation } from './organisation.ts';

export interface Read {
  /** Of the user or role. */
  name: string;
  granted: Granted;
  /** null: the roles of the account could not be listed. */
  chains: Chains | null;
  /** Where its keys are kept; null: it can have none. */
  secrets: Access['secrets']['first'] | null;
  /** null: the account is in none, or that was denied. */
  organisation: Organisation | null;
  /** By what is being read, why not all of it was. */
  unread: { groupsAndPolicies: Unread; roles: Unread; secrets: Unread; tags: Unread; organisation: Unread };
}

/** No call of a checker's reads these: who looks at the picture must know it. */
const NEVER_READ = [
  'what the policies of an organisation say, its resource control policies, and what it delegates: what these deny may seem allowed here',
  'what lets it in from outside its own policies: those of buckets, queues, keys and other resources, and trust policies in other accounts',
] as const;

const OF_IDENTITY_CENTER = 'AWSReservedSSO_';

const first = <One>(all: readonly One[], most: number, more = 0) => ({
  first: all.slice(0, most),
  more: Math.max(0, all.length - most) + more,
});

export function accessOf({ name: itself, granted, chains, secrets, organisation, unread }: Read): Access {
  const { groups, hung, boundary } = granted;
  const roles = (chains?.chained ?? []).map(({ role, by, trust, policies }) => ({
    role: shown(role.roleName),
    by: shown(by),
    trust,
    policies,
  }));
  return {
    groups: first(groups.map(shown), MOST_GROUPS),
    policies: first(
      hung.map(({ name, how, group, read }) => ({
        name: shown(name),
        how,
        group: group === null ? null : shown(group),
        read,
      })),
      MOST_POLICIES,
    ),
    boundary: boundary === null ? null : { name: shown(boundary.arn), read: boundary.statements !== null },
    roles: first(roles, MOST_ROLES, chains?.more ?? 0),
    elsewhere: first(chains?.elsewhere ?? [], MOST_ELSEWHERE),
    secrets: first(secrets ?? [], MOST_SECRETS),
    organisation:
      organisation === null
        ? null
        : { ...organisation, policies: first(organisation.policies, MOST_SERVICE_POLICIES) },
    unread: inWords([
      ...[...unread.groupsAndPolicies].map((why) => `all of its groups and policies: ${why}`),
      ...[...unread.roles].map((why) => `the roles that it can become: ${why}`),
      ...(chains === null ? [] : ofChains(chains)),
      ...[...unread.secrets].map((why) => `secrets that may hold its keys: ${why}`),
      ...[...unread.organisation].map(
        (why) =>
          `the organisation and its service control policies: ${why} (AWS lets the management account read them, and accounts that it delegates to)`,
      ),
      ...[...unread.tags].map((why) => `its tags: ${why}`),
      ...([itself, ...roles.map(({ role }) => role)].some((name) => name.startsWith(OF_IDENTITY_CENTER))
        ? ['who is assigned to roles of IAM Identity Center: only whoever runs that can say']
        : []),
    ]),
  };
}

const ofChains = ({ unread, more, cut }: Chains): string[] => [
  ...[...unread].map((why) => `what these roles can become in turn: ${why}`),
  ...(more === 0 ? [] : [`what the roles beyond the first ${MOST_CHAINED} can become in turn`]),
  ...(cut ? [`roles of the account beyond the first ${MOST_READ}`] : []),
];

function inWords(reasons: readonly string[]): string[] {
  const room = MOST_UNREAD - NEVER_READ.length - 1;
  const left = reasons.length - room;
  return [
    ...reasons.slice(0, room).map((reason) => reason.slice(0, 300)),
    ...(left > 0 ? [`and ${left} more reasons like these`] : []),
    ...NEVER_READ,
  ];
}
