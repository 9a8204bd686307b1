// A secret of GitHub Actions gets the new value ("REST API endpoints for GitHub Actions Secrets"): sealed for the repository's own public
// key (libsodium's sealed box), so that nobody on the way can open it. The value and the token never get into an error.
import sodium from 'libsodium-wrappers';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { Consumer } from './rule.ts';
import { fieldOf } from './value.ts';

export interface GithubSecret {
  /** `https://api.github.com`, or that of an enterprise server. */
  api: string;
  /** `owner/name` */
  repository: string;
  /** The secret's name there. */
  secret: string;
  /** The member of a JSON value that it gets; null: the value as a whole. */
  field: string | null;
  token: string;
}

const LIMIT_MS = 20_000;

export function githubActions({ api, repository, secret, field, token }: GithubSecret): Consumer {
  const name = `GitHub Actions secret ${secret} of ${repository}`;
  const at = `${api.replace(/\/$/, '')}/repos/${repository}/actions/secrets`;
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(`${at}/${path}`, {
      ...init,
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'custody',
        authorization: `Bearer ${token}`,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT_MS),
    }).catch(() => {
      throw new ProviderError(
        'retry',
        `The ${name} was not updated: ${api} cannot be reached; it is tried again.`,
      );
    });
    if (!answer.ok) throw refused(name, answer.status, isOverLimit(answer));
    return answer;
  };
  return {
    name,
    async tell({ value }) {
      const { key, key_id } = await publicKey(await call('public-key'), name);
      await sodium.ready;
      const sealed = sodium.crypto_box_seal(fieldOf(value, field, name), sodium.from_base64(key, BASE64));
      const encrypted_value = sodium.to_base64(sealed, BASE64);
      const answer = await call(encodeURIComponent(secret), {
        method: 'PUT',
        body: JSON.stringify({ encrypted_value, key_id }),
      });
      await answer.body?.cancel();
    },
  };
}

/** Standard base64 with padding, as GitHub's examples use it. */
const BASE64 = 1;

async function publicKey(answer: Response, name: string): Promise<{ key: string; key_id: string }> {
  const read: unknown = await answer.json().catch(() => null);
  const { key, key_id } = (read ?? {}) as { key?: unknown; key_id?: unknown };
  if (typeof key === 'string' && typeof key_id === 'string') return { key, key_id };
  throw new ProviderError(
    'retry',
    `The ${name} was not updated: GitHub gave no public key; it is tried again.`,
  );
}

/** A 403 may mean that too ("Rate limits for the REST API"): none are left, or it says when to come again. */
const isOverLimit = ({ status, headers }: Response): boolean =>
  status === 429 ||
  (status === 403 && (headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after')));

function refused(name: string, status: number, overLimit: boolean): ProviderError {
  const said = `The ${name} was not updated: GitHub answered ${status}`;
  if (overLimit)
    return new ProviderError('throttled', `${said}: too many calls at the moment; it is tried again.`);
  if (status === 403) {
    return new ProviderError(
      'denied',
      `${said}: the executor's token needs the permission "Secrets: write" on that repository. Grant it, then order the step again.`,
      { permission: 'github:secrets:write' },
    );
  }
  if (status === 401) {
    return new ProviderError(
      'denied',
      `${said}: the executor's token is not accepted; renew it, then order the step again.`,
      {
        permission: 'github:secrets:write',
      },
    );
  }
  if (status >= 500) return new ProviderError('retry', `${said}; it is tried again.`);
  return new ProviderError(
    'impossible',
    `${said}: correct the repository and the secret's name in the executor's policy.yaml, then order the step again.`,
  );
}
