// `custody report coverage`: which outcomes of the frameworks a runbook has a part in, or which a record is evidence of, and by which
// line. It connects to nothing, and claims nothing that no line of a whole record shows.
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { PEOPLE_OPTION, recordsIn, reportOf } from './report-records.ts';
import { needed, type Terminal } from './terminal.ts';

interface Options {
  runbook?: string;
  record?: string[];
  people?: string;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    [
      'custody report coverage --runbook runbooks/default',
      'what the classes, gates and steps of a runbook have a part in',
    ],
    [
      'custody report coverage --record record.jsonl --people people.yaml',
      'what one incident is evidence of, and by which lines',
    ],
  ],
  define(command, terminal) {
    command
      .option('--runbook <folder>', 'otherwise CUSTODY_RUNBOOK, where no record is given')
      .option('--record <file...>', 'as `custody record show` printed it; - is stdin')
      .option(...PEOPLE_OPTION)
      .action(async (options: Options) => {
        if (options.runbook !== undefined && options.record !== undefined)
          throw new CliFailure('usage', 'Say either --runbook or --record.');
        if (options.record === undefined) await ofRunbook(terminal, options);
        else await ofRecords(terminal, options.record, options);
      });
  },
} satisfies CommandFile;

async function ofRunbook(terminal: Terminal, { runbook, people, json }: Options): Promise<void> {
  if (people !== undefined) throw new CliFailure('usage', '--people goes with --record.');
  const path =
    runbook ??
    needed(terminal, 'CUSTODY_RUNBOOK', 'the runbook folder; or say --runbook FOLDER or --record FILE');
  const { loadFolder } = await import('../authority/folder.ts');
  const { coveredBy, coveredTogether } = await import('../domain/standards/coverage.ts');
  const folder = await loadFolder(path);
  const classes = coveredBy(folder.runbook);
  const covers = coveredTogether(classes);
  if (json) {
    const { FRAMEWORKS } = await import('../domain/standards/frameworks.ts');
    const named = { runbook: { name: folder.runbook.name, hash: folder.hash }, covers, classes };
    terminal.data(JSON.stringify({ ...named, frameworks: withoutWording(FRAMEWORKS) }));
    return;
  }
  const { runbookCoverageLines } = await import('./screen/report-coverage.ts');
  terminal.lines(runbookCoverageLines(folder.runbook.name, classes, covers));
}

/** A JSON line for each record. */
async function ofRecords(terminal: Terminal, files: readonly string[], options: Options): Promise<void> {
  const records = await recordsIn(terminal, files, options.people);
  const { evidencedBy } = await import('../domain/standards/evidence.ts');
  const { metricsOf } = await import('../domain/record/metrics.ts');
  const { FRAMEWORKS } = await import('../domain/standards/frameworks.ts');
  const { recordCoverageLines } = await import('./screen/report-coverage.ts');
  for (const record of records) {
    const evidence = reportOf(record, evidencedBy);
    const { incident, firstRun, class: name, drill, closedAs } = reportOf(record, metricsOf);
    const about = { incident, firstRun, class: name ?? null, drill, closedAs: closedAs ?? null };
    if (options.json)
      terminal.data(
        JSON.stringify({ ...about, evidencedBy: evidence, frameworks: withoutWording(FRAMEWORKS) }),
      );
    else terminal.lines(recordCoverageLines(about, evidence));
  }
}

/** Title, edition and rights; the wording stands with each outcome. */
const withoutWording = (
  frameworks: Readonly<Record<string, { title: string; edition: string; rights: string }>>,
) =>
  Object.fromEntries(
    Object.entries(frameworks).map(([name, { title, edition, rights }]) => [
      name,
      { title, edition, rights },
    ]),
  );
