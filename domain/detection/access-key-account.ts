// The account that is written into an access key's id. Pure. AWS numbers keys so since 2019; older ids say nothing of it, and
// `sts:GetAccessKeyInfo` is who knows then.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Each holds five bits. */
const WRITTEN = 10;

/**
 * Of an id as AWS writes it (`AKIA…`, `ASIA…`): twelve digits, or null where the id does not say. After the four letters stand, in
 * base32, a bit that is set in ids of this form, forty bits of the account, and what is the key's own.
 */
export function accountInKeyId(id: string): string | null {
  const digits = Array.from(id.slice(4, 4 + WRITTEN), (letter) => ALPHABET.indexOf(letter));
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(id) || (digits[0] ?? 0) < 16) return null;
  // Fifty bits and no more: what a number can hold exactly.
  const bits = digits.reduce((sum, digit) => sum * 32 + digit, 0) - 2 ** 49;
  const account = Math.floor(bits / 2 ** 9);
  return account < 10 ** 12 ? String(account).padStart(12, '0') : null;
}
