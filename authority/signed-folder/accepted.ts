// What a process has accepted last of its policy folder, kept in its own state folder so that no restart forgets it.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { replaced } from '../durable-file.ts';
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
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const read = acceptedSchema.safeParse(jsonOrNull(text));
  if (read.success) return read.data;
  // Begun anew it would accept a folder of any age.
  throw new StateError(
    `${file} is damaged, so it is not known which folder was accepted last. Look at which serial is yours, then remove it.`,
  );
}

/** Another process of the same state folder may have gone further meanwhile: what is kept never gets older. */
export async function keepAccepted(state: string, { serial, hash }: Accepted): Promise<void> {
  const before = await lastAccepted(state);
  if (before !== null && before.serial >= serial) return;
  await mkdir(state, { recursive: true, mode: 0o700 });
  await replaced(path.join(state, ACCEPTED_FILE), `${JSON.stringify({ serial, hash })}\n`);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
