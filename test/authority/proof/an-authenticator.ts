// An authenticator as a pair of keys that signs what a real one signs; test/cli/passkey.test.ts has one in a browser.
import { enrolledPasskey } from '../../../authority/enrolment.ts';
import type { Name, World } from '../rightful.ts';
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import { encode } from '../../../domain/encoding/base64url.ts';
import type { Passkey } from '../../../domain/runbook/passkey.schema.ts';
import type { PasskeyProof } from '../../../domain/statement/statement.schema.ts';

export const ORIGIN = 'http://localhost:8417';
export const PRESENT = 0x01;
export const VERIFIED = 0x04;

export interface Authenticator {
  id: string;
  privateKey: KeyObject;
  publicKey: string;
}

export function newAuthenticator(id: string): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // COSE: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
  return { id: encode(id), privateKey, publicKey: cose.toString('base64url') };
}

/** As people.yaml lists it: enrolled by its owner, and vouched for by another. */
export function entryOf({ id, publicKey }: Authenticator, { keys }: World, owner: Name): Promise<Passkey> {
  const now = '2026-11-01T00:00:00.000Z';
  const by = { owner: keys[owner], second: keys[owner === 'ivo' ? 'sam' : 'ivo'], now };
  const site = { rpId: 'localhost', origins: [ORIGIN] };
  return enrolledPasskey({ id, publicKey, counter: 4, addedAt: now }, site, by);
}

/** What is otherwise than in a rightful assertion. */
export interface How {
  client?: Record<string, unknown>;
  /** Instead of all that the browser says. */
  clientText?: string;
  rpId?: string;
  flags?: number;
  counter?: number;
}

/** `statement` in base64url. */
export function assertionOver(statement: string, by: Authenticator, how: How = {}): PasskeyProof {
  const { client = {}, rpId = 'localhost', flags = PRESENT | VERIFIED, counter = 5 } = how;
  const clientText =
    how.clientText ??
    JSON.stringify({
      type: 'webauthn.get',
      challenge: statementDigest(statement),
      origin: ORIGIN,
      crossOrigin: false,
      ...client,
    });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const data = Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count]);
  const hash = createHash('sha256').update(clientText).digest();
  const signature = createSign('sha256').update(data).update(hash).sign(by.privateKey);
  return {
    type: 'passkey',
    credentialId: by.id,
    authenticatorData: data.toString('base64url'),
    clientDataJSON: encode(clientText),
    signature: signature.toString('base64url'),
  };
}
