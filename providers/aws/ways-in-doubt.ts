// Which of a user's ways in, besides its access keys, an incident is about, and which of what it could come back by. Pure. Like the keys
// in doubt it says the same however far the plan has come: what is inactive by now is in doubt all the same.
import { epochMs, type Instant, instant } from '../../domain/instant/instant.ts';
import type { WayIn } from './ways-in.ts';
import { idOfGroup, type Joined, type MfaDevice, type WaysBack } from './ways-back.ts';

export interface InDoubt {
  /** To be deactivated, or removed. */
  ways: WayIn[];
  devices: MfaDevice[];
  groups: Joined[];
}

export interface Told {
  /** By alerts, or found to have appeared while the incident was under way. */
  named: readonly string[];
  /** From when on alerts speak of the thief; null where none says. */
  since: Instant | null;
  /** The alert names no key: it is the user that is compromised, and whatever it logs in with. */
  everyWay: boolean;
}

/** Whether it is no older than the compromise. IAM keeps whole seconds. What has no date is not known to be. */
export const isMadeSince = (since: Instant | null, createdAt: Instant | null): boolean =>
  since !== null && createdAt !== null && createdAt >= instant(Math.floor(epochMs(since) / 1_000) * 1_000);

/**
 * An MFA device and a group that were there before are the innocent person's, whatever is stolen. When a user joined a group IAM does not
 * keep: one that is itself younger than the compromise was joined since; of the others only a look before and one after can tell.
 */
export function inDoubt(ways: readonly WayIn[], back: WaysBack, told: Told): InDoubt {
  const isNamed = (id: string) => told.named.includes(id);
  return {
    ways: ways.filter((way) => told.everyWay || isNamed(way.id) || isMadeSince(told.since, way.createdAt)),
    devices: back.devices.filter(
      (one) => isNamed(one.serialNumber) || isMadeSince(told.since, one.enabledAt),
    ),
    groups: back.groups.filter(
      (one) => isNamed(idOfGroup(one.name)) || isMadeSince(told.since, one.createdAt),
    ),
  };
}
