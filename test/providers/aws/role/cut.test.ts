// A role whose session was stolen, from the first deny to the last restriction, with a thief who became a second role and an innocent
// service, by workers of least privilege.
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT } from '../../../../local/demo/estate.ts';
import { instant, plus } from '../../../../domain/instant/instant.ts';
import { CUT_OFF, policyOf, REVOKED_BY_HAND, SPREAD_MS } from '../../../../providers/aws/role/cut-off.ts';
import { buildPlan } from '../../../../domain/plan/build.ts';
import type { Strategy } from '../../../../domain/plan/plan.schema.ts';
import { estateForThisFile } from '../../../attacker/estate.ts';
import { allow, policy, rolesOf } from '../../../attacker/roles.ts';
import { Course, courseForRole, workersOf } from '../course.ts';
import { rules } from '../../../domain/incident/world.ts';
import { carriedOut, undoing } from '../undoing.ts';
import { Crash } from '../watched.ts';
import { movedClock } from './moved-clock.ts';

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
beforeAll(() => {
  roles = rolesOf(estate());
});

const KIND = 'aws/role-session-cut-off';
const QUARANTINE = `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine`;

/** A service that works as a role, which can become a second one; and a thief who holds a session of both. */
async function stolen(name: string, strategy: Strategy = 'cut') {
  const service = await roles.user(`${name}-service`);
  const second = await roles.role(`${name}-reports`, roles.anyone);
  const first = await roles.role(name, service.arn, allow('sts:AssumeRole', second.arn));
  const thief = await roles.become(service.key, first);
  const chained = await roles.become(thief, second);
  const clock = movedClock();
  const course = await courseForRole(name, workersOf(estate(), clock), {
    credentials: [thief.accessKeyId],
    strategy,
  });
  const containment = course.plan.steps.filter((step) => step.phase === 'containment');
  const from = () =>
    Math.max(...Object.values(course.evidence).map((said) => Date.parse(said['sessionsFrom'] ?? '0')));
  return { service, first, second, thief, chained, clock, course, containment, from };
}

