// The client against a real server, with a small workflow of its own in place of the incident.
import { fileURLToPath } from 'node:url';
import type { Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CustodyClient, custodyClient, connect, createSearchAttributes } from '../../client/index.ts';
import { SearchAttributesDiffer } from '../../client/failure.ts';
import type { Detection } from '../../domain/detection/detection.schema.ts';
import { encode } from '../../domain/encoding/base64url.ts';
import { handleOf } from '../../domain/identity/identity.ts';
import { startTemporal, type TemporalServer } from '../../local/servers.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { SEARCH_ATTRIBUTES, TASK_QUEUE } from '../../workflows/messages.ts';
import type { Heard } from './echo.workflow.ts';

let server: TemporalServer;
let connection: Connection;
let native: NativeConnection;
let client: CustodyClient;
let workflowBundle: WorkflowBundle;

const detection = (name: string, more: Partial<Detection> = {}): Detection => ({
  format: 'custody/detection/1',
  source: 'guardduty',
  sourceId: 'finding-1',
  updatedAt: '2026-11-24T03:12:00Z',
  provider: 'aws',
  accountId: '123456789012',
  identityKind: 'aws-iam-user-access-key',
  identityRef: name,
  credentialId: 'AKIAEXAMPLE',
  severity: 8,
  level: 'high',
  occurredAt: null,
  occurredAtUtc: null,
  isSample: false,
  opens: true,
  why: 'a credential is used by somebody else',
  key: `aws/123456789012/iam-user/${name}`,
  classification: [],
  ...more,
});

const saying = (jti: string): Saying => ({ statement: encode(JSON.stringify({ jti })) });

const idOf = (name: string) => `incident/aws/123456789012/iam-user/${name}`;

async function heard(workflowId: string): Promise<Heard[]> {
  const { view } = await client.incident(workflowId);
  return (view as unknown as { heard: Heard[] }).heard;
}

async function working<T>(scene: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({ connection: native, taskQueue: TASK_QUEUE, workflowBundle });
  return worker.runUntil(scene);
}

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('./echo.workflow.ts', import.meta.url));
  [server, workflowBundle] = await Promise.all([
    startTemporal(),
    bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') }),
  ]);
  ({ connection } = await connect({ address: server.address }));
  native = await NativeConnection.connect({ address: server.address });
  client = custodyClient({ connection, namespace: 'default', acceptWithinMs: 1_500 });
  // First of all, because incidents whose attribute is missing stand still.
  expect(await createSearchAttributes(connection, 'default')).toEqual({
    created: Object.keys(SEARCH_ATTRIBUTES),
    present: [],
  });
}, 60_000);

afterAll(async () => {
  await native?.close();
  await connection?.close();
  await server?.stop();
});

test('setup may be repeated, and stops at an attribute of another type', async () => {
  expect(await createSearchAttributes(connection, 'default')).toEqual({
    created: [],
    present: Object.keys(SEARCH_ATTRIBUTES),
  });
  const namespace = 'other';
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await expect
    .poll(
      () =>
        connection.operatorService
          .addSearchAttributes({ namespace, searchAttributes: { custodyDue: 2 } })
          .then(() => 'there', String),
      { timeout: 20_000 },
    )
    .toBe('there');
  await expect
    .poll(
      () =>
        createSearchAttributes(connection, namespace).then(
          () => undefined,
          (error: unknown) => error,
        ),
      { timeout: 20_000 },
    )
    .toBeInstanceOf(SearchAttributesDiffer);
  await expect(createSearchAttributes(connection, namespace)).rejects.toThrow(
    /custodyDue of type KEYWORD; custody needs DATETIME/,
  );
}, 60_000);

test('detect opens, a second alert joins, and both are in the incident', async () => {
  await working(async () => {
    expect(await client.detect(detection('joined'))).toEqual({ incident: idOf('joined'), joined: false });
    expect(await client.detect(detection('joined', { sourceId: 'finding-2' }))).toEqual({
      incident: idOf('joined'),
      joined: true,
    });
    const { view } = await client.incident(idOf('joined'));
    expect(view).toMatchObject({
      start: { detection: { sourceId: 'finding-1' } },
      heard: [
        { by: 'signal', message: 'detect', payload: { detection: { sourceId: 'finding-1' } } },
        { by: 'signal', message: 'detect', payload: { detection: { sourceId: 'finding-2' } } },
      ],
    });
    await client.say(idOf('joined'), 'close', saying('close-1'));
    // Closed: the next alert opens anew.
    await expect.poll(async () => (await client.detect(detection('joined'))).joined).toBe(false);
  });
}, 60_000);

