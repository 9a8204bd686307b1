// The login in the value of a secret, in the members that AWS gives secrets of databases. Pure. The value never gets into an error.
import { jsonObject } from '../secrets/value.ts';

export interface Login {
  username: string;
  password: string;
}

/** null: the value is not JSON with `username` and `password`. */
export function loginIn(value: string): Login | null {
  const { username, password } = jsonObject(value) ?? {};
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : null;
}

/** The same value, but for its login: host, port and whatever else its owner keeps there stay. */
export const withLogin = (value: string, login: Login): string =>
  JSON.stringify({ ...jsonObject(value), ...login });
