// The form of a runbook check: each finds all of its problems, in one of the folder's two files.
import type { Directory, GateRule, Runbook, RunbookClass } from '../../domain/runbook/runbook.schema.ts';
import type { Finding } from '../directory-checks.ts';
import type { Path } from '../policy-file.ts';

export interface RunbookCheck {
  name: string;
  /** Which file the findings' paths are in. */
  file: 'runbook.yaml' | 'people.yaml';
  check(runbook: Runbook, directory: Directory): Finding[];
}

export const PHASES = ['triage', 'containment', 'recovery', 'hardening'] as const;
export const GATES = ['risk', 'act', 'irreversible', 'close', 'undo'] as const;

export const eachClass = (runbook: Runbook, find: (one: RunbookClass, path: Path) => Finding[]): Finding[] =>
  runbook.classes.flatMap((one, i) => find(one, ['classes', i]));

type Clock = RunbookClass['clocks'][(typeof PHASES)[number]];

/** The terms of every clock: its own, and those for one severity. */
export const eachTerms = (
  runbook: Runbook,
  find: (terms: Pick<Clock, 'acknowledge' | 'act'>, path: Path, clock: Clock) => Finding[],
): Finding[] =>
  eachClass(runbook, (one, path) =>
    PHASES.flatMap((phase) => {
      const clock = one.clocks[phase];
      const at = [...path, 'clocks', phase];
      return [
        ...find(clock, at, clock),
        ...Object.entries(clock.levels ?? {}).flatMap(([level, terms]) =>
          find(terms, [...at, 'levels', level], clock),
        ),
      ];
    }),
  );

export const eachGate = (
  runbook: Runbook,
  find: (gate: GateRule, path: Path, name: (typeof GATES)[number]) => Finding[],
): Finding[] =>
  eachClass(runbook, (one, path) =>
    GATES.flatMap((name) => {
      const gate = one.gates[name];
      return gate === undefined ? [] : find(gate, [...path, 'gates', name], name);
    }),
  );

/** A class takes from `defaults` what it does not say itself: what is wrong there is told there, once. */
export function standsAt(path: Path, holds: (path: Path) => boolean): Path {
  const [part, , ...rest] = path;
  if (part !== 'classes' || rest.length < 2 || holds(path.slice(0, 4))) return path;
  return holds(['defaults', ...rest.slice(0, 2)]) ? ['defaults', ...rest] : path;
}

/** Every row of the runbook with a pattern over identities' keys. */
export const eachPattern = (
  { owners, protected: kept }: Runbook,
  find: (pattern: string, path: Path, before: string[]) => Finding[],
): Finding[] =>
  Object.entries({ owners, protected: kept }).flatMap(([table, rows]) =>
    rows.flatMap(({ identity }, i) => {
      if (identity === undefined) return [];
      const before = rows.slice(0, i).flatMap((row) => row.identity ?? []);
      return find(identity, [table, i, 'identity'], before);
    }),
  );

export const unless = (fine: boolean, path: Path, says: string): Finding[] => (fine ? [] : [{ path, says }]);
