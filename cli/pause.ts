// `custody pause`: asks that the clocks stand for a while. A second person decides; what was approved goes on meanwhile.
import { Option } from 'commander';
import { instant } from '../domain/instant/instant.ts';
import { type CommandFile, duration, moment } from './command.ts';
import { CliFailure } from './failure.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

interface Options extends SigningOptions {
  /** Milliseconds. */
  for?: number;
  until?: string;
  reason: string;
}

export default {
  json: true,
  examples: [
    [
      'custody pause k3j2h4g5f6 --for 2h --reason "the vendor answers at six"',
      'for two hours from now, if a second person agrees (custody approve k3j2h4g5f6)',
    ],
    ['custody pause k3j --until 2026-11-24T06:00:00Z --reason "freeze"', 'until an instant'],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .addOption(
        new Option('--for <duration>', 'how long from now, e.g. 2h').argParser(duration).conflicts('until'),
      )
      .option('--until <instant>', 'until when, ISO 8601', moment)
      .requiredOption('--reason <text>', 'why')
      .action(async (incident: string, options: Options) => {
        const end =
          options.for === undefined ? options.until : instant(terminal.now().getTime() + options.for);
        if (end === undefined)
          throw new CliFailure('usage', 'Say how long: --for 2h, or --until 2026-11-24T06:00:00Z.');
        await signAndSay(terminal, incident, options, (view, { pausing }) =>
          pausing(view, { until: end, reason: options.reason }),
        );
      });
  },
} satisfies CommandFile;
