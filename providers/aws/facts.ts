// Facts about a user that choose the rules, each with the call that it was read from. A read that is denied gives no fact and is said
// to people. Never read here: external exposure, which AWS shows only through an analyzer that an account need not have.
import type { Fact } from '../../domain/detection/detection.schema.ts';
import { instant } from '../../domain/instant/instant.ts';
import type { Aws } from './clients.ts';
import { type Granted, GRANTED_PERMISSIONS, grantedTo } from './granted.ts';
import { personOrWorkload } from './person-or-workload.ts';
import { PRIVILEGED_PERMISSIONS, privileged } from './privileged.ts';
import { couldTagItself, heardFromTags, type Tag, TAGS_PERMISSIONS, tagsOf } from './tags.ts';
import { notKnown, type Unread, unlessDenied } from './unread.ts';
import type { LastUse, User } from './users.ts';
import { MFA_DEVICES_PERMISSIONS, mfaDevicesOf } from './ways-back.ts';
import type { WayIn } from './ways-in.ts';

export const FACTS_PERMISSIONS = [
  ...GRANTED_PERMISSIONS,
  ...PRIVILEGED_PERMISSIONS,
  ...TAGS_PERMISSIONS,
  ...MFA_DEVICES_PERMISSIONS,
] as const;

export interface Known {
  ways: readonly WayIn[];
  /** ARNs of the managed policies on the user itself. */
  attached: readonly string[];
  /** By access key id; null where AWS does not know the key. */
  uses: ReadonlyMap<string, LastUse | null>;
}

export interface Seen {
  facts: Fact[];
  granted: Granted;
  concerns: string[];
  /** By which it is privileged, as its policies say; null where they do not. */
  power: string | null;
  /** null: could not be read. */
  tags: (Tag & { writable: boolean })[] | null;
  aboutTags: Unread;
}

export async function factsOf(aws: Aws, user: User, { ways, attached, uses }: Known): Promise<Seen> {
  const { userName } = user;
  const granted = await grantedTo(aws, user, attached);
  const power = await privileged(aws, user, granted);

  const aboutPerson: Unread = new Set();
  const mfaDevices = await unlessDenied(aboutPerson, 'the user', () => mfaDevicesOf(aws, userName));
  const person = personOrWorkload(
    {
      consolePassword: ways.some(({ kind }) => kind === 'login-profile'),
      mfaDevices: mfaDevices?.length ?? null,
      passwordUsedAt: user.passwordUsedAt,
      programmatic: ways.filter(({ kind }) => kind !== 'login-profile').length,
      keys: [...uses].map(([id, use]) => ({ id, use })),
    },
    instant(aws.clock.now()),
  );

  const aboutTags: Unread = new Set();
  const tags = await unlessDenied(aboutTags, 'the user', () => tagsOf(aws, userName));
  const writable = couldTagItself(user, granted);
  const heard = heardFromTags(user, tags ?? [], writable);

  const all = [...(power.fact === null ? [] : [power.fact]), ...person, ...heard.facts];
  const isTrue = (name: Fact['fact']) => all.some(({ fact, value }) => fact === name && value);
  const humanIsKnown = person.some(({ fact }) => fact === 'human');
  return {
    // One that says true is believed, whoever says it.
    facts: all.filter(({ fact, value }) => value || !isTrue(fact)),
    granted,
    concerns: [
      ...(isTrue('privileged') ? [] : power.concerns),
      ...(humanIsKnown
        ? []
        : notKnown(`Whether a person or a workload works as ${userName} is`, aboutPerson)),
      ...notKnown(`The tags of the user ${userName} are`, aboutTags),
      ...heard.concerns,
    ],
    power: power.fact?.value === true ? power.fact.evidence : null,
    tags: tags?.map((tag) => ({ ...tag, writable })) ?? null,
    aboutTags,
  };
}
