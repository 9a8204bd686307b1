// Hostile proofs by login: the words are rightful, the ID token over them is not.
import { createHmac } from 'node:crypto';
import { decode, encode } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import type { Issuer } from '../../../domain/runbook/issuer.schema.ts';
import type { IdTokenClaims } from '../../../authority/proof/id-token.schema.ts';
import { type Bent, CLIENT, idTokenFor, ISSUER, signedBy } from '../proof/a-provider.ts';
import { type Attempt, type Base, type Hostile, VOTERS } from './hostile.ts';
import { lookAlike, PROTOTYPE_NAMES } from './look-alikes.ts';

const login = { of: ['oidc'], code: 'badProof' } as const;
const NO_TOKEN = /not an ID token/;
const NOT_THEIRS = /^This login is not/;
const DOES_NOT_FIT = /signature does not fit/;

const textOf = ({ rightly }: Base): string => encode(canonical(rightly));
const withToken = (base: Base, idToken: string): Attempt => ({
  payload: { statement: textOf(base), proof: { type: 'oidc', idToken } },
});
const tokenOf = (base: Base, how: Bent = {}): Promise<string> =>
  idTokenFor(textOf(base), { person: base.name, iat: base.rightly.iat }, base.provers.provider, how);

/** Really signed by the provider, and bent. */
const issued = (how: (base: Base) => Bent) => async (base: Base) =>
  withToken(base, await tokenOf(base, how(base)));
const claiming = (claims: (base: Base) => Record<string, unknown>) =>
  issued((base) => ({ claims: claims(base) }));
const headed = (header: (base: Base) => Record<string, unknown>) =>
  issued((base) => ({ header: header(base) }));

/** The header is exchanged, and the signature stays. */
const reheaded =
  (header: (base: Base) => Record<string, unknown>, signature?: string) => async (base: Base) => {
    const [, claims = '', good = ''] = (await tokenOf(base)).split('.');
    const head = encode(JSON.stringify({ alg: 'ES256', kid: 'k-ES256', typ: 'JWT', ...header(base) }));
    return withToken(base, `${head}.${claims}.${signature ?? good}`);
  };

/** Really signed by the provider, over claims as no library writes them. */
const rewritten = (write: (claims: string, base: Base) => string) => async (base: Base) => {
  const [, claims = ''] = (await tokenOf(base)).split('.');
  return withToken(base, await signedBy(write(decode(claims), base), base.provers.provider, 'ES256'));
};

const asking =
  (change: (base: Base) => Partial<Issuer>, how: Bent = {}) =>
  async (base: Base) => {
    const directory = structuredClone(base.provers.directory);
    Object.assign(directory.issuers?.[0] ?? {}, change(base));
    return { ...withToken(base, await tokenOf(base, how)), directory };
  };

