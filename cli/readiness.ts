// `custody readiness`: what could not be contained today, identity by identity and class by class, and why. Opens nothing, changes nothing.
// As plan-ahead.ts does, it loads workers: it looks with a checker's credentials.
import { collected, type CommandFile } from './command.ts';
import { keyNamed } from './identity-named.ts';
import { readinessLines } from './screen/readiness.ts';

export default {
  json: true,
  examples: [
    ['custody readiness', 'everybody in CUSTODY_ACCOUNT; beside a checker, with its credentials'],
    [
      'custody readiness --only arn:aws:iam::123456789012:user/deploy-robot',
      'of one alone; as often as needed',
    ],
    ['custody readiness --class privileged --json', 'for a program: every identity with its problems'],
  ],
  define(command, terminal, done) {
    command
      .option('--only <identity>', 'of this ARN or KEY, as often as needed', collected)
      .option('--class <class>', 'of those that the runbook puts into this class')
      .action(async (options: { only?: string[]; class?: string; json?: boolean }) => {
        const only = options.only?.map(keyNamed) ?? null;
        const { readinessHere } = await import('../workers/readiness.ts');
        const { report, ready } = await readinessHere(
          {
            only,
            class: options.class ?? null,
            progress: (count) => terminal.err(`custody: ${count} identities looked at`),
          },
          terminal.env,
          () => terminal.client(),
        );
        if (report.identities.length === 0 && report.unlisted.length === 0) {
          terminal.err('custody: there is no such identity, so nothing can be said.');
          done('input');
          return;
        }
        if (options.json) terminal.data(JSON.stringify(report));
        else terminal.lines(readinessLines(report, terminal.now()));
        if (!ready) done('notReady');
      });
  },
} satisfies CommandFile;