describe('an incident about a role', () => {
  it('ends with the thief out of both roles, and the service in by new sessions', async () => {
    const { service, first, second, thief, chained, clock, course, containment, from } = await stolen('web');
    const before = [await roles.snapshot('web'), await roles.snapshot('web-reports')];
    expect(await roles.work(thief, first)).toBe('works');
    expect(await roles.work(chained, second)).toBe('works');
    expect(
      course.plan.steps.map(
        ({ phase, verb, kind, target }) => `${phase}: ${verb} ${kind} ${target['roleName']}`,
      ),
    ).toEqual([
      'containment: apply aws/role-quarantine web',
      `containment: apply ${KIND} web`,
      `containment: apply ${KIND} web-reports`,
      'recovery: undo aws/role-quarantine web',
      `hardening: undo ${KIND} web`,
      `hardening: undo ${KIND} web-reports`,
    ]);
    for (const step of containment) expect((await course.see(step)).holds, step.does).toBe(false);

    for (const step of containment) {
      expect((await course.take(step)).wasSo).toBe(false);
      expect(await course.see(step)).toMatchObject({ holds: true });
    }
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
    expect(await roles.work(chained, second)).toMatch(/^AccessDenied/);
    await expect(roles.become(thief, second)).rejects.toThrow(/not authorized/);
    expect(await roles.work(await roles.becomeFrom(service.key, first, from()), first)).toMatch(
      /^AccessDenied/,
    );

    const lift = course.step('aws/role-quarantine', 'undo');
    expect((await course.see(lift)).holds).toBe(false);
    await course.take(lift);
    const ownMoment = course.evidence[course.step(KIND).id]?.['sessionsFrom'] ?? '';
    expect(clock.now()).toBeGreaterThanOrEqual(Date.parse(ownMoment));
    expect(await course.see(lift)).toMatchObject({ holds: true });
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
    expect(await roles.work(chained, second)).toMatch(/^AccessDenied/);
    await expect(roles.become(thief, second)).rejects.toThrow(/not authorized/);
    const fresh = await roles.becomeFrom(service.key, first, from());
    expect(await roles.work(fresh, first)).toBe('works');
    expect(await roles.work(await roles.becomeFrom(fresh, second, from()), second)).toBe('works');

    const last = course.plan.steps.filter((step) => step.phase === 'hardening');
    for (const step of last) {
      expect((await course.see(step)).holds).toBe(false);
      await expect(course.take(step)).rejects.toThrow(/stays until .*: sessions from before it may live/);
    }
    clock.move(13 * 3_600_000);
    for (const step of last) {
      expect((await course.take(step)).wasSo).toBe(false);
      expect(await course.see(step)).toMatchObject({ holds: true });
    }
    expect([await roles.snapshot('web'), await roles.snapshot('web-reports')]).toEqual(before);
    expect(await roles.work(fresh, first)).toBe('works');
  });

  it('does not wait for the moment of the cut-off any more once the lift is taken back', async () => {
    const { course, containment, clock } = await stolen('taken-back');
    for (const step of containment) await course.take(step);
    const before = await roles.snapshot('taken-back');
    let takeBack = (): void => {};
    course.withdrawn = new Promise<never>((_, reject) => {
      takeBack = () => reject(new Error('taken back'));
    });
    // It waits until it hears of it, and for nothing else.
    clock.pause = () => {
      takeBack();
      return new Promise<never>(() => {});
    };
    await expect(course.take(course.step('aws/role-quarantine', 'undo'))).rejects.toThrow('taken back');
    expect(await roles.snapshot('taken-back')).toBe(before);
  });

  it('does nothing twice: every step says that it was so, with the same evidence', async () => {
    const { course, clock } = await stolen('repeated');
    for (const step of course.plan.steps) {
      if (step.phase === 'hardening') clock.move(13 * 3_600_000);
      const first = await course.take(step);
      for (const worker of Object.values(course.workers)) worker.forget();
      expect(await course.take(step), step.does).toEqual({ wasSo: true, evidence: first.evidence });
      const calls = Object.values(course.workers).flatMap((worker) => worker.calls);
      expect(calls.filter((call) => !/:(Get|List|Simulate)/.test(call))).toEqual([]);
    }
  });

  it.each(['cut', 'restrict'] as const)('%s restores both roles byte by byte', async (strategy) => {
    const name = `restored-${strategy}`;
    const { course, clock } = await stolen(name, strategy);
    const before = [await roles.snapshot(name), await roles.snapshot(`${name}-reports`)];
    for (const step of course.plan.steps) {
      if (step.phase === 'hardening') clock.move(13 * 3_600_000);
      await course.take(step);
      expect(await course.see(step), step.does).toMatchObject({ holds: true });
    }
    expect([await roles.snapshot(name), await roles.snapshot(`${name}-reports`)]).toEqual(before);
  });
});

describe('a worker that dies', () => {
  it.each(['cut', 'restrict'] as const)(
    'at any call of %s is followed by one that finishes it',
    async (strategy) => {
      const probe = await stolen(`dying-${strategy}`, strategy);
      const calls: number[] = [];
      for (const step of probe.containment) {
        const worker = step.kind === KIND ? probe.course.workers.sessions : probe.course.workers.identity;
        worker.forget();
        await probe.course.take(step);
        calls.push(worker.calls.length);
      }
      let died = 0;
      for (const when of ['before', 'after'] as const) {
        const { course, containment, first, thief } = await stolen(`dying-${strategy}-${when}`, strategy);
        for (const [index, step] of containment.entries()) {
          const worker = step.kind === KIND ? course.workers.sessions : course.workers.identity;
          for (let call = 1; call <= (calls[index] ?? 0); call += 1) {
            worker.forget();
            worker.interference = {
              [when]: (_: string, nth: number) => {
                if (nth === call) throw new Crash(`${when} call ${call}`);
              },
            };
            // What an earlier death left behind may need fewer calls.
            const ended = await course.take(step).catch((error: unknown) => error);
            if (ended instanceof Crash) died += 1;
          }
          worker.interference = {};
          await course.take(step);
        }
        for (const step of containment)
          expect(await course.see(step), step.does).toMatchObject({ holds: true });
        expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
      }
      expect(died).toBeGreaterThan(20);
      console.log(`${strategy} of a role: died at ${died} calls, finished each time`);
    },
  );
});

