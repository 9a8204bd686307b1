// What must not stand still: its key is replaced before the stolen one is cut, as it is or under a restriction. With a thief who tries
// throughout, and a service that works throughout.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreatePolicyVersionCommand,
  DeleteLoginProfileCommand,
  DetachUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { PutResourcePolicyCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Strategy } from '../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION, type Workload, workload } from '../../../local/demo/estate.ts';
import type { Credentials } from '../../../providers/aws/clients.ts';
import { RESTRICTED, RESTRICTIONS } from '../../../providers/aws/policies.ts';
import { BORROWED, forbids, POWERS } from '../../../providers/aws/powers.ts';
import { statementsOf } from '../../../providers/aws/statement.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { type Queue, queueOf } from '../../attacker/queue.ts';
import { currentKey } from '../../attacker/service.ts';
import { attempt, sessionOf } from '../../attacker/thief.ts';
import { type Course, courseFor, workersOf } from './course.ts';

const estate = estateForThisFile();
let iam: IAMClient;
beforeAll(() => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});

const RESTRICTED_ARN = `arn:aws:iam::${ACCOUNT}:policy/${RESTRICTED.name}`;

interface Scene {
  robot: Workload;
  course: Course;
  queue: Queue;
  /** The service's work with the key that its secret gives out. */
  work(): Promise<string>;
}

let robots = 0;
async function sceneOf(strategy: Strategy): Promise<Scene> {
  robots += 1;
  const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
  const queue = await queueOf(estate(), robot.user);
  const workers = workersOf(estate());
  // AWS would know of these uses; the emulator keeps none of queues.
  const uses = new Map<string, Date>();
  workers.checker.interference = {
    change(call, input, answer) {
      const LastUsedDate = uses.get((input as { AccessKeyId?: string }).AccessKeyId ?? '');
      if (call === 'iam:GetAccessKeyLastUsed' && LastUsedDate !== undefined)
        answer['AccessKeyLastUsed'] = { LastUsedDate, ServiceName: 'sqs', Region: REGION };
    },
  };
  const course = await courseFor(robot, workers, { strategy });
  const work = async () => {
    const key = await currentKey(estate().endpoint, robot);
    const answer = await queue.send(key);
    if (answer === 'works') uses.set(key.accessKeyId, new Date());
    return answer;
  };
  return { robot, course, queue, work };
}

const newKeyBy = async (credentials: Credentials, UserName: string): Promise<string> => {
  const own = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials, maxAttempts: 1 });
  return own
    .send(new CreateAccessKeyCommand({ UserName }))
    .then(() => 'works')
    .catch((error: Error) => error.name);
};

const order = ({ plan }: Course) => plan.steps.map((step) => `${step.phase}: ${step.verb} ${step.kind}`);
const REFUSED = /^(AccessDenied|InvalidClientTokenId|UnrecognizedClientException)/;

