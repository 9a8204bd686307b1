// Proof by passkey: a WebAuthn assertion whose challenge is the digest of the statement, made on one of the directory's pages by
// somebody who was verified there and then.
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { decodeBytes } from '../../domain/encoding/base64url.ts';
import type { PasskeyProof } from '../../domain/statement/statement.schema.ts';
import { isPlainSignature } from './der.ts';
import { statementDigest } from './oidc.ts';
import { failed, type Proof, type ToProve } from './outcome.ts';
import { isPlain, objectIn } from './plain.ts';
import { whyNotValid } from './valid.ts';

export async function provenByPasskey(proof: PasskeyProof, toProve: ToProve): Promise<Proof> {
  const { text, statement, member, directory, at } = toProve;
  const { credentialId, authenticatorData, clientDataJSON, signature } = proof;
  const site = directory.passkeys;
  if (site === undefined)
    return failed('people.yaml does not say where passkeys are used: add `passkeys` with rpId and origins.');
  const [passkey, second] = member.passkeys.filter(({ id }) => id === credentialId);
  if (passkey === undefined || second !== undefined)
    return failed(`This passkey is not one of ${statement.person}'s: list it in people.yaml, once.`);
  const { addedAt, revokedAt, counter = 0 } = passkey;
  const invalid = whyNotValid('passkey', { notBefore: addedAt, revokedAt }, statement.iat, at);
  if (invalid !== null) return failed(invalid);
  const said = objectIn(clientDataJSON);
  if (said === null || ![authenticatorData, clientDataJSON, signature].every(isPlain))
    return failed('The proof is not a WebAuthn assertion in base64url, each name once.');
  const publicKey = Uint8Array.from(decodeBytes(passkey.publicKey));
  if (isElliptic(publicKey) && !isPlainSignature(decodeBytes(signature)))
    return failed('The signature of the proof is not written as signatures are.');
  if (said['crossOrigin'] === true) return failed('The passkey was asked for by a page within another page.');
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { authenticatorData, clientDataJSON, signature },
      },
      expectedChallenge: statementDigest(text),
      expectedOrigin: site.origins,
      expectedRPID: site.rpId,
      expectedType: 'webauthn.get',
      requireUserVerification: true,
      credential: { id: credentialId, publicKey, counter },
    });
    if (!verified)
      return failed('The signature does not fit: the assertion was changed, or another passkey made it.');
  } catch (error) {
    return failed(reasonOf(error));
  }
  return {
    holds: true,
    statement,
    speaker: member.speaker,
    kid: credentialId,
    assurance: 'present',
    issuerKey: null,
  };
}

/** COSE: key type 2 is an elliptic curve of two coordinates. What cannot be read is refused by the library. */
function isElliptic(publicKey: Uint8Array<ArrayBuffer>): boolean {
  try {
    return cose.isCOSEPublicKeyEC2(decodeCredentialPublicKey(publicKey));
  } catch {
    return false;
  }
}

/** The library's messages quote what was sent; ours say what to do. A test holds each row. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/response type/, 'It is another answer of an authenticator than an assertion.'],
  [/response challenge/, 'The passkey was asked about another statement: its challenge differs.'],
  [/response origin/, 'The page that asked for the passkey is not one of `passkeys.origins` in people.yaml.'],
  [/RP ID/, 'The passkey is made for another site than `passkeys.rpId` in people.yaml.'],
  [/not present/, 'Nobody was present when the passkey was used.'],
  [/could not be verified/, 'The passkey did not verify its user (PIN, finger or face).'],
  [
    /counter value/,
    'The counter of the passkey is not above what it was when it was added: it may be a copy.',
  ],
];

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const known = REASONS.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? 'The assertion, or the public key in people.yaml, cannot be read.';
}
