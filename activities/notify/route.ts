// How one notice reaches people: the ways of the person that is meant, then of their party, then of everyone.
import type { Channel, OutgoingNotice, Way } from './notify.ts';
import { addressesOf, channelOf } from './targets-checks.ts';
import type { Targets, WayTarget } from './targets.schema.ts';

/** `channels` by their names; what is named and not there was refused when the file was read. */
export function waysOf(
  targets: Targets,
  channels: ReadonlyMap<string, Channel>,
  { to, person }: Pick<OutgoingNotice, 'to' | 'person'>,
): Way[] {
  const wanted: [string, readonly WayTarget[]][] = [
    ...(person === null ? [] : [[person, own(targets.people, person)] as [string, readonly WayTarget[]]]),
    [to, own(targets.parties, to)],
    ['everyone', targets.everyone],
  ];
  const seen = new Set<string>();
  return wanted.flatMap(([reaches, ways]) =>
    ways.flatMap((way): Way[] => {
      const channel = channels.get(channelOf(way));
      const mark = JSON.stringify([channelOf(way), addressesOf(way)]);
      // What failed a moment ago is not tried again for the same notice.
      if (channel === undefined || seen.has(mark)) return [];
      seen.add(mark);
      return [{ reaches, channel, to: addressesOf(way) }];
    }),
  );
}

const own = <T>(table: Readonly<Record<string, readonly T[]>>, name: string): readonly T[] =>
  Object.hasOwn(table, name) ? (table[name] ?? []) : [];
