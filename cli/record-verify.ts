// `custody record verify`: verifies a record offline, with a directory of people and keys that the reader brings along.
import type { VerifyBy } from '../authority/verify-record.ts';
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { peopleIn } from './people-file.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  people?: string;
  runbook?: string;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    [
      'custody record verify record.jsonl --people people.yaml',
      'chain, proofs, machine signatures and seal, by this directory',
    ],
    [
      'custody record verify record.jsonl --runbook runbooks/default',
      'the same, and that the incident began with this very folder',
    ],
    ['custody record show k3j2h4g5f6 | custody record verify - --people people.yaml', 'without a file'],
  ],
  define(command, terminal, done) {
    command
      .argument('<file>', 'as `custody record show` printed it; - is stdin')
      .option('--people <file>', 'people.yaml with the keys of people and machines')
      .option(
        '--runbook <folder>',
        'a runbook folder: its people.yaml, and the record must name this folder by its hash',
      )
      .action(async (file: string, options: Options) => {
        const text = await terminal.read(file);
        const by = await directoryOf(terminal, options);
        const { verifyRecord } = await import('../authority/verify-record.ts');
        const report = await verifyRecord(text, by);
        if (!report.ok) done('broken');
        if (options.json) {
          terminal.data(JSON.stringify(report));
          return;
        }
        const { broken, events, proofs, told, sealed, sealedBy, incident, head, remarks } = report;
        const held = `${events} events, ${proofs.people} signatures of people, ${proofs.machines} of machines hold; ${told} words were merely told`;
        if (broken === null) terminal.out(`The record of ${incident ?? 'no incident'} holds: ${held}.`);
        else
          terminal.out(`THE RECORD IS BROKEN at line ${broken.line}: ${broken.reason}. Before it: ${held}.`);
        if (sealed) terminal.out(`Sealed by ${sealedBy ?? 'nobody'}.`);
        if (broken === null) terminal.out(`It ends with event ${head.seq}, hash ${head.hash}.`);
        for (const remark of remarks) terminal.out(remark);
      });
  },
} satisfies CommandFile;

/** A runbook that is merely set in the environment lends its people, but is not compared: it may be newer than the incident. */
async function directoryOf(terminal: Terminal, { people, runbook }: Options): Promise<VerifyBy> {
  if (people !== undefined && runbook !== undefined)
    throw new CliFailure('usage', 'Say either --people or --runbook.');
  if (people !== undefined) return { directory: await peopleIn(people, await terminal.read(people)) };
  const folder = runbook ?? terminal.env.CUSTODY_RUNBOOK;
  if (folder === undefined || folder === '') {
    throw new CliFailure(
      'usage',
      'Say whose keys are to be believed: --people people.yaml, or --runbook FOLDER.',
    );
  }
  const { loadKeptFolder } = await import('../authority/folder.ts');
  const { directory, content } = await loadKeptFolder(folder);
  return runbook === undefined ? { directory } : { directory, runbookContent: content };
}
