// Reads the runbook for one incident: its rules, in milliseconds and names. The runbook's content is in the record store
// before its hash is in any incident.
import type { Fact, Level } from '../domain/detection/detection.schema.ts';
import type { Identity } from '../domain/identity/identity.ts';
import type { RecordStore } from '../domain/record/store.ts';
import { resolveRules } from '../domain/runbook/resolve.ts';
import type { Rules } from '../domain/runbook/rules.ts';
import type { Runbook } from '../domain/runbook/runbook.schema.ts';

export interface ResolveDependencies {
  /** The newest runbook that loads. */
  runbook: () => Promise<{ runbook: Runbook; hash: string; content: string }>;
  records: Pick<RecordStore, 'keep'>;
}

export const resolveActivities = ({ runbook, records }: ResolveDependencies) => ({
  async resolve(about: { identity: Identity; facts: Fact[]; level: Level }): Promise<Rules> {
    const current = await runbook();
    await records.keep(current.hash, current.content);
    return resolveRules(current.runbook, current.hash, about);
  },
});
