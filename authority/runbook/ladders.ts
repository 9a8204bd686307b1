// Ladders: they climb, tell people that exist, and end with somebody who has the incident.
import { durationMs } from '../../domain/instant/instant.ts';
import { membersOf } from '../directory-checks.ts';
import { eachClass, PHASES, unless, type RunbookCheck } from './check.ts';

const laddersAreKnown: RunbookCheck = {
  name: 'laddersAreKnown',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, (one, path) =>
      PHASES.flatMap((phase) =>
        unless(
          Object.hasOwn(runbook.ladders, one.ladders[phase]),
          [...path, 'ladders', phase],
          `unknown ladder ${one.ladders[phase]}: add it under \`ladders\` or correct its spelling`,
        ),
      ),
    ),
};

const rungsClimb: RunbookCheck = {
  name: 'rungsClimb',
  file: 'runbook.yaml',
  check: ({ ladders }) =>
    Object.entries(ladders).flatMap(([name, { rungs }]) =>
      rungs.flatMap(({ after }, i) => {
        const before = rungs[i - 1];
        return unless(
          before === undefined || durationMs(after) > durationMs(before.after),
          ['ladders', name, 'rungs', i, 'after'],
          'each rung comes later than the one before: put them in order',
        );
      }),
    ),
};

const rungsNamePeopleOfTheParty: RunbookCheck = {
  name: 'rungsNamePeopleOfTheParty',
  file: 'runbook.yaml',
  check: ({ ladders }, directory) =>
    Object.entries(ladders).flatMap(([name, { rungs }]) =>
      rungs.flatMap(({ tell, person }, i) =>
        unless(
          person === undefined || membersOf(directory, tell).includes(person),
          ['ladders', name, 'rungs', i, 'person'],
          `${person} is not one of ${tell}'s people in people.yaml`,
        ),
      ),
    ),
};

const laddersEndInHold: RunbookCheck = {
  name: 'laddersEndInHold',
  file: 'runbook.yaml',
  check: ({ ladders }) =>
    Object.entries(ladders).flatMap(([name, { fallback }]) =>
      fallback.flatMap(({ do: does }, i) => {
        const last = i === fallback.length - 1;
        const path = ['ladders', name, 'fallback', i];
        if (last)
          return unless(
            does === 'hold',
            path,
            'the last fallback must be `do: hold`: somebody always has the incident',
          );
        return unless(does !== 'hold', path, 'nothing comes after `hold`: it stands last');
      }),
    ),
};

export const ladderChecks: readonly RunbookCheck[] = [
  laddersAreKnown,
  rungsClimb,
  rungsNamePeopleOfTheParty,
  laddersEndInHold,
];
