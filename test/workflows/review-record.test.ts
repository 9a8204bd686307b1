// A record store that refuses, and what comes while an incident ends: nothing turns in a loop, nobody waits in vain, no alert is lost.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { handleOf } from '../../domain/identity/identity.ts';
import { chained, GENESIS } from '../../domain/record/record.ts';
import type { Outcome } from '../../workflows/messages.ts';
import { atWork, gate, keyNamed, named, type Stage, timeSkipping } from './stage.ts';

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

/** Puts a line of somebody else's into the record; the function that comes back takes it out. */
async function forked(key: string): Promise<() => Promise<void>> {
  const { firstRun, incident } = await stage.view(key);
  const folder = path.join(stage.recordsFolder, `${handleOf(incident)}-${firstRun}`);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, '000000000001.json');
  await writeFile(
    file,
    JSON.stringify(chained(GENESIS, '2020-01-01T00:00:00.000Z', { type: 'x', data: {} })),
  );
  return () => rm(file);
}

async function settles(key: string): Promise<number> {
  const { events } = await stage.handle(key).fetchHistory();
  return (events ?? []).filter(
    (one) => one.activityTaskScheduledEventAttributes?.activityType?.name === 'settle',
  ).length;
}

describe('a record that has forked', () => {
  it('is told, and not tried again in a loop', async () => {
    const key = keyNamed('forked');
    await stage.detect(named('forked'));
    await env.sleep('1 second');
    await forked(key);
    for (let i = 0; i < 60; i++) await stage.say('sam', 'note', { body: { text: `note ${i}` } }, key);
    await env.sleep('10 minutes');
    expect(await settles(key)).toBeGreaterThan(0);
    expect(await settles(key)).toBeLessThan(4);
    expect((await stage.view(key)).concerns.join(' ')).toContain('forked');
    expect(stage.told.notices.some((one) => one.says.includes('could not be stored'))).toBe(true);
  });
});

describe('an incident that is closed and not sealed yet', () => {
  it('answers at once whoever still says something, and an alert opens the next incident', async () => {
    const key = keyNamed('closing');
    await stage.detect(named('closing', { isSample: true }));
    await env.sleep('1 second');
    const first = await stage.view(key);
    const heal = await forked(key);
    const body = { verdict: 'drill', impact: 'none', reason: 'a sample' };
    await stage.say('sam', 'assess', { answers: gate(first, 'risk'), body }, key);
    await env.sleep('30 seconds');
    await expect(stage.say('sam', 'note', { body: { text: 'late' } }, key)).rejects.toMatchObject({
      cause: { type: 'closed' },
    });
    const handle = stage.handle(key);
    const alert = named('closing', { sourceId: 'real', title: 'now it is real' });
    await expect(
      handle.executeUpdate<Outcome, [unknown]>('detect', { args: [{ detection: alert }] }),
    ).resolves.toMatchObject({ accepted: true });
    await handle.signal('detect', { detection: named('closing', { sourceId: 'another' }) });
    await env.sleep('10 seconds');
    await heal();
    await env.sleep('2 minutes');
    const next = await stage.view(key);
    expect(next).toMatchObject({
      outcome: 'open',
      drill: false,
      title: 'now it is real',
      detections: { count: 2 },
    });
    expect(next.firstRun).not.toBe(first.firstRun);
    const records = directoryRecordStore(stage.recordsFolder);
    const { incident, firstRun } = first;
    const sealed = await records.read({ incident, firstRun });
    expect(sealed.seal).not.toBeNull();
    expect(sealed.events.at(-1)?.type).not.toBe('refused');
    await stage.assess('sam', key);
    await env.sleep('10 seconds');
    expect((await stage.record(key))[0]).toMatchObject({ seq: 1, type: 'opened' });
  });
});
