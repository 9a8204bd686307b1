// Hostile proofs by passkey: the words are rightful, the assertion over them is not.
import { encode } from '../../../domain/encoding/base64url.ts';
import { canonical } from '../../../domain/encoding/canonical.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import type { Passkey } from '../../../domain/runbook/passkey.schema.ts';
import type { PasskeyProof } from '../../../domain/statement/statement.schema.ts';
import {
  assertionOver,
  type How,
  newAuthenticator,
  ORIGIN,
  PRESENT,
  VERIFIED,
} from '../proof/an-authenticator.ts';
import { type Attempt, type Base, type Hostile, VOTERS } from './hostile.ts';
import { lookAlike } from './look-alikes.ts';

const passkey = { of: ['passkey'], code: 'badProof' } as const;
const NO_ASSERTION = /not a WebAuthn assertion in base64url/;

const textOf = ({ rightly }: Base): string => encode(canonical(rightly));
const authenticatorOf = ({ provers, name }: Base, of: string = name) => {
  const found = provers.authenticators[of];
  if (found === undefined) throw new Error(`${of} has no passkey`);
  return found;
};
const assertion = (base: Base, how: How = {}): PasskeyProof =>
  assertionOver(textOf(base), authenticatorOf(base), how);
const withProof = (base: Base, proof: PasskeyProof): Attempt => ({
  payload: { statement: textOf(base), proof },
});

/** Really made by their authenticator, and bent. */
const made = (how: (base: Base) => How) => (base: Base) => withProof(base, assertion(base, how(base)));
/** Changed after it was made. */
const after = (change: (proof: PasskeyProof, base: Base) => Partial<PasskeyProof>) => (base: Base) => {
  const proof = assertion(base);
  return withProof(base, { ...proof, ...change(proof, base) });
};
const listed =
  (change: (base: Base) => Partial<Passkey>, how: How = {}) =>
  (base: Base) => {
    const directory = structuredClone(base.provers.directory);
    Object.assign(directory.people[base.name]?.passkeys?.[0] ?? {}, change(base));
    return { ...withProof(base, assertion(base, how)), directory };
  };

const flipped = (text: string, { dice }: Base, from = 0): string => {
  const bytes = Buffer.from(text, 'base64url');
  const at = from + dice.below(bytes.length - from);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
  return bytes.toString('base64url');
};

