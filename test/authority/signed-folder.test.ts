// Signed policy folders: whose signatures count, on what, and that nobody goes back; and that a new folder strands no open incident.
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { EXECUTOR_FILES, loadExecutorFolder, loadOwnFolder } from '../../authority/executor-folder.ts';
import { newKey, openKey, type SigningKey } from '../../authority/keys.ts';
import { say, type ToSay } from '../../authority/sign.ts';
import { ACCEPTED_FILE, keepAccepted, lastAccepted } from '../../authority/signed-folder/accepted.ts';
import { loadSigned } from '../../authority/signed-folder/load.ts';
import { SIGNATURES_FILE, writeSignatures } from '../../authority/signed-folder/signatures.ts';
import type { Signers } from '../../authority/signed-folder/signers.schema.ts';
import { readSigners } from '../../authority/signed-folder/signers.ts';
import { type Accepted, verifyFolder } from '../../authority/signed-folder/verify.ts';
import { verifyWarrant } from '../../authority/warrant.ts';
import { decode, encode } from '../../domain/encoding/base64url.ts';
import { canonical, hashOf } from '../../domain/encoding/canonical.ts';
import type { DirectoryKey } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { DECIDED_AT, kinds, newWorld, NOW, policyOf, rightful, STEPS, type World } from './rightful.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 200);
const HASH = 'c'.repeat(64);
const OTHER = 'd'.repeat(64);

let world: World;
let keys: Record<string, SigningKey>;
let entries: Record<string, DirectoryKey>;
let signers: Signers;
beforeAll(async () => {
  world = await newWorld();
  const made = await Promise.all(
    ['erin', 'ivo', 'pia', 'mallory', 'erin-too'].map(async (name) => {
      const { content, entry } = await newKey(
        name === 'erin-too' ? 'erin' : name,
        name === 'ivo' ? 'ES256' : 'EdDSA',
      );
      return [name, await openKey(content), entry] as const;
    }),
  );
  keys = Object.fromEntries(made.map(([name, key]) => [name, key]));
  entries = Object.fromEntries(made.map(([name, , entry]) => [name, entry]));
  signers = readSigners(signersText());
});

function signersText(
  change: (people: Record<string, { name: string; keys: DirectoryKey[] }>) => void = () => {},
) {
  const people = Object.fromEntries(
    ['erin', 'ivo', 'pia'].map((name) => [name, { name, keys: [{ ...(entries[name] as DirectoryKey) }] }]),
  );
  people['erin']?.keys.push(entries['erin-too'] as DirectoryKey);
  change(people);
  return stringify({ version: 1, people }, { aliasDuplicateObjects: false });
}

type What = Partial<Omit<ToSay, 'key'>> & { folder?: string; serial?: number };

const signs = (name: string, { folder = HASH, serial = 3, ...more }: What = {}): Promise<Saying> =>
  say({
    key: keys[name] as SigningKey,
    incident: null,
    firstRun: null,
    message: 'sign',
    answers: null,
    plan: null,
    body: { folder, serial },
    now: DECIDED_AT,
    validForMs: 600_000,
    ...more,
  });

const verified = async (signatures: readonly Promise<Saying>[], last: Accepted | null = null, by = signers) =>
  verifyFolder({ hash: HASH, signatures: await Promise.all(signatures), signers: by, last, at: NOW });

describe('a folder is taken', () => {
  it('with the signatures of two, in any order, and with more', async () => {
    const good = { ok: true, serial: 3, by: ['erin', 'ivo'] };
    expect(await verified([signs('erin'), signs('ivo')])).toEqual(good);
    expect(await verified([signs('ivo'), signs('erin')])).toEqual(good);
    expect(await verified([signs('ivo'), signs('erin'), signs('pia')])).toMatchObject({
      by: ['erin', 'ivo', 'pia'],
    });
  });

  it('long after its signatures could have been delivered, and again and again', async () => {
    const signatures = await Promise.all([signs('erin'), signs('ivo')]);
    const at = '2027-11-24T03:45:00.000Z';
    const last = { serial: 3, hash: HASH };
    expect(await verifyFolder({ hash: HASH, signatures, signers, last, at })).toMatchObject({ ok: true });
  });

  it('although one of three does not hold: two do', async () => {
    const gone = readSigners(
      signersText((people) => {
        delete people['pia'];
      }),
    );
    expect(await verified([signs('pia'), signs('erin'), signs('ivo')], null, gone)).toMatchObject({
      ok: true,
      by: ['erin', 'ivo'],
    });
  });

  it('with the highest serial that enough have signed', async () => {
    const both = [signs('erin'), signs('ivo'), signs('erin', { serial: 4 })];
    expect(await verified(both)).toMatchObject({ ok: true, serial: 3 });
    expect(await verified([...both, signs('pia', { serial: 4 })])).toMatchObject({ ok: true, serial: 4 });
  });
});

