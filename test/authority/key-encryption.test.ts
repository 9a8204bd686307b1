// Keys behind a passphrase: opened by it alone, readable by nobody without it, and no other key than the one that stands outside.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { CompactEncrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, openKey, readEntry, readKey, type SigningKey, writeKey } from '../../authority/keys.ts';
import { checkedPassphrase, passphraseFrom } from '../../authority/passphrase.ts';
import { provenBy } from '../../authority/proof.ts';
import { say } from '../../authority/sign.ts';
import { type DirectoryKey, directorySchema } from '../../domain/runbook/runbook.schema.ts';

const PASSPHRASE = 'four horses graze by the sea';
const NOW = '2026-11-24T03:45:00.000Z';
const typed = (text: string) => () => Promise.resolve(text);
const never = () => Promise.reject(new Error('nobody should be asked'));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-encrypted-'));
});
afterAll(() => rm(folder, { recursive: true }));

const speaks = (key: SigningKey) =>
  say({
    key,
    incident: 'incident/x',
    firstRun: 'run',
    message: 'note',
    answers: null,
    plan: null,
    body: { text: 'it is so' },
    now: NOW,
    validForMs: 600_000,
  });
const directoryOf = (entry: DirectoryKey) =>
  directorySchema.parse({ people: { sam: { name: 'Sam', parties: ['soc'], keys: [entry] } }, machines: {} });

describe.each(['EdDSA', 'ES256'] as const)('an encrypted key of %s', (alg) => {
  it('signs once its passphrase opens it, and is what the directory lists', async () => {
    const file = path.join(folder, `sam-${alg}.json`);
    const { content, entry } = await newKey('sam', alg, PASSPHRASE);
    await writeKey(file, content);
    const key = await readKey(file, typed(PASSPHRASE));
    expect(await provenBy(await speaks(key), directoryOf(entry), NOW)).toMatchObject({
      holds: true,
      speaker: { id: 'sam' },
    });
    expect(await readEntry(file)).toEqual({ person: 'sam', entry, encrypted: true });
    expect(key.privateKey.extractable).toBe(false);
  });
});

it('holds nothing private in the clear, and is slow to guess at', async () => {
  const { content } = await newKey('sam', 'EdDSA', PASSPHRASE);
  const file = JSON.parse(content) as { jwk: object; encrypted: string };
  expect(Object.keys(file.jwk).toSorted()).toEqual(['crv', 'kty', 'x']);
  const [header = ''] = file.encrypted.split('.');
  const { alg, enc, p2c } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<
    string,
    unknown
  >;
  expect({ alg, enc }).toEqual({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM' });
  expect(p2c).toBeGreaterThanOrEqual(310_000);
});

it('is opened by the same characters, however they are composed', async () => {
  const { content } = await newKey('sam', 'EdDSA', 'caf\u00e9 by the sea');
  await expect(openKey(content, 'it', typed('cafe\u0301 by the sea'))).resolves.toMatchObject({
    person: 'sam',
  });
});

it('nobody is asked for the passphrase of a key that has none', async () => {
  await expect(openKey((await newKey('sam')).content, 'it', never)).resolves.toMatchObject({ person: 'sam' });
});

describe('an encrypted key is refused, and nothing of it is told,', () => {
  const refusal = (content: string, passphrase = typed(PASSPHRASE)) =>
    openKey(content, 'sam.json', passphrase).catch((error: unknown) => error);

  it('by another passphrase', async () => {
    const { content } = await newKey('sam', 'EdDSA', PASSPHRASE);
    const error = await refusal(content, typed('four horses graze by the seas'));
    expect(error).toMatchObject({ code: 'passphraseWrong' });
    expect(inspect(error)).not.toMatch(/horses|eyJ/);
  });

  it('where nobody can be asked, with what to set', async () => {
    const { content } = await newKey('sam', 'EdDSA', PASSPHRASE);
    await expect(openKey(content, 'sam.json')).rejects.toMatchObject({
      code: 'keyEncrypted',
      message: expect.stringContaining('CUSTODY_PASSPHRASE_FILE'),
    });
  });

  type File = Record<string, unknown> & { jwk: Record<string, unknown>; encrypted: string };
  const jwe = (file: object, p2c: number, alg = 'PBES2-HS512+A256KW') =>
    new CompactEncrypt(new TextEncoder().encode(JSON.stringify(file)))
      .setProtectedHeader({ alg, enc: 'A256GCM' })
      .setKeyManagementParameters({ p2c, p2s: new Uint8Array(16) })
      .encrypt(new TextEncoder().encode(PASSPHRASE));

  it.each<[string, (file: File, other: File) => File | Promise<File>]>([
    ['that names another person', (file) => ({ ...file, person: 'eve' })],
    ['that names another key id', (file) => ({ ...file, kid: 'eve-1' })],
    ['that shows another public half', (file, other) => ({ ...file, jwk: other.jwk })],
    ['that hides another key', (file, other) => ({ ...file, encrypted: other.encrypted })],
    ['whose secret was changed', (file) => ({ ...file, encrypted: `${file.encrypted.slice(0, -4)}AAAA` })],
    ['that is cut off', (file) => ({ ...file, encrypted: file.encrypted.slice(0, 60) })],
    ['with a member more', (file) => ({ ...file, more: 1 })],
    ['that hides no key', async (file) => ({ ...file, encrypted: await jwe({ a: 1 }, 310_000) })],
    [
      'of another way of encryption',
      async (file) => ({ ...file, encrypted: await jwe({}, 1_000, 'PBES2-HS256+A128KW') }),
    ],
    [
      'that would keep the machine busy',
      (file) => {
        const [, ...rest] = file.encrypted.split('.');
        const header = {
          alg: 'PBES2-HS512+A256KW',
          enc: 'A256GCM',
          p2c: 2_000_000_000,
          p2s: 'AAAAAAAAAAAAAAAAAAAAAA',
        };
        const first = Buffer.from(JSON.stringify(header)).toString('base64url');
        return { ...file, encrypted: [first, ...rest].join('.') };
      },
    ],
  ])('%s', async (_, bend) => {
    const [own, other] = await Promise.all([
      newKey('sam', 'EdDSA', PASSPHRASE),
      newKey('sam', 'EdDSA', PASSPHRASE),
    ]);
    const bentFile = await bend(JSON.parse(own.content) as File, JSON.parse(other.content) as File);
    const error = await refusal(JSON.stringify(bentFile));
    expect(error).toMatchObject({
      name: 'KeyError',
      code: expect.stringMatching(/^(keyMalformed|passphraseWrong)$/),
    });
    expect(inspect(error)).not.toMatch(/horses|eyJ/);
  });
});

describe('a passphrase', () => {
  it('comes from a file that only its owner can read, without its line end', async () => {
    const file = path.join(folder, 'passphrase');
    await writeFile(file, `${PASSPHRASE}\n`, { mode: 0o600 });
    const asked = passphraseFrom({ CUSTODY_PASSPHRASE_FILE: file });
    expect(await asked?.()).toBe(PASSPHRASE);
    await chmod(file, 0o644);
    await expect(asked?.()).rejects.toMatchObject({ code: 'keyReadableByOthers' });
    expect(await readFile(file, 'utf8')).toBe(`${PASSPHRASE}\n`);
    expect(passphraseFrom({})).toBeNull();
  });

  it.each(['short', 'eleven char', 'of two\nlines here'])('is not %j', (text) => {
    expect(() => checkedPassphrase(text)).toThrow(/12 characters/);
  });
});
