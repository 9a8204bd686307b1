// `custody audit verify`: verifies the chain of an audit log offline, and names the first line that does not hold.
import type { CommandFile } from './command.ts';

export default {
  json: true,
  examples: [
    ['custody audit verify audit.jsonl', 'every line follows the one before it, and none was changed'],
    [
      'custody audit verify audit.jsonl --json',
      'with the head, to be compared with one that was kept elsewhere',
    ],
  ],
  define(command, terminal, done) {
    command
      .argument('<file>', 'what CUSTODY_AUDIT of a process names; - is stdin')
      .action(async (file: string, options: { json?: boolean }) => {
        const text = await terminal.read(file);
        const { verifyAudit } = await import('../authority/audit/verify.ts');
        const report = verifyAudit(text);
        if (!report.ok) done('broken');
        if (options.json) {
          terminal.data(JSON.stringify(report));
          return;
        }
        const { broken, entries, head, lastAt, remarks } = report;
        if (broken !== null)
          terminal.out(
            `THE AUDIT LOG IS BROKEN at line ${broken.line}: ${broken.reason}. Before it: ${entries} entries hold.`,
          );
        else if (entries === 0) terminal.out('The audit log has no entries yet.');
        else
          terminal.out(
            `The audit log holds: ${entries} entries, the last of ${lastAt ?? 'no time'}.\nIt ends with hash ${head.hash}. Lines cut off at its end leave no trace in it: compare with a head that was kept elsewhere.`,
          );
        for (const remark of remarks) terminal.out(remark);
      });
  },
} satisfies CommandFile;
