// The instants of one hold or climb, by the calendars and rotations of the runbook that the incident keeps. An activity, because
// zone data differs between versions of Node; the workflow sees only instants.
import type { Instants } from '../domain/custody/hold.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { instantsOf } from '../domain/calendar/instants.ts';
import type { PhaseRule } from '../domain/runbook/rules.ts';
import type { Runbook } from '../domain/runbook/runbook.schema.ts';

export interface TimetableRequest {
  /** Hash of the incident's runbook. */
  runbook: string;
  since: Instant;
  rule: PhaseRule;
}

export interface TimetableDependencies {
  /** The runbook of that hash, from the folder or the record store. Throws where neither has it. */
  runbookOf: (hash: string) => Promise<Runbook>;
}

export const timetableActivities = ({ runbookOf }: TimetableDependencies) => ({
  async timetable({ runbook, since, rule }: TimetableRequest): Promise<Instants> {
    const { acknowledgeBy, actBy, rungs } = instantsOf(await runbookOf(runbook), since, rule);
    return { acknowledgeBy, actBy, rungs };
  },
});
