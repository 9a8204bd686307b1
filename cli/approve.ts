// `custody approve`: one person's vote for the plan that a gate asks about.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody approve k3j2h4g5f6 --plan 3fa2c1d2', 'the plan that you saw, and no other'],
    [
      'custody approve k3j --gate irreversible --plan 3fa2c1d2 --reason "the service works on the new key"',
      'let the old key be deleted',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(
        '--gate <gate>',
        'which question, by id or name (act, irreversible, close, pause), where several are open',
      )
      .option('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { gate?: string; reason?: string }) => {
        const { gate, reason } = options;
        const body = { verdict: 'approve', ...(reason === undefined ? {} : { reason }) } as const;
        return signAndSay(terminal, incident, options, (view, { deciding }) => deciding(view, body, gate));
      });
  },
} satisfies CommandFile;
