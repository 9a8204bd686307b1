// What an executor must have seen for itself before it acts without people: one rightful case, bent in every place.
import { describe, expect, it } from 'vitest';
import { ownWearers, strangers } from '../../authority/automatic/budget.ts';
import { automaticChecks, whyAskPeople } from '../../authority/automatic/checks.ts';
import type { AutomaticFacts } from '../../authority/automatic/seen.ts';
import { type Act, askedOf } from '../../authority/ledger/act.ts';
import { plus } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { SourceFinding } from '../../domain/provider/provider.ts';
import { identity, KEY, NOW, plan, SEEN_AT, step } from './rightful.ts';

const QUARANTINE = 'aws/quarantine';
const KEY_ID = 'AKIAIOSFODNN7STOLEN1';
const HASH = 'a'.repeat(64);
const auto: Plan = { ...plan, mode: 'auto', class: 'workload' };

const order: Order = {
  id: 'order-1',
  incident: plan.incident,
  firstRun: plan.firstRun,
  plan: auto,
  step: 's1',
  decisions: [],
  results: [],
  finding: { source: 'guardduty', id: 'finding-1' },
  head: 'b'.repeat(64),
  orderedAt: NOW,
};

const finding: SourceFinding = {
  id: 'finding-1',
  account: '123456789012',
  identity: { kind: 'iam-user', reference: 'deploy-robot' },
  credential: KEY_ID,
  severity: 8,
  archived: false,
  sample: false,
  ownRule: null,
  seenAt: SEEN_AT,
};

const rightful: AutomaticFacts = {
  order,
  step: step('s1', QUARANTINE),
  hash: HASH,
  policy: {
    classes: [
      { name: 'workload', when: { workload: true, privileged: false }, unless: ['businessCritical'] },
      { name: 'privileged', when: { privileged: true }, unless: [] },
    ],
    kinds: [QUARANTINE, 'aws/no-sessions'],
    perAccount: 5,
    share: 3,
    reserve: { privileged: 1 },
    findings: { detectors: [{ region: 'us-east-1', id: 'd1' }], severity: 7, maxAge: '1h' },
  },
  discovery: {
    identity,
    waysIn: [
      {
        kind: 'access-key',
        id: KEY_ID,
        status: 'Active',
        createdAt: null,
        lastUsedAt: null,
        stolen: false,
      },
    ],
    facts: [
      { fact: 'workload', value: true, evidence: 'read' },
      { fact: 'privileged', value: false, evidence: 'read' },
    ],
  },
  finding,
  wearers: [],
  quarantine: QUARANTINE,
  acts: [],
  now: NOW,
};

const keyOfRobot = (i: number | string) => `aws/123456789012/iam-user/robot-${i}`;
const act = (key: string, change: Partial<Act> = {}): Act => ({
  ...askedOf(auto, step('s1', QUARANTINE), HASH, 'order-1'),
  key,
  at: plus(NOW, -60_000),
  step: 's1',
  finding: `finding of ${key}`,
  ended: { at: NOW, as: 'done' },
  ...change,
});
const robots = (count: number) => Array.from({ length: count }, (_, i) => keyOfRobot(i));
const LONG_AGO = plus(NOW, -3_600_000);
const found = (change: Partial<SourceFinding>): Partial<AutomaticFacts> => ({
  finding: { ...finding, ...change },
});
const facts = (...read: [string, boolean][]): Partial<AutomaticFacts> => ({
  discovery: {
    ...rightful.discovery,
    facts: read.map(([fact, value]) => ({ fact, value, evidence: 'read' })),
  },
});
const ofPrivileged: Partial<AutomaticFacts> = {
  ...facts(['privileged', true]),
  order: { ...order, plan: { ...auto, class: 'privileged' } },
};

describe('people need not be asked', () => {
  const rows: [string, Partial<AutomaticFacts>][] = [
    ['where all of it was seen', {}],
    ['for the last of the share', { acts: [act(keyOfRobot(1))] }],
    ['for the last of the account', { wearers: robots(3) }],
    [
      'for what it has put on already, although all is used up',
      { wearers: [...robots(9), KEY], acts: [act(KEY, { plan: HASH })] },
    ],
    [
      'for a second step, where the quarantine is worn',
      { step: step('s2', 'aws/no-sessions'), wearers: [KEY] },
    ],
    ['again, on the same plan by the same finding', { acts: [act(KEY, { finding: 'finding-1' })] }],
    [
      'by a finding on which nothing was done',
      {
        acts: [act(KEY, { finding: 'finding-1', plan: 'c'.repeat(64), ended: { at: NOW, as: 'withdrawn' } })],
      },
    ],
    [
      'for a privileged identity, of what is kept for it',
      { ...ofPrivileged, acts: [act(keyOfRobot(1)), act(keyOfRobot(2))] },
    ],
    ['for a privileged identity, of what the account keeps for it', { ...ofPrivileged, wearers: robots(4) }],
    [
      'where what it cut has long been taken off',
      { acts: robots(9).map((key) => act(key, { at: LONG_AGO })) },
    ],
    [
      'where what it cut was taken off by it just now',
      { acts: robots(9).flatMap((key) => [act(key), act(key, { verb: 'undo', finding: null })]) },
    ],
    [
      'where it withdrew from what it would have cut',
      { acts: robots(9).map((key) => act(key, { ended: { at: NOW, as: 'withdrawn' } })) },
    ],
  ];
  it.each(rows)('%s', (_, change) => {
    expect(whyAskPeople({ ...rightful, ...change })).toBeNull();
  });
});