test('detectAndWait answers with what the incident said', async () => {
  await working(async () => {
    const first = await client.detectAndWait(detection('waited'));
    expect(first).toEqual({
      incident: idOf('waited'),
      joined: false,
      outcome: { accepted: true, seq: 1, says: 'Heard.' },
    });
    expect(await client.detectAndWait(detection('waited'))).toMatchObject({
      joined: true,
      outcome: { seq: 2 },
    });
  });
}, 60_000);

test('an alert that opens nothing is not sent', async () => {
  await expect(
    client.detect(detection('none', { opens: false, key: null, why: 'a placeholder' })),
  ).rejects.toThrow(/opens no incident: a placeholder/);
  await expect(client.detectAndWait(detection('none', { opens: false }))).rejects.toMatchObject({
    code: 'opensNothing',
  });
});

test('with no worker up an alert is durable, and a statement goes as a signal', async () => {
  expect(await client.detect(detection('idle'))).toEqual({ incident: idOf('idle'), joined: false });
  expect(await client.say(idOf('idle'), 'note', saying('note-1'))).toEqual({ by: 'signal', outcome: null });
  expect(await client.detectAndWait(detection('idle-too'))).toMatchObject({
    incident: idOf('idle-too'),
    outcome: null,
  });
  await working(async () => {
    await expect
      .poll(() => heard(idOf('idle')))
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ by: 'signal', message: 'note', payload: saying('note-1') }),
        ]),
      );
    expect(await heard(idOf('idle-too'))).toEqual(
      expect.arrayContaining([expect.objectContaining({ by: 'signal', message: 'detect' })]),
    );
  });
}, 60_000);

test('say is an update with an outcome; the same statement twice is one; a refusal has its code and reason', async () => {
  await working(async () => {
    await client.detect(detection('said'));
    const once = await client.say(idOf('said'), 'note', saying('note-2'));
    expect(once).toEqual({ by: 'update', outcome: { accepted: true, seq: 2, says: 'Heard.' } });
    expect(await client.say(idOf('said'), 'note', saying('note-2'))).toEqual(once);
    expect((await heard(idOf('said'))).filter(({ message }) => message === 'note')).toHaveLength(1);
    await expect(client.say(idOf('said'), 'pause', saying('pause-1'))).rejects.toMatchObject({
      name: 'Refused',
      code: 'notOffered',
      reason: 'Not offered by this version.',
    });
  });
}, 60_000);

test('no incident, no worker, no server: each its own error', async () => {
  await expect(client.say(idOf('nobody'), 'note', saying('note-3'))).rejects.toMatchObject({
    code: 'noSuchIncident',
  });
  await expect(client.incident(idOf('nobody'))).rejects.toMatchObject({ code: 'noSuchIncident' });
  await expect(connect({ address: '127.0.0.1:1' })).rejects.toMatchObject({ code: 'unreachable' });
}, 60_000);

test('find: workflow id, KEY, handle; list: by what stands on the server', async () => {
  await working(async () => {
    await client.detect(detection('found me'.replace(' ', '@')));
    const id = 'incident/aws/123456789012/iam-user/found%40me';
    expect(await client.find(id)).toBe(id);
    // As people type it, without the escapes.
    expect(await client.find('aws/123456789012/iam-user/found@me')).toBe(id);
    const handle = handleOf(id);
    await expect.poll(() => client.find(handle).catch(String)).toBe(id);
    expect(await client.find(handle.slice(0, 6).toUpperCase())).toBe(id);
    await expect(client.find('a/b')).rejects.toMatchObject({ code: 'noSuchIncident' });
    await expect(client.find('!!')).rejects.toMatchObject({ code: 'noSuchIncident' });

    const listed = async (filter: Parameters<CustodyClient['list']>[0]) => {
      const ids: string[] = [];
      for await (const { incident } of client.list(filter)) ids.push(incident);
      return ids;
    };
    await expect
      .poll(() => listed({ holder: 'soc', phase: 'triage', overdueAt: '2021-01-01T00:00:00.000Z' }))
      .toContain(id);
    expect(await listed({ holder: "identity' OR custodyHolder='soc" })).toEqual([]);
    expect(await listed({ overdueAt: '2019-01-01T00:00:00.000Z' })).toEqual([]);
    const all = await listed({});
    const [shared] = all
      .map(handleOf)
      .map((one) => one.slice(0, 1))
      .filter((letter, i, letters) => letters.indexOf(letter) !== i);
    if (shared !== undefined) await expect(client.find(shared)).rejects.toMatchObject({ code: 'severalFit' });
    for await (const line of client.list({ holder: 'soc' })) {
      expect(line).toMatchObject({
        open: true,
        phase: 'triage',
        holder: 'soc',
        due: '2020-01-01T00:00:00.000Z',
        class: null,
      });
    }
  });
}, 60_000);
