// The cut of a role, against a real server: what does not end a thief's session is never taken for contained, what does is seen, and
// the service comes back with a new password by which nobody has ever logged in before.
import { escapeIdentifier } from 'pg';
import { describe, expect, it, test } from 'vitest';
import { courseFor, workersOf } from './course.ts';
import { ADMIN, type Application, CLUSTER, estateForThisFile, fresh, loginAs, snapshot } from './estate.ts';

const estate = estateForThisFile({ grantor: true });

const reads = ({ table }: Application) => `SELECT * FROM ${table}`;

test("a thief's open session dies, the stolen password opens nothing any more, and the service comes back with a new one", async () => {
  const application = await estate().application();
  const { role } = application;
  const before = await snapshot(estate(), role.username);
  const thief = await estate().session(role, 'psql');
  const course = await courseFor(application, workersOf(estate()));
  expect(course.steps()).toEqual(['nologin', 'sessions', 'password', 'nologin ↑']);
  expect(course.discovery.consumers).toEqual([expect.stringMatching(/^psql from 127\.0\.0\.1: one session/)]);
  const [nologin, sessions] = [course.step('postgres/nologin'), course.step('postgres/sessions')];
  const [password, letIn] = [course.step('postgres/password'), course.step('postgres/nologin', 'undo')];

  await course.take(nologin);
  expect(await loginAs(estate(), role)).toBe('28000');
  // The trap: nobody gets in, and the thief who is in reads on.
  expect(await thief.try(reads(application))).toBe('ok');
  expect(await course.see(nologin)).toMatchObject({
    holds: true,
    saw: expect.stringContaining('ends no session'),
  });
  expect(await course.see(sessions)).toMatchObject({ holds: false, saw: expect.stringContaining('psql') });

  expect((await course.take(sessions)).evidence).toMatchObject({ ended: '1' });
  expect(await thief.try(reads(application))).toBe('57P01');
  expect((await course.see(sessions)).holds).toBe(true);

  await expect(course.take(letIn)).rejects.toMatchObject({ sort: 'impossible' });
  expect(await loginAs(estate(), role)).toBe('28000');

  await course.take(password);
  expect((await course.see(password)).holds).toBe(true);
  expect(await loginAs(estate(), role)).toBe('28P01');
  const renewed = await estate().secretOf(application);
  expect(renewed).toMatchObject({ username: role.username, engine: 'postgres' });
  expect(renewed.password).not.toBe(role.password);
  expect(await loginAs(estate(), renewed)).toBe('28000');

  await course.take(letIn);
  // That it may log in is not yet that somebody works with it.
  expect((await course.see(letIn)).holds).toBe(false);
  expect(await loginAs(estate(), role)).toBe('28P01');
  const service = await estate().session(renewed, 'orders-service');
  expect(await service.try(reads(application))).toBe('ok');
  expect(await course.see(letIn)).toMatchObject({
    holds: true,
    saw: expect.stringContaining('orders-service'),
  });
  // The service works with it: that is no thief who is back.
  for (const step of [sessions, password]) expect(await course.watch(step)).toMatchObject({ holds: true });
  expect(await snapshot(estate(), role.username)).toBe(before);
  for (const step of [password, letIn]) expect((await course.take(step)).wasSo).toBe(true);

  // Whatever was sent to the server, the password was not.
  const log = estate().server.log();
  expect(log).toContain(`ALTER ROLE ${escapeIdentifier(role.username)} PASSWORD`);
  expect(log).not.toContain(renewed.password);
  expect(JSON.stringify([course.evidence, course.plan, course.discovery])).not.toContain(renewed.password);
  await service.close();
});

test('a plan that is made anew in the same incident sets another password: the first one may be stolen too', async () => {
  const application = await estate().application();
  const first = await courseFor(application, workersOf(estate()));
  for (const step of first.plan.steps) await first.take(step);
  const stolenToo = await estate().secretOf(application);
  expect(await loginAs(estate(), stolenToo)).toBe('in');

  const anew = await courseFor(application, workersOf(estate()));
  expect(anew.plan.steps.map(({ id }) => id)).toEqual(first.plan.steps.map(({ id }) => id));
  for (const step of anew.plan.steps) await anew.take(step);
  expect(await loginAs(estate(), stolenToo)).toBe('28P01');
  expect(await loginAs(estate(), await estate().secretOf(application))).toBe('in');
  const versions = (await estate().cluster('custody_issue').secret(application.secretId).look())?.versions;
  const unmarked = versions?.filter(({ compromised }) => !compromised);
  expect(unmarked).toMatchObject([{ current: true }]);
});

