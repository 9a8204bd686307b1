// The parts of the set-up that decide: versions, which suite a file is in, what of the environment goes on.
import { expect, test } from 'vitest';
import { suiteOf } from '../../local/suites.mjs';
import { withoutTheirs } from '../../local/surroundings.mjs';
import { isAtLeast } from '../../local/tools.mjs';

test.each([
  ['1.85.0', '1.85', true],
  ['1.84.9', '1.85', false],
  ['20.9.0', '20.19', false],
  ['22.0.0', '20.19', true],
  ['17', '11', true],
])('%s is at least %s: %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected);
});

test.each([
  ['test/domain/incident/decide.test.ts', 'unit'],
  ['test/attacker/thief.test.ts', 'providers'],
  ['test/workflows', 'workflows'],
])('%s is in %s', (file, suite) => {
  expect(suiteOf(file)).toBe(suite);
});

test('no credential, server or key of the person who runs it reaches a test', () => {
  const environment = {
    PATH: '/bin',
    AWS_PROFILE: 'production',
    AWS_SECRET_ACCESS_KEY: 'secret',
    TEMPORAL_ADDRESS: 'production:7233',
    CUSTODY_KEY: '/home/me/key.json',
    CUSTODY_ISSUER: 'https://login.production',
    CUSTODY_CLIENT: 'production',
    CUSTODY_RUNS: '5',
  };
  const kept = withoutTheirs(environment);
  expect(kept).toMatchObject({ PATH: '/bin', CUSTODY_RUNS: '5', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  expect(Object.values(kept).join()).not.toMatch(/production|secret|home/);
});
