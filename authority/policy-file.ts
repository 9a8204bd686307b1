// Reads one YAML file of a policy folder against its schema, and knows at which line each thing stands.
// It collects every problem instead of stopping at the first, and never guesses what was meant.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';

export interface Problem {
  file: string;
  line: number;
  column: number;
  /** What is wrong and what to do. */
  says: string;
}

export type Path = readonly PropertyKey[];

export interface PolicyFile<T> {
  name: string;
  text: string;
  /** null where it could not be read; `problems` then says why. */
  value: T | null;
  problems: Problem[];
  /** A problem at a place in this file; a place that does not exist is reported at what would hold it. */
  problemAt(path: Path, says: string): Problem;
  /** Whether the file itself says something at this place. */
  holds(path: Path): boolean;
}

export function readPolicyFile<S extends z.ZodType>(
  name: string,
  text: string,
  schema: S,
): PolicyFile<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    uniqueKeys: true,
    stringKeys: true,
  });
  const at = (offset: number, says: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file: name, line: Math.max(line, 1), column: Math.max(col, 1), says };
  };
  const problemAt = (path: Path, says: string) => at(offsetOf(document.contents, path), says);
  const holds = (path: Path) => document.hasIn(path);
  const file = { name, text, problemAt, holds };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    at(pos[0], firstLine(message)),
  );
  if (broken.length > 0) return { ...file, value: null, problems: broken };
  // Aliases would let a few lines grow into a large policy, and hide what a reviewer reads.
  const alias = text.length === 0 ? undefined : firstAlias(document.contents);
  if (alias !== undefined)
    return { ...file, value: null, problems: [at(alias, 'aliases (*name) are not read: write it out')] };
  const raw = document.toJS() as unknown;
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (parsed.success) return { ...file, value: parsed.data, problems: [] };
  return {
    ...file,
    value: null,
    problems: parsed.error.issues.flatMap((issue) => asProblems(issue, problemAt)),
  };
}

function asProblems(issue: z.core.$ZodIssue, problemAt: PolicyFile<unknown>['problemAt']): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problemAt([...path, key], `${inWords([...path, key])}: unknown key; remove it or correct its spelling`),
    );
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).join(', ');
    return [problemAt(path, `${inWords(path)}: not a name that fits here (${why})`)];
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return [problemAt(path, `${inWords(path)} is missing: add it (${issue.expected})`)];
  }
  // A number of digits that was meant as a name: an account, which would lose its leading zero.
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof issue.input === 'number')
    return [problemAt(path, `${inWords(path)}: a text is needed here: put it in quotes`)];
  return [problemAt(path, `${inWords(path)}: ${issue.message}`)];
}

/** `classes[0].gates.act.quorum` */
function inWords(path: Path): string {
  const text = path.map((one) => (typeof one === 'number' ? `[${one}]` : `.${String(one)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

/** Where the last part of the path that exists begins: its key, for what stands in a map. */
function offsetOf(root: unknown, path: Path): number {
  let node: unknown = root;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(part),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

function firstAlias(node: unknown): number | undefined {
  if (isAlias(node)) return startOf(node) ?? 0;
  const children = isMap(node) ? node.items.map(({ value }) => value) : isSeq(node) ? node.items : [];
  for (const child of children) {
    const found = firstAlias(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

const firstLine = (message: string): string =>
  message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
