// The remaining ways in of a user, and what a thief comes back by: each is proposed where it is in doubt and only there, cut, seen, and
// cut again where an accomplice with rights over IAM undoes it. What the accomplice makes anew is seen at the next check.
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import {
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkerActivities } from '../../../activities/checker.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import { checkedSchema } from '../../../domain/plan/order.schema.ts';
import type { Step } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import { connect, type Credentials } from '../../../providers/aws/clients.ts';
import { policyFor } from '../../../providers/aws/permissions.ts';
import { awsProviderOver } from '../../../providers/aws/provider.ts';
import { type Accomplice, accompliceIn } from '../../attacker/accomplice.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { allow, policy } from '../../attacker/roles.ts';
import { serve } from '../../attacker/service.ts';
import { attempt, sessionOf } from '../../attacker/thief.ts';
import { Course, courseFor, workersOf } from './course.ts';
import { inPagesOfOne } from './paged.ts';
import { undoing } from './undoing.ts';
import { Crash, watched } from './watched.ts';
import { unhurried } from '../unhurried.ts';

const estate = estateForThisFile();
let iam: IAMClient;
let thief: Accomplice;
beforeAll(async () => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
  thief = await accompliceIn(estate(), 'accomplice');
});

let robots = 0;
async function robotOf(): Promise<Workload> {
  robots += 1;
  return workload(estate().endpoint, `deploy-robot-${robots}`);
}

/** Who may do everything, where it is not about permissions. */
const asRoot = () =>
  watched({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials: estate().root });

const checkersConnection = () =>
  connect({
    account: ACCOUNT,
    region: REGION,
    endpoint: estate().endpoint,
    credentials: estate().checker,
  });

const REFUSED = /^(AccessDenied|InvalidClientTokenId|UnrecognizedClientException)/;
const NEVER_BEFORE = '2000-01-01T00:00:00.000Z';
const LONG_AFTER = '2100-01-01T00:00:00.000Z';

const containmentOf = ({ plan }: Course): Step[] => plan.steps.filter(({ phase }) => phase === 'containment');
const kindsOf = (course: Course) => containmentOf(course).map(({ kind }) => kind);

/** The calls of a user with MFA, by this device: any code passes for one of hardware. */
async function withMfa(by: Credentials, SerialNumber: string): Promise<string> {
  const sts = new STSClient({ endpoint: estate().endpoint, region: REGION, credentials: by, maxAttempts: 1 });
  return sts
    .send(new GetSessionTokenCommand({ SerialNumber, TokenCode: '123456' }))
    .then(() => 'works')
    .catch((error: Error) => error.name);
}

/** Everything that the accomplice can make, by the kind of the step that cuts it. */
const WAYS = {
  'aws/access-key': async (user: string) => (await thief.secondKey(user)).id,
  'aws/login-profile': (user: string) => thief.login(user),
  'aws/ssh-public-key': (user: string) => thief.sshKey(user),
  'aws/service-specific-credential': (user: string) => thief.serviceCredential(user),
  'aws/signing-certificate': (user: string) => thief.certificate(user),
  'aws/mfa-device': (user: string) => thief.mfaDevice(user),
  'aws/group-membership': async (user: string) => {
    await thief.group(`${user}-admins`, `${user}/work`);
    return thief.join(user, `${user}-admins`);
  },
} as const;
type Kind = keyof typeof WAYS;
const KINDS = Object.keys(WAYS) as Kind[];
/** What nobody but IAM brings back, by the same id. */
const REVIVED: Kind[] = ['aws/ssh-public-key', 'aws/service-specific-credential', 'aws/signing-certificate'];

const stepFor = (course: Course, kind: Kind, id: string): Step => {
  const step = containmentOf(course).find(
    (one) => one.kind === kind && Object.values(one.target).includes(id),
  );
  if (step === undefined) throw new Error(`the plan has no ${kind} for ${id}`);
  return step;
};