describe('people are asked', () => {
  const rows: [string, string, Partial<AutomaticFacts>][] = [
    ['findingExists', 'where the source knows no such finding', { finding: null }],
    ['findingExists', 'where the source told of another finding', found({ id: 'finding-2' })],
    ['findingIsTheSources', 'by a rule of the account', found({ ownRule: "the account's own rule x" })],
    ['findingIsNoSample', 'by a sample', found({ sample: true })],
    ['findingIsNotArchived', 'by an archived finding', found({ archived: true })],
    ['findingNamesThisIdentity', 'by a finding about nobody', found({ identity: null })],
    [
      'findingNamesThisIdentity',
      'by a finding about another user',
      found({ identity: { kind: 'iam-user', reference: 'somebody' } }),
    ],
    [
      'findingNamesThisIdentity',
      'by a finding about a role of that name',
      found({ identity: { kind: 'iam-role', reference: 'deploy-robot' } }),
    ],
    ['findingNamesThisIdentity', 'by a finding in another account', found({ account: '999999999999' })],
    ['findingNamesThisIdentity', 'by a finding in no account', found({ account: null })],
    ['findingNamesItsCredential', 'by a finding without a key', found({ credential: null })],
    [
      'findingNamesItsCredential',
      'by a finding about a session',
      found({ credential: 'ASIAIOSFODNN7SESSION' }),
    ],
    [
      'findingNamesItsCredential',
      'where the key is another way in',
      {
        discovery: {
          ...rightful.discovery,
          waysIn: rightful.discovery.waysIn.map((way) => ({ ...way, kind: 'certificate' })),
        },
      },
    ],
    ['findingIsSevereEnough', 'by a finding of less severity', found({ severity: 6.9 })],
    ['findingIsOfItsTime', 'by an old finding', found({ seenAt: plus(NOW, -3_600_001) })],
    ['findingIsOfItsTime', 'by a finding from the future', found({ seenAt: plus(NOW, 120_000) })],
    ['findingIsOfItsTime', 'by a finding without a time', found({ seenAt: null })],
    [
      'findingIsNotUsedUp',
      'by a finding on which another plan was acted on',
      { acts: [act(KEY, { finding: 'finding-1', plan: 'c'.repeat(64) })] },
    ],
    [
      'findingIsNotUsedUp',
      'by one on which an act was cut short',
      { acts: [act(KEY, { finding: 'finding-1', plan: 'c'.repeat(64), ended: null })] },
    ],
    [
      'identityIsThere',
      'where there is no such identity',
      { discovery: { ...rightful.discovery, identity: null } },
    ],
    [
      'identityIsThere',
      'where another was found',
      { discovery: { ...rightful.discovery, identity: { ...identity, reference: 'somebody' } } },
    ],
    [
      'classIsAsRead',
      'where the plan claims a class that the policy has not',
      { order: { ...order, plan: { ...auto, class: 'other' } } },
    ],
    [
      'classIsAsRead',
      'where the plan claims a higher class than is read',
      { order: { ...order, plan: { ...auto, class: 'privileged' } } },
    ],
    ['classIsAsRead', 'where it is privileged', facts(['workload', true], ['privileged', true])],
    ['classIsAsRead', 'where nobody knows whether it is privileged', facts(['workload', true])],
    [
      'classIsAsRead',
      'where it is said to be business-critical',
      facts(['workload', true], ['privileged', false], ['businessCritical', true]),
    ],
    ['quarantineComesFirst', 'to put on what is not counted', { step: step('s2', 'aws/no-sessions') }],
    ['budgetIsLeft', 'when the share is used up', { acts: [act(keyOfRobot(1)), act(keyOfRobot(2))] }],
    [
      'budgetIsLeft',
      'when the share is used up, long ago, and still worn',
      { acts: [1, 2].map((i) => act(keyOfRobot(i), { at: LONG_AGO })), wearers: robots(3) },
    ],
    [
      'budgetIsLeft',
      'when the share is used up by what may have been done',
      {
        acts: [act(keyOfRobot(1), { ended: null }), act(keyOfRobot(2), { ended: { at: NOW, as: 'failed' } })],
      },
    ],
    ['budgetIsLeft', 'when the account’s budget is used up by others', { wearers: robots(4) }],
    [
      'budgetIsLeft',
      'when it is used up by others and by what the account does not show yet',
      { wearers: robots(3), acts: [act(keyOfRobot('new'))] },
    ],
    [
      'budgetIsLeft',
      'for a privileged identity, when the whole share is used up',
      { ...ofPrivileged, acts: robots(3).map((key) => act(key)) },
    ],
    [
      'budgetIsLeft',
      'for a privileged identity, when the whole account’s is',
      { ...ofPrivileged, wearers: robots(5) },
    ],
    [
      'budgetIsLeft',
      'when what it took off was put on again by somebody',
      {
        acts: robots(2).flatMap((key) => [act(key), act(key, { verb: 'undo', finding: null })]),
        wearers: robots(2),
      },
    ],
  ];
  it.each(rows)('%s: %s', (check, _, change) => {
    expect(whyAskPeople({ ...rightful, ...change })).toMatchObject({
      check,
      reason: expect.stringMatching(/\.$/),
    });
  });

  it('by every check there is', () => {
    const tried = new Set(rows.map(([check]) => check));
    expect(automaticChecks.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});

it('tells its own wearers from strangers, whatever their case', () => {
  const counted = {
    ...rightful,
    wearers: [keyOfRobot(1), keyOfRobot('X'), keyOfRobot(3)],
    acts: [act(keyOfRobot('x')), act(keyOfRobot(2))],
  };
  expect(ownWearers(counted)).toEqual(new Set([keyOfRobot('x'), keyOfRobot(2)]));
  expect(strangers(counted)).toEqual([keyOfRobot(1), keyOfRobot(3)]);
});
