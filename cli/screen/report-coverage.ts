// Outcomes of the frameworks, as people read them: what a runbook has a part in, what a record is evidence of. Pure.
import type { ClassCoverage, Covered } from '../../domain/standards/coverage.ts';
import type { Evidence, EvidenceLine } from '../../domain/standards/evidence.ts';
import { FRAMEWORK_NAMES, FRAMEWORKS, type Outcome } from '../../domain/standards/frameworks.ts';
import { indented } from './columns.ts';

export interface ReportedIncident {
  incident: string;
  class: string | null;
  drill: boolean;
  closedAs: string | null;
}

export function runbookCoverageLines(
  name: string,
  classes: readonly ClassCoverage[],
  covers: readonly Covered[],
): string[] {
  const observed = classes.filter(({ mode }) => mode === 'observe').map((one) => one.class);
  return [
    `What the runbook "${name}" has a part in (that it was reached, only a record can show)`,
    ...byFramework(covers, (outcome) => [
      outcome.by.length === classes.length ? 'every class' : `classes: ${outcome.by.join(', ')}`,
      `by: ${whereIn(classes, outcome).join('; ')}`,
    ]),
    ...classes
      .filter(({ mode }) => mode === 'auto')
      .map(
        (one) =>
          `Class ${one.class} is automatic: what goes on before people decide is a restriction; the cut is still theirs.`,
      ),
    ...observed.map((one) => `Class ${one} only observes: no step is taken, so none counts.`),
  ];
}

/** In any of the classes. */
function whereIn(classes: readonly ClassCoverage[], { framework, id }: Outcome): string[] {
  const parts = classes
    .flatMap(({ covers }) => covers)
    .filter((one) => one.framework === framework && one.id === id)
    .flatMap(({ by }) => by);
  return [...new Set(parts)];
}

export function recordCoverageLines(about: ReportedIncident, evidence: readonly Evidence[]): string[] {
  const how = about.closedAs === null ? 'not closed yet' : `closed as ${about.closedAs}`;
  return [
    `What the record of ${about.incident} is evidence of (class ${about.class ?? 'not known yet'}, ${how})`,
    ...(about.drill ? ['A DRILL: it shows that people and clocks work, not that anything was cut.'] : []),
    ...byFramework(evidence, ({ lines }) => lineLines(lines)),
  ];
}

const MOST_LINES = 6;

function lineLines(lines: readonly EvidenceLine[]): string[] {
  const shown = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES - 1) : lines;
  const more = lines.length - shown.length;
  return [
    ...shown.map(
      ({ seq, at, type, because }) => `line ${seq}, ${at}: ${type}${because === '' ? '' : ` (${because})`}`,
    ),
    ...(more === 0 ? [] : [`and ${more} more, to line ${lines.at(-1)?.seq} (--json has them all)`]),
  ];
}

function byFramework<T extends Outcome & { says: string }>(
  outcomes: readonly T[],
  details: (outcome: T) => string[],
): string[] {
  return FRAMEWORK_NAMES.flatMap((name) => {
    const of = outcomes.filter(({ framework }) => framework === name);
    if (of.length === 0) return [];
    const { title, edition, rights } = FRAMEWORKS[name];
    return [
      `${title} ${edition}`,
      ...indented([
        `(${rights})`,
        ...of.flatMap((one) => [`${one.id}  ${one.says}`, ...indented(details(one), 4)]),
      ]),
    ];
  });
}
