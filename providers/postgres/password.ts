// postgres/password: a new password, for the role itself once it is cut, or for the other one of a pair while the stolen one still
// works. It is kept in the owner's secret before the server knows it, set, proved, and only then given out, by the four steps of every
// rotation: it may be cut short after any call, and a repetition goes on with the one that is kept.
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import { READ_SECRET_PERMISSIONS, WRITE_SECRET_PERMISSIONS } from '../aws/secret-store.ts';
import { tellConsumers } from '../secrets/consumers-told.ts';
import { rotate, type Rotation } from '../secrets/rotation.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { isOfIncident, versionOfStep } from '../secrets/version-of-step.ts';
import { whyNotAlternate } from './alternate.ts';
import { type Cluster, identifier, literal, proved } from './cluster.ts';
import { impossible } from './errors.ts';
import { ALTER_ROLE, ALTER_ROLE_IN_WORDS, STATS } from './permissions.ts';
import { findRole, serverTime, sessionsOf } from './roles.ts';
import { loginIn, withLogin } from './stored-login.ts';
import { named, roleOf } from './target.ts';
import { newPassword, verifierOf } from './verifier.ts';

export const PASSWORD_KIND = 'postgres/password';

/** The role whose password a step sets; undefined where it is another kind of step. */
export const passwordOf = ({ kind, verb, target }: Step): string | undefined =>
  kind === PASSWORD_KIND && verb === 'apply' ? (target['alternate'] ?? target['role']) : undefined;

export const password = (cluster: Cluster): CredentialKind => ({
  kind: PASSWORD_KIND,
  reversibility: 'replace-only',
  permissions: {
    apply: [...ALTER_ROLE, STATS, ...READ_SECRET_PERMISSIONS, ...WRITE_SECRET_PERMISSIONS],
    undo: [],
    check: [STATS, 'secretsmanager:DescribeSecret'],
  },

  async apply(act) {
    const role = roleOf(cluster, act);
    const { step, plan, evidence, heartbeat } = act;
    const to = step.target['alternate'] ?? role;
    const store = cluster.secret(named(step, 'secretId'));
    const id = versionOfStep(plan, step);
    const set = { at: evidence[step.id]?.['setAt'] };
    const rotated = await rotate(store, {
      ...rotationOf({ cluster, store, role, to, plan, id }),
      async set(made) {
        heartbeat();
        await setPassword(cluster, { role, to, password: loginIn(made.value)?.password ?? '' });
        set.at = await serverTime(cluster);
      },
    });
    // Not known where an attempt was cut short after it had set it: who came before now is then not taken for moved.
    const setAt = set.at ?? (await serverTime(cluster));
    const told = await tellConsumers(await cluster.secretRules(), store.name, rotated);
    const { reference, version, wasSo } = rotated;
    return { wasSo, evidence: { role: to, secretVersionId: version.id, secret: reference, setAt, ...told } };
  },

  async undo() {
    throw impossible(
      'A new password is not taken back, for the old one is compromised: order another replacement.',
    );
  },

  async watch({ step }) {
    const secret = await cluster.secret(named(step, 'secretId')).look();
    const current = secret?.versions.find((one) => one.current);
    return current?.compromised === true
      ? {
          holds: false,
          saw: `The secret gives its readers the version ${current.id} again, which is marked as compromised: find out who brought it back.`,
        }
      : { holds: true, saw: 'The secret gives its readers no version that is marked as compromised.' };
  },

  async check({ plan, step, evidence }) {
    const role = roleOf(cluster, { plan, step });
    const no = (saw: string) => ({ holds: false, saw });
    const { secretVersionId, setAt } = evidence;
    if (secretVersionId === undefined || setAt === undefined) return no('No new password was set yet.');
    const secret = await cluster.secret(named(step, 'secretId')).look();
    if (secret === null) return no('The secret does not exist any more.');
    if (secret.versions.find(({ current }) => current)?.id !== secretVersionId)
      return no('The secret now gives its readers another version than the one with the new password.');
    const to = step.target['alternate'];
    if (to === undefined)
      return { holds: true, saw: `The secret gives out the new password of ${role}, which was proved.` };
    const all = await sessionsOf(cluster, [role, to]);
    const moved = all.find((one) => one.role === to && one.startedAt >= setAt);
    if (moved === undefined) return no(`Nobody has come as ${to} yet, since it got its new password.`);
    const left = all.filter((one) => one.role === role).length;
    return {
      holds: true,
      saw: `${moved.application || 'A service without a name'} from ${moved.address} works as ${to} since ${moved.startedAt}; ${left} sessions of ${role} are open.`,
    };
  },
});

