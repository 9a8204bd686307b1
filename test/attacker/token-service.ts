// A service that takes a bearer token which lies in a secret: the one that readers get, and the one that waits to be given out. It reads the
// secret at each call, so a value that is neither is refused.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fieldOf } from '../../providers/secrets/value.ts';

export interface TokenService {
  url: string;
  /** Not until it is told so: a service that knows nothing of values that wait. */
  takesPending: boolean;
  /** Every value it was called with. */
  calls: string[];
  stop(): Promise<void>;
}

export async function tokenService(
  secrets: SecretsManagerClient,
  secret: string,
  field: string | null = null,
): Promise<TokenService> {
  const valueOf = async (VersionStage: string): Promise<string | null> => {
    try {
      const { SecretString } = await secrets.send(
        new GetSecretValueCommand({ SecretId: secret, VersionStage }),
      );
      return SecretString === undefined ? null : fieldOf(SecretString, field, 'the service');
    } catch {
      return null;
    }
  };
  const calls: string[] = [];
  const service = { takesPending: true };
  const server = createServer((request, response) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    calls.push(token);
    const taken = async () =>
      token === (await valueOf('AWSCURRENT')) ||
      (service.takesPending && token === (await valueOf('AWSPENDING')));
    void taken().then((isTaken) => {
      response.writeHead(isTaken ? 200 : 401);
      // It says back what it was told: whoever reads that must not pass it on.
      response.end(`hello ${token}`);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(service, {
    url: `http://127.0.0.1:${port}/`,
    calls,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

export async function statusFor(url: string, token: string): Promise<number> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await answer.body?.cancel();
  return answer.status;
}
