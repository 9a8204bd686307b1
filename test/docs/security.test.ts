// docs/security.md against the code: every check of what is said and of the warrant, in its order, and a test for every "cannot".
import { expect, test } from 'vitest';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { alwaysChecks } from '../../authority/always.ts';
import { automaticChecks } from '../../authority/automatic/checks.ts';
import { loginChecks } from '../../authority/proof/id-token-checks.ts';
import { warrantChecks } from '../../authority/warrant.ts';
import { checks } from '../../domain/incident/said-checks.ts';
import { links, namesBelow, page, root } from './page.ts';

const text = page('docs/security.md');

test('every check of the warrant stands there, in the order in which they are made', () => {
  // The first two are made before there are facts for the others.
  const checks = ['orderIsWellFormed', 'stepExists', ...warrantChecks.map(({ name }) => name)];
  expect(namesBelow(text, 'The warrant')).toEqual(checks);
});

test('every check of what is done without people, in the order in which they are made', () => {
  expect(namesBelow(text, 'Without people')).toEqual(automaticChecks.map(({ name }) => name));
});

test('every check of a login, in the order in which they are made', () => {
  expect(namesBelow(text, 'A login')).toEqual(loginChecks.map(({ name }) => name));
});

test('every check of what is said, in the order in which they are made', () => {
  expect(namesBelow(text, 'What is said')).toEqual(checks.map(({ name }) => name));
  expect(namesBelow(text, 'Before any policy is asked')).toEqual(alwaysChecks.map(([name]) => name));
});

const testsIn = (part: string): string[] =>
  links(part).filter((target) => /^\.\.\/test\/.+\.test\.ts$/.test(target));

/** All but what is said to be possible. */
const [protectedAgainst = ''] = text.split('\n## What is left open');

test('every table of checks says where each row is tried', () => {
  const tables = protectedAgainst.split(/\n#+ /).filter((section) => section.includes('\n| check |'));
  expect(tables).toHaveLength(5);
  expect(tables.filter((section) => testsIn(section).length === 0)).toEqual([]);
});

test('every "cannot" names a test that there is', () => {
  const paragraphs = protectedAgainst.slice(protectedAgainst.indexOf('\n## ')).split(/\n(?=- |\*\*|\|)|\n\n/);
  const claims = paragraphs.filter((claim) => /\bcannot\b/.test(claim) && !claim.startsWith('|'));
  expect(claims.length).toBeGreaterThan(25);
  const proved = (claim: string) =>
    testsIn(claim).some((target) => existsSync(path.join(root, 'docs', target)));
  expect(claims.filter((claim) => !proved(claim))).toEqual([]);
});
