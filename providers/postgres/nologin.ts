// postgres/nologin: the role may not log in. That ends no session, so it is never enough by itself: `postgres/sessions` follows it.
// It comes off only when the stolen password is another one, and nobody is left who began to log in with it.
import { setTimeout as pause } from 'node:timers/promises';
import { epochMs, type Instant, plus } from '../../domain/instant/instant.ts';
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import { type Cluster, identifier } from './cluster.ts';
import { impossible } from './errors.ts';
import { passwordOf } from './password.ts';
import { ALTER_ROLE, ALTER_ROLE_IN_WORDS, STATS } from './permissions.ts';
import { authenticatedWithinMs, findRole, serverTime, sessionsOf } from './roles.ts';
import { roleOf } from './target.ts';

export const NOLOGIN_KIND = 'postgres/nologin';

/** Between two heartbeats. */
const PAUSE_MS = 5_000;

export const nologin = (cluster: Cluster): CredentialKind => ({
  kind: NOLOGIN_KIND,
  reversibility: 'reversible',
  permissions: { apply: ALTER_ROLE, undo: ALTER_ROLE, check: [STATS] },

  async apply(act) {
    const role = roleOf(cluster, act);
    const found = await findRole(cluster, role);
    // Dropped since: deader than asked for.
    if (found === null || !found.canLogin) return { wasSo: true, evidence: { role } };
    if (found.superuser)
      throw impossible(
        `The role ${role} is a superuser, which only another superuser can change: act by hand (ALTER ROLE … NOLOGIN NOSUPERUSER, then end its sessions).`,
      );
    await alter(cluster, role, 'NOLOGIN');
    return { wasSo: false, evidence: { role } };
  },

  async undo(act) {
    const role = roleOf(cluster, act);
    const passwordSince = newPasswordSince(act, role);
    const found = await findRole(cluster, role);
    if (found === null)
      throw impossible(`The role ${role} does not exist any more: nothing can log in as it.`);
    const evidence = { role, passwordSince };
    if (found.canLogin) return { wasSo: true, evidence };
    await nobodyIsLogging(cluster, act, passwordSince);
    await alter(cluster, role, 'LOGIN');
    return { wasSo: false, evidence };
  },

  watch: 'check',

  async check({ plan, step, evidence }) {
    const role = roleOf(cluster, { plan, step });
    const found = await findRole(cluster, role);
    if (step.verb === 'apply') {
      if (found === null) return { holds: true, saw: `The role ${role} does not exist any more.` };
      return found.canLogin
        ? { holds: false, saw: `The role ${role} can log in.` }
        : { holds: true, saw: `The role ${role} cannot log in. That alone ends no session.` };
    }
    if (found?.canLogin !== true) return { holds: false, saw: `The role ${role} cannot log in.` };
    const { passwordSince } = evidence;
    if (passwordSince === undefined) return { holds: false, saw: 'It was not let in again yet.' };
    // A session begins with its connection, which may be older than the leave to log in.
    const back = (await sessionsOf(cluster, [role])).find(({ startedAt }) => startedAt >= passwordSince);
    return back === undefined
      ? { holds: false, saw: `Nobody works as ${role} yet, since it was let in again with its new password.` }
      : {
          holds: true,
          saw: `${back.application || 'A service without a name'} from ${back.address} works as ${role} since ${back.startedAt}, with the new password.`,
        };
  },
});

async function alter(cluster: Cluster, role: string, to: 'LOGIN' | 'NOLOGIN'): Promise<void> {
  await cluster.ask(
    `change the role ${role} to ${to}`,
    `${ALTER_ROLE_IN_WORDS} ${role}`,
    `ALTER ROLE ${identifier(role)} ${to}`,
  );
}

/**
 * A server checks a password against what it read when the login began, and whether the role may log in when it ends: one that began with
 * the stolen password has been given up by the server when so long has passed since the new one was set.
 */
async function nobodyIsLogging(cluster: Cluster, act: Act, passwordSince: Instant): Promise<void> {
  const from = epochMs(plus(passwordSince, await authenticatedWithinMs(cluster)));
  for (;;) {
    const left = from - epochMs(await serverTime(cluster));
    if (left < 0) return;
    act.heartbeat();
    await Promise.race([pause(Math.min(left + 1, PAUSE_MS)), act.withdrawn]);
  }
}

/** A compromised password must not work again: this plan has set another one before. */
function newPasswordSince({ plan, step, evidence }: Act, role: string): Instant {
  const here = plan.steps.findIndex((one) => one.id === step.id);
  const set = plan.steps
    .filter((one, index) => index < here && passwordOf(one) === role)
    .map(({ id }) => evidence[id])
    .find((said) => said?.['role'] === role && said['secretVersionId'] !== undefined)?.['setAt'];
  if (set === undefined)
    throw impossible(
      `The role ${role} still has its stolen password, which must not work again: order its new password first.`,
    );
  return set;
}
