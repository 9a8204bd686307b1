// The instants of one hold or climb, by a runbook's calendars and rotations. Never called by a workflow: zone data differs
// between versions of Node.
import { type Timetable, timetable } from './timetable.ts';
import type { Instant } from '../instant/instant.ts';
import type { PhaseRule } from '../runbook/rules.ts';
import type { Runbook } from '../runbook/runbook.schema.ts';

/** Throws `RangeError` where a name is not in that runbook, which its check rules out. */
export function instantsOf(
  runbook: Pick<Runbook, 'calendars' | 'rotations'>,
  since: Instant,
  rule: PhaseRule,
): Timetable {
  const { acknowledgeMs, actMs, ladder, calendar } = rule;
  return timetable({
    since,
    acknowledgeMs,
    actMs,
    repeatMs: ladder.repeatMs,
    calendar: calendar === null ? null : named(runbook.calendars, calendar),
    rungs: ladder.rungs.map(({ afterMs, tell, person, rotation }) =>
      rotation === null
        ? { afterMs, tell, person }
        : { afterMs, tell, rotation: named(runbook.rotations, rotation) },
    ),
  });
}

function named<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new RangeError(`the runbook has no "${name}"`);
  return found;
}
