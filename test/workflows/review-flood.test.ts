// More waits at a run's end than a run may begin with: it is judged first, and the incident lives on.
import { afterEach, expect, it } from 'vitest';
import { detection, rules } from '../domain/incident/world.ts';
import { atWork, devServer } from './stage.ts';

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

it('of large messages while a run goes on anew', async () => {
  const { stage, stop } = await devServer({
    rules: rules(),
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=40'],
  });
  ends.push(stop);
  const handle = await stage.detect(detection());
  const statement = 'x'.repeat(60_000);
  for (let i = 0; i < 80; i++) await handle.signal('note', { statement });
  ends.push(await atWork(stage));
  const refused = async () =>
    (await stage.record()).filter((line) => line.type === 'refused' && line.data['code'] === 'malformed')
      .length;
  await expect
    .poll(() => refused().catch((error: unknown) => String(error)), { timeout: 40_000, interval: 500 })
    .toBe(80);
  const { firstRun } = await stage.view();
  await expect
    .poll(async () => (await stage.handle().describe()).runId, { timeout: 20_000, interval: 200 })
    .not.toBe(firstRun);
  expect((await stage.handle().describe()).status.name).toBe('RUNNING');
  await expect
    .poll(async () => (await stage.view()).plans.length, { timeout: 20_000, interval: 200 })
    .toBe(1);
  await stage.assess();
  expect((await stage.view()).phase).toBe('containment');
});

it('of one message that is nearly too large for the server: it is refused, and not handed on', async () => {
  const { stage, stop } = await devServer({ rules: rules() });
  ends.push(stop);
  ends.push(await atWork(stage));
  const handle = await stage.detect(detection());
  await handle.signal('note', { statement: 'x'.repeat(2_097_000) });
  const refused = async () =>
    (await stage.record()).filter((line) => line.type === 'refused').map((line) => line.data['code']);
  await expect
    .poll(() => refused().catch((error: unknown) => String(error)), { timeout: 20_000, interval: 200 })
    .toEqual(['malformed']);
  await expect
    .poll(async () => (await stage.view()).plans.length, { timeout: 10_000, interval: 200 })
    .toBe(1);
  await stage.assess();
  expect((await stage.view()).phase).toBe('containment');
});
