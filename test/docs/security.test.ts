// docs/security.md against the code: every check of the warrant, in its order.
import { expect, test } from 'vitest';
import { automaticChecks } from '../../authority/automatic/checks.ts';
import { loginChecks } from '../../authority/proof/id-token-checks.ts';
import { warrantChecks } from '../../authority/warrant.ts';
import { links, namesBelow, page } from './page.ts';

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

test('every "cannot" of what is taken over names a test', () => {
  const [, after = ''] = text.split('## When something is taken over');
  const [section = ''] = after.split('\n## ');
  const claims = section.split(/\n(?=- |\*\*)/).filter((claim) => /\bcannot\b/.test(claim));
  expect(claims.length).toBeGreaterThan(8);
  const unproved = claims.filter(
    (claim) => !links(claim).some((target) => /^\.\.\/test\/.+\.test\.ts$/.test(target)),
  );
  expect(unproved).toEqual([]);
});
