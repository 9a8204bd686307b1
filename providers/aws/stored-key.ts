// The access key in the value of a secret. Pure. The value itself never gets into an error.
import { jsonObject } from '../secrets/value.ts';
import type { Credentials } from './clients.ts';

export interface StoredKey {
  credentials: Credentials;
  /** The whole value, to be kept but for the key. */
  fields: Readonly<Record<string, unknown>>;
}

/** null: the value is not JSON with `accessKeyId` and `secretAccessKey`. */
export function storedKey(value: string): StoredKey | null {
  const fields = jsonObject(value);
  const accessKeyId = fields?.['accessKeyId'];
  const secretAccessKey = fields?.['secretAccessKey'];
  if (fields === null || typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return null;
  return { credentials: { accessKeyId, secretAccessKey }, fields };
}
