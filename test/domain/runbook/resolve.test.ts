import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { partsIn } from '../../../domain/incident/bearings.ts';
import { buildPlan } from '../../../domain/plan/build.ts';
import type { Proposal } from '../../../domain/plan/plan.schema.ts';
import { type Known, resolveRules } from '../../../domain/runbook/resolve.ts';
import { type Runbook, runbookSchema } from '../../../domain/runbook/runbook.schema.ts';

const file = path.resolve(import.meta.dirname, '../../../runbooks/default/runbook.yaml');
const runbook = runbookSchema.parse(parse(readFileSync(file, 'utf8')));
const hash = 'a'.repeat(64);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

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
    ['federated', user('deploy-robot'), [{ fact: 'federated', value: true }]],
    ['agent', user('deploy-robot'), [{ fact: 'agent', value: true }]],
    ['business-critical', user('deploy-robot'), [{ fact: 'businessCritical', value: true }]],
    ['third-party', user('alice'), [{ fact: 'thirdParty', value: true }]],
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

describe('a kind that an executor keeps apart', () => {
  const book = changed((copy) => {
    const identity = copy.executors['identity-aws'];
    if (identity === undefined) throw new Error('the default runbook has an executor that cuts');
    const kinds = ['aws/role-session-cut-off'];
    copy.executors = {
      sessions: { ...identity, party: 'platform', kinds },
      elsewhere: { ...identity, accounts: ['999999999999'], kinds },
      ...copy.executors,
    };
  });

  it('is its own in its account, and nothing else is', () => {
    expect(rules({}, book)).toMatchObject({
      executors: { 'source-of-truth': { name: 'identity-aws' } },
      apart: { 'aws/role-session-cut-off': { name: 'sessions', party: 'platform' } },
    });
    expect(rules({}).apart).toBeUndefined();
  });

  it('gives its party a part, and its step to it', () => {
    const found = rules({}, book);
    expect(partsIn(found)).toContain('platform');
    expect(partsIn(rules({}))).not.toContain('platform');
    const step = (kind: string): Proposal => ({
      kind,
      verb: 'apply',
      phase: 'containment',
      part: 'source-of-truth',
      reversibility: 'reversible',
      target: {},
      permissions: [],
      does: kind,
      undo: '',
      check: '',
    });
    const { plan } = buildPlan(
      {
        identity: user('deploy-robot'),
        waysIn: [],
        facts: [],
        proposals: { cut: [step('aws/role-quarantine'), step('aws/role-session-cut-off')] },
        concerns: [],
      },
      found,
      {
        incident: 'incident/x',
        firstRun: 'run-1',
        strategy: 'cut',
        drill: false,
        now: '2026-11-24T03:25:00.000Z',
      },
    );
    expect(plan?.steps.map(({ kind, executor, party }) => [kind, executor, party])).toEqual([
      ['aws/role-quarantine', 'identity-aws', 'identity'],
      ['aws/role-session-cut-off', 'sessions', 'platform'],
    ]);
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

  it('names who works with the credential in its own rows, and in nobody else’s', () => {
    const till = { other: 'the till in Basel' };
    const book = changed((copy) => {
      copy.owners.unshift({
        identity: 'aws/*/iam-user/pay-*',
        party: 'service-owner',
        facts: {},
        consumers: [till],
      });
      copy.owners.push({
        tag: { key: 'team', value: 'pay' },
        party: 'soc',
        facts: {},
        consumers: [{ other: 'x' }],
      });
    });
    const tags = [{ key: 'team', value: 'pay', writable: false }];
    expect(rules({ identity: user('pay-robot') }, book).consumers).toEqual([till]);
    expect(rules({ identity: user('pay-robot'), tags, owner: 'soc' }, book).consumers).toEqual([
      { other: 'x' },
    ]);
    expect(rules({ identity: user('pay-robot'), tags }, book).consumers).toBeUndefined();
    expect(rules({}, book).consumers).toBeUndefined();
  });

  it('lets go of versions that hold what was stolen where one of its own rows says so', () => {
    const book = changed((copy) => {
      for (const row of copy.owners) if (row.party === 'service-owner') row.compromisedVersions = 'let-go';
    });
    expect(rules({}, book).letsGo).toBe(true);
    expect(rules({}).letsGo).toBeUndefined();
    expect(rules({ identity: user('alice') }, book).letsGo).toBeUndefined();
  });

  it('deletes the secret where one of its own rows says that no new credential is to come', () => {
    const book = changed((copy) => {
      for (const row of copy.owners) if (row.party === 'service-owner') row.retireSecret = 14;
    });
    expect(rules({}, book).retireSecretDays).toBe(14);
    expect(rules({}).retireSecretDays).toBeUndefined();
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

describe('an owner by tag', () => {
  const tagged = { key: 'team', value: 'platform', writable: false };
  const named = (owner: string | null, identity = user('alice'), tags = [tagged]) =>
    rules({ identity, tags, owner });

  it('is the owner where no pattern fits', () => {
    const found = named(null);
    expect(found).toMatchObject({
      owner: 'platform',
      claims: [],
      secret: null,
      phases: { recovery: { holder: 'platform' } },
    });
  });

  it.each([
    ['could have been written by the identity itself', { ...tagged, writable: true }],
    ['has another value', { ...tagged, value: 'platforms' }],
    ['has another key', { ...tagged, key: 'Team' }],
  ])('is none where the tag %s', (_, tag) => {
    expect(named(null, user('alice'), [tag])).toMatchObject({ owner: null, claims: [] });
  });

  it('and another by pattern both claim it: the SOC stands in until it names one, and no secret is anybody’s', () => {
    const robot = user('deploy-robot');
    expect(named(null, robot)).toMatchObject({
      owner: null,
      claims: ['service-owner', 'platform'],
      secret: null,
      executors: { owner: null },
      phases: { recovery: { holder: 'soc' } },
    });
    const claims = ['service-owner', 'platform'];
    expect(named('service-owner', robot)).toMatchObject({
      owner: 'service-owner',
      claims,
      secret: expect.stringContaining('secret:deploy-robot'),
    });
    expect(named('platform', robot)).toMatchObject({ owner: 'platform', claims, secret: null });
    expect(named('identity', robot)).toMatchObject({ owner: 'identity', claims, secret: null });
  });

  it('that names the same party as the pattern is no second claim', () => {
    const book = changed(({ owners }) => (owners[1]!.party = 'service-owner'));
    expect(rules({ tags: [tagged] }, book)).toMatchObject({ owner: 'service-owner', claims: [] });
  });
});

describe('the SOC’s word on the owner', () => {
  it('counts where the runbook is silent', () => {
    expect(rules({ identity: user('alice'), owner: 'platform' })).toMatchObject({
      owner: 'platform',
      phases: { recovery: { holder: 'platform' } },
    });
  });

  it('does not count against the runbook’s one word, nor for a party that it lacks', () => {
    expect(rules({ owner: 'platform' }).owner).toBe('service-owner');
    expect(rules({ identity: user('alice'), owner: 'payments' }).owner).toBeNull();
  });
});

describe('a protected identity', () => {
  it('is never cut, or by more people', () => {
    expect(rules({ identity: user('break-glass-1') }).protected).toEqual({
      why: 'It is the way in when all else is locked.',
      refused: true,
      quorum: null,
    });
    const payroll = rules({ identity: user('payroll-7') });
    expect(payroll.protected).toMatchObject({ refused: false, quorum: 3 });
    expect(payroll.gates.act.quorum).toBe(3);
    expect(payroll.gates.irreversible.quorum).toBe(2);
    expect(rules({}).gates.act.quorum).toBe(2);
  });

  it('is not asked about by fewer than its class asks for', () => {
    const book = changed(({ protected: kept }) => (kept[1]!.quorum = 2));
    const found = rules({ identity: user('payroll-7'), facts: [{ fact: 'agent', value: true }] }, book);
    expect(found.gates.act.quorum).toBe(3);
  });

  it('is not cut on a word that nobody proved', () => {
    const book = changed(({ classes }) => {
      for (const one of classes) one.gates.act.assurance = 'told';
    });
    expect(rules({}, book).gates.act.assurance).toBe('told');
    expect(rules({ identity: user('payroll-7') }, book).gates.act).not.toHaveProperty('assurance');
  });

  it('goes by the first row that fits', () => {
    const book = changed(({ protected: kept }) =>
      kept.unshift({ identity: 'aws/*/iam-user/payroll-7', why: 'Never.' }),
    );
    expect(rules({ identity: user('payroll-7') }, book).protected).toMatchObject({ refused: true });
  });
});

describe('an identity that another organisation runs', () => {
  const federated = { facts: [{ fact: 'federated', value: true }] } as const;

  it('is contained by the vendor, whose steps somebody else confirms, while the SOC keeps the outcome', () => {
    const found = rules(federated);
    expect(found.phases.containment).toMatchObject({
      holder: 'vendor',
      inward: { party: 'soc', everyMs: 15 * MINUTE },
      remindMs: 10 * MINUTE,
    });
    expect(found.byHand.map(({ phase, party, confirms }) => [phase, party, confirms])).toEqual([
      ['containment', 'vendor', 'soc'],
      ['recovery', 'vendor', 'service-owner'],
    ]);
  });

  it('without an owner is confirmed by the SOC', () => {
    expect(rules({ ...federated, identity: user('alice') }).byHand[1]?.confirms).toBe('soc');
  });
});

describe('whose own identity it is', () => {
  const suspect = (people: string[], parties: string[] = []) => ({ suspects: { people, parties } });

  it('is not named on a rung: the whole party is told', () => {
    const persons = (known: Partial<Known>) =>
      rules(known).phases.triage.ladder.rungs.map(({ person }) => person);
    expect(persons({})).toEqual([null, 'erin']);
    expect(persons(suspect(['erin']))).toEqual([null, null]);
  });

  it('is no holder, voter, rung, owner or confirmer where nobody else is of that party: the SOC stands in', () => {
    const alone = suspect(['olga', 'vera'], ['service-owner', 'vendor']);
    const found = rules({ facts: [{ fact: 'federated', value: true }], ...alone });
    expect(found).toMatchObject({ owner: null, secret: null, executors: { owner: null } });
    expect(found.phases.containment).toMatchObject({ holder: 'soc', inward: null });
    expect(found.phases.recovery.holder).toBe('soc');
    const { phases, gates, byHand } = found;
    const named = JSON.stringify({ phases, gates, byHand });
    expect(named).not.toMatch(/"(service-owner|vendor)"/);
  });

  it('of the SOC alone stays with the SOC', () => {
    expect(rules(suspect(['sam', 'erin'], ['soc'])).phases.triage.holder).toBe('soc');
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
      strategies: ['cut', 'restrict'],
      cutByMs: 4 * 60 * MINUTE,
      rediscover: false,
      byHand: [],
      protected: null,
      claims: [],
      followUps: { dueMs: 14 * DAY, exposureMs: DAY, repeatMs: DAY },
      parties: { soc: 'Security operations' },
    });
    expect(found.phases.triage).toEqual({
      holder: 'soc',
      acknowledgeMs: 10 * MINUTE,
      actMs: 30 * MINUTE,
      remindMs: null,
      inward: null,
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
