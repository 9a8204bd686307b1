// `custody key new`: makes a key to sign with. Prints its public half alone; the private half goes into a file that only its owner can read.
import { type CommandFile, oneOf } from './command.ts';
import { needed } from './terminal.ts';

interface Options {
  out?: string;
  alg: 'EdDSA' | 'ES256';
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
      'custody key new executor-identity --out executor.json --json',
      "a machine's key, its public half as JSON",
    ],
  ],
  define(command, terminal) {
    command
      .argument('<person>', 'id of the person or machine in people.yaml')
      .option('--out <file>', 'where to write it; otherwise the file that CUSTODY_KEY names')
      .option('--alg <algorithm>', 'EdDSA or ES256', oneOf('EdDSA', 'ES256'), 'EdDSA')
      .action(async (person: string, options: Options) => {
        const path =
          options.out ?? needed(terminal, 'CUSTODY_KEY', 'where to write the key; or say --out FILE');
        const { newKey, writeKey } = await import('../authority/keys.ts');
        const { content, entry } = await newKey(person, options.alg);
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
