// What a real server and the way to it throw, sorted into the four kinds that decide who acts next; and nothing of a statement in it.
import { expect, it, test } from 'vitest';
import { freePort } from '../../../local/servers.ts';
import { ProviderError } from '../../../domain/provider/provider.ts';
import { connect } from '../../../providers/postgres/cluster.ts';
import { isMissing } from '../../../providers/postgres/errors.ts';
import { CLUSTER, estateForThisFile, fresh, type Worker } from './estate.ts';

const estate = estateForThisFile();

const CANARY = 'SCRAM-SHA-256$canary';

async function refused(worker: Worker, statement: string): Promise<ProviderError> {
  const error: unknown = await estate()
    .cluster(worker)
    .ask('do it', 'the right to do it', statement)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (!(error instanceof ProviderError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

it.each<[string, Worker, string, string]>([
  ['42501', 'custody_check', 'ALTER ROLE app_admin NOLOGIN', 'denied'],
  ['42704', 'custody_cut', `ALTER ROLE nobody PASSWORD '${CANARY}'`, 'impossible'],
  ['42601', 'custody_cut', `ALTER ROLE nobody PASSWORD '${CANARY}' NOW`, 'impossible'],
  ['25006', 'custody_cut', 'SET TRANSACTION READ ONLY; CREATE ROLE x', 'impossible'],
  ['57014', 'custody_cut', 'SET LOCAL statement_timeout = 1; SELECT pg_sleep(60)', 'retry'],
  ['57P01', 'custody_cut', 'SELECT pg_terminate_backend(pg_backend_pid())', 'retry'],
])('%s as %s: %s', async (code, worker, statement, sort) => {
  const error = await refused(worker, statement);
  expect(error).toMatchObject({ sort, message: expect.stringContaining(code) });
  expect(error.permission).toBe(sort === 'denied' ? 'the right to do it' : undefined);
  expect(isMissing(error)).toBe(code === '42704');
  expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain(CANARY);
});

test('what depends on a membership keeps it from being revoked', async () => {
  for (const name of ['given', 'giver', 'taker']) await estate().run(`CREATE ROLE ${name}`);
  await estate().run('GRANT given TO giver WITH ADMIN TRUE GRANTED BY postgres');
  await estate().run('GRANT given TO taker GRANTED BY giver');
  await estate().run('GRANT given TO custody_cut WITH ADMIN TRUE');
  await estate().run('GRANT postgres TO custody_cut WITH INHERIT TRUE, SET FALSE');
  const error = await refused('custody_cut', 'REVOKE given FROM giver GRANTED BY postgres');
  await estate().run('REVOKE postgres FROM custody_cut');
  expect(error).toMatchObject({ sort: 'impossible', message: expect.stringMatching(/2BP01.*depends/) });
});

test('a login that is not accepted is for people, one that has no room passes by itself', async () => {
  const password = fresh();
  const { host, port } = estate().server;
  const ask = (at: number) =>
    connect({
      name: CLUSTER,
      url: `postgres://worker@${host}:${at}/postgres`,
      password: async () => password,
      secret: estate().cluster('custody_cut').secret,
    }).ask('do it', 'nothing', 'SELECT 1');
  await expect(ask(port)).rejects.toMatchObject({
    sort: 'denied',
    message: expect.stringContaining('28P01'),
  });
  await estate().run(`CREATE ROLE worker LOGIN PASSWORD '${password}' CONNECTION LIMIT 0`);
  await expect(ask(port)).rejects.toMatchObject({ sort: 'throttled' });
  await estate().run('ALTER ROLE worker CONNECTION LIMIT 1');
  await expect(ask(port)).resolves.toHaveLength(1);
  await expect(ask(await freePort())).rejects.toMatchObject({
    sort: 'retry',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});