describe('a thief with rights in IAM', () => {
  const undoings: [name: string, undo: (role: string) => Promise<unknown>][] = [
    [
      'detaches the quarantine',
      (RoleName) => roles.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: QUARANTINE })),
    ],
    [
      'deletes the cut-off',
      (RoleName) => roles.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: CUT_OFF })),
    ],
    [
      'moves the cut-off back',
      (RoleName) =>
        roles.iam.send(
          new PutRolePolicyCommand({
            RoleName,
            PolicyName: CUT_OFF,
            PolicyDocument: policy({
              Sid: 'CustodySessionCutOff',
              Effect: 'Deny',
              Action: '*',
              Resource: '*',
              Condition: { DateLessThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00.000Z' } },
            }),
          }),
        ),
    ],
    [
      'makes the cut-off allow everything',
      (RoleName) =>
        roles.iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName: CUT_OFF, PolicyDocument: policy(allow('*')) }),
        ),
    ],
  ];

  it.each(undoings)('%s: seen, and applied again', async (name, undo) => {
    const role = `undone-${name.replaceAll(' ', '-')}`;
    const { course, containment, first, thief } = await stolen(role);
    for (const step of containment) await course.take(step);
    await undo(role);
    const undone = [];
    for (const step of containment) if (!(await course.see(step)).holds) undone.push(step);
    expect(undone).toHaveLength(1);

    for (const step of undone) expect((await course.take(step)).wasSo).toBe(false);
    for (const step of containment) expect(await course.see(step), step.does).toMatchObject({ holds: true });
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  });

  it('gets nothing back by a cut-off that is gone when the quarantine is to be lifted', async () => {
    const { course, containment, first, thief } = await stolen('not-lifted');
    for (const step of containment) await course.take(step);
    await roles.iam.send(new DeleteRolePolicyCommand({ RoleName: 'not-lifted', PolicyName: CUT_OFF }));
    const lift = course.step('aws/role-quarantine', 'undo');
    await expect(course.take(lift)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('sessions would work again'),
    });
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
    await roles.iam.send(new DetachRolePolicyCommand({ RoleName: 'not-lifted', PolicyArn: QUARANTINE }));
    expect(await course.see(lift)).toMatchObject({ holds: false });
  });

  it('gets nothing back by a cut-off that was moved back to after the plan was made: what was written is known', async () => {
    const { course, containment, first, thief, clock } = await stolen('moved-back');
    clock.move(2_000);
    for (const step of containment) await course.take(step);
    const PolicyDocument = policyOf(plus(course.plan.madeAt, 1_000));
    const moved = { RoleName: 'moved-back', PolicyName: CUT_OFF, PolicyDocument };
    await roles.iam.send(new PutRolePolicyCommand(moved));
    const cutOff = course.step(KIND);
    const lift = course.step('aws/role-quarantine', 'undo');
    expect(await course.see(cutOff)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('moved back'),
    });
    await expect(course.take(lift)).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('moved back'),
    });

    // Nor by people who undo it without having cleared the role: what was written then is known to the executor.
    const undo = undoing(course, null, { put: containment.map(({ id }) => id) });
    const taken = new Course(course.discovery, course.workers);
    Object.assign(taken, { plan: undo, evidence: course.evidence });
    const [off] = undo.steps;
    if (off === undefined) throw new Error('the quarantine is taken off');
    await expect(taken.take(off)).rejects.toThrow(/custody-quarantine stays: .* moved back/);
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  });

  it('gets nothing back by a cut-off of an earlier incident: the lift does not rest on it', async () => {
    const { course, first, thief } = await stolen('lifted-on-old');
    await course.take(course.step('aws/role-quarantine'));
    const PolicyDocument = policyOf(plus(course.plan.madeAt, -3_600_000));
    await roles.iam.send(
      new PutRolePolicyCommand({ RoleName: 'lifted-on-old', PolicyName: CUT_OFF, PolicyDocument }),
    );
    const lift = course.step('aws/role-quarantine', 'undo');
    await expect(course.take(lift)).rejects.toThrow(/custody-quarantine stays: .* from before this plan/);
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
    await roles.iam.send(new DetachRolePolicyCommand({ RoleName: 'lifted-on-old', PolicyArn: QUARANTINE }));
    expect(await course.see(lift)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('from before this plan'),
    });
  });

  it('or anybody else has what they attached meanwhile left alone by the undo', async () => {
    const { course, containment, clock } = await stolen('left-alone');
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/custody-no-sessions`;
    await roles.iam.send(new AttachRolePolicyCommand({ RoleName: 'left-alone', PolicyArn }));
    const before = await roles.snapshot('left-alone');
    for (const step of containment) await course.take(step);
    expect(await roles.snapshot('left-alone')).not.toBe(before);
    clock.move(13 * 3_600_000);
    for (const step of course.plan.steps.filter(({ verb }) => verb === 'undo')) await course.take(step);
    expect(await roles.snapshot('left-alone')).toBe(before);
  });
});

describe('cut-offs of roles that can become each other', () => {
  it('are moved on where they were written too far apart', async () => {
    const { course, clock } = await stolen('apart');
    const [first, second] = course.plan.steps.filter(({ kind, verb }) => kind === KIND && verb === 'apply');
    if (first === undefined || second === undefined) throw new Error('two cut-offs are planned');
    const written = await course.take(first);
    expect(await course.see(first)).toMatchObject({ holds: true });
    clock.move(SPREAD_MS + 5_000);
    await course.take(second);
    expect(await course.see(first)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('lies too early'),
    });
    const again = await course.take(first);
    expect(again.wasSo).toBe(false);
    expect(String(again.evidence['sessionsFrom']) > String(written.evidence['sessionsFrom'])).toBe(true);
    for (const step of [first, second]) expect(await course.see(step)).toMatchObject({ holds: true });
  });
});

describe('a cut-off that stands from before', () => {
  it('ends no session that was made since: it does not count, and is written anew', async () => {
    const { first, thief, clock, course, containment } = await stolen('cut-before');
    const earlier = policyOf(instant(Date.now() - 3_600_000));
    await roles.iam.send(
      new PutRolePolicyCommand({ RoleName: 'cut-before', PolicyName: CUT_OFF, PolicyDocument: earlier }),
    );
    expect(await roles.work(thief, first)).toBe('works');
    const cutOff = course.step(KIND);
    expect(await course.see(cutOff)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('from before this plan'),
    });
    expect(await course.take(cutOff)).toMatchObject({ wasSo: false });
    expect(await course.see(cutOff)).toMatchObject({ holds: true });
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
    clock.move(1_000);
    for (const step of containment) await course.take(step);
    expect(await course.take(cutOff)).toMatchObject({ wasSo: true });
  });

  it('of another incident a moment ago, does not count before the deny of this one is known everywhere', async () => {
    const { course, clock } = await stolen('cut-just-before');
    const cutOff = course.step(KIND);
    await course.take(cutOff);
    clock.move(SPREAD_MS + 1_000);
    course.orderedAt = instant(clock.now());
    // Until the deny on whoever becomes the role has spread, a session younger than that cut-off could be made.
    expect(await course.take(cutOff)).toMatchObject({ wasSo: false });
    expect(await course.take(cutOff)).toMatchObject({ wasSo: true });
  });
});

describe('a cut-off that people have made by hand', () => {
  const revoked = (from: string) =>
    policy({
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: { DateLessThan: { 'aws:TokenIssueTime': from } },
    });
  const byHand = (RoleName: string, PolicyDocument: string) =>
    roles.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: REVOKED_BY_HAND, PolicyDocument }));

  it('is what the lift rests on, where the runbook names no executor for the kind', async () => {
    const { course, service, first, thief, clock } = await stolen('by-hand');
    await course.take(course.step('aws/role-quarantine'));
    const lift = course.step('aws/role-quarantine', 'undo');
    await expect(course.take(lift)).rejects.toThrow(/neither custody-session-cut-off nor AWSRevokeOlder/);

    await byHand('by-hand', revoked(plus(course.plan.madeAt, -60_000)));
    await expect(course.take(lift)).rejects.toThrow(/from before this plan/);
    await byHand('by-hand', revoked(instant(Date.now())).replace('"Deny"', '"Allow"'));
    await expect(course.take(lift)).rejects.toThrow(/stays/);

    clock.move(2 * SPREAD_MS);
    const from = `${instant(Date.now() + 1_000).slice(0, 19)}Z`;
    await byHand('by-hand', revoked(from));
    await course.take(lift);
    expect(await course.see(lift)).toMatchObject({ holds: true });
    expect(await roles.work(await roles.becomeFrom(service.key, first, Date.parse(from)), first)).toBe(
      'works',
    );
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  });

  it('is a step of people in the plan, and no executor takes it off', async () => {
    const { course } = await stolen('by-people');
    const { plan, concerns } = buildPlan(course.discovery, rules(), {
      incident: course.plan.incident,
      firstRun: 'run-1',
      strategy: 'cut',
      drill: false,
      now: course.plan.madeAt,
    });
    expect(plan?.steps.map(({ kind, verb, target }) => `${verb} ${kind} ${target['roleName']}`)).toEqual([
      'apply aws/role-quarantine by-people',
      'apply manual/step by-people',
      'apply manual/step by-people-reports',
      'undo aws/role-quarantine by-people',
    ]);
    expect(concerns.join('\n')).toMatch(/done by hand: .*"Revoke active sessions"/);
  });
});

describe('restrict', () => {
  it('lets the service go on by new sessions, keeps it from spreading, and ends the old ones', async () => {
    const { service, first, second, thief, course, containment, from } = await stolen(
      'restricted',
      'restrict',
    );
    const [restriction] = containment;
    if (restriction === undefined) throw new Error('it is restricted first');
    await course.take(restriction);
    expect(await course.see(restriction)).toMatchObject({ holds: true });
    await expect(roles.become(thief, second)).rejects.toThrow(/not authorized/);
    for (const step of containment) await course.take(step);
    for (const step of containment) expect(await course.see(step)).toMatchObject({ holds: true });
    const fresh = await roles.becomeFrom(service.key, first, from());
    await expect(roles.become(fresh, second)).rejects.toThrow(/not authorized/);
    await course.take(course.step('aws/role-restriction', 'undo'));
    expect(await course.see(course.step('aws/role-restriction', 'undo'))).toMatchObject({ holds: true });
    expect(await roles.work(fresh, first)).toBe('works');
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  });
});

describe('a step is refused', () => {
  it('of the quarantine, about another role than the plan', async () => {
    const { course } = await stolen('astray');
    for (const verb of ['apply', 'undo'] as const) {
      const step = { ...course.step('aws/role-quarantine', verb), target: { roleName: 'web' } };
      await expect(course.take(step)).rejects.toThrow(/but the plan is about iam-role astray/);
      await expect(course.see(step)).rejects.toThrow(/but the plan is about/);
    }
  });

  it('about another account than the worker is for', async () => {
    const { course } = await stolen('elsewhere');
    course.plan.identity.account = '999999999999';
    for (const step of course.plan.steps) {
      await expect(course.take(step)).rejects.toThrow(/acts in 123456789012 alone/);
      await expect(course.see(step)).rejects.toThrow(/acts in 123456789012 alone/);
    }
    const workers = [course.workers.identity, course.workers.sessions];
    expect(workers.flatMap(({ calls }) => calls)).toEqual([]);
  });

  it('of the cut-off, where the inline policies leave no room, which is told beforehand', async () => {
    const service = await roles.user('full-service');
    await roles.role('full', service.arn);
    const Resource = Array.from(
      { length: 150 },
      (_, index) => `arn:aws:s3:::${'a-long-name-of-a-bucket'.repeat(2)}-${index}`,
    );
    await roles.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'full',
        PolicyName: 'much',
        PolicyDocument: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource }),
      }),
    );
    const course = await courseForRole('full', workersOf(estate()));
    expect(course.discovery.concerns.join('\n')).toMatch(
      /inline policies of the role full have 1\d{4} characters, and AWS allows 10240/,
    );
    await expect(course.take(course.step(KIND))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringContaining('leave no room'),
    });
  });
});

describe('an undo of a cleared role', () => {
  it.each(['cut', 'restrict'] as const)(
    'leaves nothing of %s: byte for byte as before, old sessions at work',
    async (strategy) => {
      const name = `cleared-${strategy}`;
      const { first, second, thief, chained, course, containment } = await stolen(name, strategy);
      const snapshots = () => Promise.all([name, `${name}-reports`].map((role) => roles.snapshot(role)));
      const before = await snapshots();
      for (const step of containment) await course.take(step);
      expect(await snapshots()).not.toEqual(before);
      const undo = undoing(course, 'falsePositive', { put: containment.map(({ id }) => id) });
      expect(undo.steps).toHaveLength(containment.length);
      expect(undo.undoes?.stays).toEqual([]);
      await carriedOut(course, undo);
      expect(await snapshots()).toEqual(before);
      expect(await roles.work(thief, first)).toBe('works');
      expect(await roles.work(chained, second)).toBe('works');
    },
  );

  it('of one that was not cleared, no session comes back: only what the cut-off makes needless comes off', async () => {
    const { first, thief, course, containment } = await stolen('uncleared');
    for (const step of containment) await course.take(step);
    const undo = undoing(course, null, { put: containment.map(({ id }) => id) });
    expect(undo.steps.map(({ verb, kind }) => `${verb} ${kind}`)).toEqual(['undo aws/role-quarantine']);
    await carriedOut(course, undo);
    expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  });
});
