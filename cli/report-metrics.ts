// `custody report metrics`: how custody went, over one record or many: times to acknowledge, contain, recover and close, by class and party.
// It connects to nothing; a broken record is refused, and nothing is counted then.
import type { CommandFile } from './command.ts';
import { PEOPLE_OPTION, recordsIn, reportOf } from './report-records.ts';

export default {
  json: true,
  examples: [
    [
      'custody report metrics record.jsonl',
      'the times of one incident, who held it when, and the median of one',
    ],
    [
      'custody report metrics january.jsonl february.jsonl --people people.yaml --json',
      'count, median and 90th percentile by class and party, and each incident beside them',
    ],
  ],
  define(command, terminal) {
    command
      .argument('<record...>', 'as `custody record show` printed them, a file each; - is stdin')
      .option(...PEOPLE_OPTION)
      .action(async (files: string[], options: { people?: string; json?: boolean }) => {
        const records = await recordsIn(terminal, files, options.people);
        const { metricsOf } = await import('../domain/record/metrics.ts');
        const { metricsOfMany } = await import('../domain/record/metrics-of-many.ts');
        const incidents = records.map((record) => reportOf(record, metricsOf));
        const together = metricsOfMany(incidents);
        if (options.json) {
          terminal.data(JSON.stringify({ ...together, incidents }));
          return;
        }
        const { incidentMetricsLines, manyMetricsLines } = await import('./screen/report-metrics.ts');
        for (const incident of incidents) terminal.lines(incidentMetricsLines(incident));
        terminal.lines(manyMetricsLines(together));
      });
  },
} satisfies CommandFile;