const WRITES: Record<Kind, string> = {
  'aws/access-key': 'iam:UpdateAccessKey',
  'aws/login-profile': 'iam:DeleteLoginProfile',
  'aws/ssh-public-key': 'iam:UpdateSSHPublicKey',
  'aws/service-specific-credential': 'iam:UpdateServiceSpecificCredential',
  'aws/signing-certificate': 'iam:UpdateSigningCertificate',
  'aws/mfa-device': 'iam:DeactivateMFADevice',
  'aws/group-membership': 'iam:RemoveUserFromGroup',
};

/** A user with one of these, and the plan's step for it. */
async function sceneOf(kind: Kind) {
  const robot = await robotOf();
  const id = await WAYS[kind](robot.user);
  const course = await courseFor(robot, workersOf(estate()), { since: NEVER_BEFORE });
  return { robot, id, course, step: stepFor(course, kind, id) };
}

describe('what is proposed', () => {
  it('is every way in where the alert names no key, and no MFA device or group that was there before', async () => {
    const robot = await robotOf();
    for (const kind of KINDS) await WAYS[kind](robot.user);
    const { accessKeyId } = await sessionOf(estate().endpoint, robot.stolenKey);
    const course = await courseFor(robot, workersOf(estate()), {
      credentials: [accessKeyId],
      since: LONG_AFTER,
    });
    expect(kindsOf(course)).toEqual([
      'aws/quarantine',
      'aws/no-sessions',
      'aws/access-key',
      'aws/access-key',
      'aws/login-profile',
      'aws/ssh-public-key',
      'aws/service-specific-credential',
      'aws/signing-certificate',
    ]);
  });

  it("is nothing of an innocent person's where the alert names a key", async () => {
    const robot = await robotOf();
    for (const kind of KINDS) await WAYS[kind](robot.user);
    for (const since of [undefined, LONG_AFTER]) {
      const course = await courseFor(robot, workersOf(estate()), since === undefined ? {} : { since });
      expect(kindsOf(course)).toEqual(['aws/quarantine', 'aws/no-sessions', 'aws/access-key']);
      expect(course.discovery.concerns.join('\n')).toMatch(/other ways in: access key .* console password/);
    }
  });

  it('is all that was made since the compromise, whatever the alert names, with the reason', async () => {
    const robot = await robotOf();
    const ids = new Map<Kind, string>();
    for (const kind of KINDS) ids.set(kind, await WAYS[kind](robot.user));
    const course = await courseFor(robot, workersOf(estate()), { since: NEVER_BEFORE });
    for (const [kind, id] of ids) expect(stepFor(course, kind, id), kind).toBeDefined();
    expect(kindsOf(course).slice(0, 2)).toEqual(['aws/quarantine', 'aws/no-sessions']);
    expect(kindsOf(course).slice(-2)).toEqual(['aws/mfa-device', 'aws/group-membership']);
    expect(course.discovery.concerns.join('\n')).toMatch(
      /Made since 2000-01-01T00:00:00.000Z, .*access key AKIA.*console password of deploy-robot-/,
    );
    const shown = course.discovery.waysIn.map(({ id }) => id);
    for (const id of ids.values()) expect(shown).toContain(id);
  });

  it.each(['replace-then-cut', 'restrict'] as const)(
    '%s cuts them after the key, and denies not all',
    async (strategy) => {
      const robot = await robotOf();
      for (const kind of KINDS.slice(1)) await WAYS[kind](robot.user);
      const course = await courseFor(robot, workersOf(estate()), { since: NEVER_BEFORE, strategy });
      const kinds = course.plan.steps.map(({ kind }) => kind);
      expect(kinds).not.toContain('aws/quarantine');
      const from = kinds.indexOf('aws/access-key');
      expect(kinds.slice(from, from + KINDS.length)).toEqual(KINDS);
      expect(kinds.indexOf('aws/no-sessions')).toBeLessThan(from);
    },
  );
});

