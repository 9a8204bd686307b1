// Verifies the text of an audit log offline: names the first line that does not hold.
import type { Instant } from '../../domain/instant/instant.ts';
import type { Head } from '../../domain/record/record.ts';
import { Reading } from './chain.ts';

export interface AuditReport {
  /** Everything that is there holds. */
  ok: boolean;
  /** By its number in the file, from 1; what the count says was verified before it. */
  broken: { line: number; reason: string } | null;
  entries: number;
  head: Head;
  /** Of the last entry that holds. */
  lastAt: Instant | null;
  /** For people: what the reader should know besides. */
  remarks: string[];
}

export function verifyAudit(text: string): AuditReport {
  const lines = text.split('\n');
  // Empty where the last line has its end.
  const rest = lines.pop() ?? '';
  const reading = new Reading();
  for (const line of lines) reading.take(line);
  reading.end();
  const { broken, head, at } = reading;
  const remarks =
    broken === null && rest !== ''
      ? ['The last line is not whole: it was being written, or a crash cut it off. It is not counted.']
      : [];
  return { ok: broken === null, broken, entries: head.seq, head, lastAt: at, remarks };
}
