import { reachingNothing } from '../domain/access/reaching-nothing.ts';
import { expect, test } from 'vitest';
import type { Access } from '../../domain/access/access.schema.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { changes } from '../../cli/screen/changes.ts';
import { away, due, said, saidIn } from '../../cli/screen/clock.ts';
import { harmless, oneLine } from '../../cli/screen/harmless.ts';
import { incidentLines } from '../../cli/screen/incident.ts';
import { planLines } from '../../cli/screen/plan.ts';
import { shownPlanLines } from '../../cli/screen/shown-plan.ts';
import { stepLines } from '../../cli/screen/step.ts';
import {
  asked,
  byHandStep,
  closeAsked,
  followUp,
  fresh,
  HANDLE,
  INCIDENT,
  NOW,
  pauseAsked,
  planFor,
  recovering,
  shownPlan,
  weakeningAsked,
} from './an-incident.ts';

/** Words of the code, not of people. */
const JARGON =
  /\b(hold|gate|rung|ladder|acknowledg\w*|custody of|quorum|signal|update|workflow|undefined|null|NaN)\b/i;

const withoutCommands = (lines: string[]) => lines.filter((line) => !line.includes('custody ')).join('\n');

test('what nobody has taken: owner, due, what silence does, both plans and the commands that answer', () => {
  const text = incidentLines(fresh(), NOW).join('\n');
  expect(text).toContain('Security operations: nobody has taken it yet');
  expect(text).toContain('03:22:00 UTC, in 4 min');
  expect(text).toMatch(/in silence +the on-call lead is told/);
  expect(text).toContain(`custody ack ${HANDLE}`);
  const { hash } = shownPlan('replace-then-cut');
  expect(text).toContain(
    `custody assess ${HANDLE} --verdict incident --impact confirmed --strategy replace-then-cut --plan ${hash.slice(0, 12)} --reason`,
  );
  expect(text).toMatch(/STOLEN +access-key +AKIAEXAMPLE +Active/);
  expect(text).toContain('A login profile exists');
  expect(text).toContain(
    'What it would mean\n      The thief keeps access until 04:12:30 UTC at the latest.',
  );
});

test('what is offered and asked: who has it, to whom it goes, whose word is missing', () => {
  const text = incidentLines(asked(), NOW).join('\n');
  expect(text).toContain('Security operations: lena, since 03:16:00 UTC');
  expect(text).toMatch(/offered to +Identity team/);
  expect(text).toContain('1 of 2 answers: lena (soc) approves; still wanted: identity');
  expect(text).toContain(
    `custody approve ${HANDLE} --plan ${shownPlan('replace-then-cut').hash.slice(0, 12)}`,
  );
  expect(text).not.toContain('--hold');
});

test('what is done stands with its mark, and with what was seen', () => {
  const text = incidentLines(recovering(), NOW).join('\n');
  expect(text).toContain('✓ s1. Deny everything to the user deploy-robot (Identity team): seen 03:17:30 UTC');
  expect(text).toContain('saw: custody-quarantine is attached');
  expect(text).toContain('its time comes 2026-11-25 15:17:30 UTC');
  expect(text).toContain(`custody attest ${HANDLE} --works`);
});

test('a class that only observes says so wherever something would be cut', () => {
  const view = fresh({ mode: 'observe' });
  expect(incidentLines(view, NOW)[0]).toContain('OBSERVE: nothing will be cut');
  expect(changes(null, view, NOW)[0]).toContain('OBSERVE: nothing will be cut');
  expect(changes(fresh(), view, NOW)[0]).toContain('OBSERVE: nothing will be cut');
  expect(changes(view, fresh(), NOW)).toEqual(['now: steps are taken']);
  const plan = { ...planFor('cut'), mode: 'observe' } as const;
  expect(planLines(plan, hashOf(plan), NOW)[0]).toContain('OBSERVE: nothing is cut');
});

