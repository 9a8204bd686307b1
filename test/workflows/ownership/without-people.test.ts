// Nobody has decided, and the thief is stopped: real executors on the emulator, which read the finding again at GuardDuty (a stub of its
// GetFindings), cut by their own policy and budget, and leave to people what they do not do.
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
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyRecord } from '../../../authority/verify-record.ts';
import type { Provider } from '../../../domain/provider/provider.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { ACCOUNT, automaticExecutor, REGION } from '../../../local/demo/estate.ts';
import { connect, type Credentials } from '../../../providers/aws/clients.ts';
import { awsProviderOver } from '../../../providers/aws/provider.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { attempt } from '../../attacker/thief.ts';
import { discovery, rules } from '../../domain/incident/world.ts';
import { DETECTOR, GuardDutyStub, stubFinding } from '../../providers/aws/guardduty-stub.ts';
import { Plane } from '../plane.ts';
import { atWork, gate, keyNamed, named, type Stage, timeSkipping } from '../stage.ts';
import { ofType, refused } from './shipped.ts';

const estate = estateForThisFile();
const AUTO = `arn:aws:iam::${ACCOUNT}:policy/custody-quarantine-auto`;
let env: TestWorkflowEnvironment;
let stage: Stage;
let stub: GuardDutyStub;
let stop: () => Promise<void>;

/** The account itself: the executor acts and looks with its own permissions, the checker with its own. */
class Account extends Plane {
  readonly #acting: Provider;
  readonly #looking: Provider;
  constructor(acting: Provider, looking: Provider) {
    super(discovery);
    this.#acting = acting;
    this.#looking = looking;
  }
  override get provider(): Provider {
    return this.#acting;
  }
  override get looking(): Provider {
    return this.#looking;
  }
}

function providerAs(credentials: Credentials): Provider {
  const { endpoint } = estate();
  const aws = connect({ account: ACCOUNT, region: REGION, endpoint, credentials });
  const guardDuty = new GuardDutyClient({
    endpoint: stub.endpoint,
    region: REGION,
    credentials,
    maxAttempts: 1,
  });
  return awsProviderOver({ ...aws, guardDuty: () => guardDuty });
}

/** The executor's own. */
const automatic = {
  classes: [{ name: 'ci-cd', when: { human: false, privileged: false }, unless: [] }],
  kinds: ['aws/quarantine-auto'],
  perAccount: 20,
  share: 20,
  findings: { detectors: [DETECTOR], severity: 7, maxAge: '1h' },
};

const known = (change: Partial<Rules> = {}): Rules => rules({ mode: 'auto', secret: null, ...change });

beforeAll(async () => {
  stub = await GuardDutyStub.start();
  const executor = await automaticExecutor(estate().endpoint, 'custody-automatic');
  const plane = new Account(providerAs(executor), providerAs(estate().checker));
  ({ env, stage } = await timeSkipping({ plane }));
  stage.demands = {
    ...stage.demands,
    automatic,
  };
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop?.();
  await env?.teardown();
  await stub?.stop();
});
beforeEach(async () => {
  stage.rules = known();
  automatic.perAccount = 20;
  for (const userName of await wearers())
    await iam().send(new DetachUserPolicyCommand({ UserName: userName, PolicyArn: AUTO }));
});

const iam = () => new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });

async function wearers(): Promise<string[]> {
  const { PolicyUsers = [] } = await iam().send(new ListEntitiesForPolicyCommand({ PolicyArn: AUTO }));
  return PolicyUsers.flatMap(({ UserName }) => UserName ?? []);
}

async function worn(userName: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await iam().send(
    new ListAttachedUserPoliciesCommand({ UserName: userName }),
  );
  return AttachedPolicies.flatMap(({ PolicyName }) => PolicyName ?? []).toSorted();
}

interface Victim {
  key: string;
  userName: string;
  stolen: Credentials;
  /** Its alert, as GuardDuty has it too. */
  alerted: () => Promise<unknown>;
}

