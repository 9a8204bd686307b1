// `automatic` in policy.yaml: what could never work, or would mean more than is meant, is found when the folder is read.
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readExecutorFolder } from '../../authority/executor-folder.ts';
import type { AutomaticPolicy } from '../../authority/policy.schema.ts';
import { fences, page } from '../docs/page.ts';

const files = Object.fromEntries(
  fences(page('docs/runbook.md'), 'yaml').map((content) => [/^# (\S+)\n/.exec(content)?.[1] ?? '', content]),
);

const AUTOMATIC: AutomaticPolicy = {
  classes: [{ name: 'workload', when: { workload: true, privileged: false }, unless: ['businessCritical'] }],
  kinds: ['aws/quarantine-auto'],
  perAccount: 5,
  share: 3,
  reserve: { privileged: 1 },
  findings: { detectors: [{ region: 'us-east-1', id: 'd1' }], severity: 7, maxAge: '1h' },
};

function read(change: object) {
  const policy = parse(files['policy.yaml'] ?? '') as { kinds: string[] };
  const automatic = { ...AUTOMATIC, ...change };
  const kinds = [...policy.kinds, 'aws/quarantine-auto'];
  return readExecutorFolder({ ...files, 'policy.yaml': stringify({ ...policy, kinds, automatic }) });
}

it('is read as it is written', () => {
  expect(read({}).policy.automatic).toEqual(AUTOMATIC);
});

it.each([
  [
    'a kind that is none of its own',
    { kinds: ['aws/other'] },
    /aws\/other is not one of this executor's kinds/,
  ],
  ['a share above the account’s budget', { share: 6 }, /it must be 5 at the most/],
  ['all of the share kept', { reserve: { privileged: 3 } }, /all of the share of 3 would be kept/],
  [
    'a class twice',
    { classes: [...AUTOMATIC.classes, ...structuredClone(AUTOMATIC.classes)] },
    /the class workload stands there twice/,
  ],
  ['no class', { classes: [] }, /classes/],
  ['a fact that nobody knows of', { classes: [{ name: 'x', when: { shiny: true } }] }, /shiny/],
  ['no detector', { findings: { ...AUTOMATIC.findings, detectors: [] } }, /detectors/],
  ['no age', { findings: { ...AUTOMATIC.findings, maxAge: 'a while' } }, /a duration such as/],
  ['a budget of none', { perAccount: 0 }, /perAccount/],
  ['a word more', { always: true }, /always/],
] as const)('is refused with %s', (_, change, says) => {
  expect(() => read(change)).toThrow(says);
});
