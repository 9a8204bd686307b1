// One text for one meaning, in what others made: base64url and JSON as providers and browsers write them.
import { decode, decodeBytes, encodeBytes } from '../../domain/encoding/base64url.ts';

/** base64url has spare bits at its end: one signature is written in one way. */
export function isPlain(text = ''): boolean {
  try {
    return text !== '' && encodeBytes(decodeBytes(text)) === text;
  } catch {
    return false;
  }
}

/** The object in base64url of JSON; null where it is none, or names a key twice: two readers would see two different things. */
export function objectIn(text: string): Record<string, unknown> | null {
  try {
    const json = decode(text);
    const value = JSON.parse(json) as unknown;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && !namesAKeyTwice(json) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Of JSON that parses. Names are compared as they are read: `"a"` and `"\u0061"` are one. */
function namesAKeyTwice(json: string): boolean {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      const name = JSON.parse(last) as string;
      if (names?.has(name)) return true;
      names?.add(name);
    }
    last = token;
  }
  return false;
}
