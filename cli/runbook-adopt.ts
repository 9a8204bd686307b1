// `custody runbook adopt`: asks a running incident to go by the newest runbook. It signs the hash of the folder that it has read here;
// the incident takes it only where the orchestrator has the same folder.
import type { PolicyFolder } from '../authority/folder.ts';
import type { IncidentView } from '../domain/incident/view.ts';
import { whyClass } from '../domain/runbook/explain.ts';
import type { CommandFile } from './command.ts';
import { shortHash } from './screen/plan.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';
import { needed } from './terminal.ts';

interface Options extends SigningOptions {
  runbook?: string;
  reason: string;
}

export default {
  json: true,
  examples: [
    [
      'custody runbook adopt k3j2h4g5f6 --runbook runbooks/default --reason "its pipeline is in the runbook now"',
      'move it to this folder, which the orchestrator must have too',
    ],
    ['custody runbook adopt k3j --reason "the corrected clocks"', 'the folder is CUSTODY_RUNBOOK'],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .option('--runbook <folder>', 'otherwise CUSTODY_RUNBOOK')
      .requiredOption('--reason <text>', 'why')
      .action(async (incident: string, options: Options) => {
        const path =
          options.runbook ??
          needed(terminal, 'CUSTODY_RUNBOOK', 'the runbook folder; or say --runbook FOLDER');
        const { loadFolder } = await import('../authority/folder.ts');
        const folder = await loadFolder(path);
        await signAndSay(
          terminal,
          incident,
          options,
          (_, { adopting }) => adopting({ runbook: folder.hash, reason: options.reason }),
          (view) => wouldBe(folder, view),
        );
      });
  },
} satisfies CommandFile;

/** By what is known of the incident now. */
function wouldBe({ runbook, hash }: PolicyFolder, view: IncidentView): string[] {
  const { identity, facts, level, tags } = view;
  const { chosen } = whyClass(runbook, { identity, facts, level, tags });
  return [
    `The runbook "${runbook.name}" (${shortHash(hash)})`,
    `  class  ${chosen?.name ?? 'none fits'}${chosen?.mode === 'observe' ? ', which only observes: nothing would be cut' : ''}; ` +
      `it is ${view.class} now`,
  ];
}
