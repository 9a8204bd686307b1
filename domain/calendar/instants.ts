// The instants of one hold or climb, by a runbook's calendars and rotations. Never called by a workflow: zone data differs
// between versions of Node.
import { type Telling, type Timetable, timetable } from './timetable.ts';
import type { Instant } from '../instant/instant.ts';
import type { PhaseRule } from '../runbook/rules.ts';
import type { Runbook } from '../runbook/runbook.schema.ts';

/**
 * `suspects`: people who are not told. Where one of them is on call, the whole party is.
 * Throws `RangeError` where a name is not in that runbook, which its check rules out.
 */
export function instantsOf(
  runbook: Pick<Runbook, 'calendars' | 'rotations'>,
  since: Instant,
  rule: PhaseRule,
  suspects: readonly string[] = [],
): Timetable {
  const { acknowledgeMs, actMs, ladder, calendar } = rule;
  const table = timetable({
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
  const toOthers = (one: Telling): Telling =>
    one.person !== null && suspects.includes(one.person) ? { ...one, person: null } : one;
  return {
    ...table,
    rungs: table.rungs.map(toOthers),
    repeat: table.repeat === null ? null : toOthers(table.repeat),
  };
}

function named<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new RangeError(`the runbook has no "${name}"`);
  return found;
}
