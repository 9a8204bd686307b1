// What cannot be read is refused in plain words: the format seen, the field missing, its JSON path.
import { expect, test } from 'vitest';
import { readAlerts } from '../../intake/read.ts';

const finding = (detail: unknown) => ({
  'detail-type': 'GuardDuty Finding',
  source: 'aws.guardduty',
  detail,
});
const health = (detail: unknown) => ({ 'detail-type': 'AWS Health Event', source: 'aws.health', detail });
const advisor = (detail: unknown) => ({
  DetailType: 'Trusted Advisor Check Item Refresh Notification',
  Source: 'aws.trustedadvisor',
  Detail: JSON.stringify(detail),
});
const EXPOSED = 'AWS_RISK_CREDENTIALS_EXPOSED';

test.each<[name: string, payload: unknown, refusal: [string | null, string | null, string]]>([
  ['nothing at all', {}, [null, 'format', '$.format']],
  ['a number', 7, [null, 'format', '$.format']],
  ['an empty list', { Findings: [] }, [null, 'alert', '$']],
  [
    'an unknown event',
    { source: 'shop', 'detail-type': 'Order', detail: {} },
    ['eventbridge', 'format', '$.format'],
  ],
  ['a finding without detail', finding(undefined), ['guardduty', 'detail', '$.detail']],
  ['a finding without id', finding({ Type: 'x' }), ['guardduty', 'id', '$.detail.id']],
  ['a finding without times', finding({ Id: 'a' }), ['guardduty', 'updatedAt', '$.detail.updatedAt']],
  [
    'a Health event without code',
    health({ eventArn: 'a' }),
    ['aws-health', 'eventTypeCode', '$.detail.eventTypeCode'],
  ],
  [
    'a Health event about something else',
    [health({ eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE' })],
    ['aws-health', EXPOSED, '$[0].detail.eventTypeCode'],
  ],
  [
    'an exposure without key and user',
    health({ eventTypeCode: EXPOSED, eventArn: 'a', startTime: 'b' }),
    ['aws-health', 'affectedEntities[0].entityValue', '$.detail.affectedEntities'],
  ],
  [
    'another check',
    advisor({ 'check-name': 'Low Utilization' }),
    ['aws-health', 'Exposed Access Keys', '$.Detail["check-name"]'],
  ],
  [
    'a check without key',
    advisor({ 'check-name': 'Exposed Access Keys', 'check-item-detail': {} }),
    ['aws-health', 'Access Key ID', '$.Detail["check-item-detail"]["Access Key ID"]'],
  ],
  [
    'a CloudTrail record',
    { Records: [{ eventSource: 'a', eventName: 'b' }] },
    ['cloudtrail', 'format', '$.Records[0].format'],
  ],
])('%s', (_, payload, [format, missing, path]) => {
  const { detections, refusal } = readAlerts(JSON.stringify(payload));
  expect(detections).toEqual([]);
  expect(refusal).toMatchObject({ format, missing, path });
});

test.each(['', 'AKIADEPLOYROBOT00001', '{"a":', 'a\nb'])('%j is not JSON, and is not quoted', (text) => {
  expect(readAlerts(text)).toEqual({
    detections: [],
    refusal: {
      format: null,
      missing: null,
      path: '$',
      reason: 'this is not JSON: give the alert as its source sent it, one document or one a line',
    },
  });
});

const good = finding({ id: 'a', updatedAt: 'b', accountId: '111122223333' });

test('what can be read is read, and the rest is counted', () => {
  const { detections, refusal } = readAlerts(JSON.stringify([{}, good, 7]), { fileName: 'alerts.json' });
  expect(detections.map(({ sourceId }) => sourceId)).toEqual(['a']);
  expect(refusal?.path).toBe('$[0].format');
  expect(refusal?.reason).toMatch(/^alerts\.json: .*\(and 1 more that could not be read\)$/);
});

test('JSON Lines name the line', () => {
  const { detections, refusal } = readAlerts(`\uFEFF${JSON.stringify(good)}\n\n{"a":\n`);
  expect(detections).toHaveLength(1);
  expect(refusal?.path).toBe('line 3: $');
});

test('an SQS record that carries an SNS message that carries a finding', () => {
  const body = JSON.stringify({ Type: 'Notification', Message: JSON.stringify(good) });
  const { detections } = readAlerts(JSON.stringify({ Records: [{ messageId: '1', body }] }));
  expect(detections.map(({ sourceId }) => sourceId)).toEqual(['a']);
});

test('a payload that is packed without end is refused, not followed', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(readAlerts(deep)).toMatchObject({ detections: [], refusal: { format: null } });
});
