// How what was seen dead is watched: when it is looked at next, and what the checker signed of it.
import type { Instant } from '../instant/instant.ts';
import type { Saying } from '../statement/statement.schema.ts';

export interface Watch {
  round: number;
  notBefore: Instant | null;
  /** How often in a row nobody could look. */
  failed: number;
  trouble: string | null;
  /** What the checker signed the last time. */
  saying: Saying | null;
  /** What the checker signed when it saw something back: executors count no wait from before it. */
  doubts: Saying[];
}

export const NOT_WATCHED_YET: Watch = {
  round: 0,
  notBefore: null,
  failed: 0,
  trouble: null,
  saying: null,
  doubts: [],
};
