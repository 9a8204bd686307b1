// `custody approve`: one person's vote for the plan that a gate asks about, or for what would weaken the response.
import { InvalidArgumentError } from 'commander';
import type { CommandFile } from './command.ts';
import { GATE_OPTION } from './gate-option.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

interface Approving {
  gate?: string;
  reason?: string;
  breakGlass?: true;
}

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
    [
      'custody approve k3j --break-glass --plan 3fa2c1d2 --reason "nobody of the identity team answers, and data leaves"',
      'alone, where the class of the incident lets you',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(...GATE_OPTION)
      .option('--reason <text>', 'why')
      .option(
        '--break-glass',
        'approve the plan alone, where its class lets you: everybody is told at once, and somebody else reviews it',
      )
      .action((incident: string, options: SigningOptions & Approving) => {
        const { reason, breakGlass } = options;
        if (breakGlass === true && reason === undefined)
          throw new InvalidArgumentError('To break the glass needs a --reason.');
        const body = {
          verdict: 'approve',
          ...(breakGlass === true ? { breakGlass } : {}),
          ...(reason === undefined ? {} : { reason }),
        } as const;
        return signAndSay(terminal, incident, options, (view, { deciding }) => deciding(view, body, options));
      });
  },
} satisfies CommandFile;
