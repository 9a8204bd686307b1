// Sorts what a server or the way to it throws into the four kinds that decide who acts next. The cause keeps the SQLSTATE and nothing
// else: a server's own texts may quote the statement.
import { DatabaseError } from 'pg';
import { type ErrorSort, ProviderError } from '../../domain/provider/provider.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
class PostgresCause extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.name = 'PostgresCause';
    this.code = code;
  }
}

const DENIED = '42501';
/** Two changed the same row of a catalog; it has no SQLSTATE of its own. */
const INTERNAL = 'XX000';
const TOO_MANY = /^53/;
/** Connection lost, rolled back, a lock not to be had, cancelled, server going down or coming up. */
const PASSING = /^(08|40|55|57|58)/;
/** Refused at the door: a password, a role that may not log in, a rule of pg_hba.conf. */
const OWN_LOGIN = /^28/;

const MEANING: Readonly<Record<string, string>> = {
  '25006': 'the server only reads: connect this worker to the primary',
  '2BP01': 'something depends on it: a membership that its member has passed on, for example',
  '3D000': 'there is no such database',
  '42704': 'what it names does not exist in this cluster',
};

function sortOf(code: string): ErrorSort {
  if (code === DENIED || OWN_LOGIN.test(code)) return 'denied';
  if (TOO_MANY.test(code)) return 'throttled';
  if (PASSING.test(code) || code === INTERNAL) return 'retry';
  return 'impossible';
}

/** `what`: is not done. `permission`: what it needs, in PostgreSQL's own words. */
export function sorted(error: unknown, what: string, permission: string): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!(error instanceof DatabaseError) || error.code === undefined) {
    // Nothing was answered: network, time-out, encryption that could not be agreed on.
    const name = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    const message = `PostgreSQL did not ${what} (${name}): no usable answer; it is tried again.`;
    return new ProviderError('retry', message, { cause: new PostgresCause(name) });
  }
  const { code } = error;
  const cause = new PostgresCause(code);
  const sort = sortOf(code);
  const said = `PostgreSQL did not ${what} (${code})`;
  if (sort === 'throttled')
    return new ProviderError(sort, `${said}: no connection or memory is free; it is tried again.`, { cause });
  if (sort === 'retry') return new ProviderError(sort, `${said}: it is tried again.`, { cause });
  if (OWN_LOGIN.test(code))
    return new ProviderError(sort, `${said}: this worker's own login is not accepted; see to it.`, { cause });
  if (sort === 'denied')
    return new ProviderError(
      sort,
      `${said}: this worker's role lacks ${permission}. Grant it, then order the step again.`,
      { permission, cause },
    );
  return new ProviderError(sort, `${said}: ${MEANING[code] ?? 'it will not accept it as it stands'}.`, {
    cause,
  });
}

export const isMissing = (error: unknown): boolean =>
  error instanceof ProviderError && error.cause instanceof PostgresCause && error.cause.code === '42704';

export const impossible = (message: string): ProviderError => new ProviderError('impossible', message);
