// An incident that closes while people are still being told waits for that, quietly, and then seals its record.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ended } from '../../workflows/messages.ts';
import { detection } from '../domain/incident/world.ts';
import { atWork, gate, type Stage, timeSkipping } from './stage.ts';

let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping());
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop();
  await env.teardown();
});

it('with notices on their way', async () => {
  let release = () => {};
  stage.told.held = new Promise((resolve) => {
    release = resolve;
  });
  await stage.detect(detection({ isSample: true }));
  await expect.poll(async () => gate(await stage.view(), 'risk'), { timeout: 10_000 }).not.toBeNull();
  const answers = gate(await stage.view(), 'risk');
  await stage.say('sam', 'assess', {
    answers,
    body: { verdict: 'drill', impact: 'none', reason: 'a sample' },
  });
  await expect.poll(async () => (await stage.view()).outcome, { timeout: 10_000 }).toBe('closed');
  await expect(
    stage.say('lee', 'note', { body: { text: 'too late' } }),
    'it still answers, and says why not',
  ).rejects.toMatchObject({ cause: { type: 'closed' } });
  release();
  expect((await stage.handle().result()) as Ended).toMatchObject({ outcome: 'closed' });
});
