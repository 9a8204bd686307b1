// Signing by a login at a real identity provider, from the command to the proof as a verifier sees it.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fetchedIssuerKeys } from '../../authority/proof/fetched-keys.ts';
import { provenBy } from '../../authority/proof.ts';
import { directorySchema, type Directory } from '../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { visited } from '../../local/plain-browser.ts';
import { custody, type Ran, type Scene } from './a-terminal.ts';
import { asked, fresh, HANDLE } from './an-incident.ts';
import { anIdentityProvider, type AnIdentityProvider, CLIENT } from './an-identity-provider.ts';

let provider: AnIdentityProvider;
let page: Promise<string>;

beforeAll(async () => {
  provider = await anIdentityProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.person = { subject: 'sub-lena', amr: ['pwd', 'mfa'], groups: [] };
  provider.bent.withoutNonce = false;
  provider.logins = 0;
});

const browsed = async (url: string): Promise<string> => (await visited(url)).page;

const people = (more: object = {}) => ({
  people: {
    lena: { name: 'Lena', parties: ['soc'], logins: [{ issuer: provider.issuer, subject: 'sub-lena' }] },
    ivo: { name: 'Ivo', parties: ['identity'] },
  },
  machines: {},
  issuers: [{ issuer: provider.issuer, audience: CLIENT, ...more }],
});
const directoryOf = (more?: object): Directory => directorySchema.parse(people(more));

const run = (words: string[], scene: Scene = {}, more?: object) =>
  custody(words, {
    views: [asked()],
    env: { CUSTODY_RUNBOOK: '/runbook' },
    // YAML takes JSON.
    files: { '/runbook/people.yaml': JSON.stringify(people(more)) },
    now: () => new Date(),
    browse(url) {
      page = browsed(url);
      return Promise.resolve();
    },
    ...scene,
  });

const provenOf = (ran: Ran, directory = directoryOf()) =>
  provenBy(
    ran.said[0]?.saying as Saying,
    directory,
    new Date().toISOString(),
    fetchedIssuerKeys({ nowMs: Date.now }),
  );

test('the login is the proof: found by its subject, with a nonce of what was shown, authenticated afresh', async () => {
  const ran = await run(['note', HANDLE, 'the vendor is called', '--yes']);
  expect(ran).toMatchObject({ exit: 0, out: 'Counted.\n' });
  expect(ran.err).toContain(`Log in here: ${provider.issuer}`);
  expect(await page).toBe('Signed. You can close this window.\n');
  expect(await provenOf(ran)).toMatchObject({
    holds: true,
    assurance: 'signed',
    speaker: { id: 'lena', parties: ['soc'] },
    issuerKey: { issuer: provider.issuer, jwk: { kid: 'real-1' } },
  });
  // Once to know who it is, and once more for this statement, whatever session there was.
  expect(provider.logins).toBe(2);
});

test('nobody is sent to a provider that is revoked: it would prove nothing', async () => {
  const revokedAt = new Date(Date.now() - 60_000).toISOString();
  const words = ['ack', HANDLE, '--yes', '--login', '--me', 'lena'];
  for (const env of [
    { CUSTODY_RUNBOOK: '/runbook' },
    { CUSTODY_RUNBOOK: '/runbook', CUSTODY_ISSUER: provider.issuer },
  ]) {
    const ran = await run(words, { env }, { revokedAt });
    expect(ran).toMatchObject({ exit: 2, said: [] });
    expect(ran.err).toContain('is revoked in people.yaml');
  }
  expect(
    (
      await run(
        words.filter((one) => one !== '--login'),
        {},
        { revokedAt },
      )
    ).err,
  ).toContain('CUSTODY_KEY');
  expect(provider.logins).toBe(0);
  const later = new Date(Date.now() + 3_600_000).toISOString();
  expect(await run(words, {}, { revokedAt: later })).toMatchObject({ exit: 0 });
});

test('who says who they are logs in once', async () => {
  const ran = await run(['ack', HANDLE, '--yes', '--me', 'lena']);
  expect(ran.exit).toBe(0);
  expect(provider.logins).toBe(1);
  expect(await provenOf(ran)).toMatchObject({ holds: true });
});

test('a group that is mapped counts for whoever verifies', async () => {
  const groups = { groups: { parties: { 'cloud-team': 'identity' } } };
  provider.person.groups = ['cloud-team'];
  const ran = await run(['ack', HANDLE, '--yes'], {}, groups);
  expect(await provenOf(ran, directoryOf(groups))).toMatchObject({
    speaker: { parties: ['soc', 'identity'] },
  });
});

