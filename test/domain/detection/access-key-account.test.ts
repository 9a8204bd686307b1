// The account in a key's id, by ids that stand in public texts, and against an encoder of its own.
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { accountInKeyId } from '../../../domain/detection/access-key-account.ts';

test.each<[id: string, account: string | null, why: string]>([
  ['ASIAY34FZKBOKMUTVV7A', '609629065308', 'of a published write-up of the form'],
  ['ASIAQNZGKIQY56JQ7WML', '029608264753', 'of another; the account begins with a zero'],
  ['AKIAIOSFODNN7EXAMPLE', null, "AWS's own example, in the older form; and it has no base32"],
  ['AKIAI44QH8DHBEXAMPLE', null, 'that of GetAccessKeyInfo, in the older form'],
  ['AKIAJ2222222222222222', null, 'too long'],
  ['AKIAPZZZZZZZZZZZZZZZ', null, 'the bit that says so is not set'],
  ['AKIA7777777777777777', null, 'more than twelve digits'],
  ['AIDAY34FZKBOKMUTVV7A', null, 'of a user, not of a key'],
  ['AKIAY34FZKBOKMUTVV7', null, 'too short'],
  ['', null, 'nothing'],
])('%s is of %s: %s', (id, account) => {
  expect(accountInKeyId(id)).toBe(account);
});

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 150);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Eighty bits: one set, forty of the account, the rest of the key. */
function idOf(account: bigint, own: bigint): string {
  const bits = (1n << 79n) | (account << 39n) | own;
  const letters = Array.from({ length: 16 }, (_, i) => ALPHABET[Number((bits >> BigInt(75 - 5 * i)) & 31n)]);
  return `AKIA${letters.join('')}`;
}

it('is every account that there can be, whatever else stands in the id', () => {
  const accounts = fc.bigInt({ min: 0n, max: 10n ** 12n - 1n });
  const own = fc.bigInt({ min: 0n, max: 2n ** 39n - 1n });
  fc.assert(
    fc.property(accounts, own, (account, rest) => {
      expect(accountInKeyId(idOf(account, rest))).toBe(account.toString().padStart(12, '0'));
    }),
    { numRuns: RUNS },
  );
});
