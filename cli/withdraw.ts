// `custody withdraw`: a person takes back their own vote, while the gate is still open.
import type { CommandFile } from './command.ts';
import { GATE_OPTION } from './gate-option.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [['custody withdraw k3j2h4g5f6 --gate act-1 --reason "wrong plan"', 'take your own vote back']],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(...GATE_OPTION)
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { gate?: string; reason: string }) => {
        const { reason } = options;
        const body = { verdict: 'withdraw', reason } as const;
        return signAndSay(terminal, incident, options, (view, { deciding }) => deciding(view, body, options));
      });
  },
} satisfies CommandFile;