describe.each(KINDS)('%s', (kind) => {
  it('is cut, seen, cut again where somebody undid it, and does nothing twice', async () => {
    const { robot, id, course, step } = await sceneOf(kind);
    const { checker, identity } = course.workers;
    expect(await checker.waysIn(course.plan)).toContain(id);
    expect((await course.see(step)).holds).toBe(false);
    expect((await course.take(step)).wasSo).toBe(false);
    expect(await course.see(step)).toMatchObject({ holds: true });
    expect(await checker.waysIn(course.plan)).not.toContain(id);

    identity.forget();
    expect((await course.take(step)).wasSo).toBe(true);
    expect(identity.calls.filter((call) => !/:(Get|List)/.test(call))).toEqual([]);

    if (REVIVED.includes(kind)) await thief.activate[kind as keyof typeof thief.activate](robot.user, id);
    else if (kind === 'aws/login-profile') await thief.login(robot.user);
    else if (kind === 'aws/mfa-device') await thief.mfaDevice(robot.user);
    else if (kind === 'aws/group-membership') await thief.join(robot.user, `${robot.user}-admins`);
    else
      await iam.send(new UpdateAccessKeyCommand({ UserName: robot.user, AccessKeyId: id, Status: 'Active' }));
    expect((await course.see(step)).holds).toBe(false);
    expect(await checker.waysIn(course.plan)).toContain(id);
    expect((await course.take(step)).wasSo).toBe(false);
    expect(await course.see(step)).toMatchObject({ holds: true });
  });

  it('stays as it was meant where its user, or what it names, is gone', async () => {
    const { course, step } = await sceneOf(kind);
    const nobody = { ...course.plan.identity, reference: 'nobody' };
    const plan = { ...course.plan, identity: nobody };
    // A key that is there is somebody's: one whose user was renamed is not gone.
    const key = kind === 'aws/access-key' ? { accessKeyId: 'AKIAGONEGONEGONEGONE' } : {};
    const gone = { ...step, target: { ...step.target, ...key, userName: 'nobody' } };
    const act = { plan, step: gone, orderedAt: course.orderedAt, evidence: {}, ...unhurried };
    const identity = asRoot();
    expect(await identity.kinds[kind]?.apply(act)).toMatchObject({ wasSo: true });
    expect(await identity.kinds[kind]?.check({ plan, step: gone, evidence: {} })).toMatchObject({
      holds: true,
    });
  });

  it('is what the plan is about, or refused', async () => {
    const { course, step } = await sceneOf(kind);
    const other = { ...step, target: { ...step.target, userName: 'custody-checker' } };
    await expect(course.take(other)).rejects.toMatchObject({ sort: 'impossible' });
  });

  it('is denied to whoever only looks, and the missing permission is named', async () => {
    const { course, step } = await sceneOf(kind);
    await expect(course.take(step, course.workers.checker)).rejects.toMatchObject({
      sort: 'denied',
      permission: WRITES[kind],
    });
    expect((await course.see(step)).holds).toBe(false);
  });

  it('is done once where the answer is lost, and where it went meanwhile', async () => {
    const { course, step } = await sceneOf(kind);
    const { identity } = course.workers;
    identity.interference = {
      after(call) {
        if (call === WRITES[kind]) throw new Crash('the answer is lost');
      },
    };
    await expect(course.take(step)).rejects.toThrow(Crash);
    identity.interference = {};
    expect((await course.take(step)).wasSo).toBe(true);
    expect(await course.see(step)).toMatchObject({ holds: true });

    const meanwhile = await sceneOf(kind);
    const other = workersOf(estate()).identity;
    meanwhile.course.workers.identity.interference = {
      async before(call) {
        if (call === WRITES[kind]) await meanwhile.course.take(meanwhile.step, other);
      },
    };
    await meanwhile.course.take(meanwhile.step);
    expect(await meanwhile.course.see(meanwhile.step)).toMatchObject({ holds: true });
  });

  if (kind !== 'aws/group-membership') {
    it('is never brought back', async () => {
      const { course, step } = await sceneOf(kind);
      await course.take(step);
      await expect(course.take({ ...step, verb: 'undo' })).rejects.toMatchObject({ sort: 'impossible' });
      expect(await course.see(step)).toMatchObject({ holds: true });
    });
  }
});