test('what is on though nobody has decided, since when, and why something was left to people', () => {
  const does = 'Attach custody-quarantine-auto to the user deploy-robot.';
  const on = { does, since: '2026-11-24T03:12:40.000Z', seenAt: '2026-11-24T03:13:00.000Z' };
  const view = fresh({ mode: 'auto', automatic: { underWay: [], on: [on], leftToPeople: null } });
  const text = incidentLines(view, NOW).join('\n');
  expect(text).toContain('Without people: contained by the automatic quarantine; nobody has decided yet');
  expect(text).toMatch(/on, seen .*03:13:00 UTC.*: Attach custody-quarantine-auto/);
  expect(withoutCommands(incidentLines(view, NOW))).not.toMatch(JARGON);
  expect(changes(fresh(), view, NOW)).toContainEqual(expect.stringMatching(/nobody has decided yet/));
  expect(changes(view, view, NOW)).toEqual([]);

  const perhaps = { underWay: [], on: [{ ...on, seenAt: null }], leftToPeople: null };
  const unseen = incidentLines(fresh({ automatic: perhaps }), NOW).join('\n');
  expect(unseen).toMatch(/perhaps on since/);
  expect(unseen).not.toContain('contained by');

  const ordered = { does, status: 'blocked' as const, trouble: 'no permission' };
  const left = { underWay: [ordered], on: [], leftToPeople: 'the budget is used up (budgetIsLeft)' };
  const lines = incidentLines(fresh({ automatic: left }), NOW);
  expect(lines).toContainEqual(expect.stringMatching(/blocked: .*\(no permission\)/));
  expect(lines).toContainEqual(expect.stringMatching(/left to people: the budget is used up/));
});

test('a running pause: until when, and no instants that will have moved when it ends', () => {
  const until = '2026-11-24T05:18:00.000Z';
  const view = recovering({ paused: { until }, due: { at: until, then: 'the clocks run again' } });
  const text = incidentLines(view, NOW).join('\n');
  expect(text).toMatch(/paused +the clocks stand until 05:18:00 UTC, in 2 h; what was approved goes on/);
  expect(text).not.toContain('to act by');
  expect(changes(recovering(), view, NOW)).toContainEqual(expect.stringMatching(/^the clocks stand until/));
  expect(changes(null, view, NOW)).toContainEqual(expect.stringMatching(/^the clocks stand until/));
  expect(changes(view, recovering(), NOW)).toContain('the clocks run again');
});

test('what nobody has proved is called told, where it is counted and where it was said', () => {
  const [act] = asked().gates;
  if (act === undefined) throw new Error('the act is asked about');
  const told = {
    person: 'ivo',
    party: 'identity',
    verdict: 'approve',
    assurance: 'told',
    at: NOW.toISOString(),
  } as const;
  const view = asked({ gates: [{ ...act, votes: [...act.votes, told], assurance: 'told' }] });
  const text = incidentLines(view, NOW).join('\n');
  expect(text).toContain('ivo (identity) approves (TOLD: nobody proved it)');
  expect(text).toContain('merely TOLD, and that nobody proves, counts here');
  expect(changes(asked(), view, NOW)).toContainEqual(expect.stringContaining('(TOLD: nobody proved it)'));
  const plan = view.plans.find(({ hash }) => hash === act.plan);
  expect(plan && shownPlanLines(view, plan, NOW).join('\n')).toContain('merely TOLD');
  expect(plan && shownPlanLines(asked(), plan, NOW).join('\n')).not.toContain('TOLD');
});

test('a pause that is asked for can be answered', () => {
  const text = incidentLines(pauseAsked(), NOW).join('\n');
  expect(text).toContain('May the clocks stand for a while? (pause-3)');
  expect(text).toContain(`let the clocks stand:\n    custody approve ${HANDLE} --gate pause-3`);
  expect(text).toContain(`keep them running:\n    custody reject ${HANDLE} --gate pause-3 --reason "…"`);
});

test.each([
  ['lower', 'May it count as low?', 'let it count for less', 'keep it as it is'],
  ['waive', 'May follow-up-2 be left undone?', 'let it be left undone', 'it is still to be done'],
] as const)('what weakens the response can be answered: %s', (name, asks, yes, no) => {
  const text = incidentLines(weakeningAsked(name, asks), NOW).join('\n');
  expect(text).toContain(`${asks} (${name}-3)`);
  expect(text).toContain(`${yes}:\n    custody approve ${HANDLE} --gate ${name}-3`);
  expect(text).toContain(`${no}:\n    custody reject ${HANDLE} --gate ${name}-3 --reason "…"`);
});

