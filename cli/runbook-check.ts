// `custody runbook check`: reads a runbook folder as an orchestrator does (or a policy folder as an executor does) and says all that is wrong with it.
import type { Problem } from '../authority/policy-file.ts';
import type { CommandFile } from './command.ts';
import { needed } from './terminal.ts';

interface Options {
  executor?: boolean;
  signers?: string;
  json?: boolean;
}

export default {
  json: true,
  examples: [
    [
      'custody runbook check runbooks/default',
      'every problem at once, each with its line; exit code 3 where there is one',
    ],
    [
      'custody runbook check executor-policy --executor',
      "an executor's own folder: policy.yaml, people.yaml and, if it has one, authority.cedar",
    ],
  ],
  define(command, terminal, done) {
    command
      .argument('[folder]', 'otherwise CUSTODY_RUNBOOK, or CUSTODY_POLICY with --executor')
      .option('--executor', "the folder is an executor's own")
      .option('--signers <file>', 'signers.yaml: also whether those whom it names have signed the folder')
      .action(async (typed: string | undefined, options: Options) => {
        const folder =
          typed ??
          (options.executor
            ? needed(terminal, 'CUSTODY_POLICY', "the executor's folder; or name a folder")
            : needed(terminal, 'CUSTODY_RUNBOOK', 'the runbook folder; or name a folder'));
        const { PolicyError } = await import('../authority/policy-error.ts');
        try {
          const { hash, says, warnings } = options.executor
            ? await executorFolder(folder)
            : await runbookFolder(folder);
          const by =
            options.signers === undefined
              ? null
              : await signedBy(folder, hash, options.signers, terminal.now());
          if (options.json)
            terminal.data(JSON.stringify({ ok: true, folder, hash, signed: by, problems: [], warnings }));
          else {
            terminal.out(`${folder} is good: ${says}.\nhash ${hash}`);
            if (by !== null) terminal.out(`signed by ${by.by.join(', ')}, serial ${by.serial}`);
            for (const { file, line, column, says: mind } of warnings)
              terminal.out(`Mind ${folder}/${file}:${line}:${column}: ${mind}`);
          }
        } catch (error) {
          if (!(error instanceof PolicyError)) throw error;
          if (options.json)
            terminal.data(
              JSON.stringify({ ok: false, folder, hash: null, problems: error.problems, warnings: [] }),
            );
          else terminal.err(`custody: ${error.message}`);
          done('input');
        }
      });
  },
} satisfies CommandFile;

/** Throws `PolicyError` where it is not signed as it must be. Which serial was accepted before, a process alone knows. */
async function signedBy(folder: string, hash: string, file: string, now: Date) {
  const [{ verifiedSignatures }, { loadSigners }] = await Promise.all([
    import('../authority/signed-folder/load.ts'),
    import('../authority/signed-folder/signers.ts'),
  ]);
  const signers = await loadSigners(file);
  return verifiedSignatures(folder, { hash, signers, last: null, at: now.toISOString() });
}

interface Good {
  hash: string;
  says: string;
  /** What was probably not meant; nothing is refused for it. */
  warnings: readonly Problem[];
}

async function runbookFolder(folder: string): Promise<Good> {
  const { loadFolder } = await import('../authority/folder.ts');
  const { hash, runbook, directory, warnings } = await loadFolder(folder);
  const classes = runbook.classes.map(({ name }) => name).join(', ');
  const [people, machines] = [Object.keys(directory.people).length, Object.keys(directory.machines).length];
  return {
    hash,
    warnings,
    says: `"${runbook.name}" has the classes ${classes}, ${people} people and ${machines} machines`,
  };
}

async function executorFolder(folder: string): Promise<Good> {
  const { loadExecutorFolder } = await import('../authority/executor-folder.ts');
  const { hash, policy, directory, authority, warnings } = await loadExecutorFolder(folder);
  return {
    hash,
    warnings,
    says: `the policy of ${policy.executor}, which knows ${Object.keys(directory.people).length} people${authority === null ? '' : ', with policies of its own'}`,
  };
}
