// A user or role with as many attached policies as AWS allows, which a thief may have seen to: the same denies are written into it instead,
// by an executor of its own, and come off exactly. Real calls, with enforcement; the quotas, which the emulator has not, are counted.
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../../domain/encoding/canonical.ts';
import { workload, type Workload } from '../../../local/demo/estate.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { allow, policy, rolesOf } from '../../attacker/roles.ts';
import { thief } from '../../attacker/thief.ts';
import { type Course, courseFor, courseForRole, type Workers, workersOf } from './course.ts';
import { movedClock } from './role/moved-clock.ts';
import { snapshotOf } from './snapshot.ts';
import { carriedOut, undoing } from './undoing.ts';

const estate = estateForThisFile();
let workers: Workers;
let roles: ReturnType<typeof rolesOf>;
/** Ten that allow nothing. */
const fillers: string[] = [];
beforeAll(async () => {
  workers = workersOf(estate());
  roles = rolesOf(estate());
  for (let n = 0; n < 10; n += 1) {
    const PolicyDocument = policy(allow('s3:ListAllMyBuckets', `arn:aws:s3:::none-${n}`));
    const { Policy } = await roles.iam.send(
      new CreatePolicyCommand({ PolicyName: `filler-${n}`, PolicyDocument }),
    );
    fillers.push(Policy?.Arn ?? '');
  }
});

async function full(user: string, attached = 10): Promise<Workload> {
  const robot = await workload(estate().endpoint, user);
  const { attached: before } = JSON.parse(await snapshotOf(roles.iam, user)) as { attached: string[] };
  for (const PolicyArn of fillers.slice(0, attached - before.length))
    await roles.iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn }));
  return robot;
}
const fill = (UserName: string, characters: number) =>
  roles.iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'much',
      PolicyDocument: policy(allow('s3:ListAllMyBuckets', `arn:aws:s3:::${'x'.repeat(characters)}`)),
    }),
  );

const kindsIn = ({ plan }: Course): string[] => plan.steps.map(({ verb, kind }) => `${verb} ${kind}`);
const containmentOf = ({ plan }: Course) => plan.steps.filter(({ phase }) => phase === 'containment');

