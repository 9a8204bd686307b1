// Tells the orchestrator's audit log what became of each word, also of those that a validator refuses and no history keeps. It is a
// sink: called outside the workflow, not again in a replay, and nothing of an incident depends on it.
import { proxySinks, type Sinks, workflowInfo } from '@temporalio/workflow';
import { type AuditEntry, bounded, NOTHING_KNOWN } from '../domain/audit/entry.ts';
import { openSaying } from '../domain/statement/read.ts';

export interface AuditSinks extends Sinks {
  audit: { heard(entry: AuditEntry): void };
}

const { audit } = proxySinks<AuditSinks>();

/** How a word came. The server does not say from whom: who says so in the statement, and the proof bears it out or not. */
export type Way = 'update' | 'signal';

export interface Became {
  stage: 'validator' | 'incident';
  verdict: 'accepted' | 'refused';
  code: string;
  why: string;
}

export function tellAudit(message: string, payload: unknown, from: Way, became: Became): void {
  const { workflowId, unsafe } = workflowInfo();
  // Alerts that are taken stand in the record, and may come in floods.
  if (unsafe.isReplaying || (message === 'detect' && became.verdict === 'accepted')) return;
  audit.heard(
    bounded({
      ...NOTHING_KNOWN,
      what: message === 'detect' ? 'alert' : 'statement',
      ...became,
      from,
      message,
      incident: workflowId,
      ...claimedIn(message, payload),
    }),
  );
}

/** As the payload claims: nothing of it is proven here. */
function claimedIn(message: string, payload: unknown): Partial<AuditEntry> {
  const opened = openSaying(message, payload);
  if ('unproven' in opened) {
    const { person, answers, plan, jti } = opened.unproven.statement;
    return { who: person, answers, plan, id: jti };
  }
  return 'told' in opened ? { who: (payload as { person: string }).person, proof: 'told' } : {};
}
