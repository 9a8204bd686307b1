// A passkey from its making to a signed vote: the commands, their page in a real browser, and the proof as a verifier sees it.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { whyNotEnrolled } from '../../authority/enrolment.ts';
import { newKey, writeKey } from '../../authority/keys.ts';
import { provenBy } from '../../authority/proof.ts';
import type { Passkey } from '../../domain/runbook/passkey.schema.ts';
import { type DirectoryKey, directorySchema } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { type ABrowser, aBrowser, chromiumHere } from '../../local/chromium.ts';
import { custody, type Scene } from './a-terminal.ts';
import { asked, HANDLE, shownPlan } from './an-incident.ts';

let origin: string;
let passkeys: Passkey[] = [];
let folder: string;
/** Files of their keys, and their entries for people.yaml. */
const keyOf: Record<string, { file: string; entry: DirectoryKey }> = {};
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-passkey-'));
  for (const name of ['lena', 'ivo']) {
    const { content, entry } = await newKey(name);
    const file = path.join(folder, `${name}.json`);
    await writeKey(file, content);
    keyOf[name] = { file, entry };
  }
  // The page's port stands in people.yaml: one that is free now.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
});

afterAll(() => rm(folder, { recursive: true }));

const people = () => ({
  people: {
    lena: { name: 'Lena', parties: ['soc'], passkeys, keys: [keyOf['lena']?.entry] },
    ivo: { name: 'Ivo', parties: ['identity'], keys: [keyOf['ivo']?.entry] },
  },
  machines: {},
  passkeys: { rpId: 'localhost', origins: [origin] },
});

const as = (name: string): Scene => ({
  env: { CUSTODY_RUNBOOK: '/runbook', CUSTODY_KEY: keyOf[name]?.file ?? '' },
});
const run = (words: string[], { files, ...scene }: Scene = {}) =>
  custody(words, {
    views: [asked()],
    env: { CUSTODY_RUNBOOK: '/runbook' },
    // YAML takes JSON.
    files: { '/runbook/people.yaml': JSON.stringify(people()), ...files },
    now: () => new Date(),
    ...scene,
  });

const approve = [
  'approve',
  HANDLE,
  '--plan',
  shownPlan('replace-then-cut').hash.slice(0, 8),
  '--yes',
  '--passkey',
  '--me',
  'lena',
];

test.each<[string, string[], Scene, RegExp]>([
  ['without saying who', ['ack', HANDLE, '--yes', '--passkey'], {}, /--me PERSON/],
  [
    'by somebody who has none',
    ['ack', HANDLE, '--yes', '--passkey', '--me', 'ivo'],
    {},
    /custody passkey add ivo/,
  ],
  [
    'by somebody called constructor',
    ['ack', HANDLE, '--yes', '--passkey', '--me', 'constructor'],
    {},
    /no passkey/,
  ],
  [
    'without a directory',
    ['ack', HANDLE, '--yes', '--passkey', '--me', 'lena'],
    { env: {} },
    /Set CUSTODY_RUNBOOK/,
  ],
  ['with a key at once', ['ack', HANDLE, '--yes', '--passkey', '--key'], {}, /cannot be used with/],
  ['added for nobody', ['passkey', 'add', 'nobody'], {}, /not in people.yaml/],
])('nothing is signed %s', async (_, words, scene, reason) => {
  const ran = await run(words, scene);
  expect(ran).toMatchObject({ exit: 2, said: [] });
  expect(ran.err).toMatch(reason);
});

