// Sorts what the AWS SDK throws into the four kinds that decide who acts next. The cause keeps its class name and request id
// and nothing else: AWS's own texts may quote the request, and a request may hold a secret.
import { type ErrorSort, ProviderError } from '../../domain/provider/provider.ts';

/** What of an SDK error may travel: its class, where it can be looked up, nothing that was sent or received. */
class AwsCause extends Error {
  readonly requestId: string | undefined;
  constructor(name: string, requestId: string | undefined) {
    super(requestId === undefined ? name : `${name}, request ${requestId}`);
    this.name = name;
    this.requestId = requestId;
  }
}

const names = (...list: string[]): ReadonlySet<string> => new Set(list);

const DENIED = names('AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized');

/** The worker's own credentials are not accepted: a person must renew them. */
const OWN_CREDENTIALS = names(
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'OptInRequired',
  'CredentialsProviderError',
);

const THROTTLED = names(
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'PriorRequestNotComplete',
  'SlowDown',
);

/** A 4xx that passes by itself. */
const PASSING = names(
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestTimeTooSkewed',
);

/** What a person reads about a refusal that no repetition mends. */
const MEANING: Readonly<Record<string, string>> = {
  NoSuchEntity: 'what it names does not exist in this account',
  NoSuchEntityException: 'what it names does not exist in this account',
  ResourceNotFoundException: 'the secret does not exist in this account and region',
  LimitExceeded:
    'a quota of the account is used up (attached policies or access keys of this user, for example)',
  LimitExceededException:
    'a quota of the account is used up (attached policies or access keys of this user, for example)',
  MalformedPolicyDocument:
    'it takes no policy that names a principal which was deleted (an id such as AIDA… or AROA…): take that one out of it',
  MalformedPolicyDocumentException:
    'it takes no policy that names a principal which was deleted (an id such as AIDA… or AROA…): take that one out of it',
  UnmodifiableEntity: 'AWS itself manages this identity: only the service that made it can change it',
  UnmodifiableEntityException:
    'AWS itself manages this identity: only the service that made it can change it',
};

interface Read {
  name: string;
  status: number | undefined;
  requestId: string | undefined;
  /** Whether AWS named its key management service: then the key's permission is what is missing. */
  kms: boolean;
  regionMissing: boolean;
}

function read(error: unknown): Read {
  const shape = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  const message = typeof shape.message === 'string' ? shape.message : '';
  return {
    name: typeof shape.name === 'string' ? shape.name : 'Error',
    status: shape.$metadata?.httpStatusCode,
    requestId: shape.$metadata?.requestId,
    kms: /\bKMS\b/i.test(message),
    regionMissing: /^Region (is missing|not accepted)/.test(message),
  };
}

function sortOf({ name, status }: Read): ErrorSort {
  if (DENIED.has(name) || OWN_CREDENTIALS.has(name)) return 'denied';
  if (THROTTLED.has(name) || status === 429) return 'throttled';
  // Without a status nothing was answered: network, time-out, or a body that could not be read.
  if (PASSING.has(name) || status === undefined || status >= 500 || status < 400) return 'retry';
  return 'impossible';
}

/** `permission` is the action that was called, e.g. `iam:AttachUserPolicy`. */
export function sorted(error: unknown, permission: string): ProviderError {
  if (error instanceof ProviderError) return error;
  const seen = read(error);
  const cause = new AwsCause(seen.name, seen.requestId);
  if (seen.regionMissing) {
    return new ProviderError('impossible', 'No AWS region is configured: set AWS_REGION for this worker.', {
      cause,
    });
  }
  const sort = sortOf(seen);
  const said = `AWS did not do ${permission} (${seen.name})`;
  if (sort === 'throttled') {
    return new ProviderError(sort, `${said}: too many calls at the moment; it is tried again.`, { cause });
  }
  if (sort === 'retry') {
    const reach =
      seen.status === undefined
        ? ' If that goes on, see whether this machine reaches AWS: network, proxy, AWS_REGION.'
        : '';
    return new ProviderError(sort, `${said}: no usable answer; it is tried again.${reach}`, { cause });
  }
  if (OWN_CREDENTIALS.has(seen.name)) {
    const message = `${said}: this worker's own AWS credentials are missing or not accepted; renew them.`;
    return new ProviderError(sort, message, { cause });
  }
  if (sort === 'denied') {
    const missing = seen.kms ? "kms:Decrypt and kms:GenerateDataKey on the secret's key" : permission;
    const message = `${said}: this worker's credentials lack ${missing}, or a policy denies it. Grant it, then order the step again.`;
    return new ProviderError(sort, message, { permission: missing, cause });
  }
  const meaning = MEANING[seen.name] ?? 'AWS will not accept it as it stands';
  return new ProviderError(sort, `${said}: ${meaning}.`, { cause });
}

const causeName = (error: unknown): string | undefined =>
  error instanceof ProviderError && error.cause instanceof AwsCause ? error.cause.name : undefined;

/** The user, key, policy or secret that was asked for does not exist. */
export const isMissing = (error: unknown): boolean =>
  ['NoSuchEntity', 'NoSuchEntityException', 'ResourceNotFoundException'].includes(causeName(error) ?? '');

/** The account stands alone. */
export const isInNoOrganisation = (error: unknown): boolean =>
  causeName(error) === 'AWSOrganizationsNotInUseException';

export const isLimit = (error: unknown): boolean =>
  ['LimitExceeded', 'LimitExceededException'].includes(causeName(error) ?? '');

/** A version of the secret has this id already, and another value. */
export const isTaken = (error: unknown): boolean => causeName(error) === 'ResourceExistsException';

/** A key that AWS does not know yet (or no longer): what a fresh key meets until it is known everywhere. */
export const isUnknownKey = (error: unknown): boolean =>
  ['InvalidClientTokenId', 'UnrecognizedClientException'].includes(causeName(error) ?? '');

export const impossible = (message: string): ProviderError => new ProviderError('impossible', message);
