// A user's stolen key with which the thief became roles: their sessions outlive the key and the deny on the user, and the user's own plan
// ends them. Real calls, with enforcement; CloudTrail's answer is a stub's, and when a role was used last the emulator does not keep.
import { PutUserPolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strategy } from '../../../../domain/plan/plan.schema.ts';
import { ACCOUNT, type Workload, workload } from '../../../../local/demo/estate.ts';
import { connect } from '../../../../providers/aws/clients.ts';
import { sorted } from '../../../../providers/aws/errors.ts';
import { estateForThisFile } from '../../../attacker/estate.ts';
import { allow, policy, rolesOf } from '../../../attacker/roles.ts';
import { type Course, courseFor, type Workers, workersOf } from '../course.ts';
import { CloudTrailStub } from '../trail/cloudtrail-stub.ts';
import { carriedOut, undoing } from '../undoing.ts';
import { movedClock, type MovedClock } from './moved-clock.ts';

const KIND = 'aws/role-session-cut-off';
const HOUR = 3_600_000;

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
let stub: CloudTrailStub;
beforeAll(async () => {
  roles = rolesOf(estate());
  stub = await CloudTrailStub.start();
});
afterAll(() => stub.stop());

interface Robot {
  robot: Workload;
  clock: MovedClock;
  workers: Workers;
  /** From when on alerts speak of the thief. */
  since: string;
  look(strategy?: Strategy): Promise<Course>;
  /** As CloudTrail tells that it became a role. */
  became(roleArn: string): void;
  /** Of IAM's answers about roles. */
  used: Map<string, Date>;
}

async function robotOf(name: string): Promise<Robot> {
  const robot = await workload(estate().endpoint, name);
  await roles.iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: 'become',
      PolicyDocument: policy(allow('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/${name}-*`)),
    }),
  );
  const clock = movedClock();
  const workers = workersOf(estate(), clock, (options) => ({
    ...connect(options),
    trail: connect({ ...options, endpoint: stub.endpoint }).trail,
  }));
  const since = new Date(clock.now() - HOUR).toISOString();
  const used = new Map<string, Date>();
  workers.checker.interference = {
    change: (call, input, answer) => {
      const at = call === 'iam:GetRole' ? used.get((input as { RoleName: string }).RoleName) : undefined;
      if (at !== undefined) Object.assign(answer['Role'] as object, { RoleLastUsed: { LastUsedDate: at } });
    },
  };
  return {
    robot,
    clock,
    workers,
    since,
    used,
    look: (strategy = 'cut') => courseFor(robot, workers, { strategy, since }),
    became: (roleArn) =>
      stub.record(
        'us-east-1',
        { Username: name },
        {
          eventID: `${name} ${roleArn}`,
          eventTime: since,
          eventSource: 'sts.amazonaws.com',
          eventName: 'AssumeRole',
          userIdentity: { type: 'IAMUser', accountId: ACCOUNT, userName: name },
          requestParameters: { roleArn, roleSessionName: 'session' },
        },
      ),
  };
}

const ended = ({ plan }: Course): string[] =>
  plan.steps
    .filter(({ kind, verb }) => kind === KIND && verb === 'apply')
    .map(({ target }) => target['roleName'] ?? '');

/** A thief that became one role with the stolen key, and a second one from there. */
async function stolen(name: string, strategy: Strategy = 'cut') {
  const of = await robotOf(name);
  const second = await roles.role(`${name.slice(0, 1)}-${name}`, roles.anyone);
  const first = await roles.role(`${name}-deploy`, roles.anyone, allow('sts:AssumeRole', second.arn));
  const thief = await roles.become(of.robot.stolenKey, first);
  const chained = await roles.become(thief, second);
  of.became(first.arn);
  const course = await of.look(strategy);
  const containment = course.plan.steps.filter(({ phase }) => phase === 'containment');
  const snapshots = () => Promise.all([first, second].map(({ roleName }) => roles.snapshot(roleName)));
  return { ...of, first, second, thief, chained, course, containment, snapshots };
}