/** base64url of the statement, with something else in it; the proof stays. */
const bent = async (saying: Promise<Saying>, from: string, to: string): Promise<Saying> => {
  const { statement, ...more } = await saying;
  return { ...more, statement: encode(decode(statement).replace(from, to)) };
};

describe('a folder is refused', () => {
  it.each<[string, string, () => readonly Promise<Saying>[], (Accepted | null)?]>([
    ['that nobody has signed', 'isSigned', () => []],
    ['that one has signed', 'enoughHaveSigned', () => [signs('erin')]],
    ['that one person has signed twice', 'enoughHaveSigned', () => [signs('erin'), signs('erin')]],
    [
      'that one person has signed with two keys',
      'enoughHaveSigned',
      () => [signs('erin'), signs('erin-too')],
    ],
    [
      'whose one signature stands twice',
      'enoughHaveSigned',
      () => [signs('erin')].flatMap((one) => [one, one]),
    ],
    [
      'that two have signed with different serials',
      'enoughHaveSigned',
      () => [signs('erin'), signs('ivo', { serial: 4 })],
    ],
    ['that somebody unknown has signed', 'signatureHolds', () => [signs('erin'), signs('mallory')]],
    [
      'that somebody unknown has signed under the name of a signer',
      'signatureHolds',
      () => [
        signs('erin'),
        signs('mallory').then((saying) => bent(Promise.resolve(saying), '"mallory"', '"ivo"')),
      ],
    ],
    ['whose state is another one', 'isOfThisFolder', () => [signs('erin'), signs('ivo', { folder: OTHER })]],
    [
      'that was signed as another folder',
      'isOfThisFolder',
      () => [signs('erin', { folder: OTHER }), signs('ivo', { folder: OTHER })],
    ],
    [
      'whose signed hash was changed afterwards',
      'signatureHolds',
      () => [signs('erin'), bent(signs('ivo', { folder: OTHER }), OTHER, HASH)],
    ],
    [
      'whose serial was raised afterwards',
      'signatureHolds',
      () => [signs('erin', { serial: 4 }), bent(signs('ivo'), '"serial":3', '"serial":4')],
      { serial: 3, hash: OTHER },
    ],
    [
      'that is older than the last',
      'isNotOlder',
      () => [signs('erin'), signs('ivo')],
      { serial: 4, hash: OTHER },
    ],
    [
      'that is older than the last, although it was that before',
      'isNotOlder',
      () => [signs('erin'), signs('ivo')],
      { serial: 4, hash: HASH },
    ],
    [
      'whose serial was another state before',
      'serialIsOneStates',
      () => [signs('erin'), signs('ivo')],
      { serial: 3, hash: OTHER },
    ],
    [
      'that one has signed and another has noted something about',
      'saysThatItSigns',
      () => [signs('erin'), signs('ivo', { message: 'note', body: { text: 'it is good' } })],
    ],
    [
      'that one has signed as if it were an incident',
      'isOfNoIncident',
      () => [signs('erin'), signs('ivo', { incident: 'incident/x', firstRun: 'run' })],
    ],
    [
      'whose approval is one of a plan with its hash',
      'saysThatItSigns',
      () => [
        signs('erin'),
        signs('ivo', { message: 'decide', answers: 'act-1', plan: HASH, body: { verdict: 'approve' } }),
      ],
    ],
    [
      'whose second signature carries no proof',
      'isAKeys',
      () => [signs('erin'), signs('ivo').then(({ statement }) => ({ statement }))],
    ],
    [
      "whose second signature is a login's",
      'isAKeys',
      () => [
        signs('erin'),
        signs('ivo').then(({ statement }) => ({ statement, proof: { type: 'oidc', idToken: 'x.y.z' } })),
      ],
    ],
    [
      "whose second proof is another's over the same",
      'signatureHolds',
      () => [
        signs('erin'),
        Promise.all([signs('ivo'), signs('erin')]).then(
          ([{ statement }, { proof }]) => ({ statement, proof }) as Saying,
        ),
      ],
    ],
    [
      'that was signed in the future',
      'signatureHolds',
      () => [signs('erin'), signs('ivo', { now: '2026-11-24T09:00:00.000Z' })],
    ],
  ])('%s: %s', async (_, check, signatures, last = null) => {
    expect(await verified(signatures(), last)).toMatchObject({ ok: false, check });
  });

  it('by a signer whose key was revoked, and not by one whose key ran out later', async () => {
    const by = (change: Partial<DirectoryKey>) =>
      readSigners(signersText((people) => Object.assign(people['ivo']?.keys[0] ?? {}, change)));
    const both = [signs('erin'), signs('ivo')];
    const revoked = await verified(both, null, by({ revokedAt: '2026-11-24T03:40:00.000Z' }));
    expect(revoked).toMatchObject({ ok: false, check: 'signatureHolds' });
    const left = await verified(both, null, by({ notAfter: '2026-11-24T03:40:00.000Z' }));
    expect(left).toMatchObject({ ok: true });
  });

  it('whatever byte of a signature is changed', async () => {
    const text = JSON.stringify(await signs('ivo'));
    const erin = await signs('erin');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(61), async (at, to) => {
        const other = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[to] ?? 'A';
        fc.pre(text[at] !== other);
        let saying: Saying;
        try {
          saying = JSON.parse(text.slice(0, at) + other + text.slice(at + 1)) as Saying;
        } catch {
          return;
        }
        expect(await verified([Promise.resolve(erin), Promise.resolve(saying)])).toMatchObject({ ok: false });
      }),
      { seed: 6, numRuns: RUNS },
    );
  });
});

