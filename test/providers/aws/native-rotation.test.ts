// A secret that a function rotates: asked for once, watched to the end, taken up again wherever the process dies; and rotations of somebody else
// that are at work, were left unfinished or were cancelled are told apart. The function's steps are real calls of a second client.
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type ListSecretVersionIdsResponse,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, secretsExecutor } from '../../../local/demo/estate.ts';
import type { Clock, Credentials } from '../../../providers/aws/clients.ts';
import type { News } from '../../../providers/secrets/rule.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { RotationFunction } from '../../attacker/rotation-function.ts';
import { found } from '../../e2e/canaries.ts';
import { type Course, courseForSecret } from './course.ts';
import { Crash, type Interference, watched } from './watched.ts';

const KIND = 'aws/native-rotation';
const OLD = 'canary-of-the-old-password-0123456789';
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:SecretsManagerShop`;
const HOUR_MS = 3_600_000;

const estate = estateForThisFile();
let secrets: SecretsManagerClient;
let executor: Credentials;
beforeAll(async () => {
  const at = { endpoint: estate().endpoint, region: REGION };
  secrets = new SecretsManagerClient({ ...at, credentials: estate().root });
  executor = await secretsExecutor(estate().endpoint, 'custody-shop', ['shop/*']);
});

interface Shop {
  secret: string;
  rotates: RotationFunction;
  course: Course;
  told: News[];
  /** Beside what carries the token to the function. */
  interfere(interference: Interference): void;
  /** Time passes, in which nobody does anything. */
  later(ms: number): void;
}

let shops = 0;

async function shop(): Promise<Shop> {
  shops += 1;
  const secret = `shop/password-${shops}`;
  await secrets.send(new CreateSecretCommand({ Name: secret, SecretString: OLD }));
  // Its rules alone, nothing is rotated yet; the emulator leaves a trial version for a moment, as AWS does.
  await secrets.send(
    new RotateSecretCommand({
      SecretId: secret,
      RotationLambdaARN: FUNCTION,
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
    }),
  );
  await expect.poll(async () => Object.keys(await stagesOf(secret))).toHaveLength(1);
  const rotates = new RotationFunction(secrets, secret);
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    pause: async (milliseconds) => {
      ahead += milliseconds;
      await rotates.step();
    },
  };
  const told: News[] = [];
  const at = { account: ACCOUNT, region: REGION, endpoint: estate().endpoint, clock };
  const owner = watched({
    ...at,
    credentials: executor,
    secretRules: async () => [
      {
        secret,
        field: null,
        test: null,
        consumers: [{ name: 'a consumer', tell: async (news) => void told.push(news) }],
      },
    ],
  });
  const checker = watched({ ...at, credentials: estate().checker });
  const course = await courseForSecret(secret, { identity: owner, sessions: owner, owner, checker });
  owner.forget();
  const made: Shop = {
    secret,
    rotates,
    course,
    told,
    interfere: (interference) => {
      owner.interference = {
        ...interference,
        after: async (call, nth, input) => {
          // By then AWS has the function called, whether or not whoever asked learns of it.
          if (call === 'secretsmanager:RotateSecret') rotates.asked(tokenIn(input));
          await interference.after?.(call, nth, input);
        },
      };
    },
    later: (ms) => {
      ahead += ms;
    },
  };
  made.interfere({});
  return made;
}

const tokenIn = (input: unknown): string =>
  String((input as { ClientRequestToken?: string }).ClientRequestToken);

async function stagesOf(secret: string): Promise<Record<string, string[]>> {
  return (await secrets.send(new DescribeSecretCommand({ SecretId: secret }))).VersionIdsToStages ?? {};
}

const step = ({ course }: Shop) => course.step(KIND);

async function currentValue({ secret }: Shop): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  return SecretString ?? '';
}

async function expectRotated(at: Shop): Promise<void> {
  const { secret, rotates, course, told } = at;
  const value = await currentValue(at);
  expect(rotates.taken).toEqual([value]);
  expect(value).not.toBe(OLD);
  expect(new Set(told.map((news) => news.value))).toEqual(new Set([value]));
  const stages = await stagesOf(secret);
  const versionId = course.evidence[step(at).id]?.['secretVersionId'] ?? '';
  expect(stages[versionId]).toContain('AWSCURRENT');
  expect(Object.keys(stages)).toHaveLength(2);
  for (const [id, names] of Object.entries(stages))
    expect(names.includes(`custody-compromised-${id}`)).toBe(id !== versionId);
  expect(await course.see(step(at))).toMatchObject({ holds: true });
  expect(found([value, OLD], [{ name: 'course', bytes: Buffer.from(JSON.stringify(course)) }])).toEqual([]);
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('a rotation by the function of the secret', () => {
  it('is planned where there is one, asked for once, and watched to its end', async () => {
    const at = await shop();
    const { course, rotates } = at;
    expect(course.plan.steps).toMatchObject([{ kind: KIND, does: expect.stringContaining(FUNCTION) }]);
    expect(course.discovery.consumers?.join()).toContain('it rotates by itself');
    expect((await course.take(step(at))).wasSo).toBe(false);
    expect(rotates.done).toEqual(STEPS);
    const asked = course.workers.owner.calls.filter((call) => call === 'secretsmanager:RotateSecret');
    expect(asked).toHaveLength(1);
    await expectRotated(at);
    expect((await course.take(step(at))).wasSo).toBe(true);
    expect(rotates.done).toEqual(STEPS);
  });

  it('ends with one value that works, wherever the process dies', async () => {
    const undisturbed = await shop();
    const calls: { when: 'before' | 'after'; call: string; nth: number }[] = [];
    undisturbed.interfere({
      before: (call, nth) => void calls.push({ when: 'before', call, nth }),
      after: (call, nth) => void calls.push({ when: 'after', call, nth }),
    });
    await undisturbed.course.take(step(undisturbed));
    expect(calls.length).toBeGreaterThan(15);
    for (const { when, call, nth } of calls) {
      const at = await shop();
      at.interfere({
        [when]: (_: string, now: number) => {
          if (now === nth) throw new Crash(`${when} ${call}`);
        },
      });
      await expect(at.course.take(step(at))).rejects.toThrow(Crash);
      at.interfere({});
      await at.course.take(step(at));
      expect(at.rotates.done).toEqual(STEPS);
      await expectRotated(at);
    }
  });

  it('is taken up again by the next attempt where it takes its time', async () => {
    const at = await shop();
    at.rotates.failsAt = 'testSecret';
    await expect(at.course.take(step(at))).rejects.toMatchObject({ sort: 'retry' });
    expect(await currentValue(at)).toBe(OLD);
    at.rotates.failsAt = null;
    await at.course.take(step(at));
    await expectRotated(at);
  });

  it('is told to people where its function does not finish', async () => {
    const at = await shop();
    at.rotates.failsAt = 'setSecret';
    await expect(at.course.take(step(at))).rejects.toMatchObject({ sort: 'retry' });
    at.later(HOUR_MS);
    await expect(at.course.take(step(at))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/has not finished .* in an hour/),
    });
    expect(await currentValue(at)).toBe(OLD);
  });

  it('is not done by a function that gives the old value out again', async () => {
    const at = await shop();
    at.rotates.copies = true;
    await expect(at.course.take(step(at))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/holds the same value .*: nothing was replaced/),
    });
    expect(at.told).toEqual([]);
  });

  it('is not asked for again where somebody gives readers the old value, which is seen', async () => {
    const at = await shop();
    const { evidence } = await at.course.take(step(at));
    const old = Object.keys(await stagesOf(at.secret)).find((id) => id !== evidence['secretVersionId']);
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: at.secret,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: old,
        RemoveFromVersionId: evidence['secretVersionId'],
      }),
    );
    expect(await at.course.see(step(at))).toMatchObject({
      holds: false,
      saw: expect.stringContaining('marked as compromised'),
    });
    await expect(at.course.take(step(at))).rejects.toThrow(/somebody gave them another one since/);
    // A new plan is what that says, and so it must help.
    const again = await courseForSecret(at.secret, at.course.workers);
    expect(await again.take(again.step(KIND))).toMatchObject({ wasSo: false });
    expect(at.rotates.done).toEqual([...STEPS, ...STEPS]);
    const stages = await stagesOf(at.secret);
    const made = again.evidence[again.step(KIND).id]?.['secretVersionId'] ?? '';
    expect(stages[made]).toContain('AWSCURRENT');
    expect(stages[made]).not.toContain(`custody-compromised-${made}`);
  });

  it('that is followed by the next one of its function, in its own time, calls that one compromised at no moment', async () => {
    const at = await shop();
    await at.course.take(step(at));
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: at.secret,
        SecretString: 'of the next month',
        VersionStages: ['AWSPENDING'],
      }),
    );
    const next = Object.entries(await stagesOf(at.secret)).find(
      ([, names]) => names.includes('AWSPENDING') && !names.includes('AWSCURRENT'),
    );
    await at.rotates.finishSecret(next?.[0] ?? '');
    // As most functions do.
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: at.secret,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: next?.[0],
      }),
    );
    expect(await currentValue(at)).toBe('of the next month');
    await expect(at.course.take(step(at))).rejects.toThrow(/somebody gave them another one since/);
    expect((await stagesOf(at.secret))[next?.[0] ?? '']).not.toContain(`custody-compromised-${next?.[0]}`);
    expect(await at.course.watch(step(at))).toMatchObject({ holds: true });
  });
});

describe('a rotation of somebody else', () => {
  const begin = (at: Shop) =>
    secrets.send(
      new PutSecretValueCommand({
        SecretId: at.secret,
        SecretString: 'theirs',
        VersionStages: ['AWSPENDING'],
      }),
    );
  const asked = ({ course }: Shop) => course.workers.owner.calls.includes('secretsmanager:RotateSecret');

  it('that is at work is waited for', async () => {
    const at = await shop();
    await begin(at);
    await expect(at.course.take(step(at))).rejects.toMatchObject({ sort: 'retry' });
    expect(asked(at)).toBe(false);
    const pending = Object.entries(await stagesOf(at.secret)).find(([, names]) =>
      names.includes('AWSPENDING'),
    );
    await at.rotates.finishSecret(pending?.[0] ?? '');
    await at.course.take(step(at));
    expect(at.rotates.done).toEqual(STEPS);
    // What it made may have been read before ours began.
    const stages = await stagesOf(at.secret);
    expect(Object.keys(stages)).toHaveLength(3);
    const unmarked = Object.entries(stages).filter(
      ([id, names]) => !names.includes(`custody-compromised-${id}`),
    );
    expect(unmarked.map(([id]) => id)).toEqual([at.course.evidence[step(at).id]?.['secretVersionId']]);
  });

  it('that was left unfinished after its value was made is told to people', async () => {
    const at = await shop();
    await begin(at);
    at.later(HOUR_MS);
    await expect(at.course.take(step(at))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/left unfinished.*may be set already/),
    });
    expect(asked(at)).toBe(false);
    const again = await courseForSecret(at.secret, at.course.workers);
    expect(again.discovery.concerns.join()).toMatch(/AWSPENDING stands on the version/);
  });

  it('that never made a value is put out of the way', async () => {
    const at = await shop();
    const { VersionId } = await begin(at);
    at.interfere({
      // AWS puts the stage on a version before the function has given it a value; the emulator knows no such version, nor an old one.
      change: (call, input, answer) => {
        if (call === 'secretsmanager:GetSecretValue') {
          if ((input as { VersionId?: string }).VersionId === VersionId) delete answer['SecretString'];
        }
        if (call !== 'secretsmanager:ListSecretVersionIds') return;
        for (const version of (answer as ListSecretVersionIdsResponse).Versions ?? [])
          if (version.VersionId === VersionId) version.CreatedDate = new Date(Date.now() - HOUR_MS);
      },
    });
    await at.course.take(step(at));
    await expectRotated(at);
  });
});

describe('no rotation is asked for', () => {
  it('where rotation was cancelled', async () => {
    const at = await shop();
    await secrets.send(new CancelRotateSecretCommand({ SecretId: at.secret }));
    await expect(at.course.take(step(at))).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/was cancelled/),
    });
    const { RotationEnabled } = await secrets.send(new DescribeSecretCommand({ SecretId: at.secret }));
    expect(RotationEnabled).toBe(false);
    const again = await courseForSecret(at.secret, at.course.workers);
    expect(again.discovery.concerns.join()).toMatch(/was cancelled/);
  });

  it('where it is cancelled in the middle', async () => {
    const at = await shop();
    at.rotates.failsAt = 'setSecret';
    await expect(at.course.take(step(at))).rejects.toMatchObject({ sort: 'retry' });
    await secrets.send(new CancelRotateSecretCommand({ SecretId: at.secret }));
    await expect(at.course.take(step(at))).rejects.toThrow(/was cancelled/);
    expect(await currentValue(at)).toBe(OLD);
  });
});
