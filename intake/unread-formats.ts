// Formats that are known by sight but not read: so that a refusal can say what was seen, and what to do about it.
// Each is known by marks of its own, never by a word somewhere in the payload.
import type { Unread } from './alert.ts';
import { envelopeOf } from './envelope.ts';
import { at, type Place, text } from './place.ts';

type Mark = (payload: Place) => boolean;

const has =
  (...names: string[]): Mark =>
  (payload) =>
    at(payload, ...names).value !== undefined;
const all =
  (...marks: Mark[]): Mark =>
  (payload) =>
    marks.every((mark) => mark(payload));
const any =
  (...marks: Mark[]): Mark =>
  (payload) =>
    marks.some((mark) => mark(payload));
const says =
  (pattern: RegExp, ...names: string[]): Mark =>
  (payload) =>
    pattern.test(text(at(payload, ...names)) ?? '');

/** First match wins; what others carry inside (OCSF, ASFF) stands before what it carries. */
const known: readonly [name: string, title: string, mark: Mark][] = [
  ['ocsf', 'an OCSF event', has('class_uid')],
  [
    'asff',
    'an AWS Security Hub finding',
    any(has('ProductArn'), says(/^2018-10-08$/, 'SchemaVersion'), says(/^aws\.securityhub$/, 'source')),
  ],
  [
    'access-analyzer',
    'an IAM Access Analyzer finding',
    any(has('finding', 'analyzedAt'), has('findingDetails'), says(/^aws\.access-analyzer$/, 'source')),
  ],
  [
    'macie',
    'an Amazon Macie finding',
    any(
      has('EntityResult', 'classificationDetails'),
      has('classificationDetails'),
      says(/^aws\.macie$/, 'source'),
    ),
  ],
  ['cloudtrail', 'an AWS CloudTrail record', any(cloudTrail, (payload) => cloudTrail(at(payload, 'detail')))],
  [
    'github-secret-scanning',
    'a GitHub secret scanning alert',
    any(
      has('secret_type'),
      has('alert', 'secret_type'),
      has('payload', 'alert', 'secret_type'),
      says(/^secret_scanning/, 'action'),
      says(/^secret_scanning/, 'event'),
      all(says(/^created$/, 'action'), has('repository'), has('organization')),
    ),
  ],
  ['trufflehog', 'a TruffleHog result', all(has('SourceMetadata'), has('DetectorName'))],
  [
    'gitleaks',
    'a Gitleaks result',
    any(all(has('RuleID'), has('Match')), all(has('offender'), has('leakURL'))),
  ],
  [
    'gitguardian',
    'a GitGuardian alert',
    any(says(/^GitGuardian$/, 'source'), all(has('scans'), has('type')), has('entities_with_incidents')),
  ],
  ['crowdstrike', 'a CrowdStrike detection', all(has('aggregate_id'), has('cid'))],
  [
    'okta',
    'an Okta event',
    any(has('legacyEventType'), all(has('actor', 'alternateId'), any(has('eventType'), has('outcome')))),
  ],
  [
    'entra',
    'a Microsoft Entra or Graph record',
    any(
      has('riskEventType'),
      has('@odata.type'),
      says(/SignInLogs$/, 'category'),
      all(has('tenantId'), any(has('createdDateTime'), has('resourceId'))),
    ),
  ],
  [
    'gcp',
    'a Google Cloud or Workspace record',
    any(
      has('protoPayload'),
      has('logName'),
      has('notificationConfigName'),
      all(has('id', 'applicationName'), has('type')),
    ),
  ],
  ['third-party-alert', 'a canary alert', any(has('canary_credential'), has('canary'), has('AlertType'))],
];

function cloudTrail(record: Place): boolean {
  return all(has('eventSource'), has('eventName'))(record);
}

const INSTEAD = 'Send it as a generic detection ("format": "custody/detection/1").';

export function unreadFormat(payload: Place): Unread {
  const { path } = at(payload, 'format');
  // The value of an API's list is one more wrapper, and no format that uses it is read.
  const inside = [payload, { ...at(payload, 'value', '0'), value: firstOf(at(payload, 'value').value) }];
  for (const [name, title, mark] of known) {
    if (inside.some(mark)) {
      return {
        format: name,
        missing: 'format',
        path,
        reason: `this is ${title}, which is not read yet. ${INSTEAD}`,
      };
    }
  }
  const event = envelopeOf(payload);
  const seen = event === null ? 'no known alert format' : 'an EventBridge event that is no known alert';
  return { format: event && 'eventbridge', missing: 'format', path, reason: `this is ${seen}. ${INSTEAD}` };
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);
