// A passkey from its making to a signed vote: the commands, their page in a real browser, and the proof as a verifier sees it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provenBy } from '../../authority/proof.ts';
import type { Passkey } from '../../domain/runbook/passkey.schema.ts';
import { directorySchema } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { type ABrowser, aBrowser, chromiumHere } from '../../local/chromium.ts';
import { custody, type Scene } from './a-terminal.ts';
import { asked, HANDLE, shownPlan } from './an-incident.ts';

let origin: string;
let passkeys: Passkey[] = [];
beforeAll(async () => {
  // The page's port stands in people.yaml: one that is free now.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
});

const people = () => ({
  people: {
    lena: { name: 'Lena', parties: ['soc'], passkeys },
    ivo: { name: 'Ivo', parties: ['identity'] },
  },
  machines: {},
  passkeys: { rpId: 'localhost', origins: [origin] },
});

const run = (words: string[], scene: Scene = {}) =>
  custody(words, {
    views: [asked()],
    env: { CUSTODY_RUNBOOK: '/runbook' },
    // YAML takes JSON.
    files: { '/runbook/people.yaml': JSON.stringify(people()) },
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

  test('it is made, and its entry printed for people.yaml', async () => {
    const ran = await run(['passkey', 'add', 'lena', '--json'], { browse });
    expect(ran).toMatchObject({ exit: 0 });
    const { person, entry } = JSON.parse(ran.out) as { person: string; entry: Passkey };
    expect(person).toBe('lena');
    passkeys = [entry];
    expect(directorySchema.safeParse(people()).success).toBe(true);
    const again = await run(['passkey', 'add', 'ivo'], { browse });
    expect(again.out).toMatch(/^ivo:\n {2}passkeys:\n {4}- id: [\w-]+\n {6}publicKey: [\w-]+\n/);
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
