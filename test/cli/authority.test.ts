// The commands around keys, signed folders and audit logs: from a new key to its end, as a person types them.
import { mkdtemp, mkdir, readFile, rm, writeFile, cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { lineAfter, textOf } from '../../authority/audit/chain.ts';
import { loadFolder } from '../../authority/folder.ts';
import { provenBy } from '../../authority/proof.ts';
import { loadSigned } from '../../authority/signed-folder/load.ts';
import { decode, encode } from '../../domain/encoding/base64url.ts';
import { NOTHING_KNOWN } from '../../domain/audit/entry.ts';
import { GENESIS } from '../../domain/record/record.ts';
import { type Directory, type DirectoryKey, directorySchema } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { issuerSchema } from '../../domain/runbook/issuer.schema.ts';
import { custody } from './a-terminal.ts';
import { fresh, HANDLE, NOW } from './an-incident.ts';

const PASSPHRASE = 'four horses graze by the sea';
let root: string;
let own: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'custody-cli-authority-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  own = path.join(root, `case-${(count += 1)}`);
  await mkdir(own);
});
const at = (...parts: string[]) => path.join(own, ...parts);

/** A new key, and its entry for people.yaml. */
async function keyOf(person: string, file = person): Promise<DirectoryKey> {
  const made = await custody(['key', 'new', person, '--out', at(`${file}.json`), '--json']);
  expect(made.exit).toBe(0);
  return (JSON.parse(made.out) as { entry: DirectoryKey }).entry;
}

const peopleWith = (keys: Record<string, DirectoryKey[]>): Directory =>
  directorySchema.parse({
    people: Object.fromEntries(
      Object.entries(keys).map(([id, of]) => [id, { name: id, parties: ['soc'], keys: of }]),
    ),
    machines: {},
  });
const written = (value: unknown) => stringify(value, { aliasDuplicateObjects: false });

describe('a key behind a passphrase', () => {
  test('is made, shown and used; the passphrase is asked for twice, and once to sign', async () => {
    const answers = [PASSPHRASE, PASSPHRASE];
    const made = await custody(['key', 'new', 'erin', '--passphrase', '--out', at('erin.json')], { answers });
    expect(made.exit).toBe(0);
    expect(await readFile(at('erin.json'), 'utf8')).not.toContain('"d"');
    const shown = await custody(['key', 'show', at('erin.json'), '--json']);
    const { entry } = JSON.parse(shown.out) as { entry: DirectoryKey };
    const env = { CUSTODY_KEY: at('erin.json') };
    const note = ['note', HANDLE, 'the vendor is called', '--yes'];
    const said = await custody(note, { views: [fresh()], env, answers: [PASSPHRASE] });
    expect(said.exit).toBe(0);
    const proof = await provenBy(
      said.said[0]?.saying as Saying,
      peopleWith({ erin: [entry] }),
      NOW.toISOString(),
    );
    expect(proof).toMatchObject({ holds: true });
    const wrong = await custody(note, { views: [fresh()], env, answers: ['another passphrase'] });
    expect(wrong).toMatchObject({ exit: 2, said: [] });
    expect(wrong.err).toContain('Nothing was signed');
    const nobody = await custody(note, { views: [fresh()], env });
    expect(nobody).toMatchObject({ exit: 2, said: [] });
    expect(nobody.err).toContain('CUSTODY_PASSPHRASE_FILE');
    await writeFile(at('passphrase'), PASSPHRASE, { mode: 0o600 });
    const fromFile = { ...env, CUSTODY_PASSPHRASE_FILE: at('passphrase') };
    expect(await custody(note, { views: [fresh()], env: fromFile })).toMatchObject({ exit: 0 });
  });

  test.each<[string, string[] | undefined, RegExp]>([
    ['two that differ', [PASSPHRASE, `${PASSPHRASE}s`], /not the same/],
    ['one that is short', ['short', 'short'], /12 characters/],
    ['nobody to ask', undefined, /CUSTODY_PASSPHRASE_FILE/],
  ])('is not made with %s', async (_, answers, says) => {
    const scene = answers === undefined ? {} : { answers };
    const made = await custody(['key', 'new', 'erin', '--passphrase', '--out', at('erin.json')], scene);
    expect(made.exit).toBe(2);
    expect(made.err).toMatch(says);
    await expect(readFile(at('erin.json'))).rejects.toThrow('ENOENT');
  });
});

