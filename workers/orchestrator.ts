// Composition root of the orchestrator: carries incidents, judges what is said, settles the record. It holds no cloud permission.
import type { InjectedSinks } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { forwardActivities } from '../activities/forward.ts';
import { judgeActivities } from '../activities/judge.ts';
import { recallActivities } from '../activities/recall.ts';
import { resolveActivities } from '../activities/resolve.ts';
import { directoryRecordStore } from '../activities/settle/directory-store.ts';
import { timetableActivities } from '../activities/timetable.ts';
import { settleActivities } from '../activities/settle/settle.ts';
import { FOLDER_FILES, loadFolder, readKeptFolder } from '../authority/folder.ts';
import { judgedEntry } from '../authority/audit/judged.ts';
import { judge } from '../authority/judge.ts';
import { readKey } from '../authority/keys.ts';
import { passphraseFrom } from '../authority/passphrase.ts';
import { fetchedIssuerKeys } from '../authority/proof/fetched-keys.ts';
import { say } from '../authority/sign.ts';
import { connect, custodyClient } from '../client/index.ts';
import { TASK_QUEUE } from '../workflows/messages.ts';
import type { AuditSinks } from '../workflows/audit.ts';
import { auditLog } from './audit-log.ts';
import { configured, type Environment } from './configuration.ts';
import { pinnedFrom, policyFolder } from './policy-folder.ts';
import { link, logOf, now, worker } from './process.ts';
import { verifySearchAttributes } from './search-attributes.ts';

export async function orchestrator(environment: Environment) {
  const { CUSTODY_RUNBOOK, CUSTODY_RECORDS, CUSTODY_AUDIT, CUSTODY_KEY } = configured(
    'orchestrator',
    environment,
  );
  const log = logOf('orchestrator');
  const key = await readKey(CUSTODY_KEY, passphraseFrom(environment));
  const runbook = policyFolder({
    folder: CUSTODY_RUNBOOK,
    names: FOLDER_FILES,
    load: loadFolder,
    ...pinnedFrom(environment),
    log,
  });
  await runbook();
  const audit = auditLog(CUSTODY_AUDIT, log);
  // It carries incidents, and acts on nothing: its log never stands in the way of containment.
  await audit.ready().catch((error: unknown) => log.error(error, 'The audit log is not kept.'));
  const sinks: InjectedSinks<AuditSinks> = { audit: { heard: { fn: (_, entry) => audit.tell(entry) } } };
  const records = directoryRecordStore(CUSTODY_RECORDS);
  /** An incident keeps the runbook that it began with, also when the folder has a newer one. */
  const runbookOf = async (hash: string) => {
    const newest = await runbook();
    if (newest.hash === hash) return newest;
    const kept = await records.kept(hash);
    if (kept === null) throw new Error(`The record store has no runbook ${hash.slice(0, 12)}.`);
    return readKeptFolder(JSON.parse(kept) as Record<string, string>, `runbook ${hash.slice(0, 12)}`);
  };
  const { connection, namespace } = await connect();
  await verifySearchAttributes(connection, namespace);
  const client = custodyClient({ connection, namespace });
  const issuerKeys = fetchedIssuerKeys({ nowMs: Date.now });
  const sealed = { key, message: 'sealed' as const, answers: null, plan: null, validForMs: 60 * 60_000 };
  return worker(await link(), {
    taskQueue: TASK_QUEUE,
    sinks,
    workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
    activities: {
      ...judgeActivities({
        judge: async (said) => {
          const { directory, authority } = await runbook();
          const judgement = await judge(said, { directory, authority, issuerKeys });
          audit.tell(judgedEntry(said, judgement));
          return judgement;
        },
      }),
      ...resolveActivities({ runbook, runbookOf, records }),
      ...timetableActivities({ runbookOf }),
      ...recallActivities({ records }),
      ...settleActivities({
        records,
        sealing: (name, head) => say({ ...sealed, ...name, body: { ...head }, now: now() }),
      }),
      ...forwardActivities({ detect: (detection) => client.detect(detection) }),
    },
  });
}
