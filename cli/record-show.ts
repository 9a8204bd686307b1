// `custody record show`: prints an incident's record, what is settled in the store and what the incident still holds, line by line.
// It proves nothing: `custody record verify` does. The only file of the CLI that reads a record store.
import { canonical } from '../domain/encoding/canonical.ts';
import { identityOf, WORKFLOW_ID_PREFIX, workflowIdOf } from '../domain/identity/identity.ts';
import { brokenLink, GENESIS, type RecordedEvent } from '../domain/record/record.ts';
import type { Seal } from '../domain/record/store.ts';
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  run?: string;
  records?: string;
}

export default {
  json: true,
  examples: [
    [
      'custody record show aws/123456789012/iam-user/deploy-robot > record.jsonl',
      'JSON Lines, ready for `custody record verify`',
    ],
    [
      'custody record show aws/123456789012/iam-user/deploy-robot --run 0b9e4f6e-1111-4222-8333-444455556666',
      'an earlier incident of the same identity, from the store alone: no Temporal is asked',
    ],
  ],
  define(command, terminal, done) {
    command
      .argument('<incident>')
      .option('--run <id>', 'first run id of the incident; with it the store alone is read')
      .option('--records <folder>', 'the record store; otherwise CUSTODY_RECORDS')
      .action(async (typed: string, options: Options) => {
        const { incident, firstRun, tail } = await parts(terminal, typed, options.run);
        const stored = await storedIn(terminal, options, { incident, firstRun }, tail);
        const last = stored.events.at(-1)?.seq ?? 0;
        const events = [...stored.events, ...tail.filter(({ seq }) => seq > last)];
        if (events.length === 0)
          throw new CliFailure('notFound', `The store has no record of ${incident}, run ${firstRun}.`);
        for (const event of events) terminal.data(canonical(event));
        if (stored.seal !== null) terminal.data(canonical(stored.seal));
        const broken = firstBroken(events);
        if (broken === null) return;
        terminal.err(`custody: the record is broken: ${broken}.`);
        done('broken');
      });
  },
} satisfies CommandFile;

/** The incident is asked before the store is read: what settles in between stands in both, never in neither. */
async function parts(
  terminal: Terminal,
  typed: string,
  run: string | undefined,
): Promise<{ incident: string; firstRun: string; tail: RecordedEvent[] }> {
  if (run !== undefined && typed.includes('/')) {
    const key = typed.startsWith(WORKFLOW_ID_PREFIX) ? typed.slice(WORKFLOW_ID_PREFIX.length) : typed;
    return { incident: workflowIdOf(identityOf(key)), firstRun: run, tail: [] };
  }
  const client = await terminal.client();
  const incident = await client.find(typed);
  if (run !== undefined) return { incident, firstRun: run, tail: [] };
  const { view, tail } = await client.incident(incident);
  return { incident, firstRun: view.firstRun, tail };
}

async function storedIn(
  terminal: Terminal,
  options: Options,
  name: { incident: string; firstRun: string },
  tail: readonly RecordedEvent[],
): Promise<{ events: RecordedEvent[]; seal: Seal | null }> {
  const folder = options.records ?? terminal.env.CUSTODY_RECORDS;
  if (folder === undefined || folder === '') {
    if (tail[0]?.seq === 1) return { events: [], seal: null };
    throw new CliFailure(
      'usage',
      'Set CUSTODY_RECORDS (or --records) to the record store: the beginning of this record is there.',
    );
  }
  const { directoryRecordStore } = await import('../activities/settle/directory-store.ts');
  return directoryRecordStore(folder).read(name);
}

function firstBroken(events: readonly RecordedEvent[]): string | null {
  let head = GENESIS;
  for (const event of events) {
    const broken = brokenLink(head, event);
    if (broken !== null) return broken;
    head = event;
  }
  return null;
}
