// The same identity again, after its incident was closed: a new run with clocks of its own, linked to the sealed record before it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gate, keyNamed, named } from '../stage.ts';
import { closedRecord, ofType, shipped, type Story } from './shipped.ts';

let story: Story;
beforeAll(async () => {
  story = await shipped();
});
afterAll(() => story?.stop());

const key = keyNamed('deploy-robot');

async function opened(sourceId: string) {
  const { env, stage } = story;
  await stage.detect(named('deploy-robot', { sourceId }));
  await env.sleep('5 seconds');
  return stage.view(key);
}

/** Judged by one of the SOC and closed by another. */
async function closed(verdict: string) {
  const { stage } = story;
  const body = { verdict, impact: 'none', reason: 'looked at it' };
  await stage.say('sam', 'assess', { answers: gate(await stage.view(key), 'risk'), body }, key);
  await stage.say('lee', 'close', { body: { reason: 'so it is' } }, key);
  return closedRecord(stage, key, verdict);
}

it('is a new run that knows the record before, and the SOC is told', async () => {
  const { stage } = story;
  const first = await opened('finding-1');
  expect(first.earlier).toBeNull();
  const before = await closed('falsePositive');
  stage.told.notices.length = 0;

  const second = await opened('finding-2');
  expect(second.firstRun).not.toBe(first.firstRun);
  expect(second).toMatchObject({ phase: 'triage', hold: { party: 'soc', person: null }, closedAs: null });
  const earlier = {
    firstRun: first.firstRun,
    head: before.at(-1)?.['hash' as never],
    closedAs: 'falsePositive',
    closedAt: ofType(before, 'closed')[0]?.at,
    count: 1,
  };
  expect(earlier.head).toMatch(/^[0-9a-f]{64}$/);
  expect(second.earlier).toEqual(earlier);
  expect(ofType(await stage.record(key), 'recalled').map(({ data }) => data)).toEqual([
    { earlier, unknown: null },
  ]);
  const told = stage.told.notices.filter(({ says }) => says.includes('was attacked once before'));
  expect(told.map(({ to }) => to)).toEqual(['soc']);

  const after = await closed('duplicate');
  expect(ofType(after, 'recalled'), 'in the sealed record too').toHaveLength(1);
  const third = await opened('finding-3');
  expect(third.earlier).toMatchObject({ firstRun: second.firstRun, closedAs: 'duplicate', count: 2 });
});
