import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits, isPattern } from '../../../domain/runbook/pattern.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);

describe('a pattern over keys', () => {
  it.each([
    ['aws/1/iam-user/deploy-robot', 'aws/1/iam-user/deploy-robot', true],
    ['aws/*/iam-user/deploy-*', 'aws/1/iam-user/deploy-robot', true],
    ['aws/*/iam-user/*', 'aws/1/iam-user/deploy%2Frobot', true],
    ['aws/*/iam-user/*-robot-*', 'aws/1/iam-user/a-robot-b', true],
    ['aws/*/iam-user/ab*bc', 'aws/1/iam-user/abc', false],
    ['aws/*/iam-user/a*b*a', 'aws/1/iam-user/aba', true],
    ['aws/*/iam-user/a*b*a', 'aws/1/iam-user/aa', false],
    ['aws/*', 'aws/1/iam-user/x', false],
    ['*/*/*/*', 'aws/1/iam-user/x', true],
    ['aws/1/iam-user/deploy', 'aws/1/iam-user/deploy-robot', false],
    ['aws/1/iam-user/deploy.robot', 'aws/1/iam-user/deploy-robot', false],
  ])('%s on %s: %s', (pattern, key, does) => {
    expect(fits(pattern, key)).toBe(does);
  });

  it('fits exactly what the same regular expression fits', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '/'), maxLength: 10 });
    fc.assert(
      fc.property(letters, letters, (pattern, key) => {
        expect(fits(pattern, key)).toBe(new RegExp(`^${pattern.replaceAll('*', '[^/]*')}$`).test(key));
      }),
      { numRuns: RUNS * 5 },
    );
  });

  it.each([
    ['aws/*/iam-user/x', true],
    ['aws/1/x', false],
    ['aws//iam-user/x', false],
    ['*', false],
  ])('%s is one: %s', (text, is) => {
    expect(isPattern(text)).toBe(is);
  });
});
