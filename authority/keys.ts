// Signing keys of people and machines, as files that only their owner can read.
// No error here ever carries the content of a key file, and a key that has been read cannot be exported again.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { open } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import type { DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import { type EncryptedKeyFile, encryptedKeyFileSchema, type KeyFile, keyFileSchema } from './key.schema.ts';
import { decrypted, encrypted, publicHalf } from './key-encryption.ts';
import { KeyError } from './key-error.ts';
import type { Passphrase } from './passphrase.ts';
import { privateText } from './private-file.ts';

export { KeyError } from './key-error.ts';

export type KeyAlgorithm = DirectoryKey['alg'];

export interface SigningKey {
  /** Id in the directory. */
  person: string;
  kid: string;
  alg: KeyAlgorithm;
  /** Not extractable: it signs, and cannot be printed. */
  privateKey: CryptoKey;
}

export interface NewKey {
  /** Text of the key file. Secret. */
  content: string;
  /** What people.yaml lists under this person's `keys`. Public. */
  entry: DirectoryKey;
}

/** A new key pair of one person or machine. Ed25519, unless something that verifies only knows ES256. */
export async function newKey(
  person: string,
  alg: KeyAlgorithm = 'EdDSA',
  passphrase: string | null = null,
): Promise<NewKey> {
  if (!keyFileSchema.shape.person.safeParse(person).success) {
    throw new KeyError(
      'personMalformed',
      'A key needs the id of its person or machine in people.yaml: lower-case letters, digits and . _ @ -',
    );
  }
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk = (await exportJWK(pair.privateKey)) as KeyFile['jwk'];
  const entry = await entryFor(person, alg, jwk);
  const { kty, crv, x, y, d } = jwk;
  const file: KeyFile = {
    custody: 'key/1',
    person,
    kid: entry.kid,
    alg,
    jwk: { kty, crv, x, ...(y === undefined ? {} : { y }), d },
  };
  const written = passphrase === null ? file : await encrypted(file, passphrase);
  return { content: `${JSON.stringify(written, null, 2)}\n`, entry };
}

/** Writes a key file that nobody else can read. Never replaces one: whoever still needs the old key would lose it. */
export async function writeKey(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
    throw new KeyError(
      'keyExists',
      `${path} exists already. Choose another file, or move that one away first.`,
    );
  });
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The key of a file, ready to sign. Refuses a file that others can read. The passphrase is asked for only where it is encrypted. */
export async function readKey(path: string, passphrase: Passphrase | null = null): Promise<SigningKey> {
  return openKey(await contentOf(path), path, passphrase);
}

export interface KeyFileEntry {
  person: string;
  entry: DirectoryKey;
  /** Its private half is behind a passphrase. */
  encrypted: boolean;
}

/** The public entry of a key file, as people.yaml lists it. Needs no passphrase. */
export async function readEntry(path: string): Promise<KeyFileEntry> {
  const file = parsed(await contentOf(path), path);
  const { person, kid, alg, jwk } = file;
  return { person, entry: { kid, alg, jwk: publicHalf(jwk) }, encrypted: file.custody === 'key/2' };
}

/** A key from the text of its file; `from` names the file in errors. */
export async function openKey(
  content: string,
  from = 'the key file',
  passphrase: Passphrase | null = null,
): Promise<SigningKey> {
  const { person, kid, alg, jwk } = await opened(parsed(content, from), from, passphrase);
  const privateKey = (await importJWK(jwk, alg, { extractable: false })) as CryptoKey;
  return { person, kid, alg, privateKey };
}

const contentOf = (path: string): Promise<string> =>
  privateText(
    path,
    `There is no key file ${path}. Make one with \`custody key new\`, or set CUSTODY_KEY to yours.`,
    'If others may have read it, make a new key and revoke this one.',
  );

function parsed(content: string, from: string): KeyFile | EncryptedKeyFile {
  const value = jsonOrNull(content);
  const behindPassphrase = encryptedKeyFileSchema.safeParse(value);
  if (behindPassphrase.success) return behindPassphrase.data;
  const file = keyFileSchema.safeParse(value);
  if (!file.success || !halvesBelong(file.data)) throw malformed(from);
  return file.data;
}

async function opened(
  file: KeyFile | EncryptedKeyFile,
  from: string,
  passphrase: Passphrase | null,
): Promise<KeyFile> {
  if (file.custody === 'key/1') return file;
  if (passphrase === null) {
    throw new KeyError(
      'keyEncrypted',
      `${from} is encrypted, and nobody is there to be asked: set CUSTODY_PASSPHRASE_FILE to a file with its passphrase.`,
    );
  }
  const within = await decrypted(file, await passphrase(), from);
  if (within === null || !halvesBelong(within)) throw malformed(from);
  return within;
}

const malformed = (from: string): KeyError =>
  new KeyError(
    'keyMalformed',
    `${from} is not a whole custody key file (\`custody key new\` makes one). Its content is not shown here.`,
  );

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Its message would quote the secret.
    return null;
  }
}

/** A damaged file would sign what nobody can verify: its public half must be the private half's own. */
function halvesBelong({ alg, jwk }: KeyFile): boolean {
  if ((alg === 'EdDSA') !== (jwk.crv === 'Ed25519') || (alg === 'EdDSA') !== (jwk.kty === 'OKP'))
    return false;
  try {
    const derived = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' });
    return derived.x === jwk.x && derived.y === jwk.y;
  } catch {
    return false;
  }
}

async function entryFor(person: string, alg: KeyAlgorithm, jwk: KeyFile['jwk']): Promise<DirectoryKey> {
  const half = publicHalf(jwk);
  const thumbprint = await calculateJwkThumbprint(half);
  return { kid: `${person.slice(0, 100)}-${thumbprint.slice(0, 12)}`, alg, jwk: half };
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code;
