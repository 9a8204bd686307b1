// The histories that are kept: a folder a set, in it for each incident its runs (`NAME.1.json`, in the protobuf JSON of
// Temporal's own tools), its record as it was settled and sealed (`NAME.record.jsonl`), and the public keys that it holds by
// (`NAME.people.json`). A set of a released version is never changed: incidents of its shape may be running somewhere.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type History, historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';

export interface Kept {
  /** `0.1.0/main-path` */
  name: string;
  /** As they stand in the files. */
  runs: string[];
  /** Lines of the record, then the seal. */
  record: string;
  directory: Directory;
}

export const folderOfSets = path.dirname(fileURLToPath(import.meta.url));

export async function keptIncidents(): Promise<Kept[]> {
  const entries = await readdir(folderOfSets, { withFileTypes: true });
  const sets = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return (await Promise.all(sets.toSorted().map(incidentsOf))).flat();
}

async function incidentsOf(set: string): Promise<Kept[]> {
  const folder = path.join(folderOfSets, set);
  const files = (await readdir(folder)).toSorted();
  const read = (file: string) => readFile(path.join(folder, file), 'utf8');
  const names = files.flatMap((file) => /^(.+)\.record\.jsonl$/.exec(file)?.[1] ?? []);
  return Promise.all(
    names.map(async (name) => ({
      name: `${set}/${name}`,
      runs: await Promise.all(runFiles(name, files).map(read)),
      record: await read(`${name}.record.jsonl`),
      directory: JSON.parse(await read(`${name}.people.json`)) as Directory,
    })),
  );
}

const runFiles = (name: string, files: readonly string[]): string[] =>
  files
    .filter((file) => file.startsWith(`${name}.`) && /^\d+\.json$/.test(file.slice(name.length + 1)))
    .toSorted((a, b) => numberOf(a) - numberOf(b));

const numberOf = (file: string): number => Number(/\.(\d+)\.json$/.exec(file)?.[1]);

export async function keep(
  set: string,
  { name, runs, record, directory }: { name: string; runs: string[]; record: string; directory: Directory },
): Promise<void> {
  const folder = path.join(folderOfSets, set);
  await mkdir(folder, { recursive: true });
  const write = (file: string, text: string) => writeFile(path.join(folder, `${name}.${file}`), text);
  for (const [i, run] of runs.entries()) await write(`${i + 1}.json`, run);
  await write('record.jsonl', record);
  await write('people.json', `${JSON.stringify(directory, null, 2)}\n`);
}

export const historyIn = (run: string): History => historyFromJSON(JSON.parse(run));
