// IAM's wildcards, against a regular expression on small patterns, and on patterns that would hold one up for ever.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matches } from '../../../providers/aws/wildcard.ts';

it.each([
  ['*', 'iam:PassRole', true],
  ['*', '', true],
  ['', '', true],
  ['', 'iam:PassRole', false],
  ['iam:*', 'iam:PassRole', true],
  ['IAM:passrole', 'iam:PassRole', true],
  ['iam:Pass????', 'iam:PassRole', true],
  ['iam:Pass???', 'iam:PassRole', false],
  ['iam:*User*', 'iam:AttachUserPolicy', true],
  ['iam:*Role', 'iam:PassRoleX', false],
  ['s3:*', 'iam:PassRole', false],
  ['arn:aws:iam::*:role/*', 'arn:aws:iam::123456789012:role/deployer', true],
  ['arn:aws:iam::*:role/a.c', 'arn:aws:iam::123456789012:role/abc', false],
])('%s on %s: %s', (pattern, text, fits) => {
  expect(matches(pattern, text)).toBe(fits);
});

it('agrees with a regular expression', () => {
  const letters = (...of: string[]) =>
    fc.array(fc.constantFrom(...of), { maxLength: 7 }).map((list) => list.join(''));
  fc.assert(
    fc.property(letters('a', 'b', '*', '?'), letters('a', 'b', 'B'), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
      expect(matches(pattern, text)).toBe(expression.test(text));
    }),
  );
});

it('ends, whatever the thief has written', () => {
  expect(matches(`${'*a'.repeat(3_000)}b`, 'a'.repeat(60))).toBe(false);
  expect(matches('*'.repeat(6_000), 'iam:PassRole')).toBe(true);
});
