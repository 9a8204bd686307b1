// Whom an alert's words name on AWS: reads names and ARNs, never repairs them. The rules of form are those of IAM's
// quotas page ("IAM and AWS STS quotas") and of "IAM identifiers".

import { UNIQUE_ID } from '../identity/identity.ts';

export interface AwsPrincipal {
  /** The account in the ARN, null where only a name was given. */
  account: string | null;
  /** A session is a credential of its role, and names that. */
  kind: 'iam-user' | 'iam-role' | 'federated-user' | 'root' | 'secret' | typeof UNIQUE_ID;
  reference: string;
}

/** `nobody`: the words name no identity, a key may still be named. `illegal`: what they name cannot exist. */
export type NamedPrincipal = AwsPrincipal | { nobody: string } | { illegal: string };

/** Secrets Manager's own rule (CreateSecret, `Name`). */
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:(\d{12}):secret:(.+)-[A-Za-z0-9]{6}$/;
const NAME = /^[A-Za-z0-9_+=,.@-]{1,64}$/;
/** Of a user, or of a role with a session's name behind it. */
const PRINCIPAL_ID = /^(A(?:IDA|ROA)[A-Z0-9]{12,28})(?::[A-Za-z0-9_+=,.@-]{1,64})?$/;
const ARN = /^arn:aws[a-z-]*:(?:iam|sts)::([^:]*):(.+)$/s;

export const isAccessKeyId = (text: string | null): text is string =>
  text !== null && /^A[KS]IA[A-Z0-9]{16}$/.test(text);

export const isAccount = (text: string) => /^\d{12}$/.test(text);

/** `identityKind` and `identityRef` of a detection; an ARN's own words win over the kind, which sources get wrong. */
export function awsPrincipal(identityKind: string, identityRef: string | null): NamedPrincipal {
  if (identityKind === 'aws-root' || identityKind === 'root') return root(identityRef);
  if (identityRef === null) return { nobody: 'it names no identity' };
  if (identityKind.replace(/^aws-/, '') === 'secret') return secret(identityRef);
  if (identityRef.startsWith('arn:')) return ofArn(identityRef);
  if (PRINCIPAL_ID.test(identityRef)) return named(null, 'iam-user', identityRef);
  switch (identityKind.replace(/^aws-/, '')) {
    case 'iam-user':
    case 'iam-user-access-key':
      return named(null, 'iam-user', lastOf(identityRef));
    case 'iam-role':
      return named(null, 'iam-role', lastOf(identityRef));
    case 'assumed-role-session':
    case 'role-session':
      return ofSession(null, identityRef);
    case 'federated-user':
      return named(null, 'federated-user', identityRef);
    default:
      return { nobody: 'it names no kind of AWS identity that can be contained' };
  }
}

function ofArn(arn: string): NamedPrincipal {
  const match = ARN.exec(arn);
  const [account, resource] = [match?.[1], match?.[2]];
  if (account === undefined || resource === undefined)
    return { nobody: 'its ARN is not that of an identity' };
  if (!isAccount(account)) return { illegal: 'the account in its ARN has not 12 digits' };
  if (resource === 'root') return { account, kind: 'root', reference: 'root' };
  const [sort, ...rest] = resource.split('/');
  switch (sort) {
    case 'user':
      return named(account, 'iam-user', rest.at(-1) ?? '');
    case 'role':
      return named(account, 'iam-role', rest.at(-1) ?? '');
    case 'assumed-role':
      return ofSession(account, rest.join('/'));
    case 'federated-user':
      return named(account, 'federated-user', rest.join('/'));
    default:
      return { nobody: 'its ARN is not that of a user, a role or a session' };
  }
}

/** Root has no name of its own; sources call it Root, root, or by its ARN. */
function root(identityRef: string | null): NamedPrincipal {
  if (identityRef?.startsWith('arn:')) return ofArn(identityRef);
  return { account: null, kind: 'root', reference: 'root' };
}

/** By its role, or by role and session name. */
function ofSession(account: string | null, reference: string): NamedPrincipal {
  const [role = '', session = 'unnamed', ...more] = reference.split('/');
  if (more.length > 0 || !NAME.test(session)) return { illegal: ILLEGAL_NAME };
  return named(account, 'iam-role', role);
}

const ILLEGAL_NAME = 'the name that it gives is not one that an AWS identity can have';

function named(account: string | null, kind: AwsPrincipal['kind'], reference: string): NamedPrincipal {
  const uniqueId = PRINCIPAL_ID.exec(reference)?.[1];
  if (uniqueId !== undefined) return { account, kind: UNIQUE_ID, reference: uniqueId };
  return NAME.test(reference) ? { account, kind, reference } : { illegal: ILLEGAL_NAME };
}

/** By its name; in an ARN AWS puts six letters behind that. */
function secret(identityRef: string): NamedPrincipal {
  const match = SECRET_ARN.exec(identityRef);
  const [account = null, reference = identityRef] = [match?.[1], match?.[2]];
  return SECRET_NAME.test(reference)
    ? { account, kind: 'secret', reference }
    : { illegal: 'what it gives is not the name or the ARN of a secret' };
}

/** IAM paths are no part of the name. */
const lastOf = (reference: string) => reference.split('/').at(-1) ?? '';
