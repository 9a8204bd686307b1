// Finds everything that was said in an event's data, wherever it stands in it.
import { type IssuerKey, issuerKeySchema } from '../../domain/statement/issuer-key.schema.ts';
import { type Saying, sayingSchema } from '../../domain/statement/statement.schema.ts';

export interface FoundSaying {
  saying: Saying;
  /** Who the event says has said it; null where it does not name anybody. */
  person: string | null;
  /** Whether it stands in the event itself, or as what caused it (`said`), not in something that it mentions. */
  direct: boolean;
  /** The identity provider's key that the event names beside it. */
  issuerKey: IssuerKey | null;
}

type Part = Readonly<Record<string, unknown>>;

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function sayingsIn(data: Part): FoundSaying[] {
  return found(data, true);
}

function found(value: unknown, direct: boolean): FoundSaying[] {
  if (Array.isArray(value)) return value.flatMap((one) => found(one, false));
  if (!isPart(value)) return [];
  const saying = sayingSchema.safeParse(value.saying);
  const here: FoundSaying[] = saying.success
    ? [
        {
          saying: saying.data,
          person: typeof value.person === 'string' ? value.person : null,
          direct,
          issuerKey: issuerKeySchema.safeParse(value.issuerKey).data ?? null,
        },
      ]
    : [];
  const rest = Object.entries(value).filter(([name]) => name !== 'saying' || !saying.success);
  return [...here, ...rest.flatMap(([name, one]) => found(one, direct && name === 'said'))];
}

/** Words that an event calls signed without carrying the proof: who is to have said them, and under which id. */
export function signedElsewhereIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(signedElsewhereIn);
  if (!isPart(value)) return [];
  const signed = value.assurance === 'signed' || value.assurance === 'present';
  const inner = Object.values(value).flatMap(signedElsewhereIn);
  const carried = sayingSchema.safeParse(value.saying);
  if (!signed || carried.data?.proof !== undefined) return inner;
  return [wordOf(String(value.person), String(value.jti)), ...inner];
}

/** Names one statement of one person. */
export const wordOf = (person: string, jti: string): string => JSON.stringify([person, jti]);

/** Somebody's words; a gate's rule may have that word too. */
export function toldIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + toldIn(one), 0);
  if (!isPart(value)) return 0;
  return (
    (value.assurance === 'told' && typeof value.person === 'string' ? 1 : 0) +
    Object.values(value).reduce<number>((sum, one) => sum + toldIn(one), 0)
  );
}
