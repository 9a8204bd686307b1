import { expect, it } from 'vitest';
import { personOrWorkload, type Signs, usedInWords } from '../../../providers/aws/person-or-workload.ts';

const NOW = '2026-11-24T03:12:00.000Z';
const YESTERDAY = '2026-11-23T03:12:00.000Z';
const LAST_YEAR = '2025-11-24T03:12:00.000Z';

const use = (at: string | null) => ({ userName: 'robot', at, service: 's3', region: 'eu-central-1' });
const key = (at: string | null) => ({ id: 'AKIAROBOT', use: use(at) });

const robot: Signs = {
  consolePassword: false,
  mfaDevices: 0,
  passwordUsedAt: null,
  programmatic: 1,
  keys: [key(YESTERDAY)],
};

it.each<[string, Partial<Signs>, { human?: boolean; workload?: boolean }]>([
  ['a key in use and no sign of a person', {}, { human: false, workload: true }],
  ['a key that was never used', { keys: [key(null)] }, { human: false }],
  ['a key that AWS does not know', { keys: [{ id: 'AKIAROBOT', use: null }] }, { human: false }],
  ['a key that was used long ago', { keys: [key(LAST_YEAR)] }, { human: false }],
  ['a console password beside a key in use', { consolePassword: true }, { human: true }],
  [
    'a console password and nothing else',
    { consolePassword: true, programmatic: 0, keys: [] },
    { human: true, workload: false },
  ],
  ['an MFA device', { mfaDevices: 1 }, { human: true }],
  ['a console password that is gone, used yesterday', { passwordUsedAt: YESTERDAY }, { human: true }],
  ['a console password that is gone, used last year', { passwordUsedAt: LAST_YEAR }, {}],
  ['MFA devices that could not be read', { mfaDevices: null }, {}],
  [
    'MFA devices that could not be read, and a console password',
    { mfaDevices: null, consolePassword: true },
    { human: true },
  ],
  ['no way in at all', { programmatic: 0, keys: [] }, { human: false, workload: false }],
  ['another credential than a key', { keys: [] }, { human: false }],
])('%s', (_, signs, expected) => {
  const facts = personOrWorkload({ ...robot, ...signs }, NOW);
  expect(Object.fromEntries(facts.map(({ fact, value }) => [fact, value]))).toEqual(expected);
});

it('names what it saw', () => {
  const evidence = (signs: Partial<Signs>) =>
    personOrWorkload({ ...robot, ...signs }, NOW).map((one) => one.evidence);
  expect(evidence({ keys: [key(LAST_YEAR), { ...key(YESTERDAY), id: 'AKIANEWER' }] })).toEqual([
    'iam:GetLoginProfile, iam:ListMFADevices, iam:GetUser: no console password, no MFA device, no console use on record',
    `iam:GetAccessKeyLastUsed: no sign of a person, and the key AKIANEWER was last used at ${YESTERDAY} for s3 in eu-central-1`,
  ]);
  expect(evidence({ consolePassword: true, passwordUsedAt: LAST_YEAR })).toEqual([
    `iam:GetLoginProfile, iam:GetUser: has a console password, last used at ${LAST_YEAR}`,
  ]);
  expect(evidence({ mfaDevices: 2 })).toEqual(['iam:ListMFADevices: has 2 MFA devices']);
});

it('says a use without a service or a region', () => {
  expect(usedInWords({ ...use(YESTERDAY), region: null })).toBe(`at ${YESTERDAY} for s3`);
  expect(usedInWords({ ...use(YESTERDAY), service: null, region: null })).toBe(`at ${YESTERDAY}`);
});
