// Tells a consumer that a secret has a new version, by a webhook signed as the Standard Webhooks specification says. The value is not in it:
// whoever is told fetches it with rights of their own.
import { Webhook } from 'standardwebhooks';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { Consumer } from './rule.ts';

export interface RotationWebhook {
  /** For people: the URL may itself be a secret. */
  name: string;
  url: string;
  /** `whsec_…` */
  secret: string;
}

const LIMIT_MS = 10_000;

export function rotationWebhook({ name, url, secret }: RotationWebhook): Consumer {
  const signer = new Webhook(secret);
  return {
    name: `webhook ${name}`,
    async tell({ secret: rotated, versionId }) {
      const at = new Date();
      const body = JSON.stringify({
        type: 'secret.rotated',
        timestamp: at.toISOString(),
        data: { secret: rotated, versionId },
      });
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'custody',
          // The same version is the same news, however often it is told.
          'webhook-id': `rotated-${versionId}`,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': signer.sign(`rotated-${versionId}`, at, body),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(LIMIT_MS),
      }).catch(() => {
        throw new ProviderError(
          'retry',
          `The webhook ${name} was not told of the new version: it cannot be reached; it is tried again.`,
        );
      });
      await answer.body?.cancel();
      if (answer.ok) return;
      const says = `The webhook ${name} was not told of the new version: it answered ${answer.status}`;
      if (answer.status === 429 || answer.status >= 500)
        throw new ProviderError('retry', `${says}; it is tried again.`);
      throw new ProviderError(
        'impossible',
        `${says}: correct it in the executor's policy.yaml, then order the step again.`,
      );
    },
  };
}
