// No way back: whatever a thief does to the labels of a secret meanwhile, custody gives readers nothing but what it has just made; and what
// the stolen credential stood in is let go at the end where the owner wants that, and not while somebody gets it.
import { IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { array, assert, asyncProperty, boolean, constantFrom, nat, record } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, secretsExecutor, type Workload, workload } from '../../../local/demo/estate.ts';
import type { Credentials } from '../../../providers/aws/clients.ts';
import { commandTest } from '../../../providers/secrets/command-test.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { attempt } from '../../attacker/thief.ts';
import { serve } from '../../attacker/service.ts';
import { type Course, courseFor, courseForSecret, workersOf } from './course.ts';
import { Crash, type Watched, watched } from './watched.ts';

const ROTATION = 'aws/generated-secret';
const KIND = 'aws/compromised-versions';
const DELETION = 'aws/secret-deletion';

const estate = estateForThisFile();
let secrets: SecretsManagerClient;
let executor: Credentials;
beforeAll(async () => {
  const configured = { endpoint: estate().endpoint, region: REGION, credentials: estate().root };
  secrets = new SecretsManagerClient(configured);
  executor = await secretsExecutor(estate().endpoint, 'custody-back', ['back/*']);
});

let made = 0;
/** The ids of its versions, the oldest first; the last one is what readers get. */
async function secretOf(values: number): Promise<{ secret: string; ids: string[] }> {
  const secret = `back/token-${(made += 1)}`;
  const ids = Array.from({ length: values }, (_, i) =>
    `${secret.replace('/', '-')}-version-${i}`.padEnd(32, '0'),
  );
  const [first, ...more] = ids;
  await secrets.send(
    new CreateSecretCommand({ Name: secret, SecretString: 'v0', ClientRequestToken: first }),
  );
  for (const [i, ClientRequestToken] of more.entries())
    await secrets.send(
      new PutSecretValueCommand({ SecretId: secret, SecretString: `v${i + 1}`, ClientRequestToken }),
    );
  return { secret, ids };
}

async function courseOf(secret: string, letsGo?: true): Promise<{ course: Course; owner: Watched }> {
  const at = { account: ACCOUNT, region: REGION, endpoint: estate().endpoint };
  const rule = { secret, field: null, test: commandTest(['/bin/true']), consumers: [] };
  const owner = watched({ ...at, credentials: executor, secretRules: async () => [rule] });
  const checker = watched({ ...at, credentials: estate().checker });
  const workers = { identity: owner, sessions: owner, owner, checker };
  return { course: await courseForSecret(secret, workers, letsGo === undefined ? {} : { letsGo }), owner };
}

const stagesOf = async (secret: string): Promise<Record<string, string[]>> => {
  const said = await secrets.send(new DescribeSecretCommand({ SecretId: secret }));
  const stages = Object.entries(said.VersionIdsToStages ?? {}).filter(([, names]) => names.length > 0);
  return Object.fromEntries(stages);
};
const currentOf = async (secret: string): Promise<string> =>
  Object.entries(await stagesOf(secret)).find(([, names]) => names.includes('AWSCURRENT'))?.[0] ?? '';
const move = async (secret: string, VersionStage: string, MoveToVersionId: string): Promise<void> => {
  const stages = await stagesOf(secret);
  const from = Object.entries(stages).find(([, names]) => names.includes(VersionStage))?.[0];
  if (from === MoveToVersionId) return;
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secret,
      VersionStage,
      MoveToVersionId,
      ...(from === undefined ? {} : { RemoveFromVersionId: from }),
    }),
  );
};
const mark = (secret: string, id: string) => move(secret, `custody-compromised-${id}`, id);

