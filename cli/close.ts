// `custody close`: the SOC's vote to close the incident. What is not done and seen closes as handled by hand, and only by two people.
import type { IncidentView } from '../domain/incident/view.ts';
import type { CommandFile } from './command.ts';
import { gateLines } from './screen/incident.ts';
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
          howItCloses,
        ),
      );
  },
} satisfies CommandFile;

function howItCloses({ gates }: IncidentView): string[] {
  const asked = gates.filter(({ name }) => name === 'close');
  return asked.length > 0
    ? asked.flatMap(gateLines)
    : [
        'Not everything is done and seen: it would close as handled by hand, once a second person says so too.',
      ];
}
