// AWS Trusted Advisor's check "Exposed Access Keys": the twin of the Health event, with names in plain English and no
// account of its own ("Monitoring AWS Trusted Advisor check results with EventBridge"). Counts as source aws-health.
import type { Level } from '../domain/detection/detection.schema.ts';
import { type Alert, type Format, lacks, type Unread } from './alert.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import { iamUserKind } from './iam-user.ts';
import { at, isDictionary, type Place, scalar, text, word } from './place.ts';

const NAME = 'aws-health';
const CHECK = 'Exposed Access Keys';

const LEVELS: Record<string, Level> = { ERROR: 'high', WARN: 'medium', OK: 'low', INFO: 'low' };

export const trustedAdvisor: Format = {
  name: NAME,
  recognises(payload) {
    const envelope = envelopeOf(payload);
    return (
      envelope?.source === 'aws.trustedadvisor' || envelope?.detailType.startsWith('trusted advisor') === true
    );
  },
  read(payload) {
    const envelope = envelopeOf(payload);
    if (envelope === null || !isDictionary(envelope.detail.value)) {
      return [lacks(NAME, 'detail', at(payload, 'detail'))];
    }
    const check = at(envelope.detail, 'check-name');
    if (text(check) === null) return [lacks(NAME, 'check-name', check)];
    if (text(check) !== CHECK) {
      const reason = `this Trusted Advisor check names no identity: only "${CHECK}" does`;
      return [{ format: NAME, missing: CHECK, path: check.path, reason }];
    }
    return [readItem(envelope.detail, envelope)];
  },
};

function readItem(detail: Place, envelope: Envelope): Alert | Unread {
  const item = at(detail, 'check-item-detail');
  const [credentialId, userName] = [
    text(at(item, 'Access Key ID')),
    text(at(item, 'User Name (IAM or Root)')),
  ];
  if (credentialId === null) return lacks(NAME, 'Access Key ID', at(item, 'Access Key ID'));
  const sourceId = text(at(detail, 'uuid')) ?? text(at(item, 'Case ID')) ?? text(envelope.id);
  if (sourceId === null) return lacks(NAME, 'uuid', at(detail, 'uuid'));
  const updatedAt = word(at(item, 'Time Updated')) ?? word(envelope.time);
  if (updatedAt === null) return lacks(NAME, 'Time Updated', at(item, 'Time Updated'));
  const severity = scalar(at(detail, 'status'));
  const location = text(at(item, 'Location'));
  const fraud = at(item, 'Fraud Type');
  return {
    source: NAME,
    sourceId,
    updatedAt,
    title: 'AWS found an access key of this account in public',
    provider: 'aws',
    accountId: word(envelope.account),
    identityKind: iamUserKind(credentialId),
    identityRef: userName,
    credentialId,
    severity,
    level: LEVELS[String(severity).toUpperCase()] ?? 'unknown',
    occurredAt: scalar(at(item, 'Time Updated')),
    isSample: false,
    // The check also reports mere suspicion.
    classification:
      text(fraud)?.toLowerCase() === 'exposed'
        ? [{ fact: 'externallyExposed', value: true, evidence: fraud.path }]
        : [],
    exposures: location === null ? [] : [location],
    opensNothing: /^(?:OK|INFO)$/i.test(String(severity)) ? 'the check found no exposed key' : null,
  };
}
