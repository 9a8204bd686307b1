// `custody note`: adds a person's words to the record. Never a place for secrets: the record is kept.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    [
      'custody note k3j2h4g5f6 "the vendor is called; ticket 4711"',
      'add a note; never write a secret into it',
    ],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .argument('<text>', 'what the record shall say')
      .action((incident: string, text: string, options: SigningOptions) =>
        signAndSay(terminal, incident, options, (_view, { noting }) => noting({ text })),
      );
  },
} satisfies CommandFile;