export const bentLogins: readonly Hostile[] = [
  {
    ...login,
    what: 'no algorithm',
    why: /is not signed with/,
    check: 'algorithmIsAllowed',
    make: reheaded(({ dice }) => ({ alg: dice.pick(['none', 'None', 'NONE']) })),
  },
  {
    ...login,
    what: 'no algorithm, and no signature',
    why: NO_TOKEN,
    make: reheaded(() => ({ alg: 'none' }), ''),
  },
  {
    ...login,
    what: 'a shared secret that is the public key',
    why: /is not signed with/,
    check: 'algorithmIsAllowed',
    make: async (base) => {
      const { dice, provers } = base;
      const alg = dice.pick(['RS256', 'ES256', 'EdDSA'] as const);
      const { jwk } = provers.provider.keys[alg];
      const [, claims = ''] = (await tokenOf(base)).split('.');
      const head = encode(JSON.stringify({ alg: dice.pick(['HS256', 'HS512']), kid: jwk.kid, typ: 'JWT' }));
      const mac = createHmac('sha256', canonical(jwk)).update(`${head}.${claims}`).digest('base64url');
      return withToken(base, `${head}.${claims}.${mac}`);
    },
  },
  {
    ...login,
    what: 'an algorithm that people.yaml does not allow',
    why: /is not signed with/,
    check: 'algorithmIsAllowed',
    make: (base) => {
      const alg = base.dice.pick(['PS256', 'ES256', 'EdDSA'] as const);
      return asking(() => ({ algorithms: ['RS256'] }), { alg })(base);
    },
  },
  {
    ...login,
    what: 'the name of a key for another algorithm',
    why: DOES_NOT_FIT,
    make: issued(({ dice }) => {
      const alg = dice.pick(['ES256', 'EdDSA', 'PS256'] as const);
      const others = ['RS256', 'ES256', 'EdDSA'].filter(
        (one) => one !== alg && !(alg === 'PS256' && one === 'RS256'),
      );
      return { alg, header: { kid: `k-${dice.pick(others)}` } };
    }),
  },
  {
    ...login,
    what: 'the name of a key that the provider does not have',
    why: /no such key/,
    make: headed(({ dice }) => ({
      kid: dice.pick(['../k-ES256', 'k-es256', 'k-ES256 ', ...PROTOTYPE_NAMES]),
    })),
  },
  {
    ...login,
    what: 'no name of a key',
    why: NO_TOKEN,
    make: headed(({ dice }) => ({ kid: dice.pick([undefined, '', 'x'.repeat(257)]) })),
  },
  {
    ...login,
    what: 'a key that comes along, or where one is',
    why: /The header of the ID token says/,
    check: 'tokenIsAnIdToken',
    make: async (base) => {
      const { provers, dice } = base;
      const stranger = provers.foreign.keys.ES256.jwk;
      const header = dice.pick<Record<string, unknown>>([
        { jwk: stranger },
        { jku: 'https://login.example.org/jwks' },
        { x5u: 'https://login.example.org/chain' },
        { x5c: ['MIIB'] },
        { zip: 'DEF' },
        { enc: 'A256GCM' },
        { cty: 'JWT' },
      ]);
      return withToken(base, await tokenOf(base, { header }));
    },
  },
  {
    ...login,
    what: 'something critical in its header',
    why: /The header of the ID token says/,
    check: 'tokenIsAnIdToken',
    make: reheaded(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { crit: ['exp'], exp: 1 },
        { b64: false, crit: ['b64'] },
      ]),
    ),
  },
  {
    ...login,
    what: 'another kind of token',
    why: /another token than an ID token/,
    check: 'tokenIsAnIdToken',
    make: headed(({ dice }) => ({
      typ: dice.pick(['at+jwt', 'logout+jwt', 'application/at+jwt', 'dpop+jwt', 'ＪＷＴ', '']),
    })),
  },
  {
    ...login,
    what: 'another audience, or several',
    why: /another audience/,
    check: 'audienceIsCustodyAlone',
    make: claiming(({ dice }) => ({
      aud: dice.pick<unknown>([
        'wiki',
        '',
        lookAlike(CLIENT, dice),
        [CLIENT, 'wiki'],
        ['wiki', CLIENT],
        [CLIENT, CLIENT],
        [],
      ]),
    })),
  },
  {
    ...login,
    what: 'another client that asked for it',
    why: /asked for by another client/,
    check: 'audienceIsCustodyAlone',
    make: claiming(({ dice }) => ({ azp: dice.pick(['wiki', '', lookAlike(CLIENT, dice)]) })),
  },
  {
    ...login,
    what: 'a login that is older than the words',
    why: /older than the statement/,
    check: 'issuedForThisStatement',
    make: claiming(({ rightly, dice }) => {
      const iat = rightly.iat - 61 - dice.below(10 ** 6);
      return { iat, exp: iat + 300, auth_time: iat - 5 };
    }),
  },
  {
    ...login,
    what: 'a login after the words had ended',
    why: /after the statement had expired/,
    check: 'issuedForThisStatement',
    make: claiming(({ rightly, dice }) => {
      const iat = rightly.exp + 61 + dice.below(10 ** 6);
      return { iat, exp: iat + 300, auth_time: iat - 5 };
    }),
  },
  {
    ...login,
    what: 'a login from beyond the limit of clocks',
    why: /from the future/,
    check: 'issuedForThisStatement',
    make: claiming(({ dice, nowS }) => {
      const iat = nowS + 61 + dice.below(500);
      return { iat, exp: iat + 300, auth_time: iat - 5 };
    }),
  },
  {
    ...login,
    what: 'an end before its beginning',
    why: /ends before it begins/,
    check: 'issuedForThisStatement',
    make: claiming(({ rightly, dice }) => ({ exp: rightly.iat + 19 - dice.below(10 ** 4) })),
  },
  {
    ...login,
    what: 'a login that is not valid yet',
    why: /not valid when it is made/,
    check: 'issuedForThisStatement',
    make: claiming(({ rightly, dice }) => ({ nbf: rightly.iat + 20 + 61 + dice.below(10 ** 6) })),
  },
  {
    ...login,
    what: 'the nonce of other words',
    why: /its nonce differs/,
    check: 'nonceIsOfThisStatement',
    make: async (base) => {
      const { rightly, provers, name, dice } = base;
      const other = {
        ...rightly,
        ...dice.pick([
          { jti: `${rightly.jti}y` },
          { incident: `${rightly.incident}2` },
          { firstRun: 'another' },
          { answers: 'act-1' },
          { plan: dice.hex(64) },
        ]),
      };
      const words = encode(canonical(other));
      return withToken(base, await idTokenFor(words, { person: name, iat: rightly.iat }, provers.provider));
    },
  },
  {
    ...login,
    what: 'a nonce in other letters',
    why: /its nonce differs/,
    check: 'nonceIsOfThisStatement',
    make: rewritten((claims, { dice }) =>
      claims.replace(
        /"nonce":"([^"]+)"/,
        (_, nonce: string) => `"nonce":${JSON.stringify(lookAlike(nonce, dice))}`,
      ),
    ),
  },
  {
    ...login,
    what: 'no nonce',
    why: /did not bring the nonce back/,
    check: 'nonceIsOfThisStatement',
    make: claiming(() => ({ nonce: undefined })),
  },
  {
    ...login,
    what: 'a foreign provider',
    why: /not one of `issuers`/,
    make: async (base) => {
      const { rightly, provers, name, dice } = base;
      const iss = dice.pick([
        provers.foreign.issuer,
        `${ISSUER}/`,
        ISSUER.toUpperCase(),
        ISSUER.replace('https', 'http'),
        lookAlike(ISSUER, dice),
        ...PROTOTYPE_NAMES,
      ]);
      const by = dice.pick([provers.foreign, provers.provider]);
      return withToken(
        base,
        await idTokenFor(textOf(base), { person: name, iat: rightly.iat }, by, { claims: { iss } }),
      );
    },
  },
  {
    ...login,
    what: 'a foreign provider that says it is this one',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const { rightly, provers, name, dice } = base;
      const alg = dice.pick(['RS256', 'ES256', 'PS256', 'EdDSA'] as const);
      const how = { alg, claims: { iss: ISSUER } };
      return withToken(
        base,
        await idTokenFor(textOf(base), { person: name, iat: rightly.iat }, provers.foreign, how),
      );
    },
  },
  {
    ...login,
    what: 'somebody else’s login',
    why: NOT_THEIRS,
    check: 'loginIsTheirs',
    make: issued(({ name, dice }) => ({
      sub: `sub-${dice.pick(VOTERS.filter((one) => one !== name))}`,
      claims: { email: `${name}@example.com`, preferred_username: name },
    })),
  },
  {
    ...login,
    what: 'a login of a name that looks the same',
    why: NOT_THEIRS,
    check: 'loginIsTheirs',
    make: issued(({ name, dice }) => ({ sub: lookAlike(`sub-${name}`, dice) })),
  },
  {
    ...login,
    what: 'a session that is too old',
    why: /more than 5m before/,
    check: 'authenticatedJustThen',
    make: claiming(({ rightly, dice }) => ({ auth_time: rightly.iat + 20 - 301 - dice.below(10 ** 6) })),
  },
  {
    ...login,
    what: 'no moment of authentication',
    why: /does not say when the person authenticated/,
    check: 'authenticatedJustThen',
    make: claiming(() => ({ auth_time: undefined })),
  },
  {
    ...login,
    what: 'an authentication after the token',
    why: /after the ID token was made/,
    check: 'authenticatedJustThen',
    make: claiming(({ rightly, dice }) => ({ auth_time: rightly.iat + 20 + 61 + dice.below(10 ** 6) })),
  },
  {
    ...login,
    what: 'methods that are not enough',
    why: /lacks what people.yaml asks for/,
    check: 'methodsAreEnough',
    make: (base) => {
      const amr = base.dice.pick([undefined, [], ['pwd'], ['MFA'], ['mfa '], ['constructor']]);
      return asking(() => ({ amr: ['mfa'] }), { claims: { amr } })(base);
    },
  },
  {
    ...login,
    what: 'a name twice in its claims',
    why: NO_TOKEN,
    make: rewritten((claims, { dice }) => {
      const name = dice.pick(['sub', 'nonce', 'aud', 'iss', 'auth_time'] satisfies (keyof IdTokenClaims)[]);
      const other = dice.pick([name, `\\u00${(name.codePointAt(0) ?? 0).toString(16)}${name.slice(1)}`]);
      return claims.replace(`"${name}":`, `"${other}":"another","${name}":`);
    }),
  },
  {
    ...login,
    what: 'a name twice in its header',
    why: NO_TOKEN,
    make: async (base) => {
      const [, claims = '', signature = ''] = (await tokenOf(base)).split('.');
      const header = base.dice.pick([
        '{"alg":"none","alg":"ES256","kid":"k-ES256","typ":"JWT"}',
        '{"alg":"ES256","kid":"k-RS256","kid":"k-ES256","typ":"JWT"}',
      ]);
      return withToken(base, `${encode(header)}.${claims}.${signature}`);
    },
  },
  {
    ...login,
    what: 'a claim of another shape',
    why: NO_TOKEN,
    make: rewritten((claims, { dice }) =>
      dice.pick([
        claims.replace(/"sub":"[^"]*"/, '"sub":7'),
        claims.replace(/"sub":"[^"]*"/, '"sub":["sub-sam"]'),
        claims.replace(
          /"iat":\d+/,
          `"iat":${dice.pick(['1e400', '-1', '0', '1.5', '9007199254740993', '"1"'])}`,
        ),
        claims.replace(/"auth_time":\d+/, '"auth_time":1e308'),
        claims.replace(/"exp":\d+/, '"exp":-1e308'),
        `[${claims}]`,
        '[]',
        'null',
        '7',
      ]),
    ),
  },
  {
    ...login,
    what: 'other parts than three',
    why: NO_TOKEN,
    make: async (base) => {
      const token = await tokenOf(base);
      const [head = '', claims = '', signature = ''] = token.split('.');
      const all = [
        `${token}.AA.AA`,
        `${head}.${claims}`,
        `${head}..${signature}`,
        `${token}.`,
        `.${token}`,
        `${token}=`,
        '',
        '..',
        'x',
      ];
      return withToken(base, base.dice.pick(all));
    },
  },
  {
    ...login,
    what: 'a signature with its spare bits set',
    why: NO_TOKEN,
    make: async (base) => {
      const token = await tokenOf(base);
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const last = letters.indexOf(token.at(-1) ?? '');
      return withToken(base, `${token.slice(0, -1)}${letters[last + 1 + base.dice.below(15)]}`);
    },
  },
  {
    ...login,
    what: 'other bytes in the signature',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const alg = base.dice.pick(['RS256', 'ES256', 'PS256', 'EdDSA'] as const);
      const [head = '', claims = '', signature = ''] = (await tokenOf(base, { alg })).split('.');
      const bytes = Buffer.from(signature, 'base64url');
      const at = base.dice.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << base.dice.below(8));
      return withToken(base, `${head}.${claims}.${bytes.toString('base64url')}`);
    },
  },
  {
    ...login,
    what: 'other claims than were signed',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const [head = '', claims = '', signature = ''] = (await tokenOf(base)).split('.');
      const bent = JSON.stringify({ ...(JSON.parse(decode(claims)) as object), groups: [base.dice.hex(8)] });
      return withToken(base, `${head}.${encode(bent)}.${signature}`);
    },
  },
  {
    ...login,
    what: 'a login that is revoked by now',
    why: /The login was revoked/,
    check: 'loginIsTheirs',
    make: async (base) => {
      const directory = structuredClone(base.provers.directory);
      Object.assign(directory.people[base.name]?.logins?.[0] ?? {}, {
        revokedAt: new Date(base.nowS * 1_000).toISOString(),
      });
      return { ...withToken(base, await tokenOf(base)), directory };
    },
  },
  {
    ...login,
    what: 'a provider that is revoked by now',
    why: /identity provider was revoked/,
    make: asking(({ nowS }) => ({ revokedAt: new Date(nowS * 1_000).toISOString() })),
  },
];
