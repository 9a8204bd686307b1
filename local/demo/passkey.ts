// One person of the demo has a passkey: made by `custody passkey add` itself, in a real browser whose authenticator is a virtual one, and
// approved by a second person with `custody passkey approve`.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { passkeySchema } from '../../domain/runbook/passkey.schema.ts';
import { type ABrowser, aBrowser, chromiumHere } from '../chromium.ts';
import { freePort } from '../servers.ts';
import { custody, successful } from './command.ts';
import { type Person, passkeysAt, type Staff } from './staff.ts';

/** Who has one. */
export const HOLDER: Person = 'ivo';
/** Who vouches that it is theirs. */
export const SECOND: Person = 'erin';

/** The browser, or why there is none: nothing here fails for that. */
export async function browserForPasskey(): Promise<ABrowser | string> {
  const program = chromiumHere();
  if (program === null) return 'No Chromium is on PATH, and CUSTODY_CHROMIUM names none';
  return aBrowser(program).catch(
    (error: Error) => `${program} does not start (${error.message.split('\n')[0]})`,
  );
}

/** Before any folder is signed: its owner makes it and says by their login that it is theirs, a second person vouches by their key. */
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
  const made = path.join(drafts, `${HOLDER}-passkey.json`);
  const asDrafted = { ...env, CUSTODY_RUNBOOK: drafts };
  const login = everybody.accounts[HOLDER];
  const { out } = successful(
    await custody({
      args: ['passkey', 'add', HOLDER],
      env: asDrafted,
      who: { login, press: (address) => browser.press(address) },
    }),
  );
  await writeFile(made, out);
  const approved = successful(
    await custody({
      args: ['passkey', 'approve', made, '--yes', '--json'],
      env: { ...asDrafted, CUSTODY_KEY: everybody.keyFile(SECOND) },
    }),
  );
  await rm(drafts, { recursive: true });
  const { entry } = JSON.parse(approved.out) as { entry: unknown };
  const person = everybody.directory.people[HOLDER];
  if (person !== undefined) person.passkeys = [passkeySchema.parse(entry)];
}
