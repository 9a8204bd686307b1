// What an executor says of its permissions is bounded, and what cannot be read is not known.
import { expect, it } from 'vitest';
import { readPreflight } from '../../workflows/preflight.ts';

it('is taken as it was said', () => {
  const said = { missing: ['iam:AttachUserPolicy'], unknown: null };
  expect(readPreflight({ ...said, more: 'of another version' })).toEqual(said);
  expect(readPreflight({ missing: [], unknown: 'it may not ask' })).toEqual({
    missing: [],
    unknown: 'it may not ask',
  });
});

it('is bounded, and has a canonical form', () => {
  const many = Array.from({ length: 100 }, (_, index) => `${index}:${'x'.repeat(1_000)}`);
  const { missing, unknown } = readPreflight({ missing: many, unknown: `half \ud800 ${'y'.repeat(1_000)}` });
  expect(missing).toHaveLength(64);
  expect(missing.every((one) => one.length === 256)).toBe(true);
  expect(unknown).toHaveLength(300);
  expect(unknown?.slice(0, 7)).toBe('half \ufffd ');
  expect(readPreflight({ missing: [`${'x'.repeat(255)}😀`], unknown: null }).missing).toEqual([
    `${'x'.repeat(255)}\ufffd`,
  ]);
});

it.each([
  undefined,
  null,
  'all',
  [],
  {},
  { missing: 'all', unknown: null },
  { missing: [1], unknown: null },
  { missing: [] },
  { missing: [], unknown: 1 },
])('of %j is not known', (said) => {
  const { missing, unknown } = readPreflight(said);
  expect(missing).toEqual([]);
  expect(unknown).toMatch(/cannot be read/);
});
