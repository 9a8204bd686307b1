// `custody incident list`: what is open, the most urgent first.
import { PHASES } from '../domain/plan/plan.schema.ts';
import type { Filter, Listed } from '../client/index.ts';
import { type CommandFile, oneOf } from './command.ts';
import { due } from './screen/clock.ts';
import { columns } from './screen/columns.ts';

interface Options {
  holder?: string;
  phase?: string;
  class?: string;
  overdue?: boolean;
  all?: boolean;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    ['custody incident list', 'every open incident, the most urgent first'],
    ['custody incident list --holder identity --overdue', 'what the identity team is late with'],
    ['custody incident list --all --json', 'closed ones too, a JSON line each'],
  ],
  define(command, terminal) {
    command
      .option('--holder <party>', 'only those that this party owns now')
      .option('--phase <phase>', PHASES.join(', '), oneOf(...PHASES))
      .option('--class <class>', 'only those of this class of the runbook')
      .option('--overdue', 'only those whose deadline has passed')
      .option('--all', 'closed ones too')
      .action(async (options: Options) => {
        const client = await terminal.client();
        const now = terminal.now();
        const filter: Filter = {
          ...(options.holder === undefined ? {} : { holder: options.holder }),
          ...(options.phase === undefined ? {} : { phase: options.phase }),
          ...(options.class === undefined ? {} : { class: options.class }),
          ...(options.overdue ? { overdueAt: now.toISOString() } : {}),
          ...(options.all ? { closedToo: true } : {}),
        };
        const found: Listed[] = [];
        for await (const line of client.list(filter)) found.push(line);
        found.sort((a, b) => Number(b.open) - Number(a.open) || (a.due ?? '9').localeCompare(b.due ?? '9'));
        if (options.json) for (const line of found) terminal.data(JSON.stringify(line));
        else if (found.length === 0) terminal.out('No incident.');
        else {
          const rows = found.map((one) => [
            one.handle,
            one.open ? (one.phase ?? 'beginning') : 'closed',
            one.holder ?? '',
            one.level ?? '',
            one.open && one.due !== null ? due(one.due, now) : '',
            one.key,
          ]);
          terminal.lines(columns([['HANDLE', 'PHASE', 'OWNER', 'LEVEL', 'DUE', 'KEY'], ...rows]));
        }
      });
  },
} satisfies CommandFile;
