// What a worker is told about its accounts: what would leave it in the wrong one, or in none, is refused at its start.
import { expect, test } from 'vitest';
import { accountsOf } from '../../workers/accounts.ts';
import { configured } from '../../workers/configuration.ts';

const [one, other] = ['111111111111', '222222222222'];

test.each<[string, readonly string[], Record<string, string>, RegExp]>([
  ['several accounts with one set of credentials', [one, other], {}, /CUSTODY_AWS_ROLE/],
  ['an external id without a role', [one], { CUSTODY_EXTERNAL_ID: 'x' }, /set that too/],
  ['an ARN for a name', [one], { CUSTODY_AWS_ROLE: `arn:aws:iam::${one}:role/custody` }, /no ARN/],
  ['a name that begins with a slash', [one], { CUSTODY_AWS_ROLE: '/custody' }, /its path/],
])('%s', async (_, accounts, environment, why) => {
  await expect(accountsOf(accounts, environment)).rejects.toThrow(why);
});

test('a checker may look at several', () => {
  const said = { CUSTODY_ACCOUNT: ` ${one}, ${other}`, CUSTODY_KEY: 'key' };
  expect(configured('checker', said).CUSTODY_ACCOUNT).toBe(`${one},${other}`);
  expect(() => configured('checker', { ...said, CUSTODY_ACCOUNT: `${one},22` })).toThrow(/twelve digits/);
});
