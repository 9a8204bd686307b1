// The generic detection: what may be left out, what is refused and where, and that our own output is read back unchanged.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readAlerts } from '../../intake/read.ts';

const sent = {
  format: 'custody/detection/1',
  source: 'our-siem',
  sourceId: 'case-1',
  updatedAt: '1',
  provider: 'aws',
  accountId: '111122223333',
  identityKind: 'aws-iam-user-access-key',
  identityRef: 'arn:aws:iam::111122223333:user/robots/deploy-robot',
  credentialId: 'AKIADEPLOYROBOT00001',
  severity: 'critical',
  occurredAt: null,
};
const read = (payload: unknown) => readAlerts(JSON.stringify(payload));

test('what the sender leaves out is derived', () => {
  const { detections, refusal } = read(sent);
  expect(refusal).toBeUndefined();
  expect(detections).toEqual([
    {
      ...sent,
      level: 'critical',
      occurredAtUtc: null,
      isSample: false,
      opens: true,
      why: 'names an IAM user: opens an incident',
      key: 'aws/111122223333/iam-user/deploy-robot',
      classification: [],
    },
  ]);
});

test.each<[name: string, change: Record<string, unknown>, missing: string | null, path: string]>([
  ['an unknown field', { colour: 'red' }, null, '$.colour'],
  [
    'an unknown field inside',
    { classification: [{ fact: 'human', value: true, evidence: 'x', by: 'y' }] },
    null,
    '$.classification[0].by',
  ],
  ['a field left out', { sourceId: undefined }, 'sourceId', '$.sourceId'],
  ['a field of the wrong type', { accountId: 111122223333 }, 'accountId', '$.accountId'],
  [
    'an unknown fact',
    { classification: [{ fact: 'rich', value: true, evidence: 'x' }] },
    'fact',
    '$.classification[0].fact',
  ],
  ['a local time', { occurredAtUtc: '2026-11-24T03:12:00+01:00' }, 'occurredAtUtc', '$.occurredAtUtc'],
  ['another version', { format: 'custody/detection/2' }, 'format', '$.format'],
  ["another identity's key", { key: 'aws/111122223333/iam-user/admin' }, 'key', '$.key'],
])('%s is refused', (_, change, missing, at) => {
  const { detections, refusal } = read({ ...sent, ...change });
  expect(detections).toEqual([]);
  expect(refusal).toMatchObject({ format: 'custody/detection/1', missing, path: at });
});

test('a sender can keep its alert from opening, but cannot force one open', () => {
  expect(read({ ...sent, opens: false, why: 'muted' }).detections).toMatchObject([
    { opens: false, why: 'muted', key: null },
  ]);
  expect(read({ ...sent, accountId: '1', opens: true }).detections).toMatchObject([
    { opens: false, key: null },
  ]);
});

test('what intake prints is read back unchanged', () => {
  const folder = path.join(import.meta.dirname, 'samples');
  const files = readdirSync(folder).filter((file) => file !== 'expected.json');
  const printed = files.flatMap(
    (file) => readAlerts(readFileSync(path.join(folder, file), 'utf8')).detections,
  );
  expect(printed.length).toBeGreaterThan(15);
  const lines = printed.map((detection) => JSON.stringify(detection)).join('\n');
  expect(readAlerts(lines)).toEqual({ detections: printed });
});
