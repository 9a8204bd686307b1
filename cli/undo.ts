// `custody undo`: asks that steps are undone. Never revives a stolen credential. Incidents of this version record it and refuse.
import { collected, type CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    [
      'custody undo k3j2h4g5f6 --step s1 --step s2 --reason "the wrong user"',
      'ask for two steps to be undone',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .requiredOption('--step <id>', 'a step of the approved plan; may be repeated', collected)
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { step: string[]; reason: string }) =>
        signAndSay(terminal, incident, options, (view, { undoing }) =>
          undoing(view, { steps: options.step, reason: options.reason }),
        ),
      );
  },
} satisfies CommandFile;
