// `custody runbook explain`: which rules would apply to an alert, why, who would hold it until when, and what silence would do.
// A dry run of policy: it opens nothing and connects to nothing.
import { alertsIn } from './alerts.ts';
import type { CommandFile } from './command.ts';
import { needed } from './terminal.ts';

export default {
  json: true,
  examples: [
    [
      'custody runbook explain finding.json --runbook runbooks/default',
      'what that runbook would do about this alert',
    ],
    [
      'custody runbook explain - --json < finding.json',
      'from stdin, by CUSTODY_RUNBOOK; a JSON line for each identity',
    ],
  ],
  define(command, terminal, done) {
    command
      .argument('<alert>', 'file of alerts as the source sent them; - is stdin')
      .option('--runbook <folder>', 'otherwise CUSTODY_RUNBOOK')
      .action(async (alert: string, options: { runbook?: string; json?: boolean }) => {
        const path =
          options.runbook ??
          needed(terminal, 'CUSTODY_RUNBOOK', 'the runbook folder; or say --runbook FOLDER');
        const { loadFolder } = await import('../authority/folder.ts');
        const { explanationOf } = await import('../authority/runbook/explanation.ts');
        const { explanationLines } = await import('./screen/explanation.ts');
        const folder = await loadFolder(path);
        const { detections, whole } = await alertsIn(terminal, [alert]);
        const now = terminal.now().toISOString();
        const explained = new Set<string>();
        for (const detection of detections) {
          const explanation = explanationOf(detection, folder, now);
          if (explanation === null) {
            terminal.err(`custody: ${detection.sourceId} opens no incident: ${detection.why}`);
          } else if (explained.has(explanation.key)) {
            terminal.err(`custody: ${detection.sourceId} would join the incident of ${explanation.key}`);
          } else {
            explained.add(explanation.key);
            if (options.json) terminal.data(JSON.stringify(explanation));
            else terminal.lines(explanationLines(explanation));
          }
        }
        if (!whole || explained.size === 0) done('input');
      });
  },
} satisfies CommandFile;
