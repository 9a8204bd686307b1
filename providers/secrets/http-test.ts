// Proves a new value by a call of the service that will take it. No redirect is followed: it would carry the value elsewhere.
import { ProviderError } from '../../domain/provider/provider.ts';
import type { Test } from './rule.ts';

export interface HttpTest {
  url: string;
  /** The header that carries the value, behind `prefix`. */
  header?: string | undefined;
  prefix?: string | undefined;
  /** Or the member of a JSON body that does. */
  body?: string | undefined;
}

const LIMIT_MS = 10_000;

export const httpTest =
  ({ url, header, prefix = '', body }: HttpTest): Test =>
  async (value) => {
    const status = await statusOf(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'custody',
        ...(header === undefined ? {} : { [header]: `${prefix}${value}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify({ [body]: `${prefix}${value}` }) }),
    });
    if (status >= 200 && status < 300) return 'works';
    if (status === 429 || status >= 500) {
      throw new ProviderError(
        'retry',
        `${url} answered ${status}, so the new value is not proved; it is tried again.`,
      );
    }
    return { not: `${url} answered ${status}` };
  };

/** Its answer is not read: a service may say back what it was told. */
async function statusOf(url: string, request: RequestInit): Promise<number> {
  try {
    const answer = await fetch(url, {
      ...request,
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    throw new ProviderError(
      'retry',
      `${url} cannot be reached, so the new value is not proved; it is tried again.`,
    );
  }
}
