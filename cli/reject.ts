// `custody reject`: one person's vote against the plan that a gate asks about, or against what would weaken the response.
import type { CommandFile } from './command.ts';
import { GATE_OPTION } from './gate-option.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    [
      'custody reject k3j2h4g5f6 --plan 3fa2c1d2 --reason "the nightly job still needs it"',
      'send the plan back',
    ],
    [
      'custody reject k3j --gate waive-4 --reason "the role can be had this week"',
      'keep what a colleague would waive, lower or pause',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(...GATE_OPTION)
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { gate?: string; reason: string }) => {
        const { reason } = options;
        const body = { verdict: 'reject', reason } as const;
        return signAndSay(terminal, incident, options, (view, { deciding }) => deciding(view, body, options));
      });
  },
} satisfies CommandFile;
