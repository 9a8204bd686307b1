// A worker's way in, as its process takes it: an address without a password, and a file that holds it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { REGION } from '../../../local/demo/estate.ts';
import { githubActions } from '../../../providers/secrets/github-actions.ts';
import { clusterOf } from '../../../workers/clusters.ts';
import { planeOf } from '../../../workers/planes.ts';
import { githubStub } from '../../attacker/github-stub.ts';
import { courseFor, workersOf } from './course.ts';
import { CLUSTER, estateForThisFile, fresh } from './estate.ts';

const estate = estateForThisFile();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-pgpass-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function environmentOf(password: string, { mode = 0o600, role = 'custody_cut' } = {}) {
  const { host, port } = estate().server;
  const file = path.join(folder, 'password');
  await writeFile(file, `${password}\n`, { mode });
  return {
    CUSTODY_POSTGRES: `postgres://${role}@${host}:${port}/postgres`,
    CUSTODY_POSTGRES_PASSWORD_FILE: file,
  };
}

const told = async (password: string, mode?: number) =>
  clusterOf([CLUSTER], await environmentOf(password, mode === undefined ? {} : { mode }));

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

test("whoever does not read the secret, as the executor's own policy names them, gets the new password too", async () => {
  const application = await estate().application();
  const { custody_cut: cut, custody_issue: own } = estate().workers;
  await estate().run(`ALTER ROLE custody_cut PASSWORD '${cut.password}'`);
  vi.stubEnv('AWS_ENDPOINT_URL', estate().endpoint);
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', own.vault.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', own.vault.secretAccessKey);
  const github = await githubStub();
  try {
    const consumer = githubActions({
      api: github.api,
      repository: 'acme/shop',
      secret: 'SHOP_PASSWORD',
      field: 'password',
      token: github.token,
    });
    const rule = { secret: application.secretId, field: 'password', test: null, consumers: [consumer] };
    const environment = await environmentOf(own.password, { role: 'custody_issue' });
    const issue = (await planeOf('postgres', [CLUSTER], environment, async () => [rule])).of(CLUSTER);
    const course = await courseFor(application, { ...workersOf(estate()), issue });
    const step = course.step('postgres/password');
    await course.upTo(step);
    const { evidence } = await course.take(step);
    const renewed = await estate().secretOf(application);
    expect(renewed.password).not.toBe(application.role.password);
    expect(github.secrets.get('acme/shop SHOP_PASSWORD')).toBe(renewed.password);
    expect(evidence).toMatchObject({ told: 'GitHub Actions secret SHOP_PASSWORD of acme/shop' });
    expect(JSON.stringify(evidence)).not.toContain(renewed.password);
  } finally {
    await github.stop();
  }
});