describe('whoami', () => {
  const whoami = async (directory: Directory | null, file = 'erin') => {
    const env = { CUSTODY_KEY: at(`${file}.json`) };
    const files = directory === null ? {} : { 'people.yaml': written(directory) };
    const words = ['whoami', ...(directory === null ? [] : ['--people', 'people.yaml'])];
    const { exit, out, err } = await custody(words, { env, files });
    const json = await custody([...words, '--json'], { env, files });
    return { exit, out, err, json: JSON.parse(json.out || 'null') as Record<string, unknown> };
  };

  test('says whose key it is, also without a directory', async () => {
    const entry = await keyOf('erin');
    const alone = await whoami(null);
    expect(alone).toMatchObject({ exit: 0, json: { person: 'erin', kid: entry.kid, directory: null } });
    expect(alone.out).toContain(`${entry.kid} (EdDSA), not encrypted`);
    const known = await whoami(peopleWith({ erin: [entry] }));
    expect(known.exit).toBe(0);
    expect(known.out).toMatch(/parties {2}soc\n {2}valid {4}without end\n$/);
  });

  test('tells of logins and passkeys too, and of those that were revoked', async () => {
    const entry = await keyOf('erin');
    const revokedAt = '2026-11-20T00:00:00.000Z';
    const said = { statement: 'e30' };
    const passkey = {
      id: 'AAAAAAAAAAAAAAAAAAAA',
      publicKey: 'pQECAyYgASFYIA',
      addedAt: revokedAt,
      revokedAt,
    };
    const known = peopleWith({ erin: [entry] });
    Object.assign(known.people['erin'] ?? {}, {
      logins: ['https://login.example.com', 'https://old.example.com'].map((issuer) => ({
        issuer,
        subject: '42',
      })),
      passkeys: [{ ...passkey, enrolment: { said, vouched: said } }],
    });
    known.passkeys = { rpId: 'localhost', origins: ['http://localhost:8417'] };
    known.issuers = ['https://login.example.com', 'https://old.example.com'].map((issuer) =>
      issuerSchema.parse({ issuer, audience: 'custody', ...(issuer.includes('old') ? { revokedAt } : {}) }),
    );
    const who = await whoami(known);
    expect(who).toMatchObject({
      exit: 0,
      json: {
        directory: {
          logins: [
            { issuer: 'https://login.example.com', subject: '42', revokedAt: null },
            { issuer: 'https://old.example.com', subject: '42', revokedAt },
          ],
          passkeys: [{ id: passkey.id, revokedAt }],
        },
      },
    });
    expect(who.out).toMatch(/login {4}42 at https:\/\/login\.example\.com\n/);
    expect(who.out).toMatch(/42 at https:\/\/old\.example\.com, REVOKED at 2026-11-20/);
    expect(who.out).toMatch(/passkey {2}AAAAAAAAAAAA…, added .*, REVOKED at/);
  });

  test('tells of a key that was rotated, with both in force for a while, and of one that was revoked', async () => {
    const [old, young] = [await keyOf('erin', 'old'), await keyOf('erin', 'young')];
    const [retired, from] = ['2026-12-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'];
    const both = peopleWith({
      erin: [
        { ...old, notAfter: retired },
        { ...young, notBefore: from },
      ],
    });
    expect(await whoami(both, 'old')).toMatchObject({
      exit: 0,
      json: { directory: { usable: true, validUntil: retired } },
    });
    expect(await whoami(both, 'young')).toMatchObject({
      exit: 0,
      json: { directory: { usable: true, validFrom: from } },
    });
    const revoked = peopleWith({ erin: [{ ...old, revokedAt: NOW.toISOString() }, young] });
    const gone = await whoami(revoked, 'old');
    expect(gone).toMatchObject({ exit: 3, json: { directory: { usable: false } } });
    expect(gone.out).toContain('REVOKED');
    expect(await whoami(revoked, 'young')).toMatchObject({ exit: 0 });
  });

  test.each<[string, (entry: DirectoryKey, other: DirectoryKey) => Directory, RegExp]>([
    ['the directory does not know them', (_, other) => peopleWith({ ivo: [other] }), /parties {2}none/],
    ['another key is listed', (_, other) => peopleWith({ erin: [other] }), /does not list this key/],
    [
      'another key is listed under its id',
      (entry, other) => peopleWith({ erin: [{ ...other, kid: entry.kid }] }),
      /does not list this key/,
    ],
    [
      'it is not valid yet',
      (entry) => peopleWith({ erin: [{ ...entry, notBefore: '2027-01-01T00:00:00.000Z' }] }),
      /what it signs now is refused/,
    ],
    [
      'it has run out',
      (entry) => peopleWith({ erin: [{ ...entry, notAfter: '2026-01-01T00:00:00.000Z' }] }),
      /what it signs now is refused/,
    ],
  ])('ends with exit code 3 where %s', async (_, directory, says) => {
    const [entry, other] = [await keyOf('erin'), await keyOf('erin', 'other')];
    const who = await whoami(directory(entry, other));
    expect(who.exit).toBe(3);
    expect(who.out).toMatch(says);
  });
});

