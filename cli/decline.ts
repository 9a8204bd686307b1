// `custody decline`: a person declines that the incident is handed to their party; it stays where it is.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [['custody decline k3j2h4g5f6 --reason "not our account"', 'leave it where it is']],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { reason: string }) =>
        signAndSay(terminal, incident, options, (view, { acknowledging }) =>
          acknowledging(view, { answer: 'decline', reason: options.reason }, 'offer'),
        ),
      );
  },
} satisfies CommandFile;
