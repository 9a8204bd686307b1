// Signs by a login: opens the company's identity provider with a nonce that is computed here from the statement that was shown, and
// takes the ID token that comes back as the proof. No secret of the provider's is kept.
import * as oidc from 'openid-client';
import type { Issuer } from '../domain/runbook/issuer.schema.ts';
import { isRevoked, whyNotAskable } from '../domain/runbook/issuer.schema.ts';
import type { Directory } from '../domain/runbook/runbook.schema.ts';
import { CliFailure } from './failure.ts';
import { type Loopback, openLoopback } from './loopback.ts';
import { sayable } from './sayable.ts';
import type { Signer } from './signer.ts';
import type { Terminal } from './terminal.ts';

const WITHIN_MS = 5 * 60_000;
const TIMEOUT_S = 15;

/** Where to log in. `groups`: the claim in which the directory reads them. */
export interface Provider {
  issuer: string;
  /** The client id of custody. */
  audience: string;
  groups: string | null;
}

export interface LoggedIn {
  idToken: string;
  claims: oidc.IDToken;
}

export interface Logins {
  server: oidc.ServerMetadata;
  /** `fresh`: the person must authenticate now, whatever session they have. */
  logIn(nonce: string, fresh: boolean): Promise<LoggedIn>;
  close(says: string): Promise<void>;
}

export function loginSigner(terminal: Terminal, directory: Directory | null, me: string | undefined): Signer {
  const provider = providerOf(terminal, directory);
  if (me === undefined && directory === null) {
    throw new CliFailure(
      'usage',
      'Say who you are in people.yaml: --me PERSON (or set CUSTODY_RUNBOOK, where your login is looked up).',
    );
  }
  return {
    async signed(state) {
      const logins = await openLogins(terminal, provider);
      try {
        const person = me ?? personOf(directory, await logins.logIn(oidc.randomNonce(), false));
        const statement = sayable(state, person);
        const { statementDigest } = await import('../authority/proof/oidc.ts');
        const { idToken } = await logins.logIn(statementDigest(statement), true);
        const saying = { statement, proof: { type: 'oidc' as const, idToken } };
        if (directory !== null) await holdsHere(terminal, directory, saying);
        await logins.close('Signed.');
        return saying;
      } catch (error) {
        await logins.close('Nothing was signed: the terminal says why.');
        throw error;
      }
    },
  };
}

/** What would not be believed is not sent: the reason is of more use here than in a refusal. */
async function holdsHere(
  terminal: Terminal,
  directory: Directory,
  saying: { statement: string; proof: { type: 'oidc'; idToken: string } },
): Promise<void> {
  const [{ provenBy }, { fetchedIssuerKeys }] = await Promise.all([
    import('../authority/proof.ts'),
    import('../authority/proof/fetched-keys.ts'),
  ]);
  const now = terminal.now();
  const keys = fetchedIssuerKeys({ nowMs: () => terminal.now().getTime() });
  const proof = await provenBy(saying, directory, now.toISOString(), keys);
  if (!proof.holds) throw new CliFailure('notSigned', `${proof.reason} Nothing was sent.`);
}

export function providerOf({ env, now }: Terminal, directory: Directory | null): Provider {
  const listed = directory?.issuers ?? [];
  const known = listed.filter((one) => !isRevoked(one, now().getTime()));
  const asProvider = ({ issuer, audience, groups }: Issuer): Provider => ({
    issuer,
    audience,
    groups: groups?.claim ?? null,
  });
  const { CUSTODY_ISSUER: named, CUSTODY_CLIENT: client } = env;
  if (named) {
    const entry = known.find(({ issuer }) => issuer === named);
    if (entry !== undefined) return asProvider(entry);
    if (listed.some(({ issuer }) => issuer === named)) throw revoked(named);
    const wrong = whyNotAskable(named);
    if (wrong !== null) throw new CliFailure('usage', `CUSTODY_ISSUER: ${wrong}.`);
    if (!client)
      throw new CliFailure('usage', 'Set CUSTODY_CLIENT: the client id of custody at CUSTODY_ISSUER.');
    return { issuer: named, audience: client, groups: null };
  }
  const [only, second] = known;
  if (only === undefined && listed[0] !== undefined) throw revoked(listed[0].issuer);
  if (only === undefined) {
    throw new CliFailure(
      'usage',
      'Say where to log in: CUSTODY_RUNBOOK with a people.yaml that has `issuers`, or CUSTODY_ISSUER and CUSTODY_CLIENT.',
    );
  }
  if (second !== undefined) {
    const names = known.map(({ issuer }) => issuer).join(', ');
    throw new CliFailure(
      'usage',
      `There are several identity providers; set CUSTODY_ISSUER to one: ${names}.`,
    );
  }
  return asProvider(only);
}

