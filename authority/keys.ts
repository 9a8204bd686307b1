// Signing keys of people and machines, as files that only their owner can read.
// No error here ever carries the content of a key file, and a key that has been read cannot be exported again.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import type { DirectoryKey } from '../domain/runbook/runbook.schema.ts';
import { type KeyFile, keyFileSchema } from './key.schema.ts';

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

export type KeyErrorCode =
  | 'keyMissing'
  | 'keyReadableByOthers'
  | 'keyMalformed'
  | 'keyExists'
  | 'personMalformed';

export class KeyError extends Error {
  readonly code: KeyErrorCode;
  constructor(code: KeyErrorCode, message: string) {
    super(message);
    this.name = 'KeyError';
    this.code = code;
  }
}

/** Permission bits of the group and of everybody else. */
const OTHERS = 0o077;

/** A new key pair of one person or machine. Ed25519, unless something that verifies only knows ES256. */
export async function newKey(person: string, alg: KeyAlgorithm = 'EdDSA'): Promise<NewKey> {
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
  return { content: `${JSON.stringify(file, null, 2)}\n`, entry };
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

/** The key of a file, ready to sign. Refuses a file that others can read. */
export async function readKey(path: string): Promise<SigningKey> {
  return openKey(await contentOf(path), path);
}

/** The public entry of a key file, as people.yaml lists it. */
export async function readEntry(path: string): Promise<{ person: string; entry: DirectoryKey }> {
  const { person, kid, alg, jwk } = parsed(await contentOf(path), path);
  return { person, entry: { kid, alg, jwk: publicHalf(jwk) } };
}

/** A key from the text of its file; `from` names the file in errors. */
export async function openKey(content: string, from = 'the key file'): Promise<SigningKey> {
  const { person, kid, alg, jwk } = parsed(content, from);
  const privateKey = (await importJWK(jwk, alg, { extractable: false })) as CryptoKey;
  return { person, kid, alg, privateKey };
}

async function contentOf(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new KeyError(
      'keyMissing',
      `There is no key file ${path}. Make one with \`custody key new\`, or set CUSTODY_KEY to yours.`,
    );
  });
  try {
    // Asked of the open file, so that it cannot be exchanged between the look and the read.
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      throw new KeyError(
        'keyReadableByOthers',
        `${path} can be read by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${path}. If others may have read it, make a new key and revoke this one.`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parsed(content: string, from: string): KeyFile {
  const file = keyFileSchema.safeParse(jsonOrNull(content));
  if (!file.success || !halvesBelong(file.data)) {
    throw new KeyError(
      'keyMalformed',
      `${from} is not a whole custody key file (\`custody key new\` makes one). Its content is not shown here.`,
    );
  }
  return file.data;
}

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

const publicHalf = ({ kty, crv, x, y }: KeyFile['jwk']) => ({
  kty,
  crv,
  x,
  ...(y === undefined ? {} : { y }),
});

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code;