describe('signers.yaml', () => {
  it.each<[string, () => string, string]>([
    [
      'too few to meet the quorum',
      () => signersText((p) => (delete p['ivo'], delete p['pia'])),
      '2 must sign and 1 may',
    ],
    ['a signer without a key', () => signersText((p) => void p['pia']?.keys.splice(0)), 'pia has no key'],
    [
      'one key that is two people’s',
      () =>
        signersText((p) => void p['pia']?.keys.push({ ...(entries['ivo'] as DirectoryKey), kid: 'pia-2' })),
      'this key is listed before',
    ],
    ['a quorum of one', () => `${signersText()}quorum: 1\n`, 'quorum'],
    [
      'parties, which have no meaning here',
      () => signersText().replace('name: erin', 'name: erin\n    parties: [soc]'),
      'unknown key',
    ],
  ])('with %s is refused', (_, text, says) => {
    expect(() => readSigners(text())).toThrow(says);
  });

  it('asks for two where it does not say', () => expect(signers.quorum).toBe(2));
});

describe('a process with its own folder', () => {
  let folder: string;
  let root: string;
  let state: string;
  let pinned: { signers: string; state: string; now: () => string };
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'custody-signed-'));
  });
  afterAll(() => rm(root, { recursive: true }));
  beforeEach(async () => {
    const own = path.join(root, expect.getState().currentTestName?.replaceAll(/\W+/g, '-').slice(-60) ?? 'x');
    folder = path.join(own, 'policy');
    state = path.join(own, 'state');
    await mkdir(folder, { recursive: true });
    pinned = { signers: path.join(own, 'signers.yaml'), state, now: () => NOW };
    await writeFile(pinned.signers, signersText());
    await write();
  });

  const write = async (accounts = ['123456789012'], change: (text: string) => string = (text) => text) => {
    const policy = policyOf('identity-aws', { accounts });
    await writeFile(
      path.join(folder, 'policy.yaml'),
      change(stringify(policy, { aliasDuplicateObjects: false })),
    );
    await writeFile(
      path.join(folder, 'people.yaml'),
      stringify(world.directory, { aliasDuplicateObjects: false }),
    );
  };
  const load = () => loadSigned(folder, loadExecutorFolder, pinned);
  const sign = async (serial: number, names = ['erin', 'ivo']) => {
    const { hash } = await loadExecutorFolder(folder);
    await writeSignatures(
      folder,
      await Promise.all(names.map((name) => signs(name, { folder: hash, serial }))),
    );
    return hash;
  };

  it('takes it signed, remembers it, and takes the next', async () => {
    await expect(load()).rejects.toThrow(/isSigned/);
    const hash = await sign(1);
    expect((await load()).hash).toBe(hash);
    expect(await lastAccepted(state)).toEqual({ serial: 1, hash });
    await write(['123456789012', '210987654321']);
    await expect(load()).rejects.toThrow(/isOfThisFolder/);
    const next = await sign(2);
    expect((await load()).hash).toBe(next);
    expect(await lastAccepted(state)).toEqual({ serial: 2, hash: next });
  });

  it('never goes back: not to an older folder with its true signatures, nor after a restart', async () => {
    await sign(1);
    const old = await readFile(path.join(folder, SIGNATURES_FILE), 'utf8');
    await load();
    await write(['123456789012', '210987654321']);
    await sign(2);
    await load();
    await write();
    await writeFile(path.join(folder, SIGNATURES_FILE), old);
    await expect(load()).rejects.toThrow(/the serial 1, and 2 was accepted before.*isNotOlder/);
    // The old content with a higher serial is a new decision.
    await sign(3);
    await load();
  });

  it('refuses a folder whose files have changed places, names, or a letter', async () => {
    const hash = await sign(1);
    const [people, policy] = await Promise.all(
      ['people.yaml', 'policy.yaml'].map((file) => readFile(path.join(folder, file), 'utf8')),
    );
    expect(hash).toBe(hashOf({ 'people.yaml': people, 'policy.yaml': policy }));
    expect(hashOf({ 'people.yaml': policy, 'policy.yaml': people })).not.toBe(hash);
    await write(undefined, (text) => `${text}# a remark\n`);
    await expect(load()).rejects.toThrow(/isOfThisFolder/);
    await write();
    await load();
    // What was not there when it was signed.
    await writeFile(path.join(folder, 'authority.cedar'), 'permit (principal, action, resource);');
    expect(EXECUTOR_FILES).toContain('authority.cedar');
    await expect(load()).rejects.toThrow();
  });

  it("refuses another folder's signatures: an executor's own name is in what is signed", async () => {
    await sign(1);
    const signatures = await readFile(path.join(folder, SIGNATURES_FILE), 'utf8');
    await write(undefined, (text) => text.replace('executor: identity-aws', 'executor: owner-aws'));
    await writeFile(path.join(folder, SIGNATURES_FILE), signatures);
    await expect(load()).rejects.toThrow(/isOfThisFolder/);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['a field more', JSON.stringify({ version: 1, signatures: [], more: 1 })],
    ['too much', JSON.stringify({ version: 1, signatures: [], more: 'x'.repeat(2_000_000) })],
  ])('refuses signatures that are %s', async (_, text) => {
    await writeFile(path.join(folder, SIGNATURES_FILE), text);
    await expect(load()).rejects.toThrow(/custody runbook sign/);
  });

  it('takes nothing where its state is damaged, rather than a folder of any age', async () => {
    await sign(1);
    await load();
    await writeFile(path.join(state, ACCEPTED_FILE), '{"serial":0}');
    await expect(load()).rejects.toMatchObject({
      name: 'StateError',
      message: expect.stringContaining('damaged'),
    });
  });

  it('keeps the higher serial, whoever writes last', async () => {
    await keepAccepted(state, { serial: 5, hash: HASH });
    await keepAccepted(state, { serial: 4, hash: OTHER });
    expect(await lastAccepted(state)).toEqual({ serial: 5, hash: HASH });
  });

  it('keeps the higher serial of two that are written at once, whichever comes first', async () => {
    const pairs = Array.from({ length: 60 }, (_, i) => ({
      at: path.join(state, `${i}`),
      begun: i % 2 === 0,
    }));
    await Promise.all(
      pairs.map(async ({ at, begun }) => {
        if (begun) await keepAccepted(at, { serial: 4, hash: OTHER });
        await Promise.all([6, 5].map((serial) => keepAccepted(at, { serial, hash: HASH })));
      }),
    );
    const kept = await Promise.all(pairs.map(({ at }) => lastAccepted(at)));
    expect(kept.map((one) => one?.serial)).toEqual(pairs.map(() => 6));
    await Promise.all(pairs.map((_, i) => keepAccepted(state, { serial: i + 1, hash: HASH })));
    expect(await lastAccepted(state)).toEqual({ serial: pairs.length, hash: HASH });
  });

  it('goes on behind a line that a crash cut short, and not behind one that was changed', async () => {
    await keepAccepted(state, { serial: 5, hash: HASH });
    await appendFile(path.join(state, ACCEPTED_FILE), '{"serial":6,"ha');
    expect(await lastAccepted(state)).toEqual({ serial: 5, hash: HASH });
    await keepAccepted(state, { serial: 7, hash: OTHER });
    expect(await lastAccepted(state)).toEqual({ serial: 7, hash: OTHER });
    await appendFile(path.join(state, ACCEPTED_FILE), '{"serial":"8"}\n');
    await expect(lastAccepted(state)).rejects.toThrow('damaged');
  });

  it("is an executor's own: another's with true signatures, or other accounts, is refused and not remembered", async () => {
    const loadOwn = loadOwnFolder('identity-aws');
    const own = () => loadSigned(folder, loadOwn, pinned);
    const hash = await sign(1);
    await own();
    await write(undefined, (text) => text.replace('executor: identity-aws', 'executor: owner-aws'));
    await sign(2);
    await expect(own()).rejects.toMatchObject({
      name: 'PolicyError',
      message: expect.stringContaining("it is for owner-aws, and the key here is identity-aws's"),
    });
    expect(await lastAccepted(state)).toEqual({ serial: 1, hash });
    await write(['210987654321']);
    await sign(2);
    await expect(own()).rejects.toThrow('this process was started for 123456789012');
    expect(await lastAccepted(state)).toEqual({ serial: 1, hash });
    // Started anew it is another process, with other accounts.
    await loadSigned(folder, loadOwnFolder('identity-aws'), pinned);
    expect(await lastAccepted(state)).toMatchObject({ serial: 2 });
  });

  it('strands no open incident: an order of an older runbook is judged by its newest folder', async () => {
    const order = await rightful(world, STEPS.quarantine);
    const judged = async () => {
      const { policy, directory, authority } = await load();
      return verifyWarrant({
        order,
        policy,
        directory,
        authority,
        kinds,
        self: ['custody'],
        acts: [],
        now: NOW,
      });
    };
    await sign(1);
    expect(await judged()).toMatchObject({ ok: true });
    await write(['123456789012', '210987654321']);
    await sign(2);
    expect(await judged()).toMatchObject({ ok: true });
    // And by what it says: where the account is not named any more, nothing is done there.
    await write(['210987654321']);
    await sign(3);
    expect(await judged()).toMatchObject({ ok: false, check: 'accountIsOurs' });
  });
});

it('what signs a folder decides nothing: an executor does not take it for a vote', async () => {
  const order = await rightful(world, STEPS.quarantine);
  const [assess] = order.decisions;
  const key = world.keys.ivo;
  const { statement, proof } = await say({
    key,
    incident: null,
    firstRun: null,
    message: 'sign',
    answers: null,
    plan: null,
    body: { folder: hashOf(order.plan), serial: 1 },
    now: DECIDED_AT,
    validForMs: 600_000,
  });
  expect(canonical(JSON.parse(decode(statement)))).toContain(hashOf(order.plan));
  const bentOrder = { ...order, decisions: [assess, { statement, proof }] };
  const policy = policyOf('identity-aws');
  const verdict = await verifyWarrant({
    order: bentOrder,
    policy,
    directory: world.directory,
    authority: null,
    kinds,
    self: ['custody'],
    acts: [],
    now: NOW,
  });
  expect(verdict).toMatchObject({ ok: false, check: 'decisionsAreOfThisIncident' });
});