describe('what was cut is watched', () => {
  it('somebody lets it log in again, and a session that began then, though it may not any more', async () => {
    const application = await estate().application();
    const { role } = application;
    const course = await courseFor(application, workersOf(estate()));
    const [nologin, sessions] = [course.step('postgres/nologin'), course.step('postgres/sessions')];
    for (const step of [nologin, sessions]) await course.take(step);
    for (const step of [nologin, sessions]) expect(await course.watch(step)).toMatchObject({ holds: true });
    const alter = (to: string) => estate().run(`ALTER ROLE ${escapeIdentifier(role.username)} ${to}`);
    await alter('LOGIN');
    expect(await course.watch(nologin)).toMatchObject({ holds: false });
    const thief = await estate().session(role, 'psql');
    await alter('NOLOGIN');
    expect(await course.watch(nologin)).toMatchObject({ holds: true });
    expect(await course.watch(sessions)).toMatchObject({
      holds: false,
      saw: expect.stringContaining('psql'),
    });
    for (const step of [nologin, sessions]) await course.take(step);
    expect(await thief.try('SELECT 1')).toBe('57P01');
    expect(await course.watch(sessions)).toMatchObject({ holds: true });
  });
});

describe('what refuses new logins and leaves the open session reading is never said to be contained', () => {
  it.each<[string, (name: string) => string, string]>([
    ['NOLOGIN', (name) => `ALTER ROLE ${name} NOLOGIN`, '28000'],
    ['a new password', (name) => `ALTER ROLE ${name} PASSWORD '${fresh()}'`, '28P01'],
    ['VALID UNTIL', (name) => `ALTER ROLE ${name} VALID UNTIL '2020-01-01'`, '28P01'],
    ['CONNECTION LIMIT 0', (name) => `ALTER ROLE ${name} CONNECTION LIMIT 0`, '53300'],
  ])('%s', async (_, statement, refusal) => {
    const application = await estate().application();
    const thief = await estate().session(application.role, 'psql');
    const course = await courseFor(application, workersOf(estate()));
    await estate().run(statement(escapeIdentifier(application.role.username)));
    expect(await loginAs(estate(), application.role)).toBe(refusal);
    expect(await thief.try(reads(application))).toBe('ok');
    expect((await course.see(course.step('postgres/sessions'))).holds).toBe(false);
    await course.take(course.step('postgres/sessions'));
    expect(await thief.try(reads(application))).toBe('57P01');
    // No session is open now, and without NOLOGIN the next one may be: that is not contained either.
    expect((await course.see(course.step('postgres/sessions'))).holds).toBe(refusal === '28000');
  });
});

describe('who becomes the role by SET ROLE', () => {
  async function withMember(options = '') {
    const application = await estate().application();
    const role = escapeIdentifier(application.role.username);
    const member = { username: `${application.role.username} member`, password: fresh() };
    await estate().run(`SET ROLE ${ADMIN}`);
    await estate().run(
      `CREATE ROLE ${escapeIdentifier(member.username)} LOGIN PASSWORD '${member.password}'`,
    );
    await estate().run(`GRANT ${role} TO ${escapeIdentifier(member.username)} ${options}`);
    await estate().run('RESET ROLE');
    return { application, role, member };
  }

  test('goes on under NOLOGIN, is stopped by the cut, and gets back exactly what it had', async () => {
    const { application, role, member } = await withMember('WITH ADMIN TRUE, INHERIT FALSE');
    const before = await snapshot(estate(), application.role.username);
    const course = await courseFor(application, workersOf(estate()));
    expect(course.steps()).toEqual([
      'nologin',
      'membership',
      'sessions',
      'password',
      'nologin ↑',
      'membership ↑',
    ]);
    const [nologin, revoke, end] = course.plan.steps;
    if (nologin === undefined || revoke === undefined || end === undefined) throw new Error('no cut');

    await course.take(nologin);
    const late = await estate().session(member, 'psql');
    expect(await late.try(`SET ROLE ${role}`)).toBe('ok');
    expect((await course.see(revoke)).holds).toBe(false);
    await expect(course.take(end)).rejects.toMatchObject({ sort: 'impossible' });

    await course.take(revoke);
    expect((await course.see(revoke)).holds).toBe(true);
    // It has become the role before, and stays it.
    expect(await late.try(reads(application))).toBe('ok');
    await course.take(end);
    expect(await late.try(reads(application))).toBe('57P01');
    expect((await course.see(end)).holds).toBe(true);

    // The member's own login is its own: it works on, and is not the role any more.
    const own = await estate().session(member, 'psql');
    expect(await own.try(`SET ROLE ${role}`)).toBe('42501');
    expect((await course.see(end)).holds).toBe(true);
    await course.upTo(course.step('postgres/membership', 'undo'));
    expect(await own.try('SELECT 1')).toBe('ok');
    const again = course.step('postgres/membership', 'undo');
    expect((await course.see(again)).holds).toBe(false);
    await course.take(again);
    expect((await course.see(again)).holds).toBe(true);
    expect(await snapshot(estate(), application.role.username)).toBe(before);
    for (const step of [again]) expect((await course.take(step)).wasSo).toBe(true);
    await own.close();
  });

  test('a membership that was granted again with more options than before is not taken for the old one', async () => {
    const { application, role, member } = await withMember('WITH INHERIT FALSE');
    const course = await courseFor(application, workersOf(estate()));
    const again = course.step('postgres/membership', 'undo');
    await course.upTo(again);
    await estate().run(
      `GRANT ${role} TO ${escapeIdentifier(member.username)} WITH ADMIN TRUE, INHERIT TRUE GRANTED BY ${ADMIN}`,
    );
    expect((await course.see(again)).holds).toBe(false);
    await course.take(again);
    expect((await course.see(again)).holds).toBe(true);
  });

  test('what a superuser has granted is denied by name, and said before anybody is asked', async () => {
    const { application, role, member } = await withMember();
    await estate().run(`GRANT ${role} TO ${escapeIdentifier(member.username)}`);
    const workers = workersOf(estate());
    const course = await courseFor(application, workers);
    const bySuperuser = course.plan.steps.find(({ target }) => target['grantor'] === 'postgres');
    if (bySuperuser === undefined) throw new Error('its grant was not found');
    const { permissions, target } = bySuperuser;
    expect(await workers.cut.preflight(permissions, [target])).toMatchObject({
      missing: ['the privileges of the grantor'],
    });
    await expect(course.take(bySuperuser)).rejects.toMatchObject({
      sort: 'denied',
      permission: 'the privileges of postgres, who granted it',
    });
  });
});