test('the page takes nothing without its token, from another host or another page', async () => {
  const page = { 'content-type': 'application/json', origin };
  const ran = run(['passkey', 'add', 'ivo'], {
    ...as('ivo'),
    async browse(address) {
      const { hash } = new URL(address);
      const token = { 'x-custody-token': hash.slice(1) };
      const local = origin.replace('localhost', '127.0.0.1');
      const post = (path: string, headers: object, body = '{}') =>
        fetch(`${origin}${path}`, { method: 'POST', headers: { ...page, ...headers }, body });
      expect((await fetch(`${local}/`)).status).toBe(421);
      expect((await post('/ask', {})).status).toBe(403);
      expect((await post('/ask', { 'x-custody-token': 'x'.repeat(43) })).status).toBe(403);
      expect((await post('/answer', { ...token, origin: 'http://localhost:1' })).status).toBe(403);
      expect((await post('/answer', token, 'no JSON')).status).toBe(400);
      const home = await fetch(`${origin}/`);
      expect(home.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(await home.text()).not.toContain(hash.slice(1));
      expect(await (await post('/ask', token)).json()).toMatchObject({ does: 'make' });
      expect((await post('/answer', token, '{"id":"AAAA"}')).status).toBe(204);
    },
  });
  expect(await ran).toMatchObject({ exit: 8, out: '' });
});

const program = chromiumHere();
if (program === null)
  console.warn('No Chromium on PATH and no CUSTODY_CHROMIUM: passkeys are not tried in a browser.');

describe.skipIf(program === null)('in a browser', () => {
  let browser: ABrowser;
  beforeAll(async () => {
    browser = await aBrowser(program ?? '');
  });
  afterAll(() => browser.close());
  beforeEach(() => browser.verifiesUser(true));

  const browse = (address: string): Promise<void> => {
    void browser.press(address);
    return Promise.resolve();
  };

  test('it is made, its owner says that it is theirs, and a second person approves its entry for people.yaml', async () => {
    const ran = await run(['passkey', 'add', 'lena'], { ...as('lena'), browse });
    expect(ran).toMatchObject({ exit: 0 });
    const files = { 'lena-passkey.json': ran.out };
    const words = ['passkey', 'approve', 'lena-passkey.json', '--yes'];
    expect(await run(words, { ...as('lena'), files })).toMatchObject({ exit: 8, out: '' });
    const approved = await run([...words, '--json'], { ...as('ivo'), files });
    expect(approved).toMatchObject({ exit: 0 });
    expect(approved.err).toMatch(/is Lena's \(lena\), who said so by the key lena/);
    const { person, entry } = JSON.parse(approved.out) as { person: string; entry: Passkey };
    expect(person).toBe('lena');
    expect(await whyNotEnrolled('lena', entry, directorySchema.parse(people()))).toBeNull();
    const printed = await run(words, { ...as('ivo'), files });
    expect(printed.out).toMatch(/^lena:\n {2}passkeys:\n {4}- id: [\w-]+\n {6}publicKey: [\w-]+\n/);
    passkeys = [entry];
    expect(directorySchema.safeParse(people()).success).toBe(true);
  });

  test('it is not enrolled by somebody else than its owner, nor approved when it was changed', async () => {
    const foreign = await run(['passkey', 'add', 'ivo'], { ...as('lena'), browse });
    expect(foreign).toMatchObject({ exit: 8, out: '' });
    const ran = await run(['passkey', 'add', 'ivo'], { ...as('ivo'), browse });
    const made = JSON.parse(ran.out) as { passkey: Passkey };
    const bent = JSON.stringify({ ...made, passkey: { ...made.passkey, counter: 7 } });
    const files = { 'bent.json': bent, 'none.json': '{}' };
    const approve = (file: string) => run(['passkey', 'approve', file, '--yes'], { ...as('lena'), files });
    expect(await approve('bent.json')).toMatchObject({
      exit: 8,
      out: '',
      err: expect.stringMatching(/another passkey/),
    });
    expect(await approve('none.json')).toMatchObject({ exit: 3, out: '' });
  });

  test('it signs a vote: what is signed stands on the page, and the proof is of somebody present', async () => {
    let shown = '';
    const ran = await run(approve, {
      async browse(address) {
        await browser.page.goto(address);
        const button = browser.page.getByRole('button', { name: 'Sign with your passkey' });
        await button.waitFor();
        shown = (await browser.page.locator('#shown').textContent()) ?? '';
        expect(browser.page.url()).toBe(`${origin}/`);
        await button.click();
      },
    });
    expect(ran).toMatchObject({ exit: 0, out: 'Counted.\n' });
    expect(shown).toContain('You sign');
    expect(shown).toContain(shownPlan('replace-then-cut').hash);
    const proof = await provenBy(
      ran.said[0]?.saying as Saying,
      directorySchema.parse(people()),
      new Date().toISOString(),
    );
    expect(proof).toMatchObject({
      holds: true,
      assurance: 'present',
      speaker: { id: 'lena' },
      kid: passkeys[0]?.id,
    });
  });

  test('without its user verified it signs nothing', async () => {
    await browser.verifiesUser(false);
    let says: string | null = '';
    const tried: Promise<unknown>[] = [];
    const ran = run(approve, {
      async browse(address) {
        await browser.press(address);
        await browser.page.waitForFunction("document.getElementById('says').textContent !== ''");
        says = await browser.page.locator('#says').textContent();
        // Somebody whom it knows takes over: the same page signs after all.
        await browser.verifiesUser(true);
        tried.push(browser.page.getByRole('button', { disabled: false }).click());
      },
    });
    expect(await ran).toMatchObject({ exit: 0 });
    await Promise.all(tried);
    expect(says).not.toContain('Done');
  });
});
