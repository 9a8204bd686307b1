// Which roles of the account a thief may have become, one after another, starting from this one. What might be counts as yes: conditions,
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
  /** The one that can become it. */
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

export async function chainsFrom(aws: Aws, start: Role, granted: Granted): Promise<Chains> {
  const all = await allRoles(aws);
  const reached = new Set([start.roleName]);
  const chained: Chained[] = [];
  const elsewhere = new Set(elsewhereIn(aws, granted));
  const found = (more: boolean): Chains => ({
    chained,
    elsewhere: [...elsewhere].map(shown).toSorted(),
    more,
  });
  const waiting: { role: Role; granted: Granted | null }[] = [{ role: start, granted }];
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    const { role } = one;
    let may = one.granted;
    for (const next of all) {
      if (reached.has(next.roleName)) continue;
      const how = admits(next.trust, role);
      if (how === null) continue;
      may ??= await grantedToRole(aws, role);
      if (how === 'by its policies' && !mayBecome(may, next.arn)) continue;
      if (chained.length === MOST_CHAINED) return found(true);
      reached.add(next.roleName);
      chained.push({ role: next, by: role.roleName });
      waiting.push({ role: next, granted: null });
    }
    may ??= await grantedToRole(aws, role);
    for (const resource of elsewhereIn(aws, may)) elsewhere.add(resource);
  }
  return found(false);
}