test.each([
  ['resolved', 'close it as resolved'],
  ['observed', 'close it as observed (nothing was cut)'],
  ['falsePositive', 'close it as a false alarm'],
  ['duplicate', 'close it as a duplicate'],
  ['handledByHand', 'close it as handled by hand (what is not done here stays undone)'],
  [null, 'close it'],
])('closing says what as, and can be refused: %s', (closesAs, says) => {
  const text = incidentLines(closeAsked(closesAs), NOW).join('\n');
  expect(text).toContain(`  ${says}:\n    custody close ${HANDLE} --reason "…"`);
  expect(text).toContain(`keep it open:\n    custody reject ${HANDLE} --gate close --reason "…"`);
  expect(text.includes('it would be closed as')).toBe(closesAs !== null);
});

test('the word of the owner is asked for until it is that the service works, to the end', () => {
  const word = (verdict: 'works' | 'broken') =>
    ({ person: 'olga', verdict, at: '2026-11-24T03:17:40.000Z', confirms: [] as string[] }) as const;
  const asksForIt = (more: Parameters<typeof recovering>[0]) => {
    const text = incidentLines(recovering(more), NOW).join('\n');
    return (
      text.includes(`custody attest ${HANDLE} --works`) && text.includes(`custody attest ${HANDLE} --broken`)
    );
  };
  for (const phase of ['recovery', 'hardening'] as const) {
    expect(asksForIt({ phase })).toBe(true);
    expect(asksForIt({ phase, attestation: word('broken') })).toBe(true);
    expect(asksForIt({ phase, attestation: word('works') })).toBe(false);
  }
  expect(asksForIt({ phase: 'containment' })).toBe(false);
});

test('the checklist is shown with what its items say, and stands in the command that answers', () => {
  const checklist = [
    { name: 'jobs', says: 'Every job was run again.' },
    { name: 'alerts', says: 'No alert of it is open.' },
  ];
  const text = incidentLines(recovering({ checklist }), NOW).join('\n');
  expect(text).toMatch(
    /Checklist of the service's owner\n +jobs +Every job was run again\.\n +alerts +No alert/,
  );
  expect(text).toContain(`custody attest ${HANDLE} --works --confirm jobs alerts --reason`);
  expect(incidentLines(recovering(), NOW).join('\n')).not.toContain('Checklist');
});

test('an instant in a question is said as people say it', () => {
  const view = weakeningAsked('lower', 'May it count as low from 2026-11-24T04:00:00.000Z on?');
  expect(incidentLines(view, NOW).join('\n')).toContain('from 04:00:00 UTC on? (lower-3)');
  expect(changes(asked(), view, NOW)).toContain('asked: May it count as low from 04:00:00 UTC on? (lower-3)');
});

const ASSESSMENT = {
  verdict: 'incident',
  impact: 'confirmed',
  touched: ['bucket invoices', 'role admin'],
  priority: 'p1',
  by: 'lena',
  at: '2026-11-24T03:16:00.000Z',
} as const;
const assessment = { ...ASSESSMENT, touched: [...ASSESSMENT.touched] };

test("the SOC's word: verdict, impact, what was touched, priority, and whose word it is", () => {
  const text = incidentLines(asked({ assessment }), NOW).join('\n');
  expect(text).toMatch(
    /judged +an incident, impact confirmed, priority p1: says lena, 03:16:00 UTC\n +touched +bucket invoices, role admin\n/,
  );
  const less = { ...assessment, verdict: null, impact: null, priority: null, touched: [] };
  const early = incidentLines(fresh({ assessment: less }), NOW).join('\n');
  expect(early).toMatch(/judged +no verdict yet: says lena/);
  expect(early).not.toContain('touched');
  expect(incidentLines(fresh(), NOW).join('\n')).not.toContain('judged');
  expect(changes(asked(), asked({ assessment }), NOW)).toEqual([
    'judged: an incident, impact confirmed, priority p1: says lena, 03:16:00 UTC',
    'touched: bucket invoices, role admin',
  ]);
});

