// A real OpenID provider (npm oidc-provider) on this machine, with one client. Who is at the browser, and how they show who
// they are, is for whoever starts it. For demo and tests, never for a real company: it keeps everything in memory.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const KEY_ID = 'real-1';

export interface IdentityProvider {
  issuer: string;
  server: Server;
  close(): Promise<void>;
}

export interface Accounts {
  /** Id of the one client. */
  client: string;
  /** What an ID token says of somebody, beside who they are. */
  claimsOf(subject: string): { amr: string[]; groups: string[] };
  /** Who is at the browser; null: they were shown a page that asks for it. */
  atBrowser(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ accountId: string; amr: string[] } | null>;
}

export async function identityProvider({ client, claimsOf, atBrowser }: Accounts): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' }] },
    clients: [
      {
        client_id: client,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    scopes: ['openid', 'groups'],
    claims: { openid: ['sub', 'amr'], groups: ['groups'], auth_time: null, amr: null },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['on this machine alone'] },
    ttl: {
      Session: 3_600,
      Interaction: 600,
      Grant: 3_600,
      AuthorizationCode: 60,
      IdToken: 300,
      AccessToken: 60,
    },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...claimsOf(accountId) }),
    }),
    async loadExistingGrant({ oidc }) {
      const { Grant } = oidc.provider;
      const grant = new Grant({
        ...(oidc.session?.accountId === undefined ? {} : { accountId: oidc.session.accountId }),
        ...(oidc.client === undefined ? {} : { clientId: oidc.client.clientId }),
      });
      grant.addOIDCScope('openid groups');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    interact(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${String(error)}\n`);
    });
  });

  /** It asks who it is, and then, as of any program on somebody's machine, whether that program may. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt } = await provider.interactionDetails(request, response);
    if (prompt.name !== 'login') {
      await provider.interactionFinished(
        request,
        response,
        { consent: {} },
        { mergeWithLastSubmission: true },
      );
      return;
    }
    const login = await atBrowser(request, response);
    if (login !== null) await provider.interactionFinished(request, response, { login });
  }

  return {
    issuer,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
