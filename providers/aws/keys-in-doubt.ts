// Which access keys of a user an incident is about. Pure. It says the same however far the plan has come: what custody itself did since,
// a key deactivated or deleted, a new one made, must not look like news, or people would be asked again about their own decision.
import type { Instant } from '../../domain/instant/instant.ts';
import type { LastUse } from './users.ts';
import type { WayIn } from './ways-in.ts';
import { isMadeSince } from './ways-in-doubt.ts';

export interface Doubt {
  /** Those that the alerts name. */
  named: WayIn[];
  /** A key that the alerts name is not there any more, and custody is at work. */
  gone: boolean;
  /** Made by this incident for the service, and by no alert named since. */
  ours: WayIn[];
  /** All but ours: active or not. */
  before: WayIn[];
  /** To be deactivated. */
  cut: WayIn[];
  /** Of these, the one that the service works with, as far as that can be told; undefined where there is none. */
  replace: WayIn | undefined;
}

interface Told {
  named: readonly string[];
  ours: (key: WayIn) => boolean;
  /** The user wears one of custody's restrictions. */
  atWork: boolean;
  /** From when on alerts speak of the thief; null where none says. */
  since: Instant | null;
}

/** How AWS begins the id of a key, and not of a session. */
const LONG_LIVED = 'AKIA';

export function keysInDoubt(
  keys: readonly WayIn[],
  uses: ReadonlyMap<string, LastUse | null>,
  told: Told,
): Doubt {
  const named = keys.filter((key) => told.named.includes(key.id));
  const ours = keys.filter((key) => !named.includes(key) && told.ours(key));
  const before = keys.filter((key) => !ours.includes(key));
  const lost = told.named.some((id) => id.startsWith(LONG_LIVED) && !keys.some((key) => key.id === id));
  const gone = named.length === 0 && lost && told.atWork;
  // An alert that names no key of this user leaves every key in doubt, inactive ones too: ours was to make them so.
  // Beside a key that is named, one that was made since is the thief's second.
  const isCut = (key: WayIn) => named.includes(key) || isMadeSince(told.since, key.createdAt);
  const cut = named.length > 0 || gone ? before.filter(isCut) : before;
  // A key that the thief made is younger than the one it was made with, which is the service's; and its use may be on record before the
  // service's is. So of keys that are named, use says nothing. Where none is, whether one was ever used does; which was used last would
  // not say the same twice.
  const idle = (key: WayIn) => (named.length === 0 && uses.get(key.id)?.at == null ? 1 : 0);
  const [replace] = cut.toSorted(
    (a, b) =>
      idle(a) - idle(b) || (a.createdAt ?? '').localeCompare(b.createdAt ?? '') || a.id.localeCompare(b.id),
  );
  return { named, gone, ours, before, cut, replace };
}
