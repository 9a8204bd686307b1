// Classes: every identity has rules, and every gate can be met by the right people.
import { quorumMet } from '../../domain/gate/quorum.ts';
import { durationMs } from '../../domain/instant/instant.ts';
import { OWNER_PARTY, SOC } from '../../domain/runbook/resolve.ts';
import type { Directory, GateRule } from '../../domain/runbook/runbook.schema.ts';
import { membersOf } from '../directory-checks.ts';
import { eachClass, eachGate, eachTerms, unless, type RunbookCheck } from './check.ts';

const clocksRunInOrder: RunbookCheck = {
  name: 'clocksRunInOrder',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachTerms(runbook, ({ acknowledge, act }, path) =>
      unless(
        durationMs(act) >= durationMs(acknowledge),
        [...path, 'act'],
        `the act clock (${act}) is shorter than the acknowledge clock (${acknowledge}): make it as long at least`,
      ),
    ),
};

const strategiesStandOnce: RunbookCheck = {
  name: 'strategiesStandOnce',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ strategies }, path) =>
      strategies.flatMap((strategy, i) =>
        unless(
          strategies.indexOf(strategy) === i,
          [...path, 'strategies', i],
          `the strategy ${strategy} stands twice: name it once`,
        ),
      ),
    ),
};

/** Every way but `cut` has a hard deadline. One that lies behind the end of the votes, or of the order to replace, is none. */
const cutsComeInTime: RunbookCheck = {
  name: 'cutsComeInTime',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ strategies, cutBy }, path) =>
      (['containment', 'recovery'] as const).flatMap((phase) =>
        unless(
          strategies.every((strategy) => strategy === 'cut') ||
            durationMs(cutBy) < durationMs(runbook.validity[phase]),
          [...path, 'cutBy'],
          `the old credential would be cut ${cutBy} after the plan, and the plan's ${phase} steps end after ${runbook.validity[phase]} (\`validity.${phase}\`): make \`cutBy\` shorter`,
        ),
      ),
    ),
};

/** Whether everybody together could meet it: each party by a person of its own. */
export const everybodyMeets = (gate: GateRule, { people }: Directory): boolean =>
  quorumMet(
    gate,
    Object.entries(people)
      .filter(([, { parties }]) => parties.some((party) => gate.parties.includes(party)))
      .map(([person, { parties }]) => ({ person, parties })),
  );

const gatesCanBeMet: RunbookCheck = {
  name: 'gatesCanBeMet',
  file: 'runbook.yaml',
  check: (runbook, directory) =>
    eachGate(runbook, (gate, path) => {
      const { quorum, parties } = gate;
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
      const seats = unless(
        quorum >= parties.length,
        [...path, 'quorum'],
        `each of the ${parties.length} parties votes by a person of its own: the quorum must be ${parties.length} at least`,
      );
      const found = [...empty, ...enough, ...seats];
      return [
        ...found,
        ...unless(
          found.length > 0 || everybodyMeets(gate, directory),
          [...path, 'parties'],
          'one person would have to speak for two of these parties, so this gate could never be met',
        ),
        ...unless(
          new Set(parties).size === parties.length,
          [...path, 'parties'],
          'a party stands twice in this gate',
        ),
      ];
    }),
};

/** `service-owner` in a gate is whoever owns the identity, or the SOC where nobody does. */
const gatesCanBeMetWhoeverOwns: RunbookCheck = {
  name: 'gatesCanBeMetWhoeverOwns',
  file: 'runbook.yaml',
  check: (runbook, directory) =>
    eachGate(runbook, (gate, path) => {
      if (!gate.parties.includes(OWNER_PARTY) || !everybodyMeets(gate, directory)) return [];
      const owners = [SOC, ...runbook.owners.map(({ party }) => party)];
      return [...new Set(owners)].flatMap((owner) => {
        const parties = [...new Set(gate.parties.map((party) => (party === OWNER_PARTY ? owner : party)))];
        const whose =
          owner === SOC ? `where nobody owns the identity, ${SOC} stands in` : `where ${owner} owns it`;
        return unless(
          everybodyMeets({ ...gate, parties }, directory),
          [...path, 'parties'],
          `${whose}: people.yaml has too few people of ${parties.join(' and ')}, so this gate could never be met`,
        );
      });
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
      const open = Object.keys(one.when).length === 0 && one.provider === undefined;
      const twice = seen.has(one.name);
      seen.add(one.name);
      return [
        ...unless(!twice, ['classes', i, 'name'], `a class ${one.name} stands before: names are used once`),
        ...unless(
          !last || open,
          ['classes', i, 'when'],
          'the last class must fit everything (`when: {}`, no `provider`): an identity that fits none would have no rules',
        ),
      ];
    });
  },
};

export const classChecks: readonly RunbookCheck[] = [
  clocksRunInOrder,
  strategiesStandOnce,
  cutsComeInTime,
  gatesCanBeMet,
  gatesCanBeMetWhoeverOwns,
  socDecidesRiskAndClose,
  classesCoverAll,
];
