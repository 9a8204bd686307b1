// One statement in a role's trust policy by which named principals cannot become it. Pure. It is added to what stands there, and taken
// out of it again, and nothing else is changed. By `aws:PrincipalArn`, not by `Principal`: AWS writes another id there once a principal
// is deleted, and takes no policy that names one which does not exist; and neither a service of AWS nor a web identity has such an ARN,
// so none of these is ever stopped by it.
import { canonical } from '../../../domain/encoding/canonical.ts';
import { epochMs, type Instant, instant } from '../../../domain/instant/instant.ts';
import { SPREAD_MS } from './cut-off.ts';

export const DENIED = 'CustodyDenied';

/** AWS's default quota (IAM and AWS STS quotas: role trust policy length); an account can be given more. */
export const TRUST_CHARACTERS = 2_048;

/** Clocks of executor and checker may differ by so much. */
const SKEW_MS = 300_000;

export interface Denied {
  /** ARNs, and patterns of ARNs. */
  principals: readonly string[];
  /** When it was written: sessions from until it is known everywhere may be theirs. */
  since: Instant;
}

const statementOf = ({ principals, since }: Denied) => ({
  Sid: DENIED,
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sts:AssumeRole',
  Condition: {
    ArnLike: { 'aws:PrincipalArn': principals },
    // True from the beginning, also where the time is not told.
    DateGreaterThanEqualsIfExists: { 'aws:CurrentTime': since },
  },
});

type Policy = Record<string, unknown> & { Statement: object | object[] };

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const withoutSpace = (text: string): string => text.replace(/\s/g, '');

/** null where it cannot be understood, or would not be the same when it is written back (a name twice, for example). */
function read(document: string | undefined): Policy | null {
  try {
    const text = decodeURIComponent(document ?? '');
    const said: unknown = JSON.parse(text);
    if (!isObject(said) || withoutSpace(JSON.stringify(said)) !== withoutSpace(text)) return null;
    const { Statement } = said as Policy;
    const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
    return statements.length > 0 && statements.every(isObject) ? (said as Policy) : null;
  } catch {
    return null;
  }
}

const isOurs = (statement: object): boolean => (statement as { Sid?: unknown }).Sid === DENIED;

const listOf = ({ Statement }: Policy): object[] => (Array.isArray(Statement) ? Statement : [Statement]);

/** `document`: URL-encoded JSON, as IAM answers. */
export const isUnderstood = (document: string | undefined): boolean => read(document) !== null;

/** Whether a statement of this name is there, whatever it says. */
export const isNamedIn = (document: string | undefined): boolean => {
  const policy = read(document);
  return policy !== null && listOf(policy).some(isOurs);
};

/** null where there is none that is, word for word, one that custody may have written by now: a later moment would let them in until then. */
export function deniedIn(document: string | undefined, now: number): Denied | null {
  const policy = read(document);
  const stands = policy === null ? undefined : listOf(policy).find(isOurs);
  try {
    const { ArnLike, DateGreaterThanEqualsIfExists } = (stands as ReturnType<typeof statementOf>).Condition;
    const principals = ArnLike['aws:PrincipalArn'];
    const since = DateGreaterThanEqualsIfExists['aws:CurrentTime'];
    const known =
      canonical(statementOf({ principals, since: instant(epochMs(since)) })) === canonical(stands);
    return known && Array.isArray(principals) && epochMs(since) <= now + SKEW_MS
      ? { principals, since }
      : null;
  } catch {
    return null;
  }
}

/**
 * As it is to be written; null where it cannot be understood. A policy with a single statement, which is no list, gets it in front, one
 * with a list at its end: by that the undo knows which of the two it was.
 */
export function withDenied(document: string | undefined, denied: Denied): string | null {
  const policy = read(document);
  if (policy === null) return null;
  const list = listOf(policy);
  const own = statementOf(denied);
  if (list.some(isOurs)) {
    const Statement = list.map((one) => (isOurs(one) ? own : one));
    return JSON.stringify({ ...policy, Statement });
  }
  return JSON.stringify({
    ...policy,
    Statement: Array.isArray(policy.Statement) ? [...list, own] : [own, ...list],
  });
}

/** Without it; null where it cannot be understood, or nothing else is left in it. */
export function withoutDenied(document: string | undefined): string | null {
  const policy = read(document);
  if (policy === null) return null;
  const list = listOf(policy);
  const others = list.filter((one) => !isOurs(one));
  const [first] = others;
  if (first === undefined) return null;
  const wasSingle = others.length === 1 && list.findIndex(isOurs) === 0;
  return JSON.stringify({ ...policy, Statement: wasSingle ? first : others });
}

/** Whether a session from before the statement was known everywhere would count after the cut-off of this moment. */
export const isTooEarlyForDenied = (sessionsFrom: Instant, { since }: Denied): boolean =>
  epochMs(sessionsFrom) - epochMs(since) < SPREAD_MS;

export const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  canonical(one.toSorted()) === canonical(other.toSorted());
