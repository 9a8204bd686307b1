// Names of identities and of the incidents about them. The key's kind is the identity's, never the credential's,
// except for a lone access key and a lone unique id, which are resolved to whose they are and forwarded.
import { base32Of } from '../encoding/canonical.ts';

/** Provider, account, kind and reference, e.g. aws, 123456789012, iam-user, deploy-robot. */
export interface Identity {
  provider: string;
  /** null where the alert did not say. */
  account: string | null;
  kind: string;
  reference: string;
}

/** Kind of an access key whose owner is still to be found. */
export const LONE_KEY = 'access-key';

/** Kind of a user or role of which an alert knows the provider's own id, but not the name. */
export const UNIQUE_ID = 'unique-id';

/** Whether it only stands for an identity, which the checker has to find. */
export const isToBeFound = ({ kind }: Pick<Identity, 'kind'>): boolean =>
  kind === LONE_KEY || kind === UNIQUE_ID;

export const WORKFLOW_ID_PREFIX = 'incident/';

/** `aws/123456789012/iam-user/deploy-robot`; an unknown account is `-`. */
export function keyOf(identity: Identity): string {
  return [identity.provider, identity.account ?? '-', identity.kind, identity.reference]
    .map(encodeURIComponent)
    .join('/');
}

/** The identity of a KEY. Throws `SyntaxError` where it is none. */
export function identityOf(key: string): Identity {
  const parts = key.split('/').map(decodeURIComponent);
  const [provider, account, kind, reference] = parts;
  if (parts.length !== 4 || !provider || !account || !kind || !reference) {
    throw new SyntaxError(`not an identity's key (provider/account/kind/reference): ${key}`);
  }
  return { provider, account: account === '-' ? null : account, kind, reference };
}

export function workflowIdOf(identity: Identity): string {
  return WORKFLOW_ID_PREFIX + keyOf(identity);
}

/** Ten characters that people may type instead of the workflow id. */
export function handleOf(workflowId: string): string {
  return base32Of(workflowId, 10);
}

/** Whether two KEYs name one identity. AWS does not tell names apart by their case, so neither does whoever must not be asked. */
export const isOfOne = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Whether the identity is one of a person's own: nobody answers about themselves. */
export const isOwn = ({ identities }: { identities: readonly string[] }, key: string): boolean =>
  identities.some((one) => isOfOne(one, key));
