// What an executor says of its permissions is bounded, and what cannot be read is not known.
import { expect, it } from 'vitest';
import { readPreflight } from '../../workflows/preflight.ts';

it('is taken as it was said', () => {
  const said = { missing: ['iam:AttachUserPolicy'], unknown: null };
  expect(readPreflight({ ...said, more: 'of another version' })).toEqual(said);
  const kept = {
    ...said,
    notTaken: ['aws/quarantine'],
    untouchable: [{ key: 'aws/1/iam-user/pay', why: 'it is kept' }],
  };
  expect(readPreflight(kept)).toEqual(kept);
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
  { missing: [], unknown: null, untouchable: 'nobody' },
  { missing: [], unknown: null, untouchable: [null] },
  { missing: [], unknown: null, untouchable: [{ key: 'aws/1/iam-user/pay' }] },
  // A list that is cut off would pass the rest for those whom it acts on.
  { missing: [], unknown: null, untouchable: Array.from({ length: 1_001 }, () => ({ key: 'x', why: 'y' })) },
])('of %j is not known', (said) => {
  const { missing, unknown } = readPreflight(said);
  expect(missing).toEqual([]);
  expect(unknown).toMatch(/cannot be read/);
});