describe('replace-then-cut', () => {
  it('replaces the key while the old one works, then cuts it, and the service never stands still', async () => {
    const { robot, course, queue, work } = await sceneOf('replace-then-cut');
    const session = await sessionOf(estate().endpoint, robot.stolenKey);
    expect(course.discovery.concerns).toEqual([]);
    expect(order(course)).toEqual([
      'recovery: apply aws/access-key-replacement',
      'containment: apply aws/no-sessions',
      'containment: apply aws/access-key',
      'hardening: apply aws/access-key-deletion',
      'hardening: undo aws/no-sessions',
    ]);
    const replacement = course.step('aws/access-key-replacement');
    await course.take(replacement);
    expect((await currentKey(estate().endpoint, robot)).accessKeyId).not.toBe(robot.stolenKey.accessKeyId);
    expect(await course.see(replacement)).toMatchObject({
      holds: false,
      saw: expect.stringMatching(/not used yet/),
    });
    expect(await work()).toBe('works');
    expect(await course.see(replacement)).toMatchObject({
      holds: true,
      saw: expect.stringMatching(/active until it is cut/),
    });
    expect(await queue.send(robot.stolenKey)).toBe('works');
    expect(await attempt(estate().endpoint, robot.stolenKey, robot.secretId)).toMatch(REFUSED);

    for (const step of course.plan.steps.filter(({ phase }) => phase === 'containment')) {
      expect((await course.see(step)).holds).toBe(false);
      await course.take(step);
      expect(await course.see(step)).toMatchObject({ holds: true });
      expect(await work()).toBe('works');
    }
    for (const stolen of [robot.stolenKey, session]) expect(await queue.send(stolen)).toMatch(REFUSED);
    expect(await course.see(replacement)).toMatchObject({
      holds: true,
      saw: expect.stringMatching(/is inactive/),
    });

    // Ordered again after the cut, the step knows of it: from then on an active old key is a fault.
    expect((await course.take(replacement)).wasSo).toBe(true);
    const old = { UserName: robot.user, AccessKeyId: robot.stolenKey.accessKeyId };
    await iam.send(new UpdateAccessKeyCommand({ ...old, Status: 'Active' }));
    expect(await course.see(replacement)).toMatchObject({
      holds: false,
      saw: expect.stringMatching(/is Active/),
    });
    await iam.send(new UpdateAccessKeyCommand({ ...old, Status: 'Inactive' }));
    for (const step of course.plan.steps.filter(({ phase }) => phase === 'hardening')) {
      await course.take(step);
      expect(await course.see(step)).toMatchObject({ holds: true });
    }
    expect(await work()).toBe('works');
  });

  it('does not replace for a thief who could give itself the right to read the new key', async () => {
    const { robot, course } = await sceneOf('replace-then-cut');
    const Resource = `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iam:PutUserPolicy', Resource }],
    });
    await iam.send(new PutUserPolicyCommand({ UserName: robot.user, PolicyName: 'own', PolicyDocument }));
    await expect(course.take(course.step('aws/access-key-replacement'))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/could give itself .* by iam:PutUserPolicy/),
    });
    const again = await courseFor(robot, course.workers);
    expect(again.discovery.concerns.join('\n')).toMatch(/Under replace-then-cut no new key will be made/);

    // Restricted, it cannot.
    const restricted = await courseFor(robot, course.workers, { strategy: 'restrict' });
    await restricted.take(restricted.step('aws/restriction'));
    await restricted.take(restricted.step('aws/access-key-replacement'));
  });
});

it.each(['lambda:UpdateFunctionCode', 'ssm:StartSession'])(
  'beside a thief who could act by the role of something else, by %s, only restrict replaces',
  async (Action) => {
    const { robot, course } = await sceneOf('replace-then-cut');
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    });
    await iam.send(new PutUserPolicyCommand({ UserName: robot.user, PolicyName: 'own', PolicyDocument }));
    await expect(course.take(course.step('aws/access-key-replacement'))).rejects.toThrow(
      new RegExp(`could act by a role that something else has, .* by ${Action}`),
    );
    const restricted = await courseFor(robot, course.workers, { strategy: 'restrict' });
    await restricted.take(restricted.step('aws/restriction'));
    expect((await restricted.take(restricted.step('aws/access-key-replacement'))).wasSo).toBe(false);
  },
);

describe('restrict', () => {
  it('leaves the thief harmless at once and dead in the end, and the service never stands still', async () => {
    const { robot, course, queue, work } = await sceneOf('restrict');
    const { endpoint } = estate();
    // The robot may read the secret of its own key, and make keys: what the restriction has to stop.
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' },
        { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: '*' },
      ],
    });
    await iam.send(new PutUserPolicyCommand({ UserName: robot.user, PolicyName: 'wide', PolicyDocument }));
    const session = await sessionOf(endpoint, robot.stolenKey);
    expect(await attempt(endpoint, robot.stolenKey, robot.secretId)).toBe('works');
    const { discovery } = await courseFor(robot, course.workers);
    expect(discovery.concerns.join('\n')).toMatch(/Only restrict takes that away/);

    expect(order(course)).toEqual([
      'containment: apply aws/restriction',
      'recovery: apply aws/access-key-replacement',
      'containment: apply aws/no-sessions',
      'containment: apply aws/access-key',
      'recovery: undo aws/restriction',
      'hardening: apply aws/access-key-deletion',
      'hardening: undo aws/no-sessions',
    ]);
    const restriction = course.step('aws/restriction');
    const replacement = course.step('aws/access-key-replacement');
    await expect(course.take(replacement)).rejects.toThrow(/can read it/);
    expect((await course.see(restriction)).holds).toBe(false);
    expect((await course.take(restriction)).wasSo).toBe(false);
    expect(await course.see(restriction)).toMatchObject({ holds: true });
    expect((await course.take(restriction)).wasSo).toBe(true);
    for (const stolen of [robot.stolenKey, session]) {
      expect(await queue.send(stolen)).toBe('works');
      expect(await newKeyBy(stolen, robot.user)).toMatch(REFUSED);
      expect(await attempt(endpoint, stolen, robot.secretId)).toMatch(REFUSED);
      await expect(sessionOf(endpoint, stolen)).rejects.toThrow();
    }
    expect(await work()).toBe('works');

    const lift = course.step('aws/restriction', 'undo');
    await expect(course.take(lift)).rejects.toThrow(/custody-restricted stays: .*custody-no-sessions/);
    await course.take(replacement);
    expect(await work()).toBe('works');
    expect(await course.see(replacement)).toMatchObject({ holds: true });
    expect(await attempt(endpoint, robot.stolenKey, robot.secretId)).toMatch(REFUSED);

    await course.take(course.step('aws/no-sessions'));
    await expect(course.take(lift)).rejects.toThrow(robot.stolenKey.accessKeyId);
    await course.take(course.step('aws/access-key'));
    expect(await course.see(lift)).toMatchObject({
      holds: false,
      saw: expect.stringMatching(/still wears custody-restricted/),
    });
    expect((await course.take(lift)).wasSo).toBe(false);
    expect(await course.see(lift)).toMatchObject({ holds: true });
    for (const stolen of [robot.stolenKey, session]) {
      expect(await queue.send(stolen)).toMatch(REFUSED);
      expect(await attempt(endpoint, stolen, robot.secretId)).toMatch(REFUSED);
    }
    expect(await course.see(replacement)).toMatchObject({ holds: true });
    for (const step of course.plan.steps.filter(({ phase }) => phase === 'hardening')) {
      await course.take(step);
      expect(await course.see(step)).toMatchObject({ holds: true });
    }
    expect(await work()).toBe('works');
  });

  it('outweighs what the secret itself would let the thief do', async () => {
    const { robot, course } = await sceneOf('restrict');
    const { endpoint, root } = estate();
    const secrets = new SecretsManagerClient({ endpoint, region: REGION, credentials: root });
    const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:user/${robot.user}` };
    const Action = 'secretsmanager:GetSecretValue';
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action, Resource: '*' }],
    });
    await secrets.send(new PutResourcePolicyCommand({ SecretId: robot.secretId, ResourcePolicy }));
    const replacement = course.step('aws/access-key-replacement');
    await expect(course.take(replacement)).rejects.toThrow(/resource policy .* may allow/);
    await course.take(course.step('aws/restriction'));
    expect((await course.take(replacement)).wasSo).toBe(false);
  });

  it('stays on while another way in is open', async () => {
    const { robot, course } = await sceneOf('restrict');
    const lift = course.step('aws/restriction', 'undo');
    await course.upTo(lift);
    const UserName = robot.user;
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'aB3$longenough-for-all' }));
    await expect(course.take(lift)).rejects.toThrow(/custody-restricted stays: .* console password/);
    await iam.send(new DeleteLoginProfileCommand({ UserName }));
    await course.take(lift);
  });

  it('is seen to be gone where somebody took it off, and put on again', async () => {
    const { robot, course } = await sceneOf('restrict');
    const step = course.step('aws/restriction');
    await course.take(step);
    const worn = { UserName: robot.user, PolicyArn: RESTRICTED_ARN };
    await iam.send(new DetachUserPolicyCommand(worn));
    expect(await course.see(step)).toMatchObject({
      holds: false,
      saw: expect.stringMatching(/does not wear custody-restricted/),
    });
    expect((await course.take(step)).wasSo).toBe(false);
    expect(await course.see(step)).toMatchObject({ holds: true });
  });

  it('is not possible, nor is its policy attached, where somebody changed it', async () => {
    const { robot, course } = await sceneOf('restrict');
    const content = (document: object) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: RESTRICTED_ARN,
          PolicyDocument: JSON.stringify(document),
          SetAsDefault: true,
        }),
      );
    await content({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] });
    try {
      await expect(course.take(course.step('aws/restriction'))).rejects.toThrow(/somebody changed it/);
      const { discovery } = await courseFor(robot, course.workers);
      expect(Object.keys(discovery.proposals)).toEqual(['cut', 'replace-then-cut']);
      expect(discovery.concerns.join('\n')).toMatch(/custody-restricted .* restrict is not possible/);
    } finally {
      await content(RESTRICTED.document);
    }
  });
});