describe('roles that a thief became with the key of a user', () => {
  it('keep their sessions through the cut of the user, and lose them by the steps after it', async () => {
    const { first, second, thief, chained, robot, course, containment } = await stolen('became-cut');
    expect(containment.map(({ kind, target }) => `${kind} ${target['roleName'] ?? ''}`)).toEqual([
      'aws/quarantine ',
      'aws/no-sessions ',
      'aws/access-key ',
      `${KIND} ${first.roleName}`,
      `${KIND} ${second.roleName}`,
    ]);
    expect(course.discovery.concerns.join('\n')).not.toContain(`iam-role/${first.roleName}`);
    const ofUser = containment.filter(({ kind }) => kind !== KIND);
    const ofRoles = containment.filter(({ kind }) => kind === KIND);
    for (const step of ofUser) {
      await course.take(step);
      expect(await course.see(step), step.does).toMatchObject({ holds: true });
    }
    expect(await roles.work(thief, first)).toBe('works');
    expect(await roles.work(chained, second)).toBe('works');
    for (const step of ofRoles) {
      expect(await course.see(step), step.does).toMatchObject({ holds: false });
      await course.take(step);
      expect(await course.see(step), step.does).toMatchObject({ holds: true });
    }
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
    expect(await roles.work(chained, second)).toMatch(/^AccessDenied/);
    await expect(roles.become(thief, second)).rejects.toThrow(/not authorized/);
    await expect(roles.become(robot.stolenKey, first)).rejects.toThrow();
  });

  it('let others in by new sessions', async () => {
    const { first, course, containment } = await stolen('became-others');
    for (const step of containment) await course.take(step);
    const from = Math.max(
      ...Object.values(course.evidence).map((said) => Date.parse(said['sessionsFrom'] ?? '0')),
    );
    const another = await roles.user('became-others-neighbour');
    expect(await roles.work(await roles.becomeFrom(another.key, first, from), first)).toBe('works');
  });

  it.each(['cut', 'replace-then-cut', 'restrict'] as const)(
    'are byte for byte as before when all of %s is over',
    async (strategy) => {
      const { clock, course, snapshots } = await stolen(`became-${strategy.slice(0, 3)}-all`, strategy);
      const before = await snapshots();
      const kinds = course.plan.steps.map(({ kind }) => kind);
      expect(kinds.indexOf(KIND)).toBeGreaterThan(kinds.indexOf('aws/access-key'));
      for (const step of course.plan.steps.filter(({ kind }) => kind === KIND)) {
        if (step.phase === 'hardening') {
          await expect(course.take(step)).rejects.toThrow(/stays until/);
          clock.move(13 * HOUR);
        }
        expect(await course.take(step)).toMatchObject({ wasSo: false });
        expect(await course.see(step)).toMatchObject({ holds: true });
        clock.move(step.phase === 'hardening' ? -13 * HOUR : 0);
      }
      expect(await snapshots()).toEqual(before);
    },
  );

  it('are byte for byte as before, with old sessions at work, when the user was cleared', async () => {
    const { first, second, thief, chained, course, containment, snapshots } = await stolen('became-cleared');
    const before = await snapshots();
    const cutOffs = containment.filter(({ kind }) => kind === KIND);
    for (const step of cutOffs) await course.take(step);
    expect(await snapshots()).not.toEqual(before);
    await carriedOut(course, undoing(course, 'falsePositive', { put: cutOffs.map(({ id }) => id) }));
    expect(await snapshots()).toEqual(before);
    expect(await roles.work(thief, first)).toBe('works');
    expect(await roles.work(chained, second)).toBe('works');
  });

  it('keep the cut-off where the user was not cleared', async () => {
    const { first, thief, course, containment } = await stolen('became-doubted');
    for (const step of containment) await course.take(step);
    const done = containment.filter(({ reversibility }) => reversibility !== 'reversible');
    const put = containment.filter(({ reversibility }) => reversibility === 'reversible');
    const ids = (steps: typeof put) => steps.map(({ id }) => id);
    const undo = undoing(course, null, { put: ids(put), done: ids(done) });
    expect(undo.steps.map(({ verb, kind }) => `${verb} ${kind}`)).toEqual(['undo aws/quarantine']);
    await carriedOut(course, undo);
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  });
});

describe('which roles', () => {
  it('are those that CloudTrail names, those that were used since, and what these can become', async () => {
    const of = await robotOf('which');
    await roles.role('which-idle', roles.anyone);
    const next = await roles.role('w-next', roles.anyone);
    await roles.role('which-used', roles.anyone, allow('sts:AssumeRole', next.arn));
    await roles.role('which-before', roles.anyone);
    await roles.role('w-not-reachable', roles.anyone);
    of.used.set('which-used', new Date(of.since));
    of.used.set('which-before', new Date(Date.parse(of.since) - 1));
    of.used.set('w-not-reachable', new Date(of.since));
    const looked = await of.look();
    expect(ended(looked)).toEqual(['which-used', 'w-next']);
    expect(looked.discovery.concerns.join('\n')).toMatch(
      /can become which-before, which-idle too.* open an incident about each/,
    );

    // It was let in then, and is not any more.
    const gone = await roles.role('w-gone', roles.anyone);
    of.became(gone.arn);
    const PolicyDocument = policy({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    await roles.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'w-gone', PolicyDocument }));
    expect(ended(await of.look())).toEqual(['w-gone', 'which-used', 'w-next']);
  });

  it('also those of which the last use could not be read', async () => {
    const of = await robotOf('unread');
    await roles.role('unread-one', roles.anyone);
    expect(ended(await of.look())).toEqual([]);
    const { interference } = of.workers.checker;
    of.workers.checker.interference = {
      ...interference,
      before: (call) => {
        if (call === 'iam:GetRole') {
          throw sorted(
            Object.assign(new Error(), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }),
            call,
          );
        }
      },
    };
    expect(ended(await of.look())).toEqual(['unread-one']);
  });

  it('are those that cannot be changed never', async () => {
    const of = await robotOf('reserved');
    of.became(`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_admins_1`);
    of.became('arn:aws:iam::999999999999:role/far');
    const looked = await of.look();
    expect(ended(looked)).toEqual([]);
    expect(looked.discovery.concerns.join('\n')).toContain('aws/999999999999/iam-role/far');
  });
});
