// The orchestrator dies, as a process, in the middle of what it does: what it had decided and not reported is decided again by
// the next one, from the history alone. Everything happens once.
import { WorkflowNotFoundError } from '@temporalio/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifyRecord } from '../../authority/verify-record.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../../workflows/messages.ts';
import { detection, KEY } from '../domain/incident/world.ts';
import { keptIncidents } from '../replay/kept.ts';
import { prompt, soonOver } from '../replay/short-clocks.ts';
import { assessed, ended, mainPath, reached, type Say } from '../replay/stories.ts';
import { Plane } from '../workflows/plane.ts';
import { devServer, type Stage } from '../workflows/stage.ts';
import { orchestratorsOf } from './orchestrator-process.ts';

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  ends = [];
});

/** A stage without an orchestrator. */
async function stageAlone() {
  const { server, stage, stop } = await devServer({ rules: prompt, plane: new Plane(soonOver) });
  ends.push(stop);
  const machines = await stage.machines();
  const running = machines.map((worker) => worker.run());
  ends.push(async () => {
    for (const worker of machines) worker.shutdown();
    await Promise.all(running);
  });
  // A task that died with its worker is given to the next one after a second.
  await stage.client.workflow.start(WORKFLOW_TYPE, {
    workflowId: `incident/${KEY}`,
    taskQueue: TASK_QUEUE,
    args: [{ detection: detection() }],
    workflowTaskTimeout: '1 second',
  });
  return { stage, start: await orchestratorsOf(stage, server.address) };
}

/** By signal, which waits for whoever comes next; and again, as a client does that has heard nothing. */
const bySignalTwice =
  (stage: Stage): Say =>
  async (person, message, words) => {
    const saying = await vi.waitFor(() => stage.statement(person, message, words), {
      timeout: 60_000,
      interval: 50,
    });
    await stage.handle().signal(message, saying);
    await stage
      .handle()
      .signal(message, saying)
      .catch((error: unknown) => {
        // It was the last word, and has ended the incident.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  };

const typesOf = (events: readonly RecordedEvent[]) => events.map((one) => one.type).toSorted();

/** The same story without a crash. */
async function calm(): Promise<RecordedEvent[]> {
  const kept = (await keptIncidents()).findLast((one) => one.name.endsWith('/main-path'));
  const lines = kept?.record.trimEnd().split('\n').slice(0, -1) ?? [];
  return lines.map((line) => JSON.parse(line) as RecordedEvent);
}

/** So many events further, the next one dies. */
const STRIDE = Number(process.env['CUSTODY_CRASH_STRIDE'] ?? 75);

describe('an orchestrator that dies again and again', () => {
  it('leaves one set of effects, and one record as if it had never died', async () => {
    const { stage, start } = await stageAlone();
    const crashes: number[] = [];
    let living = await start(STRIDE);
    let over = false;
    const lives = (async () => {
      for (;;) {
        const at = await living.gone;
        if (over || at === null) return;
        crashes.push(at);
        living = await start(at + STRIDE);
      }
    })();
    ends.push(async () => {
      over = true;
      await living.kill();
      await lives;
    });

    await mainPath(stage, bySignalTwice(stage));
    expect(await ended(stage)).toMatchObject({ outcome: 'closed' });

    expect(crashes.length, `it died at ${crashes.join(', ')}`).toBeGreaterThanOrEqual(3);
    expect(stage.plane.acts).toEqual([
      's1 aws/quarantine apply',
      's2 aws/no-sessions apply',
      's3 aws/access-key apply',
      's4 aws/quarantine undo',
      's5 aws/access-key-replacement apply',
      's6 aws/access-key-deletion apply',
      's7 aws/no-sessions undo',
    ]);
    const verdicts = stage.audit.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(Array(7).fill(['accepted', 'acted']).flat());
    const firstRun = (await stage.handle().describe()).runId;
    const { events, seal } = await stage.records.read({ incident: `incident/${KEY}`, firstRun });
    const text = [...events, seal].map((line) => JSON.stringify(line)).join('\n');
    expect(await verifyRecord(text, { directory: stage.people.directory })).toMatchObject({
      ok: true,
      broken: null,
      sealed: true,
    });
    expect(typesOf(events)).toEqual(typesOf(await calm()));
    const orders = events
      .filter((one) => one.type === 'ordered')
      .map((one) => (one.data as { order: string }).order);
    expect(new Set(orders).size, 'an id for each order').toBe(orders.length);
  });
});

describe('an orchestrator that is killed between two votes', () => {
  it('counts both: the one before from the history, the one that came meanwhile from the server', async () => {
    const { stage, start } = await stageAlone();
    const first = await start(null);
    await assessed(stage, bySignalTwice(stage));
    const asked = await reached(stage, 'the vote of the SOC', (view) =>
      view.gates.some((gate) => gate.name === 'act' && gate.votes.length === 1),
    );
    const act = asked.gates.find((gate) => gate.name === 'act');
    const said = { answers: act?.id ?? null, plan: act?.plan ?? null, body: { verdict: 'approve' } };
    const vote = await stage.statement('ida', 'decide', said);
    await first.kill();
    await stage.handle().signal('decide', vote);
    expect(stage.plane.acts).toEqual([]);
    const second = await start(null);
    ends.push(() => second.kill());
    await reached(stage, 'the approved plan', (view) => view.planHash === act?.plan);
    await reached(stage, 'containment', (view) => view.phase === 'recovery');
    const voted = (await stage.record()).filter(
      (line) => line.type === 'voted' && line.data['gate'] === act?.id,
    );
    expect(voted.map((line) => line.data['person'])).toEqual(['ida']);
    expect(act?.votes.map((one) => one.person)).toEqual(['sam']);
  });
});
