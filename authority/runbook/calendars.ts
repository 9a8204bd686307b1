// Calendars and rotations: what names them, and whether the clocks that run by them ever come to their end.
import { clockEnds } from '../../domain/calendar/business-time.ts';
import type { Calendar } from '../../domain/calendar/calendar.schema.ts';
import { durationMs } from '../../domain/instant/instant.ts';
import type { Runbook } from '../../domain/runbook/runbook.schema.ts';
import { type Finding, membersOf } from '../directory-checks.ts';
import type { Path } from '../policy-file.ts';
import { eachClass, eachTerms, PHASES, type RunbookCheck, unless } from './check.ts';

const calendarsAreKnown: RunbookCheck = {
  name: 'calendarsAreKnown',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, (one, path) =>
      PHASES.flatMap((phase) => {
        const { calendar } = one.clocks[phase];
        return unless(
          calendar === undefined || Object.hasOwn(runbook.calendars, calendar),
          [...path, 'clocks', phase, 'calendar'],
          `unknown calendar ${calendar ?? ''}: add it under \`calendars\` or correct its spelling`,
        );
      }),
    ),
};

/** A rung or a repeat that never comes would take the whole timetable with it. */
const clocksEnd: RunbookCheck = {
  name: 'clocksEnd',
  file: 'runbook.yaml',
  check: (runbook) => [
    ...eachTerms(runbook, (terms, path, { calendar: name }) => {
      const calendar = calendarOf(runbook, name);
      return (['acknowledge', 'act'] as const).flatMap((term) =>
        ends(terms[term], calendar, [...path, term]),
      );
    }),
    ...eachClass(runbook, (one) =>
      PHASES.flatMap((phase) => {
        const calendar = calendarOf(runbook, one.clocks[phase].calendar);
        const name = one.ladders[phase];
        const ladder = Object.hasOwn(runbook.ladders, name) ? runbook.ladders[name] : undefined;
        if (ladder === undefined) return [];
        return [
          ...ladder.rungs.flatMap(({ after }, i) =>
            ends(after, calendar, ['ladders', name, 'rungs', i, 'after']),
          ),
          ...ends(ladder.repeat, calendar, ['ladders', name, 'repeat']),
        ];
      }),
    ),
  ],
};

const calendarOf = ({ calendars }: Runbook, name: string | undefined): Calendar | undefined =>
  name !== undefined && Object.hasOwn(calendars, name) ? calendars[name] : undefined;

const ends = (duration: string, calendar: Calendar | undefined, path: Path): Finding[] =>
  unless(
    calendar === undefined || clockEnds(durationMs(duration), calendar),
    path,
    'by this calendar it would take more than ten years: make it shorter, or open longer',
  );

const rotationsAreKnown: RunbookCheck = {
  name: 'rotationsAreKnown',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachRung(runbook, ({ rotation, person }, path) => [
      ...unless(
        rotation === undefined || Object.hasOwn(runbook.rotations, rotation),
        [...path, 'rotation'],
        `unknown rotation ${rotation ?? ''}: add it under \`rotations\` or correct its spelling`,
      ),
      ...unless(
        rotation === undefined || person === undefined,
        [...path, 'person'],
        'either a person or a rotation: the rotation says who',
      ),
    ]),
};

const rotationsNamePeopleOfTheParty: RunbookCheck = {
  name: 'rotationsNamePeopleOfTheParty',
  file: 'runbook.yaml',
  check: (runbook, directory) =>
    eachRung(runbook, ({ rotation, tell }, path) => {
      const named = rotation === undefined ? undefined : runbook.rotations[rotation];
      if (named === undefined) return [];
      const people = new Set([...named.people, ...(named.overrides ?? []).map(({ person }) => person)]);
      const strangers = [...people].filter((person) => !membersOf(directory, tell).includes(person));
      return unless(
        strangers.length === 0,
        [...path, 'rotation'],
        `${strangers.join(', ')} of ${rotation ?? ''}: not among ${tell}'s people in people.yaml`,
      );
    }),
};

type Rung = Runbook['ladders'][string]['rungs'][number];

const eachRung = ({ ladders }: Runbook, find: (rung: Rung, path: Path) => Finding[]): Finding[] =>
  Object.entries(ladders).flatMap(([name, { rungs }]) =>
    rungs.flatMap((rung, i) => find(rung, ['ladders', name, 'rungs', i])),
  );

export const calendarChecks: readonly RunbookCheck[] = [
  calendarsAreKnown,
  clocksEnd,
  rotationsAreKnown,
  rotationsNamePeopleOfTheParty,
];
