// Two roles that a service works as by turns: it gets the other one's new password while the stolen one still works, stands still at no
// moment, and is seen to have moved before the stolen one is cut. Only where the thief cannot take over the other one too.
import { escapeIdentifier } from 'pg';
import { describe, expect, it, test } from 'vitest';
import { courseFor, discovered, workersOf } from './course.ts';
import { ADMIN, type Application, estateForThisFile, loginAs } from './estate.ts';

const estate = estateForThisFile({ grantor: true });

const reads = ({ table }: Application) => `SELECT * FROM ${table}`;

test('the service works as the other one before the stolen one is cut, and not one of its calls fails', async () => {
  const application = await estate().application({ pair: true });
  const thief = await estate().session(application.role, 'psql');
  let service = await estate().session(await estate().secretOf(application), 'orders-service');
  const course = await courseFor(application, workersOf(estate()), { strategy: 'replace-then-cut' });
  expect(course.steps()).toEqual(['password', 'nologin', 'sessions']);
  const [password, nologin, sessions] = course.plan.steps;
  if (password === undefined || nologin === undefined || sessions === undefined) throw new Error('no plan');

  await course.take(password);
  expect(await service.try(reads(application))).toBe('ok');
  expect(await course.see(password)).toMatchObject({
    holds: false,
    saw: expect.stringContaining('Nobody has come'),
  });
  // As a service does it: what it has open stays until the new one works.
  const moved = await estate().session(await estate().secretOf(application), 'orders-service');
  expect(await moved.try(reads(application))).toBe('ok');
  await service.close();
  service = moved;
  expect(await course.see(password)).toMatchObject({
    holds: true,
    saw: expect.stringMatching(/^orders-service .* 1 sessions? of /),
  });

  expect(await thief.try(reads(application))).toBe('ok');
  await course.take(nologin);
  await course.take(sessions);
  expect(await thief.try(reads(application))).toBe('57P01');
  expect(await loginAs(estate(), application.role)).toBe('28000');
  expect((await course.see(sessions)).holds).toBe(true);
  expect(await service.try(reads(application))).toBe('ok');
  await service.close();
});

test('a session that the other one had before its new password is not taken for a service that has moved', async () => {
  const application = await estate().application({ pair: true });
  const other = { ...application.role, username: application.role.username.replace(/_a$/, '_b') };
  await estate().run(`ALTER ROLE ${escapeIdentifier(other.username)} PASSWORD '${other.password}'`);
  const before = await estate().session(other, 'a job of last year');
  const course = await courseFor(application, workersOf(estate()), { strategy: 'replace-then-cut' });
  const password = course.step('postgres/password');
  await course.take(password);
  expect((await course.see(password)).holds).toBe(false);
  await before.close();
});

test('a secret that gives out the old one again is seen, and the new one is given out again', async () => {
  const application = await estate().application({ pair: true });
  const course = await courseFor(application, workersOf(estate()), { strategy: 'replace-then-cut' });
  const password = course.step('postgres/password');
  await course.take(password);
  const service = await estate().session(await estate().secretOf(application), 'orders-service');
  expect((await course.see(password)).holds).toBe(true);
  const renewed = await estate().secretOf(application);
  const store = estate().cluster('custody_issue').secret(application.secretId);
  const versions = (await store.look())?.versions ?? [];
  const old = versions.find((one) => !one.current);
  await store.makeCurrent(old?.id ?? '', versions.find((one) => one.current)?.id ?? '');
  expect(await course.see(password)).toMatchObject({
    holds: false,
    saw: expect.stringContaining('another version'),
  });
  await course.take(password);
  expect(await estate().secretOf(application)).toEqual(renewed);
  await service.close();
});

test('a plan that is made anew leaves the service the password by which it works: it was not stolen', async () => {
  const application = await estate().application({ pair: true });
  const first = await courseFor(application, workersOf(estate()), { strategy: 'replace-then-cut' });
  for (const step of first.plan.steps) await first.take(step);
  const works = await estate().secretOf(application);
  const anew = await courseFor(application, workersOf(estate()), { strategy: 'replace-then-cut' });
  for (const step of anew.plan.steps) expect(await anew.take(step)).toMatchObject({ wasSo: true });
  expect(await estate().secretOf(application)).toEqual(works);
  expect(await loginAs(estate(), works)).toBe('in');
});

describe('is not offered, and says why, where the thief could take over the other one', () => {
  it.each<[string, (role: string, other: string) => string[], RegExp]>([
    ['a member of it', (role, other) => [`GRANT ${other} TO ${role}`], /can become .*_b/],
    [
      'its administrator',
      (role, other) => [`GRANT ${other} TO ${role} WITH ADMIN TRUE, SET FALSE, INHERIT FALSE`],
      /can become .*_b, or let itself in/,
    ],
    [
      'a member of its administrator',
      (role, other) => [
        `CREATE ROLE boss`,
        `GRANT ${other} TO boss WITH ADMIN TRUE, SET FALSE, INHERIT FALSE`,
        `GRANT boss TO ${role}`,
      ],
      /can become .*_b, or let itself in/,
    ],
    ...['pg_execute_server_program', 'pg_write_server_files'].map(
      (power): [string, (role: string) => string[], RegExp] => [
        `a member of ${power}`,
        (role) => [`GRANT ${power} TO ${role}`],
        new RegExp(`member of ${power}, .* take over`),
      ],
    ),
    ['a superuser', (role) => [`ALTER ROLE ${role} SUPERUSER`], /is a superuser and could take over/],
    ['alone', (_, other) => [`DROP ROLE ${other}`], /There is no role .*_b to work as/],
  ])('%s', async (_, statements, says) => {
    const application = await estate().application({ pair: true });
    const before = await courseFor(application, workersOf(estate()), { strategy: 'replace-then-cut' });
    const { username } = application.role;
    for (const one of statements(escapeIdentifier(username), escapeIdentifier(username.replace(/_a$/, '_b'))))
      await estate().run(one);
    const { proposals, concerns } = await discovered(workersOf(estate()), application, application.secretId);
    expect(Object.keys(proposals)).not.toContain('replace-then-cut');
    expect(concerns).toContainEqual(expect.stringMatching(says));
    // Also where it has become so since the plan was approved.
    await expect(before.take(before.step('postgres/password'))).rejects.toMatchObject({ sort: 'impossible' });
    expect(await estate().secretOf(application)).toMatchObject(application.role);
  });
});

test('a restriction takes away what would do most harm, first, and gives it back last', async () => {
  const application = await estate().application({ pair: true });
  const role = escapeIdentifier(application.role.username);
  const before = await discovered(workersOf(estate()), application, application.secretId);
  expect(Object.keys(before.proposals)).not.toContain('restrict');
  const power = escapeIdentifier(`${application.group} jobs`);
  await estate().run(`SET ROLE ${ADMIN}`);
  await estate().run(`CREATE ROLE ${power}`);
  await estate().run(`GRANT ${power} TO ${role} WITH ADMIN TRUE`);
  await estate().run('RESET ROLE');
  const course = await courseFor(application, workersOf(estate()), { strategy: 'restrict' });
  expect(course.steps()).toEqual(['membership', 'password', 'nologin', 'sessions', 'membership ↑']);
  const thief = await estate().session(application.role, 'psql');
  expect(await thief.try(`SET ROLE ${power}`)).toBe('ok');
  expect(await thief.try('RESET ROLE')).toBe('ok');
  await course.take(course.step('postgres/membership'));
  expect(await thief.try(`SET ROLE ${power}`)).toBe('42501');
  expect(await thief.try(reads(application))).toBe('ok');
  await thief.close();
});
