// What must hold in people.yaml beyond its shape: one id is one being, one key is one person's.
import { publicJwkOf } from '../domain/runbook/public-key.ts';
import { isPattern } from '../domain/runbook/pattern.ts';
import type { Directory, DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import type { Path } from './policy-file.ts';

export interface Finding {
  path: Path;
  says: string;
}

type Held = { path: Path; owner: string; key: DirectoryKey };

export const directoryChecks: readonly ((directory: Directory) => Finding[])[] = [
  noIdIsTwoBeings,
  noKeyIdIsUsedTwice,
  noKeyIsTwoPeoples,
  identitiesAreKeys,
  loginsAreAtKnownIssuers,
  noLoginIsTwoPeoples,
  noIssuerStandsTwice,
  passkeysHaveASite,
  noPasskeyIsTwoPeoples,
];

function noIdIsTwoBeings({ people, machines }: Directory): Finding[] {
  return Object.keys(machines)
    .filter((id) => Object.hasOwn(people, id))
    .map((id) => ({ path: ['machines', id], says: `${id} is a person too: give the machine another name` }));
}

function noKeyIdIsUsedTwice(directory: Directory): Finding[] {
  return secondUses(keysOf(directory), ({ key }) => key.kid).map(({ path, key }) => ({
    path: [...path, 'kid'],
    says: `the key id ${key.kid} is used twice: give each key its own`,
  }));
}

/** One person under two ids would be a quorum of two. */
function noKeyIsTwoPeoples(directory: Directory): Finding[] {
  const material = ({ key }: Held) => JSON.stringify(publicJwkOf(key.alg, key.jwk));
  return secondUses(keysOf(directory), material).map(({ path, owner }) => ({
    path: [...path, 'jwk'],
    says: `this key is listed before: it cannot be ${owner}'s too, each key belongs to one person and stands once`,
  }));
}

function identitiesAreKeys({ people }: Directory): Finding[] {
  return Object.entries(people).flatMap(([id, { identities }]) =>
    identities.flatMap((identity, i) =>
      isPattern(identity) && !identity.includes('*')
        ? []
        : [
            {
              path: ['people', id, 'identities', i],
              says: `${identity} is not an identity's key: provider/account/kind/reference`,
            },
          ],
    ),
  );
}

const eachLogin = ({ people }: Directory) =>
  Object.entries(people).flatMap(([owner, { logins = [] }]) =>
    logins.map((login, i) => ({ path: ['people', owner, 'logins', i], owner, login })),
  );

function loginsAreAtKnownIssuers(directory: Directory): Finding[] {
  const known = (directory.issuers ?? []).map(({ issuer }) => issuer);
  return eachLogin(directory)
    .filter(({ login }) => !known.includes(login.issuer))
    .map(({ path, login }) => ({
      path: [...path, 'issuer'],
      says: `${login.issuer} is not one of \`issuers\`: add it there, or correct its spelling`,
    }));
}

/** One login that is two people would be a quorum of two. */
function noLoginIsTwoPeoples(directory: Directory): Finding[] {
  return secondUses(eachLogin(directory), ({ login }) => JSON.stringify([login.issuer, login.subject])).map(
    ({ path, owner }) => ({
      path: [...path, 'subject'],
      says: `this login is listed before: it cannot be ${owner}'s too, each belongs to one person and stands once`,
    }),
  );
}

function noIssuerStandsTwice({ issuers = [] }: Directory): Finding[] {
  return secondUses(
    issuers.map(({ issuer }, i) => ({ path: ['issuers', i, 'issuer'], issuer })),
    ({ issuer }) => issuer,
  ).map(({ path, issuer }) => ({ path, says: `${issuer} stands twice: say all of it in one place` }));
}

const eachPasskey = ({ people }: Directory) =>
  Object.entries(people).flatMap(([owner, { passkeys = [] }]) =>
    passkeys.map((passkey, i) => ({ path: ['people', owner, 'passkeys', i], owner, passkey })),
  );

function passkeysHaveASite(directory: Directory): Finding[] {
  const [first] = eachPasskey(directory);
  return first === undefined || directory.passkeys !== undefined
    ? []
    : [{ path: first.path, says: 'say where passkeys are used: `passkeys` with `rpId` and `origins`' }];
}

function noPasskeyIsTwoPeoples(directory: Directory): Finding[] {
  const held = eachPasskey(directory);
  const says = (owner: string) =>
    `this passkey is listed before: it cannot be ${owner}'s too, each belongs to one person and stands once`;
  return [
    ...secondUses(held, ({ passkey }) => passkey.id).map(({ path, owner }) => ({
      path: [...path, 'id'],
      says: says(owner),
    })),
    ...secondUses(held, ({ passkey }) => passkey.publicKey).map(({ path, owner }) => ({
      path: [...path, 'publicKey'],
      says: says(owner),
    })),
  ];
}

function keysOf({ people, machines }: Directory): Held[] {
  const held = (
    part: 'people' | 'machines',
    of: Readonly<Record<string, { keys: DirectoryKey[] }>>,
  ): Held[] =>
    Object.entries(of).flatMap(([owner, { keys }]) =>
      keys.map((key, i) => ({ path: [part, owner, 'keys', i], owner, key })),
    );
  return [...held('people', people), ...held('machines', machines)];
}

function secondUses<T>(held: readonly T[], what: (one: T) => string): T[] {
  const seen = new Set<string>();
  return held.filter((one) => {
    const name = what(one);
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}

/** People of a party. */
export const membersOf = ({ people }: Directory, party: string): string[] =>
  Object.entries(people)
    .filter(([, one]) => one.parties.includes(party))
    .map(([id]) => id);
