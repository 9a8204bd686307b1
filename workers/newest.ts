// A policy folder as it is now: read anew when a file has changed. A folder that no longer loads leaves the last good one in
// force and is complained about; one that never loaded is an error. Whoever may not go on for ever by an old one says for how long.
import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { epochMs, inWords, type Instant } from '../domain/instant/instant.ts';

/** What has been said since may be in the folder that cannot be read: a revoked key, another policy. */
export class FolderUnread extends Error {
  override name = 'FolderUnread';
}

export interface ToWatch<T> {
  /** Whatever `load` reads: it is asked again once one of them has changed. */
  files: readonly string[];
  load: () => Promise<T>;
  log: Logger;
  /** So long an old folder stays in force, counted from when the newest was last known to be good. For ever where it is left out. */
  stands?: { forMs: number; now: () => Instant };
}

/** The reading rejects with `FolderUnread` once an old folder has stood for too long. */
export function newest<T>({ files, load, log, stands }: ToWatch<T>): () => Promise<T> {
  let known: { value: T; marks: string; good: boolean; goodAt: Instant | undefined } | null = null;
  return async () => {
    const at = stands?.now();
    const marks = await marksOf(files);
    // What does not load is tried again: it may have been the disk, or the clock of whoever signed.
    if (known !== null && known.good && known.marks === marks)
      return (known = { ...known, goodAt: at }).value;
    try {
      known = { value: await load(), marks, good: true, goodAt: at };
    } catch (error) {
      if (known === null) throw error;
      const reason = error instanceof Error ? error.message : 'unknown';
      if (known.good || known.marks !== marks)
        log.error({ files, reason }, 'The changed folder does not load; the one before stays in force.');
      known = { ...known, marks, good: false };
      if (stands !== undefined && at !== undefined && known.goodAt !== undefined) {
        const oldMs = epochMs(at) - epochMs(known.goodAt);
        if (oldMs >= stands.forMs) throw new FolderUnread(whyUnread(stands.forMs, reason));
      }
    }
    return known.value;
  };
}

const whyUnread = (forMs: number, reason: string): string =>
  `The newest policy folder could not be read for ${inWords(forMs)}, and the one before is too old to act by: ${reason}`;

async function marksOf(files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return stats.map((one) => (one === null ? 'none' : `${one.ino}:${one.size}:${one.mtimeMs}`)).join(' ');
}
