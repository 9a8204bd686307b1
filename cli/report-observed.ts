// `custody report observed`: what incidents in observe mode would have done: by whom, by when, with whose approval, and what stood in
// the way. It connects to nothing; a record that is not of observe mode is named and left out, because there something was done.
import type { CommandFile } from './command.ts';
import { PEOPLE_OPTION, recordsIn, reportOf } from './report-records.ts';

export default {
  json: true,
  examples: [
    ['custody report observed record.jsonl', 'what it would have done, and who would have been asked'],
    [
      'custody report observed record.jsonl --people people.yaml --json',
      'a JSON line for each record; its signatures are verified too',
    ],
  ],
  define(command, terminal, done) {
    command
      .argument('<record...>', 'as `custody record show` printed them, a file each; - is stdin')
      .option(...PEOPLE_OPTION)
      .action(async (files: string[], options: { people?: string; json?: boolean }) => {
        const records = await recordsIn(terminal, files, options.people);
        const { observedIn } = await import('../domain/record/observed.ts');
        const { observedLines } = await import('./screen/report-observed.ts');
        let shown = 0;
        for (const record of records) {
          const observed = reportOf(record, observedIn);
          if (observed === null) {
            terminal.err(`custody: ${record.file} is not of an incident in observe mode: left out.`);
            continue;
          }
          shown += 1;
          if (options.json) terminal.data(JSON.stringify(observed));
          else terminal.lines(observedLines(observed));
        }
        if (shown === 0) done('input');
      });
  },
} satisfies CommandFile;
