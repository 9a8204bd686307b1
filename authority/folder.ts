// The policy folder of an orchestrator: runbook.yaml and people.yaml, read, checked against each other and named by one hash.
// It never hands out half a policy: all problems are thrown at once.
import { canonical, hashOf } from '../domain/encoding/canonical.ts';
import {
  type Directory,
  directorySchema,
  type Runbook,
  runbookSchema,
} from '../domain/runbook/runbook.schema.ts';
import { directoryChecks } from './directory-checks.ts';
import { PolicyError, textsOf } from './policy-error.ts';
import { type PolicyFile, type Problem, readPolicyFile } from './policy-file.ts';
import { runbookChecks } from './runbook-checks.ts';
import { type RunbookCheck, standsAt } from './runbook/check.ts';
import { runbookWarnings } from './runbook/warnings.ts';

export interface PolicyFolder {
  runbook: Runbook;
  directory: Directory;
  /** What may well be so and was probably not meant: nothing is refused for it. */
  warnings: Problem[];
  /** SHA-256 of `content`: what an incident keeps. */
  hash: string;
  /** Canonical JSON of { file name: text }: what the record store keeps. */
  content: string;
}

const FILES = ['people.yaml', 'runbook.yaml'] as const;

/** Throws `PolicyError` with every problem. */
export async function loadFolder(folder: string): Promise<PolicyFolder> {
  return readFolder(await textsOf(folder, FILES), folder);
}

/** The same from the texts; `folder` names it in errors. */
export function readFolder(texts: Readonly<Record<string, string>>, folder = '.'): PolicyFolder {
  const runbook = readPolicyFile('runbook.yaml', texts['runbook.yaml'] ?? '', runbookSchema);
  const people = readPolicyFile('people.yaml', texts['people.yaml'] ?? '', directorySchema);
  const problems = [
    ...runbook.problems,
    ...people.problems,
    ...peopleProblems(people),
    ...togetherProblems(runbookChecks, runbook, people),
  ];
  if (problems.length > 0 || runbook.value === null || people.value === null)
    throw new PolicyError(folder, inOrder(problems));
  const named = Object.fromEntries(FILES.map((name) => [name, texts[name] ?? '']));
  return {
    runbook: runbook.value,
    directory: people.value,
    warnings: inOrder(togetherProblems(runbookWarnings, runbook, people)),
    hash: hashOf(named),
    content: canonical(named),
  };
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
