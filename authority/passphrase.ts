// The passphrase of a key file: from a file that only its owner can read, or from whoever is asked. Never from the environment
// itself, nor from the command line: others can see both.
import { KeyError } from './key-error.ts';
import { privateText } from './private-file.ts';

/** Asked for only where a key needs it. */
export type Passphrase = () => Promise<string>;

/** In characters. A long sentence is easier to keep than a short riddle. */
const SHORTEST = 12;

/** From the file that CUSTODY_PASSPHRASE_FILE names; null where nothing names one. */
export function passphraseFrom(environment: Readonly<Record<string, string | undefined>>): Passphrase | null {
  const path = (environment.CUSTODY_PASSPHRASE_FILE ?? '').trim();
  return path === '' ? null : () => passphraseIn(path);
}

/** One line end at its end is no part of it. */
async function passphraseIn(path: string): Promise<string> {
  const text = await privateText(
    path,
    `There is no file ${path} with a passphrase: correct CUSTODY_PASSPHRASE_FILE.`,
    'If others may have read it, make a new key with another passphrase and revoke this one.',
  );
  return text.replace(/\r?\n$/, '');
}

/** Before it is used for a new key. */
export function checkedPassphrase(passphrase: string): string {
  if ([...passphrase].length >= SHORTEST && !/[\r\n]/.test(passphrase)) return passphrase;
  throw new KeyError('passphraseUnfit', `A passphrase is one line of ${SHORTEST} characters at least.`);
}