const earlier = {
  firstRun: 'run-of-october',
  head: 'ef'.repeat(32),
  closedAs: 'resolved',
  closedAt: '2026-10-02T10:00:00.000Z',
  count: 1,
};

test('an identity that was attacked before: what became of it, and where its record is', () => {
  const text = incidentLines(fresh({ earlier }), NOW).join('\n');
  expect(text).toMatch(
    /attacked before +closed as resolved on 2026-10-02 10:00:00 UTC, record run-of-october\n/,
  );
  expect(text).toContain(`custody record show ${INCIDENT.slice('incident/'.length)} --run run-of-october`);
  const often = incidentLines(fresh({ earlier: { ...earlier, count: 3 } }), NOW).join('\n');
  expect(often).toContain('record run-of-october, the last of 3 times');
  expect(changes(fresh(), fresh({ earlier }), NOW)).toEqual([
    'attacked before: closed as resolved on 2026-10-02 10:00:00 UTC, record run-of-october',
  ]);
});

test('a step says whose it is, until when, its hard deadline, and nothing of that when it is over', () => {
  const [cut] = recovering().steps ?? [];
  if (cut === undefined) throw new Error('a plan is approved');
  const open = {
    ...cut,
    status: 'ordered',
    seenAt: null,
    saw: null,
    due: '2026-11-24T04:18:00.000Z',
    startBy: '2026-11-24T03:48:00.000Z',
  } as const;
  expect(stepLines([open], NOW)).toEqual([
    '> s1. Deny everything to the user deploy-robot (Identity team): ordered',
    '     to be done by 04:18:00 UTC, in 60 min',
    '     at the latest 03:48:00 UTC, in 30 min: it goes then, even if what comes before is not seen',
  ]);
  expect(stepLines([{ ...open, due: '2026-11-24T03:08:00.000Z' }], NOW)[1]).toContain('10 min late');
  const over = { ...open, status: 'seen', seenAt: '2026-11-24T03:17:30.000Z' } as const;
  expect(stepLines([over], NOW)).toHaveLength(1);
  const waiting = { ...open, status: 'waiting' } as const;
  expect(changes(asked({ steps: [waiting] }), asked({ steps: [open] }), NOW)).toEqual([
    '> s1. Deny everything to the user deploy-robot: ordered, to be done by 04:18:00 UTC',
  ]);
});

test('the plan before it is approved: hard deadline, and who does and confirms what people do', () => {
  const plan = planFor('replace-then-cut');
  const [first, ...rest] = plan.steps;
  if (first === undefined) throw new Error('a plan has steps');
  const byHand = {
    ...first,
    kind: 'manual/step',
    executor: 'manual',
    checker: 'soc',
    party: 'vendor',
    target: {},
    permissions: [],
  };
  const changed = { ...plan, steps: [{ ...byHand, startBy: '2026-11-24T04:12:00.000Z' }, ...rest] };
  const text = planLines(changed, hashOf(changed), NOW).join('\n');
  expect(text).toContain('by vendor (by hand), can be undone');
  expect(text).toContain('at the latest 04:12:00 UTC: it is asked for then');
  expect(text.split('s2.')[0]).not.toMatch(/target|permissions/);
  expect(text).toContain('confirmed by another person, of soc: ');
  expect(planLines(plan, hashOf(plan), NOW).join('\n')).not.toMatch(/by hand|at the latest/);
});

test('a step by hand: who does it, then another person confirms it, each with its command', () => {
  const shown = (step: ReturnType<typeof byHandStep>) =>
    incidentLines(recovering({ phase: 'containment', steps: [step] }), NOW).join('\n');
  const ordered = shown(byHandStep('s3'));
  expect(ordered).toContain('> s3. Revoke the token in the vendor console (Vendor, by hand): asked for');
  expect(ordered).toContain(
    `Vendor: it is done (Revoke the token in the vendor console):\n    custody attest ${HANDLE} --step s3 --works`,
  );
  const applied = shown(byHandStep('s3', { status: 'applied' }));
  expect(applied).toContain('done, not yet confirmed');
  expect(applied).toMatch(/another person: it is so .+:\n +custody attest \w+ --step s3 --works/);
  expect(applied).toContain(`it is not so:\n    custody attest ${HANDLE} --step s3 --broken`);
  const waiting = shown(byHandStep('s3', { status: 'waiting', due: null }));
  expect(waiting).not.toContain('--step s3');
  expect(shown(byHandStep('s3', { status: 'seen' }))).not.toContain('--step s3');
  expect(changes(recovering(), recovering({ steps: [byHandStep('s1')] }), NOW)).toContainEqual(
    expect.stringMatching(/^> s1\. Revoke the token .+: asked for, to be done by 04:18:00 UTC$/),
  );
});

