// A value of a payload together with its JSON path, so that every answer can say where it was read. Field names match
// whatever their casing: one source writes accountId, AccountId and account_id. Never throws, never echoes a value.
import { looksSecret } from './secrets.ts';

export interface Place {
  /** undefined where the payload has nothing here. */
  readonly value: unknown;
  readonly path: string;
}

export type Dictionary = Record<string, unknown>;

export const isDictionary = (value: unknown): value is Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows field names; where one is missing, the path still says where it should stand. */
export function at(place: Place, ...names: string[]): Place {
  let here = place;
  for (const name of names) here = field(here, name);
  return here;
}

/** The places of a list; of anything else, none. */
export function items(place: Place): Place[] {
  if (!Array.isArray(place.value)) return [];
  return place.value.map((value: unknown, index) => ({ value, path: `${place.path}[${index}]` }));
}

/** A text that is not empty, as written. */
export function text(place: Place): string | null {
  return typeof place.value === 'string' && place.value !== '' ? place.value : null;
}

/** A text, or a number that stands where a text is expected (account ids lose their quotes on the way). */
export function word(place: Place): string | null {
  return typeof place.value === 'number' ? String(place.value) : text(place);
}

/** As written, where it is a text or a number. */
export function scalar(place: Place): string | number | null {
  return typeof place.value === 'number' && Number.isFinite(place.value) ? place.value : text(place);
}

export function isTrue(place: Place): boolean {
  return place.value === true || place.value === 'true';
}

/** JSON that was packed into a text (SNS, SQS, Trusted Advisor) is unpacked; all else is returned as it is. */
export function unpacked(place: Place): Place {
  const { value, path } = place;
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return place;
  const parsed = parse(value);
  return parsed === undefined ? place : { value: parsed, path };
}

/** undefined where it is not JSON. The parser's own message quotes the text, so it is dropped. */
export function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** One step of a JSON path; a name that looks like a secret is not shown. */
export function step(name: string): string {
  if (/^[A-Za-z_$][\w$]{0,63}$/.test(name) && !looksSecret(name)) return `.${name}`;
  const shown = name.length > 64 ? '…' : looksSecret(name) ? '[removed]' : name;
  return `[${JSON.stringify(shown)}]`;
}

/** Letters and digits alone: `detail-type`, `DetailType` and `detail_type` are one name. */
const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function field(place: Place, name: string): Place {
  const missing = { value: undefined, path: place.path + step(name) };
  if (!isDictionary(place.value)) return missing;
  const wanted = bare(name);
  let found: Place = missing;
  for (const [key, value] of Object.entries(place.value)) {
    if (bare(key) !== wanted) continue;
    // A copy may carry a field twice, once empty.
    if (found.value === undefined || found.value === null) found = { value, path: place.path + step(key) };
  }
  return found;
}
