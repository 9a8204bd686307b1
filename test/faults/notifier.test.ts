// Nobody can be told, because the channel is down: silence does not count until the notice is known to have failed.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plus } from '../../domain/instant/instant.ts';
import { detection, MINUTE, rules } from '../domain/incident/world.ts';
import { atWork, type Stage, timeSkipping } from '../workflows/stage.ts';

const usual = rules();
const { triage } = usual.phases;
/** The last rung is so close to the end that its notice is still on its way then: a notice fails after two minutes. */
const lateRung = rules({
  phases: {
    ...usual.phases,
    triage: {
      ...triage,
      ladder: {
        ...triage.ladder,
        rungs: [{ afterMs: 9.5 * MINUTE, tell: 'soc', person: null, rotation: null }],
      },
    },
  },
});

let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping({ rules: lateRung }));
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop?.();
  await env?.teardown();
});

it('waits with the fallback, says so, and acts when the notice has failed', async () => {
  stage.told.failing = true;
  await stage.detect(detection());
  await env.sleep('14 minutes');
  const lines = await stage.record();
  const opened = lines[0]?.at ?? '';
  const due = plus(opened, 10 * MINUTE);
  const at = (type: string) => lines.flatMap((line) => (line.type === type ? [line.at] : []));

  expect(stage.told.notices).toEqual([]);
  expect(lines.filter((line) => line.type === 'rungTold')[0]?.data['due']).toBe(plus(opened, 9.5 * MINUTE));
  const notCounted = lines.filter((line) => line.type === 'silenceNotCounted');
  expect(notCounted.map((line) => line.data['due'])).toContain(due);
  const rung = lines.find((line) => line.type === 'told' && line.seq > (seqOf(lines, 'rungTold') ?? 0));
  const failed = lines.find(
    (line) => line.type === 'noticeFailed' && line.data['notice'] === rung?.data['notice'],
  );
  const silence = lines.find((line) => line.type === 'silence');
  expect(failed?.at, 'the notice was tried until after the end').toSatisfy((one: string) => one > due);
  expect(silence?.seq).toBeGreaterThan(failed?.seq ?? Infinity);
  expect(silence?.data).toMatchObject({ does: 'hand-off', to: 'platform' });
  expect(at('silence')[0], 'as soon as it is known, at the next look').toSatisfy(
    (one: string) => one <= plus(failed?.at ?? '', MINUTE),
  );
});

it('whoever looks without having been told can answer, and the channel is used again when it is back', async () => {
  stage.told.failing = false;
  const { offer } = await stage.view();
  await stage.say('pat', 'acknowledge', { answers: offer?.id ?? null, body: { answer: 'accept' } });
  expect((await stage.view()).hold).toMatchObject({ party: 'platform', person: 'pat' });
  await env.sleep('70 minutes');
  expect(stage.told.notices.map((notice) => notice.to)).toContain('platform');
});

const seqOf = (lines: readonly { type: string; seq: number }[], type: string) =>
  lines.find((line) => line.type === type)?.seq;