test('what is left to do: where the secret lies open apart, whose, until when, and how it ended', () => {
  const exposure = followUp('follow-up-1', {
    kind: 'exposure',
    says: 'https://github.com/acme/site',
    title: 'Security operations',
    due: '2026-11-24T07:18:00.000Z',
  });
  const ticketed = followUp('follow-up-3', { status: 'ticketed', ticket: 'OPS-4711', by: 'olga' });
  const view = recovering({ followUps: [exposure, followUp('follow-up-2'), ticketed] });
  const text = incidentLines(view, NOW).join('\n');
  expect(text).toContain(
    'Where the secret lies open\n  · follow-up-1  https://github.com/acme/site (Security operations), to be done by 07:18:00 UTC, in 4 h\n',
  );
  expect(text).toContain(
    'Left to do\n  · follow-up-2  Use a role instead of the key (Platform team), to be done by 2026-12-01 00:00:00 UTC',
  );
  expect(text).toContain(
    '✓ follow-up-3  Use a role instead of the key (Platform team): goes on elsewhere, OPS-4711; says olga',
  );
  expect(text).toContain(`custody follow-up ${HANDLE} --id …`);
  expect(incidentLines(recovering({ followUps: [ticketed] }), NOW).join('\n')).not.toContain('--id …');
  expect(changes(recovering({ followUps: [exposure] }), view, NOW)).toEqual([
    'left to do: follow-up-2  Use a role instead of the key (Platform team), by 2026-12-01 00:00:00 UTC',
    'ended: follow-up-3  Use a role instead of the key (Platform team): goes on elsewhere, OPS-4711; says olga',
  ]);
  const done = { ...exposure, status: 'done', by: 'lena' };
  expect(changes(recovering({ followUps: [exposure] }), recovering({ followUps: [done] }), NOW)).toEqual([
    'ended: follow-up-1  https://github.com/acme/site (Security operations): done; says lena',
  ]);
});

test('what was written for whoever mends it, whole and as it is, until it has ended', () => {
  const documents = [{ title: 'Trust policy of a role', content: '{\n  "Version": "2012-10-17"\n}' }];
  const lines = (status: string) =>
    incidentLines(recovering({ followUps: [followUp('follow-up-1', { documents, status })] }), NOW).join(
      '\n',
    );
  expect(lines('open')).toContain(
    'in 6 d 20 h\n    Trust policy of a role:\n      {\n        "Version": "2012-10-17"\n      }\n',
  );
  expect(lines('done')).not.toContain('Trust policy');
});

test('who keeps the outcome while another organisation has the act, and when they are told next', () => {
  const accountable = {
    party: 'soc',
    title: 'Security operations',
    nextAt: '2026-11-24T05:18:00.000Z',
  };
  const text = incidentLines(asked({ accountable }), NOW).join('\n');
  expect(text).toMatch(/outcome kept by +Security operations, told next 05:18:00 UTC, in 2 h\n/);
  expect(incidentLines(asked(), NOW).join('\n')).not.toContain('outcome kept by');
});

test('when what was cut is looked at again', () => {
  const text = incidentLines(asked({ watch: { nextAt: '2026-11-24T05:18:00.000Z' } }), NOW).join('\n');
  expect(text).toMatch(/watched +whether what was cut is back is looked at again 05:18:00 UTC, in 2 h\n/);
  expect(incidentLines(asked(), NOW).join('\n')).not.toContain('watched');
});