test('a thief who lets the role in again is seen, and it is shut out again', async () => {
  const application = await estate().application();
  const { role } = application;
  const name = escapeIdentifier(role.username);
  const course = await courseFor(application, workersOf(estate()));
  const nologin = course.step('postgres/nologin');
  const sessions = course.step('postgres/sessions');
  await estate().run(
    `CREATE ROLE "${role.username} accomplice" LOGIN CREATEROLE PASSWORD '${role.password}'`,
  );
  await estate().run(
    `GRANT ${name} TO "${role.username} accomplice" WITH ADMIN TRUE, SET FALSE, INHERIT FALSE`,
  );
  await course.take(nologin);
  await course.take(sessions);
  const accomplice = `${role.username} accomplice`;
  const helping = await estate().session({ username: accomplice, password: role.password }, 'psql');
  expect(await helping.try(`ALTER ROLE ${name} LOGIN`)).toBe('ok');
  const thief = await estate().session(role, 'psql');
  // Whoever can let it in is a way in that nobody has looked at, for as long as it is there.
  const known = course.discovery.waysIn.map(({ id }) => id);
  const now = await course.workers.check.waysIn(course.plan);
  expect(now.filter((id) => !known.includes(id))).toEqual([accomplice]);
  expect(now).toContain(role.username);
  expect((await course.see(nologin)).holds).toBe(false);
  expect((await course.see(sessions)).holds).toBe(false);

  expect((await course.take(nologin)).wasSo).toBe(false);
  expect((await course.take(sessions)).wasSo).toBe(false);
  expect(await thief.try(reads(application))).toBe('57P01');
  expect((await course.see(nologin)).holds).toBe(true);
  expect((await course.see(sessions)).holds).toBe(true);
  expect(await course.workers.check.waysIn(course.plan)).not.toContain(role.username);
  await helping.close();
});

test('no new password is set for a role that is not cut, or whose sessions are open', async () => {
  const application = await estate().application();
  const course = await courseFor(application, workersOf(estate()));
  const password = course.step('postgres/password');
  await expect(course.take(password)).rejects.toThrow(/is not cut/);
  const service = await estate().session(application.role, 'orders-service');
  await course.take(course.step('postgres/nologin'));
  await expect(course.take(password)).rejects.toThrow(/Sessions of .* are open/);
  expect(await estate().secretOf(application)).toMatchObject(application.role);
  await service.close();
});

test('a look at the whole cluster finds everybody who can log in, and what only people can stop', async () => {
  const { role } = await estate().application();
  const { everyone, discover } = workersOf(estate()).check.estate();
  const keys: string[] = [];
  for await (const key of everyone()) keys.push(key);
  const keyOfRole = (name: string) => `postgres/${CLUSTER}/role/${encodeURIComponent(name)}`;
  expect(keys).toContain(keyOfRole(role.username));
  expect(keys.filter((key) => key.includes('pg_'))).toEqual([]);
  const look = async (reference: string) => {
    const identity = { provider: 'postgres', account: CLUSTER, kind: 'role', reference };
    const found = await discover({
      id: 'look',
      incident: 'incident/x',
      firstRun: 'none',
      identity,
      credentials: [],
      secret: null,
    });
    return found.obstacles;
  };
  expect(await look(role.username)).toEqual([]);
  const [superuser] = await estate().run('SELECT current_user::text AS name');
  expect(await look(String(superuser?.['name']))).toMatchObject([
    { kind: 'unchangeable', says: expect.stringMatching(/superuser/) },
  ]);
});
