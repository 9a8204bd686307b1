// The policy folder of an orchestrator: runbook.yaml, people.yaml and authority.cedar, read, checked against each other and named by
// one hash.
// It never hands out half a policy: all problems are thrown at once.
import { canonical, hashOf } from '../domain/encoding/canonical.ts';
import {
  type Directory,
  directorySchema,
  type Runbook,
  runbookSchema,
} from '../domain/runbook/runbook.schema.ts';
import type { Authority } from './authority.ts';
import { CEDAR_FILE, type Named, type PoliciesRead, readPolicies } from './cedar.ts';
import { cedarAuthority } from './cedar-authority.ts';
import { directoryChecks } from './directory-checks.ts';
import { refuseUnenrolled } from './enrolled-people.ts';
import { optionalTextsOf, PolicyError, textsOf } from './policy-error.ts';
import { type PolicyFile, type Problem, readPolicyFile } from './policy-file.ts';
import { runbookChecks } from './runbook-checks.ts';
import { type RunbookCheck, standsAt } from './runbook/check.ts';
import { runbookWarnings } from './runbook/warnings.ts';

/** What an incident keeps for its life: its rules, and who was who. Who may say what is always judged by the newest folder. */
export interface KeptFolder {
  runbook: Runbook;
  directory: Directory;
  /** What may well be so and was probably not meant: nothing is refused for it. */
  warnings: Problem[];
  /** SHA-256 of `content`: what an incident keeps. */
  hash: string;
  /** Canonical JSON of { file name: text }: what the record store keeps. */
  content: string;
}

export interface PolicyFolder extends KeptFolder {
  /** By the policies of authority.cedar. */
  authority: Authority;
}

const RULES = ['people.yaml', 'runbook.yaml'] as const;
export const FOLDER_FILES = [CEDAR_FILE, ...RULES] as const;

/** Throws `PolicyError` with every problem. */
export async function loadFolder(folder: string): Promise<PolicyFolder> {
  const texts = await textsOf(folder, FOLDER_FILES);
  const read = readFolder(texts, folder);
  await refuseUnenrolled(read.directory, texts['people.yaml'] ?? '', folder);
  return read;
}

/** The same from the texts; `folder` names it in errors. */
export function readFolder(texts: Readonly<Record<string, string>>, folder = '.'): PolicyFolder {
  const rules = readRules(texts);
  const cedar = readPolicies(texts[CEDAR_FILE] ?? '', 'authority');
  const problems = [...rules.problems, ...cedar.problems, ...strangersIn(cedar, rules)];
  const { runbook, people } = rules;
  if (problems.length > 0 || runbook.value === null || people.value === null || cedar.policies === null)
    throw new PolicyError(folder, inOrder(problems));
  return {
    ...keptOf(texts, FOLDER_FILES, runbook.value, people.value),
    warnings: inOrder([...warningsOf(rules), ...cedar.warnings]),
    authority: cedarAuthority({ policies: cedar.policies, runbook: runbook.value }),
  };
}

/**
 * A folder to look things up in, as of an incident that keeps it or of a record: it may be from before there was an authority.cedar, and
 * nobody is judged by it.
 */
export async function loadKeptFolder(folder: string): Promise<KeptFolder> {
  const texts = { ...(await optionalTextsOf(folder, [CEDAR_FILE])), ...(await textsOf(folder, RULES)) };
  return readKeptFolder(texts, folder);
}

/** The same from the texts. */
export function readKeptFolder(texts: Readonly<Record<string, string>>, folder = '.'): KeptFolder {
  const rules = readRules(texts);
  const { runbook, people, problems } = rules;
  if (problems.length > 0 || runbook.value === null || people.value === null)
    throw new PolicyError(folder, inOrder(problems));
  const files = FOLDER_FILES.filter((name) => texts[name] !== undefined);
  return { ...keptOf(texts, files, runbook.value, people.value), warnings: inOrder(warningsOf(rules)) };
}

interface RulesRead {
  runbook: PolicyFile<Runbook>;
  people: PolicyFile<Directory>;
  problems: Problem[];
}

function readRules(texts: Readonly<Record<string, string>>): RulesRead {
  const runbook = readPolicyFile('runbook.yaml', texts['runbook.yaml'] ?? '', runbookSchema);
  const people = readPolicyFile('people.yaml', texts['people.yaml'] ?? '', directorySchema);
  const problems = [
    ...runbook.problems,
    ...people.problems,
    ...peopleProblems(people),
    ...togetherProblems(runbookChecks, runbook, people),
  ];
  return { runbook, people, problems };
}

const warningsOf = ({ runbook, people }: RulesRead): Problem[] =>
  togetherProblems(runbookWarnings, runbook, people);

function keptOf(
  texts: Readonly<Record<string, string>>,
  files: readonly string[],
  runbook: Runbook,
  directory: Directory,
): Omit<KeptFolder, 'warnings'> {
  const named = Object.fromEntries(files.map((name) => [name, texts[name] ?? '']));
  return { runbook, directory, hash: hashOf(named), content: canonical(named) };
}

/** A policy about somebody who does not exist says nothing, and a forbid that was mistyped protects nobody. */
function strangersIn({ named }: PoliciesRead, { runbook, people }: RulesRead): Problem[] {
  if (runbook.value === null || people.value === null) return [];
  return strangers(named, {
    Party: { known: Object.keys(runbook.value.parties), file: 'runbook.yaml' },
    Person: { known: Object.keys(people.value.people), file: 'people.yaml' },
    Machine: { known: Object.keys(people.value.machines), file: 'people.yaml' },
  });
}

export function strangers(
  named: readonly Named[],
  tables: Readonly<Record<string, { known: readonly string[]; file: string }>>,
): Problem[] {
  return named.flatMap(({ type, id, at }) => {
    const table = Object.hasOwn(tables, type) ? tables[type] : undefined;
    if (table === undefined || table.known.includes(id)) return [];
    const says = `${table.file} knows no ${type.toLowerCase()} ${id}: correct its spelling, or add it there`;
    return [{ file: CEDAR_FILE, ...at, says }];
  });
}

export function peopleProblems(people: PolicyFile<Directory>): Problem[] {
  const { value } = people;
  if (value === null) return [];
  return directoryChecks
    .flatMap((check) => check(value))
    .map(({ path, says }) => people.problemAt(path, says));
}

function togetherProblems(
  checks: readonly RunbookCheck[],
  runbook: PolicyFile<Runbook>,
  people: PolicyFile<Directory>,
): Problem[] {
  if (runbook.value === null || people.value === null) return [];
  const [book, directory] = [runbook.value, people.value];
  const problems = checks.flatMap(({ file, check }) =>
    check(book, directory).map(({ path, says }) =>
      file === 'runbook.yaml'
        ? runbook.problemAt(standsAt(path, runbook.holds), says)
        : people.problemAt(path, says),
    ),
  );
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

const inOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => b.file.localeCompare(a.file) || a.line - b.line || a.column - b.column);
