// Takes a record file apart into its lines. It judges no hash and no proof.
import { canonical } from '../../domain/encoding/canonical.ts';
import { type EventLine, eventLineSchema, type SealLine, sealLineSchema } from './line.schema.ts';

export interface Broken {
  /** Line of the file, from 1. */
  line: number;
  reason: string;
}

export interface ReadRecord {
  events: EventLine[];
  seal: SealLine | null;
  /** The first line that could not be read; nothing after it was. */
  broken: Broken | null;
}

export function readRecord(text: string): ReadRecord {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.at(-1) === '') lines.pop();
  const events: EventLine[] = [];
  const stop = (reason: string): ReadRecord => ({
    events,
    seal: null,
    broken: { line: events.length + 1, reason },
  });
  for (const [index, line] of lines.entries()) {
    const value = parsed(line);
    if (value === undefined) return stop('it is not one whole JSON object: the file was cut off or edited');
    if (!isPlain(line, value))
      return stop('it is not written as custody writes it: a key stands twice, or it was edited');
    const seal = sealLineSchema.safeParse(value);
    if (seal.success) {
      return index === lines.length - 1
        ? { events, seal: seal.data, broken: null }
        : stop('a seal stands before the last line');
    }
    const event = eventLineSchema.safeParse(value);
    if (!event.success)
      return stop(
        'it is neither an event { seq, at, type, data, prev, hash } nor a seal { statement, proof }',
      );
    events.push(event.data);
  }
  return { events, seal: null, broken: null };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** What one reader sees in a line, every reader sees: a key that stands twice would show each of them another value. */
function isPlain(line: string, value: unknown): boolean {
  if (JSON.stringify(value) === line) return true;
  try {
    return canonical(value) === line;
  } catch {
    return false;
  }
}
