// What is taken for a secret, and what is not: a name or an id that is lost keeps an incident from being understood.
import { expect, test } from 'vitest';
import { readAlerts } from '../../intake/read.ts';
import { looksSecret, withoutSecrets } from '../../intake/secrets.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCY1ZexampleK';

test.each([
  [SECRET, '[removed]'],
  [`key AKIADEPLOYROBOT00001:${SECRET}, used`, 'key AKIADEPLOYROBOT00001:[removed], used'],
  [`arn:aws:iam::111122223333:user/${SECRET}`, 'arn:aws:iam::111122223333:[removed]'],
  ['password = "hunter2hunter2"', 'password = "[removed]"'],
  ['aws_session_token=abcdefgh', 'aws_session_token=[removed]'],
  [`ghp_${'a1B2'.repeat(9)}`, '[removed]'],
  ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJtIn0.c2lnbmF0dXJl.', '[removed].'],
  ['see -----BEGIN RSA PRIVATE KEY-----\nMIIE', 'see [removed]'],
])('%j', (text, clean) => {
  expect(withoutSecrets(text)).toBe(clean);
});

test.each([
  'AKIADEPLOYROBOT00001',
  'arn:aws:guardduty:eu-central-1:111122223333:detector/aa11bb22cc33dd44ee55ff6677889900/finding/5ac4b6e07f1d4e0c',
  'AWSReservedSSO_AdministratorAccess_0123456789abcdef',
  'arn:aws:iam::111122223333:role/shopProductionDeployFunctionServiceRole3F2A9C71-1ABCDEFGHIJKL',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  '8f3c8d9e-0000-5000-8000-000000000001',
  "The deploy robot's key was used from an address on a threat list.",
])('%j stays', (text) => {
  expect(looksSecret(text)).toBe(false);
});

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
const read = (change: Record<string, unknown>) => readAlerts(JSON.stringify({ ...sent, ...change }));

test('a secret in place of the name: the key alone still opens', () => {
  const [detection] = read({ identityRef: SECRET }).detections;
  expect(detection).toMatchObject({
    identityRef: null,
    key: 'aws/111122223333/access-key/AKIADEPLOYROBOT00001',
  });
});

test('a secret in place of the key id: the reason says that it was left out', () => {
  const [detection] = read({ identityRef: null, credentialId: SECRET }).detections;
  expect(detection).toMatchObject({ credentialId: null, opens: false });
  expect(detection?.why).toContain('credentialId was left out');
});

test('a secret in place of the id: the alerts are still told apart', () => {
  const ids = [SECRET, SECRET, SECRET.replace('w', 'v')].map(
    (sourceId) => read({ sourceId }).detections[0]?.sourceId,
  );
  expect(ids[0]).toMatch(/^[\w-]{43}$/);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(ids[2]);
});

test("a field's name that is a secret is not shown", () => {
  const { refusal } = read({ [SECRET]: 1 });
  expect(refusal).toMatchObject({ path: '$["[removed]"]' });
  expect(JSON.stringify(refusal)).not.toContain(SECRET.slice(0, 12));
});

test('a long text is cut between words: no part of a secret stands at its end', () => {
  // Ten long tokens shrink to ten short words, so what follows them comes into view.
  const token = `${SECRET}${'aB3/'.repeat(89)}d`;
  const title = `${`${token} `.repeat(10)}${SECRET}`;
  const detections = readAlerts(
    JSON.stringify({
      schemaVersion: '2.0',
      id: 'a',
      updatedAt: 'b',
      service: { serviceName: 'guardduty' },
      title,
    }),
  ).detections;
  expect(title.length).toBeGreaterThan(4_000);
  expect(detections[0]?.title?.trim()).toBe(Array(10).fill('[removed]').join(' '));
});
