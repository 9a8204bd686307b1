// postgres/sessions: ends what is connected, for nothing else does: not NOLOGIN, not a new password, not VALID UNTIL. A member of the
// role may have become it by `SET ROLE`, which is not seen from outside and outlives the membership: so theirs from before that was
// taken away end too.
import type { Act, CredentialKind, Sight } from '../../domain/provider/provider.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import type { Cluster } from './cluster.ts';
import { impossible } from './errors.ts';
import { MEMBERSHIP_KIND } from './membership.ts';
import { SIGNAL, STATS } from './permissions.ts';
import { findRole, type Session, sessionsOf } from './roles.ts';
import { roleOf } from './target.ts';

export const SESSIONS_KIND = 'postgres/sessions';

/** So long the server itself waits for one to end. */
const ENDS_WITHIN_MS = 5_000;

export const sessions = (cluster: Cluster): CredentialKind => ({
  kind: SESSIONS_KIND,
  reversibility: 'replace-only',
  permissions: { apply: [SIGNAL, STATS], undo: [], check: [STATS] },

  async apply(act) {
    const role = roleOf(cluster, act);
    const revokedAt = revokedAtOf(act);
    const open = await openOf(cluster, role, membersIn(act.step.target), revokedAt);
    for (const { pid, role: whose } of open) {
      act.heartbeat();
      await cluster.ask(
        `end a session of ${whose}`,
        SIGNAL,
        // The number may be another's by now.
        `SELECT pg_terminate_backend(pid, ${ENDS_WITHIN_MS}) FROM pg_stat_activity WHERE pid = $1 AND usename = $2`,
        [pid, whose],
      );
    }
    const evidence = { role, ended: String(open.length), ...(revokedAt === null ? {} : { revokedAt }) };
    return { wasSo: open.length === 0, evidence };
  },

  async undo() {
    throw impossible('A session that was ended does not come back: whoever may, connects anew.');
  },

  async check(sight) {
    const open = await openIn(cluster, sight);
    if (open.length > 0) return { holds: false, saw: `Still connected: ${inWords(open)}.` };
    // None at this moment is nothing, where the next one may come.
    const { role, canLogin } = await loginOf(cluster, sight);
    return canLogin
      ? { holds: false, saw: `No session of ${role} is open, but it can log in.` }
      : { holds: true, saw: `No session of ${role} is open, and it cannot log in.` };
  },

  /** Where it can log in, whoever comes may be the service with its new password; whether it may is watched by its own step. */
  async watch(sight) {
    const { role, canLogin } = await loginOf(cluster, sight);
    if (canLogin) return { holds: true, saw: `${role} can log in: who is connected is not told apart.` };
    const open = await openIn(cluster, sight);
    return open.length > 0
      ? { holds: false, saw: `Connected again, though ${role} cannot log in: ${inWords(open)}.` }
      : { holds: true, saw: `No session of ${role} is open, and it cannot log in.` };
  },
});

const openIn = (cluster: Cluster, { plan, step, evidence }: Sight): Promise<Session[]> =>
  openOf(cluster, roleOf(cluster, { plan, step }), membersIn(step.target), evidence['revokedAt'] ?? null);

async function loginOf(
  cluster: Cluster,
  { plan, step }: Sight,
): Promise<{ role: string; canLogin: boolean }> {
  const role = roleOf(cluster, { plan, step });
  return { role, canLogin: (await findRole(cluster, role))?.canLogin === true };
}

/** Names of roles may hold any character, so it is a list in JSON. */
export const membersInTarget = (members: readonly string[]): Record<string, string> =>
  members.length === 0 ? {} : { members: JSON.stringify([...new Set(members)].toSorted()) };

function membersIn({ members }: Readonly<Record<string, string>>): string[] {
  return members === undefined ? [] : (JSON.parse(members) as string[]);
}

async function openOf(
  cluster: Cluster,
  role: string,
  members: readonly string[],
  revokedAt: Instant | null,
): Promise<Session[]> {
  const all = await sessionsOf(cluster, [role, ...members]);
  return all.filter((one) => one.role === role || revokedAt === null || one.startedAt <= revokedAt);
}

/** When the last of its members was cut off; null where it has none. */
function revokedAtOf({ plan, step, evidence }: Act): Instant | null {
  if (membersIn(step.target).length === 0) return null;
  const cuts = plan.steps.filter(
    (one) =>
      one.kind === MEMBERSHIP_KIND && one.verb === 'apply' && one.target['role'] === step.target['role'],
  );
  const times = cuts.map(({ id }) => evidence[id]?.['revokedAt']);
  const known = times.filter((at) => at !== undefined);
  if (known.length === 0 || known.length < times.length)
    throw impossible('Its members can still become it: order that their memberships are revoked first.');
  return known.toSorted().at(-1) ?? null;
}

const SHOWN = 5;

function inWords(open: readonly Session[]): string {
  const some = open
    .slice(0, SHOWN)
    .map((one) => `${one.role} from ${one.address} (${one.application || 'no name'}) since ${one.startedAt}`);
  return [...some, ...(open.length > SHOWN ? [`${open.length - SHOWN} more`] : [])].join('; ');
}
