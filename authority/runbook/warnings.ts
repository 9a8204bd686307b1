// What a runbook may well say and its writer has probably not meant. It keeps no folder from being used.
import { durationMs, inWords } from '../../domain/instant/instant.ts';
import type { Runbook } from '../../domain/runbook/runbook.schema.ts';
import { membersOf } from '../directory-checks.ts';
import { automaticWarnings } from './automatic.ts';
import { eachClass, eachGate, PHASES, unless, type RunbookCheck } from './check.ts';

/** Every phase of a class that climbs this ladder. */
const climbersOf = ({ classes }: Runbook, ladder: string): { acknowledgeMs: number }[] =>
  classes.flatMap(({ ladders, clocks }) =>
    PHASES.filter((phase) => ladders[phase] === ladder).map((phase) => ({
      acknowledgeMs: Math.max(
        ...[clocks[phase], ...Object.values(clocks[phase].levels ?? {})].map(({ acknowledge }) =>
          durationMs(acknowledge),
        ),
      ),
    })),
  );

const laddersAreUsed: RunbookCheck = {
  name: 'laddersAreUsed',
  file: 'runbook.yaml',
  check: (runbook) =>
    Object.keys(runbook.ladders).flatMap((name) =>
      unless(climbersOf(runbook, name).length > 0, ['ladders', name], `no class climbs the ladder ${name}`),
    ),
};

const calendarsAreUsed: RunbookCheck = {
  name: 'calendarsAreUsed',
  file: 'runbook.yaml',
  check: ({ calendars, classes }) => {
    const used = new Set(classes.flatMap(({ clocks }) => PHASES.map((phase) => clocks[phase].calendar)));
    return Object.keys(calendars).flatMap((name) =>
      unless(used.has(name), ['calendars', name], `no clock runs by the calendar ${name}`),
    );
  },
};

const rotationsAreUsed: RunbookCheck = {
  name: 'rotationsAreUsed',
  file: 'runbook.yaml',
  check: ({ rotations, ladders }) => {
    const used = new Set(Object.values(ladders).flatMap(({ rungs }) => rungs.map((rung) => rung.rotation)));
    return Object.keys(rotations).flatMap((name) =>
      unless(used.has(name), ['rotations', name], `no rung tells whoever is on call by ${name}`),
    );
  },
};

/** A ladder ends when the time to acknowledge is over. */
const rungsAreTold: RunbookCheck = {
  name: 'rungsAreTold',
  file: 'runbook.yaml',
  check: (runbook) =>
    Object.entries(runbook.ladders).flatMap(([name, { rungs }]) => {
      const longest = Math.max(0, ...climbersOf(runbook, name).map(({ acknowledgeMs }) => acknowledgeMs));
      if (longest === 0) return [];
      return rungs.flatMap(({ after }, i) =>
        unless(
          durationMs(after) < longest,
          ['ladders', name, 'rungs', i, 'after'],
          `never told in time: wherever ${name} is climbed, silence is answered after ${inWords(longest)}, before this rung (${after})`,
        ),
      );
    }),
};

const handOffsMove: RunbookCheck = {
  name: 'handOffsMove',
  file: 'runbook.yaml',
  check: ({ ladders }) =>
    Object.entries(ladders).flatMap(([name, { fallback }]) =>
      fallback.flatMap((one, i) =>
        unless(
          one.do !== 'hand-off' ||
            !fallback.slice(0, i).some((earlier) => earlier.do === 'hand-off' && earlier.to === one.to),
          ['ladders', name, 'fallback', i],
          'it was offered to them before, and they were silent',
        ),
      ),
    ),
};

/** To dismiss an alert weakens the response, so it takes two people whatever the quorum says. */
const falsePositivesCanClose: RunbookCheck = {
  name: 'falsePositivesCanClose',
  file: 'runbook.yaml',
  check: (runbook, directory) =>
    eachClass(runbook, ({ gates: { close } }, path) =>
      unless(
        new Set(close.parties.flatMap((party) => membersOf(directory, party))).size > 1,
        [...path, 'gates', 'close', 'parties'],
        `a false positive takes two people to close, and ${close.parties.join(' and ')} have one: name another in people.yaml`,
      ),
    ),
};

/** A fact that somebody says is true is believed: whoever can have it said would choose the class that takes no step. */
const observersComeLast: RunbookCheck = {
  name: 'observersComeLast',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ mode, name }, path) => {
      const at = runbook.classes.findIndex((one) => one.name === name);
      const acts = runbook.classes.slice(at + 1).find((one) => one.mode !== 'observe');
      return unless(
        mode !== 'observe' || acts === undefined,
        [...path, 'mode'],
        `whoever has an alert or tag say what ${name} asks for keeps its steps from being taken: put classes that observe behind ${acts?.name ?? 'it'}`,
      );
    }),
};

/** A plane whose name is written wrongly fits nothing. What people do by hand needs no worker. */
const planesAreKnown: RunbookCheck = {
  name: 'planesAreKnown',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ name, provider, byHand }, path) =>
      unless(
        provider === undefined ||
          byHand.length > 0 ||
          Object.values(runbook.executors).some((one) => one.provider === provider),
        [...path, 'provider'],
        `no executor is of ${provider}, so nobody could cut what is of the class ${name}: correct the name, add an executor, or say what people do by hand`,
      ),
    ),
};

/** Every way but `cut` has the new credential in use before the old one dies, so somebody must be able to make it. */
const somebodyCanReplace: RunbookCheck = {
  name: 'somebodyCanReplace',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ name, strategies }, path) =>
      unless(
        strategies.includes('cut') || Object.values(runbook.executors).some(({ part }) => part === 'owner'),
        [...path, 'strategies'],
        `no executor can make a replacement (part: owner), and ${name} offers no other way: offer \`cut\` too`,
      ),
    ),
};

const toldIsWeak: RunbookCheck = {
  name: 'toldIsWeak',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachGate(runbook, ({ assurance }, path) =>
      unless(
        assurance !== 'told',
        [...path, 'assurance'],
        "an approval that nobody proved counts here beside a proven one: whoever can write to Temporal can tell it in anybody's name",
      ),
    ),
};

/** Sessions made from a stolen key live up to 36 hours (AWS STS, GetSessionToken and GetFederationToken). */
const LONGEST_SESSION = '36h';

const hardeningOutlivesSessions: RunbookCheck = {
  name: 'hardeningOutlivesSessions',
  file: 'runbook.yaml',
  check: ({ executors, validity }) =>
    unless(
      !Object.values(executors).some(({ provider }) => provider === 'aws') ||
        durationMs(validity.hardening) > durationMs(LONGEST_SESSION),
      ['validity', 'hardening'],
      `on AWS the last restriction comes off ${LONGEST_SESSION} after the cut: after ${validity.hardening} nobody may take it off without a new plan`,
    ),
};

export const runbookWarnings: readonly RunbookCheck[] = [
  laddersAreUsed,
  calendarsAreUsed,
  rotationsAreUsed,
  rungsAreTold,
  handOffsMove,
  falsePositivesCanClose,
  observersComeLast,
  planesAreKnown,
  somebodyCanReplace,
  toldIsWeak,
  hardeningOutlivesSessions,
  ...automaticWarnings,
];
