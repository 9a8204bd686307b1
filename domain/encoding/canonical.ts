// RFC 8785 canonical JSON and its SHA-256: what is hashed and signed is always this form.
import canonicalize from 'canonicalize';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { encodeBytes } from './base64url.ts';

/** Throws `TypeError` on a value that JSON cannot hold. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value has no JSON form');
  return text;
}

/** Lower-case hex SHA-256 of the canonical form. */
export function hashOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonical(value))));
}

/** base64url SHA-256 of a text: the nonce and challenge of a login or passkey over a statement. */
export function digestOf(text: string): string {
  return encodeBytes(sha256(utf8ToBytes(text)));
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** First `letters` letters of the lower-case base32 SHA-256 of a text. */
export function base32Of(text: string, letters: number): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of sha256(utf8ToBytes(text))) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < letters) {
      bits -= 5;
      out += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return out;
}
