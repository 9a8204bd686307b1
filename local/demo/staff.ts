// The people and machines of the demo, each with a key file of its own. The directory that is written carries public halves only.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { newKey, writeKey } from '../../authority/keys.ts';
import type { Directory, DirectoryKey } from '../../domain/runbook/runbook.schema.ts';

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
  keyFile(name: Person | Machine): string;
  /** Private halves: what must never be seen anywhere. */
  secrets: string[];
}

export async function staff(folder: string): Promise<Staff> {
  await mkdir(folder, { mode: 0o700 });
  const secrets: string[] = [];
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
  for (const [id, machine] of Object.entries(MACHINES)) {
    directory.machines[id] = { ...machine, keys: await keyOf(id) };
  }
  return { directory, keyFile, secrets };
}
