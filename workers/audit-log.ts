// A process's audit log: each entry in its own log, and in the file of CUSTODY_AUDIT.
import type { Logger } from 'pino';
import { type AuditFile, auditFile } from '../authority/audit/file.ts';
import { type AuditEntry, bounded } from '../domain/audit/entry.ts';
import { now } from './process.ts';

export interface AuditLog {
  /** Throws where the file is not to be written: for whoever acts only where it is kept. */
  ready(): Promise<void>;
  /** Rejects where it was not written; that is in the log by then. */
  append(entry: AuditEntry): Promise<void>;
  /** For whoever must go on in any case: what cannot be written is told, and stands in the process's log. */
  tell(entry: AuditEntry): void;
  close(): Promise<void>;
}

const QUIET: readonly AuditEntry['verdict'][] = ['accepted', 'acted'];

export function auditLog(path: string, log: Logger): AuditLog {
  const file: AuditFile = auditFile(path, now);
  const append = async (entry: AuditEntry): Promise<void> => {
    log[QUIET.includes(entry.verdict) ? 'info' : 'warn'](bounded(entry), entry.what);
    await file.append(entry).catch((error: unknown) => {
      log.error({ reason: error instanceof Error ? error.message : 'unknown' }, 'The audit log is not kept.');
      throw error;
    });
  };
  return {
    ready: () => file.ready(),
    append,
    tell: (entry) => void append(entry).catch(() => {}),
    close: () => file.close(),
  };
}
