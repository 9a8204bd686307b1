// `custody show`: one incident as it stands. Reads only.
import type { CommandFile } from './command.ts';
import { incidentLines } from './screen/incident.ts';

export default {
  json: true,
  examples: [
    ['custody show k3j2h4g5f6', 'by handle'],
    ['custody show aws/123456789012/iam-user/deploy-robot --json', 'by KEY, for a program: { view, tail }'],
  ],
  define(command, terminal) {
    command.argument('<incident>').action(async (incident: string, options: { json?: boolean }) => {
      const client = await terminal.client();
      const found = await client.incident(await client.find(incident));
      if (options.json) terminal.data(JSON.stringify(found));
      else terminal.lines(incidentLines(found.view, terminal.now()));
    });
  },
} satisfies CommandFile;
