// What a process has accepted last of its policy folder, kept in its own state folder so that no restart forgets it.
import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { created } from '../durable-file.ts';
import type { Accepted } from './verify.ts';

export const ACCEPTED_FILE = 'accepted-folder.json';

const acceptedSchema = z.strictObject({
  serial: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export class StateError extends Error {
  override name = 'StateError';
}

/** null: nothing was accepted yet. Throws `StateError` where what stands there cannot be believed. */
export async function lastAccepted(state: string): Promise<Accepted | null> {
  const file = path.join(state, ACCEPTED_FILE);
  const text = await textOrNull(file);
  return text === null ? null : highestIn(text, file);
}

/**
 * Another process of the same state folder may have gone further meanwhile, or go further in this moment: lines are only ever added, and
 * the highest serial counts, so what is kept never gets older.
 */
export async function keepAccepted(state: string, { serial, hash }: Accepted): Promise<void> {
  const file = path.join(state, ACCEPTED_FILE);
  const line = `${JSON.stringify({ serial, hash })}\n`;
  let before = await textOrNull(file);
  if (before === null) {
    await mkdir(state, { recursive: true, mode: 0o700 });
    if (await created(file, line)) return;
    before = (await textOrNull(file)) ?? '';
  }
  if (highestIn(before, file).serial >= serial) return;
  await appended(file, before.endsWith('\n') ? line : `\n${line}`);
}

/** One write, so that lines of two processes do not mix; on the disk before it returns. */
async function appended(file: string, text: string): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_APPEND);
  try {
    const bytes = Buffer.from(text);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten !== bytes.length)
      throw new StateError(`${file} took a part of a line only: is its disk full?`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** The highest of its whole lines; of two that are as high, the first. */
function highestIn(text: string, file: string): Accepted {
  // A line that a crash cut short, or that is being written, has no end: nothing was accepted on its account.
  const whole = text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.endsWith('}'));
  const [first, ...more] = whole.map((line) => acceptedSchema.safeParse(jsonOrNull(line)).data);
  let highest = first;
  for (const one of more) {
    if (one === undefined || highest === undefined) highest = undefined;
    else if (one.serial > highest.serial) highest = one;
  }
  if (highest !== undefined) return highest;
  // Begun anew it would accept a folder of any age.
  throw new StateError(
    `${file} is damaged, so it is not known which folder was accepted last. Look at which serial is yours, then remove it.`,
  );
}

async function textOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
