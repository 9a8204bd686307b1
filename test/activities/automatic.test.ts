// Executors that may act before anybody has decided, on the emulator, with GuardDuty's GetFindings from a stub: what they do, what they
// leave to people, and that no flood and no race of two cuts more than the budget.
import { ApplicationFailure } from '@temporalio/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AutomaticPolicy } from '../../authority/policy.schema.ts';
import { readStatement } from '../../authority/statement.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Applied, Order } from '../../domain/plan/order.schema.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Provider } from '../../domain/provider/provider.ts';
import { ACCOUNT, automaticExecutor, REGION } from '../../local/demo/estate.ts';
import { connect, type Credentials } from '../../providers/aws/clients.ts';
import { awsProviderOver } from '../../providers/aws/provider.ts';
import { estateForThisFile } from '../attacker/estate.ts';
import { attempt } from '../attacker/thief.ts';
import { firstRun, newWorld, policyOf, sees, type World } from '../authority/rightful.ts';
import { DETECTOR, GuardDutyStub, type StubFinding, stubFinding } from '../providers/aws/guardduty-stub.ts';
import { anExecutor, type Executor, now, orderOf, planOf } from './an-executor.ts';

const estate = estateForThisFile();
const folders: string[] = [];
let world: World;
let stub: GuardDutyStub;
let credentials: Credentials;
const AUTO = `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine-auto`;
const KINDS = ['aws/quarantine', 'aws/quarantine-auto', 'aws/no-sessions', 'aws/access-key'];

const automatic = (change: Partial<AutomaticPolicy> = {}): AutomaticPolicy => ({
  classes: [{ name: 'workload', when: { human: false, privileged: false }, unless: [] }],
  kinds: ['aws/quarantine-auto', 'aws/no-sessions'],
  perAccount: 5,
  share: 3,
  findings: { detectors: [DETECTOR], severity: 7, maxAge: '1h' },
  ...change,
});

beforeAll(async () => {
  world = await newWorld();
  stub = await GuardDutyStub.start();
  credentials = await automaticExecutor(estate().endpoint, 'custody-automatic');
});
afterAll(async () => {
  await stub.stop();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});
beforeEach(async () => {
  for (const user of await wearers())
    await iam().send(new DetachUserPolicyCommand({ UserName: user, PolicyArn: AUTO }));
});

const iam = () => new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });

async function wearers(): Promise<string[]> {
  const { PolicyUsers = [] } = await iam().send(new ListEntitiesForPolicyCommand({ PolicyArn: AUTO }));
  return PolicyUsers.flatMap(({ UserName }) => UserName ?? []);
}

function providerAs(who: Credentials): Provider {
  const aws = connect({ account: ACCOUNT, region: REGION, endpoint: estate().endpoint, credentials: who });
  const detecting = new GuardDutyClient({
    endpoint: stub.endpoint,
    region: REGION,
    credentials: who,
    maxAttempts: 1,
  });
  return awsProviderOver({ ...aws, guardDuty: () => detecting });
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-state-'));
  folders.push(folder);
  return folder;
}

const started = async (policy: AutomaticPolicy | null = automatic(), state?: string, kept: string[] = []) =>
  anExecutor({
    world,
    provider: providerAs(credentials),
    policy: policyOf('identity-aws', {
      kinds: KINDS,
      protected: kept,
      ...(policy === null ? {} : { automatic: policy }),
    }),
    state: state ?? (await newFolder()),
  });

interface Victim {
  userName: string;
  accessKeyId: string;
  accountId: string;
  credentials: Credentials;
}

async function victim(userName: string): Promise<Victim> {
  await iam().send(new CreateUserCommand({ UserName: userName }));
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: userName }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  return { userName, accessKeyId, accountId: ACCOUNT, credentials: { accessKeyId, secretAccessKey } };
}

/** The plan of a class in `auto`: what may go first alone, and then what people decide. */
async function planFor({ userName }: Victim, change: Partial<Plan> = {}): Promise<Plan> {
  const found = await providerAs(estate().checker).discover({
    id: 'discover-1',
    incident: 'incident/x',
    firstRun,
    identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: userName },
    credentials: [],
    secret: null,
  });
  const proposals = { cut: [...(found.automatic ?? []), ...(found.proposals.cut ?? [])] };
  return planOf({ ...found, proposals }, { mode: 'auto', ...change });
}

const stepOf = (plan: Plan, kind: string, verb = 'apply') =>
  plan.steps.find((step) => step.kind === kind && step.verb === verb)?.id ?? 'none';

