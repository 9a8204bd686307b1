// Nobody ever answers: ladder, fallback, repeat, recorded as due at the exact instants, on the time-skipping server.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plus } from '../../domain/instant/instant.ts';
import { detection, MINUTE } from '../domain/incident/world.ts';
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

it('climbs, hands off, and then keeps telling', async () => {
  await stage.detect(detection());
  await env.sleep('56 minutes');
  const lines = await stage.record();
  const opened = lines[0]?.at ?? '';
  const offered = lines.find((line) => line.type === 'offered')?.at ?? '';
  const done = lines
    .filter((line) => ['rungTold', 'silence'].includes(line.type))
    .map((line) => [line.type, line.data['due']]);
  expect(done.slice(0, 8)).toEqual([
    ['rungTold', plus(opened, 3 * MINUTE)],
    ['rungTold', plus(opened, 6 * MINUTE)],
    ['silence', plus(opened, 10 * MINUTE)],
    ['rungTold', plus(offered, 3 * MINUTE)],
    ['rungTold', plus(offered, 6 * MINUTE)],
    ['silence', plus(offered, 10 * MINUTE)],
    ['rungTold', plus(offered, 25 * MINUTE)],
    ['rungTold', plus(offered, 40 * MINUTE)],
  ]);
  const told = stage.told.notices.map((notice) => notice.to);
  expect(told.slice(0, 4)).toEqual(['soc', 'soc', 'soc', 'platform']);
  expect(told.slice(4, 8).toSorted()).toEqual(['platform', 'platform', 'soc', 'soc']);
  expect(told.slice(8)).toEqual(['soc', 'soc', 'soc']);
  const described = await stage.handle().describe();
  expect(described.searchAttributes).toMatchObject({ custodyPhase: ['triage'], custodyHolder: ['soc'] });
});
