// A thief who comes into a role by a way of their own, which CloudTrail shows or a look has found: kept out by one statement in the role's
// trust policy, with an innocent service that comes in by another. The thief's calls are real; the log is a stub of the documented API.
import {
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../domain/plan/build.ts';
import { planSchema, type Step, type Strategy } from '../../domain/plan/plan.schema.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import { ACCOUNT } from '../../local/demo/estate.ts';
import { connect } from '../../providers/aws/clients.ts';
import { SPREAD_MS } from '../../providers/aws/role/cut-off.ts';
import { DENIED, TRUST_CHARACTERS } from '../../providers/aws/role/denied.ts';
import { rules } from '../domain/incident/world.ts';
import { Course, courseForRole, workersOf } from '../providers/aws/course.ts';
import { movedClock } from '../providers/aws/role/moved-clock.ts';
import { CloudTrailStub } from '../providers/aws/trail/cloudtrail-stub.ts';
import { carriedOut, undoing } from '../providers/aws/undoing.ts';
import { Crash } from '../providers/aws/watched.ts';
import { secondAccount } from './second-account.ts';
import { estateForThisFile } from './estate.ts';
import { policy, rolesOf } from './roles.ts';

const KIND = 'aws/role-trust-denied';
const CUT_OFF = 'aws/role-session-cut-off';
const NOT_AUTHORIZED = /not authorized/;

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
let stub: CloudTrailStub;
beforeAll(async () => {
  roles = rolesOf(estate());
  stub = await CloudTrailStub.start();
});
afterAll(() => stub.stop());

const lets = (AWS: string | string[]) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
const trusts = (RoleName: string, ...statements: object[]) =>
  roles.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: policy(...statements) }));

async function trustOf(RoleName: string): Promise<{ Statement: { Sid?: string }[] }> {
  const { Role } = await roles.iam.send(new GetRoleCommand({ RoleName }));
  return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as {
    Statement: { Sid?: string }[];
  };
}

let recorded = 0;
/** As CloudTrail writes it down, some minutes before the workers look. */
function wrote(at: number, by: { arn: string }, role: { arn: string }, makes: string): void {
  recorded += 1;
  stub.record(
    'us-east-1',
    { ResourceName: role.arn },
    {
      eventID: `became-${recorded}`,
      eventTime: new Date(at).toISOString(),
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      userIdentity: { type: 'IAMUser', accountId: ACCOUNT, arn: by.arn },
      requestParameters: { roleArn: role.arn, roleSessionName: 'session' },
      responseElements: { credentials: { accessKeyId: makes } },
    },
  );
}

/** A role that lets in a service and a user whose key the thief has, each of whom became it. */
async function entered(name: string, strategy: Strategy = 'cut') {
  const service = await roles.user(`${name}-service`);
  const way = await roles.user(`${name}-way`);
  const role = await roles.role(name, service.arn);
  await trusts(name, lets(service.arn), { Sid: 'More', ...lets(way.arn) });
  const thief = await roles.become(way.key, role);
  const clock = movedClock();
  wrote(clock.now() - 60_000, service, role, 'ASIAOFTHESERVICE0001');
  wrote(clock.now() - 50_000, way, role, thief.accessKeyId);
  const before = await roles.snapshot(name);
  const workers = workersOf(estate(), clock, (options) => ({
    ...connect(options),
    trail: connect({ ...options, endpoint: stub.endpoint }).trail,
  }));
  const look = (...more: string[]) =>
    courseForRole(name, workers, { credentials: [thief.accessKeyId, ...more], strategy });
  const course = await look();
  return { name, service, way, role, thief, clock, before, look, course };
}

const containmentOf = ({ plan }: Course): Step[] => plan.steps.filter(({ phase }) => phase === 'containment');

/** Until everything holds, as the incident has it: what does not is ordered again. Gives the kinds that were, in turn. */
async function contained(course: Course): Promise<string[]> {
  const again: string[] = [];
  for (let look = 0; look < 5; look += 1) {
    const undone: Step[] = [];
    for (const step of containmentOf(course)) if (!(await course.see(step)).holds) undone.push(step);
    if (undone.length === 0) return again;
    for (const step of undone) await course.take(step);
    again.push(...undone.map(({ kind }) => kind));
  }
  throw new Error(`it is not contained: ${again.join(', ')}`);
}

