// `custody login check`: logs in once and says plainly what the identity provider can prove, and which entry makes this login somebody's.
import type { CommandFile } from './command.ts';
import { CliFailure } from './failure.ts';
import { directoryAt } from './signer.ts';
import type { Terminal } from './terminal.ts';

interface Finding {
  what: 'nonce' | 'auth_time' | 'max_age' | 'amr' | 'groups' | 'audience' | 'PKCE' | 'algorithm';
  good: boolean;
  says: string;
}

export default {
  json: true,
  examples: [
    [
      'CUSTODY_ISSUER=https://login.example.com CUSTODY_CLIENT=custody custody login check',
      'whether a login there can sign; exit code 3 where it cannot',
    ],
    ['custody login check --json', 'the provider of CUSTODY_RUNBOOK, for programs'],
  ],
  define(command, terminal, done) {
    command.action(async (options: { json?: boolean }) => {
      const { issuer, subject, findings } = await probed(terminal);
      const good = findings.every((finding) => finding.good);
      if (!good) done('input');
      if (options.json) {
        terminal.data(JSON.stringify({ issuer, subject, good, findings }));
        return;
      }
      for (const finding of findings)
        terminal.out(`${finding.good ? '✓' : '!'} ${finding.what}: ${finding.says}`);
      terminal.out(
        good
          ? `A login at ${issuer} can sign. This one is, under \`logins\` of its person in people.yaml:`
          : `A login at ${issuer} cannot sign: use keys or passkeys, or have the provider set up for it.`,
      );
      if (!good || subject === null) return;
      const { stringify } = await import('yaml');
      terminal.out(stringify([{ issuer, subject }]).trimEnd());
    });
  },
} satisfies CommandFile;

interface Probed {
  issuer: string;
  /** null: it did not come as far as that. */
  subject: string | null;
  findings: Finding[];
}

/** Clocks differ by whole seconds. */
const ROUNDED_S = 2;

async function probed(terminal: Terminal): Promise<Probed> {
  const { lacksNonce, openLogins, providerOf } = await import('./login.ts');
  const { randomNonce } = await import('openid-client');
  const { LOGIN_ALGORITHMS } = await import('../domain/runbook/issuer.schema.ts');
  const provider = providerOf(terminal, await directoryAt(terminal));
  const { issuer } = provider;
  const logins = await openLogins(terminal, provider);
  const pkce: Finding = logins.server.code_challenge_methods_supported?.includes('S256')
    ? { what: 'PKCE', good: true, says: 'S256 is supported' }
    : { what: 'PKCE', good: false, says: 'its configuration does not say that it supports S256' };
  const began = terminal.now().getTime();
  try {
    const { idToken, claims } = await logins.logIn(randomNonce(), true);
    await logins.close('That was all.');
    const tookS = (terminal.now().getTime() - began) / 1_000;
    const { decodeProtectedHeader } = await import('jose');
    const { alg = 'none' } = decodeProtectedHeader(idToken);
    const since = typeof claims.auth_time === 'number' ? claims.iat - claims.auth_time : null;
    const audiences = [claims.aud].flat();
    const methods = Array.isArray(claims.amr) ? claims.amr.map(String).join(', ') : null;
    return {
      issuer,
      subject: claims.sub,
      findings: [
        { what: 'nonce', good: true, says: 'it came back' },
        since === null
          ? { what: 'auth_time', good: false, says: 'not sent: require it for this client' }
          : { what: 'auth_time', good: true, says: 'sent' },
        since !== null && since <= tookS + ROUNDED_S
          ? { what: 'max_age', good: true, says: 'it asked for the login anew' }
          : {
              what: 'max_age',
              good: false,
              says: 'it took an older session for a fresh login, or does not say',
            },
        methods === null
          ? { what: 'amr', good: true, says: 'not sent: `amr` of people.yaml cannot be asked for' }
          : { what: 'amr', good: true, says: `sent: ${methods}` },
        ...groupsIn(claims, provider.groups),
        audiences.length === 1
          ? { what: 'audience', good: true, says: 'custody alone' }
          : { what: 'audience', good: false, says: 'the ID token is for others too' },
        LOGIN_ALGORITHMS.some((known) => known === alg)
          ? { what: 'algorithm', good: true, says: alg }
          : {
              what: 'algorithm',
              good: false,
              says: `${alg}: let it sign with ${LOGIN_ALGORITHMS.join(', ')}`,
            },
        pkce,
      ],
    };
  } catch (error) {
    await logins.close('The terminal says what is missing.');
    if (!(error instanceof CliFailure) || !lacksNonce(error)) throw error;
    const nonce: Finding = { what: 'nonce', good: false, says: 'it did not come back' };
    return { issuer, subject: null, findings: [nonce, pkce] };
  }
}

/** Asked for only where people.yaml maps them to parties. Somebody in no group may still have the claim. */
function groupsIn(claims: Readonly<Record<string, unknown>>, claim: string | null): Finding[] {
  if (claim === null) return [];
  const groups = claims[claim];
  return [
    Array.isArray(groups)
      ? { what: 'groups', good: true, says: `sent: ${groups.map(String).join(', ') || 'none'}` }
      : {
          what: 'groups',
          good: false,
          says: `not sent as \`${claim}\`: no group of people.yaml counts; have it put into ID tokens, as a list`,
        },
  ];
}
