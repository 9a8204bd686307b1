// From when on a role's sessions count again. Pure. A cut-off must lie after the moment at which it takes effect: until then the thief
// makes new sessions, of this role and of every other that it can become. So it is written ahead of time, and those of one plan are
// written close together:
//
//   written at w, it is known everywhere by w + SPREAD, and lies at w + 2 SPREAD.
//
// Where no two of a plan were written more than SPREAD apart, each lies after the moment at which the last of them is known
// everywhere. From then on no older session works anywhere, so none of them can have made one that is younger than its cut-off.
import { canonical } from '../../../domain/encoding/canonical.ts';
import { epochMs, type Instant, instant } from '../../../domain/instant/instant.ts';

export const CUT_OFF = 'custody-session-cut-off';

/** As IAM's console calls what it writes where people revoke a role's sessions. */
export const REVOKED_BY_HAND = 'AWSRevokeOlderSessions';

/** What IAM may need to take a policy everywhere: it takes seconds as a rule, and promises nothing. */
export const SPREAD_MS = 120_000;

const AHEAD_MS = 2 * SPREAD_MS;

/** Clocks of executor and checker may differ by so much. */
const SKEW_MS = 300_000;

/** The longest that a session of a role can live, whatever the role says now (IAM, MaxSessionDuration). */
export const LONGEST_ROLE_SESSION = '12h';

const documentOf = (sessionsFrom: Instant) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'CustodySessionCutOff',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': sessionsFrom } },
    },
  ],
});

export const policyOf = (sessionsFrom: Instant): string => JSON.stringify(documentOf(sessionsFrom));

/** Whole seconds, as AWS keeps the time at which a session was made; rounded up. */
export const cutOffWrittenAt = (now: number): Instant => instant(Math.ceil((now + AHEAD_MS) / 1_000) * 1_000);

/** As the console writes it (IAM, "Revoke IAM role temporary security credentials"). */
const revokedByHand = (sessionsFrom: Instant) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: { DateLessThan: { 'aws:TokenIssueTime': sessionsFrom } },
    },
  ],
});

/**
 * The moment in a policy as IAM answers it, URL-encoded; null where it is not, word for word, one that custody may have written by now: a
 * later moment is somebody else's.
 */
export const sessionsFrom = (document: string | undefined, now: number): Instant | null =>
  momentIn(document, now, documentOf);

/** The same of what people have the console write. */
export const sessionsRevokedFrom = (document: string | undefined, now: number): Instant | null =>
  momentIn(document, now, revokedByHand);

function momentIn(
  document: string | undefined,
  now: number,
  written: (from: Instant) => ReturnType<typeof documentOf> | ReturnType<typeof revokedByHand>,
): Instant | null {
  try {
    const said = JSON.parse(decodeURIComponent(document ?? '')) as ReturnType<typeof written>;
    const from = instant(epochMs(said.Statement[0]?.Condition.DateLessThan['aws:TokenIssueTime'] ?? ''));
    const known = [from, from.replace('.000Z', 'Z')].some(
      (moment) => canonical(written(moment)) === canonical(said),
    );
    return known && epochMs(from) <= epochMs(cutOffWrittenAt(now)) + SKEW_MS ? from : null;
  } catch {
    return null;
  }
}

/** Whether a cut-off lies too early for another of the same plan that was written after it. */
export const isTooEarlyFor = (own: Instant, other: Instant): boolean =>
  epochMs(other) - epochMs(own) > SPREAD_MS;
