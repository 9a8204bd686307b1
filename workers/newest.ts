// A policy folder as it is now: read anew when a file has changed. A folder that no longer loads leaves the last good one in
// force and is complained about; one that never loaded is an error.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';

export function newest<T>(
  folder: string,
  files: readonly string[],
  load: (folder: string) => Promise<T>,
  log: Logger,
): () => Promise<T> {
  let known: { value: T; marks: string } | null = null;
  return async () => {
    const marks = await marksOf(folder, files);
    if (known !== null && known.marks === marks) return known.value;
    try {
      known = { value: await load(folder), marks };
    } catch (error) {
      if (known === null) throw error;
      log.error(
        { folder, reason: error instanceof Error ? error.message : 'unknown' },
        'The changed folder does not load; the one before stays in force.',
      );
      known = { ...known, marks };
    }
    return known.value;
  };
}

async function marksOf(folder: string, files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(path.join(folder, file)).catch(() => null)));
  return stats.map((one) => (one === null ? 'none' : `${one.ino}:${one.size}:${one.mtimeMs}`)).join(' ');
}
