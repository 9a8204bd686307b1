// Who a trust policy lets in: what it might allow counts as allowed.
import { describe, expect, it } from 'vitest';
import { type Admission, admits, trustOf } from '../../../../providers/aws/role/trust.ts';

const ROLE = { arn: 'arn:aws:iam::123456789012:role/team/deployer', uniqueId: 'AROADEPLOYER000000001' };
const trust = (...Statement: object[]) => trustOf(encodeURIComponent(JSON.stringify({ Statement })));
const allow = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
});

describe('a role is let in', () => {
  it.each<[string, object, Admission | null]>([
    ['by its ARN', allow({ AWS: ROLE.arn }), 'itself'],
    ['among others', allow({ AWS: ['arn:aws:iam::123456789012:user/x', ROLE.arn] }), 'itself'],
    ['by its unique id', allow({ AWS: ROLE.uniqueId }), 'itself'],
    [
      'by a session of its own',
      allow({ AWS: 'arn:aws:sts::123456789012:assumed-role/deployer/ci' }),
      'itself',
    ],
    ['like everybody', allow('*'), 'anybody'],
    ['like everybody of AWS', allow({ AWS: '*' }), 'anybody'],
    [
      'where it is not among those who are not',
      { Effect: 'Allow', NotPrincipal: { AWS: 'x' }, Action: 'sts:*' },
      'anybody',
    ],
    ['under a condition', allow({ AWS: ROLE.arn }, { Condition: { Bool: { a: 'true' } } }), 'itself'],
    [
      'by any action but some',
      { ...allow({ AWS: ROLE.arn }), Action: undefined, NotAction: 's3:*' },
      'itself',
    ],
    ['by its account', allow({ AWS: 'arn:aws:iam::123456789012:root' }), 'account'],
    ['by the number of its account', allow({ AWS: '123456789012' }), 'account'],
    ['not by another account', allow({ AWS: 'arn:aws:iam::999999999999:root' }), null],
    ['not by a role whose name begins so', allow({ AWS: `${ROLE.arn}-2` }), null],
    [
      'not by a session of a role whose name begins so',
      allow({ AWS: 'arn:aws:sts::123456789012:assumed-role/deployer-2/ci' }),
      null,
    ],
    ['not as a service', allow({ Service: 'ec2.amazonaws.com' }), null],
    ['not by another action', allow({ AWS: ROLE.arn }, { Action: 'sts:TagSession' }), null],
    ['not by a deny', { ...allow({ AWS: ROLE.arn }), Effect: 'Deny' }, null],
  ])('%s', (_, statement, expected) => {
    expect(admits(trust(statement), ROLE)).toBe(expected);
  });

  it('by what cannot be understood', () => {
    for (const text of [undefined, '{', encodeURIComponent('null')]) {
      expect(trustOf(text).entrusted).toBeNull();
      expect(admits(trustOf(text), ROLE)).toBe('unclear');
    }
  });
});

it('names services and identity providers as such', () => {
  const federated = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
  const Action = 'sts:AssumeRoleWithWebIdentity';
  expect(
    trust(
      allow({ Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] }),
      allow({ Federated: federated }, { Action }),
    ).entrusted,
  ).toEqual([
    { kind: 'Service', id: 'ec2.amazonaws.com' },
    { kind: 'Service', id: 'ssm.amazonaws.com' },
    { kind: 'Federated', id: federated },
  ]);
});