describe('an MFA device', () => {
  it('of the thief passes before, and not after', async () => {
    const robot = await robotOf();
    const serial = await thief.mfaDevice(robot.user);
    expect(await withMfa(robot.stolenKey, serial)).toBe('works');
    const course = await courseFor(robot, workersOf(estate()), { since: NEVER_BEFORE });
    await course.take(stepFor(course, 'aws/mfa-device', serial));
    expect(await withMfa(robot.stolenKey, serial)).toMatch(REFUSED);
  });
});

/** An executor that may undo memberships of this group, and nothing else. */
async function rejoiner(group: string) {
  const UserName = `rejoins-${group}`;
  const { kinds } = asRoot();
  const own = Object.values(kinds).filter(({ kind }) => kind === 'aws/group-membership');
  const policy = policyFor(own, ['undo'], { account: ACCOUNT, rejoin: [group] });
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(
    new PutUserPolicyCommand({ UserName, PolicyName: 'rejoins', PolicyDocument: JSON.stringify(policy) }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  return watched({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials });
}

describe('a group that was joined', () => {
  const scene = async () => {
    const robot = await robotOf();
    const other = await robotOf();
    const group = `${robot.user}-admins`;
    await thief.group(group, other.workId);
    await thief.join(robot.user, group);
    const course = await courseFor(robot, workersOf(estate()), { since: NEVER_BEFORE });
    return { robot, other, group, course, step: stepFor(course, 'aws/group-membership', group) };
  };
  const standingOf = async ({ user: UserName }: Workload) => {
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    return canonical({
      groups: (Groups ?? []).map(({ Arn }) => Arn ?? ''),
      attached: (AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn ?? ''),
      inline: PolicyNames ?? [],
    });
  };

  /** The undo of this step, with what its executor said of it, as the warrant hands it on. */
  const undoOf = (course: Course, { id }: Step, verdict: 'falsePositive' | null = 'falsePositive') => {
    const plan = undoing(course, 'falsePositive', { put: [id] });
    const [undo] = plan.steps;
    if (undo === undefined || plan.undoes === undefined) throw new Error('the membership is put back');
    plan.undoes.verdict = verdict;
    const of = new Course(course.discovery, course.workers);
    Object.assign(of, { plan });
    of.evidence[undo.id] = course.evidence[id] ?? {};
    return { of, undo };
  };

  it('gives nothing any more, and the undo of a cleared user puts back exactly what was there', async () => {
    const { robot, other, group, course, step } = await scene();
    const before = await standingOf(robot);
    expect(await attempt(estate().endpoint, robot.stolenKey, other.workId)).toBe('works');
    const first = await course.take(step);
    expect(await course.take(step)).toEqual({ wasSo: true, evidence: first.evidence });
    expect(await attempt(estate().endpoint, robot.stolenKey, other.workId)).toMatch(REFUSED);
    expect(await standingOf(robot)).not.toBe(before);

    const { of, undo } = undoOf(course, step);
    expect((await of.see(undo)).holds).toBe(false);
    const permitted = await rejoiner(group);
    expect((await of.take(undo, permitted)).wasSo).toBe(false);
    expect(await standingOf(robot)).toBe(before);
    expect(await of.see(undo)).toMatchObject({ holds: true });
    expect(await attempt(estate().endpoint, robot.stolenKey, other.workId)).toBe('works');
  });

  it('is not joined again by an executor that was not given the right, which is named; put back by others, it is so', async () => {
    const { robot, group, course, step } = await scene();
    await course.take(step);
    const { of, undo } = undoOf(course, step);
    for (const worker of [course.workers.identity, await rejoiner((await scene()).group)]) {
      await expect(of.take(undo, worker)).rejects.toMatchObject({ sort: 'denied' });
    }
    await expect(of.take(undo)).rejects.toMatchObject({ permission: 'iam:AddUserToGroup' });
    await thief.join(robot.user, group);
    expect((await of.take(undo)).wasSo).toBe(true);
  });

  it('is not joined where nobody was cleared, nor where this plan took nobody out of it', async () => {
    const { robot, group, course, step } = await scene();
    await course.take(step);
    const doubted = undoOf(course, step, null);
    await expect(doubted.of.take(doubted.undo, asRoot())).rejects.toThrow(/was not cleared/);
    const { of, undo } = undoOf(course, step);
    const elsewhere = { ...undo, target: { userName: robot.user, groupName: 'administrators' } };
    await expect(of.take(elsewhere, asRoot())).rejects.toThrow(/has not taken .* out of the group administr/);
    of.evidence[undo.id] = {};
    await expect(of.take(undo, asRoot())).rejects.toThrow(/has not taken .* out of the group/);
    // Taken out before by somebody else: not custody's to put back.
    const second = await courseFor(robot, course.workers, { since: NEVER_BEFORE });
    expect(JSON.stringify(second.plan)).not.toContain(group);
    expect((await course.take(step)).evidence).toMatchObject({ takenOut: 'yes' });
  });

  it('is not joined where a thief has made it allow more meanwhile', async () => {
    const { robot, group, course, step } = await scene();
    await course.take(step);
    const before = await standingOf(robot);
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine`;
    const PolicyDocument = policy(allow('*'));
    const { of, undo } = undoOf(course, step);
    const refused = () =>
      expect(of.take(undo, asRoot())).rejects.toMatchObject({
        sort: 'impossible',
        message: expect.stringContaining('has other policies than when'),
      });
    await iam.send(new AttachGroupPolicyCommand({ GroupName: group, PolicyArn }));
    await refused();
    await iam.send(new DetachGroupPolicyCommand({ GroupName: group, PolicyArn }));
    await iam.send(new PutGroupPolicyCommand({ GroupName: group, PolicyName: 'more', PolicyDocument }));
    await refused();
    expect(await standingOf(robot)).toBe(before);
  });

  it('that does not exist any more cannot be joined again, and who can help is said', async () => {
    const { group, course, step } = await scene();
    await course.take(step);
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${group}-reads`;
    await iam.send(new DetachGroupPolicyCommand({ GroupName: group, PolicyArn }));
    await iam.send(new DeleteGroupCommand({ GroupName: group }));
    const { of, undo } = undoOf(course, step);
    await expect(of.take(undo, asRoot())).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/those who run IAM/),
    });
  });

  it('comes after all else of an undo, and stays where nobody was cleared', async () => {
    const { course, step } = await scene();
    const put = containmentOf(course).filter(({ reversibility }) => reversibility === 'reversible');
    const done = containmentOf(course).filter(({ reversibility }) => reversibility !== 'reversible');
    const ids = (steps: Step[]) => steps.map(({ id }) => id);
    expect(ids(put)).toContain(step.id);
    const cleared = undoing(course, 'falsePositive', { put: ids(put) });
    expect(cleared.steps.at(-1)?.kind).toBe('aws/group-membership');
    expect(cleared.steps).toHaveLength(put.length);
    const doubted = undoing(course, null, { put: ids(put), done: ids(done) });
    expect(doubted.steps.map(({ kind }) => kind)).not.toContain('aws/group-membership');
    const stays = doubted.undoes?.stays.find(({ kind }) => kind === 'aws/group-membership');
    expect(stays?.says).toMatch(/not cleared, so it is not given back/);
  });
});