async function undecided(plan: Plan, finding: string, kind = 'aws/quarantine-auto'): Promise<Order> {
  return orderOf(world, plan, stepOf(plan, kind), {
    decisions: [],
    finding: { source: 'guardduty', id: finding },
  });
}

function alerted(of: Victim, change: Partial<StubFinding> = {}): string {
  const id = `finding-of-${of.userName}`;
  stub.findings.set(id, stubFinding(id, of, change));
  return id;
}

const bodyOf = (statement: string): Applied => {
  const read = readStatement(statement);
  if (!read.readable) throw new Error(read.reason);
  return read.statement.body as Applied;
};

describe('an executor that may act without people', () => {
  it('cuts what it has seen for itself, and nothing works with that key any more', async () => {
    const robot = await victim('auto-robot');
    const work = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${estate().workId}-*`;
    const Statement = [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [work] }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam().send(
      new PutUserPolicyCommand({ UserName: robot.userName, PolicyName: 'work', PolicyDocument }),
    );
    expect(await attempt(estate().endpoint, robot.credentials, estate().workId)).toBe('works');
    const executor = await started();
    const plan = await planFor(robot);
    const id = alerted(robot);
    const said = await executor.apply(await undecided(plan, id));
    expect(bodyOf(said.statement)).toMatchObject({ wasSo: false });
    expect(await wearers()).toEqual(['auto-robot']);
    expect(await attempt(estate().endpoint, robot.credentials, estate().workId)).toMatch(/^AccessDenied/);
    await executor.apply(await undecided(plan, id, 'aws/no-sessions'));
    expect((await executor.ledger.acts()).map(({ kind, finding }) => [kind, finding])).toEqual([
      ['aws/quarantine-auto', id],
      ['aws/no-sessions', id],
    ]);
    expect(executor.audit.map(({ verdict, who, proof }) => [verdict, who, proof])).toEqual(
      ['accepted', 'acted', 'accepted', 'acted'].map((verdict) => [verdict, null, null]),
    );
    await expect(executor.apply(await undecided(plan, id, 'aws/access-key'))).rejects.toThrow(
      /\(automaticIsAllowed\)/,
    );
  });

  it('gives way to the ordinary quarantine once people have decided', async () => {
    const robot = await victim('confirmed-robot');
    const executor = await started();
    await executor.apply(await undecided(await planFor(robot), alerted(robot)));
    const plan = await planFor(robot);
    const kinds = plan.steps.map(({ verb, kind }) => `${verb} ${kind}`);
    expect(kinds.indexOf('undo aws/quarantine-auto')).toBeGreaterThan(kinds.indexOf('apply aws/quarantine'));
    const confirmed = {
      ...plan,
      steps: plan.steps.filter(({ kind, verb }) => verb === 'undo' || kind !== 'aws/quarantine-auto'),
    };
    const cuts = confirmed.steps.filter(({ phase }) => phase === 'containment');
    for (const { id } of cuts) await executor.apply(await orderOf(world, confirmed, id));
    const about = { plan: hashOf(confirmed), incident: confirmed.incident, now: now() };
    const seen = await sees(
      world,
      cuts.map(({ id }) => ({ step: id, holds: true })),
      about,
    );
    const off = await orderOf(world, confirmed, stepOf(confirmed, 'aws/quarantine-auto', 'undo'), {
      results: [seen],
    });
    await executor.undo(off);
    expect(await wearers()).toEqual([]);
    const { AttachedPolicies = [] } = await iam().send(
      new ListAttachedUserPoliciesCommand({ UserName: robot.userName }),
    );
    expect(AttachedPolicies.flatMap(({ PolicyName }) => PolicyName ?? []).sort()).toEqual([
      'custody-no-sessions',
      'custody-quarantine',
    ]);
    const again = await planFor(robot, { madeAt: now() });
    await expect(executor.apply(await undecided(again, alerted(robot)))).rejects.toThrow(
      /\(findingIsNotUsedUp\)/,
    );
  });

  it('keeps it on where the ordinary quarantine is not on', async () => {
    const robot = await victim('kept-robot');
    const executor = await started();
    await executor.apply(await undecided(await planFor(robot), alerted(robot)));
    const plan = await planFor(robot);
    const cuts = plan.steps.filter(({ phase }) => phase === 'containment');
    const about = { plan: hashOf(plan), incident: plan.incident, now: now() };
    const seen = await sees(
      world,
      cuts.map(({ id }) => ({ step: id, holds: true })),
      about,
    );
    const off = await orderOf(world, plan, stepOf(plan, 'aws/quarantine-auto', 'undo'), { results: [seen] });
    await expect(executor.undo(off)).rejects.toMatchObject({ type: 'impossible' });
    expect(await wearers()).toEqual(['kept-robot']);
  });

  it('names those who wear it and whom it did not cut', async () => {
    const [stranger, robot] = [await victim('strange-robot'), await victim('known-robot')];
    await iam().send(new AttachUserPolicyCommand({ UserName: stranger.userName, PolicyArn: AUTO }));
    const executor = await started();
    const said = await executor.apply(await undecided(await planFor(robot), alerted(robot)));
    expect(bodyOf(said.statement).evidence).toMatchObject({
      strangers: `aws/${ACCOUNT}/iam-user/strange-robot`,
    });
  });
});

describe('an orchestrator that lies to an executor that may act without people', () => {
  let robot: Victim;
  let plan: Plan;
  let lies = 0;
  beforeEach(async () => {
    lies += 1;
    robot = await victim(`lied-about-${lies}`);
    plan = await planFor(robot);
  });

  const rows: [string, string, () => Promise<{ order: Order; executor?: Executor }>][] = [
    ['findingExists', 'with an invented finding', async () => ({ order: await undecided(plan, 'invented') })],
    [
      'findingNamesThisIdentity',
      'with the finding of somebody else',
      async () => ({ order: await undecided(plan, alerted(await victim(`else-${lies}`))) }),
    ],
    [
      'findingNamesItsCredential',
      'with a finding about a key that another user has',
      async () => {
        const other = await victim(`other-key-${lies}`);
        return { order: await undecided(plan, alerted({ ...robot, accessKeyId: other.accessKeyId })) };
      },
    ],
    [
      'findingNamesThisIdentity',
      'with a finding about an assumed role of that name',
      async () => ({
        order: await undecided(
          plan,
          alerted(robot, {
            resource: {
              resourceType: 'AccessKey',
              accessKeyDetails: {
                accessKeyId: robot.accessKeyId,
                principalId: 'AROAEXAMPLE:x',
                userName: robot.userName,
                userType: 'AssumedRole',
              },
            },
          }),
        ),
      }),
    ],
    [
      'findingIsNoSample',
      'with a sample by its title',
      async () => ({
        order: await undecided(plan, alerted(robot, { title: '[SAMPLE] An API was invoked.' })),
      }),
    ],
    ...['{"sample":true}', '{"sample":"true"}', 'no json'].map((value): (typeof rows)[number] => [
      'findingIsNoSample',
      `with a sample by its additional information: ${value}`,
      async () => ({
        order: await undecided(
          plan,
          alerted(robot, {
            service: { archived: false, serviceName: 'guardduty', additionalInfo: { value } },
          }),
        ),
      }),
    ]),
    [
      'findingIsNotArchived',
      'with an archived finding',
      async () => ({
        order: await undecided(
          plan,
          alerted(robot, { service: { archived: true, serviceName: 'guardduty' } }),
        ),
      }),
    ],
    [
      'findingIsTheSources',
      'with a finding by a rule of the account',
      async () => ({ order: await undecided(plan, alerted(robot, { customDetectionRuleName: 'mine' })) }),
    ],
    [
      'findingIsTheSources',
      'with a finding by a threat list of the account',
      async () => ({
        order: await undecided(
          plan,
          alerted(robot, { type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom' }),
        ),
      }),
    ],
    [
      'findingIsSevereEnough',
      'with a finding of low severity',
      async () => ({ order: await undecided(plan, alerted(robot, { severity: 2 })) }),
    ],
    [
      'findingIsOfItsTime',
      'with an old finding',
      async () => ({
        order: await undecided(
          plan,
          alerted(robot, {
            service: { archived: false, serviceName: 'guardduty', eventLastSeen: '2020-01-01T00:00:00Z' },
          }),
        ),
      }),
    ],
    [
      'automaticIsAllowed',
      'about a class that people decide about',
      async () => ({ order: await undecided({ ...plan, class: 'privileged' }, alerted(robot)) }),
    ],
    [
      'classIsAsRead',
      'with a class that the executor does not find',
      async () => {
        const PolicyArn = `arn:aws:iam::aws:policy/AdministratorAccess`;
        await iam().send(new AttachUserPolicyCommand({ UserName: robot.userName, PolicyArn }));
        return { order: await undecided(plan, alerted(robot)) };
      },
    ],
    [
      'automaticIsAllowed',
      'without an alert',
      async () => {
        const order = await undecided(plan, alerted(robot));
        delete order.finding;
        return { order };
      },
    ],
    [
      'automaticIsAllowed',
      'where the executor may do nothing without people',
      async () => ({ order: await undecided(plan, alerted(robot)), executor: await started(null) }),
    ],
    [
      'identityIsNotProtected',
      'against a protected identity',
      async () => ({
        order: await undecided(plan, alerted(robot)),
        executor: await started(automatic(), undefined, ['aws/*/iam-user/lied-about-*']),
      }),
    ],
    [
      'quorumIsMet',
      'in a plan that asks',
      async () => ({ order: await undecided({ ...plan, mode: 'ask' }, alerted(robot)) }),
    ],
    [
      'planIsNoDrill',
      'by a drill',
      async () => ({ order: await undecided({ ...plan, drill: true }, alerted(robot)) }),
    ],
    [
      'quarantineComesFirst',
      'to put on first what is not counted',
      async () => ({ order: await undecided(plan, alerted(robot), 'aws/no-sessions') }),
    ],
    [
      'stepIsInTime',
      'past the time of the step',
      async () => {
        const notAfter = '2020-01-01T00:00:00.000Z';
        const late = { ...plan, steps: plan.steps.map((step) => ({ ...step, notAfter })) };
        return { order: await undecided(late, alerted(robot)) };
      },
    ],
  ];

  it.each(rows)('is refused (%s) %s, and the audit log says why', async (check, _, lie) => {
    const { order, executor = await started() } = await lie();
    await expect(executor.apply(order)).rejects.toMatchObject({
      type: 'refused',
      message: expect.stringContaining(`(${check})`),
    });
    expect(await wearers()).toEqual([]);
    expect(executor.audit).toMatchObject([
      { verdict: 'refused', code: check, why: expect.stringMatching(/\S/) },
    ]);
    expect((await executor.ledger.acts()).filter(({ ended }) => ended?.as !== 'withdrawn')).toEqual([]);
  });
});

describe('200 forged alerts of high severity at once, that GuardDuty itself believes', () => {
  let victims: Victim[];
  let orders: Order[];
  beforeAll(async () => {
    const found = planFor(await victim('flood-template'));
    victims = [];
    for (let i = 0; i < 200; i += 1) victims.push(await victim(`flood-${i}`));
    const template = await found;
    orders = await Promise.all(
      victims.map((one) => {
        const text = JSON.stringify(template).replaceAll('flood-template', one.userName);
        return undecided(JSON.parse(text) as Plan, alerted(one));
      }),
    );
  });

  const flood = (executors: readonly Executor[]) =>
    Promise.all(
      orders.map(async (order, i) => {
        const executor = executors[i % executors.length] as Executor;
        const tried = () =>
          executor.apply(order).then(
            () => 'cut',
            (error: unknown) => error,
          );
        let answer = await tried();
        // As Temporal would: what passes by itself is tried again.
        for (
          let again = 0;
          again < 3 && answer instanceof ApplicationFailure && !answer.nonRetryable;
          again++
        )
          answer = await tried();
        return String(answer);
      }),
    );

  it('cut no more than the budget, by two executors with a share each', async () => {
    const executors = [await started(automatic({ share: 3 })), await started(automatic({ share: 2 }))];
    const answers = await flood(executors);
    expect(await wearers()).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'cut')).toHaveLength(5);
    expect(answers.filter((answer) => answer !== 'cut' && !answer.includes('(budgetIsLeft)'))).toEqual([]);
    const told = executors.flatMap(({ audit }) => audit).filter(({ verdict }) => verdict === 'refused');
    expect(told).toHaveLength(195);
    expect(await flood(executors).then((all) => all.filter((answer) => answer === 'cut'))).toHaveLength(5);
    expect(await wearers(), 'those again, and no other').toHaveLength(5);
  }, 60_000);

  it('cut no more than the share, by two processes of one executor with one ledger', async () => {
    const state = await newFolder();
    const executors = [
      await started(automatic({ share: 3 }), state),
      await started(automatic({ share: 3 }), state),
    ];
    await flood(executors);
    expect(await wearers()).toHaveLength(3);
  }, 60_000);

  it('leave what is kept for privileged identities', async () => {
    const executor = await started(automatic({ share: 5, reserve: { privileged: 2 } }));
    await flood([executor]);
    expect(await wearers()).toHaveLength(3);
  }, 60_000);

  it('cut none where the account’s budget is worn by others', async () => {
    for (const { userName } of victims.slice(0, 5))
      await iam().send(new AttachUserPolicyCommand({ UserName: userName, PolicyArn: AUTO }));
    const executor = await started();
    const answers = await Promise.all(
      orders.slice(5, 15).map((order) => executor.apply(order).catch(String)),
    );
    expect(answers).toEqual(answers.map(() => expect.stringMatching(/flood-0.*\(budgetIsLeft\)/)));
    expect(await wearers()).toHaveLength(5);
  });
});
