// Hostile proofs by key: the words are rightful, the signature over them is not.
import { createHmac } from 'node:crypto';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { decode, decodeBytes, encode } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import type { Directory, DirectoryKey } from '../../../domain/runbook/runbook.schema.ts';
import type { Name } from '../rightful.ts';
import { type Attempt, type Base, type Hostile, VOTERS } from './hostile.ts';
import { PROTOTYPE_NAMES } from './look-alikes.ts';

const key = { of: ['key'], code: 'badProof' } as const;
const NO_JWS = /not a detached JWS/;
const NOT_THEIRS = /is not one of .*'s in the directory/;
const ANOTHER_ALGORITHM = /the proof says something else/;
const DOES_NOT_FIT = /signature does not fit/;

const textOf = ({ rightly }: Base): string => encode(canonical(rightly));
const entryIn = (directory: Directory, name: Name): DirectoryKey => {
  const entry = directory.people[name]?.keys[0];
  if (entry === undefined) throw new Error(`no key of ${name}`);
  return entry;
};
const headerOf = ({ provers, name }: Base) => {
  const { alg, kid } = provers.world.keys[name];
  return { alg, kid, typ: 'custody+jws' };
};
const detached = (statement: string, header: string, signature: string): Attempt => ({
  payload: { statement, proof: { type: 'key', jws: `${header}..${signature}` } },
});

/** Really signed, by whose key is said, over this very header. */
async function signedWith(
  base: Base,
  header: Record<string, unknown>,
  by: Name = base.name,
): Promise<Attempt> {
  const statement = textOf(base);
  const { privateKey, alg } = base.provers.world.keys[by];
  const jws = await new CompactSign(decodeBytes(statement))
    .setProtectedHeader({ alg, ...header })
    .sign(privateKey);
  const [head = '', , signature = ''] = jws.split('.');
  return detached(statement, head, signature);
}

