// `custody close`: the SOC's vote to close the incident. What is not done and seen closes as handled by hand, and only by two people.
import type { IncidentView } from '../domain/incident/view.ts';
import type { CommandFile } from './command.ts';
import { indented } from './screen/columns.ts';
import { followUpLine } from './screen/follow-ups.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody close k3j2h4g5f6 --reason "contained, recovered, attested"', 'close it'],
    [
      'custody close k3j --reason "a role: cut by hand, ticket 4711"',
      'what custody has not seen done: a second person closes it too',
    ],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .requiredOption('--reason <text>', 'why it may be closed')
      .action((incident: string, options: SigningOptions & { reason: string }) =>
        signAndSay(
          terminal,
          incident,
          options,
          (view, { closing }) => closing(view, { reason: options.reason }),
          (view) => whatIsLeft(view, terminal.now()),
        ),
      );
  },
} satisfies CommandFile;

/** Beside the question itself: what would be left undone. */
function whatIsLeft({ gates, followUps }: IncidentView, now: Date): string[] {
  const left = followUps.filter(({ status }) => status === 'open');
  return [
    ...(left.length === 0 ? [] : ['Left to do', ...indented(left.map((one) => followUpLine(one, now)))]),
    ...(gates.some(({ name }) => name === 'close')
      ? []
      : [
          'Not everything is done and seen: it would close as handled by hand, once a second person says so too.',
        ]),
  ];
}
