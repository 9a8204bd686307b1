// One person of the demo has a passkey: made by `custody passkey add` itself, in a real browser whose authenticator is a virtual one.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { passkeySchema } from '../../domain/runbook/passkey.schema.ts';
import { type ABrowser, aBrowser, chromiumHere } from '../chromium.ts';
import { freePort } from '../servers.ts';
import { custody } from './command.ts';
import { type Person, passkeysAt, type Staff } from './staff.ts';

/** Who has one. */
export const HOLDER: Person = 'ivo';

/** The browser, or why there is none: nothing here fails for that. */
export async function browserForPasskey(): Promise<ABrowser | string> {
  const program = chromiumHere();
  if (program === null) return 'No Chromium is on PATH, and CUSTODY_CHROMIUM names none';
  return aBrowser(program).catch(
    (error: Error) => `${program} does not start (${error.message.split('\n')[0]})`,
  );
}

/** Before any folder is signed: the directory gets the entry that the command prints. */
export async function enrolled(
  browser: ABrowser,
  everybody: Staff,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  passkeysAt(await freePort(), everybody);
  const drafts = path.join(folder, 'draft');
  await mkdir(drafts);
  await writeFile(path.join(drafts, 'people.yaml'), stringify(everybody.directory));
  const login = everybody.accounts[HOLDER];
  const ran = await custody({
    args: ['passkey', 'add', HOLDER, '--json'],
    env: { ...env, CUSTODY_RUNBOOK: drafts },
    who: { login, press: (address) => browser.press(address) },
  });
  if (ran.code !== 0) throw new Error(`custody passkey add failed: ${ran.err}`);
  await rm(drafts, { recursive: true });
  const { entry } = JSON.parse(ran.out) as { entry: unknown };
  const person = everybody.directory.people[HOLDER];
  if (person !== undefined) person.passkeys = [passkeySchema.parse(entry)];
}
