// Amazon GuardDuty findings: EventBridge's detail, GetFindings, or bare ("GuardDuty finding format", API type Finding).
// The account is the finding's own, never the envelope's: that may be the administrator's.
import type { Fact, Level } from '../domain/detection/detection.schema.ts';
import { isGenerated } from '../domain/detection/opening.ts';
import { type Alert, type Format, lacks, type Unread } from './alert.ts';
import { envelopeOf } from './envelope.ts';
import { iamUserKind } from './iam-user.ts';
import { at, isDictionary, isTrue, items, type Place, scalar, text, unpacked, word } from './place.ts';

const NAME = 'guardduty';

export const guardduty: Format = {
  name: NAME,
  recognises(payload) {
    const envelope = envelopeOf(payload);
    if (envelope?.source === 'aws.guardduty' || envelope?.detailType === 'guardduty finding') return true;
    const finding = envelope?.detail ?? payload;
    return (
      text(at(finding, 'service', 'serviceName')) === NAME ||
      /^arn:aws[a-z-]*:guardduty:/.test(text(at(finding, 'arn')) ?? '') ||
      (/^[A-Za-z]+:[A-Za-z0-9]+\/\S/.test(text(at(finding, 'type')) ?? '') &&
        (isDictionary(at(finding, 'service').value) || isDictionary(at(finding, 'resource').value)))
    );
  },
  read(payload) {
    const envelope = envelopeOf(payload);
    const finding = envelope?.detail ?? payload;
    if (!isDictionary(finding.value)) return [lacks(NAME, 'detail', finding)];
    return readFinding(finding, envelope?.time ?? null);
  },
};

function readFinding(finding: Place, sentAt: Place | null): (Alert | Unread)[] {
  const id = text(at(finding, 'id'));
  if (id === null) return [lacks(NAME, 'id', at(finding, 'id'))];
  const updated = [
    at(finding, 'service', 'updatedAt'),
    at(finding, 'updatedAt'),
    at(finding, 'service', 'eventLastSeen'),
    at(finding, 'createdAt'),
  ];
  const updatedAt = firstText([...updated, ...(sentAt ? [sentAt] : [])]);
  if (updatedAt === null) return [lacks(NAME, 'updatedAt', at(finding, 'updatedAt'))];
  const severity = scalar(at(finding, 'severity'));
  const suspects = suspectsOf(finding);
  return suspects.map((suspect, index): Alert => {
    const { kind, name, credentialId, foreign } = identify(suspect);
    return {
      source: NAME,
      // Alerts are told apart by this: the same finding about another identity is another alert.
      sourceId: index === 0 ? id : `${id}#${index}`,
      updatedAt,
      title: text(at(finding, 'title')),
      provider: 'aws',
      accountId: word(suspect.account) ?? word(at(finding, 'accountId')),
      identityKind: kind,
      identityRef: name,
      credentialId,
      severity,
      level: levelOf(severity),
      occurredAt: firstText([
        at(finding, 'service', 'eventFirstSeen'),
        at(finding, 'createdAt'),
        at(finding, 'updatedAt'),
      ]),
      isSample: isSample(finding, suspect),
      classification: factsOf(finding, suspect),
      opensNothing: isTrue(at(finding, 'service', 'archived')) ? 'the finding is archived' : foreign,
    };
  });
}

/** Where a finding tells of the one who acted, or whom the act was about. */
interface Suspect {
  name: Place;
  /** IAMUser, AssumedRole, …; or, for an affected resource, what the finding's own field says. */
  type: Place;
  principalId: Place;
  credentialId: Place;
  account: Place;
  /** The kind that the place itself gives. */
  kind?: string;
}

/** At least one; the last resort is one of whom nothing is known. */
function suspectsOf(finding: Place): Suspect[] {
  const details = at(finding, 'resource', 'accessKeyDetails');
  const nowhere = at(details, 'account');
  const caller: Suspect = {
    name: at(details, 'userName'),
    type: at(details, 'userType'),
    principalId: at(details, 'principalId'),
    credentialId: at(details, 'accessKeyId'),
    account: { value: undefined, path: nowhere.path },
  };
  if (isNamed(caller)) return [caller];
  // Attack sequences name one or more actors instead.
  const actors = items(at(finding, 'service', 'detection', 'sequence', 'actors'))
    .map((actor) => at(actor, 'user'))
    .map(
      (user): Suspect => ({
        name: at(user, 'name'),
        type: at(user, 'type'),
        principalId: at(user, 'uid'),
        credentialId: at(user, 'credentialUid'),
        account: at(user, 'account', 'uid'),
      }),
    )
    .filter(isNamed);
  if (actors.length > 0) return actors;
  const affected = at(finding, 'service', 'action', 'awsApiCallAction', 'affectedResources');
  const [user, role] = [at(affected, 'AWS::IAM::User'), at(affected, 'AWS::IAM::Role')];
  if (text(user) !== null && text(role) === null) return [{ ...caller, name: user, kind: 'aws-iam-user' }];
  if (text(role) !== null && text(user) === null) return [{ ...caller, name: role, kind: 'aws-iam-role' }];
  return [{ ...caller, kind: 'other' }];
}

