// A key file's private half behind a passphrase: a JWE (PBES2-HS512+A256KW, A256GCM). What is within is a whole key file, and must
// be the one that stands outside, so that nobody can have a person sign under another id.
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { type EncryptedKeyFile, type KeyFile, keyFileSchema } from './key.schema.ts';
import { KeyError } from './key-error.ts';

const ALGORITHM = 'PBES2-HS512+A256KW';
const ENCRYPTION = 'A256GCM';
/** Rounds of PBKDF2 with SHA-512: about a third of a second. OWASP, Password Storage Cheat Sheet, asks for 210,000. */
const ROUNDS = 600_000;
/** A file that asks for more would only keep the machine busy. */
const MOST_ROUNDS = 2_000_000;

export async function encrypted(file: KeyFile, passphrase: string): Promise<EncryptedKeyFile> {
  const { person, kid, alg } = file;
  const jwe = await new CompactEncrypt(bytes(JSON.stringify(file)))
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION })
    .setKeyManagementParameters({ p2c: ROUNDS, p2s: crypto.getRandomValues(new Uint8Array(16)) })
    .encrypt(asKey(passphrase));
  return { custody: 'key/2', person, kid, alg, jwk: publicHalf(file.jwk), encrypted: jwe };
}

/** Throws `KeyError`; null where what is within is not the key that stands outside. */
export async function decrypted(
  file: EncryptedKeyFile,
  passphrase: string,
  from: string,
): Promise<KeyFile | null> {
  const text = await plaintext(file.encrypted, passphrase, from);
  const within = keyFileSchema.safeParse(text);
  if (!within.success) return null;
  const { person, kid, alg, jwk } = within.data;
  const same =
    person === file.person &&
    kid === file.kid &&
    alg === file.alg &&
    (['kty', 'crv', 'x', 'y'] as const).every((part) => jwk[part] === file.jwk[part]);
  return same ? within.data : null;
}

async function plaintext(jwe: string, passphrase: string, from: string): Promise<unknown> {
  try {
    const { plaintext: text } = await compactDecrypt(jwe, asKey(passphrase), {
      keyManagementAlgorithms: [ALGORITHM],
      contentEncryptionAlgorithms: [ENCRYPTION],
      maxPBES2Count: MOST_ROUNDS,
    });
    return JSON.parse(new TextDecoder().decode(text)) as unknown;
  } catch (error) {
    // Its message could quote what was within.
    if (error instanceof errors.JWEDecryptionFailed)
      throw new KeyError('passphraseWrong', `The passphrase does not open ${from}. Nothing was signed.`);
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Everything but the secret, named one by one. */
export const publicHalf = ({ kty, crv, x, y }: EncryptedKeyFile['jwk']) => ({
  kty,
  crv,
  x,
  ...(y === undefined ? {} : { y }),
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The same characters typed on another keyboard are the same passphrase. */
const asKey = (passphrase: string): Uint8Array => bytes(passphrase.normalize('NFC'));
