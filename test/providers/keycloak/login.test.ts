// Logins at a real Keycloak, from the command to the proof as an executor sees it. Where it could not be prepared, that is said and
// they are left out.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchedIssuerKeys } from '../../../authority/proof/fetched-keys.ts';
import { statementDigest } from '../../../authority/proof/oidc.ts';
import type { Proof } from '../../../authority/proof.ts';
import { provenOf } from '../../../authority/warrant/proving.ts';
import type { Order } from '../../../domain/plan/order.schema.ts';
import { type Directory, directorySchema } from '../../../domain/runbook/runbook.schema.ts';
import type { Saying } from '../../../domain/statement/statement.schema.ts';
import { visited } from '../../../local/plain-browser.ts';
import { keycloak } from '../../../local/servers/keycloak.mjs';
import { find } from '../../../local/servers/server.mjs';
import { type KeycloakServer, startKeycloak } from '../../../local/servers.ts';
import { custody, type Ran, type Scene } from '../../cli/a-terminal.ts';
import { asked, HANDLE, shownPlan } from '../../cli/an-incident.ts';
import { type ARealm, aRealm, BARE, CLIENT } from './a-realm.ts';

const program = await find(keycloak);
if (program === undefined)
  console.warn('Keycloak is not prepared (npm test does that; it needs Java 17 and Maven): left out.');

describe.skipIf(program === undefined)('at Keycloak', () => {
  let server: KeycloakServer | null = null;
  let realm: ARealm;
  beforeAll(async () => {
    server = await startKeycloak();
    if (server !== null) realm = await aRealm(server);
  }, 200_000);
  afterAll(() => server?.stop());

  const GROUPS = { groups: { parties: { 'identity-team': 'identity' } } };
  const people = (more: object = {}) => ({
    people: {
      lena: {
        name: 'Lena',
        parties: ['soc'],
        logins: [{ issuer: realm.issuer, subject: realm.subjects['lena'] }],
      },
    },
    machines: {},
    issuers: [{ issuer: realm.issuer, audience: CLIENT, amr: ['pwd'], ...GROUPS, ...more }],
  });
  const directoryOf = (more?: object): Directory => directorySchema.parse(people(more));

  const run = (words: string[], { who = 'lena', ...scene }: Scene & { who?: string } = {}, more?: object) =>
    custody(words, {
      views: [asked()],
      env: { CUSTODY_RUNBOOK: '/runbook' },
      // YAML takes JSON.
      files: { '/runbook/people.yaml': JSON.stringify(people(more)) },
      now: () => new Date(),
      browse(url) {
        void visited(url, realm.login(who));
        return Promise.resolve();
      },
      ...scene,
    });
  const { hash: plan } = shownPlan('replace-then-cut');
  const approve = ['approve', HANDLE, '--plan', plan.slice(0, 8), '--yes'];

  const sayingOf = ({ said }: Ran): Saying => said[0]?.saying as Saying;

  /** As an executor tries it that got this vote in an order. */
  async function atExecutor(saying: Saying, directory: Directory): Promise<Proof | undefined> {
    const order = { decisions: [saying], results: [] } as unknown as Order;
    const issuerKeys = fetchedIssuerKeys({ nowMs: Date.now });
    const now = new Date().toISOString();
    const by = { directory, takesTold: false, executor: 'identity-aws', issuerKeys, now };
    return (await provenOf(order, by)).decisions[0];
  }

  test('login check says that it can sign', async () => {
    const ran = await run(['login', 'check']);
    expect(ran).toMatchObject({ exit: 0 });
    expect(ran.out.match(/^[✓!] .+$/gm)).toEqual([
      '✓ nonce: it came back',
      '✓ auth_time: sent',
      '✓ max_age: it asked for the login anew',
      '✓ amr: sent: pwd',
      '✓ groups: sent: identity-team',
      '✓ audience: custody alone',
      '✓ algorithm: RS256',
      '✓ PKCE: S256 is supported',
    ]);
    expect(ran.out).toContain(`- issuer: ${realm.issuer}\n  subject: ${realm.subjects['lena']}`);
  });

  test('and what a client without mappers lacks', async () => {
    const ran = await run(['login', 'check'], {}, { audience: BARE });
    expect(ran).toMatchObject({ exit: 3 });
    expect(ran.out).toContain('✓ amr: not sent');
    expect(ran.out).toContain('! groups: not sent as `groups`');
    const vote = await run(approve, {}, { audience: BARE });
    expect(vote).toMatchObject({ exit: 8, said: [] });
    expect(vote.err).toContain('lacks what people.yaml asks for: pwd (amr)');
  });

  test('a vote holds at an executor: nonce, time, method, and the party of a group', async () => {
    const ran = await run(approve);
    expect(ran).toMatchObject({ exit: 0, out: 'Counted.\n' });
    expect(await atExecutor(sayingOf(ran), directoryOf())).toMatchObject({
      holds: true,
      assurance: 'signed',
      statement: { message: 'decide', plan },
      speaker: { id: 'lena', parties: ['soc', 'identity'] },
      issuerKey: { issuer: realm.issuer, jwk: { kty: 'RSA' } },
    });
  });

  test('the login of one vote is none for another', async () => {
    const [one, another] = [sayingOf(await run(approve)), sayingOf(await run(approve))];
    expect(statementDigest(one.statement)).not.toBe(statementDigest(another.statement));
    const swapped = { statement: one.statement, proof: another.proof } as Saying;
    expect(await atExecutor(swapped, directoryOf())).toMatchObject({
      holds: false,
      reason: expect.stringContaining('its nonce differs'),
    });
  });

  test('a login from before its statement is none', async () => {
    const later = await run(approve, { now: () => new Date(Date.now() + 600_000) });
    expect(later).toMatchObject({ exit: 8, said: [] });
    expect(later.err).toContain('The ID token is older than the statement');
  });

  test('a login to another client of the realm is none', async () => {
    const other = sayingOf(await run(approve, {}, { audience: BARE, amr: undefined }));
    expect(await atExecutor(other, directoryOf())).toMatchObject({
      holds: false,
      reason: expect.stringContaining('another audience'),
    });
  });

  test("somebody else's login is none", async () => {
    const ran = await run([...approve, '--me', 'lena'], { who: 'bob' });
    expect(ran).toMatchObject({ exit: 8, said: [] });
    expect(ran.err).toContain("not lena's");
  });
});
