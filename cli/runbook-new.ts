// `custody runbook new`: writes a small runbook folder to begin with, one that `custody runbook check` passes.
// It asks where somebody is there to answer, takes options where not, and never writes over a file.
import type { SmallAnswers } from '../authority/runbook/small.ts';
import { type CommandFile, collected } from './command.ts';
import { CliFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  name?: string;
  account?: string[];
  person?: string[];
  identity?: string;
  owner: string;
  secret?: string;
  schemas?: string;
  yes?: boolean;
  json?: boolean;
}

const FILES = ['runbook.yaml', 'people.yaml', 'authority.cedar'] as const;

export default {
  json: true,
  examples: [
    [
      'custody runbook new my-runbook',
      'asks for accounts, people and the first identity, and writes the folder',
    ],
    [
      'custody runbook new my-runbook --yes --account 123456789012 --person sam=soc --person erin=soc --person ivo=identity --person olga=service-owner',
      'for scripts: nothing is asked',
    ],
  ],
  define(command, terminal) {
    command
      .argument('[folder]', 'where to write runbook.yaml, people.yaml and authority.cedar', 'runbook')
      .option('--name <name>', 'name of the runbook; otherwise that of the folder')
      .option('--account <number>', 'an AWS account number; may be given several times', collected)
      .option('--person <id=party,party>', 'a person and their teams; may be given several times', collected)
      .option('--identity <pattern>', 'the first identity: a name such as deploy-*, or a pattern over keys')
      .option('--owner <party>', 'the team that owns it', 'service-owner')
      .option('--secret <arn>', 'where its credential lies, and its replacement goes')
      .option('--schemas <path>', 'where the JSON Schemas lie, as seen from the folder, for your editor')
      .option('--yes', 'ask nothing: take the options alone')
      .action(async (folder: string, options: Options) => {
        const path = await import('node:path');
        await refuseIfThere(folder);
        const answers = await answered(
          terminal,
          options,
          options.name ?? path.basename(path.resolve(folder)),
        );
        const { smallFolder } = await import('../authority/runbook/small.ts');
        const { readFolder } = await import('../authority/folder.ts');
        const texts = smallFolder(answers);
        // Nothing is written that could not be used.
        const { hash, warnings } = readFolder(texts, folder);
        const { mkdir, writeFile } = await import('node:fs/promises');
        await mkdir(folder, { recursive: true });
        for (const file of FILES) await writeFile(path.join(folder, file), texts[file], { flag: 'wx' });
        if (options.json) {
          terminal.data(JSON.stringify({ folder, files: FILES, hash, warnings }));
          return;
        }
        terminal.out(`Wrote ${FILES.map((file) => path.join(folder, file)).join(', ')}.`);
        for (const { file, line, column, says } of warnings)
          terminal.out(`Mind ${path.join(folder, file)}:${line}:${column}: ${says}`);
        terminal.out(
          [
            'Next: custody key new PERSON for each of them (its public half goes into people.yaml), then',
            `  custody runbook check ${folder}`,
            `  custody runbook explain ALERT --runbook ${folder}`,
          ].join('\n'),
        );
      });
  },
} satisfies CommandFile;

async function refuseIfThere(folder: string): Promise<void> {
  const { access } = await import('node:fs/promises');
  const path = await import('node:path');
  for (const file of FILES) {
    const place = path.join(folder, file);
    const there = await access(place).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw new CliFailure('input', `Cannot write to ${folder}: ${error.message}.`, { cause: error });
      },
    );
    if (there)
      throw new CliFailure('input', `${place} is there already and stays as it is: name another folder.`);
  }
}

/** What was not said by an option is asked for, or missing. */
async function answered(terminal: Terminal, options: Options, name: string): Promise<SmallAnswers> {
  const { SMALL_PARTIES } = await import('../authority/runbook/small.ts');
  const asks = terminal.interactive && options.yes !== true;
  const accounts = (
    options.account ?? (asks ? listed(await terminal.ask('AWS account numbers, with commas between: ')) : [])
  ).map(account);
  if (accounts.length === 0) throw missing('--account NUMBER', 'the AWS accounts that custody may act in');
  const people = new Map<string, string[]>();
  const add = (id: string, party: string) => people.set(id, [...new Set([...(people.get(id) ?? []), party])]);
  for (const said of options.person ?? []) for (const party of parties(said)) add(idOf(said), party);
  for (const [party, title] of Object.entries(SMALL_PARTIES)) {
    if (inParty(people, party)) continue;
    const ids = asks
      ? listed(await terminal.ask(`People of ${title} (${party}), ids with commas between: `))
      : [];
    for (const id of ids)
      add(fit(id, PERSON, 'the id of a person', 'lower-case letters, digits and . _ @ -'), party);
    if (!inParty(people, party)) throw missing(`--person ID=${party}`, `at least one person of ${title}`);
  }
  const typed =
    options.identity ??
    (asks
      ? await terminal.ask('The first identity that a service uses, e.g. deploy-* (empty: none yet): ')
      : '');
  const secret =
    options.secret ??
    (asks && typed.trim() !== ''
      ? await terminal.ask('ARN of the secret that holds its key (empty: none): ')
      : '');
  return {
    name,
    schemas: options.schemas ?? null,
    accounts,
    people: Object.fromEntries(people),
    owned:
      typed.trim() === ''
        ? null
        : {
            identity: pattern(typed.trim(), accounts),
            party: fit(options.owner, PARTY, 'a team', 'lower-case letters, digits and hyphens'),
            secret: secret.trim() === '' ? null : secret.trim(),
          },
  };
}

const PERSON = /^[a-z0-9][a-z0-9._@-]{0,126}$/;
const PARTY = /^[a-z][a-z0-9-]{0,62}$/;

const listed = (text: string): string[] => text.split(/[\s,]+/).filter((one) => one !== '');

const inParty = (people: ReadonlyMap<string, readonly string[]>, party: string): boolean =>
  [...people.values()].some((parties) => parties.includes(party));

const missing = (option: string, what: string): CliFailure =>
  new CliFailure('usage', `${option} is missing: ${what}.`);

function account(typed: string): string {
  return fit(typed.trim(), /^\d{12}$/, 'an AWS account number', '12 digits');
}

const idOf = (said: string): string =>
  fit(said.split('=', 1)[0] ?? '', PERSON, 'the id of a person', 'lower-case letters, digits and . _ @ -');

function parties(said: string): string[] {
  const listedParties = listed(said.slice(said.indexOf('=') + 1));
  if (!said.includes('=') || listedParties.length === 0)
    throw new CliFailure('usage', `--person ${said} names no team: say it as ID=TEAM, e.g. sam=soc.`);
  return listedParties.map((party) => fit(party, PARTY, 'a team', 'lower-case letters, digits and hyphens'));
}

/** A bare name is a user: of the account, or of any where there are several. */
function pattern(typed: string, accounts: readonly string[]): string {
  if (typed.includes('/')) return typed;
  const name = typed.split('*').map(encodeURIComponent).join('*');
  const where = accounts.length === 1 ? accounts[0] : '*';
  return `aws/${where}/iam-user/${name}`;
}

function fit(text: string, form: RegExp, what: string, shape: string): string {
  if (!form.test(text)) throw new CliFailure('usage', `"${text}" is not ${what}: ${shape}.`);
  return text;
}
