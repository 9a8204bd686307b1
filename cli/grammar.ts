// One grammar for all commands: `custody VERB incident …`, `custody NOUN VERB …`. Builds the parser; loads only the command that was typed.
import { Command, CommanderError } from 'commander';
import type { CommandFile } from './command.ts';
import { COMMANDS, type Entry } from './commands.ts';
import { exitCodeOf } from './exit-code-of.ts';
import { EXIT_CODES, exitNumber, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without node and script) and returns the process's exit code. Never throws. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let code: ExitCode = 'done';
  try {
    const { program } = await grammar(argv, terminal, (said) => {
      code = said;
    });
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitNumber('done') : exitNumber('usage');
    code = exitCodeOf(error);
    terminal.err(`custody: ${error instanceof Error ? error.message : String(error)}`);
    if (terminal.env.CUSTODY_DEBUG) terminal.err(error instanceof Error ? withCauses(error) : '');
    else if (code === 'unexpected') terminal.err('CUSTODY_DEBUG=1 shows where this came from.');
  }
  return exitNumber(code);
}

/** The parser, with the typed command's own part loaded; the others are there by name, for the help. */
export async function grammar(
  argv: readonly string[],
  terminal: Terminal,
  done: (code: ExitCode) => void,
): Promise<{ program: Command; typed: Command | undefined }> {
  const program = prepared(new Command('custody'), terminal)
    .description(
      'Carries identity incidents from the alert until the stolen credential is proved dead and the service works.',
    )
    .helpCommand(false)
    .addHelpText('after', `\n${environmentHelp()}\n\n${exitCodesHelp()}`);
  const nouns = new Map<string, Command>();
  const wanted = entryTyped(argv);
  let typed: Command | undefined;
  for (const entry of COMMANDS) {
    const [first, second] = entry.name.split(' ') as [string, string | undefined];
    const parent = second === undefined ? program : (nouns.get(first) ?? noun(program, first, terminal));
    if (second !== undefined) nouns.set(first, parent);
    const command = prepared(parent.command(second ?? first), terminal)
      .summary(entry.says)
      .description(entry.says);
    if (entry !== wanted) continue;
    const file = await entry.load();
    file.define(command, terminal, done);
    if (file.json) command.option('--json', 'print JSON for programs');
    command.addHelpText('after', examplesHelp(file.examples));
    typed = command;
  }
  return { program, typed };
}

/** The entry that these words begin with. */
function entryTyped(argv: readonly string[]): Entry | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  return COMMANDS.find(({ name }) => {
    const [first, second] = name.split(' ');
    return first === words[0] && (second === undefined || second === words[1]);
  });
}

function noun(program: Command, name: string, terminal: Terminal): Command {
  const verbs = COMMANDS.filter((entry) => entry.name.startsWith(`${name} `));
  return prepared(program.command(name), terminal)
    .summary(verbs.map((entry) => entry.name.slice(name.length + 1)).join(', '))
    .helpCommand(false);
}

function prepared(command: Command, terminal: Terminal): Command {
  return command
    .exitOverride()
    .showHelpAfterError('(--help shows what it takes)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.err(text.replace(/\n$/, '')),
    });
}

function examplesHelp(examples: CommandFile['examples']): string {
  return `\nExamples:\n${examples.map(([command, says]) => `  # ${says}\n  ${command}`).join('\n')}`;
}

function exitCodesHelp(): string {
  return `Exit codes:\n${Object.values(EXIT_CODES)
    .map(([number, says]) => `  ${number}  ${says}`)
    .join('\n')}`;
}

function environmentHelp(): string {
  return [
    'An incident is named by its handle (or the beginning of it), its KEY, or its workflow id.',
    '',
    'Environment:',
    '  CUSTODY_KEY              your key file, with which you sign (custody key new)',
    '  CUSTODY_PASSPHRASE_FILE  the file with its passphrase; otherwise you are asked',
    '  CUSTODY_ISSUER           where you log in to sign instead, and CUSTODY_CLIENT, where the runbook does not say it',
    '  CUSTODY_BROWSER          none: open no browser, print the address alone',
    '  CUSTODY_RUNBOOK          the runbook folder',
    "  CUSTODY_POLICY           an executor's own policy folder",
    '  CUSTODY_SIGNERS          who must sign policy folders',
    '  CUSTODY_RECORDS          the record store',
    '  CUSTODY_ACCOUNT          the accounts that readiness, and plan show of an ARN or alert, look at',
    '  CUSTODY_DEBUG            show where an error came from',
    '  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, TEMPORAL_TLS_…  where Temporal is',
    'Workers need more: docs/operations.md.',
  ].join('\n');
}

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