test('an offer to one person says that nobody else can accept it', () => {
  const { offer } = asked();
  if (offer === null) throw new Error('it is offered');
  const view = asked({ offer: { ...offer, person: 'ida' } });
  expect(incidentLines(view, NOW).join('\n')).toMatch(/offered to +Identity team \(ida alone\) since/);
  expect(changes(fresh(), view, NOW)).toContain(
    'offered to Identity team (ida alone): the plan is to be approved',
  );
});

test('permissions that are missing, and who works with the identity, stand beside the plan', () => {
  const view = fresh({
    consumers: ['the release pipeline, s3, two days ago'],
    missingPermissions: [
      { executor: 'identity-aws', missing: ['iam:DeleteAccessKey', 'iam:GetUser'], unknown: null },
      { executor: 'owner-aws', missing: [], unknown: 'nobody is working there' },
      { executor: 'third', missing: [], unknown: null },
    ],
  });
  const text = incidentLines(view, NOW).join('\n');
  expect(text).toContain('Who works with it\n  the release pipeline, s3, two days ago\n');
  expect(text).toContain(
    'Permissions\n  identity-aws lacks iam:DeleteAccessKey, iam:GetUser\n' +
      '  owner-aws could not say whether it has them: nobody is working there\n',
  );
  expect(text).not.toContain('third');
  expect(changes(fresh(), view, NOW)).toEqual([
    'works with it: the release pipeline, s3, two days ago',
    'identity-aws lacks iam:DeleteAccessKey, iam:GetUser',
    'owner-aws could not say whether it has them: nobody is working there',
  ]);
});

test('what it can reach: shortly, with which side lets it in, and what was not read', () => {
  const access: Access = {
    ...reachingNothing,
    groups: { first: ['deployers', 'readers'], more: 0 },
    policies: {
      first: [
        { name: 'work', how: 'inline', group: null, read: true },
        { name: 'arn:aws:iam::123456789012:policy/team', how: 'attached', group: 'deployers', read: false },
      ],
      more: 0,
    },
    boundary: { name: 'arn:aws:iam::123456789012:policy/fence', read: true },
    roles: {
      first: Array.from({ length: 6 }, (_, n) => ({
        role: `r${n}`,
        by: n === 0 ? 'user deploy-robot' : `role r${n - 1}`,
        trust: n === 0 ? ('itself' as const) : ('account' as const),
        policies: n === 0 ? ('silent' as const) : ('allow' as const),
      })),
      more: 2,
    },
    secrets: { first: [{ secret: 'robot/key', by: 'tag' }], more: 0 },
    organisation: {
      id: 'o-example',
      management: false,
      policies: { first: [{ name: 'no-root', on: 'the unit ou-1' }], more: 2 },
    },
    unread: ['its tags: iam:ListUserTags is denied to the checker', 'the organisation'],
  };
  const tags = [{ key: 'team', value: 'payments', writable: false }];
  const text = incidentLines(fresh({ access, tags }), NOW).join('\n');
  expect(text).toContain(
    [
      'What it can reach',
      '  groups        deployers',
      '                readers',
      '  policies      work (inline)',
      '                arn:aws:iam::123456789012:policy/team (attached, of the group deployers), which was not read',
      '  held to       the permissions boundary arn:aws:iam::123456789012:policy/fence',
      '  roles         r0: by the user deploy-robot (the trust policy names it, its own policies need not allow it)',
      '                r1: by the role r0 (the trust policy trusts the account, its own policies allow it)',
    ].join('\n'),
  );
  expect(text).toMatch(
    / r4: by the role r3 .*\n +and 3 more\n +keys kept in +robot\/key \(its tag says so\)\n +organisation +o-example\n +policy no-root on the unit ou-1\n +and 2 more\n/,
  );
  expect(text).not.toContain('of other accounts');
  expect(text).toMatch(/ tags +team=payments\n +not read +its tags: iam:ListUserTags .*\n +the organisation/);
  expect(incidentLines(fresh({ tags }), NOW).join('\n')).not.toContain('What it can reach');
});

