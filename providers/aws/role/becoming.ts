// Roles that the thief may have become with a user's key: their sessions outlive the key, and a deny on the user does not reach them.
// Of all that it can become, ended are those that it became by CloudTrail, those that were used since, and what these can become in turn.
import type { Activity } from '../../../domain/activity/activity.schema.ts';
import { type Identity, identityOf, keyOf } from '../../../domain/identity/identity.ts';
import { epochMs } from '../../../domain/instant/instant.ts';
import { whoElseChanges } from '../beyond-iam.ts';
import type { Aws } from '../clients.ts';
import type { Granted } from '../granted.ts';
import { type Unread, notKnown, unlessDenied } from '../unread.ts';
import type { User } from '../users.ts';
import { type Chained, type Chains, chainsFrom } from './chains.ts';
import { grantedToRole } from './granted.ts';
import { findRole, type Role } from './roles.ts';
import { roomConcerns } from './room.ts';

export interface Becoming {
  /** null: the roles could not be listed. */
  chains: Chains | null;
  /** Why not. */
  unread: Unread;
  concerns: string[];
}

/** All that the user can become. */
export async function becoming(aws: Aws, user: User, granted: Granted): Promise<Becoming> {
  const unread: Unread = new Set();
  const chains = await unlessDenied(unread, 'the roles', () => chainsFrom(aws, user, granted));
  const concerns =
    chains === null
      ? notKnown(`Which roles the ${user.called} can become is`, unread)
      : elsewhereOf(user, chains);
  return { chains, unread, concerns };
}

function elsewhereOf({ called }: User, { elsewhere }: Chains): string[] {
  if (elsewhere.length === 0) return [];
  return [
    `The ${called} can become roles of other accounts, and the thief may have (${someOf(elsewhere)}): their sessions are ended there, by whoever runs those accounts.`,
  ];
}

/** As many as a user's plan has room for, each with its cut-off and the end of it. */
export const MOST_BECOME = 25;

export interface Become {
  /** Their sessions are ended. */
  chained: Pick<Chained, 'role' | 'by'>[];
  concerns: string[];
}

/** `chains`: all that the user can become; null where that is not known, and only CloudTrail tells. */
export async function becomeBy(
  aws: Aws,
  { called }: User,
  chains: Chains | null,
  activity: Activity,
): Promise<Become> {
  const direct = (chains?.chained ?? []).filter(({ by }) => by === called).map(({ role }) => role);
  const became = becameIn(activity, aws.account);
  const unread: Unread = new Set();
  const starts: Role[] = [];
  for (const name of new Set([...became, ...direct.map(({ roleName }) => roleName)])) {
    const read = await unlessDenied(unread, `the role ${name}`, () => findRole(aws, name));
    const listed = direct.find(({ roleName }) => roleName === name);
    const role = read ?? listed;
    if (role === undefined || isReserved(role)) continue;
    // What could not be read may have been used; what was never used was not.
    const isUsed =
      read === null || (read.lastUsed !== null && epochMs(read.lastUsed.at) >= epochMs(activity.since));
    if (became.has(name) || isUsed) starts.push(role);
  }
  const { chained, more } = await withWhatTheyCanBecome(aws, called, starts);
  const reached = new Set(chained.map(({ role }) => role.arn));
  const left = direct.filter((role) => !reached.has(role.arn) && !isReserved(role));
  return {
    chained,
    concerns: [
      ...notKnown(`When roles that the ${called} can become were used last is`, unread),
      ...(left.length === 0
        ? []
        : [
            `The ${called} can become ${someOf(left.map(({ roleName }) => roleName))} too. No use since ${activity.since} is on record of these, which AWS learns of hours late, so their sessions are not ended: open an incident about each that the thief may have become.`,
          ]),
      ...(more
        ? [
            `The thief may have become more roles than a plan can hold: beyond the ${chained.length} that it names, end sessions by hand.`,
          ]
        : []),
      ...(await roomConcerns(
        aws,
        chained.map(({ role }) => role),
      )),
    ],
  };
}

async function withWhatTheyCanBecome(aws: Aws, called: string, starts: readonly Role[]) {
  const found = new Map(starts.map((role) => [role.arn, { role, by: called }]));
  let more = false;
  for (const start of starts.slice(0, MOST_BECOME)) {
    if (found.size > MOST_BECOME) break;
    const further = await unlessDenied(new Set(), start.called, async () =>
      chainsFrom(aws, start, await grantedToRole(aws, start)),
    );
    if (further === null) continue;
    more ||= further.more > 0 || further.cut;
    for (const { role, by } of further.chained) if (!found.has(role.arn)) found.set(role.arn, { role, by });
  }
  const all = [...found.values()].filter(({ role }) => !isReserved(role));
  return { chained: all.slice(0, MOST_BECOME), more: more || all.length > MOST_BECOME };
}

const isReserved = ({ roleName, path }: Role): boolean =>
  whoElseChanges({ kind: 'iam-role', reference: roleName, path }) !== null;

/** Names of the roles of this account that it became, as CloudTrail tells. */
const becameIn = ({ changes }: Activity, account: string): Set<string> =>
  new Set(
    changes
      .flatMap(({ call, other }) => (call === 'sts:AssumeRole' && other !== null ? identityOf(other) : []))
      .flatMap((role) => (role.account === account ? role.reference : [])),
  );

function someOf(names: readonly string[]): string {
  return names.slice(0, 10).join(', ') + (names.length > 10 ? ', and more' : '');
}

/** As KEYs. */
export const keysOfChained = (
  { provider, account }: Pick<Identity, 'provider' | 'account'>,
  chained: readonly Pick<Chained, 'role'>[],
): string[] =>
  chained.map(({ role }) => keyOf({ provider, account, kind: 'iam-role', reference: role.roleName }));