export const bentPasskeys: readonly Hostile[] = [
  {
    ...passkey,
    what: 'a foreign page',
    why: /page that asked for the passkey/,
    make: made(({ dice }) => ({
      client: {
        origin: dice.pick([
          'https://custody.example.org',
          'http://localhost:8418',
          'https://localhost:8417',
          `${ORIGIN}/`,
          'http://localhost.example.org:8417',
          'http://sam@localhost:8417',
          'null',
          lookAlike(ORIGIN, dice),
        ]),
      },
    })),
  },
  {
    ...passkey,
    what: 'a page within another',
    why: /page within another page/,
    make: made(() => ({ client: { crossOrigin: true } })),
  },
  {
    ...passkey,
    what: 'another site',
    why: /for another site/,
    make: made(({ dice }) => ({
      rpId: dice.pick(['example.org', 'LOCALHOST', '', ORIGIN, lookAlike('localhost', dice)]),
    })),
  },
  {
    ...passkey,
    what: 'another answer than an assertion',
    why: /another answer of an authenticator/,
    make: made(({ dice }) => ({
      client: { type: dice.pick(['webauthn.create', 'webauthn.GET', 'payment.get', '']) },
    })),
  },
  {
    ...passkey,
    what: 'a user who was not verified',
    why: /did not verify its user/,
    make: made(() => ({ flags: PRESENT })),
  },
  {
    ...passkey,
    what: 'nobody there',
    why: /Nobody was present/,
    make: made(({ dice }) => ({ flags: dice.pick([VERIFIED, 0]) })),
  },
  {
    ...passkey,
    what: 'a counter that does not go up',
    why: /may be a copy/,
    make: made(({ dice }) => ({ counter: dice.below(5) })),
  },
  {
    ...passkey,
    what: 'the challenge of other words',
    why: /its challenge differs/,
    make: made(({ rightly, dice }) => {
      const other = {
        ...rightly,
        ...dice.pick([
          { jti: `${rightly.jti}z` },
          { incident: `${rightly.incident}2` },
          { firstRun: 'another' },
          { answers: 'act-1' },
          { plan: dice.hex(64) },
        ]),
      };
      return { client: { challenge: statementDigest(encode(canonical(other))) } };
    }),
  },
  {
    ...passkey,
    what: 'a challenge in other letters',
    why: /its challenge differs/,
    make: (base) => {
      const challenge = statementDigest(textOf(base));
      const bent = base.dice.pick([
        `${challenge}=`,
        challenge.toUpperCase(),
        lookAlike(challenge, base.dice),
        '',
      ]);
      return withProof(base, assertion(base, { client: { challenge: bent } }));
    },
  },
  {
    ...passkey,
    what: 'somebody else’s passkey',
    why: /is not one of .*'s/,
    make: (base) => {
      const by = authenticatorOf(base, base.dice.pick(VOTERS.filter((one) => one !== base.name)));
      return withProof(base, assertionOver(textOf(base), by));
    },
  },
  {
    ...passkey,
    what: 'a stranger’s passkey under the right name',
    why: /signature does not fit/,
    make: (base) => {
      const { id } = authenticatorOf(base);
      const theirs = base.dice.pick([newAuthenticator('a-passkey-of-nobody'), authenticatorOf(base, 'olga')]);
      return withProof(base, { ...assertionOver(textOf(base), theirs), credentialId: id });
    },
  },
  {
    ...passkey,
    what: 'the name of no passkey',
    why: /is not one of .*'s/,
    make: after(({ credentialId }, { dice }) => ({
      credentialId: dice.pick([
        '',
        'constructor',
        '__proto__',
        `${credentialId}=`,
        `${credentialId} `,
        credentialId.toLowerCase(),
        lookAlike(credentialId, dice),
      ]),
    })),
  },
  {
    ...passkey,
    what: 'a passkey that stands twice',
    why: /is not one of .*'s/,
    make: (base) => {
      const directory = structuredClone(base.provers.directory);
      const { passkeys = [] } = directory.people[base.name] ?? {};
      passkeys.push(...passkeys);
      return { ...withProof(base, assertion(base)), directory };
    },
  },
  {
    ...passkey,
    what: 'a passkey that is revoked by now',
    why: /passkey was revoked/,
    make: listed(({ nowS }) => ({ revokedAt: new Date(nowS * 1_000).toISOString() })),
  },
  {
    ...passkey,
    what: 'a passkey that was added later',
    why: /passkey is valid from/,
    make: listed(({ nowS }) => ({ addedAt: new Date(nowS * 1_000).toISOString() })),
  },
  {
    ...passkey,
    what: 'an entry that is no key',
    why: /cannot be read|not written as signatures are/,
    make: listed(({ dice }) => ({ publicKey: dice.pick(['AAAA', 'oA', 'pQECAyYgASFYIA']) })),
  },
  {
    ...passkey,
    what: 'a site that people.yaml does not name',
    why: /does not say where passkeys are used/,
    make: (base) => {
      const directory = structuredClone(base.provers.directory);
      delete directory.passkeys;
      return { ...withProof(base, assertion(base)), directory };
    },
  },
  {
    ...passkey,
    what: 'a name twice in what the browser says',
    why: NO_ASSERTION,
    make: (base) => {
      const challenge = statementDigest(textOf(base));
      const members = [`"type":"webauthn.get"`, `"challenge":"${challenge}"`, `"origin":"${ORIGIN}"`];
      const twice = base.dice.pick([
        '"challenge":"x"',
        '"origin":"https://example.org"',
        '"\\u0074ype":"webauthn.create"',
        '"\\u006frigin":"x"',
      ]);
      return withProof(base, assertion(base, { clientText: `{${twice},${members.join(',')}}` }));
    },
  },
  {
    ...passkey,
    what: 'no object from the browser',
    why: NO_ASSERTION,
    make: made(({ dice }) => ({ clientText: dice.pick(['[]', 'null', '7', '', '{', '"x"']) })),
  },
  {
    ...passkey,
    what: 'base64url with its spare bits set',
    why: NO_ASSERTION,
    make: after((proof, { dice }) => {
      // Of what the authenticator makes only its data has a fixed length: 37 bytes leave four spare bits.
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const { authenticatorData: data } = proof;
      return {
        authenticatorData: `${data.slice(0, -1)}${letters[letters.indexOf(data.at(-1) ?? '') + 1 + dice.below(15)]}`,
      };
    }),
  },
  {
    ...passkey,
    what: 'what is no base64url',
    why: NO_ASSERTION,
    make: after((proof, { dice }) => {
      const part = dice.pick(['authenticatorData', 'signature', 'clientDataJSON'] as const);
      return { [part]: dice.pick([`${proof[part]}=`, `${proof[part]} `, `+${proof[part]}`, '']) };
    }),
  },
  {
    ...passkey,
    what: 'a signature that is written otherwise',
    why: /not written as signatures are/,
    make: after(({ signature }, { dice }) => {
      const bytes = Buffer.from(signature, 'base64url');
      const [length = 0, first = 0] = [bytes[1], bytes[3]];
      const padded = Buffer.concat([Buffer.of(0x30, length + 1, 0x02, first + 1, 0), bytes.subarray(4)]);
      const long = Buffer.concat([Buffer.of(0x30, 0x81, length), bytes.subarray(2)]);
      const more = Buffer.concat([bytes, Buffer.of(0)]);
      return { signature: dice.pick([padded, long, more]).toString('base64url') };
    }),
  },
  {
    ...passkey,
    what: 'other bytes from the authenticator',
    why: /signature does not fit/,
    // The counter's last bytes: what stands before them has a reason of its own.
    make: after(({ authenticatorData }, { dice }) => {
      const bytes = Buffer.from(authenticatorData, 'base64url');
      bytes.writeUInt32BE(6 + dice.below(10 ** 6), 33);
      return { authenticatorData: bytes.toString('base64url') };
    }),
  },
  {
    ...passkey,
    what: 'other words from the browser',
    why: /signature does not fit/,
    make: after(({ clientDataJSON }, { dice }) => {
      const said = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as object;
      return { clientDataJSON: encode(JSON.stringify({ ...said, more: dice.hex(8) })) };
    }),
  },
  {
    ...passkey,
    what: 'authenticator data that are cut off',
    why: /cannot be read/,
    make: after(({ authenticatorData }, { dice }) => ({
      authenticatorData: Buffer.from(authenticatorData, 'base64url')
        .subarray(0, 1 + dice.below(36))
        .toString('base64url'),
    })),
  },
  {
    ...passkey,
    what: 'other bytes of the signature',
    why: /signature does not fit|not written as signatures are|cannot be read/,
    make: after(({ signature }, base) => ({ signature: flipped(signature, base, 8) })),
  },
];
