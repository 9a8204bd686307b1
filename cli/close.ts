// `custody close`: the SOC's vote to close the incident.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [['custody close k3j2h4g5f6 --reason "contained, recovered, attested"', 'close it']],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .requiredOption('--reason <text>', 'why it may be closed')
      .action((incident: string, options: SigningOptions & { reason: string }) =>
        signAndSay(terminal, incident, options, (view, { closing }) =>
          closing(view, { reason: options.reason }),
        ),
      );
  },
} satisfies CommandFile;
