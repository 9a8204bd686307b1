// postgres/nologin: the role may not log in. That ends no session, so it is never enough by itself: `postgres/sessions` follows it.
// It comes off only when the stolen password is another one.
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import { type Cluster, identifier } from './cluster.ts';
import { impossible } from './errors.ts';
import { passwordOf } from './password.ts';
import { ALTER_ROLE, ALTER_ROLE_IN_WORDS, STATS } from './permissions.ts';
import { findRole, serverTime, sessionsOf } from './roles.ts';
import { roleOf } from './target.ts';

export const NOLOGIN_KIND = 'postgres/nologin';

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
    requireNewPassword(act, role);
    const found = await findRole(cluster, role);
    if (found === null)
      throw impossible(`The role ${role} does not exist any more: nothing can log in as it.`);
    const before = act.evidence[act.step.id]?.['loginAt'];
    if (found.canLogin)
      return { wasSo: true, evidence: { role, loginAt: before ?? (await serverTime(cluster)) } };
    // Before it may: whoever comes then comes later.
    const loginAt = await serverTime(cluster);
    await alter(cluster, role, 'LOGIN');
    return { wasSo: false, evidence: { role, loginAt } };
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
    const { loginAt } = evidence;
    if (loginAt === undefined) return { holds: false, saw: 'It was not let in again yet.' };
    const back = (await sessionsOf(cluster, [role])).find(({ startedAt }) => startedAt >= loginAt);
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

/** A compromised password must not work again: this plan has set another one before. */
function requireNewPassword({ plan, step, evidence }: Act, role: string): void {
  const here = plan.steps.findIndex((one) => one.id === step.id);
  const changed = plan.steps.some(
    (one, index) =>
      index < here &&
      passwordOf(one) === role &&
      evidence[one.id]?.['role'] === role &&
      evidence[one.id]?.['secretVersionId'] !== undefined,
  );
  if (!changed)
    throw impossible(
      `The role ${role} still has its stolen password, which must not work again: order its new password first.`,
    );
}
