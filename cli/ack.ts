// `custody ack`: a person takes an incident, or accepts that it is handed to their party.
import type { CommandFile } from './command.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

export default {
  json: true,
  examples: [
    ['custody ack k3j2h4g5f6', 'take it: the clock for taking it stops, the clock for acting runs on'],
    ['custody ack k3j --reason "I am on call" --yes', 'without being asked'],
    ['custody ack k3j --hold', 'take it where it is, although it is being offered to another party'],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .option('--hold', "answer the present owner's hold, although there is an offer")
      .option('--reason <text>', 'why')
      .action((incident: string, options: SigningOptions & { hold?: boolean; reason?: string }) =>
        signAndSay(terminal, incident, options, (view, { acknowledging }) =>
          acknowledging(
            view,
            { answer: 'accept', ...(options.reason === undefined ? {} : { reason: options.reason }) },
            options.hold ? 'hold' : 'either',
          ),
        ),
      );
  },
} satisfies CommandFile;
