// Notices through real channels, and what the record says of them: who was reached, where, and what failed before.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { notifyActivities, type OutgoingNotice } from '../../activities/notify/notify.ts';
import { loadNotices, type Ways } from '../../workers/notices-file.ts';
import { NOTIFY_QUEUE } from '../../workflows/messages.ts';
import { detection, KEY } from '../domain/incident/world.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

const AT = '2026-11-24T03:13:01.000Z';

let env: TestWorkflowEnvironment;
let stage: Stage;
let folder: string;
let ways: Ways;
const stops: (() => Promise<void>)[] = [];

const set = async (text: string) => {
  const file = path.join(folder, 'notices.yaml');
  await writeFile(file, text);
  ways = await loadNotices(file, {});
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-notices-'));
  ({ env, stage } = await timeSkipping());
  stops.push(await atWork(stage, [NOTIFY_QUEUE]));
  const worker = await Worker.create({
    connection: stage.connection,
    taskQueue: NOTIFY_QUEUE,
    activities: notifyActivities({ waysOf: async (notice) => ways(notice), now: () => AT }),
    dataConverter: { payloadConverterPath: inject('workflows').payloadConverterPath },
  });
  const running = worker.run();
  stops.push(async () => {
    worker.shutdown();
    await running;
  });
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await env.teardown();
});

it('a channel that fails falls to the next, and both stand in the record', async () => {
  await set(`version: 1
channels:
  broken: { type: file, path: nowhere/notices.jsonl }
  log: { type: file, path: notices.jsonl }
parties: { soc: [broken] }
everyone: [log]
`);
  await stage.detect(detection());
  await env.sleep('5 seconds');
  const lines = await stage.record();
  expect(lines.find((line) => line.type === 'noticeDelivered')?.data).toEqual({
    notice: 'notice-1',
    delivery: {
      to: 'everyone',
      channel: 'log',
      at: AT,
      failed: [{ channel: 'broken', reason: 'it failed (ENOENT)' }],
    },
  });
  const [first] = (await readFile(path.join(folder, 'notices.jsonl'), 'utf8')).split('\n');
  const sent = JSON.parse(first ?? '') as OutgoingNotice;
  const { firstRun } = await stage.view();
  expect(sent).toMatchObject({ firstRun, key: KEY, id: 'notice-1', to: 'soc', level: 'high', drill: false });
  const { holder, due, then, answer } = lines.find((line) => line.type === 'told')?.data ?? {};
  expect(sent).toMatchObject({ holder, due, then, answer });
});

it('none that works: every reason stands in the record, and silence counts all the same', async () => {
  await set(`version: 1
channels:
  broken: { type: file, path: nowhere/notices.jsonl }
  worse: { type: file, path: nowhere/at/all.jsonl }
everyone: [broken, worse]
`);
  await env.sleep('20 minutes');
  const lines = await stage.record();
  expect(lines.filter((line) => line.type === 'noticeFailed').at(-1)?.data).toMatchObject({
    reason: 'No channel took the notice (broken: it failed (ENOENT); worse: it failed (ENOENT)).',
  });
  expect(lines.map((line) => line.type)).toContain('silence');
});
