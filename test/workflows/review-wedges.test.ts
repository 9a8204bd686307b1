// Ways in which one message could once have stopped an incident's clock for good: each is sent, and the clock must run on.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../../workflows/messages.ts';
import { atWork, keyNamed, named, type Stage, timeSkipping } from './stage.ts';

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

/** Events of the history that say how the run fares; the query would wait for a run that stands still. */
async function history(key: string) {
  const { events } = await stage.handle(key).fetchHistory();
  const count = (attributes: string) =>
    (events ?? []).filter((one) => (one as unknown as Record<string, unknown>)[attributes] != null).length;
  return {
    failedTasks: count('workflowTaskFailedEventAttributes'),
    timers: count('timerFiredEventAttributes'),
  };
}

async function opened(name: string) {
  const key = keyNamed(name);
  const handle = await stage.detect(named(name));
  await env.sleep('1 second');
  return { key, handle };
}

async function runsOn(key: string): Promise<void> {
  const before = await history(key);
  await env.sleep('4 minutes');
  const after = await history(key);
  expect(after.failedTasks, 'no workflow task fails').toBe(0);
  expect(after.timers, 'the clock runs on').toBeGreaterThan(before.timers);
}

const codes = async (key: string) =>
  (await stage.record(key)).filter((line) => line.type === 'refused').map((line) => line.data['code']);

describe('a signal', () => {
  it('of a name that the SDK keeps for itself is refused like any unknown one', async () => {
    const { key, handle } = await opened('reserved');
    await handle.signal('__temporal_anything', {});
    await runsOn(key);
    expect(await codes(key)).toEqual(['unknownMessage']);
  });

  it('of a name that is cut within a character', async () => {
    const { key, handle } = await opened('long-name');
    await handle.signal(`${'a'.repeat(63)}😀`, {});
    await runsOn(key);
    expect(await codes(key)).toEqual(['unknownMessage']);
  });

  it('that pretends to be undecodable carries nothing in', async () => {
    const { key, handle } = await opened('pretends');
    const unread = named('pretends', { title: 'not looked at' });
    await handle.signal('detect', { undecodable: true, reason: 'x', detection: unread });
    await handle.signal('detect', { undecodable: true, detection: { key: 'a/%E0%A4%A/b/c' } });
    await handle.signal('note', { undecodable: true, reason: { toString: 1, text: 'y'.repeat(100_000) } });
    await runsOn(key);
    expect(await codes(key)).toEqual(['undecodable', 'undecodable', 'undecodable']);
    expect(JSON.stringify(await stage.record(key))).not.toContain('yyyy');
    expect((await stage.view(key)).detections.count).toBe(1);
  });
});

describe('an alert', () => {
  it('with half a character in what names its identity is refused', async () => {
    const { key, handle } = await opened('halves');
    const sample = named('x', {
      identityKind: 'unknown',
      identityRef: null,
      credentialId: '\ud800',
      isSample: true,
    });
    const elsewhere = named('x', {
      provider: 'okta',
      identityKind: 'user',
      identityRef: '\ud800',
      accountId: '\udc00',
    });
    await handle.signal('detect', { detection: sample });
    await handle.signal('detect', { detection: elsewhere });
    await runsOn(key);
    expect(await codes(key)).toEqual(['malformed', 'malformed']);
  });

  it('with half a character in its other words joins', async () => {
    const { key, handle } = await opened('half-words');
    const classification = [
      { fact: 'privileged' as const, value: true, evidence: `${'e'.repeat(499)}😀 and more` },
    ];
    await handle.signal('detect', {
      detection: named('half-words', { sourceId: 'b', title: 'a\ud800', why: '\udc00', classification }),
    });
    await runsOn(key);
    expect((await stage.view(key)).detections.count).toBe(2);
  });

  it('of which very many and very long ones come at once: the record takes them all', async () => {
    const { key, handle } = await opened('long-ones');
    const evidence = 'e'.repeat(500);
    const classification = Array.from({ length: 32 }, () => ({
      fact: 'workload' as const,
      value: true,
      evidence,
    }));
    await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        handle.signal('detect', { detection: named('long-ones', { sourceId: `long-${i}`, classification }) }),
      ),
    );
    await runsOn(key);
    expect((await stage.view(key)).detections.count).toBe(301);
    const { incident, firstRun } = await stage.view(key);
    const { events } = await directoryRecordStore(stage.recordsFolder).read({ incident, firstRun });
    const stored = events.flatMap((line) => (line.type === 'detectionJoined' ? [line.data] : []));
    expect(stored.flatMap((data) => (data as { detections: unknown[] }).detections)).toHaveLength(300);
    expect((await stage.handle(key).describe()).status.name).toBe('RUNNING');
  });
});

describe('a start', () => {
  it.each([
    ['nothing', []],
    ['null', [null]],
    ['a text', ['please']],
    ['a state that is none', [{ carried: null }]],
    ['a pretence', [{ undecodable: true, detection: { key: 'a/b/c/d' } }]],
  ])('with %s fails at once and says why', async (name, args) => {
    const handle = await env.client.workflow.start(WORKFLOW_TYPE, {
      workflowId: `start-${name}`,
      taskQueue: TASK_QUEUE,
      args,
      workflowExecutionTimeout: '1 hour',
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'unreadableStart' } });
  });
});