describe('whoever made the stolen session', () => {
  it.each(['cut', 'restrict'] as const)(
    'cannot become the role any more under %s, and the service can',
    async (strategy) => {
      const { name, service, way, role, thief, course, clock } = await entered(`way-${strategy}`, strategy);
      expect(course.plan.steps.map(({ verb, kind }) => `${verb} ${kind}`)).toEqual([
        `apply aws/role-${strategy === 'cut' ? 'quarantine' : 'restriction'}`,
        `apply ${CUT_OFF}`,
        `apply ${KIND}`,
        `undo aws/role-${strategy === 'cut' ? 'quarantine' : 'restriction'}`,
        `undo ${CUT_OFF}`,
      ]);
      const step = course.step(KIND);
      expect(step.target).toEqual({ roleName: name, principals: way.arn });
      expect(await course.see(step)).toMatchObject({ holds: false });
      for (const one of containmentOf(course)) expect(await course.take(one)).toMatchObject({ wasSo: false });
      for (const one of containmentOf(course)) expect(await course.see(one)).toMatchObject({ holds: true });

      await expect(roles.become(way.key, role)).rejects.toThrow(NOT_AUTHORIZED);
      await roles.become(service.key, role);
      const document = await trustOf(name);
      expect(document.Statement).toEqual([
        lets(service.arn),
        { Sid: 'More', ...lets(way.arn) },
        {
          Sid: DENIED,
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnLike: { 'aws:PrincipalArn': [way.arn] },
            DateGreaterThanEqualsIfExists: {
              'aws:CurrentTime': course.evidence[step.id]?.['deniedSince'],
            },
          },
        },
      ]);

      // To the end of the plan, and beyond: it stays.
      for (const one of course.plan.steps.filter(({ verb }) => verb === 'undo')) {
        if (one.phase === 'hardening') clock.move(13 * 3_600_000);
        await course.take(one);
      }
      const from = Date.parse(course.evidence[course.step(CUT_OFF).id]?.['sessionsFrom'] ?? '');
      expect(await roles.work(await roles.becomeFrom(service.key, role, from), role)).toBe('works');
      expect(thief.issuedAt).toBeLessThan(from);
      await expect(roles.become(way.key, role)).rejects.toThrow(NOT_AUTHORIZED);
      expect(await course.watch(step)).toMatchObject({ holds: true });
    },
  );

  it('is let in again when the role was cleared: byte for byte as before', async () => {
    const { name, way, role, before, course } = await entered('way-cleared');
    for (const step of containmentOf(course)) await course.take(step);
    await expect(roles.become(way.key, role)).rejects.toThrow(NOT_AUTHORIZED);
    const put = containmentOf(course).map(({ id }) => id);
    await carriedOut(course, undoing(course, 'falsePositive', { put }));
    expect(await roles.snapshot(name)).toBe(before);
    expect(await roles.work(await roles.become(way.key, role), role)).toBe('works');
  });

  it('is let in again by people who order it, though the cut-off stays on', async () => {
    const { way, role, thief, course } = await entered('way-doubted');
    for (const step of containmentOf(course)) await course.take(step);
    const undo = undoing(course, null, { put: containmentOf(course).map(({ id }) => id) });
    expect(undo.steps.map(({ kind }) => kind)).toEqual([KIND, 'aws/role-quarantine']);
    await carriedOut(course, undo);
    await roles.become(way.key, role);
    expect(await roles.work(thief, role)).toMatch(/^AccessDenied/);
  });

  it('has what others changed in the trust policy meanwhile left alone', async () => {
    const { name, service, way, course } = await entered('way-changed');
    for (const step of containmentOf(course)) await course.take(step);
    const { Statement } = await trustOf(name);
    const theirs = { Sid: 'Theirs', ...lets(service.arn), Condition: { Bool: { 'aws:x': 'true' } } };
    await trusts(name, theirs, ...Statement.slice(1));
    expect(await course.see(course.step(KIND))).toMatchObject({ holds: true });
    const put = [course.step(KIND).id];
    await carriedOut(course, undoing(course, 'falsePositive', { put }));
    expect((await trustOf(name)).Statement).toEqual([theirs, { Sid: 'More', ...lets(way.arn) }]);
  });

  it('is denied once: repeated, it was so, and a second look proposes the same', async () => {
    const { course, look, service, role, clock } = await entered('way-twice');
    for (const step of containmentOf(course)) await course.take(step);
    const step = course.step(KIND);
    const evidence = { ...course.evidence[step.id] };
    for (const worker of Object.values(course.workers)) worker.forget();
    expect(await course.take(step)).toEqual({ wasSo: true, evidence });
    expect(course.workers.sessions.calls).toEqual(['iam:GetRole']);
    wrote(clock.now(), service, role, 'ASIAOFTHESERVICE0002');
    expect((await look()).plan.steps.map(({ kind, verb, target }) => [kind, verb, target])).toEqual(
      course.plan.steps.map(({ kind, verb, target }) => [kind, verb, target]),
    );
  });
});

