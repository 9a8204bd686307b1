// What an ID token must say to be one person's word for one statement. No signature is looked at here: what says the wrong thing is
// refused before any key is fetched for it.
import { durationMs, epochMs, type Instant } from '../../domain/instant/instant.ts';
import type { Issuer, Login } from '../../domain/runbook/issuer.schema.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { SKEW_S } from '../statement.ts';
import type { IdTokenClaims, IdTokenHeader } from './id-token.schema.ts';
import { whyNotValid } from './valid.ts';

export interface LoginFacts {
  header: IdTokenHeader;
  claims: IdTokenClaims;
  /** The directory's entry of the one that the token names. */
  issuer: Issuer;
  /** Of the person who speaks. */
  logins: readonly Login[];
  statement: Statement;
  /** Of the statement's bytes. */
  digest: string;
  at: Instant;
}

/** Why it is no proof, or null. */
export interface LoginCheck {
  name: string;
  check(facts: LoginFacts): string | null;
}

/** Who would bring a key along, or change how the signature is read. */
const FOREIGN = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'enc', 'cty'];

const tokenIsAnIdToken: LoginCheck = {
  name: 'tokenIsAnIdToken',
  check: ({ header }) => {
    const foreign = FOREIGN.find((name) => Object.hasOwn(header, name));
    if (foreign !== undefined) return `The header of the ID token says ${foreign}, which is not read.`;
    return header.typ === undefined || header.typ.toUpperCase() === 'JWT'
      ? null
      : 'It is another token than an ID token.';
  },
};

const algorithmIsAllowed: LoginCheck = {
  name: 'algorithmIsAllowed',
  check: ({ header, issuer }) =>
    issuer.algorithms.some((allowed) => allowed === header.alg)
      ? null
      : `The ID token is not signed with ${issuer.algorithms.join(' or ')}.`,
};

const loginIsTheirs: LoginCheck = {
  name: 'loginIsTheirs',
  check: ({ claims, logins, statement, at }) => {
    const login = logins.find(({ issuer, subject }) => issuer === claims.iss && subject === claims.sub);
    if (login === undefined)
      return `This login is not ${statement.person}'s: list its issuer and subject under their \`logins\` in people.yaml.`;
    return whyNotValid('login', login, statement.iat, at);
  },
};

/** A token that serves anything else could be shown here by whoever it was shown to. */
const audienceIsCustodyAlone: LoginCheck = {
  name: 'audienceIsCustodyAlone',
  check: ({ claims, issuer }) => {
    const [audience, second] = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
    if (audience !== issuer.audience || second !== undefined)
      return 'The ID token is for another audience, or for several: log in to custody alone.';
    return claims.azp === undefined || claims.azp === issuer.audience
      ? null
      : 'The ID token was asked for by another client.';
  },
};

const nonceIsOfThisStatement: LoginCheck = {
  name: 'nonceIsOfThisStatement',
  check: ({ claims, digest }) => {
    if (claims.nonce === undefined) return 'The provider did not bring the nonce back: sign with a key.';
    return claims.nonce === digest ? null : 'The login was for another statement: its nonce differs.';
  },
};

/** The token's own `exp` is minutes and limits nothing here: a step has a time of its own. */
const issuedForThisStatement: LoginCheck = {
  name: 'issuedForThisStatement',
  check: ({ claims, statement, at }) => {
    const { iat, exp, nbf } = claims;
    if (exp < iat) return 'The ID token ends before it begins.';
    if (iat < statement.iat - SKEW_S) return 'The ID token is older than the statement.';
    if (iat > statement.exp + SKEW_S) return 'The ID token is from after the statement had expired.';
    if (iat > epochMs(at) / 1_000 + SKEW_S)
      return 'The ID token is from the future: one of the clocks is wrong.';
    return nbf !== undefined && nbf > iat + SKEW_S ? 'The ID token is not valid when it is made.' : null;
  },
};

const authenticatedJustThen: LoginCheck = {
  name: 'authenticatedJustThen',
  check: ({ claims, issuer }) => {
    const { auth_time: when, iat } = claims;
    if (when === undefined)
      return 'The provider does not say when the person authenticated (auth_time): sign with a key.';
    if (when > iat + SKEW_S) return 'The person is said to authenticate after the ID token was made.';
    return when >= iat - durationMs(issuer.maxAge) / 1_000
      ? null
      : `The person authenticated more than ${issuer.maxAge} before: log in afresh.`;
  },
};

const methodsAreEnough: LoginCheck = {
  name: 'methodsAreEnough',
  check: ({ claims, issuer }) => {
    const missing = issuer.amr?.filter((method) => !claims.amr?.includes(method)) ?? [];
    return missing.length === 0
      ? null
      : `The login lacks what people.yaml asks for: ${missing.join(', ')} (amr).`;
  },
};

/** First refusal wins. */
export const loginChecks: readonly LoginCheck[] = [
  tokenIsAnIdToken,
  algorithmIsAllowed,
  loginIsTheirs,
  audienceIsCustodyAlone,
  nonceIsOfThisStatement,
  issuedForThisStatement,
  authenticatedJustThen,
  methodsAreEnough,
];
