// Signs the demo's policy folders as a real installation's are: two people, by names that executors pin.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { loadExecutorFolder } from '../../authority/executor-folder.ts';
import { loadFolder } from '../../authority/folder.ts';
import { readKey } from '../../authority/keys.ts';
import { say } from '../../authority/sign.ts';
import { writeSignatures } from '../../authority/signed-folder/signatures.ts';
import type { Signers } from '../../authority/signed-folder/signers.schema.ts';
import type { Person, Staff } from './staff.ts';

const SIGNERS: readonly Person[] = ['erin', 'ivo'];

export const signersIn = (folder: string) => path.join(folder, 'signers', 'signers.yaml');

/** Who may sign, in a folder of its own. */
export async function writeSigners(folder: string, { directory }: Staff): Promise<void> {
  const people = SIGNERS.map((id) => {
    const { name, keys } = directory.people[id] ?? { name: id, keys: [] };
    return [id, { name, keys }] as const;
  });
  const signers: Signers = { version: 1, quorum: SIGNERS.length, people: Object.fromEntries(people) };
  await mkdir(path.dirname(signersIn(folder)), { recursive: true });
  await writeFile(signersIn(folder), stringify(signers, { aliasDuplicateObjects: false }));
}

/** One state of one folder, by all of them. */
export async function signed(folder: string, of: 'runbook' | 'executor', staff: Staff, serial = 1) {
  const { hash } = of === 'runbook' ? await loadFolder(folder) : await loadExecutorFolder(folder);
  const sayings = SIGNERS.map(async (person) =>
    say({
      key: await readKey(staff.keyFile(person)),
      incident: null,
      firstRun: null,
      message: 'sign',
      answers: null,
      plan: null,
      body: { folder: hash, serial },
      now: new Date().toISOString(),
      validForMs: 3_600_000,
    }),
  );
  await writeSignatures(folder, await Promise.all(sayings));
}
