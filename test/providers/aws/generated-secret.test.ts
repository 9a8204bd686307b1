// A secret that no function rotates: a new value made, proved by the service that takes it, given out, and brought to those who cannot read
// it. However often it is cut short, readers get one value that works, everybody else has the same one, and the stolen one is refused.
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, secretsExecutor } from '../../../local/demo/estate.ts';
import type { Clock, Credentials } from '../../../providers/aws/clients.ts';
import { commandTest } from '../../../providers/secrets/command-test.ts';
import { githubActions } from '../../../providers/secrets/github-actions.ts';
import { httpTest } from '../../../providers/secrets/http-test.ts';
import type { SecretRule } from '../../../providers/secrets/rule.ts';
import { rotationWebhook } from '../../../providers/secrets/webhook.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { type GithubStub, githubStub } from '../../attacker/github-stub.ts';
import { statusFor, type TokenService, tokenService } from '../../attacker/token-service.ts';
import { found } from '../../e2e/canaries.ts';
import { type Course, courseForSecret } from './course.ts';
import { Crash, watched } from './watched.ts';

const KIND = 'aws/generated-secret';
const REPOSITORY = 'acme/shop';
const OLD = 'canary-of-the-old-token-0123456789';

const estate = estateForThisFile();
let secrets: SecretsManagerClient;
let executor: Credentials;
beforeAll(async () => {
  secrets = new SecretsManagerClient({
    endpoint: estate().endpoint,
    region: REGION,
    credentials: estate().root,
  });
  executor = await secretsExecutor(estate().endpoint, 'custody-shop', ['shop/*']);
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Shop {
  secret: string;
  service: TokenService;
  github: GithubStub;
  course: Course;
}

let shops = 0;

/** `rule`: other than that of a shop whose service takes the value as it is. */
async function shop(
  given: { value?: string; field?: string; rule?: Partial<SecretRule> | null; clock?: Clock } = {},
): Promise<Shop> {
  shops += 1;
  const secret = `shop/token-${shops}`;
  const field = given.field ?? null;
  await secrets.send(new CreateSecretCommand({ Name: secret, SecretString: given.value ?? OLD }));
  const service = await tokenService(secrets, secret, field);
  const github = await githubStub();
  stops.push(service.stop, github.stop);
  const rule: SecretRule = {
    secret,
    field,
    test: httpTest({ url: service.url, header: 'authorization', prefix: 'Bearer ' }),
    consumers: [
      githubActions({
        api: github.api,
        repository: REPOSITORY,
        secret: 'SHOP_TOKEN',
        field,
        token: github.token,
      }),
    ],
    ...given.rule,
  };
  const at = { account: ACCOUNT, region: REGION, endpoint: estate().endpoint };
  const clock = given.clock === undefined ? {} : { clock: given.clock };
  const owner = watched({
    ...at,
    ...clock,
    credentials: executor,
    secretRules: async () => (given.rule === null ? [] : [rule]),
  });
  const checker = watched({ ...at, credentials: estate().checker });
  const course = await courseForSecret(secret, { identity: owner, sessions: owner, owner, checker });
  return { secret, service, github, course };
}

async function currentValue(secret: string): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  return SecretString ?? '';
}

const stagesOf = async (secret: string): Promise<Record<string, string[]>> =>
  (await secrets.send(new DescribeSecretCommand({ SecretId: secret }))).VersionIdsToStages ?? {};

const step = ({ course }: Shop) => course.step(KIND);

async function expectRotated(at: Shop): Promise<string> {
  const { secret, service, github, course } = at;
  const value = await currentValue(secret);
  expect(value).not.toBe(OLD);
  expect(await statusFor(service.url, value)).toBe(200);
  expect(await statusFor(service.url, OLD)).toBe(401);
  expect(github.secrets.get(`${REPOSITORY} SHOP_TOKEN`)).toBe(value);
  const stages = await stagesOf(secret);
  const versionId = course.evidence[step(at).id]?.['secretVersionId'] ?? '';
  expect(stages[versionId]).toContain('AWSCURRENT');
  // One new version, whatever came between, and every other one is marked.
  expect(Object.keys(stages)).toHaveLength(2);
  for (const [id, names] of Object.entries(stages))
    expect(names.includes(`custody-compromised-${id}`)).toBe(id !== versionId);
  expect(await course.see(step(at))).toMatchObject({ holds: true });
  return value;
}

describe('a generated secret', () => {
  it('is found with how it stands, and rotating it is what contains it', async () => {
    const { course, secret } = await shop();
    expect(course.plan.steps).toMatchObject([
      { kind: KIND, phase: 'containment', part: 'owner', target: { secretId: secret } },
    ]);
    expect(course.discovery.waysIn).toMatchObject([
      { kind: 'secret-version', status: 'AWSCURRENT', stolen: true },
    ]);
    expect(course.discovery.consumers?.join()).toContain('does not rotate by itself');
  });

  it('gets a new value that the service takes, and the stolen one is refused; nobody else sees either', async () => {
    const at = await shop();
    const { course, github, secret } = at;
    expect(await course.see(step(at))).toMatchObject({ holds: false });
    const applied = await course.take(step(at));
    const value = await expectRotated(at);
    expect(applied).toMatchObject({
      wasSo: false,
      evidence: { told: expect.stringContaining('SHOP_TOKEN') },
    });
    expect(github.wire.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    const left = [
      { name: 'evidence', bytes: Buffer.from(JSON.stringify(course)) },
      { name: 'wire', bytes: Buffer.from(github.wire.join('\n')) },
    ];
    expect(found([value, OLD, github.token], left)).toEqual([]);
    expect((await course.take(step(at))).wasSo).toBe(true);
    expect(await currentValue(secret)).toBe(value);
  });

  it('keeps whatever else its owner has beside it', async () => {
    const at = await shop({ value: JSON.stringify({ token: OLD, region: 'eu' }), field: 'token' });
    await at.course.take(step(at));
    const value = JSON.parse(await currentValue(at.secret)) as Record<string, string>;
    expect(value).toEqual({ token: expect.stringMatching(/^[\w-]{43}$/), region: 'eu' });
    expect(await statusFor(at.service.url, value['token'] ?? '')).toBe(200);
    expect(at.github.secrets.get(`${REPOSITORY} SHOP_TOKEN`)).toBe(value['token']);
  });

  it('ends with one value that works and that all have, wherever the process dies', async () => {
    const undisturbed = await shop();
    const calls: { when: 'before' | 'after'; call: string; nth: number }[] = [];
    undisturbed.course.workers.owner.forget();
    undisturbed.course.workers.owner.interference = {
      before: (call, nth) => void calls.push({ when: 'before', call, nth }),
      // Not of a call that AWS refuses: there is none that says whether the version was stored already.
      after: (call, nth) => void calls.push({ when: 'after', call, nth }),
    };
    await undisturbed.course.take(step(undisturbed));
    expect(calls.map(({ call }) => call)).toContain('secretsmanager:PutSecretValue');
    for (const { when, call, nth } of calls) {
      const at = await shop();
      const { owner } = at.course.workers;
      owner.forget();
      owner.interference = {
        [when]: (_: string, now: number) => {
          if (now === nth) throw new Crash(`${when} ${call}`);
        },
      };
      await expect(at.course.take(step(at))).rejects.toThrow(Crash);
      owner.interference = {};
      await at.course.take(step(at));
      await expectRotated(at);
    }
  });

  it.each([
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
  ] as const)(
    'is told again where the line to GitHub breaks at call %i, %s it is done',
    async (nth, when) => {
      const at = await shop();
      at.github.drop = { nth, when };
      const error = await at.course.take(step(at)).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ sort: 'retry' });
      expect((await at.course.take(step(at))).wasSo).toBe(true);
      await expectRotated(at);
    },
  );

  it.each([
    [401, {}, 'denied', /renew it/],
    [403, {}, 'denied', /Secrets: write/],
    [403, { 'x-ratelimit-remaining': '0' }, 'throttled', /tried again/],
    [403, { 'retry-after': '60' }, 'throttled', /tried again/],
    [404, {}, 'impossible', /correct the repository/],
    [429, {}, 'throttled', /tried again/],
    [502, {}, 'retry', /tried again/],
  ] as const)('says what to do where GitHub answers %i %o', async (status, headers, sort, says) => {
    const at = await shop();
    at.github.answers = { status, headers };
    const error = await at.course.take(step(at)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ sort, message: expect.stringMatching(says) });
    const value = await currentValue(at.secret);
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(found([value, OLD, at.github.token], [{ name: 'error', bytes: Buffer.from(text) }])).toEqual([]);
    at.github.answers = null;
    await at.course.take(step(at));
    await expectRotated(at);
  });
});

