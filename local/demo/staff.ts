// The people and machines of the demo. People answer by a login at the company's identity provider, one of them by a passkey where
// there is a browser for it, and have a key for the day when the provider is down; machines have keys. The directory that is written
// carries public halves only.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { newKey, writeKey } from '../../authority/keys.ts';
import type { RelyingParty } from '../../domain/runbook/passkey.schema.ts';
import type { Directory, DirectoryKey } from '../../domain/runbook/runbook.schema.ts';
import { type Account, accountsOf, issuerEntry } from './accounts.ts';

export const PEOPLE = {
  sam: { name: 'Sam (SOC, on duty)', parties: ['soc'] },
  erin: { name: 'Erin (SOC lead)', parties: ['soc'] },
  ivo: { name: 'Ivo (identity team)', parties: ['identity'] },
  olga: { name: 'Olga (owns the deploy service)', parties: ['service-owner'] },
  pia: { name: 'Pia (platform team)', parties: ['platform'] },
  ada: { name: 'Ada (agent platform)', parties: ['agent-platform'] },
  vera: { name: 'Vera (a vendor)', parties: ['vendor'] },
} as const;

export const MACHINES = {
  orchestrator: { role: 'orchestrator' },
  'identity-aws': { role: 'executor', party: 'identity' },
  'owner-aws': { role: 'executor', party: 'service-owner' },
  aws: { role: 'checker' },
} as const;

export type Person = keyof typeof PEOPLE;
export type Machine = keyof typeof MACHINES;

export interface Staff {
  directory: Directory;
  accounts: Record<Person, Account>;
  keyFile(name: string): string;
  /** One more machine, with a key of its own. */
  adds(id: string, machine: Pick<Directory['machines'][string], 'role' | 'party'>): Promise<void>;
  /** Private halves and passwords: what must never be seen anywhere. */
  secrets: string[];
}

export async function staff(folder: string): Promise<Staff> {
  await mkdir(folder, { mode: 0o700 });
  const own = accountsOf(PEOPLE);
  const secrets = Object.values(own).map(({ password }) => password);
  const keyFile = (name: string) => path.join(folder, `${name}.json`);
  const keyOf = async (name: string): Promise<DirectoryKey[]> => {
    const { content, entry } = await newKey(name);
    secrets.push((JSON.parse(content) as { jwk: { d: string } }).jwk.d);
    await writeKey(keyFile(name), content);
    return [entry];
  };
  const directory: Directory = { people: {}, machines: {} };
  for (const [id, { name, parties }] of Object.entries(PEOPLE)) {
    directory.people[id] = { name, parties: [...parties], keys: await keyOf(id), identities: [] };
  }
  const adds: Staff['adds'] = async (id, machine) => {
    directory.machines[id] = { ...machine, keys: await keyOf(id) };
  };
  for (const [id, machine] of Object.entries(MACHINES)) await adds(id, machine);
  return { directory, accounts: own, keyFile, adds, secrets };
}

/** Everybody's login at the provider counts from now on. */
export function loggingInAt(issuer: string, { directory, accounts: own }: Staff): void {
  directory.issuers = [issuerEntry(issuer, PEOPLE)];
  for (const [id, { subject }] of Object.entries(own)) {
    const person = directory.people[id];
    if (person !== undefined) person.logins = [{ issuer, subject }];
  }
}

/** Passkeys count from now on, on pages at this port of this machine. */
export function passkeysAt(port: number, { directory }: Staff): RelyingParty {
  directory.passkeys = { rpId: 'localhost', origins: [`http://localhost:${port}`] };
  return directory.passkeys;
}
