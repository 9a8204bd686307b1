// A file that is replaced as a whole: whoever reads it sees the old content or the new one, also after a crash.
import { randomUUID } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';

export async function replaced(file: string, text: string, mode = 0o600): Promise<void> {
  const folder = path.dirname(file);
  const aside = path.join(folder, `.${path.basename(file)}.${randomUUID()}`);
  try {
    await written(aside, text, mode);
    await rename(aside, file);
  } catch (error) {
    await unlink(aside).catch(() => {});
    throw error;
  }
  await synced(folder);
}

/** The same for a file that is not there yet, and never over one that another process made meanwhile: false. */
export async function created(file: string, text: string, mode = 0o600): Promise<boolean> {
  const folder = path.dirname(file);
  const aside = path.join(folder, `.${path.basename(file)}.${randomUUID()}`);
  try {
    await written(aside, text, mode);
    await link(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(aside).catch(() => {});
  }
  await synced(folder);
  return true;
}

async function written(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the folder's entries durable. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