describe('a generated secret is not given out', () => {
  it('where the service does not take it, and is when it does', async () => {
    let now = Date.now();
    const clock: Clock = {
      now: () => now,
      pause: async (milliseconds) => {
        now += milliseconds;
      },
    };
    const at = await shop({ clock });
    at.service.takesPending = false;
    const error = await at.course.take(step(at)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/answered 401.*given to nobody/),
    });
    expect(await currentValue(at.secret)).toBe(OLD);
    expect(at.github.secrets.size).toBe(0);
    const [made = ''] = at.service.calls;
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(found([made, OLD], [{ name: 'error', bytes: Buffer.from(text) }])).toEqual([]);
    at.service.takesPending = true;
    await at.course.take(step(at));
    expect(await expectRotated(at)).toBe(made);
  });

  it.each([
    ['there is no rule for it', null, /no test/],
    ['its rule has no test', { test: null }, /no test/],
  ] as const)('where %s', async (_, rule, says) => {
    const at = await shop({ rule });
    await expect(at.course.take(step(at))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(says),
    });
    expect(Object.keys(await stagesOf(at.secret))).toHaveLength(1);
  });

  it.each([
    ['is JSON and no member is named', JSON.stringify({ token: OLD }), undefined, /nothing says which/],
    ['has no such member', JSON.stringify({ password: OLD }), 'token', /correct the field/],
    ['is not JSON', OLD, 'token', /correct the field/],
  ] as const)('where its value %s', async (_, value, field, says) => {
    const at = await shop({ value, ...(field === undefined ? {} : { field }) });
    const error = await at.course.take(step(at)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ sort: 'impossible', message: expect.stringMatching(says) });
    expect(String(error)).not.toContain(OLD);
    expect(await currentValue(at.secret)).toBe(value);
  });

  it('where another rotation is under way', async () => {
    const at = await shop();
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: at.secret,
        SecretString: 'other',
        VersionStages: ['AWSPENDING'],
      }),
    );
    await expect(at.course.take(step(at))).rejects.toThrow(/Another rotation/);
    expect(await currentValue(at.secret)).toBe(OLD);
  });

  it('where a label says that another rotation is under way, but for one that is over', async () => {
    const at = await shop();
    const left = { SecretId: at.secret, SecretString: OLD, VersionStages: ['AWSCURRENT', 'AWSPENDING'] };
    await secrets.send(new PutSecretValueCommand(left));
    await secrets.send(new PutSecretValueCommand({ SecretId: at.secret, SecretString: `${OLD}-by-hand` }));
    expect(Object.values(await stagesOf(at.secret))).toContainEqual(
      expect.arrayContaining(['AWSPENDING', 'AWSPREVIOUS']),
    );
    const course = await courseForSecret(at.secret, at.course.workers);
    expect(course.discovery.concerns.join()).not.toMatch(/under way or was left unfinished/);
    await at.course.take(step(at));
    const value = await currentValue(at.secret);
    expect(await statusFor(at.service.url, value)).toBe(200);
    expect(value).not.toContain(OLD);
  });

  it('where the plan is about another one', async () => {
    const at = await shop();
    const other = { ...step(at), target: { secretId: (await shop()).secret } };
    await expect(at.course.take(other)).rejects.toThrow(/but the plan is about secret/);
  });

  it('once it was marked as compromised itself', async () => {
    const at = await shop();
    const { evidence } = await at.course.take(step(at));
    const versionId = evidence['secretVersionId'] ?? '';
    await giveBack(at, versionId);
    const mark = { VersionStage: `custody-compromised-${versionId}`, MoveToVersionId: versionId };
    await secrets.send(new UpdateSecretVersionStageCommand({ SecretId: at.secret, ...mark }));
    await expect(at.course.take(step(at))).rejects.toThrow(/is marked as compromised/);
  });
});

