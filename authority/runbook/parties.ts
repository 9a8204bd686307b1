// Parties: each one that is named exists, and has people.
import { SOC } from '../../domain/runbook/resolve.ts';
import type { Runbook } from '../../domain/runbook/runbook.schema.ts';
import { membersOf } from '../directory-checks.ts';
import type { Path } from '../policy-file.ts';
import { GATES, PHASES, unless, type RunbookCheck } from './check.ts';

/** Every place in the runbook that names a party. */
function partiesNamed(runbook: Runbook): { path: Path; party: string }[] {
  const named: { path: Path; party: string }[] = [];
  const add = (party: string, ...path: PropertyKey[]) => named.push({ path, party });
  for (const [name, { party }] of Object.entries(runbook.executors)) add(party, 'executors', name, 'party');
  for (const [name, ladder] of Object.entries(runbook.ladders)) {
    ladder.rungs.forEach(({ tell }, i) => add(tell, 'ladders', name, 'rungs', i, 'tell'));
    ladder.fallback.forEach(
      (one, i) => one.do === 'hand-off' && add(one.to, 'ladders', name, 'fallback', i, 'to'),
    );
  }
  runbook.classes.forEach((one, i) => {
    for (const phase of PHASES) {
      add(one.holders[phase], 'classes', i, 'holders', phase);
      const { inward } = one.clocks[phase];
      if (inward !== undefined) add(inward.party, 'classes', i, 'clocks', phase, 'inward', 'party');
    }
    one.byHand.forEach(({ party, confirms }, j) => {
      add(party, 'classes', i, 'byHand', j, 'party');
      add(confirms, 'classes', i, 'byHand', j, 'confirms');
    });
    one.breakGlass?.parties.forEach((party, j) => add(party, 'classes', i, 'breakGlass', 'parties', j));
    for (const gate of GATES)
      one.gates[gate]?.parties.forEach((party, j) => add(party, 'classes', i, 'gates', gate, 'parties', j));
  });
  runbook.owners.forEach(({ party }, i) => add(party, 'owners', i, 'party'));
  return named;
}

const socExists: RunbookCheck = {
  name: 'socExists',
  file: 'runbook.yaml',
  check: ({ parties }) =>
    unless(
      Object.hasOwn(parties, SOC),
      ['parties'],
      `the party ${SOC} is missing: it holds every incident first`,
    ),
};

const partiesAreKnown: RunbookCheck = {
  name: 'partiesAreKnown',
  file: 'runbook.yaml',
  check: (runbook) =>
    partiesNamed(runbook).flatMap(({ path, party }) =>
      unless(
        Object.hasOwn(runbook.parties, party),
        path,
        `unknown party ${party}: add it under \`parties\` or correct its spelling`,
      ),
    ),
};

const partiesHavePeople: RunbookCheck = {
  name: 'partiesHavePeople',
  file: 'runbook.yaml',
  check: ({ parties }, directory) =>
    Object.keys(parties).flatMap((party) =>
      unless(
        membersOf(directory, party).length > 0,
        ['parties', party],
        `the party ${party} has no people: name one in people.yaml or remove it`,
      ),
    ),
};

const peoplesPartiesAreKnown: RunbookCheck = {
  name: 'peoplesPartiesAreKnown',
  file: 'people.yaml',
  check: ({ parties }, { people, machines, issuers = [] }) => [
    ...issuers.flatMap(({ groups }, i) =>
      Object.entries(groups?.parties ?? {}).flatMap(([group, party]) =>
        unless(
          Object.hasOwn(parties, party),
          ['issuers', i, 'groups', 'parties', group],
          `unknown party ${party}: the runbook's \`parties\` does not list it`,
        ),
      ),
    ),
    ...Object.entries(people).flatMap(([id, person]) =>
      person.parties.flatMap((party, i) =>
        unless(
          Object.hasOwn(parties, party),
          ['people', id, 'parties', i],
          `unknown party ${party}: the runbook's \`parties\` does not list it`,
        ),
      ),
    ),
    ...Object.entries(machines).flatMap(([id, { party }]) =>
      unless(
        party === undefined || Object.hasOwn(parties, party),
        ['machines', id, 'party'],
        `unknown party ${party}: the runbook's \`parties\` does not list it`,
      ),
    ),
  ],
};

export const partyChecks: readonly RunbookCheck[] = [
  socExists,
  partiesAreKnown,
  partiesHavePeople,
  peoplesPartiesAreKnown,
];
