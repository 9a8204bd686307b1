// base64url without padding, over UTF-8. The workflow sandbox has neither `atob` nor `Buffer`.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE = new Map([...ALPHABET].map((letter, index) => [letter, index]));

export function encodeBytes(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] as number, bytes[i + 1], bytes[i + 2]];
    text += ALPHABET[a >> 2];
    text += ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)];
    if (b !== undefined) text += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)];
    if (c !== undefined) text += ALPHABET[c & 63];
  }
  return text;
}

/** Throws `SyntaxError` on a character outside the alphabet or an impossible length. */
export function decodeBytes(text: string): Uint8Array {
  if (text.length % 4 === 1) throw new SyntaxError('not base64url: impossible length');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = VALUE.get(letter);
    if (value === undefined) throw new SyntaxError(`not base64url: ${JSON.stringify(letter)}`);
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return bytes;
}

export function encode(text: string): string {
  return encodeBytes(new TextEncoder().encode(text));
}

/** Throws on what is not base64url of valid UTF-8. */
export function decode(text: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(decodeBytes(text));
}
