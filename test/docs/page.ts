// Reads a page of the documentation, and what stands in it: code, tables, links, headings.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** `file` from the root. */
export const page = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const NOT_OURS = /^(node_modules|dist(\..*)?|\.git)$/;

/** Every Markdown file of the repository, from the root. */
export function pages(folder = ''): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : pages(file);
    return entry.name.endsWith('.md') ? [file] : [];
  });
}

const FENCE = /^([ \t]*)```(\w*)\n([\s\S]*?)^\1```[ \t]*$/gm;

/** Contents of the fenced blocks of one language; '' for those that name none. */
export const fences = (text: string, language: string): string[] =>
  [...text.matchAll(FENCE)].flatMap(([, , named, content = '']) => (named === language ? [content] : []));

export const withoutFences = (text: string): string => text.replace(FENCE, '');

/** Contents of `code` within lines. */
export const codeSpans = (text: string): string[] =>
  [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** Rows of every table below a heading, up to the next one; each row its cells. */
export function rowsBelow(text: string, heading: string): string[][] {
  const [, after] = text.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (after === undefined) throw new Error(`there is no heading "${heading}"`);
  const [section = ''] = withoutFences(after).split(/^#+ /m);
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    );
}

/** Names that stand as `name` alone in the first cells below a heading. */
export const namesBelow = (text: string, heading: string): string[] =>
  rowsBelow(text, heading).flatMap(([first = '']) => /^`([^`]+)`$/.exec(first)?.[1] ?? []);

/** Targets of links. */
export const links = (text: string): string[] =>
  [
    ...withoutFences(text)
      .replace(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);

/** Anchors of headings, as GitHub makes them. */
export const anchors = (text: string): string[] =>
  [...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
