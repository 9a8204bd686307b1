// The policy folder of one executor: policy.yaml, its own people.yaml and, if it has one, its own authority.cedar. Nothing in it comes
// from an orchestrator.
import { canonical, hashOf } from '../domain/encoding/canonical.ts';
import { isPattern } from '../domain/runbook/pattern.ts';
import { type Directory, directorySchema } from '../domain/runbook/runbook.schema.ts';
import { partiesIn, type Place } from './alternatives.ts';
import { type Finding, membersOf } from './directory-checks.ts';
import { CEDAR_FILE, readPolicies } from './cedar.ts';
import { type OwnAuthority, ownAuthority } from './own-authority.ts';
import { peopleProblems, strangers } from './folder.ts';
import { refuseUnenrolled } from './enrolled-people.ts';
import { optionalTextsOf, PolicyError, textsOf } from './policy-error.ts';
import { type Path, type Problem, readPolicyFile } from './policy-file.ts';
import { type ExecutorPolicy, executorPolicySchema } from './policy.schema.ts';

export interface ExecutorFolder {
  policy: ExecutorPolicy;
  directory: Directory;
  /** null: it has no authority.cedar, and policy.yaml alone says whose votes it takes. */
  authority: OwnAuthority | null;
  /** What may be so and was probably not meant. */
  warnings: Problem[];
  hash: string;
  content: string;
}

const TOLD_IS_WEAK =
  "an approval that nobody proved counts here beside a proven one: whoever is the orchestrator can tell it in anybody's name";

const NEEDED = ['people.yaml', 'policy.yaml'] as const;
export const EXECUTOR_FILES = [CEDAR_FILE, ...NEEDED] as const;

/** Throws `PolicyError` with every problem. */
export async function loadExecutorFolder(folder: string): Promise<ExecutorFolder> {
  const texts = { ...(await optionalTextsOf(folder, [CEDAR_FILE])), ...(await textsOf(folder, NEEDED)) };
  const read = readExecutorFolder(texts, folder);
  await refuseUnenrolled(read.directory, texts['people.yaml'] ?? '', folder);
  return read;
}

/**
 * Loads the folder of the executor with this name alone, on the accounts with which it was loaded first: another executor's, signed by the
 * same people, is not its own. Throws `PolicyError`, before anybody remembers it as accepted.
 */
export function loadOwnFolder(executor: string): (folder: string) => Promise<ExecutorFolder> {
  let first: string | null = null;
  return async (folder) => {
    const loaded = await loadExecutorFolder(folder);
    const { policy } = loaded;
    const refused = (says: string) =>
      new PolicyError(folder, [{ file: 'policy.yaml', line: 1, column: 1, says }]);
    if (policy.executor !== executor)
      throw refused(
        `it is for ${policy.executor}, and the key here is ${executor}'s: give each executor its own folder and key`,
      );
    const accounts = policy.accounts.toSorted().join(', ');
    first ??= accounts;
    if (accounts !== first)
      throw refused(
        `its accounts are ${accounts}, and this process was started for ${first}: restart it if that is meant`,
      );
    return loaded;
  };
}

/** The same from the texts; `folder` names it in errors. */
export function readExecutorFolder(texts: Readonly<Record<string, string>>, folder = '.'): ExecutorFolder {
  const policy = readPolicyFile('policy.yaml', texts['policy.yaml'] ?? '', executorPolicySchema);
  const people = readPolicyFile('people.yaml', texts['people.yaml'] ?? '', directorySchema);
  const cedar = texts[CEDAR_FILE] === undefined ? null : readPolicies(texts[CEDAR_FILE], 'executor');
  const problems = [
    ...policy.problems,
    ...people.problems,
    ...peopleProblems(people),
    ...(cedar?.problems ?? []),
  ];
  if (policy.value !== null && people.value !== null) {
    const [own, directory] = [policy.value, people.value];
    for (const { path, says } of policyChecks.flatMap((check) => check(own, directory)))
      problems.push(policy.problemAt(path, says));
    const parties = [...new Set(Object.values(directory.people).flatMap((one) => one.parties))];
    problems.push(
      ...strangers(cedar?.named ?? [], {
        Party: { known: parties, file: 'people.yaml' },
        Person: { known: Object.keys(directory.people), file: 'people.yaml' },
      }),
    );
  }
  if (problems.length > 0 || policy.value === null || people.value === null)
    throw new PolicyError(folder, problems);
  const files = EXECUTOR_FILES.filter((name) => name !== CEDAR_FILE || cedar !== null);
  const named = Object.fromEntries(files.map((name) => [name, texts[name] ?? '']));
  return {
    policy: policy.value,
    directory: people.value,
    // A file that says nothing that could be read is none that allows everything: it was refused above.
    authority: cedar?.policies == null ? null : ownAuthority(cedar.policies),
    warnings: [
      ...(cedar?.warnings ?? []),
      ...(policy.value.gates.act.assurance === 'told'
        ? [policy.problemAt(['gates', 'act', 'assurance'], TOLD_IS_WEAK)]
        : []),
    ],
    hash: hashOf(named),
    content: canonical(named),
  };
}

const policyChecks: readonly ((policy: ExecutorPolicy, directory: Directory) => Finding[])[] = [
  executorIsItself,
  gatesCanBeMet,
  attestersExist,
  glassBreakersExist,
  protectedArePatterns,
  automaticIsWithinItself,
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
  return (['act', 'irreversible', 'undo'] as const).flatMap((name) => {
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

function glassBreakersExist({ breakGlass }: ExecutorPolicy, directory: Directory): Finding[] {
  return (breakGlass?.parties ?? []).flatMap((party, i) =>
    membersOf(directory, party).length > 0
      ? []
      : [{ path: ['breakGlass', 'parties', i], says: `nobody of ${party} is in people.yaml` }],
  );
}

/** A number that can never be reached, or a kind that is never taken, would be found out on the night. */
function automaticIsWithinItself({ automatic, kinds }: ExecutorPolicy): Finding[] {
  if (automatic === undefined) return [];
  const { share, perAccount, reserve, classes } = automatic;
  const findings: Finding[] = automatic.kinds.flatMap((kind, i) =>
    kinds.includes(kind)
      ? []
      : [
          {
            path: ['automatic', 'kinds', i],
            says: `${kind} is not one of this executor's kinds: add it there`,
          },
        ],
  );
  if (share > perAccount)
    findings.push({
      path: ['automatic', 'share'],
      says: `the share is ${share} and the whole account's budget ${perAccount}: it must be ${perAccount} at the most`,
    });
  if (reserve !== undefined && reserve.privileged >= share)
    findings.push({
      path: ['automatic', 'reserve', 'privileged'],
      says: `all of the share of ${share} would be kept for privileged identities: keep less than that`,
    });
  return [
    ...findings,
    ...classes.flatMap(({ name }, i) =>
      classes.findIndex((one) => one.name === name) === i
        ? []
        : [{ path: ['automatic', 'classes', i, 'name'], says: `the class ${name} stands there twice` }],
    ),
  ];
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
