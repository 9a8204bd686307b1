import { expect, test } from 'vitest';
import { NobodyWorking } from '../../client/failure.ts';
import type { Filter, Listed } from '../../client/search.ts';
import { custody } from './a-terminal.ts';
import { reachingNothing } from '../domain/access/reaching-nothing.ts';
import { asked, fresh, HANDLE, INCIDENT, recovering, shownPlan } from './an-incident.ts';

test('show prints the incident; --json the whole answer', async () => {
  const shown = await custody(['show', HANDLE], { views: [fresh()] });
  expect(shown).toMatchObject({ exit: 0, err: '' });
  expect(shown.out).toContain('nobody has taken it yet');
  const json = await custody(['show', HANDLE, '--json'], { views: [fresh()] });
  expect(JSON.parse(json.out)).toEqual({ view: fresh(), tail: [] });
});

test('a name with line breaks and control marks stays on its line', async () => {
  const title = 'key\n  owner  nobody\u001b[2J';
  const { out } = await custody(['show', HANDLE], { views: [fresh({ title })] });
  expect(out.split('\n')[0]).toBe('key   owner  nobody\ufffd[2J');
});

test('plan show prints every plan whole, with what stands beside it', async () => {
  const { out, exit } = await custody(['plan', 'show', HANDLE], { views: [fresh()] });
  expect(exit).toBe(0);
  for (const strategy of ['cut', 'replace-then-cut'] as const)
    expect(out).toContain(`hash ${shownPlan(strategy).hash}`);
  expect(out).toContain('login-profile');
  expect(out).toContain('iam:AttachUserPolicy');
});

test('plan show says for each plan what it would mean, how it differs, and what to type to choose it', async () => {
  const [cut, replace] = [shownPlan('cut'), shownPlan('replace-then-cut')];
  const view = fresh({
    consumers: ['a robot of the release pipeline, s3, two days ago'],
    access: { ...reachingNothing, groups: { first: ['deployers'], more: 3 } },
    difference: {
      [cut.hash]: { added: ['Delete the new key AKIANEW'], gone: ['Delete the stolen key AKIAOLD'] },
      [replace.hash]: { added: [], gone: [] },
    },
  });
  const { out } = await custody(['plan', 'show', HANDLE], { views: [view] });
  const [first = '', second = ''] = out.split('Plan ').slice(1);
  expect(first).toContain('What it would mean\n    Whoever works with this identity stops at once');
  expect(first).toContain('new:  Delete the new key AKIANEW\n    gone: Delete the stolen key AKIAOLD');
  expect(first).toContain(`custody assess ${HANDLE} --verdict incident --impact confirmed --strategy cut`);
  expect(second).toContain('The thief keeps access until 04:12:30 UTC');
  expect(second).toContain('The same steps as in the plan that was asked about before');
  expect(second).toContain('Who works with it\n  a robot of the release pipeline');
  expect(second).toMatch(/What it can reach\n +groups +deployers\n +and 3 more\n/);
  const decided = await custody(['plan', 'show', HANDLE], { views: [asked()] });
  expect(decided.out).not.toContain('custody assess');
  expect(decided.out).not.toContain('asked about before');
  const json = await custody(['plan', 'show', HANDLE, '--json'], { views: [view] });
  expect(JSON.parse(json.out)).toMatchObject({
    plans: [{ consequences: cut.consequences }, { consequences: replace.consequences }],
    difference: view.difference,
    consumers: view.consumers,
    tags: [],
    access: view.access,
    missingPermissions: [],
  });
});

test('plan show warns of a plan that is not the one asked about', async () => {
  const { hash, plan } = shownPlan('cut');
  const views = [fresh({ plans: [{ hash, plan: { ...plan, class: 'other' }, consequences: [] }] })];
  const shown = await custody(['plan', 'show', HANDLE], { views });
  expect(shown.exit).toBe(8);
  expect(shown.out).toContain('THIS IS NOT THE PLAN THAT IS ASKED ABOUT');
  const json = await custody(['plan', 'show', HANDLE, '--json'], { views });
  expect(json.exit).toBe(8);
  const [only] = (JSON.parse(json.out) as { plans: { named: string; hash: string }[] }).plans;
  expect(only?.hash).not.toBe(only?.named);
});

test('plan show before there is a plan says what is waited for', async () => {
  const { out } = await custody(['plan', 'show', HANDLE], {
    views: [fresh({ plans: [], waysIn: [], concerns: [] })],
  });
  expect(out).toBe('There is no plan yet.\nWaiting for: Security operations to take it\n');
});

