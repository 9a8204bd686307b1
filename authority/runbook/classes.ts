// Classes and owners: every identity has rules, and every gate can be met by the right people.
import { durationMs } from '../../domain/instant/instant.ts';
import { isPattern } from '../../domain/runbook/pattern.ts';
import { SOC } from '../../domain/runbook/resolve.ts';
import { membersOf } from '../directory-checks.ts';
import { eachClass, eachGate, PHASES, unless, type RunbookCheck } from './check.ts';

const clocksRunInOrder: RunbookCheck = {
  name: 'clocksRunInOrder',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ clocks }, path) =>
      PHASES.flatMap((phase) => {
        const { acknowledge, act } = clocks[phase];
        return unless(
          durationMs(act) >= durationMs(acknowledge),
          [...path, 'clocks', phase, 'act'],
          `the act clock (${act}) is shorter than the acknowledge clock (${acknowledge}): make it as long at least`,
        );
      }),
    ),
};

const strategiesAreOffered: RunbookCheck = {
  name: 'strategiesAreOffered',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ strategies }, path) =>
      strategies.flatMap((strategy, i) =>
        unless(
          strategy === 'cut',
          [...path, 'strategies', i],
          `the strategy ${strategy} is not offered yet: leave \`cut\` alone in the list`,
        ),
      ),
    ),
};

const gatesCanBeMet: RunbookCheck = {
  name: 'gatesCanBeMet',
  file: 'runbook.yaml',
  check: (runbook, directory) =>
    eachGate(runbook, ({ quorum, parties }, path) => {
      const empty = parties.flatMap((party, i) =>
        unless(
          membersOf(directory, party).length > 0,
          [...path, 'parties', i],
          `nobody of ${party} is in people.yaml, so this gate could never be met`,
        ),
      );
      const people = new Set(parties.flatMap((party) => membersOf(directory, party)));
      const enough = unless(
        people.size >= quorum,
        [...path, 'quorum'],
        `the gate asks for ${quorum} people and ${parties.join(' and ')} have ${people.size}: it could never be met`,
      );
      return [
        ...empty,
        ...enough,
        ...unless(
          quorum >= parties.length,
          [...path, 'quorum'],
          `each of the ${parties.length} parties votes by a person of its own: the quorum must be ${parties.length} at least`,
        ),
        ...unless(
          new Set(parties).size === parties.length,
          [...path, 'parties'],
          'a party stands twice in this gate',
        ),
      ];
    }),
};

/** The SOC owns the risk decision and the record. */
const socDecidesRiskAndClose: RunbookCheck = {
  name: 'socDecidesRiskAndClose',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachGate(runbook, ({ parties }, path, name) =>
      unless(
        (name !== 'risk' && name !== 'close') || parties.includes(SOC),
        [...path, 'parties'],
        `the gate ${name} must ask ${SOC}`,
      ),
    ),
};

const classesCoverAll: RunbookCheck = {
  name: 'classesCoverAll',
  file: 'runbook.yaml',
  check: ({ classes }) => {
    const seen = new Set<string>();
    return classes.flatMap((one, i) => {
      const last = i === classes.length - 1;
      const open = Object.keys(one.when).length === 0;
      const twice = seen.has(one.name);
      seen.add(one.name);
      return [
        ...unless(!twice, ['classes', i, 'name'], `a class ${one.name} stands before: names are used once`),
        ...unless(
          !last || open,
          ['classes', i, 'when'],
          'the last class must fit everything (`when: {}`): an identity that fits none would have no rules',
        ),
        ...unless(
          last || !open,
          ['classes', i, 'when'],
          'this class fits everything, so those after it are never reached: put it last',
        ),
      ];
    });
  },
};

const ownersArePatterns: RunbookCheck = {
  name: 'ownersArePatterns',
  file: 'runbook.yaml',
  check: ({ owners }) =>
    owners.flatMap(({ identity }, i) =>
      unless(
        isPattern(identity),
        ['owners', i, 'identity'],
        `${identity} is not a pattern over identities' keys: provider/account/kind/reference, with * within a part`,
      ),
    ),
};

export const classChecks: readonly RunbookCheck[] = [
  clocksRunInOrder,
  strategiesAreOffered,
  gatesCanBeMet,
  socDecidesRiskAndClose,
  classesCoverAll,
  ownersArePatterns,
];
