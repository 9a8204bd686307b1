// Which permissions this worker lacks for what it may be asked to do, by IAM's own simulation on itself. Nothing is changed. A false
// alarm would teach people to overlook the true one: what cannot be told is said to be unknown, never to be missing.
import type { Evidence, Preflight } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { sorted } from './errors.ts';
import { type On, ON } from './permissions.ts';
import { arnOf, QUARANTINE_AUTO, RESTRICTIONS } from './policies.ts';
import { findRole, ROLE_PERMISSIONS } from './role/roles.ts';
import { callerOf } from './self.ts';
import { simulate, SIMULATION_PERMISSIONS } from './simulation.ts';
import { type Unread, unlessDenied } from './unread.ts';
import { findUser, type User, USER_PERMISSIONS } from './users.ts';

export const PREFLIGHT_PERMISSIONS = [
  ...SIMULATION_PERMISSIONS,
  ...USER_PERMISSIONS,
  ...ROLE_PERMISSIONS,
] as const;

/** What an action would be done to. Where a policy grants it on none of these, only a known target says that it is missing. */
interface Subject {
  resource: string;
  policyArn: string;
  /** Of a target, or a policy of custody's: what the steps are really done to. */
  known: boolean;
  /** It carries the tag of those for whom keys may be made; left out: nothing that it would matter for. */
  issuable?: boolean;
}

/**
 * `targets`: those of the steps, `{ userName, secretId }`. Without them, a permission that is held to certain users or secrets cannot be
 * told from one that is not there. Policies of the secret, of its key and of the organisation are not seen: they are met by the act.
 */
export async function preflight(
  aws: Aws,
  permissions: readonly string[],
  targets: readonly Evidence[],
): Promise<Preflight> {
  const wanted = [...new Set(permissions)].toSorted();
  const { arn: self } = await callerOf(aws);
  if (self === null) {
    return { missing: [], unknown: 'IAM simulates users and roles, and this worker is neither.' };
  }
  const missing: string[] = [];
  const unsure = wanted.filter((action) => ON[action] === undefined);
  const reasons: Unread = new Set();
  for (const on of new Set(wanted.flatMap((action) => ON[action] ?? []))) {
    const actions = wanted.filter((action) => ON[action] === on);
    const verdicts = await unlessDenied(reasons, 'this worker', () => judge(aws, self, actions, on, targets));
    if (verdicts === null) return { missing: [], unknown: notAsked(reasons) };
    for (const { action, verdict } of verdicts) {
      if (verdict === 'missing') missing.push(action);
      if (verdict === 'unknown') unsure.push(action);
    }
  }
  return {
    missing: missing.toSorted(),
    unknown:
      unsure.length === 0
        ? null
        : `It depends on what is not known beforehand (the user, the secret, a condition): ${unsure.toSorted().join(', ')}.`,
  };
}

const notAsked = (reasons: Unread): string =>
  [...reasons].some((reason) => reason.startsWith('iam:SimulatePrincipalPolicy'))
    ? 'iam:SimulatePrincipalPolicy on itself is denied to this worker: grant it, so that it can say what it lacks.'
    : 'IAM does not find this worker under its ARN (a role with a path, perhaps), so it cannot simulate it.';

type Verdict = 'granted' | 'missing' | 'unknown';

async function judge(
  aws: Aws,
  self: string,
  actions: readonly string[],
  on: On,
  targets: readonly Evidence[],
): Promise<{ action: string; verdict: Verdict }[]> {
  const subjects = await subjectsOf(aws, on, targets);
  const granted = new Map(actions.map((action) => [action, 0]));
  const doubtful = new Set<string>();
  for (const { resource, policyArn, issuable = false } of subjects) {
    for (const one of await simulate(aws, { arn: self }, { actions, resource, policyArn, issuable })) {
      if (one.decision === 'allowed') granted.set(one.action, (granted.get(one.action) ?? 0) + 1);
      else if (one.unknown.length > 0) doubtful.add(one.action);
    }
  }
  return actions.map((action) => {
    const count = granted.get(action) ?? 0;
    if (count === subjects.length) return { action, verdict: 'granted' };
    const sure = count === 0 && !doubtful.has(action) && subjects.every(({ known }) => known);
    return { action, verdict: sure ? 'missing' : 'unknown' };
  });
}