test('watch prints each change once and ends at the phase it was to wait for', async () => {
  const views = [fresh(), fresh(), asked(), asked(), recovering(), recovering({ phase: 'hardening' })];
  const { out, exit } = await custody(['watch', HANDLE, '--until', 'recovery'], { views });
  expect(exit).toBe(0);
  expect(out.match(/phase: triage/g)).toHaveLength(1);
  expect(out.match(/phase: containment/g)).toHaveLength(1);
  expect(out).toContain('phase: recovery');
  expect(out).not.toContain('hardening');
});

test('watch on a screen redraws, with the clock counting down', async () => {
  const { out } = await custody(['watch', HANDLE, '--until', 'containment'], {
    views: [fresh(), fresh(), asked()],
    live: true,
  });
  expect(out.match(/<screen>/g)).toHaveLength(3);
  expect(out).toContain('in 4 min');
  expect(out).toContain('in 3 min 59 s');
});

test('watch --json prints the view at each change', async () => {
  const closed = recovering({ outcome: 'closed', phase: 'closed' });
  const { out } = await custody(['watch', HANDLE, '--json'], { views: [fresh(), fresh(), closed] });
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([fresh(), closed]);
});

test('watch goes on while nobody works, and says so once', async () => {
  const idle = new NobodyWorking('No worker answers.');
  const looks = [idle, idle, recovering({ outcome: 'closed', phase: 'closed', closedAs: 'resolved' })];
  const incident = () => {
    const look = looks.shift();
    return look instanceof Error ? Promise.reject(look) : Promise.resolve({ view: look!, tail: [] });
  };
  const { out, err, exit } = await custody(['watch', HANDLE], { client: { incident } });
  expect(exit).toBe(0);
  expect(err.match(/No worker answers/g)).toHaveLength(1);
  expect(out).toContain('closed as resolved');
});

test('watch follows what was forwarded', async () => {
  const seen: string[] = [];
  const looks = [
    fresh({ outcome: 'forwarded', phase: 'closed', forwardedTo: 'aws/123456789012/iam-user/other' }),
    recovering({ outcome: 'closed', phase: 'closed' }),
  ];
  const incident = (id: string) => {
    seen.push(id);
    return Promise.resolve({ view: looks[seen.length - 1]!, tail: [] });
  };
  const { exit } = await custody(['watch', HANDLE], { client: { incident } });
  expect(exit).toBe(0);
  expect(seen).toEqual([INCIDENT, 'incident/aws/123456789012/iam-user/other']);
});

test('watch --within gives up with its own exit code', async () => {
  const { exit, err } = await custody(['watch', HANDLE, '--within', '30s'], { views: [fresh()] });
  expect(exit).toBe(9);
  expect(err).toContain('within 30 s');
});

const line = (handle: string, more: Partial<Listed>): Listed => ({
  incident: `incident/aws/1/iam-user/${handle}`,
  key: `aws/1/iam-user/${handle}`,
  handle,
  open: true,
  phase: 'triage',
  holder: 'soc',
  level: 'high',
  class: 'other',
  due: null,
  openedAt: '2026-11-24T03:12:00.000Z',
  ...more,
});

test('incident list: the most urgent first; the filters go to the server', async () => {
  const asks: (Filter | undefined)[] = [];
  async function* list(filter?: Filter) {
    asks.push(filter);
    yield line('cccccccccc', { open: false });
    yield line('bbbbbbbbbb', { due: '2026-11-24T04:00:00.000Z' });
    yield line('aaaaaaaaaa', { due: '2026-11-24T03:10:00.000Z' });
  }
  const { out } = await custody(
    ['incident', 'list', '--holder', 'soc', '--phase', 'triage', '--class', 'other', '--overdue'],
    { client: { list } },
  );
  expect(asks).toEqual([
    { holder: 'soc', phase: 'triage', class: 'other', overdueAt: '2026-11-24T03:18:00.000Z' },
  ]);
  expect(out.split('\n').map((row) => row.slice(0, 10).trim())).toEqual([
    'HANDLE',
    'aaaaaaaaaa',
    'bbbbbbbbbb',
    'cccccccccc',
    '',
  ]);
  expect(out).toContain('8 min late');
  const json = await custody(['incident', 'list', '--all', '--json'], { client: { list } });
  expect(asks[1]).toEqual({ closedToo: true });
  expect(json.out.trimEnd().split('\n')).toHaveLength(3);
});

test('watch without a name: the open incident where there is only one', async () => {
  async function* none() {}
  async function* one() {
    yield line('aaaaaaaaaa', { incident: INCIDENT });
  }
  async function* two() {
    yield line('aaaaaaaaaa', {});
    yield line('bbbbbbbbbb', {});
  }
  const views = [recovering({ outcome: 'closed', phase: 'closed' })];
  expect((await custody(['watch'], { views, client: { list: one } })).exit).toBe(0);
  expect((await custody(['watch'], { views, client: { list: none } })).exit).toBe(5);
  expect((await custody(['watch'], { views, client: { list: two } })).exit).toBe(5);
});
