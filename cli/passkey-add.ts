// `custody passkey add`: makes a passkey in the browser and prints its entry for people.yaml. It counts for nothing before that file is
// changed and signed by those who may.
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { directoryAt } from './signer.ts';

export default {
  json: true,
  examples: [
    [
      'custody passkey add lena',
      'a passkey of your own; give what is printed to the people who keep people.yaml',
    ],
  ],
  define(command, terminal) {
    command
      .argument('<person>', 'id of the person in people.yaml')
      .action(async (person: string, options: { json?: boolean }) => {
        const directory = await directoryAt(terminal);
        const site = directory?.passkeys;
        if (directory === null || site === undefined) {
          throw new CliFailure(
            'usage',
            'Set CUSTODY_RUNBOOK to a folder whose people.yaml says where passkeys are used: `passkeys` with rpId and origins.',
          );
        }
        if (!Object.hasOwn(directory.people, person))
          throw new CliFailure('usage', `${person} is not in people.yaml: add them first.`);
        const { addedPasskey } = await import('./passkey-enrolment.ts');
        const had = directory.people[person]?.passkeys ?? [];
        const entry = await addedPasskey(terminal, { person, site, had });
        if (options.json) {
          terminal.data(JSON.stringify({ person, entry }));
          return;
        }
        terminal.err(
          `For ${person} in people.yaml. It counts once that folder is signed anew, by those who may.`,
        );
        const { stringify } = await import('yaml');
        terminal.out(stringify({ [person]: { passkeys: [entry] } }).trimEnd());
      });
  },
} satisfies CommandFile;
