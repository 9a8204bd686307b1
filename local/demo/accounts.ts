// The people of the demo as their company's identity provider knows them: its own id of each, a password, and the groups they are in.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Issuer } from '../../domain/runbook/issuer.schema.ts';
import type { Credentials } from '../plain-browser.ts';

/** What custody is to the provider. */
export const CLIENT = 'custody';

export interface Account extends Credentials {
  /** The provider's own id, which says nothing of a name. */
  subject: string;
  groups: string[];
}

type People = Readonly<Record<string, { parties: readonly string[] }>>;

/** Its group, for each party. */
const groupOf = (party: string): string => `${party}-team`;

export function accountsOf<P extends People>(people: P): Record<keyof P, Account> {
  const made = Object.entries(people).map(([username, { parties }]): [string, Account] => [
    username,
    {
      username,
      password: randomBytes(18).toString('base64url'),
      subject: randomUUID(),
      groups: parties.map(groupOf),
    },
  ]);
  return Object.fromEntries(made) as Record<keyof P, Account>;
}

/** In people.yaml: whose logins count, and which party a group stands for. */
export function issuerEntry(issuer: string, people: People): Issuer {
  const parties = Object.values(people).flatMap((person) => [...person.parties]);
  return {
    issuer,
    audience: CLIENT,
    algorithms: ['ES256'],
    maxAge: '5m',
    amr: ['pwd'],
    groups: {
      claim: 'groups',
      parties: Object.fromEntries(parties.map((party) => [groupOf(party), party])),
    },
  };
}
