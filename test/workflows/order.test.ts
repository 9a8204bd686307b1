// What was sent while no worker was up is taken in the order in which it came, whatever it is called.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detection } from '../domain/incident/world.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

let env: TestWorkflowEnvironment;
let stage: Stage;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping());
});
afterAll(() => env?.teardown());

it('signals of several names', async () => {
  const names = [
    'note',
    'unknown',
    'decide',
    '__temporal_own',
    'note',
    'acknowledge',
    'detect',
    'assess',
    'close',
  ];
  await stage.detect(detection());
  for (const name of names) await stage.handle().signal(name, 'nothing that can be read');
  const stop = await atWork(stage);
  try {
    await env.sleep('2 seconds');
    const refused = (await stage.record()).filter((line) => line.type === 'refused');
    expect(refused.map((line) => line.data['message'])).toEqual(
      names.map((name) => (name.startsWith('__') ? `reserved ${name}` : name)),
    );
  } finally {
    await stop();
  }
});
