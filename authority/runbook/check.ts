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
export const GATES = ['risk', 'act', 'irreversible', 'close'] as const;

export const eachClass = (runbook: Runbook, find: (one: RunbookClass, path: Path) => Finding[]): Finding[] =>
  runbook.classes.flatMap((one, i) => find(one, ['classes', i]));

export const eachGate = (
  runbook: Runbook,
  find: (gate: GateRule, path: Path, name: (typeof GATES)[number]) => Finding[],
): Finding[] =>
  eachClass(runbook, (one, path) =>
    GATES.flatMap((name) => find(one.gates[name], [...path, 'gates', name], name)),
  );

export const unless = (fine: boolean, path: Path, says: string): Finding[] => (fine ? [] : [{ path, says }]);
