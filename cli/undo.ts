// `custody undo`: asks that what custody has put on an identity is taken off again. What is signed is the plan of it; others decide, and
// a stolen credential is never revived.
import { Option } from 'commander';
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

interface Options extends SigningOptions {
  verdict?: 'falsePositive';
  reason: string;
}

export default {
  json: true,
  examples: [
    [
      'custody undo k3j2h4g5f6 --verdict falsePositive --reason "the nightly job moved to another network"',
      'the identity was cleared: everything that can be taken off, if the parties of the act and the SOC agree',
    ],
    [
      'custody undo k3j --reason "the cut hit the payroll run"',
      'not cleared: its keys that are left may work again, its sessions stay dead',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .addOption(
        new Option(
          '--verdict <verdict>',
          'the identity was cleared; left out: it may be compromised',
        ).choices(['falsePositive']),
      )
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: Options) => {
        const { verdict, reason } = options;
        return signAndSay(terminal, incident, options, (view, { undoing }) =>
          undoing(view, { ...(verdict === undefined ? {} : { verdict }), reason }),
        );
      });
  },
} satisfies CommandFile;