const isNamed = ({ name, credentialId, principalId }: Suspect) =>
  [name, credentialId, principalId].some((place) => text(place) !== null);

interface Identified {
  kind: string;
  name: string | null;
  credentialId: string | null;
  /** Why there is nothing to contain in this account, or null. */
  foreign: string | null;
}

function identify(suspect: Suspect): Identified {
  const [name, credentialId] = [text(suspect.name), text(suspect.credentialId)];
  const is = (kind: string, foreign: string | null = null): Identified => ({
    kind,
    name,
    credentialId,
    foreign,
  });
  if (suspect.kind !== undefined) return is(suspect.kind);
  switch ((text(suspect.type) ?? '').toLowerCase()) {
    case 'iamuser':
      return is(iamUserKind(credentialId));
    case 'assumedrole':
      return is('aws-assumed-role-session');
    case 'role':
      return is('aws-iam-role');
    case 'root':
      return is('aws-root');
    case 'federateduser':
      return is('aws-federated-user');
    case 'awsaccount':
      return is('other', 'it names a principal of another AWS account');
    case 'awsservice':
      return is('other', 'it names an AWS service, not an identity of the account');
    default:
      return is(kindByIds(text(suspect.principalId), credentialId));
  }
}

/** Where the type is missing or unknown, AWS's ids still say what they belong to ("IAM identifiers": unique identifiers). */
function kindByIds(principalId: string | null, credentialId: string | null): string {
  if (principalId?.startsWith('AIDA')) return iamUserKind(credentialId);
  if (principalId?.startsWith('AROA')) return 'aws-assumed-role-session';
  // A session's key alone does not tell a user's session from a role's.
  return credentialId === null || credentialId.startsWith('ASIA') ? 'other' : iamUserKind(credentialId);
}

/**
 * The finding says so in a flag, or in JSON inside a text, or by nothing but generated names. A name alone is not believed:
 * an attacker may call a user so, but cannot choose its ids.
 */
function isSample(finding: Place, suspect: Suspect): boolean {
  const info = at(finding, 'service', 'additionalInfo');
  if (isTrue(at(info, 'sample')) || isTrue(at(unpacked(at(info, 'value')), 'sample'))) return true;
  const [name, credentialId, principalId] = [suspect.name, suspect.credentialId, suspect.principalId].map(
    text,
  );
  const ids = [credentialId, principalId].filter((id) => id !== null && id !== undefined);
  return isGenerated(name ?? null) && ids.length > 0 && ids.every(isGenerated);
}

/** "Severity levels of GuardDuty findings". */
function levelOf(severity: string | number | null): Level {
  const number = typeof severity === 'string' ? Number(severity) : (severity ?? Number.NaN);
  if (number >= 9) return 'critical';
  if (number >= 7) return 'high';
  if (number >= 4) return 'medium';
  return number >= 1 ? 'low' : 'unknown';
}

/** Only what the finding itself proves. */
function factsOf(finding: Place, suspect: Suspect): Fact[] {
  const facts: Fact[] = [];
  const type = text(suspect.type)?.toLowerCase();
  if (type === 'root') facts.push({ fact: 'privileged', value: true, evidence: suspect.type.path });
  if (type === 'federateduser' || type === 'samluser' || type === 'webidentityuser') {
    facts.push({ fact: 'federated', value: true, evidence: suspect.type.path });
  }
  // Only IAM Identity Center can make roles of this name.
  if (type === 'assumedrole' && text(suspect.name)?.startsWith('AWSReservedSSO_')) {
    facts.push({ fact: 'federated', value: true, evidence: suspect.name.path });
  }
  // Such credentials were made for an instance alone.
  if (text(at(finding, 'type'))?.includes('/InstanceCredentialExfiltration') && suspect.kind === undefined) {
    facts.push({ fact: 'workload', value: true, evidence: at(finding, 'type').path });
  }
  return facts;
}

function firstText(places: readonly Place[]): string | null {
  for (const place of places) {
    const found = word(place);
    if (found !== null) return found;
  }
  return null;
}