test('what it did since the compromise: shortly, with what was made, and why it is not all', () => {
  const activity = {
    since: '2026-11-24T03:00:00.000Z',
    readAt: '2026-11-24T03:13:00.000Z',
    regions: ['us-east-1'],
    events: 9,
    firstAt: '2026-11-24T03:02:00.000Z',
    lastAt: '2026-11-24T03:12:00.000Z',
    addresses: Array.from({ length: 7 }, (_, n) => ({ name: `198.51.100.${n}`, count: 7 - n })),
    agents: [],
    services: [{ name: 'iam', count: 9 }],
    refused: [{ name: 'iam:CreateUser', count: 2 }],
    changes: Array.from({ length: 6 }, (_, n) => ({
      at: '2026-11-24T03:05:00.000Z',
      call: 'iam:CreateUser',
      on: [`userName u${n}`],
      other: `aws/123456789012/iam-user/u${n}`,
    })),
    moreChanges: 2,
    unread: ['It could not be read: cloudtrail:LookupEvents is denied.'],
  };
  const text = incidentLines(fresh({ activity }), NOW).join('\n');
  expect(text).toMatch(/What it did since the compromise\n {2}9 calls from .*03:02.* to .*03:12/);
  expect(text).toMatch(/addresses +198\.51\.100\.0 \(7\), .*198\.51\.100\.4 \(3\), and 2 more\n/);
  expect(text).not.toContain('user agents');
  expect(text).toMatch(/refused +iam:CreateUser \(2\)\n/);
  expect(text).toMatch(/iam:CreateUser +userName u4 +aws\/123456789012\/iam-user\/u4\n +and 3 more\n/);
  expect(text).not.toContain('userName u5');
  expect(text).toContain('\n  It could not be read: cloudtrail:LookupEvents is denied.');
  const none = { ...activity, events: 0, firstAt: null, lastAt: null, changes: [], moreChanges: 0 };
  expect(incidentLines(fresh({ activity: none }), NOW).join('\n')).toContain(
    'no call of it is in the log since',
  );
  expect(incidentLines(fresh(), NOW).join('\n')).not.toContain('What it did');
});

test('a level or class that changes is a line', () => {
  expect(changes(fresh(), fresh({ level: 'critical', class: 'privileged' }), NOW)).toEqual([
    'level: critical',
    'class: privileged',
  ]);
});

test('what is known of it stands once a fact, shortly, with where it was read', () => {
  const facts = [
    { fact: 'ciCd', value: false, evidence: '$.tags' },
    { fact: 'privileged', value: false, evidence: 'iam:ListAttachedUserPolicies' },
    { fact: 'ciCd', value: true, evidence: 'assessed by lena' },
    { fact: 'workload', value: true, evidence: 'x'.repeat(500) },
  ] as const;
  const lines = incidentLines(fresh({ facts: [...facts] }), NOW);
  const text = lines.join('\n');
  expect(text).toMatch(
    /ciCd +yes +assessed by lena \(said to be otherwise, which does not count: \$\.tags\)/,
  );
  expect(text).toMatch(/privileged +no +iam:ListAttachedUserPolicies\n/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200);
  expect(lines.filter((line) => /^ {2}ciCd /.test(line))).toHaveLength(1);
  expect(incidentLines(fresh(), NOW).join('\n')).not.toContain('Known of it');
  expect(changes(fresh({ facts: facts.slice(0, 2) }), fresh({ facts: facts.slice(0, 3) }), NOW)).toEqual([
    'known: ciCd yes (assessed by lena)',
  ]);
});

test('a closed incident asks for nothing', () => {
  const text = incidentLines(
    recovering({ outcome: 'closed', phase: 'closed', closedAs: 'resolved' }),
    NOW,
  ).join('\n');
  expect(text).toContain('closed as resolved');
  expect(text).not.toContain('To answer');
});

