// A worker's way in, as its process takes it: an address without a password, and a file that holds it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterOf } from '../../../workers/clusters.ts';
import { CLUSTER, estateForThisFile, fresh } from './estate.ts';

const estate = estateForThisFile();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-pgpass-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function told(password: string, mode = 0o600) {
  const { host, port } = estate().server;
  const file = path.join(folder, 'password');
  await writeFile(file, `${password}\n`, { mode });
  return clusterOf([CLUSTER], {
    CUSTODY_POSTGRES: `postgres://custody_cut@${host}:${port}/postgres`,
    CUSTODY_POSTGRES_PASSWORD_FILE: file,
  });
}

test('it is in its cluster and in no other', async () => {
  const password = fresh();
  await estate().run(`ALTER ROLE custody_cut PASSWORD '${password}'`);
  const accounts = await told(password);
  expect(await accounts.of(CLUSTER).self()).toEqual([`postgres/${CLUSTER}/role/custody_cut`]);
  expect(accounts.of(null)).toBe(accounts.of(CLUSTER));
  expect(accounts.named({ plan: 'of whatever form' })).toBe(accounts.of(CLUSTER));
  expect(() => accounts.of('billing-db')).toThrow(/billing-db is none of this worker's/);
});

test('a password that others can read, or that is not there, is not used', async () => {
  await expect(told(fresh(), 0o644)).rejects.toMatchObject({ code: 'keyReadableByOthers' });
  await rm(path.join(folder, 'password'));
  await expect(
    clusterOf([CLUSTER], {
      CUSTODY_POSTGRES: 'postgres://custody_cut@localhost/postgres',
      CUSTODY_POSTGRES_PASSWORD_FILE: path.join(folder, 'password'),
    }),
  ).rejects.toMatchObject({ code: 'keyMissing' });
});

test('it does not start where the server does not let it in', async () => {
  await expect(told(fresh())).rejects.toMatchObject({
    sort: 'denied',
    message: expect.stringContaining('28P01'),
  });
});
