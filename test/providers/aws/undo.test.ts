// An undo by the provider, on the emulator: afterwards the user is byte for byte as it was before custody came, a thief's sessions stay
// dead where the user was not cleared, and what somebody else has put on stays.
import {
  AttachUserPolicyCommand,
  IAMClient,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, automaticExecutor, REGION, workload, type Workload } from '../../../local/demo/estate.ts';
import { arnOf, QUARANTINE } from '../../../providers/aws/policies.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { thief } from '../../attacker/thief.ts';
import { Course, courseFor, type Workers, workersOf } from './course.ts';
import { snapshotOf } from './snapshot.ts';
import { carriedOut, undoing } from './undoing.ts';

const estate = estateForThisFile();
let workers: Workers;
/** The executor may put on the automatic quarantine too. */
let automatic: Workers;
beforeAll(async () => {
  workers = workersOf(estate());
  const identity = await automaticExecutor(estate().endpoint, 'custody-automatic');
  automatic = workersOf({ ...estate(), executors: { ...estate().executors, identity } });
});
const iam = () => new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });

const snapshot = (user: string, keys: 'with keys' | 'without' = 'with keys') => snapshotOf(iam(), user, keys);

describe('an undo of a cleared user', () => {
  it.each<[kind: string, strategy: 'cut' | 'restrict']>([
    ['aws/quarantine', 'cut'],
    ['aws/no-sessions', 'cut'],
    ['aws/restriction', 'restrict'],
    ['aws/quarantine-auto', 'cut'],
  ])('leaves nothing of %s: byte for byte as it was before', async (kind, strategy) => {
    const robot = await workload(estate().endpoint, `undo-${kind.slice(4)}`);
    await iam().send(new TagUserCommand({ UserName: robot.user, Tags: [{ Key: 'team', Value: 'payroll' }] }));
    const before = await snapshot(robot.user);
    const found = await courseFor(robot, workers, { strategy });
    const proposals =
      kind === 'aws/quarantine-auto' ? { cut: found.discovery.automatic ?? [] } : found.discovery.proposals;
    const course = new Course({ ...found.discovery, proposals }, automatic, strategy);
    const step = course.step(kind);
    await course.take(step);
    expect(await snapshot(robot.user)).not.toBe(before);
    await carriedOut(course, undoing(course, 'falsePositive', { put: [step.id] }));
    expect(await snapshot(robot.user)).toBe(before);
  });

  it('lets its key and its sessions work again; the key was never touched', async () => {
    const { user, stolenKey, workId } = await cleared('undo-cleared');
    const stranger = await thief(estate().endpoint, stolenKey, workId);
    const before = await snapshot(user);
    const course = await courseFor({ ...estate(), user, stolenKey, workId }, workers, {});
    const worn = [course.step('aws/quarantine'), course.step('aws/no-sessions')];
    for (const step of worn) await course.take(step);
    expect(await stranger.byKey()).not.toBe('works');
    expect(await stranger.bySession()).not.toBe('works');
    await carriedOut(course, undoing(course, 'falsePositive', { put: worn.map(({ id }) => id) }));
    expect(await stranger.byKey()).toBe('works');
    expect(await stranger.bySession()).toBe('works');
    expect(await snapshot(user)).toBe(before);
  });

  it('does not activate a key that was cut, and says so', async () => {
    const { user, stolenKey, workId } = await cleared('undo-key-stays');
    const stranger = await thief(estate().endpoint, stolenKey, workId);
    const before = await snapshot(user, 'without');
    const course = await courseFor({ ...estate(), user, stolenKey, workId }, workers, {});
    const cuts = course.plan.steps.filter(({ phase }) => phase === 'containment');
    for (const step of cuts) await course.take(step);
    const [quarantine, noSessions, key] = cuts.map(({ id }) => id) as [string, string, string];
    const undo = undoing(course, 'falsePositive', { put: [quarantine, noSessions], done: [key] });
    await carriedOut(course, undo);
    expect(await snapshot(user, 'without')).toBe(before);
    expect(await stranger.byKey()).not.toBe('works');
    expect(undo.undoes?.stays.map(({ says }) => says).join(' ')).toContain(
      'a stolen key is never activated again',
    );
  });

  it("leaves somebody else's quarantine on", async () => {
    const robot = await workload(estate().endpoint, 'undo-others');
    await iam().send(
      new AttachUserPolicyCommand({
        UserName: robot.user,
        PolicyArn: arnOf({ account: ACCOUNT, partition: 'aws' }, QUARANTINE),
      }),
    );
    const before = await snapshot(robot.user);
    const course = await courseFor(robot, workers);
    const [quarantine, noSessions] = [course.step('aws/quarantine'), course.step('aws/no-sessions')];
    expect(await course.take(quarantine)).toMatchObject({ wasSo: true });
    expect(await course.take(noSessions)).toMatchObject({ wasSo: false });
    const undo = undoing(course, 'falsePositive', { put: [noSessions.id], foundSo: [quarantine.id] });
    expect(undo.steps.map(({ kind }) => kind)).toEqual(['aws/no-sessions']);
    await carriedOut(course, undo);
    expect(await snapshot(robot.user)).toBe(before);
  });
});

describe('an undo of a user that was not cleared', () => {
  it('brings back no session of the thief, however old the plan', async () => {
    const { user, stolenKey, workId } = await cleared('undo-not-cleared');
    const stranger = await thief(estate().endpoint, stolenKey, workId);
    expect(await stranger.bySession()).toBe('works');
    const course = await courseFor({ ...estate(), user, stolenKey, workId }, workers, {});
    const cuts = course.plan.steps.filter(({ phase }) => phase === 'containment');
    for (const step of cuts) await course.take(step);
    const [quarantine, noSessions, key] = cuts.map(({ id }) => id) as [string, string, string];
    const undo = undoing(course, null, { put: [quarantine, noSessions], done: [key] });
    expect(undo.steps.map(({ kind, verb }) => `${verb} ${kind}`)).toEqual(['undo aws/quarantine']);
    await carriedOut(course, undo);
    expect(await stranger.byKey()).not.toBe('works');
    expect(await stranger.bySession()).toMatch(/^AccessDenied/);
  });

  it('is refused while the stolen key is active, and while nothing keeps its sessions dead', async () => {
    const { user, stolenKey, workId } = await cleared('undo-alive');
    const course = await courseFor({ ...estate(), user, stolenKey, workId }, workers, {});
    const cuts = course.plan.steps.filter(({ phase }) => phase === 'containment');
    for (const step of cuts) await course.take(step);
    const [quarantine, noSessions, key] = cuts.map(({ id }) => id) as [string, string, string];
    const undo = undoing(course, null, { put: [quarantine, noSessions], done: [key] });
    const attempt = new Course(course.discovery, workers);
    Object.assign(attempt, { plan: undo });
    const [lift] = undo.steps;
    if (lift === undefined) throw new Error('nothing is lifted');
    const status = (Status: 'Active' | 'Inactive') =>
      iam().send(new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: stolenKey.accessKeyId, Status }));
    await status('Active');
    await expect(attempt.take(lift)).rejects.toThrow(stolenKey.accessKeyId);
    await status('Inactive');
    const off = course.step('aws/no-sessions', 'undo');
    await course.take(off);
    await expect(attempt.take(lift)).rejects.toThrow('sessions made from the stolen key would work again');
    await course.take(course.step('aws/no-sessions'));
    await expect(attempt.take(lift)).resolves.toMatchObject({ wasSo: false });
  });
});

const cleared = (name: string): Promise<Workload> => workload(estate().endpoint, name);
