// Compares what a line tells with what was said, or with what an earlier line told. Nothing is equal to what is not there.
import { canonical } from '../../domain/encoding/canonical.ts';

/** An event's content as it was read, of whatever shape. */
export type Data = Readonly<Record<string, unknown>>;

export const same = (a: unknown, b: unknown): boolean =>
  a !== undefined && b !== undefined && canonical(a) === canonical(b);

/** Where a line may say null, or is of a release that had no such field, and a statement leaves it out. */
export const sameOrNone = (a: unknown, b: unknown): boolean => same(a ?? null, b ?? null);

/** The facts of a line: names with values, and evidence that nobody said. null: it has none that can be read. */
export function factsOf(value: unknown): Map<string, boolean> | null {
  if (!Array.isArray(value)) return null;
  const facts = new Map<string, boolean>();
  for (const one of value as unknown[]) {
    if (typeof one !== 'object' || one === null) return null;
    const { fact, value: holds } = one as Data;
    if (typeof fact !== 'string' || typeof holds !== 'boolean') return null;
    facts.set(fact, holds);
  }
  return facts;
}
