// Proof by key: a detached JWS over the statement's bytes, by a key that the directory lists under the one who speaks.
import { compactVerify, type CryptoKey, errors, importJWK } from 'jose';
import type { Instant } from '../../domain/instant/instant.ts';
import { publicJwkOf } from '../../domain/runbook/public-key.ts';
import type { DirectoryKey } from '../../domain/runbook/runbook.schema.ts';
import { PROOF_TYPE } from '../sign.ts';
import { failed, type Proof, type ToProve } from './outcome.ts';
import { isPlain, objectIn } from './plain.ts';
import { whyNotValid } from './valid.ts';

export async function provenByKey(jws: string, { text, statement, member, at }: ToProve): Promise<Proof> {
  const parts = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)$/.exec(jws);
  const header = headerOf(parts?.[1]);
  if (parts === null || header === null || !isPlain(parts[2])) {
    return failed(`The proof is not a detached JWS with the header alg, kid and typ "${PROOF_TYPE}" alone.`);
  }
  const [key, second] = member.keys.filter(({ kid }) => kid === header.kid);
  if (key === undefined || second !== undefined) {
    return failed(
      `The key ${header.kid} is not one of ${statement.person}'s in the directory: list it in people.yaml, once.`,
    );
  }
  const unfit = whyUnfit(key, header.alg, statement.iat, at);
  if (unfit !== null) return failed(unfit);
  const publicKey = await imported(key);
  if (publicKey === null)
    return failed(`The directory's entry of the key ${key.kid} is not a public key for ${key.alg}.`);
  if (!(await signed(`${parts[1]}.${text}.${parts[2]}`, publicKey, key.alg))) {
    return failed(
      `The signature does not fit: the statement was changed, or another key signed it than ${key.kid}.`,
    );
  }
  return {
    holds: true,
    statement,
    speaker: member.speaker,
    kid: key.kid,
    assurance: 'signed',
    issuerKey: null,
  };
}

interface Header {
  alg: string;
  kid: string;
}

/** Exactly three members, each once: no key that comes along (`jwk`, `jku`, `x5u`), nothing critical, no other type. */
function headerOf(text: string | undefined): Header | null {
  const header = objectIn(text ?? '');
  if (header === null || Object.keys(header).sort().join() !== 'alg,kid,typ') return null;
  const { alg, kid, typ } = header;
  return typeof alg === 'string' && typeof kid === 'string' && typ === PROOF_TYPE ? { alg, kid } : null;
}

function whyUnfit(key: DirectoryKey, alg: string, iat: number, at: Instant): string | null {
  if (alg !== key.alg) return `The key ${key.kid} signs with ${key.alg}; the proof says something else.`;
  return whyNotValid(`key ${key.kid}`, key, iat, at);
}

async function imported(key: DirectoryKey): Promise<CryptoKey | null> {
  const jwk = publicJwkOf(key.alg, key.jwk);
  if (jwk === null) return null;
  try {
    return (await importJWK({ ...jwk }, key.alg)) as CryptoKey;
  } catch {
    // A point that is not on its curve: the entry is at fault, whatever the library calls it.
    return null;
  }
}

async function signed(jws: string, key: CryptoKey, alg: string): Promise<boolean> {
  try {
    await compactVerify(jws, key, { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
