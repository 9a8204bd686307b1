// `custody intake`: reads alerts and prints what they say, one JSON line each. Opens nothing, connects to nothing.
import { alertsIn } from './alerts.ts';
import type { CommandFile } from './command.ts';

export default {
  json: true,
  examples: [
    [
      'custody intake finding.json',
      'one JSON line for each alert in the file; with why it opens an incident, or not',
    ],
    ['aws guardduty get-findings … | custody intake -', 'from stdin'],
  ],
  define(command, terminal, done) {
    command
      .argument('<files...>', 'JSON or JSON Lines as the source sent it; - is stdin')
      .action(async (files: string[]) => {
        const { detections, whole } = await alertsIn(terminal, files);
        for (const detection of detections) terminal.data(JSON.stringify(detection));
        if (!whole) done('input');
      });
  },
} satisfies CommandFile;
