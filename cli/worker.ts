// `custody worker`: runs one worker until it is told to stop. This, plan-ahead.ts and readiness.ts alone load workers.
import { type CommandFile, oneOf } from './command.ts';

type Role = 'orchestrator' | 'executor' | 'checker' | 'notifier';

export default {
  json: false,
  examples: [
    [
      'CUSTODY_RUNBOOK=runbooks/default CUSTODY_KEY=orchestrator.json custody worker orchestrator',
      'carries the incidents',
    ],
    ['custody worker executor', "acts for one party, with that party's own credentials"],
  ],
  define(command, terminal) {
    command
      .argument(
        '<role>',
        'orchestrator, executor, checker or notifier',
        oneOf('orchestrator', 'executor', 'checker', 'notifier'),
      )
      .action(async (role: Role) => {
        const { runWorker } = await import('../workers/main.ts');
        await runWorker(role, terminal.env, () => terminal.err(`The ${role} is at work. Ctrl-C ends it.`));
      });
  },
} satisfies CommandFile;
