// What the time-skipping server cannot show: an absent executor, continue-as-new, a missing search attribute, two votes at once.
import { afterEach, describe, expect, it } from 'vitest';
import { startTemporal } from '../../local/servers.ts';
import { newKey, writeKey } from '../../authority/keys.ts';
import { executorQueue } from '../../workflows/messages.ts';
import { detection, KEY, rules } from '../domain/incident/world.ts';
import { atWork, devServer, gate } from '../workflows/stage.ts';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { orchestrator } from '../../workers/orchestrator.ts';

const quick = rules({
  propagationMs: 200,
  orders: { pickUpMs: 1_000, runMs: 5_000, againMs: 1_000, watchMs: 14_400_000 },
});

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function eventually(what: () => Promise<void>): Promise<void> {
  await expect
    .poll(
      () =>
        what().then(
          () => 'so',
          (error: unknown) => String(error),
        ),
      { timeout: 30_000, interval: 100 },
    )
    .toBe('so');
}

describe('an absent executor', () => {
  it('is recorded and climbs the ladder; the order is taken up when it comes back', async () => {
    const { stage, stop } = await devServer({ rules: quick });
    ends.push(stop);
    ends.push(await atWork(stage, [executorQueue('identity-aws')]));
    await stage.detect(detection());
    await eventually(async () => expect((await stage.view()).plans).toHaveLength(1));
    await stage.assess();
    await stage.approve();
    await eventually(async () =>
      expect((await stage.record()).map((line) => line.type)).toContain('executorAbsent'),
    );
    const view = await stage.view();
    expect(view.steps?.[0]?.trouble).toContain('identity-aws');
    expect(view.due.at).toBeTruthy();
    expect(stage.plane.acts).toEqual([]);
    const back = await stage.machines([executorQueue('owner-aws'), 'custody.check.aws', 'custody.notify']);
    const running = back.map((worker) => worker.run());
    ends.push(async () => {
      for (const worker of back) worker.shutdown();
      await Promise.all(running);
    });
    await eventually(async () => expect((await stage.view()).phase).toBe('recovery'));
    const ordered = (await stage.record()).filter(
      (line) => line.type === 'ordered' && line.data['step'] === 's1',
    );
    expect(new Set(ordered.map((line) => line.data['order'])).size).toBe(1);
    expect(ordered.length).toBeGreaterThan(1);
  });
});

describe('continue-as-new', () => {
  it('carries state, clocks, orders and what waits: nothing is lost and nothing happens twice', async () => {
    const { stage, stop } = await devServer({
      rules: quick,
      dynamicConfig: ['limit.historyCount.suggestContinueAsNew=40'],
    });
    ends.push(stop);
    ends.push(await atWork(stage));
    await stage.detect(detection());
    await eventually(async () => expect((await stage.view()).plans).toHaveLength(1));
    const first = await stage.view();
    for (let i = 0; i < 12; i++) await stage.say('sam', 'note', { body: { text: `note ${i}` } });
    const between = await stage.statement('sam', 'note', { body: { text: 'said before, sent after' } });
    await stage.update('note', between);
    await eventually(async () => {
      const { runId } = await stage.handle().describe();
      expect(runId).not.toBe(first.firstRun);
    });
    expect(await stage.view()).toMatchObject({
      firstRun: first.firstRun,
      hold: { id: 'hold-1', acknowledgeBy: first.hold.acknowledgeBy },
    });
    await expect(
      stage.update('note', between),
      'a repetition gets its first outcome in a later run too',
    ).resolves.toMatchObject({ accepted: true });
    await stage.assess();
    await stage.approve();
    await eventually(async () => expect((await stage.view()).phase).toBe('recovery'));
    const lines = await stage.record();
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_, i) => i + 1));
    expect(lines.filter((line) => line.type === 'noted')).toHaveLength(13);
    expect(stage.plane.acts.slice(0, 3)).toEqual([
      's1 aws/quarantine apply',
      's2 aws/no-sessions apply',
      's3 aws/access-key apply',
    ]);
  });
});

describe('two votes at the same moment', () => {
  it('and one of them twice: each counts once', async () => {
    const { stage, stop } = await devServer({
      rules: {
        ...quick,
        gates: { ...quick.gates, act: { quorum: 3, parties: ['soc', 'identity'] } },
      },
    });
    ends.push(stop);
    ends.push(await atWork(stage));
    await stage.detect(detection());
    await eventually(async () => expect((await stage.view()).plans).toHaveLength(1));
    await stage.assess();
    const view = await stage.view();
    const plan = view.plans[0]?.hash ?? null;
    const answers = gate(view, 'act');
    const said = { answers, plan, body: { verdict: 'approve' } };
    const [lee, ida] = [
      await stage.statement('lee', 'decide', said),
      await stage.statement('ida', 'decide', said),
    ];
    const outcomes = await Promise.allSettled([
      stage.update('decide', lee),
      stage.update('decide', ida),
      stage.handle(KEY).signal('decide', ida),
    ]);
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    await eventually(async () => expect((await stage.view()).planHash).toBe(plan));
    expect(
      (await stage.record()).filter((line) => line.type === 'voted' && line.data['gate'] === answers),
    ).toHaveLength(2);
  });
});

describe('a missing search attribute', () => {
  it('keeps an orchestrator from polling, with one line saying what to do', async () => {
    const server = await startTemporal();
    ends.push(() => server.stop());
    const folder = await mkdtemp(path.join(tmpdir(), 'custody-key-'));
    const file = path.join(folder, 'key.json');
    await writeKey(file, (await newKey('orchestrator')).content);
    const before = process.env['TEMPORAL_ADDRESS'];
    process.env['TEMPORAL_ADDRESS'] = server.address;
    try {
      const environment = {
        CUSTODY_RUNBOOK: 'runbooks/default',
        CUSTODY_RECORDS: folder,
        CUSTODY_KEY: file,
        CUSTODY_AUDIT: path.join(folder, 'audit.jsonl'),
      };
      await expect(orchestrator(environment)).rejects.toThrow('Create them first: custody setup');
    } finally {
      if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
      else process.env['TEMPORAL_ADDRESS'] = before;
    }
  });
});
