// A new password, cut short at every call: one password works at every moment, and a repetition ends with it in the hands of the
// secret's readers, without a version too many.
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import type { Step } from '../../../domain/plan/plan.schema.ts';
import { postgresProvider } from '../../../providers/postgres/provider.ts';
import { type Course, courseFor, workersOf } from './course.ts';
import { type At, Crash, crashing } from './crashing.ts';
import { type Application, type Estate, estateForThisFile, type Login, loginAs } from './estate.ts';

const estate = estateForThisFile();

interface Begun {
  application: Application;
  course: Course;
  step: Step;
}

async function upToPassword(strategy: 'cut' | 'replace-then-cut'): Promise<Begun> {
  const application = await estate().application({ pair: strategy === 'replace-then-cut' });
  const course = await courseFor(application, workersOf(estate()), { strategy });
  const step = course.step('postgres/password');
  await course.upTo(step);
  return { application, course, step };
}

/** Takes the step as a process that ends there. */
async function takeAt({ course, step }: Begun, at?: At): Promise<number> {
  const own = course.workers.issue;
  const { cluster, calls } = crashing(estate().cluster('custody_issue'), at);
  course.workers.issue = postgresProvider(cluster);
  try {
    await course.take(step);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  } finally {
    course.workers.issue = own;
  }
  return calls();
}

/** The logins in all versions of the secret, by their stages. */
async function versionsOf({ secretId }: Application): Promise<{ login: Login; stages: string[] }[]> {
  const { secrets } = estate();
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secretId }));
  return Promise.all(
    Object.entries(VersionIdsToStages).map(async ([VersionId, stages]) => {
      const said = await secrets.send(new GetSecretValueCommand({ SecretId: secretId, VersionId }));
      return { login: JSON.parse(said.SecretString ?? '') as Login, stages };
    }),
  );
}

/** The server asks for the password first, so a right one is known by this also where its role may not log in. */
const isRight = async (on: Estate, login: Login) => (await loginAs(on, login)) !== '28P01';

async function expectReplaced({ application, course, step }: Begun) {
  const versions = await versionsOf(application);
  expect(versions).toHaveLength(2);
  const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  const old = versions.find(({ login }) => login.password === application.role.password);
  expect(old?.stages).toContain('AWSPREVIOUS');
  expect(old?.stages.some((stage) => stage.startsWith('custody-compromised-'))).toBe(true);
  expect(current?.login.username).toBe(step.target['alternate'] ?? application.role.username);
  expect(await isRight(estate(), current?.login ?? application.role)).toBe(true);
  expect((await course.take(step)).wasSo).toBe(true);
}

const PLACES = ['before', 'after'] as const;

test('of the role itself: the old password or the new one is right, and never both', async () => {
  const calls = await takeAt(await upToPassword('cut'));
  expect(calls).toBeGreaterThan(10);
  for (let nth = 1; nth <= calls; nth += 1) {
    for (const when of PLACES) {
      const begun = await upToPassword('cut');
      await takeAt(begun, { nth, when });
      const right = await Promise.all(
        (await versionsOf(begun.application)).map(({ login }) => isRight(estate(), login)),
      );
      expect(
        right.filter((one) => one),
        `${when} call ${nth}`,
      ).toHaveLength(1);
      await begun.course.take(begun.step);
      await expectReplaced(begun);
      expect(await isRight(estate(), begun.application.role)).toBe(false);
    }
  }
});

test('of the other one of a pair: what the secret gives out lets its reader in at every moment', async () => {
  const calls = await takeAt(await upToPassword('replace-then-cut'));
  expect(calls).toBeGreaterThan(10);
  for (let nth = 1; nth <= calls; nth += 1) {
    for (const when of PLACES) {
      const begun = await upToPassword('replace-then-cut');
      await takeAt(begun, { nth, when });
      const given = await estate().secretOf(begun.application);
      expect(await loginAs(estate(), given), `${when} call ${nth}`).toBe('in');
      await begun.course.take(begun.step);
      await expectReplaced(begun);
      expect(await loginAs(estate(), await estate().secretOf(begun.application))).toBe('in');
    }
  }
});
