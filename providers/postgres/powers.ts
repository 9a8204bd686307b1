// What makes a role privileged, as the catalogs say. Pure.
import type { Membership, Role } from './roles.ts';

const ATTRIBUTES: readonly (readonly [keyof Role, string])[] = [
  ['superuser', 'SUPERUSER'],
  ['createRole', 'CREATEROLE'],
  ['replication', 'REPLICATION'],
  ['bypassRls', 'BYPASSRLS'],
];

/** PostgreSQL's own roles reach every database, the server's files or its programs; the two that show statistics do not. */
const HARMLESS = ['pg_read_all_stats', 'pg_stat_scan_tables'];
export const isPredefined = (role: string): boolean => role.startsWith('pg_') && !HARMLESS.includes(role);

/** By what it is privileged, in PostgreSQL's own words; empty: by nothing that was looked for. */
export function powersOf(
  role: Role,
  reached: readonly string[],
  memberships: readonly Membership[],
): string[] {
  const administers = memberships
    .filter((one) => one.member === role.name && one.admin)
    .map((one) => one.role);
  return [
    ...ATTRIBUTES.filter(([attribute]) => role[attribute] === true).map(([, word]) => word),
    ...reached.filter(isPredefined).map((name) => `member of ${name}`),
    ...[...new Set(administers)].map((name) => `ADMIN OPTION on ${name}`),
  ];
}

/** Memberships by which it could do more harm than its work needs: `restrict` takes them away. */
export const isPowerful = (one: Membership): boolean => one.admin || isPredefined(one.role);