describe('a user without an attachment free', () => {
  it('is cut by inline denies, its service brought back under one, and at the end nothing of them is left', async () => {
    const robot = await full('deploy-robot-full-cut');
    const before = JSON.parse(await snapshotOf(roles.iam, robot.user, 'without')) as object;
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    const course = await courseFor(robot, workers);
    expect(kindsIn(course)).toEqual([
      'apply aws/inline-quarantine',
      'apply aws/inline-no-sessions',
      'apply aws/access-key',
      'undo aws/inline-quarantine',
      'apply aws/access-key-replacement',
      'apply aws/access-key-deletion',
      'undo aws/inline-no-sessions',
    ]);
    expect(course.discovery.concerns.join('\n')).toMatch(
      /custody-quarantine and custody-no-sessions is written .* detach 2 first/,
    );
    expect(await stranger.bySession()).toBe('works');
    for (const step of course.plan.steps) {
      if (step.phase === 'containment')
        expect(await course.see(step), step.does).toMatchObject({ holds: false });
      expect(await course.take(step)).toMatchObject({ wasSo: false });
      // Whether the service uses the new key is for others to see.
      if (step.part !== 'owner') expect(await course.see(step), step.does).toMatchObject({ holds: true });
      expect(await stranger.byKey(), step.does).not.toBe('works');
      if (step.phase !== 'hardening') expect(await stranger.bySession(), step.does).toMatch(/^AccessDenied/);
    }
    expect(JSON.parse(await snapshotOf(roles.iam, robot.user, 'without'))).toEqual(before);
  });

  it('does nothing twice, and a second look proposes the same', async () => {
    const robot = await full('full-twice');
    const course = await courseFor(robot, workers);
    for (const step of containmentOf(course)) {
      const first = await course.take(step);
      for (const worker of Object.values(workers)) worker.forget();
      expect(await course.take(step), step.does).toEqual({ wasSo: true, evidence: first.evidence });
      const calls = Object.values(workers).flatMap((worker) => worker.calls);
      expect(calls.filter((call) => !/:(Get|List|Simulate)/.test(call))).toEqual([]);
    }
    const again = await courseFor(robot, workers);
    expect(kindsIn(again)).toEqual(kindsIn(course));
    expect(again.discovery.facts).toEqual(course.discovery.facts);
    // Also when there is room by now.
    await roles.iam.send(new DetachUserPolicyCommand({ UserName: robot.user, PolicyArn: fillers[0] ?? '' }));
    expect(kindsIn(await courseFor(robot, workers))).toEqual(kindsIn(course));
  });

  it('with one free has the quarantine attached, and the rest inline', async () => {
    const course = await courseFor(await full('full-but-one', 9), workers);
    expect(kindsIn(course).slice(0, 2)).toEqual(['apply aws/quarantine', 'apply aws/inline-no-sessions']);
    const [quarantine, noSessions, key, lift] = course.plan.steps;
    if (quarantine === undefined || noSessions === undefined || key === undefined || lift === undefined)
      throw new Error('it is cut');
    for (const step of [quarantine, noSessions, key, lift]) {
      await course.take(step);
      expect(await course.see(step), step.does).toMatchObject({ holds: true });
    }
  });

  it('is not restricted, which needs one', async () => {
    const robot = await full('full-restrict');
    expect((await courseFor(robot, workers)).discovery.proposals.restrict).toBeUndefined();
    const free = await full('full-restrict-not', 9);
    expect((await courseFor(free, workers)).discovery.proposals.restrict).toBeDefined();
  });

  it('nor room inline: what a person must detach is said, beforehand and by the step', async () => {
    const robot = await full('full-both');
    const course = await courseFor(robot, workers);
    await fill(robot.user, 2_000);
    const looked = await courseFor(robot, workers);
    expect(looked.discovery.concerns.join('\n')).toMatch(
      /has 10 attached policies.* have 2\d{3} characters of 2048: there is no room for custody-quarantine and custody-no-sessions, so detach some, 2 more are needed/,
    );
    expect(kindsIn(looked).slice(0, 2)).toEqual(['apply aws/quarantine', 'apply aws/no-sessions']);
    await expect(course.take(course.step('aws/inline-quarantine'))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('Detach one of its managed policies'),
    });
  });

  it('is byte for byte as before where it was cleared, and its thief as before too', async () => {
    const robot = await full('full-cleared');
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    const before = await snapshotOf(roles.iam, robot.user);
    const course = await courseFor(robot, workers);
    const put = containmentOf(course).filter(({ reversibility }) => reversibility === 'reversible');
    for (const step of put) await course.take(step);
    expect(await snapshotOf(roles.iam, robot.user)).not.toBe(before);
    await carriedOut(course, undoing(course, 'falsePositive', { put: put.map(({ id }) => id) }));
    expect(await snapshotOf(roles.iam, robot.user)).toBe(before);
    expect(await stranger.byKey()).toBe('works');
    expect(await stranger.bySession()).toBe('works');
  });

  it('keeps the deny on sessions where it was not cleared', async () => {
    const robot = await full('full-doubted');
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    const course = await courseFor(robot, workers);
    for (const step of containmentOf(course)) await course.take(step);
    const [quarantine, noSessions, key] = containmentOf(course).map(({ id }) => id) as [
      string,
      string,
      string,
    ];
    const undo = undoing(course, null, { put: [quarantine, noSessions], done: [key] });
    expect(undo.steps.map(({ verb, kind }) => `${verb} ${kind}`)).toEqual(['undo aws/inline-quarantine']);
    await carriedOut(course, undo);
    expect(await stranger.bySession()).toMatch(/^AccessDenied/);
  });
});

