// Whether a saying is really its speaker's, by a directory of keys. Whoever needs a proof checks it with a directory of its own.
// It never judges whether they may say it, nor whether it is still in time.
import { compactVerify, type CryptoKey, errors, importJWK } from 'jose';
import { decode, decodeBytes, encodeBytes } from '../domain/encoding/base64url.ts';
import { epochMs, type Instant } from '../domain/instant/instant.ts';
import { publicJwkOf } from '../domain/runbook/public-key.ts';
import type { Directory, DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import type { Assurance, Speaker } from '../domain/statement/judgement.ts';
import type { Saying, Statement } from '../domain/statement/statement.schema.ts';
import { PROOF_TYPE } from './sign.ts';
import { memberOf } from './speaker.ts';
import { readStatement, SKEW_S } from './statement.ts';

export interface Proven {
  holds: true;
  statement: Statement;
  speaker: Speaker;
  kid: string;
  assurance: Assurance;
}

export type Proof = Proven | { holds: false; reason: string };

const failed = (reason: string): Proof => ({ holds: false, reason });

/** `at` is when it is judged; the key must have been valid when the statement was made, and not be revoked by then. */
export async function provenBy(saying: Saying, directory: Directory, at: Instant): Promise<Proof> {
  const read = readStatement(saying.statement);
  if (!read.readable) return failed(read.reason);
  const { statement } = read;
  const { proof } = saying;
  if (proof === undefined) return failed('It carries no proof: sign it with your key.');
  if (proof.type !== 'key')
    return failed(`Proofs of type ${proof.type} are not offered yet: sign it with your key.`);
  const member = memberOf(directory, statement.person);
  if (member === null) return failed(`${statement.person} is not in the directory: add them to people.yaml.`);
  const parts = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)$/.exec(proof.jws);
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
  if (!(await signed(`${parts[1]}.${saying.statement}.${parts[2]}`, publicKey, key.alg))) {
    return failed(
      `The signature does not fit: the statement was changed, or another key signed it than ${key.kid}.`,
    );
  }
  return { holds: true, statement, speaker: member.speaker, kid: key.kid, assurance: 'signed' };
}

interface Header {
  alg: string;
  kid: string;
}

/** Exactly three members: no key that comes along (`jwk`, `jku`, `x5u`), nothing critical, no other type. */
function headerOf(text: string | undefined): Header | null {
  try {
    const header = JSON.parse(decode(text ?? '')) as Record<string, unknown> | null;
    if (header === null || Object.keys(header).sort().join() !== 'alg,kid,typ') return null;
    const { alg, kid, typ } = header;
    return typeof alg === 'string' && typeof kid === 'string' && typ === PROOF_TYPE ? { alg, kid } : null;
  } catch {
    return null;
  }
}

/** base64url has spare bits at its end: one signature is written in one way. */
function isPlain(text = ''): boolean {
  try {
    return encodeBytes(decodeBytes(text)) === text;
  } catch {
    return false;
  }
}

/** Why a statement made at `iat` (epoch seconds) by this key does not count at `at`, or null. */
export function whyUnfit(key: DirectoryKey, alg: string, iat: number, at: Instant): string | null {
  const madeMs = iat * 1_000;
  const atMs = epochMs(at);
  if (alg !== key.alg) return `The key ${key.kid} signs with ${key.alg}; the proof says something else.`;
  if (madeMs > atMs + SKEW_S * 1_000)
    return 'The statement was made in the future: set the clock of the machine that signs.';
  if (key.revokedAt !== undefined && epochMs(key.revokedAt) <= atMs)
    return `The key ${key.kid} was revoked at ${key.revokedAt}.`;
  if (key.notBefore !== undefined && madeMs < epochMs(key.notBefore))
    return `The key ${key.kid} is valid from ${key.notBefore} on.`;
  if (key.notAfter !== undefined && madeMs > epochMs(key.notAfter))
    return `The key ${key.kid} was valid until ${key.notAfter}: use a newer one.`;
  return null;
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
