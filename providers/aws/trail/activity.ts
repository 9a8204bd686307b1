// What a user or role did since the compromise, as CloudTrail's event history tells it: management events of the last 90 days, some minutes
// late. Reads of data (an object of S3) are not in it. A look that cannot read it goes on without, and says so.
import type { Activity } from '../../../domain/activity/activity.schema.ts';
import type { Identity } from '../../../domain/identity/identity.ts';
import { epochMs, type Instant, instant } from '../../../domain/instant/instant.ts';
import type { Aws } from '../clients.ts';
import type { TrailEvent } from './event.ts';
import { Lookup } from './lookup.ts';
import { summed } from './sum.ts';

const DAY_MS = 86_400_000;
const KEPT_MS = 90 * DAY_MS;
/** Sessions of a role that are asked for, each by a lookup of its own. */
const MOST_SESSIONS = 5;

/** Where CloudTrail keeps what is done to IAM, STS and other services of no region. */
const GLOBAL: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

export interface Suspect {
  identity: Identity;
  arn: string;
  /** Keys of sessions that alerts name. */
  sessionKeys: readonly string[];
  /** Where its credentials were used last, as IAM knows it. */
  regions: readonly (string | null)[];
  /** From when on alerts speak of the thief; null: the last day is read. */
  since: Instant | null;
}

/** As CloudTrail signed its calls: whose session a key is of, which IAM does not say. null: no call of the last 90 days that could be read. */
export async function whoseSessionKey(
  aws: Aws,
  accessKeyId: string,
): Promise<{ kind: 'iam-user' | 'iam-role'; name: string } | null> {
  const lookup = new Lookup(aws, instant(aws.clock.now() - KEPT_MS));
  for (const region of await regionsOf(aws)) {
    const events = await lookup.events({ region, by: 'AccessKeyId', value: accessKeyId });
    const by = events.find((one) => one.by.accessKeyId === accessKeyId && one.by.account === aws.account)?.by;
    if (by === undefined) continue;
    const [, account, sort, name] =
      /^arn:[^:]*:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(by.issuer) ?? [];
    if (account === aws.account && name !== undefined)
      return { kind: sort === 'role' ? 'iam-role' : 'iam-user', name };
    if (by.issuer === '' && by.userName !== '') return { kind: 'iam-user', name: by.userName };
  }
  return null;
}

/** In which IAM and STS write, and the worker's own. */
export async function regionsOf(aws: Aws, more: readonly (string | null)[] = []): Promise<string[]> {
  const all = new Set([GLOBAL[aws.partition], await aws.iam.config.region(), ...more]);
  return [...all].filter((one): one is string => typeof one === 'string' && /^[a-z0-9-]{1,32}$/.test(one));
}

export const activityOf = async (aws: Aws, suspect: Suspect): Promise<Activity> =>
  (await trailOf(aws, suspect)).activity;

/** `became`: of a role, calls by which somebody came into it. */
export async function trailOf(
  aws: Aws,
  suspect: Suspect,
): Promise<{ activity: Activity; became: TrailEvent[] }> {
  const { identity, arn, sessionKeys } = suspect;
  const now = aws.clock.now();
  const oldest = now - KEPT_MS;
  const asked = suspect.since === null ? now - DAY_MS : epochMs(suspect.since);
  const since = instant(Math.min(now, Math.max(oldest, asked)));
  const regions = await regionsOf(aws, suspect.regions);

  const lookup = new Lookup(aws, since);
  const events: TrailEvent[] = [];
  const became: TrailEvent[] = [];
  for (const region of regions) {
    for (const value of sessionKeys.filter((key) => key.startsWith('ASIA'))) {
      events.push(...(await lookup.events({ region, by: 'AccessKeyId', value })));
    }
    const comings = identity.kind === 'iam-role' ? await comingsInto(lookup, region, arn) : [];
    became.push(...comings);
    const names = identity.kind === 'iam-role' ? sessionsOf(lookup, region, comings) : [identity.reference];
    for (const value of names) events.push(...(await lookup.events({ region, by: 'Username', value })));
  }
  const activity = {
    since,
    readAt: instant(now),
    regions: regions.slice(0, 20),
    // Whoever makes a session chooses its name: another user's, for example.
    ...summed(
      events.filter((event) => isBy(event, identity, arn, sessionKeys)),
      identity,
    ),
    unread: [
      ...(asked < oldest ? ['CloudTrail keeps 90 days: what is older is not known.'] : []),
      ...lookup.unread,
    ].slice(0, 20),
  };
  return { activity, became };
}

const isBy = (
  { by }: TrailEvent,
  { account, kind, reference }: Identity,
  arn: string,
  keys: readonly string[],
) =>
  keys.includes(by.accessKeyId) ||
  by.issuer === arn ||
  (kind === 'iam-user' && by.issuer === '' && by.account === account && by.userName === reference);

const comingsInto = async (lookup: Lookup, region: string, arn: string): Promise<TrailEvent[]> =>
  (await lookup.events({ region, by: 'ResourceName', value: arn })).filter(({ call }) =>
    call.startsWith('AssumeRole'),
  );

/** Names of a role's sessions: as those who became it gave them, which is how CloudTrail calls its events. */
function sessionsOf(lookup: Lookup, region: string, comings: readonly TrailEvent[]): string[] {
  const names = new Set(
    comings.flatMap(({ names: { roleSessionName = '' } }) =>
      roleSessionName === '' ? [] : [roleSessionName],
    ),
  );
  if (names.size > MOST_SESSIONS) {
    lookup.unread.add(
      `It had ${names.size} sessions in ${region}; what was done by ${names.size - MOST_SESSIONS} of them is not read.`,
    );
  }
  return [...names].slice(0, MOST_SESSIONS);
}
