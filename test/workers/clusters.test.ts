// What a worker is told about its cluster: what would leave it in the wrong one, show its password, or let somebody play the server, is
// refused at its start.
import { expect, test } from 'vitest';
import { clusterOf } from '../../workers/clusters.ts';
import { configured } from '../../workers/configuration.ts';
import { planeOf } from '../../workers/planes.ts';

const HERE = 'postgres://custody_cut@localhost/postgres';

test.each<[string, readonly string[], string | undefined, RegExp]>([
  ['no address', ['orders-db'], undefined, /CUSTODY_POSTGRES says where/],
  [
    'an address of something else',
    ['orders-db'],
    'https://custody_cut@db.example/',
    /CUSTODY_POSTGRES says where/,
  ],
  ['no role', ['orders-db'], 'postgres://localhost/postgres', /as which role/],
  [
    'a password',
    ['orders-db'],
    'postgres://custody_cut:canary@localhost/postgres',
    /CUSTODY_POSTGRES_PASSWORD_FILE/,
  ],
  ['a password further on', ['orders-db'], `${HERE}?password=canary`, /CUSTODY_POSTGRES_PASSWORD_FILE/],
  ['another machine in clear', ['orders-db'], 'postgres://custody_cut@db.example/postgres', /verify-full/],
  ['encryption with anybody', ['orders-db'], 'postgres://a@db.example/b?sslmode=require', /verify-full/],
  ['two clusters', ['orders-db', 'billing-db'], HERE, /run one for each/],
  ['no cluster', [], HERE, /run one for each/],
])('%s', async (_, clusters, CUSTODY_POSTGRES, why) => {
  const refused = clusterOf(clusters, { CUSTODY_POSTGRES });
  await expect(refused).rejects.toThrow(why);
  await expect(refused).rejects.not.toThrow(/canary/);
});

test('a plane that there is none of is named, with those that there are', async () => {
  await expect(planeOf('okta', ['x'], {})).rejects.toThrow('acts on aws and postgres; policy.yaml says okta');
  await expect(planeOf('toString', ['x'], {})).rejects.toThrow(/policy.yaml says toString/);
});

test("a checker's account is the name of its cluster, and twelve digits only on AWS", () => {
  const said = { CUSTODY_ACCOUNT: ' orders-db ', CUSTODY_KEY: 'key' };
  expect(configured('checker', { ...said, CUSTODY_POSTGRES: HERE }).CUSTODY_ACCOUNT).toBe('orders-db');
  expect(() => configured('checker', said)).toThrow(/twelve digits/);
});