describe('signing a folder', () => {
  let folder: string;
  let keys: Record<string, DirectoryKey>;
  beforeEach(async () => {
    folder = at('runbook');
    await cp(path.resolve(import.meta.dirname, '../../runbooks/small'), folder, { recursive: true });
    keys = { erin: await keyOf('erin'), ivo: await keyOf('ivo'), pia: await keyOf('pia') };
    await signersAre('erin', 'ivo', 'pia');
  });

  const signersAre = (...names: string[]) =>
    writeFile(
      at('signers.yaml'),
      written({
        version: 1,
        people: Object.fromEntries(names.map((name) => [name, { name, keys: [keys[name]] }])),
      }),
    );
  const sign = (person: string, ...more: string[]) =>
    custody(['runbook', 'sign', folder, '--signers', at('signers.yaml'), '--yes', ...more], {
      env: { CUSTODY_KEY: at(`${person}.json`) },
    });
  const check = () => custody(['runbook', 'check', folder, '--signers', at('signers.yaml')]);
  const change = async () => {
    const file = path.join(folder, 'runbook.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}# another state\n`);
  };
  const load = () =>
    loadSigned(folder, loadFolder, {
      signers: at('signers.yaml'),
      state: at('state'),
      now: () => NOW.toISOString(),
    });

  test('needs two, and then each process takes it', async () => {
    expect((await check()).exit).toBe(3);
    const first = await sign('erin');
    expect(first.exit).toBe(0);
    expect(first.err).toMatch(/You sign the folder .*\n {2}hash {4}[0-9a-f]{64}\n {2}serial {2}1\n/);
    expect(first.out).toContain('2 different people must sign the same serial; so far: erin');
    expect((await check()).err).toContain('enoughHaveSigned');
    const again = await sign('erin');
    expect(again).toMatchObject({ exit: 8, out: '' });
    const second = await sign('ivo', '--json');
    expect(JSON.parse(second.out)).toMatchObject({ serial: 1, by: ['erin', 'ivo'], missing: null });
    expect((await check()).out).toContain('signed by erin, ivo, serial 1');
    expect(await load()).toMatchObject({ runbook: expect.anything() });
  });

  test('a change needs both again, with the next serial', async () => {
    await sign('erin');
    await sign('ivo');
    await load();
    await change();
    expect((await check()).err).toContain('isOfThisFolder');
    await expect(load()).rejects.toThrow('isOfThisFolder');
    expect(JSON.parse((await sign('pia', '--json')).out)).toMatchObject({ serial: 2, by: ['pia'] });
    expect(JSON.parse((await sign('ivo', '--json')).out)).toMatchObject({ serial: 2, by: ['pia', 'ivo'] });
    await load();
  });

  test('a signer who left: two others sign, and then they are taken out of signers.yaml', async () => {
    await sign('erin');
    await sign('ivo');
    await load();
    expect(JSON.parse((await sign('pia', '--json')).out)).toMatchObject({ by: ['erin', 'ivo', 'pia'] });
    await signersAre('erin', 'pia');
    expect((await check()).out).toContain('signed by erin, pia');
    await load();
    // The other way round it would have stood unsigned.
    await signersAre('pia', 'ivo');
    await load();
    keys['new'] = await keyOf('new');
    await signersAre('new', 'ivo');
    expect((await check()).exit).toBe(3);
  });

  test('with signatures.json lost, the serial is said', async () => {
    await sign('erin');
    await sign('ivo');
    await load();
    await rm(path.join(folder, 'signatures.json'));
    await change();
    await sign('erin');
    await sign('ivo');
    await expect(load()).rejects.toThrow('serialIsOneStates');
    await sign('erin', '--serial', '2');
    await sign('ivo', '--serial', '2');
    await load();
    expect((await sign('ivo', '--serial', '0')).exit).toBe(2);
  });

  /** A signature of erin's, as whoever writes the folder can change it: with this serial, and whatever proof. */
  const forge = async (serial: number) => {
    const file = path.join(folder, 'signatures.json');
    const { signatures } = JSON.parse(await readFile(file, 'utf8')) as { signatures: Saying[] };
    const [erin] = signatures as [Saying];
    const statement = encode(decode(erin.statement).replace(/"serial":\d+/, `"serial":${serial}`));
    await writeFile(
      file,
      JSON.stringify({ version: 1, signatures: [...signatures, { ...erin, statement }] }),
    );
  };

  test('what signers.yaml does not verify raises no serial, and is nobody who has signed', async () => {
    await sign('erin');
    await forge(9_007_199_254_740_990);
    await forge(900_000_000);
    const second = await sign('ivo', '--json');
    expect(JSON.parse(second.out)).toMatchObject({ serial: 1, by: ['erin', 'ivo'], missing: null });
    expect(second.err).toContain('Left out: 1 that');
    await forge(7);
    await change();
    expect(JSON.parse((await sign('pia', '--json')).out)).toMatchObject({ serial: 2, by: ['pia'] });
    expect((await sign('pia', '--serial', '1000000001')).exit).toBe(2);
  });

  test('without signers.yaml it says what is unverified, and takes no serial from afar', async () => {
    const alone = (person: string, ...more: string[]) =>
      custody(['runbook', 'sign', folder, '--yes', ...more], {
        env: { CUSTODY_KEY: at(`${person}.json`) },
      });
    await alone('erin');
    const second = await alone('ivo');
    expect(second.err).toContain('unverified: --signers');
    expect(second.out).toContain('signed by erin (unverified), ivo, serial 1');
    await forge(1_500);
    await change();
    // Its own key has signed 1, and what stands there is further than it goes without being told.
    expect(await alone('ivo')).toMatchObject({ exit: 8, out: '' });
    expect((await alone('ivo')).err).toContain('the last that is known to hold is 1');
    expect((await alone('ivo', '--serial', '1501')).out).toContain('serial 1501');
  });

  test('a folder with problems is not signed, nor without a yes', async () => {
    const env = { CUSTODY_KEY: at('erin.json') };
    expect(await custody(['runbook', 'sign', folder], { env })).toMatchObject({ exit: 2 });
    expect(await custody(['runbook', 'sign', folder], { env, answer: 'n' })).toMatchObject({ exit: 8 });
    expect(await custody(['runbook', 'sign', folder], { env, answer: 'y' })).toMatchObject({ exit: 0 });
    await writeFile(path.join(folder, 'runbook.yaml'), 'version: 1\n');
    expect(await custody(['runbook', 'sign', folder], { env, answer: 'y' })).toMatchObject({ exit: 3 });
  });

  test('nothing is signed where signers.yaml cannot be read', async () => {
    await writeFile(at('signers.yaml'), 'version: 1\n');
    expect(await sign('erin')).toMatchObject({ exit: 3 });
    await expect(readFile(path.join(folder, 'signatures.json'))).rejects.toThrow('ENOENT');
  });

  test('a lost or stolen key of an approver: revoked in people.yaml, it votes no more, and the folder is signed again', async () => {
    await sign('erin');
    await sign('ivo');
    await load();
    const file = path.join(folder, 'people.yaml');
    const people = parse(await readFile(file, 'utf8')) as {
      people: Record<string, { keys: DirectoryKey[] }>;
    };
    const [id = ''] = Object.keys(people.people);
    (people.people[id] ?? { keys: [] }).keys = [
      { ...(keys['pia'] as DirectoryKey), revokedAt: '2026-11-24T00:00:00.000Z' },
    ];
    await writeFile(file, written(people));
    await expect(load()).rejects.toThrow('isOfThisFolder');
    await sign('erin');
    await sign('ivo');
    expect((await load()).directory.people[id]?.keys[0]?.revokedAt).toBe('2026-11-24T00:00:00.000Z');
  });
});

describe('audit verify', () => {
  const first = lineAfter(GENESIS, NOW.toISOString(), {
    ...NOTHING_KNOWN,
    what: 'order',
    stage: 'warrant',
    verdict: 'refused',
    code: 'quorumIsMet',
    why: 'too few',
  });
  const log = [first, lineAfter({ seq: 1, hash: first.hash }, NOW.toISOString(), first.entry)]
    .map((line) => `${textOf(line)}\n`)
    .join('');

  test('says that it holds, and where it ends', async () => {
    const files = { 'audit.jsonl': log, 'empty.jsonl': '' };
    const good = await custody(['audit', 'verify', 'audit.jsonl'], { files });
    expect(good.exit).toBe(0);
    expect(good.out).toMatch(/holds: 2 entries.*\nIt ends with hash [0-9a-f]{64}/);
    expect((await custody(['audit', 'verify', 'empty.jsonl'], { files })).out).toContain('no entries yet');
  });

  test('names the first broken line, with exit code 7', async () => {
    const files = { 'audit.jsonl': log.replace('too few', 'enough') };
    const bad = await custody(['audit', 'verify', 'audit.jsonl'], { files });
    expect(bad.exit).toBe(7);
    expect(bad.out).toContain('BROKEN at line 1: entry 1 was changed');
    const json = await custody(['audit', 'verify', 'audit.jsonl', '--json'], { files });
    expect(json.exit).toBe(7);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, broken: { line: 1 }, entries: 0 });
  });
});
