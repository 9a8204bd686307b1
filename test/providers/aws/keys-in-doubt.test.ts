// Which keys are cut and which is replaced, where a thief has made one beside the service's.
import { expect, it } from 'vitest';
import { keysInDoubt } from '../../../providers/aws/keys-in-doubt.ts';
import type { LastUse } from '../../../providers/aws/users.ts';
import type { WayIn } from '../../../providers/aws/ways-in.ts';

const key = (id: string, createdAt: string, open = true): WayIn => ({
  kind: 'access-key',
  id,
  status: open ? 'Active' : 'Inactive',
  createdAt,
  open,
});
const OLD = key('AKIAOLD', '2026-03-01T00:00:00.000Z', false);
const THIEF = key('AKIATHIEF', '2026-11-24T03:00:00.000Z');
const used: LastUse = {
  userName: 'deploy-robot',
  at: '2026-11-24T03:05:00.000Z',
  service: 's3',
  region: 'us-east-1',
};
const never: LastUse = { ...used, at: null };

const doubt = (keys: WayIn[], uses: Record<string, LastUse>, named: string[]) =>
  keysInDoubt(keys, new Map(Object.entries(uses)), { named, ours: () => false, atWork: true, since: null });

it.each([
  ['both were used', { AKIAOLD: used, AKIATHIEF: used }],
  ["the service's use is not on record yet, the thief's is", { AKIAOLD: never, AKIATHIEF: used }],
  ["only the service's is", { AKIAOLD: used, AKIATHIEF: never }],
])("both are cut, and the service's is replaced: %s", (_, uses) => {
  for (const keys of [
    [OLD, THIEF],
    [THIEF, OLD],
  ])
    for (const named of [
      ['AKIAOLD', 'AKIATHIEF'],
      ['AKIATHIEF', 'AKIAOLD'],
    ]) {
      const { cut, replace } = doubt(keys, uses, named);
      expect(cut.map(({ id }) => id).toSorted()).toEqual(['AKIAOLD', 'AKIATHIEF']);
      expect(replace?.id).toBe('AKIAOLD');
    }
});

it('where no alert names a key, an older one that was never used is not what the service works with', () => {
  const idle = key('AKIAIDLE', '2025-01-01T00:00:00.000Z');
  const { cut, replace } = doubt([idle, OLD], { AKIAIDLE: never, AKIAOLD: used }, ['ASIASESSION']);
  expect(cut).toHaveLength(2);
  expect(replace?.id).toBe('AKIAOLD');
});
