// The credential within a secret's value. Pure. Nothing of the value gets into an error.
import { ProviderError } from '../../domain/provider/provider.ts';

/** null: the value is no JSON object. The parser's own message would quote the value, so it is dropped. */
export function jsonObject(value: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** `field` null: the value as a whole. `whose`: who wanted it, for people. */
export function fieldOf(value: string, field: string | null, whose: string): string {
  if (field === null) return value;
  const found = jsonObject(value)?.[field];
  if (typeof found === 'string' && found !== '') return found;
  throw new ProviderError(
    'impossible',
    `The value of the secret is not JSON with a text under "${field}", which ${whose} is to get: correct the field in the executor's policy.yaml.`,
  );
}
