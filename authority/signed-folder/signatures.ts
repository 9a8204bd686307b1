// signatures.json: what people have signed about the folder that it stands in. It is no part of what they sign.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Saying, sayingSchema } from '../../domain/statement/statement.schema.ts';
import { replaced } from '../durable-file.ts';
import { PolicyError } from '../policy-error.ts';

export const SIGNATURES_FILE = 'signatures.json';

const MOST_BYTES = 1024 * 1024;

const signaturesSchema = z.strictObject({
  version: z.literal(1),
  signatures: z.array(sayingSchema).max(20),
});

/** None where there is no such file. Throws `PolicyError` on one that cannot be read. */
export async function signaturesIn(folder: string): Promise<Saying[]> {
  const text = await readFile(path.join(folder, SIGNATURES_FILE), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  const read = signaturesSchema.safeParse(text.length > MOST_BYTES ? null : jsonOrNull(text));
  if (read.success) return read.data.signatures;
  const says = 'it is not what `custody runbook sign` writes: remove it and sign again';
  throw new PolicyError(folder, [{ file: SIGNATURES_FILE, line: 1, column: 1, says }]);
}

export async function writeSignatures(folder: string, signatures: readonly Saying[]): Promise<void> {
  const text = `${JSON.stringify({ version: 1, signatures }, null, 2)}\n`;
  await replaced(path.join(folder, SIGNATURES_FILE), text, 0o644);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
