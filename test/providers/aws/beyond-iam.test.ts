// What IAM cannot change: each is refused, and says who can and what else would help.
import { describe, expect, it, test } from 'vitest';
import { whoElseChanges } from '../../../providers/aws/beyond-iam.ts';
import { lettingIn } from '../../../providers/aws/role/let-in.ts';
import type { Entrusted } from '../../../providers/aws/role/trust.ts';

const AT = 'arn:aws:iam::123456789012';

test.each([
  [{ kind: 'root', reference: 'root' }, /mailbox/],
  [
    { kind: 'iam-role', reference: 'AWSServiceRoleForEC2', path: '/aws-service-role/ec2.amazonaws.com/' },
    /linked to a service \(ec2\.amazonaws\.com\)/,
  ],
  [
    { kind: 'iam-role', reference: 'AWSReservedSSO_Admin_0123', path: '/aws-reserved/sso.amazonaws.com/' },
    /whoever runs Identity Center must/,
  ],
  [{ kind: 'iam-role', reference: 'AWSReservedSSO_Admin_0123' }, /whoever runs Identity Center must/],
  [{ kind: 'federated-user', reference: 'bob' }, /bob .*open an incident about that IAM user/],
])('$reference is refused', (asked, who) => {
  const says = whoElseChanges(asked) ?? '';
  expect(says).toMatch(who);
  expect(says).toContain('What helps: ');
  expect(says.length).toBeLessThanOrEqual(500);
});

test.each([
  { kind: 'iam-user', reference: 'root' },
  { kind: 'iam-user', reference: 'AWSReservedSSO_like' },
  { kind: 'iam-role', reference: 'deployer', path: '/aws-service-roles-of-mine/' },
])('$kind $reference is not', (asked) => {
  expect(whoElseChanges(asked)).toBeNull();
});

describe('who stops what a trust policy lets in', () => {
  it.each<[Entrusted['kind'], string, RegExp]>([
    ['Federated', `${AT}:oidc-provider/token.actions.githubusercontent.com`, /owns the repository/],
    ['Federated', `${AT}:oidc-provider/gitlab.example.com`, /runs that issuer/],
    ['Federated', `${AT}:saml-provider/company`, /SAML/],
    ['Federated', 'accounts.google.com', /Logins of accounts\.google\.com/],
    ['Service', 'rolesanywhere.amazonaws.com', /trust anchor/],
    ['Service', 'ec2.amazonaws.com', /instance profile/],
  ])('%s %s', (kind, id, says) => {
    expect(lettingIn([{ kind, id }])).toEqual([expect.stringMatching(says)]);
  });

  it('needs no word where an incident about it can be opened', () => {
    expect(
      lettingIn([
        { kind: 'AWS', id: `${AT}:user/robot` },
        { kind: 'Service', id: 'lambda.amazonaws.com' },
        { kind: 'anybody', id: '*' },
      ]),
    ).toEqual([]);
  });

  it('is said once a kind of door', () => {
    const of = (n: number) => ({
      kind: 'Federated' as const,
      id: `${AT}:oidc-provider/issuer-${n}`,
    });
    const says = lettingIn(Array.from({ length: 50 }, (_, n) => of(n)));
    expect(says).toHaveLength(1);
  });
});
