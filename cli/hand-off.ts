// `custody hand-off`: the owner offers the incident to another party, or to one person. It stays with the owner until they accept.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody hand-off k3j2h4g5f6 --to identity --reason "their account"', 'offer it to the identity team'],
    [
      'custody hand-off k3j --to soc --person lee --reason "my shift ends"',
      'to one person: nobody else can accept it',
    ],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .requiredOption('--to <party>', 'a party of the runbook, e.g. identity, platform, service-owner')
      .option('--person <id>', 'only this person of that party can accept')
      .requiredOption('--reason <text>', 'why')
      .action(
        (incident: string, options: SigningOptions & { to: string; person?: string; reason: string }) => {
          const { to, person, reason } = options;
          const body = { to, ...(person === undefined ? {} : { person }), reason };
          return signAndSay(terminal, incident, options, (view, { handingOff }) => handingOff(view, body));
        },
      );
  },
} satisfies CommandFile;
