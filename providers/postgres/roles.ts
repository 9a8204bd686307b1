// What the catalogs say of a role: what it may, who may act as it, and who works with it now. Read-only.
import { type Instant, instant } from '../../domain/instant/instant.ts';
import type { Cluster } from './cluster.ts';

export interface Role {
  name: string;
  canLogin: boolean;
  superuser: boolean;
  createRole: boolean;
  createDb: boolean;
  replication: boolean;
  bypassRls: boolean;
  /** Until when its password is taken; null: without an end. It ends no session, and stops no `SET ROLE`. */
  validUntil: Instant | null;
}

/** Of pg_roles and pg_auth_members, which everybody may read. */
const CATALOGS = 'SELECT on the catalogs';

export async function findRole(cluster: Cluster, name: string): Promise<Role | null> {
  const [row] = await cluster.ask<Omit<Role, 'validUntil'> & { until: Date | number | null }>(
    `read the role ${name}`,
    CATALOGS,
    `SELECT rolname AS name, rolcanlogin AS "canLogin", rolsuper AS superuser, rolcreaterole AS "createRole",
       rolcreatedb AS "createDb", rolreplication AS replication, rolbypassrls AS "bypassRls",
       rolvaliduntil AS until
     FROM pg_roles WHERE rolname = $1`,
    [name],
  );
  if (row === undefined) return null;
  const { until, ...role } = row;
  // `infinity` is read as a number.
  return { ...role, validUntil: until instanceof Date ? instant(until.getTime()) : null };
}

/** Roles that log in; those of PostgreSQL's own do not. */
export async function loginRoles(cluster: Cluster): Promise<string[]> {
  const rows = await cluster.ask<{ name: string }>(
    'list the roles',
    CATALOGS,
    'SELECT rolname AS name FROM pg_roles WHERE rolcanlogin ORDER BY 1',
    [],
  );
  return rows.map(({ name }) => name);
}

/** That `member` is one of `role`, as one `grantor` has granted it: there may be several such rows. */
export interface Membership {
  role: string;
  member: string;
  grantor: string;
  admin: boolean;
  inherit: boolean;
  set: boolean;
  /** Superusers become any role without it. */
  memberIsSuperuser: boolean;
}

/** Of the role in others, and of others in it. */
export const membershipsOf = (cluster: Cluster, name: string): Promise<Membership[]> =>
  cluster.ask<Membership>(
    `read the memberships of ${name}`,
    CATALOGS,
    `SELECT r.rolname AS role, m.rolname AS member, g.rolname AS grantor, a.admin_option AS admin,
       a.inherit_option AS inherit, a.set_option AS set, m.rolsuper AS "memberIsSuperuser"
     FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
       JOIN pg_roles g ON g.oid = a.grantor
     WHERE $1 IN (r.rolname, m.rolname)
     ORDER BY 1, 2, 3`,
    [name],
  );

/** Whether the member can work with the role's rights: by `SET ROLE`, or as they come. Who only administers it cannot. */
export const actsAs = ({ set, inherit }: Membership): boolean => set || inherit;

export interface Session {
  pid: number;
  /** Who logged in. `SET ROLE` is not seen from outside. */
  role: string;
  application: string;
  address: string | null;
  startedAt: Instant;
}

export async function sessionsOf(cluster: Cluster, roles: readonly string[]): Promise<Session[]> {
  const rows = await cluster.ask<Omit<Session, 'startedAt'> & { started: Date | null }>(
    'read who is connected',
    STATS,
    `SELECT pid, usename AS role, coalesce(application_name, '') AS application,
       coalesce(host(client_addr), 'the same machine') AS address, backend_start AS started
     FROM pg_stat_activity WHERE usename = ANY($1) AND pid <> pg_backend_pid() ORDER BY backend_start, pid`,
    [roles],
  );
  return rows.map(({ started, ...session }) => ({
    ...session,
    // Of others it is seen with pg_read_all_stats only; as old as can be, where it is not.
    startedAt: instant(started?.getTime() ?? 0),
  }));
}

export const STATS = 'pg_read_all_stats';

/** By the server's own clock, which its sessions are dated by. */
export async function serverTime(cluster: Cluster): Promise<Instant> {
  const [row] = await cluster.ask<{ at: Date }>('say the time', CATALOGS, 'SELECT clock_timestamp() AS at');
  return instant(row?.at.getTime() ?? Number.NaN);
}

/** After it the server gives up whoever has not finished to log in. */
export async function authenticatedWithinMs(cluster: Cluster): Promise<number> {
  const [row] = await cluster.ask<{ seconds: string }>(
    'say how long a login may take',
    CATALOGS,
    "SELECT extract(epoch FROM current_setting('authentication_timeout')::interval)::text AS seconds",
  );
  return Math.ceil(Number(row?.seconds) * 1_000);
}

export async function majorVersion(cluster: Cluster): Promise<number> {
  const [row] = await cluster.ask<{ version: string }>(
    'say its version',
    CATALOGS,
    "SELECT current_setting('server_version_num') AS version",
  );
  return Math.floor(Number(row?.version) / 10_000);
}

/** Every role whose rights it has or can get by its memberships: who administers a role can let itself in. Itself left out. */
export async function reachedBy(cluster: Cluster, name: string): Promise<string[]> {
  const rows = await cluster.ask<{ name: string }>(
    `read what ${name} is a member of`,
    CATALOGS,
    `SELECT rolname AS name FROM pg_roles
     WHERE rolname <> $1 AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = $1)
       AND pg_has_role($1, oid, 'MEMBER') ORDER BY 1`,
    [name],
  );
  return rows.map((row) => row.name);
}

export interface Holdings {
  /** Objects that it owns, in every database of the cluster. */
  owned: number;
  /** Objects whose lists of privileges name it. */
  granted: number;
  /** Databases in which these are. */
  databases: string[];
}

export async function holdingsOf(cluster: Cluster, name: string): Promise<Holdings> {
  const [row] = await cluster.ask<Holdings>(
    `read what ${name} owns`,
    CATALOGS,
    `SELECT count(*) FILTER (WHERE s.deptype = 'o')::int AS owned,
       count(*) FILTER (WHERE s.deptype = 'a')::int AS granted,
       coalesce(array_agg(DISTINCT d.datname::text) FILTER (WHERE d.datname IS NOT NULL), '{}') AS databases
     FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)`,
    [name],
  );
  return row ?? { owned: 0, granted: 0, databases: [] };
}
