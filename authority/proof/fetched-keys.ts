// Identity providers' keys, asked of the providers themselves: over https, without following anybody elsewhere, bounded in size and
// time. Kept for minutes; what cannot be asked anew by then proves nothing.
import { whyNotAskable } from '../../domain/runbook/issuer.schema.ts';
import { type IssuerJwk, issuerJwkSchema } from '../../domain/statement/issuer-key.schema.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** A key that a provider has withdrawn counts no longer than this. */
const FRESH_MS = 5 * 60_000;
/** A made-up key id costs the provider one question in this time. */
const UNKNOWN_AGAIN_MS = 60_000;
/** One that does not answer is not waited for by everybody who comes next. */
const FAILED_AGAIN_MS = 15_000;
/** Both questions together: a judge has ten seconds. */
const TIMEOUT_MS = 6_000;
const LONGEST_BYTES = 256 * 1_024;
const MOST_KEYS = 100;

interface Kept {
  keys: readonly IssuerJwk[];
  fetchedMs: number;
  askedMs: number;
  /** Why the newest question brought nothing. */
  failure: string | null;
}

export interface FetchedBy {
  nowMs: () => number;
  /** Replaced by tests. */
  fetch?: typeof fetch;
}

export function fetchedIssuerKeys({ nowMs, fetch: get = fetch }: FetchedBy): IssuerKeys {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<Kept>>();

  const ask = (issuer: string): Promise<Kept> => {
    const running = asking.get(issuer);
    if (running !== undefined) return running;
    const askedMs = nowMs();
    const before = kept.get(issuer);
    const answer = fetchedFrom(issuer, get)
      .then((keys): Kept => ({ keys, fetchedMs: askedMs, askedMs, failure: null }))
      .catch((error: unknown): Kept => {
        const failure = error instanceof Error ? error.message : 'it gave no answer';
        return { keys: before?.keys ?? [], fetchedMs: before?.fetchedMs ?? -Infinity, askedMs, failure };
      })
      .then((now) => {
        kept.set(issuer, now);
        asking.delete(issuer);
        return now;
      });
    asking.set(issuer, answer);
    return answer;
  };

  const isFresh = ({ fetchedMs }: Kept) => nowMs() - fetchedMs < FRESH_MS;
  const mayAskAgain = ({ askedMs, failure }: Kept) =>
    nowMs() - askedMs >= (failure === null ? UNKNOWN_AGAIN_MS : FAILED_AGAIN_MS);

  return {
    async keyOf({ issuer, kid }) {
      let now = kept.get(issuer) ?? (await ask(issuer));
      const has = () => isFresh(now) && now.keys.some((key) => key.kid === kid);
      if (!has() && mayAskAgain(now)) now = await ask(issuer);
      if (!isFresh(now))
        return {
          none: `${issuer} could not be asked for its keys (${now.failure ?? 'no answer'}): say it again in a moment, or sign with a key.`,
        };
      const [found, second] = now.keys.filter((key) => key.kid === kid);
      return found === undefined || second !== undefined
        ? { none: `${issuer} signs with no such key now, or with several of this id.` }
        : { jwk: found };
    },
  };
}

async function fetchedFrom(issuer: string, get: typeof fetch): Promise<IssuerJwk[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const about = await json(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, get, signal);
  if (about['issuer'] !== issuer) throw new Error('its configuration names another issuer');
  const address = about['jwks_uri'];
  if (typeof address !== 'string') throw new Error('its configuration names no keys');
  const wrong = whyNotAskable(address);
  if (wrong !== null || (issuer.startsWith('https:') && !address.startsWith('https:')))
    throw new Error(`the address of its keys ${wrong ?? 'must begin with https://'}`);
  const { keys } = await json(address, get, signal);
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) throw new Error('its keys are not a list');
  return keys.flatMap((key) => issuerJwkOf(key) ?? []);
}

/** What a verifier needs of a key that signs; null for one that encrypts, of another kind, or with a private half. */
export function issuerJwkOf(key: unknown): IssuerJwk | null {
  if (typeof key !== 'object' || key === null) return null;
  const { kty, kid, alg, use, key_ops: does, crv, x, y, n, e, d, k } = key as Record<string, unknown>;
  if (d !== undefined || k !== undefined) return null;
  if (use !== undefined && use !== 'sig') return null;
  if (Array.isArray(does) && !does.includes('verify')) return null;
  const named = { kid, ...(alg === undefined ? {} : { alg }) };
  const members = kty === 'RSA' ? { n, e } : kty === 'EC' ? { crv, x, y } : { crv, x };
  const parsed = issuerJwkSchema.safeParse({ kty, ...named, ...members });
  return parsed.success ? parsed.data : null;
}

async function json(
  address: string,
  get: typeof fetch,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const response = await get(address, {
    redirect: 'error',
    signal,
    headers: { accept: 'application/json' },
  }).catch((error: unknown) => {
    throw new Error(whyUnanswered(error), { cause: error });
  });
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  const value = JSON.parse(await bounded(response)) as unknown;
  if (typeof value !== 'object' || value === null) throw new Error('its answer is not an object');
  return value as Record<string, unknown>;
}

const whyUnanswered = (error: unknown): string =>
  error instanceof Error && error.name === 'TimeoutError'
    ? 'it did not answer in time'
    : 'it could not be reached, or it redirects';

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > LONGEST_BYTES) throw new Error('its answer is too long');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
