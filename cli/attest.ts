// `custody attest`: the service's owner says whether the service works on the new credential. With --step it is about one step that
// people do by hand: first whoever did it says so, then another person, who looked.
import type { CheckItem } from '../domain/runbook/rules.ts';
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { indented } from './screen/columns.ts';
import { stepLines } from './screen/step.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

interface Options extends SigningOptions {
  works?: boolean;
  broken?: boolean;
  step?: string;
  confirm?: string[];
  reason: string;
}

/** As the runbook says it; what is not on the list is refused, and shown by its name alone. */
const itemLines = (checklist: readonly CheckItem[], confirms: readonly string[]): string[] =>
  confirms.map((item) => checklist.find(({ name }) => name === item)?.says ?? item);

export default {
  json: true,
  examples: [
    [
      'custody attest k3j2h4g5f6 --works --confirm dependencies automation jobs --reason "three deploys ran on the new key"',
      'it works, and each item of the checklist was looked at',
    ],
    ['custody attest k3j2h4g5f6 --broken --reason "the nightly export fails"', 'it does not'],
    [
      'custody attest k3j --step s3 --works --reason "revoked in the console, ticket 4711"',
      'a step by hand: you did it; or, said by another person afterwards: you looked, and it is so',
    ],
  ],
  define(command, terminal) {
    signing(command, 'plan')
      .argument('<incident>')
      .option('--works', 'the service works on the new credential; of a step: it is done')
      .option('--broken', 'it does not; of a step: it is not, or cannot be, done')
      .option('--step <id>', 'of this step of the approved plan, which people do by hand')
      .option('--confirm <item...>', 'items of the checklist that you have looked at (custody show)')
      .requiredOption('--reason <text>', 'what you saw')
      .action((incident: string, options: Options) => {
        if (options.works === options.broken) {
          throw new CliFailure('usage', 'Say either --works or --broken.');
        }
        const { step, reason, confirm: confirms } = options;
        const verdict = options.works ? 'works' : 'broken';
        const body = {
          verdict,
          ...(step === undefined ? {} : { step }),
          ...(confirms === undefined ? {} : { confirms }),
          reason,
        } as const;
        return signAndSay(
          terminal,
          incident,
          options,
          (view, { attesting }) => attesting(view, body),
          ({ steps, checklist }) => {
            if (confirms !== undefined) return ['You confirm', ...indented(itemLines(checklist, confirms))];
            const about = steps?.filter(({ id }) => id === step) ?? [];
            return about.length === 0
              ? []
              : ['About the step', ...indented(stepLines(about, terminal.now()))];
          },
        );
      });
  },
} satisfies CommandFile;
