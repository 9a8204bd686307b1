// The readiness of an estate, as people read it: how many could be contained, what is in the way of the others, and who can do something
// about it. Pure.
import type { Stopped } from '../../domain/readiness/problem.ts';
import { type State, STATES } from '../../domain/readiness/readiness.ts';
import type { Counts, Grouped, Report, Worker } from '../../domain/readiness/report.ts';
import { said } from './clock.ts';
import { columns, indented } from './columns.ts';
import { shortHash } from './plan.ts';

const IN_WORDS: Record<State, string> = {
  ready: 'could be contained',
  inPart: 'in part: by less than their class offers, or their service would not come back',
  no: 'could NOT be contained',
  unknown: 'NOT KNOWN: not read, or not asked',
  others: "not custody's to cut",
};

const SHORT: Record<State, string> = {
  ready: 'ready',
  inPart: 'in part',
  no: 'not',
  unknown: 'not known',
  others: 'not ours',
};

const STOPS: Record<Stopped, string> = {
  cut: 'a cut',
  'replace-then-cut': 'a replacement before the cut',
  restrict: 'a restriction',
  automatic: 'what goes on without people',
  afterwards: 'what comes after the cut',
};
const IN_ORDER = Object.keys(STOPS) as Stopped[];

/** As many are named on a screen; --json has all. */
const MOST_NAMED = 5;

export function readinessLines(report: Report, now: Date): string[] {
  const { at, runbook, accounts, counts, identities, unlisted } = report;
  return [
    `What could be contained in ${accounts.join(', ')}, as it stood at ${said(at, now)}, by the runbook "${runbook.name}" (${shortHash(runbook.hash)})`,
    ...indented(columns(STATES.map((state) => [String(counts[state]).padStart(5), IN_WORDS[state]]))),
    ...unlisted.map((says) => `NOT LISTED, so whoever is there is not counted: ${says}`),
    ...section('What is in the way', report.problems.flatMap(problemLines)),
    ...section('Workers', columns(report.workers.map(workerCells))),
    ...section('By class', classLines(report)),
    ...section("Not custody's to cut", named(identities.flatMap(othersLine))),
    ...section('Not possible by what they are, with nothing to mend', notPossibleLines(report)),
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...indented(lines)];

const named = (all: readonly string[]): string[] => [
  ...all.slice(0, MOST_NAMED),
  ...(all.length > MOST_NAMED ? [`and ${all.length - MOST_NAMED} more (--json has all)`] : []),
];

function problemLines({ says, who, stops, identities }: Grouped): string[] {
  const what = IN_ORDER.filter((one) => stops.includes(one)).map((one) => STOPS[one]);
  const count = identities.length === 1 ? 'of one identity' : `of ${identities.length} identities`;
  return [
    says,
    ...indented([
      `${what.length === 0 ? 'nothing is known' : `stops ${what.join('; ')},`} ${count}: ${named(identities).join(', ')}`,
      `to be done by ${who}`,
    ]),
  ];
}

const workerCells = ({ name, role, there, says }: Worker): string[] => [
  there === true ? '✓' : there === false ? '!' : '?',
  role === name ? name : `${role} ${name}`,
  there === true ? 'is at work' : (says ?? 'not known'),
];

function classLines({ classes }: Report): string[] {
  const cells = (counts: Counts) =>
    STATES.flatMap((state) => (counts[state] === 0 ? [] : [`${counts[state]} ${SHORT[state]}`])).join(', ');
  return columns(
    classes.map(({ class: name, mode, counts }) => [
      name,
      mode === null || mode === 'ask' ? '' : mode,
      cells(counts),
    ]),
  );
}

const othersLine = ({ key, state, why }: Report['identities'][number]): string[] =>
  state === 'others' ? [`${key}: ${why ?? ''}`] : [];

function notPossibleLines({ identities }: Report): string[] {
  const ways = [...new Set(identities.flatMap(({ notPossible }) => notPossible))];
  return ways.map((way) => {
    const count = identities.filter(({ notPossible }) => notPossible.includes(way)).length;
    return `${STOPS[way]}: ${count} (custody plan show ARN says why)`;
  });
}
