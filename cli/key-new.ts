// `custody key new`: makes a key to sign with. Prints its public half alone; the private half goes into a file that only its owner can read.
import { type CommandFile, oneOf } from './command.ts';
import { newPassphrase } from './passphrase.ts';
import { needed } from './terminal.ts';

interface Options {
  out?: string;
  alg: 'EdDSA' | 'ES256';
  passphrase?: boolean;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    [
      'custody key new lena --out ~/.config/custody/lena.json',
      'a key of your own; give what is printed to the people who keep people.yaml',
    ],
    [
      'custody key new lena --out lena.json --passphrase',
      'the same, encrypted: the passphrase is asked for, now and whenever you sign',
    ],
    [
      'custody key new executor-identity --out executor.json --json',
      "a machine's key, its public half as JSON",
    ],
  ],
  define(command, terminal) {
    command
      .argument('<person>', 'id of the person or machine in people.yaml')
      .option('--out <file>', 'where to write it; otherwise the file that CUSTODY_KEY names')
      .option('--alg <algorithm>', 'EdDSA or ES256', oneOf('EdDSA', 'ES256'), 'EdDSA')
      .option('--passphrase', 'encrypt it by a passphrase: asked for, or from CUSTODY_PASSPHRASE_FILE')
      .action(async (person: string, options: Options) => {
        const path =
          options.out ?? needed(terminal, 'CUSTODY_KEY', 'where to write the key; or say --out FILE');
        const passphrase = options.passphrase ? await newPassphrase(terminal) : null;
        const { newKey, writeKey } = await import('../authority/keys.ts');
        const { content, entry } = await newKey(person, options.alg, passphrase);
        await writeKey(path, content);
        if (options.json) {
          terminal.data(JSON.stringify({ person, entry }));
          return;
        }
        terminal.err(
          `Wrote ${path}: keep it to yourself. This is its public half, for the \`keys\` of ${person} in people.yaml:`,
        );
        const { stringify } = await import('yaml');
        terminal.out(stringify([entry]).trimEnd());
      });
  },
} satisfies CommandFile;