describe('both, where there is no replacement', () => {
  it.each([
    ['nobody knows where the key is kept', null, /Neither replace-then-cut nor restrict is possible/],
    ['the secret does not exist', 'nowhere/key', /neither replace-then-cut nor restrict is possible/],
  ])('are not offered: %s', async (_, secret, why) => {
    const robot = await workload(estate().endpoint, `deploy-robot-without-${secret === null ? 'a' : 'b'}`);
    const { discovery } = await courseFor(robot, workersOf(estate()), { secret });
    expect(Object.keys(discovery.proposals)).toEqual(['cut']);
    expect(discovery.concerns.join('\n')).toMatch(why);
  });
});

describe('a second look, in the middle of the plan', () => {
  const look = (robot: Workload, course: Course, credentials?: string[]) =>
    courseFor(robot, course.workers, credentials === undefined ? {} : { credentials });

  it.each(['cut', 'replace-then-cut', 'restrict'] as const)(
    '%s: nothing that custody did is news, also where the alert names no key',
    async (strategy) => {
      for (const named of [true, false]) {
        const { robot, course, work } = await sceneOf(strategy);
        const session = await sessionOf(estate().endpoint, robot.stolenKey);
        const credentials = named ? [robot.stolenKey.accessKeyId] : [session.accessKeyId];
        const { discovery: first } = await look(robot, course, credentials);
        const plan = (await courseFor(robot, course.workers, { credentials, strategy })).plan;
        expect(plan.steps).toEqual(course.plan.steps);
        for (const step of course.plan.steps.filter(({ phase }) => phase !== 'hardening')) {
          await course.take(step);
          const { discovery } = await look(robot, course, credentials);
          expect(discovery.proposals, step.does).toEqual(first.proposals);
          expect(discovery.findings).toEqual(first.findings);
        }
        expect(await work()).toBe('works');
        // What is deleted is not proposed again, and the service's new key does not come in its place.
        await course.take(course.step('aws/access-key-deletion'));
        const { discovery: last } = await look(robot, course, credentials);
        const { accessKeyId } = await currentKey(estate().endpoint, robot);
        expect(JSON.stringify(last.proposals)).not.toContain(accessKeyId);
        expect(last.proposals.cut?.map(({ kind }) => kind)).not.toContain('aws/access-key');
        const rest = last.proposals[strategy] ?? [];
        expect(first.proposals[strategy]).toEqual(expect.arrayContaining(rest));
        expect(rest.at(-1)).toMatchObject({ kind: 'aws/no-sessions', verb: 'undo' });
        expect(last.concerns).toEqual([]);
        expect(last.waysIn.map(({ id }) => id)).toEqual([accessKeyId]);
      }
    },
  );

  it('an innocent key does not become stolen when the stolen one is deleted', async () => {
    robots += 1;
    const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: robot.user }));
    const innocent = made.AccessKey?.AccessKeyId ?? '';
    const course = await courseFor(robot, workersOf(estate()), { secret: null });
    for (const step of course.plan.steps.filter(({ phase }) => phase === 'containment'))
      await course.take(step);
    await course.take(course.step('aws/access-key-deletion'));
    const { discovery } = await courseFor(robot, course.workers, { secret: null });
    expect(discovery.waysIn.map(({ id }) => id)).toEqual([innocent]);
    expect(JSON.stringify(discovery.proposals)).not.toContain(innocent);
  });

  it('shows a key that the thief made meanwhile, and cuts it once it is named', async () => {
    const { robot, course } = await sceneOf('cut');
    for (const step of course.plan.steps.filter(({ phase }) => phase === 'containment'))
      await course.take(step);
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: robot.user }));
    const second = made.AccessKey?.AccessKeyId ?? '';
    const { discovery } = await look(robot, course);
    expect(discovery.waysIn).toContainEqual(
      expect.objectContaining({ id: second, status: 'Active', stolen: false }),
    );
    expect(discovery.concerns.join('\n')).toContain(`other ways in: access key ${second}`);
    const named = await look(robot, course, [robot.stolenKey.accessKeyId, second]);
    const cut = named.discovery.proposals.cut?.filter(({ kind }) => kind === 'aws/access-key');
    expect(cut?.map(({ target }) => target['accessKeyId'])).toContain(second);
  });

  it("takes custody's own new key for stolen once an alert names it", async () => {
    const { robot, course } = await sceneOf('cut');
    const step = course.step('aws/access-key-replacement');
    await course.upTo(step);
    const { evidence } = await course.take(step);
    const fresh = evidence['newAccessKeyId'] ?? '';
    const { discovery } = await look(robot, course, [robot.stolenKey.accessKeyId, fresh]);
    expect(JSON.stringify(discovery.proposals)).toContain(fresh);
  });
});

