// `custody hand-off`: the owner offers the incident to another party. It stays with the owner until that party accepts.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody hand-off k3j2h4g5f6 --to identity --reason "their account"', 'offer it to the identity team'],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .requiredOption('--to <party>', 'a party of the runbook, e.g. identity, platform, service-owner')
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { to: string; reason: string }) =>
        signAndSay(terminal, incident, options, (view, { handingOff }) =>
          handingOff(view, { to: options.to, reason: options.reason }),
        ),
      );
  },
} satisfies CommandFile;