describe('a thief with rights over IAM', () => {
  it.each(KINDS)(
    'who makes one more during containment, %s, is seen at the next check, and it is cut',
    async (kind) => {
      const robot = await robotOf();
      const course = await courseFor(robot, workersOf(estate()));
      for (const step of containmentOf(course)) await course.take(step);
      const known = course.discovery.waysIn.map(({ id }) => id);
      expect((await course.workers.checker.waysIn(course.plan)).filter((id) => !known.includes(id))).toEqual(
        [],
      );

      const id = await WAYS[kind](robot.user);
      const open = await course.workers.checker.waysIn(course.plan);
      expect(open.filter((one) => !known.includes(one))).toEqual([id]);

      // As the incident asks again: what appeared counts as stolen.
      const again = await courseFor(robot, course.workers, {
        credentials: [robot.stolenKey.accessKeyId, id],
      });
      expect(again.discovery.waysIn.find((way) => way.id === id)).toMatchObject({ stolen: true });
      for (const step of containmentOf(again)) {
        await again.take(step);
        expect(await again.see(step), step.does).toMatchObject({ holds: true });
      }
      expect(await again.workers.checker.waysIn(again.plan)).toEqual([]);
      expect(stepFor(again, kind, id)).toBeDefined();
      // Nothing that the thief made keeps the service from coming back.
      await again.take(again.step('aws/quarantine', 'undo'));
      if (kind === 'aws/access-key')
        await iam.send(new DeleteAccessKeyCommand({ UserName: robot.user, AccessKeyId: id }));
      const replace = kind === 'aws/access-key' ? await courseFor(robot, again.workers) : again;
      await replace.take(replace.step('aws/access-key-replacement'));
      expect(await serve(estate().endpoint, robot)).toBe('works');
    },
  );

  it('who takes off both denies beside that is met by the same steps again', async () => {
    const robot = await robotOf();
    const course = await courseFor(robot, workersOf(estate()));
    for (const step of containmentOf(course)) await course.take(step);
    const { key } = await thief.secondKey(robot.user);
    for (const name of ['custody-quarantine', 'custody-no-sessions']) {
      const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${name}`;
      await iam.send(new DetachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
    }
    expect(await attempt(estate().endpoint, key, robot.workId)).toBe('works');
    for (const step of containmentOf(course).slice(0, 2)) {
      expect((await course.see(step)).holds).toBe(false);
      await course.take(step);
    }
    expect(await attempt(estate().endpoint, key, robot.workId)).toMatch(REFUSED);
    expect(await course.workers.checker.waysIn(course.plan)).toContain(key.accessKeyId);
  });
});

it('nobody is asked about what others are: a user of another account, or of another kind', async () => {
  const { checker } = workersOf(estate());
  const identity = { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: estate().user };
  const ask = (change: object) =>
    checker.waysIn({ incident: 'incident/x', identity: { ...identity, ...change } });
  expect(await ask({})).toEqual([estate().stolenKey.accessKeyId]);
  checker.forget();
  expect(await ask({ account: '999999999999' })).toEqual([]);
  expect(await ask({ kind: 'role' })).toEqual([]);
  expect(checker.calls).toEqual([]);
});

it('reads every list to its last page', async () => {
  const robot = await robotOf();
  for (const kind of KINDS) await WAYS[kind](robot.user);
  for (const again of [thief.sshKey, thief.certificate, thief.serviceCredential]) await again(robot.user);
  await thief.group(`${robot.user}-owners`, robot.workId);
  await thief.join(robot.user, `${robot.user}-owners`);
  const { checker } = workersOf(estate());
  const identity = { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: robot.user };
  const about = { incident: 'incident/x', identity };
  const all = await checker.waysIn(about);
  // Two keys, a password, a device, and two of each of the rest.
  expect(all).toHaveLength(12);

  const aws = checkersConnection();
  const turned = inPagesOfOne(aws);
  expect(await awsProviderOver(aws).waysIn(about)).toEqual(all);
  expect([...turned]).toEqual(
    expect.arrayContaining([
      'ListAccessKeys',
      'ListSSHPublicKeys',
      'ListSigningCertificates',
      'ListGroupsForUser',
    ]),
  );
});

it('a checker says with its sight what is open', async () => {
  const { robot, course } = await sceneOf('aws/login-profile');
  const said: unknown[] = [];
  const { check } = checkerActivities({
    providerOf: () => awsProviderOver(checkersConnection()),
    speak: async ({ body }) => {
      said.push(checkedSchema.parse(body));
      return { statement: 'x' };
    },
    now: () => course.orderedAt,
  });
  const [step] = course.plan.steps;
  await new MockActivityEnvironment().run(check, {
    id: 'check-1',
    incident: course.plan.incident,
    firstRun: course.plan.firstRun,
    plan: course.plan,
    steps: [{ step: step?.id ?? '', evidence: {} }],
  });
  expect(said).toEqual([
    {
      at: course.orderedAt,
      steps: [expect.objectContaining({ step: 's1', holds: false })],
      waysIn: [robot.stolenKey.accessKeyId, `login/${robot.user}`],
    },
  ]);
});
