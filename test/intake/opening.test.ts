// Which incident a detection opens: one row a rule.
import { expect, test } from 'vitest';
import { type Named, opening } from '../../domain/detection/opening.ts';

const KEY = 'AKIADEPLOYROBOT00001';
const robot: Named = {
  provider: 'aws',
  accountId: '111122223333',
  identityKind: 'aws-iam-user-access-key',
  identityRef: 'robot',
  credentialId: KEY,
  isSample: false,
};
const AT = 'aws/111122223333';
const okta: Named = {
  ...robot,
  provider: 'okta',
  accountId: null,
  identityKind: 'okta-user',
  credentialId: null,
};

test.each<[name: string, named: Named, key: string | null]>([
  ['a user by name', robot, `${AT}/iam-user/robot`],
  ['a user with its path', { ...robot, identityRef: 'ci/robot' }, `${AT}/iam-user/robot`],
  [
    'a user by ARN',
    { ...robot, identityRef: 'arn:aws:iam::111122223333:user/ci/robot' },
    `${AT}/iam-user/robot`,
  ],
  [
    'an ARN alone knows the account',
    { ...robot, accountId: null, identityRef: 'arn:aws:iam::111122223333:user/robot' },
    `${AT}/iam-user/robot`,
  ],
  ['an ARN of another account', { ...robot, identityRef: 'arn:aws:iam::999988887777:user/robot' }, null],
  [
    'an ARN of root under the wrong kind',
    { ...robot, identityRef: 'arn:aws:iam::111122223333:root' },
    `${AT}/root/root`,
  ],
  [
    'an ARN of a group',
    { ...robot, credentialId: null, identityRef: 'arn:aws:iam::111122223333:group/g' },
    null,
  ],
  ['root', { ...robot, identityKind: 'aws-root', identityRef: null }, `${AT}/root/root`],
  [
    'a unique id with a key',
    { ...robot, identityRef: 'user/AIDADEPLOYROBOT00001' },
    `${AT}/access-key/${KEY}`,
  ],
  [
    'a secret by name',
    { ...robot, identityKind: 'secret', identityRef: 'shop/token', credentialId: null },
    `${AT}/secret/shop%2Ftoken`,
  ],
  [
    'a secret by ARN',
    {
      ...robot,
      accountId: null,
      identityKind: 'aws-secret',
      identityRef: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/token-AbC1d2',
      credentialId: null,
    },
    `${AT}/secret/shop%2Ftoken`,
  ],
  [
    'a secret that cannot be called so',
    { ...robot, identityKind: 'secret', identityRef: 'shop token', credentialId: null },
    null,
  ],
  [
    'a unique id without key',
    { ...robot, credentialId: null, identityRef: 'AIDADEPLOYROBOT00001' },
    `${AT}/unique-id/AIDADEPLOYROBOT00001`,
  ],
  ['a lone key', { ...robot, identityRef: null }, `${AT}/access-key/${KEY}`],
  ['a lone key of an unknown account', { ...robot, accountId: null }, `aws/-/access-key/${KEY}`],
  [
    'a lone key that tells its account',
    { ...robot, accountId: null, credentialId: 'AKIAY34FZKBOKMUTVV7A' },
    'aws/609629065308/access-key/AKIAY34FZKBOKMUTVV7A',
  ],
  [
    'a lone key in the account that the alert says, whatever the key tells',
    { ...robot, identityRef: null, credentialId: 'AKIAY34FZKBOKMUTVV7A' },
    `${AT}/access-key/AKIAY34FZKBOKMUTVV7A`,
  ],
  [
    "a unique id with a session's key, which tells the account",
    {
      ...robot,
      accountId: null,
      identityRef: 'AROADEPLOYROBOT00001:s',
      credentialId: 'ASIAY34FZKBOKMUTVV7A',
    },
    'aws/609629065308/unique-id/AROADEPLOYROBOT00001',
  ],
  [
    'a unique id of an unknown account',
    { ...robot, accountId: null, identityRef: 'AROADEPLOYROBOT00001:s', credentialId: null },
    null,
  ],
  [
    'a unique id with too much behind it',
    { ...robot, credentialId: null, identityRef: 'AROADEPLOYROBOT00001:s:t' },
    null,
  ],
  [
    'a lone key of no kind',
    { ...robot, identityKind: 'other', identityRef: null },
    `${AT}/access-key/${KEY}`,
  ],
  ['a lone key that is none', { ...robot, identityRef: null, credentialId: 'AKIASHORT' }, null],
  ['a user with a key that is none', { ...robot, credentialId: 'AKIASHORT' }, `${AT}/iam-user/robot`],
  ['a user without account and key', { ...robot, accountId: null, credentialId: null }, null],
  ['nobody', { ...robot, identityKind: 'other', identityRef: null, credentialId: null }, null],
  [
    'a role',
    { ...robot, identityKind: 'aws-iam-role', identityRef: 'arn:aws:iam::111122223333:role/a/b' },
    `${AT}/iam-role/b`,
  ],
  ['a session by its role', { ...robot, identityKind: 'aws-assumed-role-session' }, `${AT}/iam-role/robot`],
  [
    'a session by ARN',
    { ...robot, identityRef: 'arn:aws:sts::111122223333:assumed-role/r/s' },
    `${AT}/iam-role/r`,
  ],
  [
    'a session whose name no session can have',
    { ...robot, identityRef: 'arn:aws:sts::111122223333:assumed-role/r/s/t' },
    null,
  ],
  [
    'a session by its unique id',
    {
      ...robot,
      identityKind: 'aws-assumed-role-session',
      identityRef: 'AROADEPLOYROBOT00001:s',
      credentialId: null,
    },
    `${AT}/unique-id/AROADEPLOYROBOT00001`,
  ],
  [
    'a federated user',
    { ...robot, identityRef: 'arn:aws:sts::111122223333:federated-user/f' },
    `${AT}/federated-user/f`,
  ],
  ['11 digits', { ...robot, accountId: '11112222333' }, null],
  ['13 digits', { ...robot, accountId: '1111222233334' }, null],
  ['an account that is a word', { ...robot, accountId: '<account_uid>' }, null],
  ['an unfilled name', { ...robot, identityRef: '${user}' }, null],
  ['a name that IAM does not allow', { ...robot, identityRef: 'ro bot' }, null],
  ['a documented placeholder', { ...robot, credentialId: 'ACCESS_KEY_ID_HERE' }, null],
  ['a blanked key', { ...robot, credentialId: 'AKIAXXXXXXXXXX' }, null],
  [
    'generated names in what is no sample',
    { ...robot, identityRef: 'GeneratedFindingUserName', credentialId: null },
    null,
  ],
  [
    'a real user called so',
    { ...robot, identityRef: 'GeneratedFindingUserName' },
    `${AT}/iam-user/GeneratedFindingUserName`,
  ],
  ['a user called PLACEHOLDER', { ...robot, identityRef: 'PLACEHOLDER' }, `${AT}/iam-user/PLACEHOLDER`],
  ['another plane', { ...okta, identityRef: 'm@example.com' }, 'okta/-/user/m%40example.com'],
  [
    'a role of PostgreSQL',
    {
      ...okta,
      provider: 'postgres',
      accountId: 'orders-db',
      identityKind: 'postgres-role',
      identityRef: 'app_a',
    },
    'postgres/orders-db/role/app_a',
  ],
  ['another plane, nobody', { ...okta, identityRef: null }, null],
  ['another plane, other', { ...okta, identityKind: 'other' }, null],
  ['an unknown plane', { ...okta, provider: 'unknown' }, null],
  ['a name with half a character', { ...okta, identityRef: 'a\uD800' }, null],
  ['a name too long for a workflow id', { ...okta, identityRef: 'é'.repeat(400) }, null],
])('%s', (_, named, key) => {
  const opened = opening(named);
  expect(opened).toMatchObject({ opens: key !== null, key });
  expect(opened.why).toMatch(key === null ? /: opens nothing$/ : /: opens an incident$/);
});

const sample: Named = {
  ...robot,
  isSample: true,
  identityRef: 'GeneratedFindingUserName',
  credentialId: 'GeneratedFindingAccessKeyId',
};

test.each<[name: string, named: Named, key: string | null]>([
  ['by name', sample, `${AT}/iam-user/GeneratedFindingUserName`],
  ['by key', { ...sample, identityRef: null }, `${AT}/access-key/GeneratedFindingAccessKeyId`],
  ['of a malformed account', { ...sample, accountId: '1' }, null],
  ['of no account', { ...sample, accountId: null }, null],
])('a sample %s', (_, named, key) => {
  expect(opening(named)).toMatchObject({ key, opens: key !== null });
  if (key !== null) expect(opening(named).why).toBe('sample: opens a drill');
});
