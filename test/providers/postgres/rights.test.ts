// Custody's roles as deploy/postgres makes them: each can do its part, and not another's; and what one lacks is said before people are
// asked.
import { escapeIdentifier } from 'pg';
import { describe, expect, it, test } from 'vitest';
import { courseFor, discovered, workersOf } from './course.ts';
import { type Application, CLUSTER, estateForThisFile, fresh } from './estate.ts';
import { unhurried } from '../unhurried.ts';

const estate = estateForThisFile();

async function subject(): Promise<{ application: Application; name: string }> {
  const application = await estate().application();
  return { application, name: escapeIdentifier(application.role.username) };
}

describe('what a worker may not', () => {
  it.each<
    [
      string,
      'custody_cut' | 'custody_issue' | 'custody_check',
      (at: { name: string; table: string }) => string,
    ]
  >([
    ['the checker cuts', 'custody_check', ({ name }) => `ALTER ROLE ${name} NOLOGIN`],
    ['the checker sets a password', 'custody_check', ({ name }) => `ALTER ROLE ${name} PASSWORD 'x'`],
    ['the checker lets somebody in', 'custody_check', ({ name }) => `GRANT ${name} TO custody_check`],
    ['the checker reads data', 'custody_check', ({ table }) => `SELECT * FROM ${table}`],
    ['whoever cuts reads data', 'custody_cut', ({ table }) => `SELECT * FROM ${table}`],
    ['whoever cuts touches other roles', 'custody_cut', () => 'ALTER ROLE custody_issue NOLOGIN'],
    ['whoever cuts becomes a superuser', 'custody_cut', () => 'ALTER ROLE custody_cut SUPERUSER'],
    ['whoever issues reads data', 'custody_issue', ({ table }) => `SELECT * FROM ${table}`],
  ])('%s', async (_, worker, statement) => {
    const { application, name } = await subject();
    await expect(
      estate()
        .cluster(worker)
        .ask('do it', 'a right', statement({ name, table: application.table })),
    ).rejects.toMatchObject({ sort: 'denied' });
  });

  test('whoever issues, or looks, ends no session of others', async () => {
    const { application } = await subject();
    const service = await estate().session(application.role, 'orders-service');
    const statement = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1`;
    for (const worker of ['custody_issue', 'custody_check'] as const)
      await expect(
        estate().cluster(worker).ask('do it', 'a right', statement, [application.role.username]),
      ).rejects.toMatchObject({ sort: 'denied' });
    expect(await service.try('SELECT 1')).toBe('ok');
    await service.close();
  });
});

describe('preflight', () => {
  test('a worker as it is deployed lacks nothing, and says what it cannot know', async () => {
    const { application } = await subject();
    const workers = workersOf(estate());
    const { plan } = await courseFor(application, workers);
    for (const step of plan.steps) {
      const worker = step.part === 'owner' ? workers.issue : workers.cut;
      const { missing, unknown } = await worker.preflight(step.permissions, [step.target]);
      expect(missing, step.does).toEqual([]);
      if (step.part === 'owner') expect(unknown).toContain('secretsmanager:PutSecretValue');
      else expect(unknown).toBeNull();
    }
  });

  test('what is not granted is missing, by its own name', async () => {
    const application = await estate().application();
    const workers = workersOf(estate());
    const { plan } = await courseFor(application, workers);
    const [nologin, sessions] = plan.steps;
    const lacks = async (step: typeof nologin) =>
      (await workers.cut.preflight(step?.permissions ?? [], step === undefined ? [] : [step.target])).missing;
    await estate().run(`REVOKE ${escapeIdentifier(application.role.username)} FROM custody_cut`);
    expect(await lacks(nologin)).toEqual(['ADMIN OPTION on the role']);
    if (nologin === undefined) throw new Error('no step');
    await expect(
      workers.cut.hand(plan, nologin, 'apply')?.apply({
        plan,
        step: nologin,
        orderedAt: plan.madeAt,
        evidence: {},
        ...unhurried,
      }),
    ).rejects.toMatchObject({
      sort: 'denied',
      permission: expect.stringContaining('CREATEROLE with ADMIN OPTION on the role'),
    });
    await estate().run('REVOKE pg_signal_backend FROM custody_cut');
    expect(await lacks(sessions)).toEqual(['pg_signal_backend']);
    await estate().run('GRANT pg_signal_backend TO custody_cut WITH SET FALSE, INHERIT TRUE');
    await estate().run('ALTER ROLE custody_cut NOCREATEROLE');
    expect(await lacks(nologin)).toEqual(['ADMIN OPTION on the role', 'CREATEROLE']);
    await estate().run('ALTER ROLE custody_cut CREATEROLE');
  });

  test('without a target, what is held to some roles is not known', async () => {
    const { missing, unknown } = await workersOf(estate()).cut.preflight(['ADMIN OPTION on the role']);
    expect([missing, unknown]).toEqual([[], expect.stringContaining('ADMIN OPTION on the role')]);
  });
});

test('each knows itself, so that nobody can have it cut itself', async () => {
  expect(await workersOf(estate()).cut.self()).toEqual([`postgres/${CLUSTER}/role/custody_cut`]);
});

describe('what a checker says of a role', () => {
  const look = async (statement?: (name: string) => string) => {
    const { application, name } = await subject();
    if (statement !== undefined) await estate().run(statement(name));
    return discovered(workersOf(estate()), application, application.secretId);
  };

  it.each<[string, ((name: string) => string) | undefined, boolean, RegExp]>([
    ['a plain one', undefined, false, /no attribute/],
    ['CREATEROLE', (name) => `ALTER ROLE ${name} CREATEROLE`, true, /CREATEROLE/],
    ['REPLICATION', (name) => `ALTER ROLE ${name} REPLICATION`, true, /REPLICATION/],
    [
      'a predefined role',
      (name) => `GRANT pg_execute_server_program TO ${name}`,
      true,
      /pg_execute_server_program/,
    ],
    ['statistics alone', (name) => `GRANT pg_read_all_stats TO ${name}`, false, /no attribute/],
  ])('%s', async (_, statement, value, evidence) => {
    const { facts } = await look(statement);
    expect(facts).toEqual([{ fact: 'privileged', value, evidence: expect.stringMatching(evidence) }]);
  });

  test('a superuser is for people', async () => {
    const found = await look((name) => `ALTER ROLE ${name} SUPERUSER`);
    expect(found.proposals).toEqual({});
    expect(found.concerns[0]).toMatch(/only another superuser can stop it/);
  });

  test('what it owns, until when its password is taken, and where the secret is not', async () => {
    const { application, name } = await subject();
    await estate().run(`ALTER ROLE ${name} VALID UNTIL '2030-01-01T00:00:00Z'`);
    await estate().run(`ALTER TABLE ${application.table} OWNER TO ${name}`);
    const { concerns, proposals } = await discovered(workersOf(estate()), application, 'app-none/login');
    expect(concerns).toContainEqual(expect.stringMatching(/owns 1 objects .* in postgres/));
    expect(concerns).toContainEqual(expect.stringMatching(/VALID UNTIL 2030-01-01T00:00:00.000Z/));
    expect(concerns).toContainEqual(expect.stringMatching(/app-none\/login does not exist/));
    expect(proposals.cut?.map(({ kind }) => kind)).toEqual(['postgres/nologin', 'postgres/sessions']);
  });

  test('a role that is not there, another kind, another cluster', async () => {
    const { check } = workersOf(estate());
    const request = { id: 'd', firstRun: 'r', incident: 'incident/x', credentials: [], secret: null };
    const identity = { provider: 'postgres', account: CLUSTER, kind: 'role', reference: fresh() };
    expect(await check.discover({ ...request, identity })).toMatchObject({ identity: null, proposals: {} });
    const other = { ...identity, account: 'billing-db' };
    expect(await check.discover({ ...request, identity: other })).toMatchObject({
      proposals: {},
      concerns: [expect.stringContaining('billing-db')],
    });
    const database = { ...identity, kind: 'database' };
    expect(await check.discover({ ...request, identity: database })).toMatchObject({ proposals: {} });
  });
});
