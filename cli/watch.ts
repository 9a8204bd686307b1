// `custody watch`: one incident, live. On a screen it is redrawn each second; elsewhere each change is a line. Reads only.
import type { CustodyClient } from '../client/index.ts';
import { type Instant, inWords } from '../domain/instant/instant.ts';
import type { IncidentView } from '../domain/incident/view.ts';
import { workflowIdOf, identityOf } from '../domain/identity/identity.ts';
import { PHASES, type Phase } from '../domain/plan/plan.schema.ts';
import { duration, type CommandFile, oneOf } from './command.ts';
import { CliFailure } from './failure.ts';
import { changes } from './screen/changes.ts';
import { said } from './screen/clock.ts';
import { incidentLines } from './screen/incident.ts';
import type { Terminal } from './terminal.ts';

const EVERY_MS = 1_000;

interface Options {
  until?: Phase;
  /** Milliseconds. */
  within?: number;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    ['custody watch k3j2h4g5f6', 'until it is closed, or Ctrl-C'],
    ['custody watch', 'the open incident, where there is only one'],
    [
      'custody watch k3j --until recovery --within 30m',
      'until recovery begins; exit code 9 after half an hour',
    ],
    ['custody watch k3j --json', 'the whole view as a JSON line at each change'],
  ],
  define(command, terminal) {
    command
      .argument('[incident]', 'left out: the one that is open')
      .option(
        '--until <phase>',
        `ends when it has come to this phase: ${PHASES.join(', ')}`,
        oneOf(...PHASES),
      )
      .option('--within <duration>', 'how long to watch at most, e.g. 30m', duration)
      .action(async (incident: string | undefined, options: Options) => {
        const client = await terminal.client();
        const workflowId = incident === undefined ? await theOpenOne(client) : await client.find(incident);
        await watch(terminal, client, workflowId, options);
      });
  },
} satisfies CommandFile;

/** Follows an incident that is forwarded. Throws `tooLate` where it does not come to `until` in time. */
export async function watch(
  terminal: Terminal,
  client: CustodyClient,
  first: string,
  options: Options,
): Promise<void> {
  const until = options.until ?? 'closed';
  const start = terminal.now().getTime();
  let workflowId = first;
  let before: IncidentView | null = null;
  let silent = false;
  for (;;) {
    const looked = await look(client, workflowId);
    const now = terminal.now();
    if (looked instanceof Error) {
      if (!silent)
        terminal.err(`${said(now.toISOString() as Instant, now)}  ${looked.message} Trying again.`);
    } else {
      draw(terminal, before, looked, options, now);
      if (looked.outcome === 'forwarded' && looked.forwardedTo !== null) {
        workflowId = workflowIdOf(identityOf(looked.forwardedTo));
        before = null;
        continue;
      }
      if (looked.outcome !== 'open' || PHASES.indexOf(looked.phase) >= PHASES.indexOf(until)) return;
      before = looked;
    }
    silent = looked instanceof Error;
    if (options.within !== undefined && now.getTime() - start >= options.within) {
      throw new CliFailure('tooLate', `It has not come to "${until}" within ${inWords(options.within)}.`);
    }
    await terminal.wait(EVERY_MS);
  }
}

/** A worker that restarts is no reason to stop watching: such an error is returned, others are thrown. */
async function look(client: CustodyClient, workflowId: string): Promise<IncidentView | Error> {
  try {
    return (await client.incident(workflowId)).view;
  } catch (error) {
    if (error instanceof Error && (error.name === 'NobodyWorking' || error.name === 'Unreachable'))
      return error;
    throw error;
  }
}

function draw(
  terminal: Terminal,
  before: IncidentView | null,
  view: IncidentView,
  options: Options,
  now: Date,
): void {
  if (options.json) {
    if (JSON.stringify(before) !== JSON.stringify(view)) terminal.data(JSON.stringify(view));
  } else if (terminal.live) terminal.redraw(incidentLines(view, now));
  else {
    const at = said(now.toISOString(), now);
    terminal.lines(changes(before, view, now).map((line) => `${at}  ${line}`));
  }
}

async function theOpenOne(client: CustodyClient): Promise<string> {
  const open: string[] = [];
  for await (const { incident } of client.list()) open.push(incident);
  const [first, second] = open;
  if (first === undefined) throw new CliFailure('notFound', 'No incident is open.');
  if (second !== undefined)
    throw new CliFailure('notFound', `${open.length} incidents are open: say which (custody incident list).`);
  return first;
}
