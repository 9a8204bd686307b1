// A policy folder that cannot be used: every problem at once, each with its place and what to do.
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from './policy-file.ts';

export class PolicyError extends Error {
  readonly code = 'policyInvalid';
  readonly folder: string;
  readonly problems: readonly Problem[];
  constructor(folder: string, problems: readonly Problem[]) {
    const lines = problems.map(
      ({ file, line, column, says }) => `${path.join(folder, file)}:${line}:${column}: ${says}`,
    );
    super(
      `The policy folder ${folder} cannot be used (${problems.length} problem${problems.length === 1 ? '' : 's'}):\n${lines.join('\n')}`,
    );
    this.name = 'PolicyError';
    this.folder = folder;
    this.problems = problems;
  }
}

/** The texts of these files, by name. Throws `PolicyError` for all that are missing or not UTF-8. */
export async function textsOf(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const problems: Problem[] = [];
  const texts: Record<string, string> = {};
  for (const file of names) {
    try {
      texts[file] = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path.join(folder, file)));
    } catch (error) {
      const says = whyUnread(error);
      if (says === null) throw error;
      problems.push({ file, line: 1, column: 1, says });
    }
  }
  if (problems.length > 0) throw new PolicyError(folder, problems);
  return texts;
}

/** The texts of those of these files that are there, by name. */
export async function optionalTextsOf(
  folder: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const there: string[] = [];
  for (const name of names) {
    const isThere = await access(path.join(folder, name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    );
    if (isThere) there.push(name);
  }
  return textsOf(folder, there);
}

function whyUnread(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return 'there is no such file: add it, or point to the right folder';
  if (code === 'EACCES') return 'it may not be read by this process: change its owner or mode';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8: save it as UTF-8' : null;
}
