// A realm of a real Keycloak as docs/operations.md says that it is set up for custody, by its admin API: a public client with the two
// mappers, and a method reference on the password form. `bare` is a client of the same realm without any of that.
import type { Credentials } from '../../../local/plain-browser.ts';
import type { KeycloakServer } from '../../../local/servers.ts';

export const CLIENT = 'custody';
export const BARE = 'bare';

export interface ARealm {
  issuer: string;
  /** Its own id of each, by user name. */
  subjects: Readonly<Record<string, string>>;
  /** As they log in. */
  login(username: string): Credentials;
}

const USERS: Readonly<Record<string, string[]>> = { lena: ['identity-team'], bob: [] };
const login = (username: string): Credentials => ({ username, password: `the password of ${username}` });

const client = (clientId: string, protocolMappers: object[]) => ({
  clientId,
  publicClient: true,
  standardFlowEnabled: true,
  directAccessGrantsEnabled: false,
  redirectUris: ['http://127.0.0.1/callback'],
  attributes: { 'pkce.code.challenge.method': 'S256' },
  protocolMappers,
});

const mapper = (name: string, protocolMapper: string, config: object) => ({
  name,
  protocol: 'openid-connect',
  protocolMapper,
  config: { 'id.token.claim': 'true', ...config },
});

export async function aRealm({ address, admin }: KeycloakServer): Promise<ARealm> {
  const call = await adminOf(address, admin);
  await call('POST', '', {
    realm: 'responders',
    enabled: true,
    groups: [{ name: 'identity-team' }],
    users: Object.entries(USERS).map(([username, groups]) => ({
      username,
      enabled: true,
      email: `${username}@example.com`,
      emailVerified: true,
      firstName: username,
      lastName: 'of a test',
      groups,
      credentials: [{ type: 'password', value: login(username).password }],
    })),
    clients: [
      client(CLIENT, [
        mapper('amr', 'oidc-amr-mapper', {}),
        mapper('groups', 'oidc-group-membership-mapper', { 'claim.name': 'groups', 'full.path': 'false' }),
      ]),
      client(BARE, []),
    ],
  });
  const flow = (await call('GET', '/responders/authentication/flows/browser/executions')) as {
    id: string;
    providerId?: string;
  }[];
  const form = flow.find(({ providerId }) => providerId === 'auth-username-password-form');
  await call('POST', `/responders/authentication/executions/${form?.id}/config`, {
    alias: 'password',
    config: { 'default.reference.value': 'pwd', 'default.reference.maxAge': '300' },
  });
  const users = (await call('GET', '/responders/users')) as { id: string; username: string }[];
  return {
    issuer: `${address}/realms/responders`,
    subjects: Object.fromEntries(users.map(({ id, username }) => [username, id])),
    login,
  };
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>;

async function adminOf(address: string, credentials: Credentials): Promise<Call> {
  const answer = await fetch(`${address}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...credentials }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return async (method, path, body) => {
    const response = await fetch(`${address}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}