describe('a thief with rights over IAM', () => {
  type Standing = { Sid?: string; Condition?: Record<string, Record<string, unknown>> };
  const change = async (name: string, to: (ours: Standing) => object[]) => {
    const { Statement } = await trustOf(name);
    await trusts(
      name,
      ...Statement.flatMap((one): object[] => (one.Sid === DENIED ? to(one as Standing) : [one])),
    );
  };
  const conditions = (ours: Standing, more: object) => [
    { ...ours, Condition: { ...ours.Condition, ...more } },
  ];
  it.each<[string, (ours: Standing) => object[]]>([
    ['takes the statement out', () => []],
    ['makes it allow', (ours) => [{ ...ours, Effect: 'Allow' }]],
    [
      'makes it deny somebody else',
      (ours) => conditions(ours, { ArnLike: { 'aws:PrincipalArn': ['arn:x'] } }),
    ],
    ['makes it deny under one more condition', (ours) => conditions(ours, { Bool: { 'aws:x': 'true' } })],
    [
      'makes it begin later',
      (ours) =>
        conditions(ours, {
          DateGreaterThanEqualsIfExists: { 'aws:CurrentTime': '2100-01-01T00:00:00.000Z' },
        }),
    ],
  ])('%s: seen, applied again, and what they made meanwhile is ended', async (name, to) => {
    const { role, way, thief, course, clock } = await entered(`moved-${name.replaceAll(' ', '-')}`);
    for (const step of containmentOf(course)) await course.take(step);
    expect(await contained(course)).toEqual([]);
    const first = course.evidence[course.step(CUT_OFF).id]?.['sessionsFrom'] ?? '';
    // Later than the cut-off: a session that is made now would count.
    clock.move(2 * SPREAD_MS + 5_000);
    await change(role.roleName, to);
    const undone = [];
    for (const step of containmentOf(course)) if (!(await course.see(step)).holds) undone.push(step.kind);
    expect(undone).toEqual([KIND]);
    expect(await contained(course)).toEqual([KIND, CUT_OFF]);
    await expect(roles.become(way.key, role)).rejects.toThrow(NOT_AUTHORIZED);
    const { deniedSince = '' } = course.evidence[course.step(KIND).id] ?? {};
    const { sessionsFrom = '' } = course.evidence[course.step(CUT_OFF).id] ?? {};
    expect(sessionsFrom > first).toBe(true);
    expect(Date.parse(sessionsFrom) - Date.parse(deniedSince)).toBeGreaterThanOrEqual(SPREAD_MS);
    expect(await roles.work(thief, role)).toMatch(/^AccessDenied/);
  });

  it('takes it out before the lift: nothing is lifted on a cut-off from before it was added again', async () => {
    const { name, way, role, course, clock } = await entered('way-not-lifted');
    for (const step of containmentOf(course)) await course.take(step);
    clock.move(2 * SPREAD_MS + 5_000);
    await change(name, () => []);
    await roles.become(way.key, role);
    await course.take(course.step(KIND));
    const lift = course.step('aws/role-quarantine', 'undo');
    await expect(course.take(lift)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining(DENIED),
    });
    await course.take(course.step(CUT_OFF));
    await course.take(lift);
    expect(await course.see(lift)).toMatchObject({ holds: true });
  });

  it('lets in an accomplice: found, named, and denied by the next plan as well', async () => {
    const { name, service, way, role, course, look } = await entered('way-accomplice');
    for (const step of containmentOf(course)) await course.take(step);
    const accomplice = await roles.user('way-in-accomplice');
    const { Statement } = await trustOf(name);
    await trusts(name, ...Statement, lets(accomplice.arn));
    const known = course.discovery.waysIn.map(({ id }) => id);
    const appeared = (await course.workers.checker.waysIn(course.plan)).filter((id) => !known.includes(id));
    expect(appeared).toEqual([accomplice.arn]);
    await roles.become(accomplice.key, role);

    const next = await look(...appeared);
    expect(next.step(KIND).target['principals']?.split(' ').toSorted()).toEqual(
      [accomplice.arn, way.arn].toSorted(),
    );
    await contained(next);
    for (const { key } of [accomplice, way])
      await expect(roles.become(key, role)).rejects.toThrow(NOT_AUTHORIZED);
    await roles.become(service.key, role);
  });

  it('lets in another account: denied as a whole', async () => {
    const { name, role, course, look } = await entered('way-elsewhere');
    const other = await secondAccount(estate().endpoint);
    const there = rolesOf({ ...estate(), account: other.account, root: other.root });
    const stranger = await there.user('stranger');
    const { Statement } = await trustOf(name);
    const root = `arn:aws:iam::${other.account}:root`;
    await trusts(name, ...Statement, lets(root));
    await roles.become(stranger.key, role);
    const known = course.discovery.waysIn.map(({ id }) => id);
    const appeared = (await course.workers.checker.waysIn(course.plan)).filter((id) => !known.includes(id));
    expect(appeared).toEqual([root]);
    const next = await look(root);
    await contained(next);
    expect(next.step(KIND).target['principals']).toContain(`arn:aws:iam::${other.account}:*`);
    await expect(roles.become(stranger.key, role)).rejects.toThrow(NOT_AUTHORIZED);
  });
});

