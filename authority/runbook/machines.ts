// Executors and checkers: each is a machine of the directory, and what one does another can see.
import { unless, type RunbookCheck } from './check.ts';

const executorsAreMachines: RunbookCheck = {
  name: 'executorsAreMachines',
  file: 'runbook.yaml',
  check: ({ executors }, { machines }) =>
    Object.entries(executors).flatMap(([name, { party }]) => {
      const machine = Object.hasOwn(machines, name) ? machines[name] : undefined;
      if (machine?.role !== 'executor') {
        return [
          {
            path: ['executors', name],
            says: `the executor ${name} is not in people.yaml: add it there under \`machines\` with role: executor`,
          },
        ];
      }
      return unless(
        machine.party === party,
        ['executors', name, 'party'],
        `the executor ${name} is of party ${party} here and of ${machine.party ?? 'none'} in people.yaml: make them the same`,
      );
    }),
};

const checkersAreMachines: RunbookCheck = {
  name: 'checkersAreMachines',
  file: 'runbook.yaml',
  check: ({ checkers }, { machines }) =>
    Object.keys(checkers).flatMap((name) =>
      unless(
        Object.hasOwn(machines, name) && machines[name]?.role === 'checker',
        ['checkers', name],
        `the checker ${name} is not in people.yaml: add it there under \`machines\` with role: checker`,
      ),
    ),
};

const workingMachinesAreInTheRunbook: RunbookCheck = {
  name: 'workingMachinesAreInTheRunbook',
  file: 'people.yaml',
  check: ({ executors, checkers }, { machines }) =>
    Object.entries(machines).flatMap(([name, { role }]) => {
      const table = role === 'executor' ? executors : role === 'checker' ? checkers : null;
      return unless(
        table === null || Object.hasOwn(table, name),
        ['machines', name],
        `unknown ${role} ${name}: the runbook's \`${role}s\` does not list it; add it there or remove it here`,
      );
    }),
};

const executorsHaveACheckerAndATime: RunbookCheck = {
  name: 'executorsHaveACheckerAndATime',
  file: 'runbook.yaml',
  check: ({ executors, checkers, propagation }) =>
    Object.entries(executors).flatMap(([name, { provider, accounts }]) => [
      ...accounts.flatMap((account, i) =>
        unless(
          Object.values(checkers).some(
            (one) => one.provider === provider && [account, '*'].some((each) => one.accounts.includes(each)),
          ),
          ['executors', name, 'accounts', i],
          `no checker covers ${provider} account ${account}: what ${name} does there could never be seen`,
        ),
      ),
      ...unless(
        Object.hasOwn(propagation, provider),
        ['propagation'],
        `how long ${provider} needs to take a change everywhere is missing: add it (AWS IAM: 60s)`,
      ),
    ]),
};

/** The second would never be asked. */
const executorsDoNotOverlap: RunbookCheck = {
  name: 'executorsDoNotOverlap',
  file: 'runbook.yaml',
  check: ({ executors }) => {
    const taken = new Map<string, string>();
    return Object.entries(executors).flatMap(([name, { part, provider, party, accounts, kinds = [null] }]) =>
      accounts.flatMap((account, i) =>
        kinds.flatMap((kind) => {
          const place = JSON.stringify([part, provider, account, part === 'owner' ? party : null, kind]);
          const first = taken.get(place);
          taken.set(place, first ?? name);
          return unless(
            first === undefined,
            ['executors', name, 'accounts', i],
            kind === null
              ? `${first} has this part in ${provider} account ${account} already: an account has one executor a part`
              : `${first} has ${kind} in ${provider} account ${account} already: a kind has one executor`,
          );
        }),
      ),
    );
  },
};

/** Whose the owner's is, its party says. */
const kindsAreKeptApartFromTheSourceOfTruth: RunbookCheck = {
  name: 'kindsAreKeptApartFromTheSourceOfTruth',
  file: 'runbook.yaml',
  check: ({ executors }) =>
    Object.entries(executors).flatMap(([name, { part, kinds, provider }]) => [
      ...unless(
        kinds === undefined || part === 'source-of-truth',
        ['executors', name, 'kinds'],
        `only what the source of truth does is kept apart by kinds: leave \`kinds\` out of ${name}, which is the owner's`,
      ),
      ...(kinds ?? []).flatMap((kind, i) =>
        unless(
          kind.startsWith(`${provider}/`),
          ['executors', name, 'kinds', i],
          `${kind} is no kind of ${provider}: it begins with ${provider}/`,
        ),
      ),
    ]),
};

export const machineChecks: readonly RunbookCheck[] = [
  executorsAreMachines,
  checkersAreMachines,
  workingMachinesAreInTheRunbook,
  executorsHaveACheckerAndATime,
  executorsDoNotOverlap,
  kindsAreKeptApartFromTheSourceOfTruth,
];
