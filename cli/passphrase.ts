// The passphrase of a key: from the file that CUSTODY_PASSPHRASE_FILE names, or asked for at the terminal, where it is not shown.
import type { Passphrase } from '../authority/passphrase.ts';
import { CliFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** null where nobody is there to be asked. */
export async function passphraseAt(terminal: Terminal): Promise<Passphrase | null> {
  const { passphraseFrom } = await import('../authority/passphrase.ts');
  const fromFile = passphraseFrom(terminal.env);
  if (fromFile !== null) return fromFile;
  return terminal.interactive ? () => terminal.askHidden('Passphrase of your key: ') : null;
}

/** Of a new key: asked for twice, since nobody sees what they type. */
export async function newPassphrase(terminal: Terminal): Promise<string> {
  const { checkedPassphrase, passphraseFrom } = await import('../authority/passphrase.ts');
  const fromFile = passphraseFrom(terminal.env);
  if (fromFile !== null) return checkedPassphrase(await fromFile());
  if (!terminal.interactive) {
    throw new CliFailure(
      'usage',
      'Nobody is there to be asked for a passphrase: set CUSTODY_PASSPHRASE_FILE to a file with it.',
    );
  }
  const passphrase = checkedPassphrase(await terminal.askHidden('Passphrase: '));
  if ((await terminal.askHidden('Once more: ')) !== passphrase)
    throw new CliFailure('usage', 'The two are not the same. No key was made.');
  return passphrase;
}