it('what is worn already needs no more room among the attached policies', async () => {
  robots += 1;
  const robot = await workload(estate().endpoint, `deploy-robot-${robots}`);
  const worn = RESTRICTIONS.map(({ name }) => `arn:aws:iam::${ACCOUNT}:policy/${name}`);
  for (const PolicyArn of worn)
    await iam.send(new AttachUserPolicyCommand({ UserName: robot.user, PolicyArn }));
  const { discovery } = await courseFor(robot, workersOf(estate()));
  expect(discovery.concerns.join('\n')).not.toMatch(/attached policies/);
});

describe('the restriction', () => {
  const statements = statementsOf(encodeURIComponent(JSON.stringify(RESTRICTED.document))) ?? [];

  it('fits into a managed policy, with room to grow', () => {
    expect(JSON.stringify(RESTRICTED.document).length).toBeLessThan(5_500);
  });

  it.each([...POWERS.map(({ action }) => action), ...BORROWED])('denies %s', (action) => {
    expect(forbids(statements, action)).toBe(true);
  });

  it.each([
    'sts:GetCallerIdentity',
    'sqs:SendMessage',
    's3:GetObject',
    's3:PutObject',
    'lambda:InvokeFunction',
    'cloudformation:DescribeStacks',
    'ecs:DescribeTasks',
    'ssm:DescribeParameters',
    'ecr:PutImage',
    'dynamodb:PutItem',
  ])('leaves the work: %s', (action) => {
    expect(forbids(statements, action)).toBe(false);
  });
});
