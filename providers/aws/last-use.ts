// What the last use of a key proves. Pure. AWS keeps one use a key, writes it by the minute or the second, and minutes to hours late:
// a use proves that there was one, and none proves nothing yet.
import { epochMs, type Instant, plus } from '../../domain/instant/instant.ts';
import type { LastUse } from './users.ts';

/** IAM takes a moment to stop a key everywhere. */
const SETTLING_MS = 120_000;

/** Within it, a use of STS may be our own proof that the key works. */
const OWN_PROOF_MS = 60_000;

/** From here on no use is one from before the cut. */
export const deadFrom = (inactiveAt: Instant): Instant => plus(inactiveAt, SETTLING_MS);

/** A use after the key was cut and the cut was known everywhere: then somebody brought it back to life meanwhile. */
export const usedSince = (use: LastUse | null, inactiveAt: Instant): boolean =>
  use?.at != null && epochMs(use.at) > epochMs(deadFrom(inactiveAt));

/** A use that is not the call by which custody proved the key. */
export const usedByOthers = (use: LastUse | null, provedAt: Instant): boolean =>
  use?.at != null && (use.service !== 'sts' || epochMs(use.at) > epochMs(provedAt) + OWN_PROOF_MS);
