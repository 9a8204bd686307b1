// `custody open`: opens an incident for each alert that calls for one; an alert about an identity whose incident is open joins it.
import { handleOf } from '../domain/identity/identity.ts';
import type { Detection } from '../domain/detection/detection.schema.ts';
import { alertsIn } from './alerts.ts';
import type { CommandFile } from './command.ts';

export default {
  json: true,
  examples: [
    ['custody open finding.json', 'a GuardDuty finding, an AWS Health event, or a generic detection'],
    ['custody open - --wait < finding.json', 'from stdin; wait until the incident has answered'],
  ],
  define(command, terminal, done) {
    command
      .argument('<files...>', 'JSON or JSON Lines as the source sent it; - is stdin')
      .option('--wait', 'wait until the incident has answered, some seconds at most')
      .action(async (files: string[], options: { wait?: boolean; json?: boolean }) => {
        const { detections, whole } = await alertsIn(terminal, files);
        const opening = detections.filter(({ opens }) => opens);
        for (const { why, sourceId } of detections.filter(({ opens }) => !opens)) {
          terminal.err(`custody: ${sourceId} opens no incident: ${why}`);
        }
        for (const detection of opening) {
          const opened = await send(detection, options.wait ?? false);
          const handle = handleOf(opened.incident);
          if (options.json) terminal.data(JSON.stringify({ ...opened, handle, key: detection.key }));
          else {
            terminal.out(
              `${opened.joined ? 'Joined' : 'Opened'} ${handle}  ${detection.key}${detection.isSample ? ' (a drill)' : ''}`,
            );
            if (opened.outcome) terminal.out(`  ${opened.outcome.says}`);
            else if (options.wait) terminal.out('  No worker has taken it yet; it waits for one.');
            terminal.out(`  custody watch ${handle}`);
          }
        }
        if (!whole || opening.length === 0) done('input');
      });

    async function send(detection: Detection, wait: boolean) {
      const client = await terminal.client();
      return wait ? client.detectAndWait(detection) : { ...(await client.detect(detection)), outcome: null };
    }
  },
} satisfies CommandFile;
