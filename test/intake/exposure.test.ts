// Where a secret lies open: the place is kept, whatever lets somebody in is not.
import { heardDetection } from '../../domain/detection/heard.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAlerts } from '../../intake/read.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCY1ZexampleK';

const sent = {
  format: 'custody/detection/1',
  source: 'our-siem',
  sourceId: 'case-1',
  updatedAt: '1',
  provider: 'aws',
  accountId: '111122223333',
  identityKind: 'aws-iam-user',
  identityRef: 'deploy-robot',
  credentialId: 'AKIADEPLOYROBOT00001',
  severity: null,
  occurredAt: null,
};
const kept = (...exposures: string[]) => {
  const { detections, refusal } = readAlerts(JSON.stringify({ ...sent, exposures }));
  expect(refusal).toBeUndefined();
  return detections[0]?.exposures;
};

test.each([
  ['https://github.com/shop/deploy', 'https://github.com/shop/deploy'],
  ['https://Git.Example.com/', 'https://git.example.com'],
  ['https://reader:letmein@git.example.com/shop/raw?ref=main#L7', 'https://git.example.com/shop/raw'],
  ['https://git.example.com/my file?token=a b c', 'https://git.example.com/my%20file'],
  ['https://git.example.com:8443/shop', 'https://git.example.com:8443/shop'],
  ['s3://shop-backups/2026/env?versionId=7', 's3://shop-backups/2026/env'],
  ['www.example.com/shop?tab=raw', 'www.example.com/shop'],
  ['reader@pastes.example.com/x', 'pastes.example.com/x'],
  ['git@github.com:shop/deploy.git', 'github.com/shop/deploy.git'],
  ['https://medium.example.com/@shop/how-we-deploy', 'https://medium.example.com/@shop/how-we-deploy'],
  ['https://a:b:c', '[removed]'],
  ['the #deploys channel of our chat', 'the #deploys channel of our chat'],
  ['line 7 of (https://u:p@logs.example.com/a?sig=1) today', 'line 7 of (https://logs.example.com/a today'],
  ['//u:p@logs.example.com/a?sig=1', '//logs.example.com/a'],
  ['a log\u001B[2J\u202Eline', 'a log [2J line'],
])('%j is kept as %j', (place, address) => {
  expect(kept(place)).toEqual([address]);
});

test.each([
  'https://github.com/Shop2/Deploy/blob/4f2a91c07de35b6880a1f2e3d4c5b6a798071625/src/Config.ts',
  'https://github.com/Acme/Deploy2/blob/main/src/config/production/settings',
  'https://gitlab.example.com/Platform/Robots3/-/tree/Release-2026/Deploy/Secrets',
])('%s is an address and no secret', (place) => {
  expect(kept(place)).toEqual([place]);
});

test.each([
  [`https://pastes.example.com/${SECRET}`, 'https://pastes.example.com/[removed]'],
  [`https://pastes.example.com/a/${SECRET}/raw`, 'https://pastes.example.com/a/[removed]/raw'],
  [
    `https://pastes.example.com/${encodeURIComponent(SECRET)}/raw`,
    'https://pastes.example.com/[removed]/raw',
  ],
  [`https://pastes.example.com/ghp_${'a1B2'.repeat(9)}`, 'https://pastes.example.com/[removed]'],
  [SECRET, '[removed]'],
  ['-----BEGIN PRIVATE KEY-----\nMIIEvw', '[removed]'],
])('%s holds a secret, which is not kept', (place, address) => {
  expect(kept(place)).toEqual([address]);
});

test('no user, query or fragment of an address comes out', () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/);
  // `hvs.` and its kin begin a token of Vault.
  const host = word.filter((one) => !one.startsWith('hv'));
  fc.assert(
    fc.property(host, word, word, word, (host, path, user, rest) => {
      const places = ['https://', 'HTTP://', 's3://', ''].flatMap((scheme) => [
        `${scheme}${user}:mark1@${host}.example.com/${path}?${rest}=mark2#mark3`,
        `see ${scheme}${user}:mark1@${host}.example.com/${path}?${rest}=mark2#mark3`,
      ]);
      const told = kept(...places) ?? [];
      expect(told.join(' ')).not.toMatch(/mark\d/);
      for (const place of told) expect(place).toMatch(new RegExp(`${host}\\.example\\.com/${path}$`));
    }),
  );
});

test('each place is named once, and there are so many at most', () => {
  expect(kept('https://a.example.com/x?1', 'https://a.example.com/x?2')).toEqual(['https://a.example.com/x']);
  expect(kept(...Array.from({ length: 20 }, (_, i) => `https://a.example.com/${i}`))).toHaveLength(20);
});

test('a long address is cut between names', () => {
  const [place = ''] = kept(`a.example.com/${'shop/'.repeat(90)}${'ä'.repeat(30)}`) ?? [];
  expect(place).toBe(`a.example.com/${'shop/'.repeat(90)}`.slice(0, -1));
});

test('what AWS sends names the place; what says none has no such field', () => {
  const health = (exposedUrl?: string) => ({
    source: 'aws.health',
    'detail-type': 'AWS Health Event',
    time: '2026-11-12T00:38:36Z',
    account: '111122223333',
    detail: {
      eventArn: 'arn:aws:health:us-east-1::event/x',
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      eventMetadata: { publicKey: 'AKIADEPLOYROBOT00001', userName: 'deploy-robot', exposedUrl },
    },
  });
  const read = (payload: object) => readAlerts(JSON.stringify(payload)).detections[0];
  expect(read(health('https://git.example.com/shop?x'))).toMatchObject({
    exposures: ['https://git.example.com/shop'],
  });
  expect(read(health())).not.toHaveProperty('exposures');
  expect(read(health(''))).not.toHaveProperty('exposures');
  expect(read(sent)).not.toHaveProperty('exposures');
  expect(kept()).toBeUndefined();
});

test('a detection that never was at the intake loses what lets in, too', () => {
  const bare = {
    format: 'custody/detection/1',
    source: 'our-soar',
    sourceId: '1',
    updatedAt: '2026-11-24T03:12:00Z',
    provider: 'aws',
    accountId: '123456789012',
    identityKind: 'aws-iam-user',
    identityRef: 'deploy-robot',
    exposures: [
      'https://mark1:mark2@git.example.com/shop?token=mark3#mark4',
      'https://git.example.com/shop',
      'mark5@paste.example.com/1',
      7,
    ],
  };
  const heard = heardDetection(bare);
  expect('detection' in heard && heard.detection.exposures).toEqual([
    'https://git.example.com/shop',
    'paste.example.com/1',
  ]);
});
