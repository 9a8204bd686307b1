// Records for reports: read, and refused where the chain does not hold. Nothing is counted of a broken record, not even its whole part.
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import { brokenLink, GENESIS, type Head, type RecordedEvent } from '../domain/record/record.ts';
import { CliFailure } from './failure.ts';
import { peopleIn } from './people-file.ts';
import type { Terminal } from './terminal.ts';

export interface ReportedRecord {
  /** As it was typed; `-` is stdin. */
  file: string;
  events: RecordedEvent[];
}

export const PEOPLE_OPTION = [
  '--people <file>',
  'people.yaml with the keys of people and machines: signatures and seal are verified too, not the chain alone',
] as const;

/** Throws `CliFailure`: `broken` where a record does not hold, `input` where one is given twice or is none. */
export async function recordsIn(
  terminal: Terminal,
  files: readonly string[],
  people: string | undefined,
): Promise<ReportedRecord[]> {
  const directory = people === undefined ? null : await peopleIn(people, await terminal.read(people));
  const records: ReportedRecord[] = [];
  const given = new Map<string, string>();
  for (const file of files) {
    const events = await whole(file, await terminal.read(file), directory);
    const name = nameOf(file, events);
    const other = given.get(name);
    if (other !== undefined)
      throw new CliFailure(
        'input',
        `${file} is the record of the same incident as ${other}: give each once.`,
      );
    given.set(name, file);
    records.push({ file, events });
  }
  if (directory === null) {
    const held = records.length === 1 ? 'The chain of the record holds' : 'The chains of all records hold';
    terminal.err(`custody: ${held}; who said it was not verified (--people people.yaml does).`);
  }
  return records;
}

async function whole(file: string, text: string, directory: Directory | null): Promise<RecordedEvent[]> {
  const { readRecord } = await import('../authority/record/read.ts');
  const { events, broken } = readRecord(text);
  let head: Head = GENESIS;
  for (const [index, event] of events.entries()) {
    const link = brokenLink(head, event);
    if (link !== null) throw isBroken(file, index + 1, link);
    head = event;
  }
  if (broken !== null) throw isBroken(file, broken.line, broken.reason);
  if (directory !== null) {
    const { verifyRecord } = await import('../authority/verify-record.ts');
    const report = await verifyRecord(text, { directory });
    if (report.broken !== null) throw isBroken(file, report.broken.line, report.broken.reason);
  }
  return events;
}

const isBroken = (file: string, line: number, reason: string): CliFailure =>
  new CliFailure(
    'broken',
    `${file}: the record is broken at line ${line}: ${reason}. Nothing is reported of it.`,
  );

function nameOf(file: string, [first]: readonly RecordedEvent[]): string {
  if (first?.type !== 'opened')
    throw new CliFailure(
      'input',
      `${file} is no record of an incident: it does not begin with its opening. \`custody record show\` prints one.`,
    );
  const { incident, firstRun } = first.data as { incident?: unknown; firstRun?: unknown };
  return JSON.stringify([incident, firstRun]);
}

/** What a chain holds together can still be no record of custody: then it says so, and does not fall over. */
export function reportOf<T>(
  { file, events }: ReportedRecord,
  report: (events: readonly RecordedEvent[]) => T,
): T {
  try {
    return report(events);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new CliFailure(
      'input',
      `${file} cannot be reported: a line of it does not say what custody's lines say. The custody that wrote it can read it.`,
      { cause: error },
    );
  }
}