const revoked = (issuer: string): CliFailure =>
  new CliFailure(
    'usage',
    `${issuer} is revoked in people.yaml: a login there proves nothing. Sign with your key (--key) or a passkey (--passkey).`,
  );

function personOf(directory: Directory | null, { claims }: LoggedIn): string {
  const found = Object.entries(directory?.people ?? {}).find(([, { logins = [] }]) =>
    logins.some(({ issuer, subject }) => issuer === claims.iss && subject === claims.sub),
  );
  if (found !== undefined) return found[0];
  throw new CliFailure(
    'notSigned',
    `Your login (${claims.sub} at ${claims.iss}) is nobody's in people.yaml. Nothing was signed: have it added; custody login check prints the entry.`,
  );
}

export async function openLogins(terminal: Terminal, provider: Provider): Promise<Logins> {
  const configuration = await discovered(provider);
  const loopback = await openLoopback(terminal, WITHIN_MS);
  return {
    server: configuration.serverMetadata(),
    logIn: (nonce, fresh) => loggedIn({ configuration, loopback, provider }, nonce, fresh),
    close: (says) => loopback.close(says),
  };
}

async function discovered({ issuer, audience }: Provider): Promise<oidc.Configuration> {
  const onThisMachine = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
  try {
    return await oidc.discovery(new URL(issuer), audience, undefined, oidc.None(), {
      execute: onThisMachine,
      timeout: TIMEOUT_S,
    });
  } catch (error) {
    throw new CliFailure(
      'unreachable',
      `${issuer} gives no OpenID configuration: look at the address, or sign with a key (CUSTODY_KEY).`,
      { cause: error },
    );
  }
}

interface At {
  configuration: oidc.Configuration;
  loopback: Loopback;
  provider: Provider;
}

async function loggedIn(
  { configuration, loopback, provider }: At,
  nonce: string,
  fresh: boolean,
): Promise<LoggedIn> {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const { scopes_supported: scopes } = configuration.serverMetadata();
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: loopback.redirectUri,
    response_type: 'code',
    scope: provider.groups !== null && scopes?.includes('groups') ? 'openid groups' : 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    // Of two ways to ask for it, some providers know only one.
    ...(fresh ? { max_age: '0', prompt: 'login' } : {}),
  });
  const back = await loopback.visit(url);
  try {
    const tokens = await oidc.authorizationCodeGrant(configuration, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (tokens.id_token === undefined || claims === undefined) throw new Error('it sent no ID token');
    return { idToken: tokens.id_token, claims };
  } catch (error) {
    throw new CliFailure('notSigned', `${whyNotLoggedIn(error)} Nothing was signed.`, { cause: error });
  }
}

function whyNotLoggedIn(error: unknown): string {
  if (error instanceof oidc.AuthorizationResponseError)
    return `The identity provider refused the login (${error.error.slice(0, 64)}).`;
  if (lacksNonce(error))
    return 'The identity provider did not bring the nonce back, so its login proves nothing: sign with a key.';
  return 'The login did not come to an end.';
}

/** The library wraps what its own checks found. */
export function lacksNonce(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { claim } = (error.cause ?? {}) as { claim?: unknown };
  return claim === 'nonce' || /"nonce"/.test(error.message) || lacksNonce(error.cause);
}
