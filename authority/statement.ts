// Reads a statement from its wire form. What is read is exactly what was signed: one text for one meaning, so that nobody
// can sign a text that two readers understand differently (a key twice, another order, 1.0 for 1).
import type { z } from 'zod';
import { decode, encode } from '../domain/encoding/base64url.ts';
import { canonical } from '../domain/encoding/canonical.ts';
import { type Statement, statementSchema } from '../domain/statement/statement.schema.ts';

/** Clocks of those who sign may be this far ahead. */
export const SKEW_S = 60;
/** No statement is good for longer: it bounds how far a retired key can date itself back. */
export const LONGEST_LIFE_S = 7 * 24 * 3_600;

export type ReadStatement = { readable: true; statement: Statement } | { readable: false; reason: string };

export const unreadable = (reason: string) => ({ readable: false as const, reason });

/** `text` is base64url of canonical JSON. Never throws. */
export function readStatement(text: string): ReadStatement {
  const value = parsed(text);
  if (value === undefined) return unreadable('The statement is not base64url of JSON.');
  const again = canonicalOrNull(value);
  if (again === null || encode(again) !== text) {
    return unreadable(
      'The statement is not in canonical form (RFC 8785): sort its keys, name none twice, no spaces, base64url without padding.',
    );
  }
  const statement = statementSchema.safeParse(value);
  if (!statement.success)
    return unreadable(`The statement is not of the right shape: ${inWords(statement.error)}.`);
  const { iat, exp } = statement.data;
  if (exp < iat) return unreadable('The statement expires before it was made.');
  if (exp - iat > LONGEST_LIFE_S)
    return unreadable('The statement is good for more than seven days: say it again with a shorter life.');
  return { readable: true, statement: statement.data };
}

/** Paths and rules of what does not fit, never the values. */
export function inWords(error: z.ZodError): string {
  const shown = nearest(error.issues)
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  return shown.join('; ').slice(0, 500);
}

type Issue = z.core.$ZodIssue;

/** Of several shapes that it could have, the one that it misses least: "fits none" would help nobody. */
function nearest(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const [least] = issue.errors.toSorted((a, b) => a.length - b.length);
    return least === undefined || least.length === 0
      ? [issue]
      : nearest(least).map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(decode(text)) as unknown;
  } catch {
    return undefined;
  }
}

/** null where a value has no canonical form (a lone surrogate, a number too large, too deep a nesting). */
function canonicalOrNull(value: unknown): string | null {
  try {
    return canonical(value);
  } catch {
    return null;
  }
}
