// Reads the runbook for one incident: its rules, in milliseconds and names. The runbook's content is in the record store
// before its hash is in any incident, and an incident keeps the one that it began with until it adopts a newer one.
import { ApplicationFailure } from '@temporalio/common';
import type { Fact, Level } from '../domain/detection/detection.schema.ts';
import { type Identity, keyOf } from '../domain/identity/identity.ts';
import type { Discovery } from '../domain/plan/plan.schema.ts';
import type { RecordStore } from '../domain/record/store.ts';
import { resolveRules } from '../domain/runbook/resolve.ts';
import type { Rules } from '../domain/runbook/rules.ts';
import type { Directory, Runbook } from '../domain/runbook/runbook.schema.ts';
import { suspectsOf } from '../domain/runbook/suspects.ts';

interface Folder {
  runbook: Runbook;
  directory: Pick<Directory, 'people'>;
}

export interface ResolveDependencies {
  /** The newest runbook folder that loads. */
  runbook: () => Promise<Folder & { hash: string; content: string }>;
  /** The runbook folder of that hash, as it is or from the record store. Throws where neither has it. */
  runbookOf: (hash: string) => Promise<Folder>;
  records: Pick<RecordStore, 'keep'>;
}

export interface ToResolve {
  identity: Identity;
  facts: Fact[];
  level: Level;
  /** Of the identity, where discovery has read them. */
  tags?: Discovery['tags'];
  /** Named by the SOC. */
  owner: string | null;
  /** Hash of the runbook that the incident keeps; null when it begins: the newest. */
  runbook: string | null;
  /** It moves to the newest, which must have this hash. */
  adopt: string | null;
}

export const resolveActivities = ({ runbook, runbookOf, records }: ResolveDependencies) => ({
  async resolve({ runbook: kept, adopt, ...known }: ToResolve): Promise<Rules> {
    if (kept !== null && adopt === null) return rulesBy(await runbookOf(kept), kept, known);
    const newest = await runbook();
    if (adopt !== null && adopt !== newest.hash) {
      throw ApplicationFailure.nonRetryable(
        `The newest runbook is ${newest.hash.slice(0, 12)}, not ${adopt.slice(0, 12)}: look at that one and adopt it.`,
        'impossible',
      );
    }
    await records.keep(newest.hash, newest.content);
    return rulesBy(newest, newest.hash, known);
  },
});

const rulesBy = (
  { runbook, directory }: Folder,
  hash: string,
  known: Omit<ToResolve, 'runbook' | 'adopt'>,
): Rules => resolveRules(runbook, hash, { ...known, suspects: suspectsOf(directory, keyOf(known.identity)) });
