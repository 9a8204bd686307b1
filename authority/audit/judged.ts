// What the judge found about one saying, as an entry of the audit log. Whether the incident takes it is told by another entry.
import { type AuditEntry, NOTHING_KNOWN } from '../../domain/audit/entry.ts';
import type { Judgement } from '../../domain/statement/judgement.ts';

export function judgedEntry(
  heard: { message: string; bearings: { incident: string } },
  judgement: Judgement,
): AuditEntry {
  const told = {
    ...NOTHING_KNOWN,
    what: 'statement' as const,
    stage: 'judge' as const,
    message: heard.message,
    incident: heard.bearings.incident,
  };
  if (!judgement.readable) return { ...told, verdict: 'refused', code: 'malformed', why: judgement.reason };
  const { statement, proof, authority } = judgement;
  const { person, answers, plan, jti, incident } = statement;
  const said = { ...told, who: person, answers, plan, id: jti, incident: incident ?? told.incident };
  if (!proof.holds) return { ...said, verdict: 'refused', code: 'badProof', why: proof.reason };
  const proven = { ...said, proof: proof.assurance };
  return authority.allowed
    ? { ...proven, verdict: 'accepted', code: 'ok', why: authority.reason }
    : { ...proven, verdict: 'refused', code: 'notAllowed', why: authority.reason };
}
