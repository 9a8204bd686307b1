// What is done before anybody has decided, as far as a runbook can say it: whether people could confirm it, and whether it could ever be.
// What an executor then allows stands in its own policy, which no runbook knows.
import type { Runbook, RunbookClass } from '../../domain/runbook/runbook.schema.ts';
import { eachClass, PHASES, unless, type RunbookCheck } from './check.ts';

/** Under what was put on no replacement works: a cut is what takes it off again. */
const automaticIsConfirmedByACut: RunbookCheck = {
  name: 'automaticIsConfirmedByACut',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ name, mode, strategies }, path) =>
      unless(
        mode !== 'auto' || strategies.includes('cut'),
        [...path, 'strategies'],
        `${name} is automatic, and people confirm what was put on without them by a cut: offer \`cut\` too, or set its mode to ask`,
      ),
    ),
};

/** Only these can be read again at their source, and are about AWS. */
const PROVIDER = 'aws';

const somebodyCanActAlone: RunbookCheck = {
  name: 'somebodyCanActAlone',
  file: 'runbook.yaml',
  check: (runbook) => {
    const can = Object.values(runbook.executors).some(
      ({ provider, part }) => provider === PROVIDER && part === 'source-of-truth',
    );
    return [
      ...eachClass(runbook, ({ name, mode }, path) =>
        unless(
          can || mode !== 'auto',
          [...path, 'mode'],
          `nothing of ${name} is ever put on without people: only alerts of GuardDuty can be read again at their source, and no executor cuts on AWS (part: source-of-truth)`,
        ),
      ),
      ...eachContaining(runbook, (name, i) =>
        unless(
          can,
          ['ladders', name, 'fallback', i],
          'silence never puts anything on: only alerts of GuardDuty can be read again at their source, and no executor cuts on AWS (part: source-of-truth)',
        ),
      ),
    ];
  },
};

/** Facts that people should decide about: a mistake costs more than the minutes until they have. */
const PEOPLES = ['privileged', 'businessCritical', 'human'] as const;

const automaticClassesAreNarrow: RunbookCheck = {
  name: 'automaticClassesAreNarrow',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ name, mode, when }, path) => {
      if (mode !== 'auto') return [];
      const asked = PEOPLES.find((fact) => when[fact] === true);
      return [
        ...unless(
          Object.keys(when).length > 0,
          [...path, 'mode'],
          `${name} fits whatever nobody knows anything about, and would cut it without people: give it a \`when\`, and let the last class ask`,
        ),
        ...unless(
          asked === undefined,
          [...path, 'mode'],
          `${name} cuts without people what is ${asked}: a false alarm is an outage. Be sure, or set its mode to ask`,
        ),
      ];
    }),
};

/** Once people have approved a plan there is nothing left to put on. */
const silenceContainsInTime: RunbookCheck = {
  name: 'silenceContainsInTime',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachContaining(runbook, (name, i) => [
      ...unless(
        runbook.classes.some((one) => one.mode !== 'observe' && containsBy(one, name)),
        ['ladders', name, 'fallback', i],
        `it never contains: ${name} is climbed by no triage and no containment of a class that acts, and after that people have decided`,
      ),
      ...unless(
        runbook.ladders[name]?.fallback.findIndex((one) => one.do === 'contain-reversible') === i,
        ['ladders', name, 'fallback', i],
        'it stands before already: it is tried once',
      ),
    ]),
};

const containsBy = ({ ladders }: RunbookClass, name: string): boolean =>
  PHASES.slice(0, 2).some((phase) => ladders[phase] === name);

const eachContaining = <T>({ ladders }: Runbook, find: (ladder: string, i: number) => T[]): T[] =>
  Object.entries(ladders).flatMap(([name, { fallback }]) =>
    fallback.flatMap((one, i) => (one.do === 'contain-reversible' ? find(name, i) : [])),
  );

export const automaticRunbookChecks: readonly RunbookCheck[] = [automaticIsConfirmedByACut];

export const automaticWarnings: readonly RunbookCheck[] = [
  somebodyCanActAlone,
  automaticClassesAreNarrow,
  silenceContainsInTime,
];
