// `custody pause`: asks that the incident waits until an instant. Incidents of this version record it and refuse.
import { InvalidArgumentError } from 'commander';
import { instant } from '../domain/instant/instant.ts';
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

function until(value: string): string {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It is an instant such as 2026-11-24T06:00:00Z.');
  return instant(ms);
}

export default {
  json: true,
  examples: [['custody pause k3j2h4g5f6 --until 2026-11-24T06:00:00Z --reason "freeze"', 'ask for a pause']],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .requiredOption('--until <instant>', 'ISO 8601', until)
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { until: string; reason: string }) =>
        signAndSay(terminal, incident, options, (view, { pausing }) =>
          pausing(view, { until: options.until, reason: options.reason }),
        ),
      );
  },
} satisfies CommandFile;
