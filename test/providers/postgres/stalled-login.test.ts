// A thief begins to log in while the stolen password is the right one, and ends it when the role may log in again: the server checks the
// password against what it read at the beginning, and whether the role may log in at the end.
import { Client, escapeIdentifier } from 'pg';
import { expect, test } from 'vitest';
import { courseFor, workersOf } from './course.ts';
import { estateForThisFile, type Login, loginAs } from './estate.ts';

const estate = estateForThisFile();

/** A login that waits for its password when the server has begun to check it. */
async function begun({ username: user, password }: Login) {
  const { host, port } = estate().server;
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let began = (): void => undefined;
  const beginning = new Promise<void>((resolve) => {
    began = resolve;
  });
  const client = new Client({
    host,
    port,
    user,
    database: 'postgres',
    password: async () => {
      began();
      await held;
      return password;
    },
  });
  client.on('error', () => {});
  const came = client.connect().then(
    () => 'in',
    () => 'refused',
  );
  await beginning;
  return {
    async ends(): Promise<string> {
      goOn();
      const how = await came;
      await client.end().catch(() => {});
      return how;
    },
  };
}

test('a login that began with the stolen password, and was held open through cut, new password and lift, lets nobody in', async () => {
  const application = await estate().application();
  const { role } = application;
  const course = await courseFor(application, workersOf(estate()));
  const password = course.step('postgres/password');
  await course.upTo(password);
  const thief = await begun(role);
  await course.take(password);
  await course.take(course.step('postgres/nologin', 'undo'));
  expect(await thief.ends()).toBe('refused');
  expect(await loginAs(estate(), await estate().secretOf(application))).toBe('in');
});

test('without the wait it would be in: what the server read at the beginning counts', async () => {
  const { role } = await estate().application();
  const thief = await begun(role);
  await estate().run(`ALTER ROLE ${escapeIdentifier(role.username)} PASSWORD 'another'`);
  expect(await loginAs(estate(), role)).toBe('28P01');
  expect(await thief.ends()).toBe('in');
});
