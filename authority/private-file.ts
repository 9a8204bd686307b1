// A file that only its owner can read: keys and passphrases. One that others can read is refused, with what to do.
import { constants, open } from 'node:fs/promises';
import { KeyError } from './key-error.ts';

/** Permission bits of the group and of everybody else. */
const OTHERS = 0o077;

/** `missing` is what to say where there is no such file; `exposed` what to do where others may have read it. */
export async function privateText(path: string, missing: string, exposed: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new KeyError('keyMissing', missing);
  });
  try {
    // Asked of the open file, so that it cannot be exchanged between the look and the read.
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      throw new KeyError(
        'keyReadableByOthers',
        `${path} can be read by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${path}. ${exposed}`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
