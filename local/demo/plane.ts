// What works beside the demo's own workers: executors and checkers of another plane, or of kinds that are kept apart, each with its own
// key, policy and credentials, and whose the identities are that they act on.

import type { Directory, Runbook } from '../../domain/runbook/runbook.schema.ts';

/** By its name in the rows of the default runbook. */
export type PlaneWorker = { machine: string; env: Readonly<Record<string, string>> } & (
  | { role: 'checker' }
  /** `policy`: its policy.yaml. */
  | { role: 'executor'; party: string; policy: string }
);

export interface Plane {
  workers: readonly PlaneWorker[];
  owners: Runbook['owners'];
}

export const machineOf = (worker: PlaneWorker): Pick<Directory['machines'][string], 'role' | 'party'> =>
  worker.role === 'checker' ? { role: 'checker' } : { role: 'executor', party: worker.party };
