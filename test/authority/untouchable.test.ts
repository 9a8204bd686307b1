// Whom an executor says that it would refuse is whom its warrant check refuses: both ask the same.
import { expect, it } from 'vitest';
import { untouchableOf } from '../../authority/warrant/untouchable.ts';

const key = (name: string) => `aws/123456789012/iam-user/${name}`;
const own = { policy: { protected: ['aws/*/iam-user/Break-Glass-*'] }, self: [key('custody-identity')] };

it('names those that its policy protects and itself, however they are written, and nobody else', () => {
  const asked = ['break-glass-1', 'Custody-Identity', 'deploy-robot', 'custody-identity-2'].map(key);
  expect(untouchableOf(asked, own)).toEqual([
    { key: key('break-glass-1'), why: 'its own policy.yaml protects it (aws/*/iam-user/Break-Glass-*)' },
    { key: key('Custody-Identity'), why: 'it is this executor itself' },
  ]);
});
