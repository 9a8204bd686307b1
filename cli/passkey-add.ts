// `custody passkey add`: makes a passkey in the browser, and has its owner say that it is theirs, by a key or a login. It counts for nothing
// before a second person has approved it, and people.yaml lists it.
import { Option } from 'commander';
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { type Assuring, directoryAt, signerOf } from './signer.ts';

export default {
  json: true,
  examples: [
    [
      'custody passkey add lena > lena-passkey.json',
      'a passkey of your own, and your word for it; give the file to a colleague, who approves it',
    ],
  ],
  define(command, terminal) {
    command
      .argument('<person>', 'id of the person in people.yaml')
      .addOption(
        new Option('--key', 'sign with the key of CUSTODY_KEY, also where you could log in').conflicts(
          'login',
        ),
      )
      .option('--login', 'log in to sign, also where CUSTODY_KEY is set')
      .action(async (person: string, options: Pick<Assuring, 'key' | 'login'>) => {
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
        // Before anything is made: without a key or login nobody could say that it is theirs.
        const signer = await signerOf(terminal, { ...options, me: person });
        const { addedPasskey } = await import('./passkey-enrolment.ts');
        const had = directory.people[person]?.passkeys ?? [];
        const passkey = await addedPasskey(terminal, { person, site, had });
        const { enrolling, provenEnrolment } = await import('../authority/enrolment.ts');
        const now = terminal.now().toISOString();
        const said = await signer.signed(
          () => enrolling(person, passkey, site, now),
          [`That the passkey ${passkey.id} for ${site.rpId} is yours, ${person}.`],
        );
        const { issuerKeysAt } = await import('./issuer-keys.ts');
        const by = { directory, issuerKeys: await issuerKeysAt(terminal) };
        const proof = await provenEnrolment(person, passkey, said, by);
        if (typeof proof === 'string') throw new CliFailure('notSigned', `Nothing was added: ${proof}.`);
        terminal.err(
          `${person}'s word for it. It counts once a second person has approved it (custody passkey approve FILE) and people.yaml lists it.`,
        );
        terminal.data(JSON.stringify({ passkey, said }));
      });
  },
} satisfies CommandFile;
