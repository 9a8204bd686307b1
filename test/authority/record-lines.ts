// Lines of a record as a dishonest orchestrator could write them: chained as they should be, whatever they tell.
import type { Instant } from '../../domain/instant/instant.ts';
import { chained, GENESIS, type RecordedEvent } from '../../domain/record/record.ts';

export type Data = Record<string, unknown>;
export type Entry = { at: Instant; type: string; data: Data };

export const said = (person: string) => ({ person, assurance: 'signed', jti: 'x', exp: 1 });

/** What the line of a gate says of whom it asks. */
export const asks = (quorum: number, ...parties: string[]) => ({
  plan: null,
  rule: { quorum, parties },
  closesAs: null,
  weakens: null,
  votes: [],
});

export function chainOf(of: readonly Entry[]): RecordedEvent[] {
  const lines: RecordedEvent[] = [];
  for (const { at, type, data } of of) lines.push(chained(lines.at(-1) ?? GENESIS, at, { type, data }));
  return lines;
}

export const asText = (lines: readonly unknown[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');
