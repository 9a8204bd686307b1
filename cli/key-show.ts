// `custody key show`: the public half of a key, as people.yaml lists it. Never shows the private half.
import type { CommandFile } from './command.ts';
import { needed } from './terminal.ts';

export default {
  json: true,
  examples: [
    ['custody key show', 'the key of CUSTODY_KEY'],
    ['custody key show executor.json --json', 'the key of a file'],
  ],
  define(command, terminal) {
    command
      .argument('[file]', 'otherwise the file that CUSTODY_KEY names')
      .action(async (file: string | undefined, options: { json?: boolean }) => {
        const path = file ?? needed(terminal, 'CUSTODY_KEY', 'the file of your key; or name a file');
        const { readEntry } = await import('../authority/keys.ts');
        const { person, entry } = await readEntry(path);
        if (options.json) {
          terminal.data(JSON.stringify({ person, entry }));
          return;
        }
        const { stringify } = await import('yaml');
        terminal.out(stringify({ [person]: { keys: [entry] } }).trimEnd());
      });
  },
} satisfies CommandFile;
