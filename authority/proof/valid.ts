// Whether something that proves (a key, a passkey, a login) counted when the statement was made, and is not revoked by now.
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import { SKEW_S } from '../statement.ts';

export interface Validity {
  notBefore?: string | undefined;
  notAfter?: string | undefined;
  revokedAt?: string | undefined;
}

/** `iat`: when the statement was made, in epoch seconds. `what` names the thing. null: it counts at `at`. */
export function whyNotValid(what: string, valid: Validity, iat: number, at: Instant): string | null {
  const madeMs = iat * 1_000;
  const atMs = epochMs(at);
  const { notBefore, notAfter, revokedAt } = valid;
  if (madeMs > atMs + SKEW_S * 1_000)
    return 'The statement was made in the future: set the clock of the machine that signs.';
  if (revokedAt !== undefined && epochMs(revokedAt) <= atMs)
    return `The ${what} was revoked at ${revokedAt}.`;
  if (notBefore !== undefined && madeMs < epochMs(notBefore))
    return `The ${what} is valid from ${notBefore} on.`;
  if (notAfter !== undefined && madeMs > epochMs(notAfter))
    return `The ${what} was valid until ${notAfter}: use a newer one.`;
  return null;
}
