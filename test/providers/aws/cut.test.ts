// One incident from cut to the last restriction, with a thief and an innocent service, by workers of least privilege.
import { DetachUserPolicyCommand, IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, workload } from '../../../local/demo/estate.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { currentKey, serve } from '../../attacker/service.ts';
import { attempt, sessionOf, thief } from '../../attacker/thief.ts';
import { courseFor, workersOf } from './course.ts';

const estate = estateForThisFile();
const rootIam = () =>
  new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });

describe('an incident about an access key', () => {
  it('ends with the stolen key and its sessions dead, and the service on a new key', async () => {
    const { endpoint, stolenKey, workId, user } = estate();
    const workers = workersOf(estate());
    const stranger = await thief(endpoint, stolenKey, workId);
    expect(await stranger.byKey()).toBe('works');
    expect(await stranger.bySession()).toBe('works');

    const course = await courseFor(estate(), workers);
    expect(course.discovery.concerns).toEqual([]);
    const order = course.plan.steps.map((step) => `${step.phase}: ${step.verb} ${step.kind}`);
    expect(order).toEqual([
      'containment: apply aws/quarantine',
      'containment: apply aws/no-sessions',
      'containment: apply aws/access-key',
      'recovery: undo aws/quarantine',
      'recovery: apply aws/access-key-replacement',
      'hardening: apply aws/access-key-deletion',
      'hardening: undo aws/no-sessions',
    ]);
    const containment = course.plan.steps.filter((step) => step.phase === 'containment');
    for (const step of containment) expect((await course.see(step)).holds).toBe(false);

    for (const step of containment) {
      expect((await course.take(step)).wasSo).toBe(false);
      expect(await course.see(step)).toMatchObject({ holds: true });
    }
    expect(await stranger.byKey()).toMatch(/^(InvalidClientTokenId|UnrecognizedClientException)$/);
    expect(await stranger.bySession()).toMatch(/^AccessDenied/);

    const lift = course.step('aws/quarantine', 'undo');
    expect((await course.see(lift)).holds).toBe(false);
    await course.take(lift);
    expect(await course.see(lift)).toMatchObject({ holds: true });
    expect(await stranger.bySession()).toMatch(/^AccessDenied/);

    const replacement = course.step('aws/access-key-replacement');
    expect(await course.see(replacement)).toMatchObject({ holds: false, saw: 'No new key was made yet.' });
    const { evidence } = await course.take(replacement);
    expect(Object.keys(evidence).sort()).toEqual([
      'newAccessKeyId',
      'oldKeyInactiveAt',
      'provedAt',
      'secretArn',
      'secretVersionId',
    ]);
    const key = await currentKey(endpoint, estate());
    expect(key).toMatchObject({ accessKeyId: evidence['newAccessKeyId'], region: REGION });
    expect(JSON.stringify(course)).not.toContain(key.secretAccessKey);
    expect(await course.see(replacement)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('not used yet'),
    });

    expect(await serve(endpoint, estate())).toBe('works');
    expect(await course.see(replacement)).toMatchObject({ holds: true });
    expect(await stranger.byKey()).not.toBe('works');
    expect(await stranger.bySession()).not.toBe('works');

    const deletion = course.step('aws/access-key-deletion');
    expect((await course.see(deletion)).holds).toBe(false);
    await course.take(deletion);
    expect(await course.see(deletion)).toMatchObject({ holds: true });

    const last = course.step('aws/no-sessions', 'undo');
    expect((await course.see(last)).holds).toBe(false);
    await course.take(last);
    expect(await course.see(last)).toMatchObject({ holds: true });
    expect(
      await attempt(endpoint, await sessionOf(endpoint, await currentKey(endpoint, estate())), workId),
    ).toBe('works');
    expect(await serve(endpoint, estate())).toBe('works');
    expect(user).toBe('deploy-robot');
  });

  it('does nothing twice: every step says that it was so, with the same evidence', async () => {
    const robot = await workload(estate().endpoint, 'deploy-robot-repeated');
    const course = await courseFor(robot, workersOf(estate()));
    for (const step of course.plan.steps) {
      const first = await course.take(step);
      course.workers.identity.forget();
      course.workers.owner.forget();
      expect(await course.take(step), step.does).toEqual({ wasSo: true, evidence: first.evidence });
      const calls = [...course.workers.identity.calls, ...course.workers.owner.calls];
      expect(calls.filter((call) => !/:(Get|List|Describe|Simulate)/.test(call))).toEqual([]);
    }
  });

  it('sees what somebody undid, and cuts it again', async () => {
    const robot = await workload(estate().endpoint, 'deploy-robot-undone');
    const stranger = await thief(estate().endpoint, robot.stolenKey, robot.workId);
    const course = await courseFor(robot, workersOf(estate()));
    const contained = course.plan.steps.filter((step) => step.phase === 'containment');
    for (const step of contained) await course.take(step);

    const iam = rootIam();
    const key = { UserName: robot.user, AccessKeyId: robot.stolenKey.accessKeyId };
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }));
    for (const name of ['custody-quarantine', 'custody-no-sessions']) {
      const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${name}`;
      await iam.send(new DetachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
    }
    expect(await stranger.byKey()).toBe('works');
    expect(await stranger.bySession()).toBe('works');
    for (const step of contained) expect((await course.see(step)).holds, step.does).toBe(false);

    for (const step of contained) expect((await course.take(step)).wasSo).toBe(false);
    for (const step of contained) expect(await course.see(step)).toMatchObject({ holds: true });
    expect(await stranger.byKey()).not.toBe('works');
    expect(await stranger.bySession()).not.toBe('works');
  });

  it('never activates a stolen key again, nor takes back a replacement or a deletion', async () => {
    const robot = await workload(estate().endpoint, 'deploy-robot-kept');
    const course = await courseFor(robot, workersOf(estate()));
    await course.take(course.step('aws/access-key'));
    for (const kind of ['aws/access-key', 'aws/access-key-replacement', 'aws/access-key-deletion']) {
      const step = { ...course.step(kind), verb: 'undo' as const };
      await expect(course.take(step)).rejects.toMatchObject({ sort: 'impossible' });
    }
    expect(await course.see(course.step('aws/access-key'))).toMatchObject({ holds: true });
  });
});
