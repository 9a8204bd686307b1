// Clocks that follow what becomes known, and whoever has it: by the shipped runbook, at exact instants.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plus } from '../../domain/instant/instant.ts';
import { HOUR, MINUTE } from '../domain/incident/world.ts';
import { choose, clocks, type Line, ofType, shipped, take } from './ownership/shipped.ts';
import { keyNamed, named, type Stage } from './stage.ts';

let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage, stop } = await shipped());
});
afterAll(() => stop?.());

async function opened(name: string) {
  await stage.detect(named(name));
  await env.sleep('5 seconds');
  return stage.view(keyNamed(name));
}

const worse = (name: string) => stage.detect(named(name, { sourceId: `${name}-worse`, level: 'critical' }));

const after = (lines: readonly Line[], type: string): Line[] =>
  lines.slice(lines.findLastIndex((line) => line.type === type) + 1);

it('a severity that rises before anybody has answered: the terms are shorter, from the same start', async () => {
  const key = keyNamed('report-a');
  const first = await opened('report-a');
  const since = (minutes: number) => plus(first.openedAt, minutes * MINUTE);
  expect(first).toMatchObject({ class: 'standard', level: 'high' });
  expect(first.hold).toMatchObject({ acknowledgeBy: since(15), actBy: since(60) });
  await env.sleep('7 minutes');
  await worse('report-a');
  await env.sleep('5 seconds');
  const second = await stage.view(key);
  expect(second.hold).toMatchObject({ since: first.hold.since, acknowledgeBy: since(10), actBy: since(30) });
  expect(second.due.then).toContain('offered to Platform team');
  await env.sleep('3 minutes');
  expect(clocks(await stage.record(key), 'rungTold', 'silence')).toEqual([
    ['rungTold', since(1), 'soc'],
    ['rungTold', since(5), 'soc'],
    ['silence', since(10), 'platform'],
  ]);
  await stage.say('sam', 'close', { body: { reason: 'by hand' } }, key);
  await stage.say('lee', 'close', { body: { reason: 'seen' } }, key);
});

it('a severity that rises mid-hold: no progress is due sooner; where that is over, it climbs at once', async () => {
  const taken = async (name: string) => {
    const key = keyNamed(name);
    await opened(name);
    await choose(stage, key, 'cut');
    await take(stage, key, 'ida');
    return stage.view(key);
  };
  const soon = await taken('report-b');
  const since = (minutes: number) => plus(soon.hold.since, minutes * MINUTE);
  expect(soon.hold).toMatchObject({ party: 'identity', person: 'ida', actBy: since(60) });
  await env.sleep('20 minutes');
  await worse('report-b');
  await env.sleep('5 seconds');
  expect((await stage.view(keyNamed('report-b'))).hold.actBy).toBe(since(30));
  await env.sleep('21 minutes');
  expect(
    clocks(after(await stage.record(keyNamed('report-b')), 'handedOff'), 'climbing', 'rungTold', 'silence'),
  ).toEqual([
    ['climbing', since(30), null],
    ['rungTold', since(32), 'identity'],
    ['rungTold', since(35), 'soc'],
    ['silence', since(40), 'platform'],
  ]);

  const over = await taken('report-c');
  await env.sleep('45 minutes');
  expect(ofType(await stage.record(keyNamed('report-c')), 'climbing')).toEqual([]);
  await worse('report-c');
  await env.sleep('5 seconds');
  const climbing = ofType(await stage.record(keyNamed('report-c')), 'climbing');
  expect(climbing).toHaveLength(1);
  expect(climbing[0]?.data['due'], 'a climb that begins late begins now, with all its rungs').toBe(
    climbing[0]?.at,
  );
  expect((climbing[0]?.at ?? '') >= plus(over.hold.since, 45 * MINUTE)).toBe(true);
  expect(climbing[0]?.data['endsAt']).toBe(plus(climbing[0]?.at ?? '', 10 * MINUTE));
});

it('a severity that two people lower gives the time back, from the same start', async () => {
  const key = keyNamed('report-d');
  await stage.detect(named('report-d', { level: 'critical' }));
  await env.sleep('5 seconds');
  await take(stage, key, 'sam');
  const { openedAt, hold } = await stage.view(key);
  expect(hold.actBy).toBe(plus(openedAt, 30 * MINUTE));
  await stage.say('sam', 'assess', { body: { level: 'medium', reason: 'a test system' } }, key);
  await env.sleep('5 seconds');
  expect((await stage.view(key)).hold.actBy, 'the word of one').toBe(plus(openedAt, 30 * MINUTE));
  await stage.approve('lee', 'lower', key);
  await env.sleep('5 seconds');
  expect(await stage.view(key)).toMatchObject({ level: 'medium', hold: { actBy: plus(openedAt, HOUR) } });
});

it('whoever has taken it is reminded from then on, by name, until there is progress', async () => {
  const key = keyNamed('deploy-jobs');
  await opened('deploy-jobs');
  await choose(stage, key, 'cut');
  await env.sleep('4 minutes');
  await take(stage, key, 'ida');
  const { hold } = await stage.view(key);
  const since = (minutes: number) => plus(hold.since, minutes * MINUTE);
  expect(hold).toMatchObject({ party: 'identity', person: 'ida', actBy: since(30) });
  stage.told.notices.length = 0;
  await env.sleep('22 minutes');
  expect(clocks(after(await stage.record(key), 'handedOff'), 'reminded', 'climbing', 'rungTold')).toEqual([
    ['reminded', since(10), 'identity'],
    ['reminded', since(20), 'identity'],
  ]);
  const told = stage.told.notices.filter(({ says }) => says.includes('there is no progress yet'));
  expect(told.filter((one) => one.key === key).map(({ to, person }) => [to, person])).toEqual([
    ['identity', 'ida'],
    ['identity', 'ida'],
  ]);
  await stage.approve('ida', 'act', key);
  await env.sleep('3 minutes');
  await take(stage, key, 'olga');
  const recovering = await stage.view(key);
  expect(recovering).toMatchObject({ phase: 'recovery', hold: { party: 'service-owner', person: 'olga' } });
  await env.sleep('130 minutes');
  expect(clocks(after(await stage.record(key), 'handedOff'), 'reminded', 'climbing')).toEqual(
    [1, 2].map((hours) => ['reminded', plus(recovering.hold.since, hours * HOUR), 'service-owner']),
  );
});
