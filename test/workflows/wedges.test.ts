// Nothing may wedge the clock: what cannot be read, what nobody knows, a request to cancel, a flood, an outage.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORKFLOW_TYPE, TASK_QUEUE, type Ended } from '../../workflows/messages.ts';
import { KEY } from '../domain/incident/world.ts';
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

const types = async (key: string) => (await stage.record(key)).map((line) => line.type);
const refusals = async (key: string) =>
  (await stage.record(key))
    .filter((line) => line.type === 'refused')
    .map((line) => [line.data['message'], line.data['code']]);

/** A payload that no converter reads, sent as any client could. */
async function rawSignal(key: string, name: string, data: string, encoding = 'json/plain'): Promise<void> {
  await env.client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: `incident/${key}` },
    signalName: name,
    input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
  });
}

describe('a message', () => {
  it('that cannot be decoded is refused by an event, and the incident goes on', async () => {
    const key = keyNamed('undecodable');
    await stage.detect(named('undecodable'));
    await rawSignal(key, 'decide', '{"statement": ');
    await rawSignal(key, 'note', 'x', 'binary/encrypted-by-somebody');
    await rawSignal(key, 'detect', '\u0000');
    await env.sleep('2 seconds');
    expect(await refusals(key)).toEqual([
      ['decide', 'undecodable'],
      ['note', 'undecodable'],
      ['detect', 'undecodable'],
    ]);
    await stage.say('sam', 'note', { body: { text: 'still here' } }, key);
    expect(await types(key)).toContain('noted');
  });

  it('of the wrong shape, of an unknown name, or none at all, likewise', async () => {
    const key = keyNamed('shapes');
    await stage.detect(named('shapes'));
    const handle = stage.handle(key);
    await handle.signal('decide', { statement: 7 });
    await handle.signal('detect', { detection: { format: 'something else' } });
    await handle.signal('detect', { detection: named('somebody-else') });
    await handle.signal('noSuchMessage', { x: 1 });
    await handle.signal('acknowledge');
    await env.sleep('2 seconds');
    expect(await refusals(key)).toEqual([
      ['decide', 'malformed'],
      ['detect', 'malformed'],
      ['detect', 'notOurs'],
      ['noSuchMessage', 'unknownMessage'],
      ['acknowledge', 'malformed'],
    ]);
    await expect(stage.update('decide', { statement: 7 }, key)).rejects.toMatchObject({
      cause: { type: 'malformed' },
    });
    expect(await refusals(key), 'a validator’s refusal writes no history').toHaveLength(5);
  });

  it('merely told, by a bare signal, acknowledges', async () => {
    const key = keyNamed('told');
    await stage.detect(named('told'));
    await stage.handle(key).signal('acknowledge', { person: 'sam', body: { answer: 'accept' } });
    await stage.handle(key).signal('decide', { person: 'sam', body: { verdict: 'approve' } });
    await env.sleep('2 seconds');
    expect((await stage.view(key)).hold).toMatchObject({ person: 'sam' });
    expect(await refusals(key)).toMatchObject([['decide', 'notProven']]);
  });
});

describe('a request to cancel', () => {
  it('is recorded and refused, and the clock runs on', async () => {
    const key = keyNamed('cancelled');
    await stage.detect(named('cancelled'));
    await env.sleep('1 second');
    await stage.handle(key).cancel();
    await env.sleep('4 minutes');
    expect(await refusals(key)).toEqual([['cancel', 'cancelRefused']]);
    expect(await types(key)).toContain('rungTold');
    expect((await stage.handle(key).describe()).status.name).toBe('RUNNING');
  });
});

describe('a start', () => {
  it('under another name hands the alert on and ends', async () => {
    const one = named('misnamed');
    const handle = await env.client.workflow.start(WORKFLOW_TYPE, {
      workflowId: 'some-soar-run-17',
      taskQueue: TASK_QUEUE,
      args: [{ detection: one }],
    });
    expect((await handle.result()) as Ended).toMatchObject({
      outcome: 'forwarded',
      to: keyNamed('misnamed'),
    });
    expect(await stage.view(keyNamed('misnamed'))).toMatchObject({ phase: 'triage', outcome: 'open' });
  });

  it('of a lone key is resolved by the checker, and its alert joins the incident of its user', async () => {
    const key = 'aws/123456789012/access-key/AKIAIOSFODNN7LONELY1';
    const lone = named('x', {
      identityRef: null,
      credentialId: 'AKIAIOSFODNN7LONELY1',
      key,
      identityKind: 'aws-iam-user-access-key',
    });
    await stage.detect(lone);
    expect((await stage.handle(key).result()) as Ended).toMatchObject({ outcome: 'forwarded', to: KEY });
    expect((await stage.view(KEY)).detections).toMatchObject({ count: 1 });
    expect((await stage.record(KEY))[0]?.data['detection']).toMatchObject({
      credentialId: 'AKIAIOSFODNN7LONELY1',
    });
  });

  it('that names nothing to hold fails at once and says why', async () => {
    const handle = await env.client.workflow.start(WORKFLOW_TYPE, {
      workflowId: 'nothing',
      taskQueue: TASK_QUEUE,
      args: [{ detection: { a: 1 } }],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'unreadableStart' } });
  });
});

describe('a flood', () => {
  it('of a thousand alerts is folded; the state stays small and the incident answers', async () => {
    const key = keyNamed('flooded');
    const handle = await stage.detect(named('flooded'));
    const ids = Array.from({ length: 1_000 }, (_, i) => `finding-${i % 600}`);
    for (let i = 0; i < ids.length; i += 100) {
      await Promise.all(
        ids
          .slice(i, i + 100)
          .map((sourceId) => handle.signal('detect', { detection: named('flooded', { sourceId }) })),
      );
    }
    await env.sleep('2 seconds');
    expect((await stage.view(key)).detections.count).toBeGreaterThan(600);
    expect((await types(key)).filter((type) => type === 'detectionJoined').length).toBeLessThan(300);
    await stage.assess('sam', key);
    expect((await stage.view(key)).phase).toBe('containment');
  });
});