async function victim(userName: string): Promise<Victim> {
  await iam().send(new CreateUserCommand({ UserName: userName }));
  const work = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${estate().workId}-*`;
  const Statement = [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [work] }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam().send(new PutUserPolicyCommand({ UserName: userName, PolicyName: 'work', PolicyDocument }));
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: userName }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  const id = `finding-${userName}`;
  return {
    key: keyNamed(userName),
    userName,
    stolen: { accessKeyId, secretAccessKey },
    alerted: () => {
      stub.findings.set(id, stubFinding(id, { userName, accessKeyId, accountId: ACCOUNT }));
      return stage.detect(named(userName, { credentialId: accessKeyId }));
    },
  };
}

/** Whoever has the key tries what its user may do. */
const withTheKey = ({ stolen }: Victim): Promise<string> =>
  attempt(estate().endpoint, stolen, estate().workId);

const toldOf = (words: RegExp, key: string): string[] =>
  stage.told.notices.filter((one) => one.key === key && words.test(one.says)).map(({ to }) => to);

async function verified(key: string) {
  const lines = await stage.record(key);
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const { ok, broken } = await verifyRecord(text, { directory: stage.people.directory });
  expect({ ok, broken }).toEqual({ ok: true, broken: null });
  return lines;
}

it('is cut before anybody answers; people confirm it by a cut, and then it comes off', async () => {
  const robot = await victim('alone-robot');
  expect(await withTheKey(robot)).toBe('works');
  await robot.alerted();
  await env.sleep('1 minute');
  expect(await withTheKey(robot)).not.toBe('works');
  const first = await stage.view(robot.key);
  expect(first).toMatchObject({
    phase: 'triage',
    steps: null,
    automatic: { on: [{ seenAt: expect.any(String) }] },
  });
  expect(toldOf(/contained by the automatic quarantine; nobody has decided yet/, robot.key)).toEqual(['soc']);
  expect(first.plans.flatMap(({ plan }) => plan.steps.map(({ verb, kind }) => `${verb} ${kind}`))).toContain(
    'undo aws/quarantine-auto',
  );

  await stage.assess('sam', robot.key);
  await stage.approve('ida', 'act', robot.key);
  await env.sleep('2 minutes');
  const then = await stage.view(robot.key);
  expect(then).toMatchObject({ phase: 'recovery', automatic: null });
  expect(await worn('alone-robot')).toEqual(['custody-no-sessions']);
  expect(await wearers()).toEqual([]);
  const lines = await verified(robot.key);
  expect(ofType(lines, 'automaticBegun')).toMatchObject([
    { data: { by: 'class', finding: { id: 'finding-alone-robot' } } },
  ]);
  expect(ofType(lines, 'contained')).toHaveLength(1);
});

it('is left to people, at once and with the reason, where the budget is spent', async () => {
  automatic.perAccount = 3;
  for (const name of ['spent-1', 'spent-2', 'spent-3']) {
    const { userName } = await victim(name);
    await iam().send(new AttachUserPolicyCommand({ UserName: userName, PolicyArn: AUTO }));
  }
  const robot = await victim('late-robot');
  await robot.alerted();
  await env.sleep('1 minute');
  expect(await withTheKey(robot)).toBe('works');
  expect(toldOf(/budget of 3 is used up.*\(budgetIsLeft\)/, robot.key)).toEqual(['soc']);
  const view = await stage.view(robot.key);
  expect(gate(view, 'risk')).not.toBeNull();
  expect(view.automatic?.leftToPeople).toMatch(/budgetIsLeft/);
  const [, ...again] = ofType(await verified(robot.key), 'ordered');
  expect(again, 'asked once').toEqual([]);
  await stage.assess('sam', robot.key);
  await stage.approve('ida', 'act', robot.key);
  await env.sleep('1 minute');
  expect(ofType(await verified(robot.key), 'contained')).toHaveLength(1);
  expect(await withTheKey(robot)).not.toBe('works');
});

it('tells the holder and the executor’s party whom else it finds cut so', async () => {
  const stranger = await victim('strange-robot');
  await iam().send(new AttachUserPolicyCommand({ UserName: stranger.userName, PolicyArn: AUTO }));
  const robot = await victim('telling-robot');
  await robot.alerted();
  await env.sleep('1 minute');
  expect(await withTheKey(robot)).not.toBe('works');
  // They are told at once: whoever's notice goes out first comes first.
  expect(toldOf(/did not cut this one.*strange-robot/, robot.key).toSorted()).toEqual(['identity', 'soc']);
});

it('does not close as a false alarm while it is cut off; two people can close it as handled by hand', async () => {
  const robot = await victim('false-robot');
  await robot.alerted();
  await env.sleep('1 minute');
  const answers = gate(await stage.view(robot.key), 'risk');
  const body = { verdict: 'falsePositive', impact: 'none', reason: 'our own scanner' };
  await refused(stage.say('sam', 'assess', { answers, body }, robot.key), 'notNow');
  await iam().send(new DetachUserPolicyCommand({ UserName: 'false-robot', PolicyArn: AUTO }));
  for (const person of ['sam', 'lee'])
    await stage.say(person, 'close', { body: { reason: 'taken off in the console' } }, robot.key);
  expect(await stage.view(robot.key)).toMatchObject({ outcome: 'closed', closedAs: 'handledByHand' });
});

it('comes off by an undo that two people agree to, and closes as the false alarm that it was', async () => {
  const robot = await victim('cleared-robot');
  const before = await worn(robot.userName);
  await robot.alerted();
  await env.sleep('1 minute');
  expect(await withTheKey(robot)).not.toBe('works');
  const view = await stage.view(robot.key);
  const shown = view.undo.find(({ verdict }) => verdict === 'falsePositive')?.shown;
  if (shown == null) throw new Error('no undo is offered');
  const { hash, plan } = shown;
  const body = { verdict: 'falsePositive', madeAt: plan.madeAt, reason: 'our own scanner' };
  await stage.say('sam', 'undo', { answers: view.hold.id, plan: hash, body }, robot.key);
  await env.sleep('30 seconds');
  expect(await withTheKey(robot), 'one person is not enough').not.toBe('works');
  await stage.approve('ida', 'undo', robot.key);
  await env.sleep('1 minute');
  expect(await withTheKey(robot)).toBe('works');
  expect(await worn(robot.userName)).toEqual(before);
  for (const person of ['sam', 'lee']) await stage.approve(person, 'close', robot.key);
  expect(await stage.view(robot.key)).toMatchObject({ outcome: 'closed', closedAs: 'falsePositive' });
  const lines = await verified(robot.key);
  expect(ofType(lines, 'undone')).toMatchObject([{ data: { verdict: 'falsePositive' } }]);
});

it('is cut when everybody has been silent, in a class that asks, and goes on telling', async () => {
  const { triage } = rules().phases;
  const fallback = [{ do: 'contain-reversible' as const }, { do: 'hold' as const }];
  stage.rules = known({
    mode: 'ask',
    phases: { ...rules().phases, triage: { ...triage, ladder: { ...triage.ladder, fallback } } },
  });
  const robot = await victim('silent-robot');
  await robot.alerted();
  await env.sleep('9 minutes');
  expect(await withTheKey(robot)).toBe('works');
  await env.sleep('3 minutes');
  expect(await withTheKey(robot)).not.toBe('works');
  expect(await stage.view(robot.key)).toMatchObject({ phase: 'triage', steps: null });
  await env.sleep('20 minutes');
  const lines = await verified(robot.key);
  expect(ofType(lines, 'silence').map(({ data }) => data['does'])).toEqual(['contain-reversible', 'hold']);
  expect(ofType(lines, 'automaticBegun')).toMatchObject([{ data: { by: 'silence' } }]);
  expect(ofType(lines, 'rungTold').length, 'told again').toBeGreaterThan(2);
});
