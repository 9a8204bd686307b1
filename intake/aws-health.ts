// AWS Health's AWS_RISK_CREDENTIALS_EXPOSED: AWS itself found the key in public ("Monitoring AWS Health events with EventBridge").
// In the organisational view the envelope's account is the delegated administrator's; the affected account is the key's.
import { type Alert, type Format, lacks, type Unread } from './alert.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import { iamUserKind } from './iam-user.ts';
import { at, isDictionary, items, type Place, scalar, text, word } from './place.ts';

const NAME = 'aws-health';
const EXPOSED = 'AWS_RISK_CREDENTIALS_EXPOSED';

export const awsHealth: Format = {
  name: NAME,
  recognises(payload) {
    const envelope = envelopeOf(payload);
    if (envelope?.source === 'aws.health' || envelope?.detailType === 'aws health event') return true;
    return /^arn:aws[a-z-]*:health:/.test(text(at(envelope?.detail ?? payload, 'eventArn')) ?? '');
  },
  read(payload) {
    const envelope = envelopeOf(payload);
    const event = envelope?.detail ?? payload;
    if (!isDictionary(event.value)) return [lacks(NAME, 'detail', event)];
    const code = at(event, 'eventTypeCode');
    if (text(code) === null) return [lacks(NAME, 'eventTypeCode', code)];
    if (text(code) !== EXPOSED) return [otherEvent(code)];
    return readExposure(event, envelope);
  },
};

function otherEvent({ path }: Place): Unread {
  const reason = `this AWS Health event is not about exposed credentials: only ${EXPOSED} names an identity`;
  return { format: NAME, missing: EXPOSED, path, reason };
}

function readExposure(event: Place, envelope: Envelope | null): (Alert | Unread)[] {
  const sourceId = text(at(event, 'eventArn')) ?? (envelope && text(envelope.id));
  if (sourceId === null) return [lacks(NAME, 'eventArn', at(event, 'eventArn'))];
  const updatedAt =
    word(at(event, 'lastUpdatedTime')) ?? (envelope && word(envelope.time)) ?? word(at(event, 'startTime'));
  if (updatedAt === null) return [lacks(NAME, 'lastUpdatedTime', at(event, 'lastUpdatedTime'))];
  const metadata = at(event, 'eventMetadata');
  const [userName, userKey] = [text(at(metadata, 'userName')), text(at(metadata, 'publicKey'))];
  const keys = keysOf(event, envelope);
  if (keys.length === 0 && userName === null) {
    return [lacks(NAME, 'affectedEntities[0].entityValue', at(event, 'affectedEntities'))];
  }
  const alerts: (string | null)[] = keys.length === 0 ? [null] : keys;
  return alerts.map((credentialId): Alert => {
    // The metadata names one user: that of its own key.
    const named = userName !== null && (keys.length < 2 || credentialId === userKey) ? userName : null;
    return {
      source: NAME,
      // One event may name several keys of one user: each is an alert of its own.
      sourceId: keys.length < 2 ? sourceId : `${sourceId}#${credentialId}`,
      updatedAt,
      title: 'AWS found an access key of this account in public',
      provider: 'aws',
      accountId: accountOf(event, envelope, keys),
      identityKind: iamUserKind(named === null && credentialId === null ? null : credentialId),
      identityRef: named,
      credentialId,
      severity: null,
      // The format has none; a key that anyone can read is taken for used.
      level: 'high',
      occurredAt: scalar(at(event, 'startTime')),
      isSample: false,
      classification: [{ fact: 'externallyExposed', value: true, evidence: at(event, 'eventTypeCode').path }],
      exposures: texts([at(metadata, 'exposedUrl')]),
      opensNothing: null,
    };
  });
}

/** The key stands in up to three places; the entities are the event's own list. */
function keysOf(event: Place, envelope: Envelope | null): string[] {
  const entities = texts(items(at(event, 'affectedEntities')).map((entity) => at(entity, 'entityValue')));
  if (entities.length > 0) return entities;
  const key = texts([at(event, 'eventMetadata', 'publicKey')]);
  return key.length > 0 || envelope === null ? key : texts(items(envelope.resources));
}

const texts = (places: Place[]) => [
  ...new Set(places.map(text).filter((found): found is string => found !== null)),
];

/** Some senders put the key where the account belongs: that is passed over, a malformed account is not. */
function accountOf(event: Place, envelope: Envelope | null, keys: string[]): string | null {
  const affected = word(at(event, 'affectedAccount'));
  if (affected !== null && !keys.includes(affected) && !/^A[KS]IA/.test(affected)) return affected;
  return word(at(event, 'eventMetadata', 'accountId')) ?? (envelope && word(envelope.account));
}
