import { expect, test } from 'vitest';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { changes } from '../../cli/screen/changes.ts';
import { away, due, said, saidIn } from '../../cli/screen/clock.ts';
import { harmless, oneLine } from '../../cli/screen/harmless.ts';
import { incidentLines } from '../../cli/screen/incident.ts';
import { planLines } from '../../cli/screen/plan.ts';
import { asked, fresh, HANDLE, NOW, pauseAsked, planFor, recovering, shownPlan } from './an-incident.ts';

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
  expect(text).toContain('✓ s1. Deny everything to the user deploy-robot (identity): seen 03:17:30 UTC');
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

test('a pause that is asked for can be answered', () => {
  const text = incidentLines(pauseAsked(), NOW).join('\n');
  expect(text).toContain('May the clocks stand for a while? (pause-3)');
  expect(text).toContain(`let the clocks stand:\n    custody approve ${HANDLE} --gate pause-3`);
  expect(text).toContain(`keep them running:\n    custody reject ${HANDLE} --gate pause-3 --reason "…"`);
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
  expect(saidIn('at 2026-11-24T04:00:00.000Z it is offered', NOW)).toBe('at 04:00:00 UTC it is offered');
});

test('what an attacker named cannot play with the screen', () => {
  expect(harmless('a\u001b[2Jb\u009bc\u202ed\re')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffde');
  expect(oneLine('a\nowner  somebody else')).toBe('a owner  somebody else');
  expect(harmless('line\n\tnext · ✓ ü')).toBe('line\n\tnext · ✓ ü');
});
