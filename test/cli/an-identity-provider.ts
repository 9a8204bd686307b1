// A real OpenID provider at which whoever is at the browser logs in at once, as `person` says.
import { identityProvider } from '../../local/identity-provider.ts';

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
  const { issuer, server, close } = await identityProvider({
    client: CLIENT,
    claimsOf: () => ({ amr: state.person.amr, groups: state.person.groups }),
    atBrowser() {
      state.logins += 1;
      return Promise.resolve({ accountId: state.person.subject, amr: state.person.amr });
    },
  });
  const state: AnIdentityProvider = {
    issuer,
    person: { subject: 'sub-lena', amr: ['pwd', 'mfa'], groups: [] },
    logins: 0,
    bent: { withoutNonce: false },
    close,
  };
  server.prependListener('request', (request) => {
    if (state.bent.withoutNonce && request.url?.startsWith('/auth?'))
      request.url = request.url.replace(/&nonce=[^&]*/, '');
  });
  return state;
}
