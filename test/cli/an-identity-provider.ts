// A real OpenID provider (npm oidc-provider) on this machine, and a browser that goes where it is sent, with cookies. Whoever is at
// the browser logs in at once, as `person` says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export interface AnIdentityProvider {
  issuer: string;
  /** Who is at the browser. */
  person: { subject: string; amr: string[]; groups: string[] };
  /** How often somebody really authenticated. */
  logins: number;
  /** What it puts into ID tokens besides. */
  bent: { withoutNonce: boolean };
  close(): Promise<void>;
}

export const CLIENT = 'custody';

export async function anIdentityProvider(): Promise<AnIdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'real-1', alg: 'ES256', use: 'sig' }] },
    clients: [
      {
        client_id: CLIENT,
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
    cookies: { keys: ['of a test'] },
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
      claims: () => ({ sub: accountId, amr: state.person.amr, groups: state.person.groups }),
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
  const state: AnIdentityProvider = {
    issuer,
    person: { subject: 'sub-lena', amr: ['pwd', 'mfa'], groups: [] },
    logins: 0,
    bent: { withoutNonce: false },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (state.bent.withoutNonce && request.url?.startsWith('/auth?'))
      request.url = request.url.replace(/&nonce=[^&]*/, '');
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    void interact(request, response);
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
    state.logins += 1;
    const login = { accountId: state.person.subject, amr: state.person.amr };
    await provider.interactionFinished(request, response, { login });
  }
  return state;
}

/** Follows an address to where it ends, and tells what stands there. */
export async function browsed(address: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(address);
  for (let hop = 0; hop < 20; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const to = response.headers.get('location');
    if (to === null) return response.text();
    url = new URL(to, url);
  }
  throw new Error('it goes round in circles');
}
