// One event of CloudTrail, of which only what is summed up is taken. What was asked and answered (`requestParameters`, `responseElements`)
// may hold secrets: of these, names from a list alone. Pure, and never throws: the text holds what an attacker wrote.
import { type Instant, instant } from '../../../domain/instant/instant.ts';
import { shown } from '../unread.ts';

export interface TrailEvent {
  id: string;
  at: Instant;
  /** `iam` */
  service: string;
  /** `CreateUser` */
  call: string;
  address: string;
  agent: string;
  refused: boolean;
  /** Whether the credential itself was not taken: nobody came in by it. */
  unauthenticated: boolean;
  /** Whether nothing came of it, for whatever reason. */
  failed: boolean;
  /** Who it was, as AWS says. */
  by: { account: string; userName: string; issuer: string; arn: string; accessKeyId: string };
  /** The key of the session that it made; empty where it made none. */
  makes: string;
  /** By the names of `NAMES`. */
  names: Readonly<Record<string, string>>;
}

/** Of what was asked or answered, these alone, and only where they look like names. */
export const NAMES = [
  'userName',
  'roleName',
  'groupName',
  'policyName',
  'policyArn',
  'instanceProfileName',
  'serialNumber',
  'accessKeyId',
  'roleArn',
  'roleSessionName',
  'secretId',
  'functionName',
  'name',
] as const;

const NAME = /^[\w+=,.@:/-]{1,160}$/;
/** With its path it is longer than other names, and may hold what these may not (IAM, CreateRole: Path). */
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/[\x21-\x7e]{1,577}$/;
const REFUSED = /^(Client\.)?(AccessDenied|UnauthorizedOperation|AccessDeniedException|NotAuthorized)/;
/** "Common errors" of the services: a key that is unknown or inactive, or a signature that is not its own. */
const UNAUTHENTICATED =
  /^(Client\.)?(InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch|InvalidSignature)/;

type Dictionary = Record<string, unknown>;

function under(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Dictionary)[name]
    : undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const idOf = (value: unknown): string => (NAME.test(text(value)) ? text(value) : '');

function namesIn(...places: unknown[]): Record<string, string> {
  const names: Record<string, string> = {};
  for (const place of places) {
    for (const name of NAMES) {
      const value = text(under(place, name));
      if (names[name] === undefined && (NAME.test(value) || (name === 'roleArn' && ROLE_ARN.test(value))))
        names[name] = value;
    }
  }
  return names;
}

/** null: it cannot be understood. `document`: the event as JSON, which is how CloudTrail gives it. */
export function eventOf(document: string | undefined): TrailEvent | null {
  let said: unknown;
  try {
    said = JSON.parse(document ?? '');
  } catch {
    return null;
  }
  const at = Date.parse(text(under(said, 'eventTime')));
  const id = text(under(said, 'eventID'));
  const source = text(under(said, 'eventSource'));
  const call = text(under(said, 'eventName'));
  if (Number.isNaN(at) || id === '' || source === '' || call === '') return null;
  const who = under(said, 'userIdentity');
  const issuer = under(under(who, 'sessionContext'), 'sessionIssuer');
  const error = text(under(said, 'errorCode'));
  return {
    id,
    at: instant(at),
    service: shown(source.replace(/\.amazonaws\.com$/, '')),
    call: shown(call),
    address: shown(text(under(said, 'sourceIPAddress')) || 'not said'),
    agent: shown(text(under(said, 'userAgent')) || 'not said'),
    refused: REFUSED.test(error),
    unauthenticated: UNAUTHENTICATED.test(error),
    failed: error !== '',
    by: {
      account: text(under(who, 'accountId')),
      userName: text(under(who, 'userName')),
      issuer: text(under(issuer, 'arn')),
      arn: text(under(who, 'arn')),
      accessKeyId: text(under(who, 'accessKeyId')),
    },
    makes: idOf(under(under(under(said, 'responseElements'), 'credentials'), 'accessKeyId')),
    names: namesIn(under(said, 'requestParameters'), under(under(said, 'responseElements'), 'accessKey')),
  };
}