test.each([
  ['fresh', fresh()],
  ['asked', asked()],
  ['recovering', recovering()],
  ['observed', fresh({ mode: 'observe' })],
  ['pauseAsked', pauseAsked()],
  [
    'all at once',
    recovering({
      assessment,
      earlier,
      accountable: { party: 'soc', title: 'Security operations', nextAt: '2026-11-24T05:18:00.000Z' },
      steps: [byHandStep('s1', { startBy: '2026-11-24T05:18:00.000Z' })],
      followUps: [followUp('follow-up-1'), followUp('follow-up-2', { status: 'waived' })],
      missingPermissions: [{ executor: 'identity-aws', missing: ['iam:GetUser'], unknown: 'x' }],
      consumers: ['the release pipeline'],
    }),
  ],
  ['lowering asked', weakeningAsked('lower', 'May it count as low?')],
  ['closing asked', closeAsked('falsePositive')],
  ['waiver asked', weakeningAsked('waive', 'May it be left undone?')],
  ['paused', recovering({ paused: { until: '2026-11-24T05:18:00.000Z' } })],
])('people read plain words: %s', (_, view) => {
  // The ids of questions (risk-1) and the names of parties come from the runbook, not from us.
  expect(withoutCommands(incidentLines(view, NOW))).not.toMatch(JARGON);
  expect(withoutCommands(changes(null, view, NOW))).not.toMatch(JARGON);
});

test('the hash shown is that of the plan itself, and a plan that is not asked about says so', () => {
  const plan = planFor('cut');
  expect(planLines(plan, hashOf(plan), NOW).join('\n')).toContain(`hash ${hashOf(plan)}`);
  expect(planLines(plan, hashOf(plan), NOW).join('\n')).not.toContain('NOT THE PLAN');
  expect(planLines(plan, 'ef'.repeat(32), NOW).join('\n')).toContain(
    'THIS IS NOT THE PLAN THAT IS ASKED ABOUT',
  );
  expect(planLines(plan, hashOf(plan), NOW).join('\n')).toContain('CANNOT BE UNDONE');
});

test('without a screen each change is a line, once', () => {
  expect(changes(fresh(), fresh(), NOW)).toEqual([]);
  const lines = changes(fresh(), asked(), NOW);
  expect(lines).toContain('phase: containment');
  expect(lines).toContain('owner: Security operations: lena, since 03:16:00 UTC');
  expect(lines).toContain('offered to Identity team: the plan is to be approved');
  expect(lines).toContain('act-2: lena (soc) approves');
  expect(lines.join('\n')).toContain('waiting for: Identity team to approve the plan');
  const later = changes(asked(), recovering(), NOW);
  expect(later).toContain(`plan ${shownPlan('replace-then-cut').hash.slice(0, 12)} is approved`);
  expect(later).toContain(
    '✓ s1. Deny everything to the user deploy-robot: seen (custody-quarantine is attached)',
  );
  expect(later.join('\n')).not.toContain('s2');
  const blocked = recovering();
  blocked.steps?.splice(1, 1, {
    ...blocked.steps[1]!,
    status: 'blocked',
    trouble: 'iam:DeleteAccessKey is missing',
  });
  expect(changes(recovering(), blocked, NOW)).toEqual([
    '! s2. Delete the stolen key AKIAEXAMPLE: needs a person',
    '! s2. iam:DeleteAccessKey is missing',
  ]);
});

test('clocks', () => {
  expect(said('2026-11-24T03:22:00.000Z', NOW)).toBe('03:22:00 UTC');
  expect(said('2026-11-25T03:22:00.000Z', NOW)).toBe('2026-11-25 03:22:00 UTC');
  expect(due('2026-11-24T03:22:03.000Z', NOW)).toBe('03:22:03 UTC, in 4 min 3 s');
  expect(due('2026-11-24T03:15:00.000Z', NOW)).toBe('03:15:00 UTC, 3 min late');
  expect(away('2026-11-24T03:12:00.000Z', NOW)).toBe('6 min ago');
  expect(away('2026-11-25T15:18:00.000Z', NOW)).toBe('in 36 h');
  expect(away('2026-12-08T03:17:00.000Z', NOW)).toBe('in 13 d 23 h');
  expect(away('2026-12-01T03:18:00.000Z', NOW)).toBe('in 7 d');
  expect(saidIn('at 2026-11-24T04:00:00.000Z it is offered', NOW)).toBe('at 04:00:00 UTC it is offered');
});

test('what an attacker named cannot play with the screen', () => {
  expect(harmless('a\u001b[2Jb\u009bc\u202ed\re')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffde');
  expect(oneLine('a\nowner  somebody else')).toBe('a owner  somebody else');
  expect(harmless('line\n\tnext · ✓ ü')).toBe('line\n\tnext · ✓ ü');
});
