// `custody readiness` as people read it: counts, what is in the way with who can mend it, and no list without an end.
import { expect, it } from 'vitest';
import { permissionLines } from '../../cli/screen/permissions.ts';
import { readinessLines } from '../../cli/screen/readiness.ts';
import type { Problem } from '../../domain/readiness/problem.ts';
import type { Readiness } from '../../domain/readiness/readiness.ts';
import { reportOf } from '../../domain/readiness/report.ts';
import { custody } from './a-terminal.ts';
import { NOW } from './an-incident.ts';

const ready: Readiness = {
  key: 'aws/123456789012/iam-user/ready',
  class: 'standard',
  mode: 'ask',
  owner: 'platform',
  state: 'ready',
  problems: [],
  works: ['cut'],
  notPossible: ['restrict'],
  why: null,
};
const absent: Problem = {
  kind: 'absent',
  says: 'identity-aws is not there.',
  who: 'Identity team (identity)',
  stops: ['afterwards', 'cut'],
};
const root = {
  ...ready,
  key: 'aws/123456789012/root/root',
  state: 'others' as const,
  why: 'Whoever has its mailbox.',
};
const blocked = Array.from({ length: 7 }, (_, i) => ({
  ...ready,
  key: `aws/123456789012/iam-user/u${i}`,
  class: 'watched',
  mode: 'auto' as const,
  state: 'no' as const,
  problems: [absent],
  notPossible: [],
}));

const lines = readinessLines(
  reportOf({
    at: NOW.toISOString(),
    runbook: { name: 'ours', hash: 'f'.repeat(64) },
    accounts: ['123456789012'],
    workers: [
      { name: 'orchestrator', role: 'orchestrator', there: true, says: null },
      { name: 'identity-aws', role: 'executor', there: false, says: 'nobody polls' },
      { name: 'aws', role: 'checker', there: null, says: 'Temporal cannot be reached' },
    ],
    unlisted: ['210987654321: iam:ListUsers is denied'],
    identities: [ready, root, ...blocked],
  }),
  NOW,
);

it('counts, says each problem once with whom it is about, and who can mend it', () => {
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ +1 {2}could be contained$/),
      expect.stringMatching(/^ +7 {2}could NOT be contained$/),
      expect.stringMatching(/^ +1 {2}not custody's to cut$/),
      expect.stringMatching(/^NOT LISTED, .*210987654321/),
      '  identity-aws is not there.',
      expect.stringMatching(/^ {4}stops a cut; what comes after the cut, of 7 identities: .*u4, and 2 more/),
      '    to be done by Identity team (identity)',
      expect.stringMatching(/^ {2}! {2}executor identity-aws +nobody polls$/),
      expect.stringMatching(/^ {2}\? {2}checker aws +Temporal cannot be reached$/),
      expect.stringMatching(/^ {2}watched +auto +7 not$/),
      '  aws/123456789012/root/root: Whoever has its mailbox.',
      expect.stringMatching(/^ {2}a restriction: 2 /),
    ]),
  );
  expect(lines.filter((line) => line.includes('u5'))).toEqual([]);
});

it('says what executors lack, do not take, or have not said', () => {
  const nothing = { missing: [], notTaken: [], untouchable: [], unknown: null };
  expect(
    permissionLines([
      { executor: 'one', ...nothing },
      { executor: 'two', ...nothing, missing: ['iam:X'], notTaken: ['aws/y'] },
      { executor: 'three', ...nothing, unknown: 'three is not there.' },
      {
        executor: 'four',
        ...nothing,
        untouchable: [{ key: 'aws/1/iam-user/pay', why: 'its own policy.yaml protects it (aws/*)' }],
      },
    ]),
  ).toEqual([
    'Permissions',
    '  one has all that its steps need',
    '  two lacks iam:X',
    '  two does not take aws/y, by its own policy',
    '  three is not there.',
    '  four would refuse every order about aws/1/iam-user/pay: its own policy.yaml protects it (aws/*)',
  ]);
  expect(permissionLines([])).toEqual([]);
});

it('says what it needs to know, and which words name no identity', async () => {
  const without = await custody(['readiness'], { env: {} });
  expect([without.exit, without.err]).toEqual([
    2,
    expect.stringMatching(/custody readiness needs to know:.*CUSTODY_ACCOUNT/s),
  ]);
  const nobody = await custody(['readiness', '--only', 'robot'], { env: {} });
  expect([nobody.exit, nobody.err]).toEqual([3, expect.stringContaining('type its ARN, or its KEY')]);
});
