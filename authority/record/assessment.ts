// Whether an event tells an assessment as it was said. What lowers is not told in it, but in the gate that asks for a second person.
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { type Data, factsOf, same, sameOrNone } from './compare.ts';

export function tellsTheAssessment(data: Data, { message, body }: Statement): boolean {
  return (
    message === 'assess' &&
    same(data.reason, body.reason) &&
    WORD_FOR_WORD.every((field) => sameOrNone(data[field], body[field])) &&
    same(data.touched ?? [], body.touched ?? []) &&
    (data.level == null || same(data.level, body.level)) &&
    areTheFacts(data.facts ?? [], body.facts ?? {})
  );
}

const WORD_FOR_WORD = ['verdict', 'impact', 'priority', 'owner', 'strategy'] as const;

/** None that was not said, and all that were said to be true: only what is taken back can wait. */
function areTheFacts(told: unknown, said: unknown): boolean {
  const facts = factsOf(told);
  if (facts === null) return false;
  const spoken = Object.entries(said as Readonly<Record<string, boolean>>);
  return (
    [...facts].every(([fact, value]) => spoken.some(([name, is]) => name === fact && is === value)) &&
    spoken.every(([fact, value]) => !value || facts.has(fact))
  );
}