/** Somebody gives readers the old value again. */
async function giveBack({ secret }: Shop, versionId: string): Promise<void> {
  const old = Object.keys(await stagesOf(secret)).find((id) => id !== versionId);
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secret,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: old,
      RemoveFromVersionId: versionId,
    }),
  );
}

describe('a plan that is made anew in the same incident', () => {
  const anew = async ({ secret, course: { workers } }: Shop) => courseForSecret(secret, workers);

  it('makes another value, for what the first one gave out may be stolen too', async () => {
    const at = await shop();
    await at.course.take(step(at));
    const first = await currentValue(at.secret);
    const course = await anew(at);
    expect(await course.take(course.step(KIND))).toMatchObject({ wasSo: false });
    const second = await currentValue(at.secret);
    expect(second).not.toBe(first);
    expect(await statusFor(at.service.url, second)).toBe(200);
    expect(await statusFor(at.service.url, first)).toBe(401);
    const unmarked = Object.entries(await stagesOf(at.secret)).filter(
      ([id, names]) => !names.includes(`custody-compromised-${id}`),
    );
    expect(unmarked).toEqual([
      [course.evidence[course.step(KIND).id]?.['secretVersionId'], expect.arrayContaining(['AWSCURRENT'])],
    ]);
  });

  it('takes the place of what the first one left waiting', async () => {
    let now = Date.now();
    const clock: Clock = {
      now: () => now,
      pause: async (milliseconds) => {
        now += milliseconds;
      },
    };
    const at = await shop({ clock });
    at.service.takesPending = false;
    await expect(at.course.take(step(at))).rejects.toThrow(/given to nobody/);
    at.service.takesPending = true;
    const course = await anew(at);
    await course.take(course.step(KIND));
    expect(await statusFor(at.service.url, await currentValue(at.secret))).toBe(200);
    const pending = Object.values(await stagesOf(at.secret)).filter((names) => names.includes('AWSPENDING'));
    expect(pending.filter((names) => !names.includes('AWSCURRENT'))).toEqual([]);
  });
});

