// Logins and passkeys in people.yaml: each thing that is wrong with them, at its line and column.
import { expect, it } from 'vitest';
import { readFolder } from '../../authority/folder.ts';
import { PolicyError } from '../../authority/policy-error.ts';
import { fences, page } from '../docs/page.ts';

const KEPT = {
  'runbook.yaml': page('runbooks/small/runbook.yaml'),
  'authority.cedar': page('runbooks/small/authority.cedar'),
};
const PEOPLE = page('runbooks/small/people.yaml');

const GOOD = `issuers:
  - issuer: https://login.example.com/realms/main
    audience: custody
    maxAge: 10m
    amr: [mfa]
    groups:
      claim: teams
      parties:
        cloud: identity
passkeys:
  rpId: localhost
  origins: ['http://localhost:8417']
`;
const LOGIN = "{ issuer: 'https://login.example.com/realms/main', subject: '0042' }";
/** In shape: whether the words hold is looked at when a folder is loaded, and tried in enrolment.test.ts. */
const ENROLMENT = 'enrolment: { said: { statement: e30 }, vouched: { statement: e30 } }';
const PASSKEY = `{ id: AAAAAAAAAAAAAAAAAAAA, publicKey: pQECAyYgASFYIA, addedAt: '2026-11-01T00:00:00Z', ${ENROLMENT} }`;

/** Two people with these, before everybody of the small runbook. */
const peopleWith = (sam: string, erin = '', rest = GOOD) =>
  PEOPLE.replace(
    /^people:\n/m,
    `people:\n  zoe:\n    name: Zoe\n    parties: [soc]\n${sam}  zora:\n    name: Zora\n    parties: [soc]\n${erin}`,
  ) + rest;

function problemsOf(people: string): string[] {
  try {
    readFolder({ ...KEPT, 'people.yaml': people });
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ file, line, column, says }) => {
      const at = people.split('\n')[line - 1]?.slice(column - 1) ?? '';
      return `${file}: ${says} @ ${at}`;
    });
  }
}

const logins = (...of: string[]) => `    logins: [${of.join(', ')}]\n`;
const passkeys = (...of: string[]) => `    passkeys: [${of.join(', ')}]\n`;

it('what is right is taken', () => {
  expect(problemsOf(peopleWith(logins(LOGIN) + passkeys(PASSKEY)))).toEqual([]);
});

it('so is what docs/operations.md says of a provider that is compromised, with the logins left where they are', () => {
  const [documented = ''] = fences(page('docs/operations.md'), 'yaml').filter((text) =>
    text.startsWith('# people.yaml\nissuers:\n'),
  );
  expect(documented).toContain('revokedAt: ');
  expect(problemsOf(peopleWith(logins(LOGIN), '', documented))).toEqual([]);
  // Taken out instead, it is a folder that does not load.
  expect(problemsOf(peopleWith(logins(LOGIN), '', ''))).toHaveLength(1);
});

it.each<[string, string, RegExp, RegExp]>([
  [
    'a login at an unknown provider',
    peopleWith(logins(LOGIN.replace('main', 'other'))),
    /is not one of `issuers`/,
    /^issuer: 'https/,
  ],
  [
    'a login of two people',
    peopleWith(logins(LOGIN), logins(LOGIN)),
    /cannot be zora's too/,
    /^subject: '0042'/,
  ],
  ['a login that stands twice', peopleWith(logins(LOGIN, LOGIN)), /cannot be zoe's too/, /^subject/],
  [
    'a subject that is a number',
    peopleWith(logins(LOGIN.replace("'0042'", '42'))),
    /put it in quotes/,
    /^subject: 42/,
  ],
  [
    'a passkey of two people',
    peopleWith(passkeys(PASSKEY), passkeys(PASSKEY.replace('YIA,', 'YIB,'))),
    /cannot be zora's too/,
    /^id:/,
  ],
  [
    'one public key of two passkeys',
    peopleWith(passkeys(PASSKEY), passkeys(PASSKEY.replace('id: A', 'id: B'))),
    /cannot be zora's too/,
    /^publicKey/,
  ],
  [
    'a passkey without a site',
    peopleWith(passkeys(PASSKEY), '', ''),
    /say where passkeys are used/,
    /^\{ id: AAAA/,
  ],
  [
    'a provider without https',
    peopleWith('', '', GOOD.replace('https', 'http')),
    /must begin with https/,
    /^issuer: http:/,
  ],
  [
    'a provider with a query',
    peopleWith('', '', GOOD.replace('realms/main', 'realms?main')),
    /no \? and no #/,
    /^issuer/,
  ],
  [
    'a provider with a password',
    peopleWith('', '', GOOD.replace('login.ex', 'me:pw@login.ex')),
    /leave user name/,
    /^issuer/,
  ],
  [
    'a provider that is no address',
    peopleWith('', '', GOOD.replace('https://login.example.com/realms/main', 'login')),
    /not an address/,
    /^issuer/,
  ],
  [
    'a provider that stands twice',
    peopleWith(
      '',
      '',
      GOOD.replace(
        'issuers:\n',
        'issuers:\n  - { issuer: https://login.example.com/realms/main, audience: x }\n',
      ),
    ),
    /stands twice/,
    /^issuer/,
  ],
  ['alg none', peopleWith('', '', GOOD.replace('amr: [mfa]', 'algorithms: [none]')), /algorithms/, /^none/],
  [
    'a shared secret',
    peopleWith('', '', GOOD.replace('amr: [mfa]', 'algorithms: [RS256, HS256]')),
    /algorithms/,
    /^HS256/,
  ],
  [
    'a party that the runbook does not know',
    peopleWith('', '', GOOD.replace('cloud: identity', 'cloud: clouds')),
    /unknown party clouds/,
    /^cloud: clouds/,
  ],
  [
    'an origin with a path',
    peopleWith('', '', GOOD.replace(':8417', ':8417/page')),
    /scheme, host and port/,
    /^'http/,
  ],
  [
    'a key that is not known',
    peopleWith('', '', GOOD.replace('claim:', 'claims:')),
    /unknown key/,
    /^claims/,
  ],
])('%s is refused at its place', (_, people, says, at) => {
  const problems = problemsOf(people);
  expect(problems).toHaveLength(1);
  const [before = '', after = ''] = (problems[0] ?? '').split(' @ ');
  expect(before).toMatch(says);
  expect(before).toMatch(/^people\.yaml: /);
  expect(after).toMatch(at);
});

it('a provider on this machine may do without https', () => {
  expect(
    problemsOf(peopleWith('', '', GOOD.replace('https://login.example.com', 'http://127.0.0.1:8080'))),
  ).toEqual([]);
});
