import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, openKey, readEntry, readKey, writeKey } from '../../authority/keys.ts';
import { directorySchema } from '../../domain/runbook/runbook.schema.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

const secretOf = (content: string) => (JSON.parse(content) as { jwk: { d: string } }).jwk.d;

describe.each(['EdDSA', 'ES256'] as const)('a key of algorithm %s', (alg) => {
  it('is written for its owner alone, and read again', async () => {
    const file = path.join(folder, `sam-${alg}.json`);
    const { content, entry } = await newKey('sam', alg);
    await writeKey(file, content);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readKey(file)).toMatchObject({ person: 'sam', kid: entry.kid, alg });
    expect(await readEntry(file)).toEqual({ person: 'sam', entry, encrypted: false });
  });

  it('shows a public entry that people.yaml takes, and nothing private in it', async () => {
    const { content, entry } = await newKey('sam', alg);
    const directory = { people: { sam: { name: 'Sam', parties: ['soc'], keys: [entry] } }, machines: {} };
    expect(directorySchema.safeParse(directory).success).toBe(true);
    expect(JSON.stringify(entry)).not.toContain(secretOf(content));
  });

  it('cannot be printed once it is read', async () => {
    const { content } = await newKey('sam', alg);
    const key = await openKey(content);
    const shown = inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key);
    expect(shown).not.toContain(secretOf(content));
    expect(key.privateKey.extractable).toBe(false);
  });
});

describe('a key file', () => {
  it.each([0o640, 0o604, 0o660, 0o620])('is refused with mode %o, with what to do', async (mode) => {
    const file = path.join(folder, `open-${mode}.json`);
    const { content } = await newKey('sam');
    await writeKey(file, content);
    await chmod(file, mode);
    await expect(readKey(file)).rejects.toMatchObject({
      code: 'keyReadableByOthers',
      message: expect.stringContaining(`chmod 600 ${file}`),
    });
  });

  it('is never replaced', async () => {
    const file = path.join(folder, 'once.json');
    await writeKey(file, 'first');
    await expect(writeKey(file, 'second')).rejects.toMatchObject({ code: 'keyExists' });
  });

  it('that is missing says how to make one', async () => {
    await expect(readKey(path.join(folder, 'nowhere.json'))).rejects.toMatchObject({
      code: 'keyMissing',
      message: expect.stringContaining('custody key new'),
    });
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -20)],
    [
      'has the public half of another key',
      async (text: string) => {
        const other = JSON.parse((await newKey('sam')).content) as { jwk: { x: string } };
        const own = JSON.parse(text) as { jwk: { x: string } };
        return JSON.stringify({ ...own, jwk: { ...own.jwk, x: other.jwk.x } });
      },
    ],
    ['names another algorithm', (text: string) => text.replace('"EdDSA"', '"ES256"')],
    ['has a member more', (text: string) => text.replace('{', '{"more": 1,')],
  ])('that %s is refused without its content', async (_, bend) => {
    const file = path.join(folder, `bent-${_.replaceAll(' ', '-')}.json`);
    const { content } = await newKey('sam');
    await writeFile(file, await bend(content), { mode: 0o600 });
    const error: unknown = await readKey(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'keyMalformed' });
    expect(inspect(error)).not.toContain(secretOf(content));
  });

  it('of a person with no possible id is not made', async () => {
    await expect(newKey('__proto__')).rejects.toMatchObject({ code: 'personMalformed' });
  });
});
