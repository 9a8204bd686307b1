// What a schema cannot see in notices.yaml: names that lead nowhere, and ways that could never reach anybody. Pure.
import { readAllowed } from './destination.ts';
import type { ChannelTarget, Targets, WayTarget } from './targets.schema.ts';

export interface Finding {
  path: readonly PropertyKey[];
  says: string;
}

type Check = (targets: Targets) => Finding[];

export const targetsChecks: readonly Check[] = [
  channelsExist,
  addressesFit,
  oneUrl,
  allowedIsReadable,
  loginIsWhole,
  loginIsNotInTheClear,
];

export const channelOf = (way: WayTarget): string => (typeof way === 'string' ? way : way.channel);

export const addressesOf = (way: WayTarget): readonly string[] =>
  typeof way === 'string' ? [] : typeof way.to === 'string' ? [way.to] : way.to;

function allWays(targets: Targets): { path: PropertyKey[]; way: WayTarget }[] {
  const of = (path: PropertyKey[], ways: readonly WayTarget[]) =>
    ways.map((way, i) => ({ path: [...path, i], way }));
  const tables = (['people', 'parties'] as const).flatMap((table) =>
    Object.entries(targets[table]).flatMap(([name, ways]) => of([table, name], ways)),
  );
  return [...tables, ...of(['everyone'], targets.everyone)];
}

const named = (targets: Targets, name: string): ChannelTarget | undefined =>
  Object.hasOwn(targets.channels, name) ? targets.channels[name] : undefined;

function channelsExist(targets: Targets): Finding[] {
  const names = Object.keys(targets.channels).join(', ') || 'none';
  return allWays(targets).flatMap(({ path, way }) =>
    named(targets, channelOf(way)) === undefined
      ? [{ path, says: `there is no channel ${channelOf(way)}; there are: ${names}` }]
      : [],
  );
}

function addressesFit(targets: Targets): Finding[] {
  return allWays(targets).flatMap(({ path, way }): Finding[] => {
    const channel = named(targets, channelOf(way));
    if (channel === undefined) return [];
    const isLetter = channel.type === 'email';
    if (isLetter && typeof way === 'string')
      return [{ path, says: `${way} sends e-mail: say to whom, { channel: ${way}, to: soc@example.com }` }];
    if (!isLetter && typeof way !== 'string')
      return [
        { path, says: `${way.channel} is a ${channel.type} and has no addresses: write only its name` },
      ];
    return [];
  });
}

type Of<T extends ChannelTarget['type']> = Extract<ChannelTarget, { type: T }>;

function channelsOf<T extends ChannelTarget['type']>(targets: Targets, type: T): [string, Of<T>][] {
  return Object.entries(targets.channels).filter((one): one is [string, Of<T>] => one[1].type === type);
}

function oneUrl(targets: Targets): Finding[] {
  return channelsOf(targets, 'webhook').flatMap(([name, { url, urlFrom }]) =>
    (url === undefined) === (urlFrom === undefined)
      ? [
          {
            path: ['channels', name],
            says: 'needs either url, or urlFrom with the environment variable that has it',
          },
        ]
      : [],
  );
}

function allowedIsReadable(targets: Targets): Finding[] {
  return channelsOf(targets, 'webhook').flatMap(([name, { allow }]) =>
    allow.flatMap((entry, i) =>
      readAllowed([entry]) === null
        ? [
            {
              path: ['channels', name, 'allow', i],
              says: 'is neither a host name, an address, nor a network such as 10.20.0.0/16',
            },
          ]
        : [],
    ),
  );
}

function loginIsWhole(targets: Targets): Finding[] {
  return channelsOf(targets, 'email').flatMap(([name, { userFrom, passwordFrom }]) =>
    (userFrom === undefined) === (passwordFrom === undefined)
      ? []
      : [{ path: ['channels', name], says: 'a login needs both userFrom and passwordFrom' }],
  );
}

function loginIsNotInTheClear(targets: Targets): Finding[] {
  return channelsOf(targets, 'email').flatMap(([name, { security, passwordFrom }]) =>
    security === 'none' && passwordFrom !== undefined
      ? [
          {
            path: ['channels', name, 'security'],
            says: 'a password is not sent in the clear: use starttls or tls, or leave the login out',
          },
        ]
      : [],
  );
}