/** What a library never signs: the header's text as it stands, by WebCrypto itself. */
async function signedOver(base: Base, header: string): Promise<Attempt> {
  const statement = textOf(base);
  const { privateKey, alg } = base.provers.world.keys[base.name];
  const input = new TextEncoder().encode(`${encode(header)}.${statement}`);
  const how = alg === 'EdDSA' ? { name: 'Ed25519' } : { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(how, privateKey, input);
  return detached(statement, encode(header), Buffer.from(signature).toString('base64url'));
}

/** A rightful signature in another's place. */
async function rightlySigned(base: Base): Promise<{ statement: string; head: string; signature: string }> {
  const { payload } = await base.proven(textOf(base));
  const { statement, proof } = payload as { statement: string; proof: { jws: string } };
  const [head = '', , signature = ''] = proof.jws.split('.');
  return { statement, head, signature };
}

async function withHeader(base: Base, change: Record<string, unknown>): Promise<Attempt> {
  const { statement, signature } = await rightlySigned(base);
  return detached(statement, encode(JSON.stringify({ ...headerOf(base), ...change })), signature);
}

const other = ({ name, dice }: Base): Name => dice.pick(VOTERS.filter((one) => one !== name));

const inDirectory =
  (change: (base: Base) => Partial<DirectoryKey>) =>
  async (base: Base): Promise<Attempt> => {
    const directory = structuredClone(base.provers.directory);
    Object.assign(entryIn(directory, base.name), change(base));
    return { ...(await base.proven(textOf(base))), directory };
  };
/** So many seconds before it is judged. */
const before = ({ nowS }: Base, seconds: number) => new Date((nowS - seconds) * 1_000).toISOString();

export const bentKeys: readonly Hostile[] = [
  {
    ...key,
    what: 'no algorithm',
    why: ANOTHER_ALGORITHM,
    make: (base) => withHeader(base, { alg: base.dice.pick(['none', 'None', 'NONE', 'nOnE']) }),
  },
  {
    ...key,
    what: 'no algorithm, and no signature',
    why: NO_JWS,
    make: async (base) => {
      const { statement } = await rightlySigned(base);
      return detached(statement, encode(JSON.stringify({ ...headerOf(base), alg: 'none' })), '');
    },
  },
  {
    ...key,
    what: 'another algorithm than the key’s',
    why: ANOTHER_ALGORITHM,
    make: (base) => {
      const { alg } = headerOf(base);
      const others = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256', 'Ed25519', alg.toLowerCase()];
      return withHeader(base, { alg: base.dice.pick(others.filter((one) => one !== alg)) });
    },
  },
  {
    ...key,
    what: 'a shared secret that is the public key',
    why: ANOTHER_ALGORITHM,
    make: (base) => {
      const statement = textOf(base);
      const { jwk } = entryIn(base.provers.directory, base.name);
      const head = encode(
        JSON.stringify({ ...headerOf(base), alg: base.dice.pick(['HS256', 'HS384', 'HS512']) }),
      );
      const secret = base.dice.pick([
        Buffer.from(String(jwk['x']), 'base64url'),
        Buffer.from(canonical(jwk)),
        Buffer.from(String(jwk['x'])),
      ]);
      const mac = createHmac('sha256', secret).update(`${head}.${statement}`).digest('base64url');
      return detached(statement, head, mac);
    },
  },
  {
    ...key,
    what: 'the name of somebody else’s key',
    why: NOT_THEIRS,
    make: (base) => {
      const by = other(base);
      return signedWith(base, { ...headerOf({ ...base, name: by as Base['name'] }) }, by);
    },
  },
  {
    ...key,
    what: 'the name of a key that nobody has',
    why: NOT_THEIRS,
    make: (base) =>
      withHeader(base, { kid: base.dice.pick([...PROTOTYPE_NAMES, '', `${headerOf(base).kid} `, '../sam']) }),
  },
  {
    ...key,
    what: 'somebody else’s signature under the right name of the key',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const same = VOTERS.filter(
        (one) => one !== base.name && base.provers.world.keys[one].alg === headerOf(base).alg,
      );
      // The one with a key of another algorithm signs all the same: then the bytes alone are a stranger's.
      const by = same.length === 0 ? other(base) : base.dice.pick(same);
      const { payload } = await signedWith(base, {}, by);
      const [, , signature = ''] = (payload as { proof: { jws: string } }).proof.jws.split('.');
      return detached(textOf(base), encode(JSON.stringify(headerOf(base))), signature);
    },
  },
  {
    ...key,
    what: 'a key that comes along, or where one is',
    why: NO_JWS,
    make: async (base) => {
      const pair = await generateKeyPair('EdDSA', { extractable: true });
      const more = base.dice.pick<Record<string, unknown>>([
        { jwk: await exportJWK(pair.publicKey) },
        { jku: 'https://login.example.org/jwks' },
        { x5u: 'https://login.example.org/chain' },
        { x5c: ['MIIB'] },
        { x5t: 'AAAA' },
      ]);
      const statement = textOf(base);
      const jws = await new CompactSign(decodeBytes(statement))
        .setProtectedHeader({ ...headerOf(base), alg: 'EdDSA', ...more })
        .sign(pair.privateKey);
      const [head = '', , signature = ''] = jws.split('.');
      return detached(statement, head, signature);
    },
  },
  {
    ...key,
    what: 'a header that says more, or less, than it may',
    why: NO_JWS,
    make: (base) => {
      const { alg, kid, typ } = headerOf(base);
      return signedOver(
        base,
        JSON.stringify(
          base.dice.pick<unknown>([
            { alg, kid, typ, crit: ['exp'], exp: 1 },
            { alg, kid, typ, b64: false },
            { alg, kid, typ, cty: 'JWT' },
            { alg, kid },
            { alg, typ },
            { alg, kid, typ: 'JWT' },
            { alg, kid, typ: 'custody+jws ' },
            { alg, kid: [kid], typ },
            [alg, kid, typ],
            null,
            7,
          ]),
        ),
      );
    },
  },
  {
    ...key,
    what: 'a header that names something twice',
    why: NO_JWS,
    make: (base) => {
      const { alg, kid, typ } = headerOf(base);
      const twice = base.dice.pick([
        `{"alg":"none","alg":"${alg}","kid":"${kid}","typ":"${typ}"}`,
        `{"alg":"${alg}","kid":"another","kid":"${kid}","typ":"${typ}"}`,
        `{"alg":"${alg}","kid":"${kid}","typ":"JWT","\\u0074yp":"${typ}"}`,
      ]);
      return signedOver(base, twice);
    },
  },
  {
    ...key,
    what: 'a JWS that is not detached',
    why: NO_JWS,
    make: async (base) => {
      const { statement, head, signature } = await rightlySigned(base);
      const jws = base.dice.pick([
        `${head}.${statement}.${signature}`,
        `${head}.AA.${signature}`,
        `${head}.${signature}`,
        `${head}..${signature}.`,
        `${head}..${signature}.AA.AA`,
        `.${head}..${signature}`,
        `${head}..${signature}=`,
        `${head}..`,
        '..',
        '',
      ]);
      return { payload: { statement, proof: { type: 'key', jws } } };
    },
  },
  {
    ...key,
    what: 'a signature with its spare bits set',
    why: NO_JWS,
    make: async (base) => {
      const { statement, head, signature } = await rightlySigned(base);
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      // 64 bytes leave four spare bits in the last letter.
      const last = letters.indexOf(signature.at(-1) ?? '');
      return detached(statement, head, `${signature.slice(0, -1)}${letters[last + 1 + base.dice.below(15)]}`);
    },
  },
  {
    ...key,
    what: 'other bytes in the signature',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const { statement, head, signature } = await rightlySigned(base);
      const bytes = Buffer.from(signature, 'base64url');
      const at = base.dice.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << base.dice.below(8));
      return detached(statement, head, bytes.toString('base64url'));
    },
  },
  {
    ...key,
    what: 'a signature of another length',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const { statement, head, signature } = await rightlySigned(base);
      const bytes = Buffer.from(signature, 'base64url');
      const one = base.dice.pick([
        bytes.subarray(0, 63),
        bytes.subarray(32),
        Buffer.concat([bytes, Buffer.of(0)]),
        Buffer.alloc(64),
        Buffer.of(0),
      ]);
      return detached(statement, head, one.toString('base64url'));
    },
  },
  {
    ...key,
    what: 'a key that is revoked by now',
    why: /was revoked at/,
    make: inDirectory((base) => ({ revokedAt: before(base, base.dice.below(10 ** 5)) })),
  },
  {
    ...key,
    what: 'a key that was not valid yet',
    why: /is valid from/,
    make: inDirectory((base) => ({ notBefore: before(base, 0) })),
  },
  {
    ...key,
    what: 'a key that was valid until before',
    why: /was valid until/,
    make: inDirectory((base) => ({
      notAfter: before(base, base.nowS - base.rightly.iat + 1 + base.dice.below(10 ** 5)),
    })),
  },
  {
    ...key,
    what: 'a key that stands twice',
    why: NOT_THEIRS,
    make: async (base) => {
      const directory = structuredClone(base.provers.directory);
      directory.people[base.name]?.keys.push({ ...entryIn(directory, base.name) });
      return { ...(await base.proven(textOf(base))), directory };
    },
  },
  {
    ...key,
    what: 'a machine that answers as people do',
    code: 'notAllowed',
    why: /is said by people only/,
    make: (base) => {
      const machine = base.dice.pick(['identity-aws', 'owner-aws', 'aws', 'orchestrator'] as const);
      const as = {
        ...base,
        name: machine as unknown as Base['name'],
        rightly: { ...base.rightly, person: machine },
      };
      return signedWith(as, headerOf(as));
    },
  },
  {
    ...key,
    what: 'the signature of a statement over its own digest alone',
    why: DOES_NOT_FIT,
    make: async (base) => {
      const { privateKey, alg } = base.provers.world.keys[base.name];
      const head = encode(JSON.stringify(headerOf(base)));
      const how = alg === 'EdDSA' ? { name: 'Ed25519' } : { name: 'ECDSA', hash: 'SHA-256' };
      // Signed as bare JSON: what another program of theirs could have had signed.
      const signature = await crypto.subtle.sign(
        how,
        privateKey,
        new TextEncoder().encode(decode(textOf(base))),
      );
      return detached(textOf(base), head, Buffer.from(signature).toString('base64url'));
    },
  },
];
