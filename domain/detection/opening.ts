// Which incident a detection opens, if any, and why. Reading and opening differ: what cannot be acted on is still printed.
// Never repairs what is malformed, and lets nothing that an attacker can write (a user's name) keep an incident from opening.
import { type Identity, keyOf, LONE_KEY, UNIQUE_ID } from '../identity/identity.ts';
import { accountInKeyId } from './access-key-account.ts';
import { awsPrincipal, isAccessKeyId, isAccount } from './aws-principal.ts';
import type { Detection } from './detection.schema.ts';

export type Named = Pick<
  Detection,
  'provider' | 'accountId' | 'identityKind' | 'identityRef' | 'credentialId' | 'isSample'
>;

export type Opening = Pick<Detection, 'opens' | 'why' | 'key'>;

/** Temporal allows 1,000 bytes for a workflow id, and `incident/` stands before the key. */
const LONGEST_KEY = 950;

const SLUG = /^[a-z][a-z0-9-]*$/;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** Unfilled templates and words of documentation. Credential ids are made by the provider, so no attacker can choose such a one. */
const PLACEHOLDER = /\$\{|\{\{|<|_HERE$|PLACEHOLDER|^GeneratedFinding|X{8}|REDACTED/i;
const TEMPLATE = /\$\{|\{\{|^<.*>$/;

export const isGenerated = (text: string | null) => text?.startsWith('GeneratedFinding') === true;

export function opening(named: Named): Opening {
  const found = named.provider === 'aws' ? onAws(named) : elsewhere(named);
  if ('nothing' in found) return { opens: false, why: `${found.nothing}: opens nothing`, key: null };
  const key = keyOf(found.identity);
  if (key.length > LONGEST_KEY) {
    return { opens: false, why: 'the name of the identity is too long: opens nothing', key: null };
  }
  const why = named.isSample ? 'sample: opens a drill' : `names ${found.says}: opens an incident`;
  return { opens: true, why, key };
}

type Found = { identity: Identity; says: string } | { nothing: string };

/** First refusal wins. */
const refusals: readonly ((named: Named) => string | null)[] = [
  accountIsMalformed,
  sampleHasNoAccount,
  credentialIsUnprintable,
  credentialIsPlaceholder,
  nameIsPlaceholder,
];

function onAws(named: Named): Found {
  for (const refuses of refusals) {
    const nothing = refuses(named);
    if (nothing !== null) return { nothing };
  }
  const { accountId, credentialId } = named;
  const principal = awsPrincipal(named.identityKind, named.identityRef);
  if ('illegal' in principal) return { nothing: principal.illegal };
  // AWS itself says whose a long-lived key is; of a session's key it does not.
  const byKey = isAccessKeyId(credentialId) && credentialId.startsWith('AKIA');
  if ('kind' in principal && !(principal.kind === UNIQUE_ID && byKey)) {
    const account = accountId ?? principal.account ?? accountOfId(named, principal.kind);
    if (principal.account !== null && principal.account !== account) {
      return { nothing: 'its ARN belongs to another account than the one it names' };
    }
    if (account !== null) {
      const { kind, reference } = principal;
      return { identity: { provider: 'aws', account, kind, reference }, says: saysOf(kind, credentialId) };
    }
  }
  if (credentialId !== null && (isAccessKeyId(credentialId) || named.isSample)) {
    const account = accountId ?? accountInKeyId(credentialId);
    const identity = { provider: 'aws', account, kind: LONE_KEY, reference: credentialId };
    return { identity, says: 'an access key whose owner is still to be found' };
  }
  const who = 'nobody' in principal ? principal.nobody : 'it names no account';
  return { nothing: credentialId === null ? who : `${who}, and its key id is not a real one` };
}

/** A name may be anybody's words; a unique id is AWS's, and so is the key that was seen with it. */
const accountOfId = ({ credentialId }: Named, kind: string): string | null =>
  kind === UNIQUE_ID && credentialId !== null ? accountInKeyId(credentialId) : null;

function accountIsMalformed({ accountId }: Named): string | null {
  if (accountId === null || isAccount(accountId)) return null;
  return /^\d+$/.test(accountId)
    ? `the account number has ${accountId.length} digits where AWS has 12`
    : 'what stands for the account is not an AWS account number';
}

function sampleHasNoAccount({ isSample, accountId }: Named): string | null {
  return isSample && accountId === null ? 'a sample that names no account' : null;
}

/** A sample's may be anything, and stands in the key. */
function credentialIsUnprintable({ credentialId }: Named): string | null {
  if (!UNPRINTABLE.test(credentialId ?? '')) return null;
  return 'its key id holds characters that cannot be printed';
}

function credentialIsPlaceholder({ isSample, credentialId }: Named): string | null {
  if (isSample || credentialId === null || !PLACEHOLDER.test(credentialId)) return null;
  return 'its key id is a placeholder, not a real one';
}

/** A user may really be called so; then the key id beside it is real. */
function nameIsPlaceholder({ isSample, identityRef, credentialId }: Named): string | null {
  if (isSample || identityRef === null) return null;
  const template = TEMPLATE.test(identityRef) || (isGenerated(identityRef) && !isAccessKeyId(credentialId));
  return template ? 'the name of its identity is a placeholder' : null;
}

const WORDS = {
  'iam-user': 'an IAM user',
  'iam-role': 'an IAM role',
  'federated-user': 'a federated user',
  root: "the account's root user",
  secret: 'a secret',
  [UNIQUE_ID]: 'a user or role by its unique id, whose name is still to be found',
} as const;

function saysOf(kind: keyof typeof WORDS, credentialId: string | null): string {
  const who = WORDS[kind];
  if (credentialId === null) return who;
  if (!isAccessKeyId(credentialId))
    return `${who} (its key id is not a real one, the stolen key is to be found)`;
  if (kind === 'iam-user' && credentialId.startsWith('ASIA')) {
    return `${who} and a session made from its key, which cannot be deactivated by itself`;
  }
  if (kind === 'iam-role' && credentialId.startsWith('ASIA')) return `${who} by a session of it`;
  return who;
}

/** Planes other than AWS: the sender's words are the identity; `okta-user` of okta is kind `user`. */
function elsewhere({ provider, accountId, identityKind, identityRef, isSample }: Named): Found {
  if (!SLUG.test(provider) || provider === 'unknown' || provider === 'other') {
    return { nothing: 'it does not say where the identity lives' };
  }
  const kind = identityKind.startsWith(`${provider}-`)
    ? identityKind.slice(provider.length + 1)
    : identityKind;
  if (!SLUG.test(kind) || kind === 'other' || kind === 'secret-in-repo') {
    return { nothing: 'it names no kind of identity that can be contained' };
  }
  if (identityRef === null) return { nothing: 'it names no identity' };
  // Each by itself: two halves of a character look whole when they are put together.
  if (UNPRINTABLE.test(identityRef) || UNPRINTABLE.test(accountId ?? '')) {
    return { nothing: 'the name that it gives holds characters that cannot be printed' };
  }
  if (!isSample && (TEMPLATE.test(identityRef) || isGenerated(identityRef))) {
    return { nothing: 'the name of its identity is a placeholder' };
  }
  return {
    identity: { provider, account: accountId, kind, reference: identityRef },
    says: `an identity of ${provider}`,
  };
}
