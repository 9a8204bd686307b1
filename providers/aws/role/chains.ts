// Which roles of the account a thief may have become, one after another, starting from a role or a user. What might be counts as yes: conditions,
// denials and boundaries are not counted on. Read-only.
import type { Aws } from '../clients.ts';
import type { Granted } from '../granted.ts';
import { shown, type Unread } from '../unread.ts';
import { matches } from '../wildcard.ts';
import { grantedToRole, ROLE_GRANTED_PERMISSIONS } from './granted.ts';
import { type Role, ROLES_PERMISSIONS, rolesHere } from './roles.ts';
import { type Admission, admits } from './trust.ts';

export const CHAINS_PERMISSIONS = [...ROLES_PERMISSIONS, ...ROLE_GRANTED_PERMISSIONS] as const;

export interface Chained {
  role: Role;
  /** Who can become it: `role web`. */
  by: string;
  trust: Admission;
  policies: Allowance;
}

/** Of who becomes a role. `unread`: those that could be read do not allow it. */
type Allowance = 'allow' | 'silent' | 'unread';

export interface Chains {
  /** The nearest first. */
  chained: Chained[];
  /** Patterns by which policies let them become roles of other accounts. */
  elsewhere: string[];
  /** How many more than a plan can hold the last ones that were followed can become; what those can become was not looked at. */
  more: number;
  /** Not every role of the account was looked at. */
  cut: boolean;
  /** Why what roles on the way can become is not all known. */
  unread: Unread;
}

/** As many as a plan has room for, each with its cut-off and the end of it. */
export const MOST_CHAINED = 40;

function mayBecome({ policies, unread }: Granted, arn: string): Allowance {
  const allow = policies.some(({ statements }) =>
    statements.some(
      (one) =>
        one.allows &&
        one.covers('sts:AssumeRole') &&
        (one.resources?.some((resource) => resource.includes('${') || matches(resource, arn)) ?? true),
    ),
  );
  if (allow) return 'allow';
  return unread.size > 0 ? 'unread' : 'silent';
}

/** Named with an account that is not this one. */
const elsewhereIn = (aws: Aws, { policies }: Granted): string[] =>
  policies.flatMap(({ statements }) =>
    statements
      .filter((one) => one.allows && one.covers('sts:AssumeRole'))
      .flatMap(({ resources }) => resources ?? [])
      .filter((resource) => {
        const account = /^arn:[^:]*:iam::([^:]*):role\//.exec(resource)?.[1];
        return account !== undefined && account !== aws.account;
      }),
  );

type Start = Pick<Role, 'arn' | 'uniqueId' | 'called'>;

export async function chainsFrom(aws: Aws, start: Start, granted: Granted): Promise<Chains> {
  const { roles, all } = await rolesHere(aws);
  const reached = new Set([start.arn]);
  const chained: Chained[] = [];
  const elsewhere = new Set<string>();
  const unread: Unread = new Set();
  let more = 0;
  const waiting: { who: Start; granted: () => Promise<Granted> }[] = [
    { who: start, granted: async () => granted },
  ];
  for (let one = waiting.shift(); one !== undefined && more === 0; one = waiting.shift()) {
    const { who } = one;
    const may = await one.granted();
    // What of the start's own is not read, whoever read it says.
    if (may !== granted) for (const reason of may.unread) unread.add(reason);
    for (const resource of elsewhereIn(aws, may)) elsewhere.add(resource);
    for (const role of roles) {
      if (reached.has(role.arn)) continue;
      const trust = admits(role.trust, who);
      const policies = mayBecome(may, role.arn);
      if (trust === null || (trust === 'account' && policies === 'silent')) continue;
      reached.add(role.arn);
      if (chained.length === MOST_CHAINED) {
        more += 1;
        continue;
      }
      chained.push({ role, by: who.called, trust, policies });
      waiting.push({ who: role, granted: () => grantedToRole(aws, role) });
    }
  }
  return { chained, elsewhere: [...elsewhere].map(shown).toSorted(), more, cut: !all, unread };
}