describe('a worker that dies', () => {
  it.each(['before', 'after'] as const)('%s any call is followed by one that finishes it', async (when) => {
    const { name, before, way, role, course } = await entered(`way-dying-${when}`);
    const step = course.step(KIND);
    const worker = course.workers.sessions;
    let died = 0;
    const finished = async (of: Course, one: Step): Promise<void> => {
      for (let call = 1; call <= 2; call += 1) {
        worker.forget();
        worker.interference = {
          [when]: (_: string, nth: number) => {
            if (nth === call) throw new Crash(`${when} call ${call}`);
          },
        };
        const ended = await of.take(one).catch((error: unknown) => error);
        if (ended instanceof Crash) died += 1;
      }
      worker.interference = {};
      await of.take(one);
      expect(await of.see(one)).toMatchObject({ holds: true });
    };
    await finished(course, step);
    await expect(roles.become(way.key, role)).rejects.toThrow(NOT_AUTHORIZED);
    expect((await trustOf(name)).Statement.filter(({ Sid }) => Sid === DENIED)).toHaveLength(1);

    const undo = undoing(course, 'falsePositive', { put: [step.id] });
    const back = new Course(course.discovery, course.workers);
    Object.assign(back, { plan: undo });
    for (const one of undo.steps) await finished(back, one);
    expect(await roles.snapshot(name)).toBe(before);
    expect(died).toBe(4);
  });
});

it('is denied by people where the runbook names no executor for it, after the cut-offs, which wait for nobody', async () => {
  const { course, name, way } = await entered('way-by-hand');
  const planned = (more: Partial<Rules>) =>
    buildPlan(course.discovery, rules(more), {
      incident: course.plan.incident,
      firstRun: course.plan.firstRun,
      strategy: 'cut',
      drill: false,
      now: course.plan.madeAt,
    });
  const sessions = { name: 'sessions-aws', party: 'identity' };
  const { plan, concerns } = planned({ apart: { [CUT_OFF]: sessions } });
  expect(planSchema.parse(plan)).toEqual(plan);
  expect(plan?.steps.map(({ kind }) => kind)).toEqual([
    'aws/role-quarantine',
    CUT_OFF,
    'manual/step',
    'aws/role-quarantine',
    CUT_OFF,
  ]);
  expect(plan?.steps[2]).toMatchObject({
    target: { roleName: name, principals: way.arn },
    does: expect.stringContaining(`aws:PrincipalArn is like ${way.arn}`),
  });
  expect(concerns.join()).toContain(`No executor of the runbook is for ${KIND}`);
  const own = planned({ apart: { [CUT_OFF]: sessions, [KIND]: sessions } });
  expect(own.plan?.steps[2]).toMatchObject({ kind: KIND, executor: 'sessions-aws' });
});

