// `custody reject`: one person's vote against the plan that a gate asks about.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    [
      'custody reject k3j2h4g5f6 --plan 3fa2c1d2 --reason "the nightly job still needs it"',
      'send the plan back',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option(
        '--gate <gate>',
        'which question, by id or name (act, irreversible, close, pause), where several are open',
      )
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { gate?: string; reason: string }) => {
        const { gate, reason } = options;
        const body = { verdict: 'reject', reason } as const;
        return signAndSay(terminal, incident, options, (view, { deciding }) => deciding(view, body, gate));
      });
  },
} satisfies CommandFile;
