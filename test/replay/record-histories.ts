// Records a set of histories on a real server: each incident goes on until its record is sealed, so that all of it was settled.
// Run by "npm run record-histories". Nothing that is kept may hold a secret, or the name of a machine.
import { hostname } from 'node:os';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, it } from 'vitest';
import { canonical } from '../../domain/encoding/canonical.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import { detection, KEY } from '../domain/incident/world.ts';
import { Plane } from '../workflows/plane.ts';
import { atWork, devServer, type Stage } from '../workflows/stage.ts';
import { keep } from './kept.ts';
import { prompt, silentFor, soonOver } from './short-clocks.ts';
import { byUpdate, ended, falsePositive, loneKey, mainPath, reached } from './stories.ts';

const set = process.env['CUSTODY_HISTORY_SET'] ?? '';

interface Setting {
  rules?: Rules;
  dynamicConfig?: string[];
}

async function onStage(setting: Setting, story: (stage: Stage) => Promise<void>): Promise<void> {
  const { stage, stop } = await devServer({ rules: prompt, plane: new Plane(soonOver), ...setting });
  try {
    const goHome = await atWork(stage);
    try {
      await story(stage);
    } finally {
      await goHome();
    }
  } finally {
    await stop();
  }
}

/** All runs of an incident that has ended, from its first, and its record. */
async function recorded(stage: Stage, name: string, key: string, firstRun: string): Promise<void> {
  const runs: string[] = [];
  for (let runId: string | null | undefined = firstRun; runId; ) {
    const history = await stage.client.workflow.getHandle(`incident/${key}`, runId).fetchHistory();
    runs.push(presentable(historyToJSON(history)));
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  const { events, seal } = await stage.records.read({ incident: `incident/${key}`, firstRun });
  expect(seal, 'the record is sealed').not.toBeNull();
  const record = `${[...events, seal].map((line) => canonical(line)).join('\n')}\n`;
  await keep(set, { name, runs, record, directory: stage.people.directory });
}

/** An event a line; without what a replay does not look at: what was asked of activities, and the places of this machine. */
function presentable(json: string): string {
  const { events } = JSON.parse(json) as { events: Record<string, unknown>[] };
  const lines = events.map((event) => JSON.stringify(event, withoutPlaces));
  return `{"events":[\n${lines.join(',\n')}\n]}\n`.replaceAll(`${process.pid}@${hostname()}`, 'recorder');
}

function withoutPlaces(field: string, value: unknown): unknown {
  if (field === 'stackTrace') return '';
  if (field !== 'activityTaskScheduledEventAttributes') return value;
  return { ...(value as object), input: undefined };
}

it('a set has a name', () => {
  expect(set, 'run it with: npm run record-histories').toMatch(/^[\w.-]+$/);
});

it('main-path', () =>
  onStage({}, async (stage) => {
    await stage.detect(detection());
    const { firstRun } = await reached(stage, 'the beginning', () => true);
    await mainPath(stage);
    expect(await ended(stage)).toMatchObject({ outcome: 'closed' });
    await recorded(stage, 'main-path', KEY, firstRun);
  }));

it('lone-key, forwarded to its user; that incident is a false-positive', () =>
  onStage({}, async (stage) => {
    const { signaledRunId } = await stage.detect(loneKey);
    expect(await ended(stage, loneKey.key ?? '')).toMatchObject({ outcome: 'forwarded', to: KEY });
    await recorded(stage, 'lone-key', loneKey.key ?? '', signaledRunId);
    const { firstRun } = await reached(stage, 'the alert', (view) => view.detections.count === 1);
    await falsePositive(stage);
    expect(await ended(stage)).toMatchObject({ outcome: 'closed' });
    await recorded(stage, 'false-positive', KEY, firstRun);
  }));

it('silence: rungs, fallback, hold, repetition; then somebody answers', () =>
  onStage({ rules: silentFor(2_000) }, async (stage) => {
    await stage.detect(detection());
    const { firstRun } = await reached(stage, 'the beginning', () => true);
    const told = async () => (await stage.record()).filter((line) => line.type === 'rungTold').length;
    await expect.poll(told, { timeout: 30_000, interval: 200 }).toBeGreaterThanOrEqual(6);
    await falsePositive(stage);
    await ended(stage);
    await recorded(stage, 'silence', KEY, firstRun);
  }));

it('continued: the main path, in several runs', () =>
  onStage({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=100'] }, async (stage) => {
    await stage.detect(detection());
    const { firstRun } = await reached(stage, 'the beginning', () => true);
    const say = byUpdate(stage);
    for (let i = 0; i < 5; i++) await say('sam', 'note', { body: { text: `what I see: ${i}` } });
    await mainPath(stage);
    await ended(stage);
    await recorded(stage, 'continued', KEY, firstRun);
  }));
