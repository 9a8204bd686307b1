// `custody attest`: the service's owner says whether the service works on the new credential.
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody attest k3j2h4g5f6 --works --reason "three deploys ran on the new key"', 'it works'],
    ['custody attest k3j2h4g5f6 --broken --reason "the nightly export fails"', 'it does not'],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option('--works', 'the service works on the new credential')
      .option('--broken', 'it does not')
      .requiredOption('--reason <text>', 'what you saw')
      .action(
        (
          incident: string,
          options: SigningOptions & { works?: boolean; broken?: boolean; reason: string },
        ) => {
          if (options.works === options.broken) {
            throw new CliFailure('usage', 'Say either --works or --broken.');
          }
          const verdict = options.works ? 'works' : 'broken';
          return signAndSay(terminal, incident, options, (view, { attesting }) =>
            attesting(view, { verdict, reason: options.reason }),
          );
        },
      );
  },
} satisfies CommandFile;
