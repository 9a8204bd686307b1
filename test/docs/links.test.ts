// Every link of every page leads somewhere: to a file of the repository, and to a heading in it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { anchors, links, page, pages, root } from './page.ts';

const ELSEWHERE = /^https?:\/\//;

/** Why a link leads nowhere, or null. */
function broken(from: string, target: string): string | null {
  if (ELSEWHERE.test(target)) return null;
  const [file = '', anchor] = target.split('#');
  if (path.isAbsolute(file) || /^[a-z]+:/i.test(file))
    return `${target}: a link is relative, or begins with https://`;
  const to = file === '' ? from : path.posix.join(path.posix.dirname(from), file);
  if (to.startsWith('..')) return `${target}: leads out of the repository`;
  if (!existsSync(path.join(root, to))) return `${target}: there is no ${to}`;
  if (anchor === undefined) return null;
  return to.endsWith('.md') && anchors(page(to)).includes(anchor)
    ? null
    : `${target}: ${to} has no such heading`;
}

test.each(pages())('the links of %s', (file) => {
  const found = links(page(file)).flatMap((target) => broken(file, target) ?? []);
  expect(found).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  expect(broken('README.md', 'docs/cli.md#exit-codes')).toBeNull();
  expect(broken('docs/wire.md', '../README.md')).toBeNull();
  expect(broken('README.md', 'docs/nothing.md')).toContain('there is no docs/nothing.md');
  expect(broken('README.md', 'docs/cli.md#nothing')).toContain('no such heading');
  expect(broken('README.md', '../elsewhere.md')).toContain('leads out');
  expect(broken('README.md', '/etc/hosts')).toContain('relative');
  expect(broken('README.md', 'file:docs/cli.md')).toContain('relative');
});

test('every page is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const from of reached) {
    for (const target of links(page(from))) {
      const to = path.posix.join(path.posix.dirname(from), target.split('#')[0] ?? '');
      if (!ELSEWHERE.test(target) && to.endsWith('.md')) reached.add(to);
    }
  }
  expect(pages().filter((file) => !reached.has(file))).toEqual([]);
});
