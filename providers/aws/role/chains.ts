// Which roles of the account a thief may have become, one after another, starting from a role or a user. What might be counts as yes: conditions,
// denials and boundaries are not counted on. Read-only.
import type { Aws } from '../clients.ts';
import type { Granted } from '../granted.ts';
import { shown } from '../unread.ts';
import { matches } from '../wildcard.ts';
import { grantedToRole, ROLE_GRANTED_PERMISSIONS } from './granted.ts';
import { allRoles, type Role, ROLES_PERMISSIONS } from './roles.ts';
import { admits } from './trust.ts';

export const CHAINS_PERMISSIONS = [...ROLES_PERMISSIONS, ...ROLE_GRANTED_PERMISSIONS] as const;

export interface Chained {
  role: Role;
  /** Who can become it: `role web`. */
  by: string;
}

export interface Chains {
  /** The nearest first. */
  chained: Chained[];
  /** Patterns by which policies let them become roles of other accounts. */
  elsewhere: string[];
  /** There are more than a plan can hold. */
  more: boolean;
}

/** As many as a plan has room for, each with its cut-off and the end of it. */
export const MOST_CHAINED = 40;

const mayBecome = ({ policies, unread }: Granted, arn: string): boolean =>
  unread.size > 0 ||
  policies.some(({ statements }) =>
    statements.some(
      (one) =>
        one.allows &&
        one.covers('sts:AssumeRole') &&
        (one.resources?.some((resource) => resource.includes('${') || matches(resource, arn)) ?? true),
    ),
  );

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
  const all = await allRoles(aws);
  const reached = new Set([start.arn]);
  const chained: Chained[] = [];
  const elsewhere = new Set<string>();
  const found = (more: boolean): Chains => ({
    chained,
    elsewhere: [...elsewhere].map(shown).toSorted(),
    more,
  });
  const waiting: { who: Start; granted: () => Promise<Granted> }[] = [
    { who: start, granted: async () => granted },
  ];
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    const { who } = one;
    const may = await one.granted();
    for (const resource of elsewhereIn(aws, may)) elsewhere.add(resource);
    for (const role of all) {
      if (reached.has(role.arn)) continue;
      const how = admits(role.trust, who);
      if (how === null || (how === 'by its policies' && !mayBecome(may, role.arn))) continue;
      if (chained.length === MOST_CHAINED) return found(true);
      reached.add(role.arn);
      chained.push({ role, by: who.called });
      waiting.push({ who: role, granted: () => grantedToRole(aws, role) });
    }
  }
  return found(false);
}
