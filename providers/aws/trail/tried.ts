// Whether a key that AWS says was used after its end was only tried: CloudTrail then tells of its calls, and of none that it was taken for.
// What is refused for another reason (`AccessDenied`) was signed by a key that worked at that moment.
import { epochMs, type Instant } from '../../../domain/instant/instant.ts';
import type { Aws } from '../clients.ts';
import { regionsOf } from './activity.ts';
import type { TrailEvent } from './event.ts';
import { Lookup } from './lookup.ts';

/** IAM keeps the last use by the minute, or by quarter hours where it is used often. */
const KEPT_BY_MS = 15 * 60_000;

interface LastUse {
  at: Instant;
  region: string | null;
}

/** What CloudTrail does not tell to the end is no excuse. */
export async function wasOnlyTried(
  aws: Aws,
  accessKeyId: string,
  since: Instant,
  last: LastUse,
): Promise<boolean> {
  const lookup = new Lookup(aws, since);
  const events: TrailEvent[] = [];
  for (const region of await regionsOf(aws, [last.region]))
    events.push(...(await lookup.events({ region, by: 'AccessKeyId', value: accessKeyId })));
  const calls = events.filter(({ at, by }) => by.accessKeyId === accessKeyId && at > since);
  const tellsOfTheLast = calls.some(({ at }) => epochMs(at) >= epochMs(last.at) - KEPT_BY_MS);
  return lookup.unread.size === 0 && tellsOfTheLast && calls.every(({ unauthenticated }) => unauthenticated);
}