async function subjectsOf(aws: Aws, on: On, targets: readonly Evidence[]): Promise<Subject[]> {
  const policies = RESTRICTIONS.map((one) => arnOf(aws, one));
  const [first = ''] = policies;
  const iam = (what: string) => `arn:${aws.partition}:iam::${aws.account}:${what}`;
  const named = (field: string) => [...new Set(targets.flatMap((target) => target[field] ?? []))].toSorted();
  const subjects = (known: readonly string[], any: string): Subject[] =>
    known.length === 0
      ? [{ resource: any, policyArn: first, known: false }]
      : known.map((resource) => ({ resource, policyArn: first, known: true }));

  if (on === 'policies') return policies.map((resource) => ({ resource, policyArn: first, known: true }));
  if (on === 'groups' || on === 'groups to rejoin') return subjects([], iam('group/any'));
  if (on === 'the account' || on === 'every secret') {
    return [{ resource: '*', policyArn: first, known: true }];
  }
  if (on === 'rotation functions') {
    return subjects([], `arn:${aws.partition}:lambda:*:${aws.account}:function:SecretsManager`);
  }
  if (on === 'secrets' || on === 'secrets to delete') {
    const secretIds = named('secretId');
    const known = secretIds.length > 0;
    const arns = await Promise.all((known ? secretIds : ['any']).map((secretId) => secretArn(aws, secretId)));
    return arns.map((resource) => ({ resource, policyArn: first, known }));
  }
  const read = await Promise.all(
    named('userName').map(async (name) => {
      const user = await userOf(aws, name);
      return { user, arn: user?.arn ?? iam(`user/${name}`) };
    }),
  );
  const users = read.map(({ arn }) => arn);
  const roles = await Promise.all(
    named('roleName').map(async (name) => (await roleArn(aws, name)) ?? iam(`role/${name}`)),
  );
  const onEach = (all: readonly Subject[]) =>
    all.flatMap((one) => policies.map((policyArn) => ({ ...one, policyArn })));
  switch (on) {
    case 'users':
      return subjects(users, iam('user/any'));
    case 'users to issue for': {
      const asked = subjects(users, iam('user/any'));
      // Of one that could not be read, nobody knows whether it carries the tag.
      return asked.map((one, i) => ({
        ...one,
        known: read[i] !== undefined && read[i].user !== null,
        issuable: read[i]?.user?.issuable ?? false,
      }));
    }
    case 'roles':
    case 'policies in roles':
      return subjects(roles, iam('role/any'));
    case 'users and roles':
      return subjects([...users, ...roles], iam('user/any'));
    case 'restrictions on roles':
      return onEach(subjects(roles, iam('role/any')));
    case 'restrictions on users':
      return onEach(subjects(users, iam('user/any')));
    case 'wearers':
      return [{ resource: arnOf(aws, QUARANTINE_AUTO), policyArn: first, known: true }];
    case 'detectors':
      return subjects([], `arn:${aws.partition}:guardduty:*:${aws.account}:detector/any`);
  }
}

/** With its path, where this worker may read it; what it may not read is found missing by itself. */
const userOf = (aws: Aws, userName: string): Promise<User | null> =>
  unlessDenied(new Set(), userName, () => findUser(aws, userName));

const roleArn = async (aws: Aws, roleName: string): Promise<string | null> =>
  (await unlessDenied(new Set(), roleName, () => findRole(aws, roleName)))?.arn ?? null;

/** AWS puts six letters behind a name; policies leave them open. */
async function secretArn(aws: Aws, secretId: string): Promise<string> {
  if (secretId.startsWith('arn:')) return secretId;
  const region = await aws
    .secrets(secretId)
    .config.region()
    .catch((error: unknown) => {
      throw sorted(error, 'secretsmanager:DescribeSecret');
    });
  return `arn:${aws.partition}:secretsmanager:${region}:${aws.account}:secret:${secretId}-AbCdEf`;
}
