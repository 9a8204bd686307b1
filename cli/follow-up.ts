// `custody follow-up`: adds what is left to do about an identity (a place where its secret lies open, a weakness), or says what
// became of it. Closing needs each of them ended.
import type { Instant } from '../domain/instant/instant.ts';
import type { Body } from '../domain/statement/statement.schema.ts';
import { type CommandFile, moment, oneOf } from './command.ts';
import { CliFailure } from './failure.ts';
import { followUpLine } from './screen/follow-ups.ts';
import { indented } from './screen/columns.ts';
import { signAndSay, signing, type SigningOptions } from './sign.ts';

type Ended = Extract<Body<'followUp'>, { id: string }>;

interface Options extends SigningOptions {
  add?: string;
  exposure?: boolean;
  party?: string;
  due?: Instant;
  id?: string;
  as?: Ended['as'];
  ticket?: string;
  reason: string;
}

export default {
  json: true,
  examples: [
    [
      'custody follow-up k3j2h4g5f6 --add "the key stands in the build log of job 812" --exposure --reason "seen in the log"',
      'a place where the secret lies open: its clock runs until it is cleaned',
    ],
    [
      'custody follow-up k3j --add "use a role instead of the key" --party platform --due 2026-12-01T00:00:00Z --reason "agreed with them"',
      'something else that is left to do, whose it is and until when',
    ],
    ['custody follow-up k3j --id follow-up-2 --as done --reason "the log is deleted"', 'it is done'],
    [
      'custody follow-up k3j --id follow-up-3 --as ticketed --ticket OPS-4711 --reason "planned for May"',
      'it goes on elsewhere',
    ],
    [
      'custody follow-up k3j --id follow-up-4 --as waived --reason "the service ends in a month"',
      'it is not to be done, if a second person agrees (custody approve k3j --gate waive)',
    ],
  ],
  define(command, terminal) {
    signing(command, 'no plan')
      .argument('<incident>')
      .option('--add <text>', 'what is left to do; never a secret')
      .option('--exposure', 'with --add: a place where the secret lies open')
      .option('--party <party>', 'with --add: whose it is; otherwise the runbook says')
      .option('--due <instant>', 'with --add: until when, ISO 8601; otherwise the runbook says', moment)
      .option('--id <follow-up>', 'the one that has ended, as `custody show` names it')
      .option(
        '--as <end>',
        'with --id: done, ticketed (--ticket), void (an exposure of what is seen dead), or waived, which waits for a second person: custody approve',
        oneOf('done', 'ticketed', 'waived', 'void'),
      )
      .option('--ticket <name>', 'with --as ticketed: where it goes on')
      .requiredOption('--reason <text>', 'why')
      .action((incident: string, options: Options) => {
        const body = bodyOf(options);
        return signAndSay(
          terminal,
          incident,
          options,
          (view, { followingUp }) => followingUp(view, body),
          ({ followUps }) => {
            const about = followUps.filter(({ id }) => id === options.id);
            return about.length === 0
              ? []
              : ['About', ...indented(about.map((one) => followUpLine(one, terminal.now())))];
          },
        );
      });
  },
} satisfies CommandFile;

function bodyOf(options: Options): Body<'followUp'> {
  const { add, exposure, party, due, id, as, ticket, reason } = options;
  if ((add === undefined) === (id === undefined))
    throw new CliFailure(
      'usage',
      'Say either what is left to do (--add "…"), or which one has ended (--id).',
    );
  if (add !== undefined) {
    if (as !== undefined || ticket !== undefined)
      throw new CliFailure('usage', '--as and --ticket go with --id.');
    return {
      add: {
        kind: exposure ? 'exposure' : 'other',
        says: add,
        ...(party === undefined ? {} : { party }),
        ...(due === undefined ? {} : { due }),
      },
      reason,
    };
  }
  if (exposure || party !== undefined || due !== undefined)
    throw new CliFailure('usage', '--exposure, --party and --due go with --add.');
  if (id === undefined || as === undefined)
    throw new CliFailure('usage', 'Say what became of it: --as done, ticketed, waived or void.');
  if ((as === 'ticketed') !== (ticket !== undefined))
    throw new CliFailure('usage', '--as ticketed needs --ticket, and nothing else has one.');
  return { id, as, ...(ticket === undefined ? {} : { ticket }), reason };
}