test('without a directory the provider is named by the environment, and the person by themselves', async () => {
  const env = { CUSTODY_ISSUER: provider.issuer, CUSTODY_CLIENT: CLIENT };
  expect(await provenOf(await run(['ack', HANDLE, '--yes', '--me', 'lena'], { env }))).toMatchObject({
    holds: true,
  });
  const unnamed = await run(['ack', HANDLE, '--yes'], { env });
  expect(unnamed).toMatchObject({ exit: 2, said: [] });
  expect(unnamed.err).toContain('--me PERSON');
  const clientless = await run(['ack', HANDLE, '--yes', '--me', 'lena'], {
    env: { CUSTODY_ISSUER: provider.issuer },
  });
  expect(clientless).toMatchObject({ exit: 2, said: [] });
  expect(clientless.err).toContain('CUSTODY_CLIENT');
});

test.each<[string, () => void, string[], object, RegExp]>([
  [
    'a login that is nobody’s',
    () => void (provider.person.subject = 'sub-x'),
    [],
    {},
    /sub-x at .* is nobody's/,
  ],
  [
    "somebody else's login",
    () => void (provider.person.subject = 'sub-x'),
    ['--me', 'lena'],
    {},
    /not lena's/,
  ],
  ['a person without a login', () => {}, ['--me', 'ivo'], {}, /not ivo's/],
  ['a method that is asked for and was not used', () => {}, [], { amr: ['hwk'] }, /lacks .* hwk/],
  [
    'a provider that loses the nonce',
    () => void (provider.bent.withoutNonce = true),
    ['--me', 'lena'],
    {},
    /nonce/,
  ],
  ['an algorithm that is not allowed', () => {}, [], { algorithms: ['RS256'] }, /not signed with RS256/],
])('nothing is sent for %s', async (_, change, words, more, reason) => {
  change();
  const ran = await run(['note', HANDLE, 'x', '--yes', ...words], {}, more);
  expect(ran).toMatchObject({ exit: 8, said: [] });
  expect(ran.err).toMatch(reason);
  expect(await page).toContain('Nothing was signed');
});

test('what a page that is not the provider sends back is not taken', async () => {
  const ran = run(['ack', HANDLE, '--yes', '--me', 'lena'], {
    async browse(url) {
      const back = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
      for (const query of ['', '?code=stolen', '?code=stolen&state=guessed', '?error=access_denied&state='])
        expect((await fetch(`${back.href}${query}`)).status).toBe(404);
      page = browsed(url);
    },
  });
  expect(await ran).toMatchObject({ exit: 0 });
});

test('where there is no browser the address is enough', async () => {
  const ran = await run(['ack', HANDLE, '--yes', '--me', 'lena'], {
    browse(url) {
      page = browsed(url);
      return Promise.reject(new Error('no display'));
    },
  });
  expect(ran.exit).toBe(0);
  expect(ran.err).toContain('open the address yourself');
});

test('a provider that is not there is said so, with what to do', async () => {
  const env = { CUSTODY_ISSUER: 'http://127.0.0.1:1', CUSTODY_CLIENT: CLIENT };
  const ran = await run(['ack', HANDLE, '--yes', '--me', 'lena'], { env, views: [fresh()] });
  expect(ran).toMatchObject({ exit: 6, said: [] });
  expect(ran.err).toContain('sign with a key');
  const far = await run(['ack', HANDLE, '--yes', '--me', 'lena'], {
    env: { CUSTODY_ISSUER: 'http://login.example.com', CUSTODY_CLIENT: CLIENT },
  });
  expect(far).toMatchObject({ exit: 2, said: [] });
  expect(far.err).toContain('https://');
});

test('login check says what the provider can prove, and whose login it is', async () => {
  const ran = await run(['login', 'check']);
  expect(ran.exit).toBe(0);
  expect(ran.out.match(/^✓ .+$/gm)).toEqual([
    '✓ nonce: it came back',
    '✓ auth_time: sent',
    '✓ max_age: it asked for the login anew',
    '✓ amr: sent: pwd, mfa',
    '✓ audience: custody alone',
    '✓ algorithm: ES256',
    '✓ PKCE: S256 is supported',
  ]);
  expect(ran.out).toContain(`- issuer: ${provider.issuer}\n  subject: sub-lena`);
});

test.each([
  ['groups', ['a', 'b'], 0, '✓ groups: sent: a, b'],
  ['groups', [], 0, '✓ groups: sent: none'],
  ['roles', ['a'], 3, '! groups: not sent as `roles`'],
])('login check of groups in the claim %s: %s', async (claim, groups, exit, says) => {
  provider.person.groups = groups;
  const ran = await run(['login', 'check'], {}, { groups: { claim, parties: { a: 'identity' } } });
  expect(ran).toMatchObject({ exit, out: expect.stringContaining(says) });
});

test('and what it cannot', async () => {
  provider.bent.withoutNonce = true;
  const ran = await run(['login', 'check', '--json']);
  expect(ran.exit).toBe(3);
  expect(JSON.parse(ran.out)).toMatchObject({
    good: false,
    subject: null,
    findings: [
      { what: 'nonce', good: false },
      { what: 'PKCE', good: true },
    ],
  });
});