describe('a thief with rights over IAM', () => {
  const moves: [
    name: string,
    of: string,
    move: (UserName: string, PolicyName: string) => Promise<unknown>,
  ][] = [
    [
      'deletes',
      'it',
      (UserName, PolicyName) => roles.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
    ],
    [
      'makes an allowance of',
      'it',
      (UserName, PolicyName) =>
        roles.iam.send(
          new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: policy(allow('*')) }),
        ),
    ],
  ];
  it.each(
    moves.flatMap(([name, , move]) =>
      ['quarantine', 'no-sessions'].map((what) => [name, what, move] as const),
    ),
  )('%s the inline %s: seen, and written again', async (name, what, move) => {
    const user = `full-${hashOf([name, what]).slice(0, 8)}`;
    const robot = await full(user);
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    const course = await courseFor(robot, workers);
    for (const step of containmentOf(course)) await course.take(step);
    await move(user, `custody-${what}`);
    const undone = [];
    for (const step of containmentOf(course)) if (!(await course.see(step)).holds) undone.push(step);
    expect(undone.map(({ kind }) => kind)).toEqual([`aws/inline-${what}`]);
    for (const step of undone) expect(await course.take(step)).toMatchObject({ wasSo: false });
    for (const step of containmentOf(course))
      expect(await course.see(step), step.does).toMatchObject({ holds: true });
    expect(await stranger.bySession()).toMatch(/^AccessDenied/);
  });

  it('gets nothing lifted by a deny on sessions that is none any more', async () => {
    const robot = await full('full-not-lifted');
    const course = await courseFor(robot, workers);
    for (const step of containmentOf(course)) await course.take(step);
    await roles.iam.send(
      new PutUserPolicyCommand({
        UserName: robot.user,
        PolicyName: 'custody-no-sessions',
        PolicyDocument: policy({ ...allow('s3:*'), Effect: 'Deny' }),
      }),
    );
    await expect(course.take(course.step('aws/inline-quarantine', 'undo'))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('sessions made from the stolen key would work again'),
    });
    const off = course.step('aws/inline-no-sessions', 'undo');
    await expect(course.take(off)).rejects.toThrow(/is not as custody wrote it/);
  });

  it('hides no right behind a name of custody’s', async () => {
    const robot = await workload(estate().endpoint, 'full-hidden');
    const privileged = async () =>
      (await courseFor(robot, workers)).discovery.facts.find(({ fact }) => fact === 'privileged')?.value;
    expect(await privileged()).toBe(false);
    await roles.iam.send(
      new PutUserPolicyCommand({
        UserName: robot.user,
        PolicyName: 'custody-quarantine',
        PolicyDocument: policy(allow('iam:*')),
      }),
    );
    expect(await privileged()).toBe(true);
  });
});

describe('a role without an attachment free', () => {
  it('is quarantined by an inline deny, lifted, and byte for byte as before', async () => {
    const service = await roles.user('full-role-service');
    const role = await roles.role('full-role', service.arn);
    for (const PolicyArn of fillers)
      await roles.iam.send(new AttachRolePolicyCommand({ RoleName: role.roleName, PolicyArn }));
    const before = await roles.snapshot(role.roleName);
    const session = await roles.become(service.key, role);
    expect(await roles.work(session, role)).toBe('works');
    const clock = movedClock();
    const course = await courseForRole(role.roleName, workersOf(estate(), clock));
    expect(kindsIn(course)).toEqual([
      'apply aws/role-inline-quarantine',
      'apply aws/role-session-cut-off',
      'undo aws/role-inline-quarantine',
      'undo aws/role-session-cut-off',
    ]);
    expect(course.discovery.proposals.restrict).toBeUndefined();
    for (const step of course.plan.steps) {
      if (step.phase === 'hardening') clock.move(13 * 3_600_000);
      expect(await course.take(step)).toMatchObject({ wasSo: false });
      expect(await course.see(step), step.does).toMatchObject({ holds: true });
      if (step.phase !== 'hardening') expect(await roles.work(session, role)).toMatch(/^AccessDenied/);
    }
    expect(await roles.snapshot(role.roleName)).toBe(before);
  });
});