it('calls no rotation compromised that somebody began after its own was over', async () => {
  const at = await shop();
  await at.course.take(step(at));
  const { VersionId = '' } = await secrets.send(
    new PutSecretValueCommand({
      SecretId: at.secret,
      SecretString: 'of the next month',
      VersionStages: ['AWSPENDING'],
    }),
  );
  expect((await at.course.take(step(at))).wasSo).toBe(true);
  expect((await stagesOf(at.secret))[VersionId]).toEqual(['AWSPENDING']);
});

describe('the way back', () => {
  it('is seen, and closed by giving out the new value again', async () => {
    const at = await shop();
    const { evidence } = await at.course.take(step(at));
    const value = await expectRotated(at);
    await giveBack(at, evidence['secretVersionId'] ?? '');
    expect(await statusFor(at.service.url, OLD)).toBe(200);
    expect(await at.course.see(step(at))).toMatchObject({
      holds: false,
      saw: expect.stringContaining('marked as compromised'),
    });
    expect(await at.course.watch(step(at))).toMatchObject({ holds: false });
    expect((await at.course.take(step(at))).wasSo).toBe(false);
    expect(await at.course.watch(step(at))).toMatchObject({ holds: true });
    expect(await expectRotated(at)).toBe(value);
  });

  it('of a deleted secret is seen while its recovery window is open', async () => {
    const at = await shop();
    await at.course.take(step(at));
    await secrets.send(new DeleteSecretCommand({ SecretId: at.secret, RecoveryWindowInDays: 7 }));
    expect(await at.course.see(step(at))).toMatchObject({
      holds: false,
      saw: expect.stringContaining('restore-secret'),
    });
    const again = await courseForSecret(at.secret, at.course.workers);
    expect(again.discovery.concerns.join()).toMatch(/ordered to be deleted/);
  });
});

describe('a test by a program of its owner', () => {
  const node = (script: string) => [process.execPath, '-e', script];
  const reads = (then: string) =>
    `let v='';process.stdin.on('data',(c)=>{v+=c}).on('end',()=>{console.log(v);${then}})`;

  it.each([
    ['works', 'process.exit(v.length===43&&!process.argv.includes(v)?0:3)', 'works'],
    ['does not', 'process.exit(3)', 'not'],
    ['cannot tell', 'process.exit(75)', 'retry'],
  ] as const)('%s', async (_, then, says) => {
    const at = await shop({ rule: { test: null } });
    const test = commandTest(node(reads(then)));
    const said = await test('x'.repeat(43)).catch((error: unknown) => error);
    if (says === 'works') expect(said).toBe('works');
    if (says === 'not') expect(said).toEqual({ not: `${process.execPath} ended with 3` });
    if (says === 'retry') expect(said).toMatchObject({ sort: 'retry' });
    expect(at.service.calls).toEqual([]);
  });

  it('that is not there cannot tell', async () => {
    await expect(commandTest(['/nowhere/at-all'])('x')).rejects.toMatchObject({ sort: 'retry' });
  });
});

describe('a consumer that is told by webhook', () => {
  it('gets a signed word of the new version, and no value', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const heard: { headers: Record<string, string>; body: string }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({
          headers: request.headers as Record<string, string>,
          body: Buffer.concat(chunks).toString(),
        });
        response.writeHead(heard.length === 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    stops.push(
      () =>
        new Promise<void>((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    );
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook-canary`;
    const at = await shop({ rule: { consumers: [rotationWebhook({ name: 'deployer', url, secret })] } });
    const error = await at.course.take(step(at)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ sort: 'retry' });
    expect(String(error)).not.toContain('canary');
    const { evidence } = await at.course.take(step(at));
    expect(evidence['told']).toBe('webhook deployer');
    const value = await currentValue(at.secret);
    const verified = heard.map(({ headers, body }) => new Webhook(secret).verify(body, headers));
    expect(verified).toEqual([
      expect.objectContaining({ type: 'secret.rotated' }),
      expect.objectContaining({ data: { secret: at.secret, versionId: evidence['secretVersionId'] } }),
    ]);
    expect(heard[0]?.headers['webhook-id']).toBe(heard[1]?.headers['webhook-id']);
    expect(found([value, OLD], [{ name: 'webhook', bytes: Buffer.from(JSON.stringify(heard)) }])).toEqual([]);
  });
});
