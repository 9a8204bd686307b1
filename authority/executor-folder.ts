// The policy folder of one executor: policy.yaml and its own people.yaml. Nothing in it comes from an orchestrator.
import { canonical, hashOf } from '../domain/encoding/canonical.ts';
import { isPattern } from '../domain/runbook/pattern.ts';
import { type Directory, directorySchema } from '../domain/runbook/runbook.schema.ts';
import { partiesIn, type Place } from './alternatives.ts';
import { type Finding, membersOf } from './directory-checks.ts';
import { peopleProblems } from './folder.ts';
import { PolicyError, textsOf } from './policy-error.ts';
import { type Path, readPolicyFile } from './policy-file.ts';
import { type ExecutorPolicy, executorPolicySchema } from './policy.schema.ts';

export interface ExecutorFolder {
  policy: ExecutorPolicy;
  directory: Directory;
  hash: string;
  content: string;
}

const FILES = ['people.yaml', 'policy.yaml'] as const;

/** Throws `PolicyError` with every problem. */
export async function loadExecutorFolder(folder: string): Promise<ExecutorFolder> {
  return readExecutorFolder(await textsOf(folder, FILES), folder);
}

/** The same from the texts; `folder` names it in errors. */
export function readExecutorFolder(texts: Readonly<Record<string, string>>, folder = '.'): ExecutorFolder {
  const policy = readPolicyFile('policy.yaml', texts['policy.yaml'] ?? '', executorPolicySchema);
  const people = readPolicyFile('people.yaml', texts['people.yaml'] ?? '', directorySchema);
  const problems = [...policy.problems, ...people.problems, ...peopleProblems(people)];
  if (policy.value !== null && people.value !== null) {
    const [own, directory] = [policy.value, people.value];
    for (const { path, says } of policyChecks.flatMap((check) => check(own, directory)))
      problems.push(policy.problemAt(path, says));
  }
  if (problems.length > 0 || policy.value === null || people.value === null)
    throw new PolicyError(folder, problems);
  const named = Object.fromEntries(FILES.map((name) => [name, texts[name] ?? '']));
  return { policy: policy.value, directory: people.value, hash: hashOf(named), content: canonical(named) };
}

const policyChecks: readonly ((policy: ExecutorPolicy, directory: Directory) => Finding[])[] = [
  executorIsItself,
  gatesCanBeMet,
  attestersExist,
  protectedArePatterns,
];

function executorIsItself({ executor }: ExecutorPolicy, { machines }: Directory): Finding[] {
  if (Object.hasOwn(machines, executor) && machines[executor]?.role === 'executor') return [];
  return [
    {
      path: ['executor'],
      says: `${executor} is not in people.yaml: add it there under \`machines\` with role: executor`,
    },
  ];
}

function gatesCanBeMet({ gates }: ExecutorPolicy, directory: Directory): Finding[] {
  return (['act', 'irreversible'] as const).flatMap((name) => {
    const gate = gates[name];
    if (gate === undefined) return [];
    const path = ['gates', name];
    const people = new Set(gate.parties.flatMap(partiesIn).flatMap((party) => membersOf(directory, party)));
    const findings = gate.parties.flatMap((place, i) =>
      whoIsNobody(place, [...path, 'parties', i], directory),
    );
    if (people.size < gate.quorum)
      findings.push({
        path: [...path, 'quorum'],
        says: `the gate asks for ${gate.quorum} people and its parties have ${people.size}`,
      });
    if (gate.quorum < gate.parties.length) {
      findings.push({
        path: [...path, 'quorum'],
        says: `each party votes by a person of its own: the quorum must be ${gate.parties.length} at least`,
      });
    }
    return findings;
  });
}

/** Of a list, each: a name that was mistyped would be missed on the night when only that party can vote. */
function whoIsNobody(place: Place, path: Path, directory: Directory): Finding[] {
  const isNobody = (party: string) => membersOf(directory, party).length === 0;
  if (typeof place === 'string') {
    return isNobody(place)
      ? [{ path, says: `nobody of ${place} is in people.yaml, so no step could ever pass this gate` }]
      : [];
  }
  return place.flatMap((party, i) =>
    isNobody(party)
      ? [{ path: [...path, i], says: `nobody of ${party} is in people.yaml: add them, or leave it out` }]
      : [],
  );
}

function attestersExist({ attest }: ExecutorPolicy, directory: Directory): Finding[] {
  return (attest?.parties ?? []).flatMap((party, i) =>
    membersOf(directory, party).length > 0
      ? []
      : [{ path: ['attest', 'parties', i], says: `nobody of ${party} is in people.yaml` }],
  );
}

function protectedArePatterns(policy: ExecutorPolicy): Finding[] {
  return policy.protected.flatMap((pattern, i) =>
    isPattern(pattern)
      ? []
      : [
          {
            path: ['protected', i],
            says: `${pattern} protects nothing: write provider/account/kind/reference, with * within a part`,
          },
        ],
  );
}