interface Turn {
  cluster: Cluster;
  store: SecretStore;
  /** Stolen. */
  role: string;
  /** Gets the password: the same, or the other one of the pair. */
  to: string;
  plan: Plan;
  /** Of the version that is to be made. */
  id: string;
}

const rotationOf = ({ cluster, store, role, to, plan, id }: Turn): Omit<Rotation, 'set'> => ({
  async made({ current, versions }) {
    const staged = versions.find((one) => one.id === id);
    if (staged !== undefined) return staged;
    // The other one of the pair, to which an earlier plan has moved the service: it was not stolen with this role.
    if (role !== to && isOfIncident(plan, current.id) && loginIn(current.value)?.username === to)
      return current;
    const value = await store.read(id);
    return value === null ? null : { id, value, current: false, pending: false, compromised: false };
  },

  // Also what an earlier plan left waiting: it was given to nobody.
  isOurs: (pending) => isOfIncident(plan, pending.id),

  async requireSafe({ current }) {
    const login = loginIn(current.value);
    if (login === null)
      throw impossible(
        `The current value of the secret ${store.name} is not JSON with "username" and "password": a new one put there would break its readers. Replace it by hand, or name the right secret in the runbook.`,
      );
    if (login.username !== role)
      throw impossible(
        `The secret ${store.name} is about the role ${login.username}, not about ${role}: name the right secret in the runbook.`,
      );
    await (role === to ? requireCut(cluster, role) : requireSafeFromThief(cluster, role, to));
  },

  create: async ({ current }) => ({
    versionId: id,
    value: withLogin(current.value, { username: to, password: newPassword() }),
  }),

  async test({ value }) {
    const signedIn = await proved(cluster, to, loginIn(value)?.password ?? '');
    // Of the role itself the password is proved while it may not log in.
    if (signedIn === (role === to ? 'held' : 'in')) return;
    if (signedIn === 'in')
      throw impossible(
        `The role ${to} can log in (again), so it is not cut: order that first, and find out who let it.`,
      );
    const { validUntil = null } = (await findRole(cluster, to)) ?? {};
    throw impossible(
      signedIn === 'held'
        ? `The role ${to} may not log in: find out who took that away, then order the step again.`
        : `The cluster does not take the new password of ${to}, as it is pending in ${store.name}${validUntil === null ? '' : ` (VALID UNTIL ${validUntil})`}: find out why, then order the step again.`,
    );
  },

  isCompromised: ({ value }) => loginIn(value)?.username === role,
});

async function setPassword(
  cluster: Cluster,
  { role, to, password }: { role: string; to: string; password: string },
): Promise<void> {
  // The other one of a pair is to be worked with at once; the role itself is let in again by whoever cut it.
  const login = role === to ? '' : 'LOGIN ';
  await cluster.ask(
    `set a new password of ${to}`,
    `${ALTER_ROLE_IN_WORDS} ${to}`,
    `ALTER ROLE ${identifier(to)} ${login}PASSWORD ${literal(verifierOf(password))}`,
  );
}

async function requireCut(cluster: Cluster, role: string): Promise<void> {
  const found = await findRole(cluster, role);
  if (found === null) throw impossible(`The role ${role} does not exist any more: make a new plan.`);
  if (found.canLogin)
    throw impossible(
      `The role ${role} can log in (again), so it is not cut: order that first, and find out who let it.`,
    );
  if ((await sessionsOf(cluster, [role])).length > 0)
    throw impossible(`Sessions of ${role} are open: order that they are ended first.`);
}

async function requireSafeFromThief(cluster: Cluster, role: string, to: string): Promise<void> {
  const why = await whyNotAlternate(cluster, role, to);
  if (why !== null) throw impossible(`No new password is set while the stolen one works. ${why}`);
}