describe('is refused, and nothing is written', () => {
  /** A step as a plan would have it, of whatever role. */
  async function refused(roleName: string, principals: string, says: RegExp): Promise<void> {
    const { course } = await entered(`refused-${roleName.toLowerCase().replaceAll('/', '-')}`);
    const target = { roleName, principals };
    const plan = planSchema.parse({
      ...course.plan,
      identity: { ...course.plan.identity, reference: roleName },
      steps: course.plan.steps.map((step) => (step.kind === KIND ? { ...step, target } : step)),
    });
    Object.assign(course, { plan });
    const document = async () => (await roles.iam.send(new GetRoleCommand({ RoleName: roleName }))).Role;
    const before = (await document())?.AssumeRolePolicyDocument;
    await expect(course.take(course.step(KIND))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(says),
    });
    expect((await document())?.AssumeRolePolicyDocument).toBe(before);
  }
  const made = async (RoleName: string, AssumeRolePolicyDocument: string, Path = '/') => {
    await roles.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Path }));
    return RoleName;
  };
  const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;

  it('where it would be longer than AWS allows', async () => {
    const many = Array.from({ length: 29 }, (_, n) => user(`somebody-who-works-here-${n}`));
    const name = await made('long', policy(lets(many)));
    await refused(name, user('thief'), new RegExp(`AWS allows ${TRUST_CHARACTERS} unless the account`));
  });

  it('where what stands there would not be the same afterwards', async () => {
    const said = policy(lets(user('x'))).replace('"Effect"', '"Sid":"One","Effect"');
    const name = await made('twice', said.replace('"Sid":"One"', '"Sid":"One","Sid":"Two"'));
    await refused(name, user('thief'), /cannot be understood, or not be written back/);
  });

  it('of a role that is linked to a service, or belongs to Identity Center', async () => {
    const { Role } = await roles.iam.send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }),
    );
    await refused(Role?.RoleName ?? '', user('thief'), /linked to a service/);
    const sso = await made('AWSReservedSSO_Admin_1', policy(lets(user('x'))));
    await refused(sso, user('thief'), /belongs to IAM Identity Center/);
  });

  it.each(['*', `arn:aws:iam::${ACCOUNT}:*`, `arn:aws:iam::${ACCOUNT}:role/*`])(
    'for %s, who is nobody in particular',
    async (principal) => {
      const name = await made(`wide-${principal.length}`, policy(lets(user('x'))));
      await refused(name, `${user('thief')} ${principal}`, /nobody in particular/);
    },
  );

  it('by whoever only cuts, for want of the permission', async () => {
    const { course } = await entered('way-not-granted');
    const step = course.step(KIND);
    await expect(course.take(step, course.workers.identity)).rejects.toMatchObject({
      sort: 'denied',
      permission: 'iam:UpdateAssumeRolePolicy',
    });
  });
});

it('is not proposed where there is no room for it, nor where nobody is known to be in doubt: both are said', async () => {
  const { name, service, way, look } = await entered('way-full');
  const many = Array.from(
    { length: 28 },
    (_, n) => `arn:aws:iam::${ACCOUNT}:user/somebody-who-works-here-${n}`,
  );
  await trusts(name, lets([service.arn, way.arn, ...many]));
  const full = await look();
  expect(full.plan.steps.some(({ kind }) => kind === KIND)).toBe(false);
  expect(full.discovery.concerns.join('\n')).toMatch(
    /AWS allows 2048 unless .*deny by hand arn:.*way-full-way/,
  );
  const calm = await roles.role('way-calm', service.arn);
  const unseen = await courseForRole(calm.roleName, full.workers);
  expect(unseen.plan.steps.some(({ kind }) => kind === KIND)).toBe(false);
  expect(unseen.discovery.concerns.join('\n')).toContain('so the trust policy is left as it is');
});