it('no order of a thief’s moves and our crashes has custody give out a version that was there before', async () => {
  const moves = array(
    record({
      at: nat({ max: 14 }),
      crash: boolean(),
      to: nat({ max: 2 }),
      stage: constantFrom('AWSCURRENT', 'AWSPREVIOUS'),
    }),
    { maxLength: 4 },
  );
  await assert(
    asyncProperty(array(boolean(), { minLength: 1, maxLength: 3 }), moves, async (marks, thief) => {
      const { secret, ids } = await secretOf(marks.length);
      // The oldest version may be beyond any label: then only a mark keeps it.
      for (const [i, id] of ids.entries()) if (marks[i] === true && id !== ids.at(-1)) await mark(secret, id);
      const { course, owner } = await courseOf(secret, true);
      const gaveOut: string[] = [];
      owner.interference = {
        async before(_, nth) {
          for (const one of thief.filter(({ at, crash }) => at === nth && !crash))
            await move(secret, one.stage, ids[one.to % ids.length] ?? '').catch(() => {});
          if (thief.some(({ at, crash }) => at === nth && crash)) throw new Crash('here');
        },
        after(call, _, input) {
          const { VersionStage, MoveToVersionId } = input as UpdateSecretVersionStageCommandInput;
          if (call === 'secretsmanager:UpdateSecretVersionStage' && VersionStage === 'AWSCURRENT')
            gaveOut.push(MoveToVersionId ?? 'none');
        },
      };
      for (const step of [course.step(ROTATION), course.step(ROTATION), course.step(KIND)])
        await course.take(step).catch(() => {});
      expect(gaveOut.filter((id) => ids.includes(id))).toEqual([]);
      expect(new Set(gaveOut).size).toBeLessThanOrEqual(1);
      if (thief.length === 0) expect(gaveOut).toEqual([await currentOf(secret)]);
    }),
    // Each is some calls of a server.
    { numRuns: Math.ceil(Number(process.env['CUSTODY_RUNS'] ?? 1_000) / 50) },
  );
});

describe('versions that hold what was stolen', () => {
  it('are kept where the owner does not say otherwise', async () => {
    const { secret } = await secretOf(1);
    const { course } = await courseOf(secret);
    expect(course.plan.steps.map(({ kind }) => kind)).toEqual([ROTATION]);
  });

  it('are let go at the end behind a gate of its own, every label of them, and nothing else', async () => {
    const { secret, ids } = await secretOf(2);
    const { course } = await courseOf(secret, true);
    const step = course.step(KIND);
    expect(step).toMatchObject({ phase: 'hardening', gate: 'irreversible', reversibility: 'irreversible' });
    expect(await course.see(step)).toMatchObject({ holds: true });
    await course.upTo(step);
    expect(Object.keys(await stagesOf(secret))).toHaveLength(3);
    expect(await course.see(step)).toMatchObject({
      holds: false,
      saw: expect.stringContaining(ids[0] ?? ''),
    });
    const now = await currentOf(secret);
    expect(await course.take(step)).toEqual({ wasSo: false, evidence: { letGo: ids.toSorted().join(', ') } });
    expect(Object.keys(await stagesOf(secret))).toEqual([now]);
    expect(await currentOf(secret)).toBe(now);
    expect(await course.see(step)).toMatchObject({ holds: true });
    expect(await course.take(step)).toMatchObject({ wasSo: true });
    expect(await course.see(course.step(ROTATION))).toMatchObject({ holds: true });
  });

  it('after a crash at each call, the same', async () => {
    const { secret } = await secretOf(2);
    const { course, owner } = await courseOf(secret, true);
    const step = course.step(KIND);
    await course.upTo(step);
    const now = await currentOf(secret);
    owner.forget();
    let crashes = 0;
    for (let at = 1; ; at += 1) {
      owner.forget();
      owner.interference = {
        after(_, nth) {
          if (nth === at) throw new Crash('here');
        },
      };
      try {
        await course.take(step);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(Crash);
        crashes += 1;
      }
    }
    expect(crashes).toBeGreaterThan(2);
    expect(Object.keys(await stagesOf(secret))).toEqual([now]);
    expect(await currentOf(secret)).toBe(now);
  });

  it.each(['AWSCURRENT', 'AWSPENDING'])(
    'are not, while one of them wears %s: somebody gave it out again',
    async (label) => {
      const { secret, ids } = await secretOf(1);
      const { course } = await courseOf(secret, true);
      const step = course.step(KIND);
      await course.upTo(step);
      await move(secret, label, ids[0] ?? '');
      const before = await stagesOf(secret);
      await expect(course.take(step)).rejects.toThrow(`is marked as compromised and wears ${label}`);
      expect(await stagesOf(secret)).toEqual(before);
    },
  );

  it('of a user’s key too, and its service works on', async () => {
    const robot = await workload(estate().endpoint, 'deploy-robot-back');
    const course = await courseFor(robot, workersOf(estate()), { letsGo: true });
    const step = course.step(KIND);
    const kinds = course.plan.steps.map(({ kind, verb }) => `${kind} ${verb}`);
    expect(kinds.slice(-3)).toEqual([
      'aws/access-key-deletion apply',
      `${KIND} apply`,
      'aws/no-sessions undo',
    ]);
    await course.upTo(step);
    expect(await course.take(step)).toMatchObject({ wasSo: false });
    expect(Object.keys(await stagesOf(robot.secretId))).toEqual([await currentOf(robot.secretId)]);
    expect(await serve(estate().endpoint, robot)).toBe('works');
  });
});

