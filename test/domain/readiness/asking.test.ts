// Of what an executor says about many identities, each gets what is its own; what it did not say is not known.
import { expect, it } from 'vitest';
import { heldOf, type Needs } from '../../../domain/readiness/asking.ts';

const ROBOT = 'aws/123456789012/iam-user/robot';
const ROLE = 'aws/123456789012/iam-role/payroll';
const needs: Needs = {
  key: ROBOT,
  permissions: ['iam:AttachUserPolicy'],
  targets: [],
  kinds: ['aws/quarantine'],
  touches: [ROBOT, ROLE],
};
const kept = { key: ROLE, why: 'it is kept' };

it('is what it needs, and whom its own steps act on', () => {
  const said = {
    missing: ['iam:AttachUserPolicy', 'iam:TagUser'],
    notTaken: ['aws/access-key'],
    untouchable: [kept, { key: 'aws/123456789012/iam-user/other', why: 'it is kept' }],
    unknown: null,
  };
  expect(heldOf(needs, said)).toEqual({
    key: ROBOT,
    missing: ['iam:AttachUserPolicy'],
    notTaken: [],
    untouchable: [kept],
    unknown: null,
  });
});

it('an executor that does not say whom it would refuse, as earlier ones do not, has not said that it would act', () => {
  expect(heldOf(needs, { missing: [], unknown: null }).unknown).toMatch(/earlier version/);
  expect(heldOf(needs, { missing: [], unknown: 'It may not ask.' }).unknown).toBe('It may not ask.');
  expect(heldOf(needs, { missing: [], unknown: null, untouchable: [] }).unknown).toBeNull();
});
