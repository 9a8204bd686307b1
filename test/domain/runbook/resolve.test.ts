import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { type Known, resolveRules } from '../../../domain/runbook/resolve.ts';
import { type Runbook, runbookSchema } from '../../../domain/runbook/runbook.schema.ts';

const file = path.resolve(import.meta.dirname, '../../../runbooks/default/runbook.yaml');
const runbook = runbookSchema.parse(parse(readFileSync(file, 'utf8')));
const hash = 'a'.repeat(64);
const MINUTE = 60_000;

const user = (reference: string, account: string | null = '123456789012') => ({
  provider: 'aws',
  account,
  kind: 'iam-user',
  reference,
});
const rules = (known: Partial<Known>, book: Runbook = runbook) =>
  resolveRules(book, hash, { identity: user('deploy-robot'), facts: [], ...known });
const changed = (change: (book: Runbook) => void): Runbook => {
  const copy = structuredClone(runbook);
  change(copy);
  return copy;
};

describe('the class of an identity', () => {
  it.each([
    ['ci-cd', user('deploy-robot'), []],
    ['standard', user('alice'), []],
    ['privileged', user('alice'), [{ fact: 'privileged', value: true }]],
    ['standard', user('alice'), [{ fact: 'privileged', value: false }]],
    [
      'ci-cd',
      user('alice'),
      [
        { fact: 'privileged', value: true },
        { fact: 'ciCd', value: true },
      ],
    ],
    [
      'privileged',
      user('alice'),
      [
        { fact: 'privileged', value: true },
        { fact: 'privileged', value: false },
      ],
    ],
    ['ci-cd', user('deploy-robot'), [{ fact: 'ciCd', value: false }]],
  ] as const)('is %s', (name, identity, facts) => {
    expect(rules({ identity, facts }).class).toBe(name);
  });

  it('does not rest on a fact that nobody knows, not even on its absence', () => {
    const book = changed(({ classes }) =>
      classes.unshift({ ...classes[0]!, name: 'internal', when: { externallyExposed: false } }),
    );
    expect(rules({}, book).class).toBe('ci-cd');
    expect(rules({ facts: [{ fact: 'externallyExposed', value: false }] }, book).class).toBe('internal');
  });

  it('that a runbook lacks is an error, not a guess', () => {
    const book = changed((copy) => copy.classes.pop());
    expect(() => rules({ identity: user('alice') }, book)).toThrow(RangeError);
  });
});

describe('the owner of an identity', () => {
  it('holds its recovery, and keeps its secret', () => {
    expect(rules({})).toMatchObject({
      owner: 'service-owner',
      secret: expect.stringContaining('secret:deploy-robot'),
      executors: {
        'source-of-truth': { name: 'identity-aws', party: 'identity' },
        owner: { name: 'owner-aws', party: 'service-owner' },
      },
      phases: { recovery: { holder: 'service-owner' } },
    });
  });

  it('who is not known is replaced by the SOC, everywhere, and nobody re-issues', () => {
    const found = rules({ identity: user('alice') });
    expect(found).toMatchObject({
      owner: null,
      secret: null,
      executors: { owner: null },
      phases: { recovery: { holder: 'soc' } },
    });
    expect(found.phases.recovery.ladder.rungs.map(({ tell }) => tell)).toEqual(['soc', 'soc']);
    expect(found.gates.irreversible.parties).toEqual(['identity', 'soc']);
  });

  it('that is a party of its own stands wherever the class says service-owner', () => {
    const book = changed((copy) => {
      copy.parties.payments = { title: 'Payments' };
      copy.owners.unshift({ identity: 'aws/*/iam-user/pay-*', party: 'payments', facts: {} });
    });
    const found = rules({ identity: user('pay-robot') }, book);
    expect(found).toMatchObject({
      owner: 'payments',
      secret: null,
      phases: { recovery: { holder: 'payments' } },
    });
    expect(found.gates.irreversible.parties).toEqual(['identity', 'payments']);
    expect(found.executors.owner).toEqual({ name: 'owner-aws', party: 'service-owner' });
  });

  it('prefers its own executor', () => {
    const book = changed((copy) => {
      copy.executors['pay-aws'] = {
        party: 'payments',
        provider: 'aws',
        accounts: ['123456789012'],
        part: 'owner',
      };
      copy.owners.unshift({ identity: 'aws/*/iam-user/pay-*', party: 'payments', facts: {} });
    });
    expect(rules({ identity: user('pay-robot') }, book).executors.owner?.name).toBe('pay-aws');
    expect(rules({}, book).executors.owner?.name).toBe('owner-aws');
  });
});

describe('executors and checkers', () => {
  it.each([
    ['another account', user('deploy-robot', '999999999999')],
    ['no account', user('deploy-robot', null)],
    ['another provider', { ...user('deploy-robot'), provider: 'gcp' }],
  ])('do nothing for %s', (_, identity) => {
    expect(rules({ identity })).toMatchObject({
      checker: null,
      executors: { 'source-of-truth': null, owner: null },
    });
  });

  it('of all accounts act in each', () => {
    const book = changed((copy) => {
      copy.executors['identity-aws']!.accounts = ['*'];
      copy.checkers.aws!.accounts = ['*'];
    });
    expect(rules({ identity: user('x', '999999999999') }, book)).toMatchObject({
      checker: 'aws',
      executors: { 'source-of-truth': { name: 'identity-aws' } },
    });
  });
});

describe('the rules', () => {
  it('are plain JSON with times in milliseconds, under the runbook’s hash', () => {
    const found = rules({});
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(found).toMatchObject({
      runbook: hash,
      propagationMs: MINUTE,
      orders: { pickUpMs: 2 * MINUTE, runMs: 10 * MINUTE, againMs: 30_000 },
      strategies: ['cut'],
      parties: { soc: 'Security operations' },
    });
    expect(found.phases.triage).toEqual({
      holder: 'soc',
      acknowledgeMs: 10 * MINUTE,
      actMs: 30 * MINUTE,
      calendar: null,
      ladder: {
        rungs: [
          { afterMs: MINUTE, tell: 'soc', person: null, rotation: null },
          { afterMs: 5 * MINUTE, tell: 'soc', person: 'erin', rotation: null },
        ],
        repeatMs: 10 * MINUTE,
        fallback: [{ do: 'hand-off', to: 'platform' }, { do: 'hold' }],
      },
    });
  });

  it('do not change the runbook', () => {
    const before = JSON.stringify(runbook);
    rules({ identity: user('alice') });
    expect(JSON.stringify(runbook)).toBe(before);
  });
});