describe('a secret whose service works without it from now on', () => {
  let robots = 0;
  const retiring = async () => {
    const robot = await workload(estate().endpoint, `deploy-robot-retired-${(robots += 1)}`);
    const course = await courseFor(robot, workersOf(estate()), { retireSecretDays: 7, letsGo: true });
    return { robot, course, step: course.step(DELETION) };
  };
  const deletedAt = async ({ secretId }: Workload) =>
    (await secrets.send(new DescribeSecretCommand({ SecretId: secretId }))).DeletedDate;

  it('gets no new key, and is deleted at the end behind a gate of its own, with a window to restore it', async () => {
    const { robot, course, step } = await retiring();
    const kinds = course.plan.steps.map(({ kind }) => kind);
    expect(kinds).not.toContain('aws/access-key-replacement');
    expect(kinds).not.toContain(KIND);
    expect(Object.keys(course.discovery.proposals)).toEqual(['cut']);
    expect(course.discovery.concerns.join('\n')).toContain('no new one is made');
    expect(step).toMatchObject({ phase: 'hardening', gate: 'irreversible', part: 'owner' });
    expect(step.undo).toContain('restore-secret');
    await course.upTo(step);
    expect(await course.see(step)).toMatchObject({ holds: false });
    const { wasSo, evidence } = await course.take(step);
    expect(wasSo).toBe(false);
    expect(Date.parse(evidence['goneAt'] ?? '') - Date.now()).toBeGreaterThan(6 * 86_400_000);
    expect(await course.see(step)).toMatchObject({ holds: true });
    expect(await course.take(step)).toMatchObject({ wasSo: true });
    const read = secrets.send(new GetSecretValueCommand({ SecretId: robot.secretId }));
    await expect(read).rejects.toThrow(/deletion/);
    // As the step's undo says: whoever runs it can, and what it holds is dead all the same.
    await secrets.send(new RestoreSecretCommand({ SecretId: robot.secretId }));
    await secrets.send(new GetSecretValueCommand({ SecretId: robot.secretId }));
    expect(await attempt(estate().endpoint, robot.stolenKey, robot.workId)).not.toBe('works');
    expect(await course.see(step)).toMatchObject({ holds: false });
  });

  it.each([
    ['a key of somebody else', JSON.stringify({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' })],
    ['something that is no key', 'a password'],
  ])('stays, while any version holds %s', async (_, SecretString) => {
    const { robot, course, step } = await retiring();
    await secrets.send(
      new PutSecretValueCommand({ SecretId: robot.secretId, SecretString, VersionStages: ['kept'] }),
    );
    await course.upTo(step);
    await expect(course.take(step)).rejects.toThrow(
      /holds something other than a key that this plan has cut/,
    );
    expect(await deletedAt(robot)).toBeUndefined();
  });

  it('stays, while somebody has brought its key back to life', async () => {
    const { robot, course, step } = await retiring();
    await course.upTo(course.step('aws/access-key-deletion'));
    const iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
    const AccessKeyId = robot.stolenKey.accessKeyId;
    await iam.send(new UpdateAccessKeyCommand({ UserName: robot.user, AccessKeyId, Status: 'Active' }));
    await expect(course.take(step)).rejects.toThrow(/is active again, so its secret is not deleted/);
    expect(await deletedAt(robot)).toBeUndefined();
  });
});
