// `custody approve`: one person's vote for the plan that a gate asks about, or for what would weaken the response.
import type { CommandFile } from './command.ts';
import { GATE_OPTION } from './gate-option.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody approve k3j2h4g5f6 --plan 3fa2c1d2', 'the plan that you saw, and no other'],
    [
      'custody approve k3j --gate irreversible --plan 3fa2c1d2 --reason "the service works on the new key"',
      'let the old key be deleted',
    ],
    [
      'custody approve k3j --gate lower --reason "I saw the test run too"',
      'what a colleague asked for and would make the response weaker: lower, pause or waive',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(...GATE_OPTION)
      .option('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { gate?: string; reason?: string }) => {
        const { gate, reason } = options;
        const body = { verdict: 'approve', ...(reason === undefined ? {} : { reason }) } as const;
        return signAndSay(terminal, incident, options, (view, { deciding }) => deciding(view, body, gate));
      });
  },
} satisfies CommandFile;
