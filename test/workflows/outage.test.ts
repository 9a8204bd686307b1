// After an outage every deadline lies in the past: here a run continues whose clocks stood for five hours.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instant } from '../../domain/instant/instant.ts';
import { chained, GENESIS, type RecordedEvent } from '../../domain/record/record.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../../workflows/messages.ts';
import { detection, HOUR, World } from '../domain/incident/world.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

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

it('the rung is announced again, and no fallback acts before people had their time', async () => {
  const world = new World(detection(), instant((await env.currentTimeMs()) - 5 * HOUR)).look();
  world.deliver();
  const tail: RecordedEvent[] = [];
  for (const one of world.events) {
    const before = tail.at(-1);
    tail.push(
      chained(before === undefined ? GENESIS : { seq: before.seq, hash: before.hash }, one.at, {
        type: one.type,
        data: one.data,
      }),
    );
  }
  const last = tail.at(-1) as RecordedEvent;
  await env.client.workflow.start(WORKFLOW_TYPE, {
    workflowId: world.incident.id,
    taskQueue: TASK_QUEUE,
    args: [
      {
        carried: {
          incident: world.incident,
          ledger: { head: { seq: last.seq, hash: last.hash }, tail },
          waiting: [],
        },
      },
    ],
  });
  await env.sleep('2 seconds');
  const lines = await stage.record();
  expect(lines.filter((line) => line.type === 'rungTold')).toMatchObject([{ data: { rung: 0, late: true } }]);
  expect(lines.map((line) => line.type)).not.toContain('silence');
  await env.sleep('190 seconds');
  expect((await stage.record()).map((line) => line.type)).not.toContain('silence');
  await env.sleep('5 minutes');
  expect((await stage.record()).map((line) => line.type)).toContain('silence');
});
