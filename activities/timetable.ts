// The instants of one hold or climb, by the calendars and rotations of the runbook that the incident keeps. An activity, because
// zone data differs between versions of Node; the workflow sees only instants.
import type { Instants } from '../domain/custody/hold.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { instantsOf } from '../domain/calendar/instants.ts';
import { type Identity, keyOf } from '../domain/identity/identity.ts';
import type { PhaseRule } from '../domain/runbook/rules.ts';
import type { Directory, Runbook } from '../domain/runbook/runbook.schema.ts';
import { suspectsOf } from '../domain/runbook/suspects.ts';

export interface TimetableRequest {
  /** Hash of the incident's runbook. */
  runbook: string;
  since: Instant;
  rule: PhaseRule;
  /** Whose own it is, is not told. */
  identity: Identity;
}

export interface TimetableDependencies {
  /** The runbook folder of that hash, as it is or from the record store. Throws where neither has it. */
  runbookOf: (
    hash: string,
  ) => Promise<{ runbook: Pick<Runbook, 'calendars' | 'rotations'>; directory: Pick<Directory, 'people'> }>;
}

export const timetableActivities = ({ runbookOf }: TimetableDependencies) => ({
  async timetable({ runbook: hash, since, rule, identity }: TimetableRequest): Promise<Instants> {
    const { runbook, directory } = await runbookOf(hash);
    const suspects = suspectsOf(directory, keyOf(identity)).people;
    return instantsOf(runbook, since, rule, suspects);
  },
});
